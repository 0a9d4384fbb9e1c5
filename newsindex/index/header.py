"""The header of an array file: what it says, and the bytes that say it (the layout: files.py)."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from newsindex.errors import IndexCorrupt, IndexVersionError

FORMAT_VERSION = 1
# The oldest format of a release: from it on, articles can be read (newsindex.index.versions).
OLDEST_FORMAT = 1
ADVICE = (
    "restore the file from a backup, save what is whole with `newsindex repair`,"
    " or index the articles again"
)
_MAGIC = b"NEWSIDX\0"
_PREAMBLE = struct.Struct("<8sIIII")
PREAMBLE_SIZE = _PREAMBLE.size
_MAX_HEADER = 1 << 24


def corrupt(path: Path, expected: str, found: str) -> IndexCorrupt:
    """The error for a file that is not what it should be."""
    return IndexCorrupt(f"{path}: expected {expected}, found {found}; {ADVICE}")


def encoded(header: Mapping[str, Any], length: int) -> bytes:
    """The beginning of a file: the preamble and the header, filled up to ``length`` bytes."""
    raw = orjson.dumps(header).ljust(length)
    crc = zlib.crc32(raw, FORMAT_VERSION)
    return _PREAMBLE.pack(_MAGIC, FORMAT_VERSION, len(raw), crc, 0) + raw


def length_of(content: bytes | bytearray) -> int:
    """The length of the header, 24 bytes aside, that the beginning of a file states."""
    length: int = _PREAMBLE.unpack_from(content)[2]
    return min(length, _MAX_HEADER)


def is_read(version: object) -> bool:
    """Whether files of the format ``version`` can be read."""
    return version in range(OLDEST_FORMAT, FORMAT_VERSION + 1)


def is_whole(content: bytes | bytearray) -> bool:
    """Whether this is the preamble and the header of a file, with the right checksum."""
    magic, version, length, crc, _ = _PREAMBLE.unpack_from(content)
    raw = memoryview(content)[PREAMBLE_SIZE : PREAMBLE_SIZE + length]
    return bool(
        magic == _MAGIC
        and is_read(version)
        and len(raw) == length
        and zlib.crc32(raw, version) == crc
    )


def decoded(path: Path, content: bytes) -> dict[str, Any]:
    """The header of the file ``path``, of which ``content`` is the beginning, `length_of` and 24
    bytes or more. Raises IndexCorrupt or IndexVersionError."""
    if len(content) < PREAMBLE_SIZE:
        raise corrupt(path, f"at least {PREAMBLE_SIZE} bytes", f"{len(content)} bytes")
    magic, version, length, crc, _ = _PREAMBLE.unpack_from(content)
    if magic != _MAGIC:
        raise corrupt(path, f"the magic {_MAGIC!r}", repr(magic))
    raw = content[PREAMBLE_SIZE : PREAMBLE_SIZE + min(length, _MAX_HEADER)]
    found = zlib.crc32(raw, version)
    if len(raw) != length or found != crc:
        raise corrupt(
            path,
            f"a header of {length} bytes with CRC-32 {crc:08x}",
            f"{len(raw)} bytes with {found:08x}",
        )
    if not is_read(version):
        raise IndexVersionError(
            f"{path}: written in format {version}, this newsindex reads format"
            f" {FORMAT_VERSION}; use the newsindex that wrote it, or index the articles again"
        )
    try:
        header: dict[str, Any] = orjson.loads(raw)
        if not isinstance(header["meta"], dict) or not isinstance(header["size"], int):
            raise TypeError("meta or size")
        if not isinstance(header["kind"], str):
            raise TypeError("kind")
    except (KeyError, TypeError, ValueError) as error:
        raise corrupt(path, "a header", f"something else ({error})") from error
    return header
