"""JSON that is not one object a line, cut into its objects in bounded memory.

The objects of the outermost array, whether the file is that array or an object that holds it, or
objects that simply follow each other. A broken object costs itself: the cutter looks only at
quotes and brackets, each object is parsed alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from newsindex.documents.streams import Line

_MARKS = re.compile(rb'["\\\n{}\[\]]')
_IN_STRING = re.compile(rb'["\\\n]')
_WRAPPED = re.compile(rb"\[\s*\{")


def outer_brackets(start: bytes) -> bytes:
    """What surrounds the objects of a file that begins so: ``[``, ``{[`` or nothing."""
    start = start.lstrip()
    if start[:1] == b"[":
        return b"["
    return b"{[" if _WRAPPED.search(start) else b""


def cut_values(chunks: Iterable[bytes], outer: bytes, limit: int) -> Iterator[Line]:
    """Each object directly inside ``outer`` with the line where it begins.

    Its data is None where it is longer than ``limit`` bytes or the input ends within it.
    """
    line, depth, outside = 1, 0, bytearray()
    in_string = False
    first_line = 0  # the line of the object being collected, or 0 between objects
    parts: list[bytes] = []
    size = 0
    carry = b""
    for chunk in chunks:
        data = carry + chunk
        carry = b""
        position, start = 0, 0
        while mark := (_IN_STRING if in_string else _MARKS).search(data, position):
            byte, position = mark.group(), mark.end()
            if byte == b"\n":
                line += 1
            elif byte == b"\\":
                position += 1
            elif byte == b'"':
                in_string = not in_string
            elif byte in b"{[":
                if byte == b"{" and not first_line and bytes(outside) == outer:
                    first_line, start, depth = line, mark.start(), 0
                if first_line:
                    depth += 1
                elif len(outside) <= len(outer):
                    outside += byte
                else:
                    depth += 1  # inside something that is not looked for
            elif first_line:
                depth -= 1
                if depth == 0:
                    parts.append(data[start:position])
                    size += position - start
                    yield Line(first_line, b"".join(parts) if size <= limit else None)
                    first_line, size = 0, 0
                    parts.clear()
            elif depth:
                depth -= 1
            elif outside:
                outside.pop()
        if position > len(
            data
        ):  # a backslash was the last byte: look at it again with what follows
            carry, data = data[-1:], data[:-1]
        if first_line:
            size += len(data) - start
            if size <= limit:
                parts.append(data[start:])
            else:
                parts.clear()
    if first_line:
        yield Line(first_line, None)
