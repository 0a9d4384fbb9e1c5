"""Raw bytes of a file or of standard input: counted, unzipped by content, cut into bounded records.

Limits, so that no input can fill the memory: a page is at most MAX_PAGE_BYTES, one record of a
JSON file at most MAX_RECORD_BYTES, both after decompression. What is longer is skipped, not read.
"""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from newsindex.documents.encoding import byte_order_mark

MAX_PAGE_BYTES = 8 << 20
MAX_RECORD_BYTES = 16 << 20
PEEK_BYTES = 1 << 16

_CHUNK = 1 << 16
_GZIP_MAGIC = b"\x1f\x8b"
BROKEN_STREAM = (EOFError, OSError, zlib.error)  # what reading a damaged gzip file can raise


@dataclass(frozen=True, slots=True)
class Line:
    """One line without its end; ``data`` is None where it was longer than the limit."""

    number: int
    data: bytes | None


class Broken(Exception):
    """The stream broke off; ``line`` is the number of the line in which it did."""

    def __init__(self, line: int, cause: BaseException) -> None:
        super().__init__(describe_break(cause))
        self.line = line


def describe_break(cause: BaseException) -> str:
    """Why reading stopped, in words; what was read before the break has been kept."""
    if isinstance(cause, EOFError):
        return "the gzip data ends too early: what came before the break was kept"
    return f"cannot be read further ({cause}): what came before the break was kept"


class _Raw(io.RawIOBase):
    """A raw stream over one reading function; what it gives is passed on before it can fail."""

    def __init__(self, take: Callable[[int], bytes], on_bytes: Callable[[int], None]) -> None:
        self._take = take
        self._on_bytes = on_bytes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer, private
        data = self._take(len(buffer))
        buffer[: len(data)] = data
        self._on_bytes(len(data))
        return len(data)


class _Transcoder(io.RawIOBase):
    """A raw stream of UTF-8 over one of UTF-16 or UTF-32, so that lines end at one known byte."""

    def __init__(self, beneath: io.BufferedReader, encoding: str) -> None:
        self._beneath = beneath
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer, private
        while not self._ready:
            data = self._beneath.read(_CHUNK)
            text = self._decoder.decode(data, final=not data)
            self._ready = text.encode("utf-8", "replace")
            if not data:
                break
        part, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _ignore(_count: int) -> None:
    """Nobody wants to know how many bytes were read."""


def open_stream(
    beneath: BinaryIO, on_bytes: Callable[[int], None] | None = None
) -> io.BufferedReader:
    """A buffered stream over ``beneath``, decompressed where its first bytes say gzip.

    ``on_bytes`` is told of every block taken from ``beneath``, so compressed bytes count as they
    are on the disk. Text in UTF-16 or UTF-32 with its mark comes out as UTF-8, without a mark.
    """
    raw = _Raw(beneath.read, on_bytes or _ignore)
    stream: io.BufferedReader = io.BufferedReader(raw, PEEK_BYTES)
    if stream.peek(2)[:2] == _GZIP_MAGIC:
        # read1, because read loses what it has unpacked when the data turns out to be broken
        stream = io.BufferedReader(_Raw(gzip.GzipFile(fileobj=stream).read1, _ignore), PEEK_BYTES)
    try:
        start = stream.peek(4)[:4]
    except BROKEN_STREAM:
        return stream  # the first read meets the same break and reports it
    encoding = byte_order_mark(start)
    if encoding == "utf-8-sig":
        stream.read(3)
    elif encoding is not None:
        stream = io.BufferedReader(_Transcoder(stream, encoding), PEEK_BYTES)
    return stream


def read_at_most(stream: io.BufferedReader, limit: int) -> tuple[bytes, BaseException | None]:
    """Up to ``limit`` + 1 bytes and what broke the stream, if it broke before that."""
    parts: list[bytes] = []
    left = limit + 1
    try:
        while left > 0 and (part := stream.read1(min(left, _CHUNK))):
            parts.append(part)
            left -= len(part)
    except BROKEN_STREAM as error:
        return b"".join(parts), error
    return b"".join(parts), None


def read_lines(stream: io.BufferedReader, limit: int = MAX_RECORD_BYTES) -> Iterator[Line]:
    """The lines of the stream, each at most ``limit`` bytes; raises Broken where it breaks off."""
    number = 0
    while True:
        number += 1
        try:
            line = stream.readline(limit + 1)
            fits = len(line) <= limit or line.endswith(b"\n")
            if not fits:
                while (rest := stream.readline(_CHUNK)) and not rest.endswith(b"\n"):
                    pass
        except BROKEN_STREAM as error:
            raise Broken(number, error) from error
        if not line:
            return
        yield Line(number, line.rstrip(b"\r\n") if fits else None)
