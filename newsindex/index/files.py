"""Array files: the one container in which an index keeps its arrays, checksummed and memory-mapped.

Layout, little-endian::

    0   8 bytes   magic  b"NEWSIDX\\0"
    8   uint32    format version (FORMAT_VERSION)
    12  uint32    length of the header in bytes
    16  uint32    CRC-32 of the header
    20  uint32    zero
    24  header    JSON object {"kind", "size", "meta", "arrays", "checksums"}; "arrays" holds for
                  each name [dtype, length, offset], "checksums" is [offset, CRC-32]
    ..  checksums uint32: the CRC-32 of each 16 KB of each array, one array after the other; the
                  last piece of an array may be shorter
    ..  arrays    each at a multiple of 64 bytes, in the order of the header

``size`` is the length of the whole file. The CRC-32 of the header starts from the format version,
that of the checksums verifies them. Header and checksums are verified when a file is opened, 16 KB
of an array when they are used for the first time (chunks.py). Nothing in a file is ever executed or
unpickled: an array is a view on the mapped bytes.
"""

from __future__ import annotations

import contextlib
import functools
import mmap
import os
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import orjson

from newsindex.errors import (
    IndexCorrupt,
    IndexReadError,
    IndexWriteError,
)
from newsindex.index.chunks import ChunkSums, Part, chunks_of
from newsindex.index.header import ADVICE, PREAMBLE_SIZE, corrupt, decoded, encoded, length_of

_ALIGNMENT = 64
_CHUNK = 1 << 20
_DTYPES = frozenset(["|u1", "<u2", "<u4", "<u8", "<i2", "<i4", "<i8"])

AnyArray = npt.NDArray[Any]


@contextlib.contextmanager
def reported_writing(path: Path) -> Iterator[None]:
    """Turn an OSError met while writing below ``path`` into IndexWriteError."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        if isinstance(error, FileNotFoundError) and not path.parent.is_dir():
            reason = f"there is no folder {path.parent}"
        raise IndexWriteError(
            f"{path}: could not be written: {reason}; what was there before is unchanged"
        ) from error


def sync_folder(folder: Path) -> None:
    """Make renames and new names in ``folder`` durable (a no-op where folders cannot be opened)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Make the content of a file that was written elsewhere durable."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())


