"""String tables: many UTF-8 strings as one array of bytes and one array of starts."""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import overload

import numpy as np

from newsindex.errors import IndexCorrupt
from newsindex.index.files import ArrayFile, ArrayFileWriter, smallest_dtype


def write_strings(writer: ArrayFileWriter, name: str, strings: Sequence[bytes]) -> None:
    """Add ``strings`` to an array file as the arrays ``<name>_text`` and ``<name>_start``."""
    table = StringsWriter(writer, name)
    table.append(strings)
    table.finish()


class StringsWriter:
    """Writes a string table piece by piece."""

    def __init__(self, writer: ArrayFileWriter, name: str) -> None:
        self._writer = writer
        self._name = name
        self._text = writer.stream(f"{name}_text", np.uint8)
        self._lengths = array("I")

    def append(self, strings: Sequence[bytes]) -> None:
        self._text.append(np.frombuffer(b"".join(strings), np.uint8))
        self._lengths.extend(map(len, strings))

    def finish(self) -> None:
        starts = np.zeros(len(self._lengths) + 1, dtype=np.int64)
        np.cumsum(self._lengths, out=starts[1:])
        self._writer.add(f"{self._name}_start", starts.astype(smallest_dtype(int(starts[-1]))))


# Strings that are verified together.
_TOGETHER = 64


class Strings(Sequence[bytes]):
    """A string table read from an array file; ``find`` and ``prefix`` need it sorted."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._text_part, self._start_part = file.part(f"{name}_text"), file.part(f"{name}_start")
        self._text = self._text_part.values.data
        # A number taken out of a memoryview is a Python int at once, which an array's is not.
        self._start = self._start_part.values.data
        # One byte for each so many strings: 1 where they have been verified.
        self._known = bytearray(len(self._start) // _TOGETHER + 1)
        self._start_part.check(len(self._start) - 1)
        if not len(self._start) or self._start[-1] != len(self._text):
            raise IndexCorrupt(
                f"{file.path}: expected {len(self._text)} bytes of {name!r} strings, found another"
                " number; restore the file from a backup, or index the articles again"
            )

    def __len__(self) -> int:
        return len(self._start) - 1

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> list[bytes]: ...
    def __getitem__(self, index: int | slice) -> bytes | list[bytes]:
        if isinstance(index, slice):
            first, stop, step = index.indices(len(self))
            self._verify(min(first, stop), max(first, stop))
            starts = self._start[first : max(first, stop) + 1].tolist()
            base = starts[0] if starts else 0
            text = bytes(self._text[base : starts[-1]]) if starts else b""
            found = [text[a - base : b - base] for a, b in pairwise(starts)]
            return found[::step] if step > 0 else [self[i] for i in range(first, stop, step)]
        if not self._known[index // _TOGETHER]:
            first = index // _TOGETHER * _TOGETHER
            self._verify(first, first + _TOGETHER)
            self._known[index // _TOGETHER] = 1
        return bytes(self._text[self._start[index] : self._start[index + 1]])

    def at(self, numbers: Sequence[int]) -> list[bytes]:
        """The strings of ascending numbers; fast where hardly one between them is left out."""
        texts = self[numbers[0] : numbers[-1] + 1] if numbers else []
        if len(texts) == len(numbers):
            return texts
        return [texts[number - numbers[0]] for number in numbers]

    def _verify(self, first: int, stop: int) -> None:
        """Verify the strings ``first <= i < stop``. Raises IndexCorrupt."""
        first, stop = max(first, 0), min(stop, len(self))
        self._start_part.check(first, stop + 1)
        self._text_part.check(self._start[first], self._start[stop])

    def find(self, string: bytes) -> int:
        """The number of ``string`` in a sorted table (the first of equal ones), or -1."""
        index = bisect.bisect_left(self, string)
        return index if index < len(self) and self[index] == string else -1

    def prefix(self, prefix: bytes) -> range:
        """The numbers of the strings of a sorted table that start with ``prefix``."""
        first = bisect.bisect_left(self, prefix)
        # 0xFF is in no UTF-8 text, so this sorts after every continuation of the prefix.
        return range(first, bisect.bisect_left(self, prefix + b"\xff", lo=first))
