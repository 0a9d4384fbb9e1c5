"""Checksums of arrays in chunks of 16 KB, each verified when it is used for the first time.

A search that needs 64 KB of an array of 100 MB reads, and verifies, little more than that.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

AnyArray = npt.NDArray[np.generic]

_BITS = 14
_CHUNK = 1 << _BITS


def chunks_of(size: int) -> int:
    """The number of chunks of an array of ``size`` bytes."""
    return -(-size // _CHUNK)


class ChunkSums:
    """The CRC-32 of every chunk of bytes that come piece by piece."""

    def __init__(self) -> None:
        self._done = array("L")
        self._crc = 0
        self._filled = 0

    def update(self, data: memoryview) -> None:
        start = 0
        while start < len(data):
            stop = min(start + _CHUNK - self._filled, len(data))
            self._crc = zlib.crc32(data[start:stop], self._crc)
            self._filled += stop - start
            start = stop
            if self._filled == _CHUNK:
                self._done.append(self._crc)
                self._crc = self._filled = 0

    def finish(self) -> npt.NDArray[np.uint32]:
        """The checksums, uint32, one a chunk; the last chunk may be shorter."""
        last = [self._crc] if self._filled else []
        return np.array([*self._done, *last], dtype=np.uint32)


class Part:
    """An array of a file whose chunks are verified by ``check``; until then they may be anything.

    ``damaged`` makes the error to raise of the CRC-32 that was expected and that found.
    """

    __slots__ = ("_bytes", "_damaged", "_expected", "_itemsize", "_unknown", "values")

    def __init__(
        self,
        values: npt.NDArray[np.generic],
        expected: npt.NDArray[np.uint32],
        damaged: Callable[[str, str], Exception],
    ) -> None:
        self.values = values
        self._bytes = values.view(np.uint8).data
        self._itemsize = values.itemsize
        self._expected = expected
        self._damaged = damaged
        # One byte a chunk: 1 where it has not been verified; nothing once all have been.
        self._unknown = bytearray(b"\1") * len(expected)

    def check(self, start: int = 0, stop: int | None = None) -> None:
        """Verify the values ``start <= i < stop``, as far as they have not been."""
        if not self._unknown:
            return
        stop = len(self.values) if stop is None else stop
        first = max(start, 0) * self._itemsize >> _BITS
        last = -(-stop * self._itemsize >> _BITS)
        chunk = self._unknown.find(1, first, last)
        while chunk >= 0:
            self._verify(chunk)
            chunk = self._unknown.find(1, chunk + 1, last)
        if first == 0 and last >= len(self._expected):
            self._unknown = bytearray()

    def verify(self) -> None:
        """Verify all of it, once more what has been verified before."""
        for chunk in range(len(self._expected)):
            self._verify(chunk)

    def trust(self, place: int) -> None:
        """Take the chunk that holds this value as verified: the rest of it is gone, and its
        checksum can be compared with nothing."""
        chunk = place * self._itemsize >> _BITS
        if chunk < len(self._unknown):
            self._unknown[chunk] = 0

    def _verify(self, chunk: int) -> None:
        found = zlib.crc32(self._bytes[chunk << _BITS : (chunk + 1) << _BITS])
        expected = int(self._expected[chunk])
        if found != expected:
            raise self._damaged(f"{expected:08x}", f"{found:08x}")
        if chunk < len(self._unknown):  # another thread may have found that all is well
            self._unknown[chunk] = 0
