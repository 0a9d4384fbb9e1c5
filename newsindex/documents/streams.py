"""Raw bytes of a file or of standard input: counted, unpacked by content, cut into bounded records.

Limits, so that no input can fill the memory or keep the processor for ever: a page is at most
MAX_PAGE_BYTES, one record of a JSON file at most MAX_RECORD_BYTES, both after decompression; what
is longer is skipped, not read. Packed data (gzip, bzip2, xz, zstandard) is no longer read where it
has grown beyond MAX_FREE_BYTES and MAX_GROWTH times its size: news does not pack so well, bombs do.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import zstandard

from newsindex.documents.encoding import byte_order_mark

MAX_PAGE_BYTES = 8 << 20
MAX_RECORD_BYTES = 16 << 20
PEEK_BYTES = 1 << 16

MAX_FREE_BYTES = 256 << 20
MAX_GROWTH = 200

_CHUNK = 1 << 16
_MAX_WINDOW = 128 << 20  # bytes of memory that a packed file may ask for to be unpacked
# what reading a damaged packed file can raise
BROKEN_STREAM = (EOFError, OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError)


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
    if isinstance(cause, Bomb):
        return str(cause)
    if isinstance(cause, EOFError):
        return "the packed data ends too early: what came before the break was kept"
    return f"cannot be read further ({cause}): what came before the break was kept"


class Bomb(OSError):
    """Packed data grows out of all proportion."""

    def __init__(self) -> None:
        super().__init__(
            f"grows to more than {MAX_FREE_BYTES >> 20} MB and {MAX_GROWTH} times its size when"
            " unpacked: not read further, what came before was kept"
        )


class Growth:
    """The account of packed and unpacked bytes of one file; ``grow`` raises Bomb."""

    def __init__(self, packed: int = 0) -> None:
        self.packed = packed
        self.unpacked = 0

    def feed(self, count: int) -> None:
        """So many more packed bytes have been read."""
        self.packed += count

    def grow(self, count: int) -> None:
        """So many more bytes came out of them."""
        self.unpacked += count
        if self.unpacked > MAX_FREE_BYTES and self.unpacked > MAX_GROWTH * self.packed:
            raise Bomb


class _Raw(io.RawIOBase):
    """A raw stream over one reading function; what it gives is passed on before it can fail, and a
    failure met once is met by every later reading."""

    def __init__(self, take: Callable[[int], bytes], on_bytes: Callable[[int], None]) -> None:
        self._take = take
        self._on_bytes = on_bytes
        self._failure: BaseException | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer, private
        if self._failure is not None:
            raise self._failure
        try:
            data = self._take(len(buffer))
            self._on_bytes(len(data))
        except BROKEN_STREAM as error:
            self._failure = error
            raise
        buffer[: len(data)] = data
        return len(data)


class _Xz:
    """Reads xz data, whose streams may follow each other, in bounded memory."""

    def __init__(self, beneath: io.BufferedReader) -> None:
        self._beneath = beneath
        self._decompressor = self._new()

    @staticmethod
    def _new() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MAX_WINDOW)

    def take(self, size: int) -> bytes:
        while True:
            data = b""
            if self._decompressor.eof:
                data = self._decompressor.unused_data or self._beneath.read1(_CHUNK)
                data = data.lstrip(b"\0")
                if not data:
                    return b""
                self._decompressor = self._new()
            elif self._decompressor.needs_input:
                data = self._beneath.read1(_CHUNK)
                if not data:
                    raise EOFError
            unpacked = self._decompressor.decompress(data, size)
            if unpacked:
                return unpacked


class _Zstandard:
    """Reads zstandard data, whose frames may follow each other, in bounded memory."""

    # A few bytes can stand for 128 KB each: little is given at once, so that little comes out.
    _GIVEN = 512

    def __init__(self, beneath: io.BufferedReader) -> None:
        self._beneath = beneath
        self._decompressor = self._new()
        self._ready = b""

    @staticmethod
    def _new() -> zstandard.ZstdDecompressionObj:
        return zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).decompressobj()

    def take(self, size: int) -> bytes:
        while not self._ready:
            if self._decompressor.eof:
                data = self._decompressor.unused_data or self._beneath.read1(self._GIVEN)
                if not data:
                    return b""
                self._decompressor = self._new()
            else:
                data = self._beneath.read1(self._GIVEN)
                if not data:
                    raise EOFError
            self._ready = self._decompressor.decompress(data)
        part, self._ready = self._ready[:size], self._ready[size:]
        return part


def _unpacker(stream: io.BufferedReader) -> Callable[[int], bytes] | None:
    """The reading function of the packed data that the stream begins with; None if it is not.

    It gives what it has unpacked before it meets a break in the data.
    """
    start = stream.peek(6)[:6]
    if start.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=stream).read1
    if start.startswith(b"BZh") and start[3:4].isdigit():
        return bz2.BZ2File(stream).read1
    if start == b"\xfd7zXZ\x00":
        return _Xz(stream).take
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        return _Zstandard(stream).take
    return None


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
    """A buffered stream over ``beneath``, unpacked where its first bytes say that it is packed.

    ``on_bytes`` is told of every block taken from ``beneath``, so compressed bytes count as they
    are on the disk. Text in UTF-16 or UTF-32 with its mark comes out as UTF-8, without a mark.
    """
    growth = Growth()
    tell = on_bytes or _ignore

    def consumed(count: int) -> None:
        growth.feed(count)
        tell(count)

    stream: io.BufferedReader = io.BufferedReader(_Raw(beneath.read, consumed), PEEK_BYTES)
    try:
        unpack = _unpacker(stream)
        if unpack is not None:
            stream = io.BufferedReader(_Raw(unpack, growth.grow), PEEK_BYTES)
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
