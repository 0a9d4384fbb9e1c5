"""What a source holds, as streams: files, standard input, the members of archives, pages of crawls.

A folder or an archive is gone through in order. An archive within an archive is refused: unpacked
without end it could hold anything. Archives that need to be read backwards (zip) and do not lie on
the disk as they are go through a temporary file.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from newsindex.documents.archives import Member, tar_members, zip_members
from newsindex.documents.find import find_files, show_path
from newsindex.documents.formats import archive_of
from newsindex.documents.streams import BROKEN_STREAM, PEEK_BYTES, describe_break, open_stream
from newsindex.documents.warc import Capture, captures
from newsindex.errors import SourceError
from newsindex.model import Skipped

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to read: its place, its bytes unpacked and the first of them; when it was fetched
    or last changed, if that is known; of a page out of a crawl its address and declared encoding.

    The stream is good until the next entry is asked for.
    """

    place: str
    stream: io.BufferedReader
    start: bytes
    crawled: datetime | None = None
    url: str | None = None
    charset: str | None = None


def entries(source: str | Path, on_bytes: Callable[[int], None]) -> Iterator[Entry | Skipped]:
    """All that ``source`` holds; ``on_bytes`` is told of the bytes taken from the disk.

    Raises SourceError where ``source`` itself is missing or cannot be opened.
    """
    if str(source) == STANDARD_INPUT:
        yield from _opened(sys.stdin.buffer, "<stdin>", None, on_bytes)
        return
    top = Path(source)
    for path in find_files([top]):
        if isinstance(path, Skipped):
            if path.place == show_path(top):
                raise SourceError(f"{path.place}: {path.reason}")
            yield path
            continue
        try:
            file = path.open("rb", buffering=0)
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except (OSError, ValueError, OverflowError) as error:
            reason = f"cannot be read: {getattr(error, 'strerror', None) or error}"
            if path == top:
                raise SourceError(f"{show_path(path)}: {reason}") from error
            yield Skipped(show_path(path), reason)
            continue
        with file:
            yield from _opened(file, show_path(path), changed, on_bytes)


def _opened(
    file: BinaryIO, place: str, changed: datetime | None, on_bytes: Callable[[int], None]
) -> Iterator[Entry | Skipped]:
    stream = open_stream(file, on_bytes)
    entry = _entry(stream, place, changed)
    if isinstance(entry, Skipped):
        yield entry
        return
    kind = archive_of(entry.start)
    if kind is None:
        yield entry
    elif kind == "warc":
        yield from map(_captured, captures(stream, place))
    elif kind == "tar":
        yield from _members(tar_members(stream, place))
    elif _lies_as_it_is(file):
        yield from _members(zip_members(file, place))
        on_bytes(max(0, file.seek(0, io.SEEK_END) - PEEK_BYTES))
    else:
        with tempfile.TemporaryFile() as copy:
            try:
                shutil.copyfileobj(stream, copy, PEEK_BYTES)
            except BROKEN_STREAM as error:
                yield Skipped(place, describe_break(error))
                return
            yield from _members(zip_members(copy, place))


def _lies_as_it_is(file: BinaryIO) -> bool:
    """Whether the file is a zip that can be read backwards where it is."""
    if not file.seekable():
        return False
    position = file.tell()
    file.seek(0)
    start = file.read(4)
    file.seek(position)
    return archive_of(start) == "zip"


def _entry(stream: io.BufferedReader, place: str, changed: datetime | None) -> Entry | Skipped:
    try:
        return Entry(place, stream, stream.peek(PEEK_BYTES)[:PEEK_BYTES], changed)
    except BROKEN_STREAM as error:
        return Skipped(place, describe_break(error))


def _members(members: Iterator[Member | Skipped]) -> Iterator[Entry | Skipped]:
    for member in members:
        if isinstance(member, Skipped):
            yield member
            continue
        entry = _entry(open_stream(member.stream), member.place, member.changed)
        if isinstance(entry, Entry) and archive_of(entry.start):
            entry = Skipped(
                member.place, "an archive within an archive: unpack the outer one, then read both"
            )
        yield entry


def _captured(capture: Capture | Skipped) -> Entry | Skipped:
    if isinstance(capture, Skipped):
        return capture
    stream = open_stream(io.BytesIO(capture.data))
    entry = _entry(stream, capture.place, capture.fetched)
    if isinstance(entry, Skipped):
        return entry
    return Entry(entry.place, stream, entry.start, capture.fetched, capture.url, capture.charset)