def write_durably(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content``, atomically and durably."""
    temporary = path.with_name(path.name + ".tmp")
    with reported_writing(path):
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        sync_folder(path.parent)


def smallest_dtype(maximum: int) -> np.dtype[Any]:
    """The smallest unsigned dtype that holds it."""
    return np.min_scalar_type(maximum)


class ArrayStream:
    """An array that is written piece by piece; what is more than a little waits in a file of its
    own."""

    def __init__(self, path: Path, dtype: npt.DTypeLike) -> None:
        self.dtype = np.dtype(dtype).newbyteorder("<")
        self.path = path
        self.sums = ChunkSums()
        self.length = 0
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._file: BinaryIO | None = None

    def append(self, values: AnyArray) -> None:
        data = np.ascontiguousarray(values, dtype=self.dtype).view(np.uint8).data
        self.sums.update(data)
        self.length += len(values)
        if self._waiting + len(data) <= _CHUNK:
            self._pieces.append(bytes(data))
            self._waiting += len(data)
            return
        if self._file is None:
            self._file = open(self.path, "w+b")  # noqa: SIM115 - lives as long as the stream
        self._file.write(b"".join(self._pieces))
        self._file.write(data)
        self._pieces = []
        self._waiting = 0

    def copy(self, target: BinaryIO) -> None:
        """Write what was appended to ``target``."""
        if self._file is not None:
            self._file.seek(0)
            while chunk := self._file.read(_CHUNK):
                target.write(chunk)
        target.write(b"".join(self._pieces))

    def discard(self) -> None:
        if self._file is not None:
            self._file.close()
            self.path.unlink(missing_ok=True)


class ArrayFileWriter:
    """Collects named arrays and writes them as one array file, durably, on ``finish``.

    Use as a context manager: leaving it without ``finish`` removes every temporary file.
    """

    def __init__(self, path: Path, kind: str) -> None:
        self.path = path
        self.kind = kind
        self.meta: dict[str, Any] = {}
        # Names of the arrays that lie before all others.
        self.first: Sequence[str] = ()
        self._arrays: dict[str, AnyArray | ArrayStream] = {}

    def add(self, name: str, values: AnyArray) -> None:
        """Add a whole array (one-dimensional, integers)."""
        self._arrays[name] = np.ascontiguousarray(values, values.dtype.newbyteorder("<"))

    def stream(self, name: str, dtype: npt.DTypeLike) -> ArrayStream:
        """Add an array that will be appended to piece by piece until ``finish``."""
        stream = ArrayStream(self.path.with_name(f"{self.path.name}.{name}.tmp"), dtype)
        self._arrays[name] = stream
        return stream

    def finish(self) -> int:
        """Write, sync and rename the file into place; returns its size in bytes."""
        entries: dict[str, list[Any]] = {}
        sums: list[AnyArray] = []
        arrays = {name: self._arrays[name] for name in (*self.first, *self._arrays)}
        for name, array in arrays.items():
            if isinstance(array, ArrayStream):
                own, length = array.sums, array.length
            else:
                own, length = ChunkSums(), len(array)
                own.update(array.view(np.uint8).data)
            entries[name] = [array.dtype.str, length, 0]
            sums.append(own.finish())
        checksums = np.concatenate([np.empty(0, np.uint32), *sums]).astype("<u4").tobytes()
        header, start = self._header(entries, checksums)
        temporary = self.path.with_name(self.path.name + ".tmp")
        with reported_writing(self.path):
            with open(temporary, "wb") as file:
                file.write(header)
                file.write(b"\0" * (start - file.tell()))
                file.write(checksums)
                for name, array in arrays.items():
                    file.write(b"\0" * (entries[name][2] - file.tell()))
                    _copy(array, file)
                size = file.tell()
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self.path)
            sync_folder(self.path.parent)
        return size

    def _header(self, entries: dict[str, list[Any]], checksums: bytes) -> tuple[bytes, int]:
        """The beginning of the file, and where the checksums start; fills in the offsets, which
        depend on the header's own length."""
        place = [0, zlib.crc32(checksums)]
        body = {
            "kind": self.kind,
            "meta": self.meta,
            "size": 0,
            "arrays": entries,
            "checksums": place,
        }
        # Twenty digits for each number that is still zero; what is not used becomes blanks.
        room = len(orjson.dumps(body)) + 20 * (len(entries) + 2)
        place[0] = _aligned(PREAMBLE_SIZE + room)
        offset = place[0] + len(checksums)
        for entry in entries.values():
            entry[2] = _aligned(offset)
            offset = entry[2] + np.dtype(entry[0]).itemsize * entry[1]
        body["size"] = offset
        return encoded(body, room), place[0]

    def __enter__(self) -> ArrayFileWriter:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        # What cannot be removed now is removed by the next writer.
        with contextlib.suppress(OSError):
            for array in self._arrays.values():
                if isinstance(array, ArrayStream):
                    array.discard()
            self.path.with_name(self.path.name + ".tmp").unlink(missing_ok=True)
        if isinstance(error, OSError):  # of a stream
            with reported_writing(self.path):
                raise error


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def _copy(array: AnyArray | ArrayStream, target: BinaryIO) -> None:
    if isinstance(array, ArrayStream):
        array.copy(target)
    else:
        target.write(array.view(np.uint8).data)


class ArrayFile:
    """An array file opened for reading: ``file[name]`` is a read-only view on the mapped bytes.

    Opening verifies the header and that every array lies within the file. ``file[name]`` verifies
    the whole array at its first use, ``part`` leaves that to who uses the array piece by piece,
    ``verify`` reads everything. ``size`` is what the manifest says of it, if it does. Raises
    IndexCorrupt or IndexVersionError with the path, expected and found, IndexReadError,
    FileNotFoundError.
    """

    def __init__(self, path: Path, kind: str, *, size: int | None = None) -> None:
        self.path = path
        self._map = _mapped(path)
        self.size = len(self._map)
        header = self._read_header(kind)
        if size is not None and size != self.size:
            raise self._corrupt(f"{size} bytes (says the manifest)", f"{self.size} bytes")
        self.meta: Mapping[str, Any] = header["meta"]
        self._parts: dict[str, Part] = {}
        try:
            self._read_entries(header["arrays"], *header["checksums"])
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise self._corrupt("a table of arrays", f"another one ({error})") from error

    def _read_header(self, kind: str) -> dict[str, Any]:
        length = length_of(self._map[:PREAMBLE_SIZE]) if self.size >= PREAMBLE_SIZE else 0
        header = decoded(self.path, self._map[: PREAMBLE_SIZE + length])
        if header["kind"] != kind:
            raise self._corrupt(f"a file of kind {kind!r}", repr(header["kind"]))
        if header["size"] != self.size:
            raise self._corrupt(f"{header['size']} bytes", f"{self.size} bytes")
        return header

    def _read_entries(self, entries: dict[str, Any], offset: int, crc: int) -> None:
        """Open the parts, none of which is read before it is used."""
        checked = {name: self._checked_entry(name, *entry) for name, entry in entries.items()}
        counts = [chunks_of(dtype.itemsize * length) for dtype, length, _ in checked.values()]
        # Before anything is allocated: numpy refuses what does not lie within the file.
        sums: npt.NDArray[np.uint32] = np.frombuffer(self._map, "<u4", sum(counts), offset)
        found = zlib.crc32(sums.view(np.uint8).data) if len(sums) else 0
        if found != crc:
            raise self._corrupt(f"checksums with CRC-32 {crc:08x}", f"{found:08x}")
        start = 0
        for (name, (dtype, length, place)), count in zip(checked.items(), counts, strict=True):
            values = np.frombuffer(self._map, dtype, length, place)
            self._parts[name] = Part(
                values, sums[start : start + count], functools.partial(_damaged, self.path, name)
            )
            start += count

    def _checked_entry(
        self, name: str, dtype_name: str, length: int, offset: int
    ) -> tuple[np.dtype[Any], int, int]:
        if dtype_name not in _DTYPES:
            raise self._corrupt(f"an integer dtype for array {name!r}", repr(dtype_name))
        dtype = np.dtype(dtype_name)
        if offset < 0 or length < 0 or offset + length * dtype.itemsize > self.size:
            raise self._corrupt(f"array {name!r} within the file", "one that ends after it")
        return dtype, length, offset

    def part(self, name: str) -> Part:
        """An array whose user has to ``check`` each piece before it is used."""
        try:
            return self._parts[name]
        except KeyError:
            raise self._corrupt(f"an array {name!r}", f"only {sorted(self._parts)}") from None

    def __getitem__(self, name: str) -> AnyArray:
        part = self.part(name)
        part.check()
        return part.values

    def release(self) -> None:
        """Give back the memory of what was read so far, where the system offers that."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def verify(self) -> None:
        """Compare every checksum; raises IndexCorrupt at the first that differs."""
        for part in self._parts.values():
            part.verify()

    def _corrupt(self, expected: str, found: str) -> IndexCorrupt:
        return corrupt(self.path, expected, found)


def _damaged(path: Path, name: str, expected: str, found: str) -> IndexCorrupt:
    # No method: a part that knew its file would keep it open.
    return corrupt(path, f"CRC-32 {expected} of a piece of array {name!r}", found)


def _mapped(path: Path) -> mmap.mmap:
    """The bytes of a file, mapped."""
    try:
        with open(path, "rb") as file:
            if not os.fstat(file.fileno()).st_size:
                raise IndexCorrupt(f"{path}: expected an array file, found 0 bytes; {ADVICE}")
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> IndexReadError:
    """What to raise where a file that is there cannot be read."""
    return IndexReadError(
        f"{path}: could not be read: {error.strerror or error};"
        " nothing was changed, try again when it can be"
    )
