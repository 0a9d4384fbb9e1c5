"""Compressed blocks: an array of bytes that is seldom read, in pieces that unpack by themselves."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import zstandard

from newsindex.errors import IndexCorrupt
from newsindex.index.files import AnyArray, ArrayFile, ArrayFileWriter, smallest_dtype
from newsindex.index.header import corrupt

# Values in a block: some 50 microseconds to unpack.
_BLOCK = 1 << 16
_LEVEL = 3


class BlockWriter:
    """Writes an array piece by piece as the arrays ``<name>_block`` and ``<name>_block_start``."""

    def __init__(self, writer: ArrayFileWriter, name: str, dtype: npt.DTypeLike) -> None:
        self._writer = writer
        self._name = name
        self._dtype = np.dtype(dtype).newbyteorder("<")
        self._stream = writer.stream(f"{name}_block", np.uint8)
        self._compress = zstandard.ZstdCompressor(level=_LEVEL).compress
        self._pending: AnyArray = np.empty(0, self._dtype)
        self._starts = [0]

    def append(self, values: AnyArray) -> None:
        values = np.concatenate([self._pending, values.astype(self._dtype)])
        whole = len(values) // _BLOCK * _BLOCK
        for start in range(0, whole, _BLOCK):
            self._write(values[start : start + _BLOCK])
        self._pending = values[whole:]

    def finish(self) -> None:
        if len(self._pending):
            self._write(self._pending)
        starts = np.array(self._starts)
        self._writer.add(f"{self._name}_block_start", starts.astype(smallest_dtype(starts[-1])))
        self._writer.meta[f"{self._name}_dtype"] = self._dtype.str

    def _write(self, values: AnyArray) -> None:
        frame = np.frombuffer(self._compress(values.tobytes()), np.uint8)
        self._stream.append(frame)
        self._starts.append(self._starts[-1] + len(frame))


class Blocks:
    """Reads what a BlockWriter wrote."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._path = file.path
        self._name = name
        self._part = file.part(f"{name}_block")
        self._bytes = self._part.values.data
        self._start = file[f"{name}_block_start"]
        dtype = file.meta.get(f"{name}_dtype")
        # Numpy would take a stranger's text for more than the name of a type.
        if dtype not in ("|u1", "<u2", "<u4", "<u8"):
            raise corrupt(file.path, f"an unsigned dtype of {name!r}", repr(dtype))
        self.dtype = np.dtype(dtype)
        # The block unpacked last: who reads on begins in it.
        self._last: tuple[int, AnyArray] = (-1, np.empty(0, self.dtype))

    def read(self, start: int, stop: int) -> AnyArray:
        """The values ``start <= i < stop``. Raises IndexCorrupt if they are damaged."""
        if start >= stop:
            return np.empty(0, self.dtype)
        first, last = start // _BLOCK, (stop - 1) // _BLOCK
        blocks = [self._unpack(number) for number in range(first, last + 1)]
        values = np.concatenate(blocks) if len(blocks) > 1 else blocks[0]
        base = first * _BLOCK
        return values[start - base : stop - base]

    def _unpack(self, number: int) -> AnyArray:
        last, values = self._last
        if number != last:
            values = self._unpacked(number)
            self._last = number, values
        return values

    def _unpacked(self, number: int) -> AnyArray:
        start, stop = int(self._start[number]), int(self._start[number + 1])
        self._part.check(start, stop)
        frame = self._bytes[start:stop]
        limit = _BLOCK * self.dtype.itemsize
        try:
            if zstandard.frame_content_size(frame) > limit:
                raise zstandard.ZstdError(f"more than {limit} bytes")
            content = zstandard.ZstdDecompressor().decompress(frame)
        except zstandard.ZstdError as error:
            raise IndexCorrupt(
                f"{self._path}: expected block {number} of {self._name!r}, found something else"
                f" ({error}); run `newsindex check`"
            ) from error
        return np.frombuffer(content, self.dtype)
