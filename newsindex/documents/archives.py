"""The members of zip and tar archives as streams, one after another, in bounded memory.

Nothing is written to the disk and no name in an archive is ever used as a path. Limits: a zip's
directory of at most MAX_DIRECTORY_BYTES; all members together may not grow out of proportion to the
archive (streams.Growth), which also refuses members that share their packed bytes. What is no
ordinary file (a link, a device, a sparse or encrypted one), or has a name that leads out of the
archive, comes out as Skipped.
"""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, Any, cast

from newsindex.documents.find import no_page, show_path
from newsindex.documents.streams import Growth
from newsindex.model import Skipped

MAX_DIRECTORY_BYTES = 64 << 20
_MAX_TAR_HEADER = 1 << 20  # bytes of a long name or of pax records
_BROKEN = (
    *(tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, zlib.error),
    *(RuntimeError, ValueError, struct.error),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file within an archive: its place, what it holds, when it was last changed."""

    place: str
    stream: io.BufferedReader
    changed: datetime | None


def zip_members(file: IO[bytes], place: str) -> Iterator[Member | Skipped]:
    """The files in a zip archive, which must be seekable, in the order of its directory."""
    try:
        size = file.seek(0, io.SEEK_END)
        if _directory_size(file, size) > MAX_DIRECTORY_BYTES:
            yield Skipped(place, f"a zip with a directory over {MAX_DIRECTORY_BYTES >> 20} MB")
            return
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        yield Skipped(place, f"not readable as a zip archive: {error}")
        return
    growth = Growth(size)
    for info in archive.infolist():
        here = f"{place}/{show_path(info.filename)}"
        fault = _fault(info.filename) or _zip_fault(info)
        if info.is_dir() or _hidden(info.filename):
            continue
        if fault:
            yield Skipped(here, fault)
            continue
        try:
            changed = datetime(*info.date_time, tzinfo=UTC)
        except ValueError:
            changed = None
        try:
            with archive.open(info) as member:
                yield Member(here, _stream(member, growth), changed)
        except _BROKEN as error:
            yield Skipped(here, f"cannot be unpacked: {error}")


def tar_members(stream: io.BufferedReader, place: str) -> Iterator[Member | Skipped]:
    """The files in a tar archive, read as a stream, in its order."""
    try:
        archive = tarfile.open(fileobj=stream, mode="r|", tarinfo=_Info, errors="surrogateescape")  # noqa: SIM115 - closing is the caller's
        for info in archive:
            cast("Any", archive).members = []  # else it keeps every one it has met
            here = f"{place}/{show_path(info.name)}"
            if info.isdir() or _hidden(info.name):
                continue
            fault = _fault(info.name) or _tar_fault(info)
            member = None if fault else archive.extractfile(info)
            if member is None:
                yield Skipped(here, fault or "not a regular file")
                continue
            changed = datetime.fromtimestamp(info.mtime, UTC) if 0 < info.mtime < 4e9 else None
            yield Member(here, _stream(member, Growth(info.size)), changed)
    except _BROKEN as error:
        yield Skipped(place, f"the tar archive cannot be read further: {error}")


class _Info(tarfile.TarInfo):
    """A header whose long names and pax records, which are read whole, are of bounded size."""

    def _proc_member(self, archive: tarfile.TarFile) -> Any:
        long = (tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK)
        kinds = (*long, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE)
        if self.type in kinds and self.size > _MAX_TAR_HEADER:
            raise tarfile.ReadError(f"a header of {self.size} bytes")
        return super()._proc_member(archive)  # type: ignore[misc]  # typeshed: it is private


def _directory_size(file: IO[bytes], size: int) -> int:
    """The bytes of a zip's central directory as the end of the file states them; 0 if it does not
    (the reader of the archive then finds out)."""
    file.seek(max(0, size - 65_600))
    tail = file.read(65_600)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) < at + 22:
        return 0
    (stated,) = struct.unpack_from("<I", tail, at + 12)
    if stated == 0xFFFFFFFF and at >= 20 and tail[at - 20 : at - 16] == b"PK\x06\x07":
        (where,) = struct.unpack_from("<Q", tail, at - 12)
        file.seek(min(where, size))
        record = file.read(56)
        return int(struct.unpack_from("<Q", record, 40)[0]) if len(record) == 56 else 0
    return int(stated)


def _fault(name: str) -> str | None:
    """Why a member of that name is not read."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or parts[0].endswith(":"):
        return "its name leads out of the archive"
    return no_page(parts[-1])


def _zip_fault(info: zipfile.ZipInfo) -> str | None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "a link or a device, not a file"
    return "encrypted" if info.flag_bits & 0x1 else None


def _tar_fault(info: tarfile.TarInfo) -> str | None:
    if info.issym() or info.islnk():
        return "a link, not a file"
    if not info.isreg() or info.issparse():
        return "not a regular file"
    return None


def _hidden(name: str) -> bool:
    return any(
        (part.startswith(".") and part not in (".", "..")) or part == "__MACOSX"
        for part in name.split("/")
    )


def _stream(member: IO[bytes], growth: Growth) -> io.BufferedReader:
    return io.BufferedReader(cast("Any", _Contents(member, growth)), 1 << 16)


class _Contents(io.RawIOBase):
    """What a member holds, entered in the account of the archive; damage is an OSError."""

    def __init__(self, member: IO[bytes], growth: Growth) -> None:
        self._member = member
        self._growth = growth

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # typeshed: WriteableBuffer, private
        try:
            data = cast("Any", self._member).read1(len(buffer))
        except (zipfile.BadZipFile, tarfile.TarError) as error:
            raise OSError(str(error)) from error
        self._growth.grow(len(data))
        buffer[: len(data)] = data
        return len(data)
