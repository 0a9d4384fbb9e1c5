"""Salvage: what can still be read of a damaged segment, article by article.

What articles are read from lies at the beginning of a segment, the texts at the end of that
(articles.py), the checksums before it: of a file that was cut short every article is left whose
text lies before the cut. Damage costs the articles (or the dates, titles ...) in its 16 KB and no
others. Where the table of the texts' places is damaged they are found by reading on from the text
before; one bit that changed in the header is found by trying them all.
"""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import zstandard

from newsindex.errors import IndexCorrupt, NewsIndexError
from newsindex.index.articles import MAX_RECORD, ArticleReader
from newsindex.index.chunks import chunks_of
from newsindex.index.columns import UNDATED
from newsindex.index.deletions import DELETIONS_KIND
from newsindex.index.files import ArrayFile, reported_writing
from newsindex.index.header import (
    PREAMBLE_SIZE,
    corrupt,
    decoded,
    encoded,
    is_whole,
    length_of,
)
from newsindex.index.manifest import SegmentEntry
from newsindex.index.segment import Segment
from newsindex.index.strings import Strings
from newsindex.model import Article, GivenEntity

# What damaged content raises where it is read all the same.
_UNREADABLE = (
    NewsIndexError,
    zstandard.ZstdError,
    ValueError,
    LookupError,
    TypeError,
    OverflowError,
)
# Bytes of compressed text that are read first where it is not known how many there are.
_READ_FIRST = 1 << 14


def documents_of(path: Path) -> int:
    """The number of documents of a segment that no manifest tells of. Raises IndexCorrupt."""
    documents = _header_of(path)[0]["meta"].get("documents")
    if not isinstance(documents, int):
        raise corrupt(path, "the number of documents", repr(documents))
    return documents


def salvaged(
    folder: Path, entry: SegmentEntry, spare: Path
) -> Iterator[tuple[Article, bool] | None]:
    """The articles of the damaged segment ``entry``, deleted ones left out: each with whether a
    part of it (date, source, language, title, id) is missing; None for each that is lost.

    Deletions that cannot be read are forgotten. ``spare`` is a folder for a copy. Raises
    NewsIndexError or FileNotFoundError, before the first article, if nothing can be read.
    """
    path = folder / entry.name
    left = None
    try:
        segment = Segment(folder, SegmentEntry(entry.name, entry.size, entry.documents))
    except NewsIndexError:
        header, left = _mended(path, spare / entry.name)
        segment = Segment(spare, SegmentEntry(entry.name, header["size"], documents_of(path)))
    reader = _Articles(segment.file, left)
    return _articles(segment, reader, _deleted(folder, entry))


def _articles(
    segment: Segment, reader: ArticleReader, deleted: set[int]
) -> Iterator[tuple[Article, bool] | None]:
    for document in range(segment.documents):
        try:
            found = None if document in deleted else _article(segment, reader, document)
        except _UNREADABLE:
            yield None
            continue
        if found:
            yield found


def _deleted(folder: Path, entry: SegmentEntry) -> set[int]:
    if entry.deletions is None:
        return set()
    try:
        return set(ArrayFile(folder / entry.deletions, DELETIONS_KIND)["document"].tolist())
    except (FileNotFoundError, NewsIndexError):
        return set()


def _header_of(path: Path) -> tuple[dict[str, Any], int]:
    """The header of an array file, one wrong bit in it put right, and its length in bytes. Raises
    IndexCorrupt."""
    with open(path, "rb") as file:
        content = file.read(PREAMBLE_SIZE)
        if len(content) == PREAMBLE_SIZE:
            content += file.read(length_of(content))
    try:
        return decoded(path, content), length_of(content)
    except IndexCorrupt:
        if len(content) <= PREAMBLE_SIZE:
            raise
        tried = bytearray(content)
        for bit in range(8 * len(tried)):
            tried[bit >> 3] ^= 1 << (bit & 7)
            if is_whole(tried):
                return decoded(path, bytes(tried)), length_of(tried)
            tried[bit >> 3] ^= 1 << (bit & 7)
        raise


def _mended(path: Path, target: Path) -> tuple[dict[str, Any], int]:
    """Copy a damaged segment to ``target``, made as long as its header says and with checksums that
    can be compared, whether they are right or not; the header, and how many bytes of its texts
    are there. Raises IndexCorrupt, IndexWriteError."""
    header, room = _header_of(path)
    try:
        place, _ = header["checksums"]
        sizes = [np.dtype(kind).itemsize * length for kind, length, _ in header["arrays"].values()]
        _, length, offset = header["arrays"]["article_text"]
        with reported_writing(target):
            shutil.copyfile(path, target)
            os.truncate(target, header["size"])
            with open(target, "rb+") as file:
                file.seek(place)
                sums = file.read(4 * sum(map(chunks_of, sizes)))
                header["checksums"] = [place, zlib.crc32(sums)]
                file.seek(0)
                file.write(encoded(header, room))
    except (KeyError, TypeError, ValueError) as error:
        raise corrupt(path, "a table of arrays", f"another one ({error})") from error
    return header, min(length, max(0, path.stat().st_size - offset))


class _Articles(ArticleReader):
    """The stored articles of a damaged segment, to be read from the first to the last; of the texts
    the first ``left`` bytes are there, or all."""

    def __init__(self, file: ArrayFile, left: int | None) -> None:
        super().__init__(file)
        self._left = len(self._blob) if left is None else left
        if self._left < len(self._blob):
            self._text.trust(self._left)
        # Where the next text starts, if the one before could be read.
        self._next: int | None = 0

    def _read_dictionaries(self, file: ArrayFile) -> Sequence[bytes]:
        try:
            return super()._read_dictionaries(file)
        except IndexCorrupt:
            text = file.part("dictionary_text")
            if len(file.part("dictionary_start").values) != 2:
                raise
            text.check()  # of one dictionary it is known where it starts and ends
            return [text.values.tobytes()]

    def place(self, document: int) -> tuple[int, int]:
        start, self._next = self._next, None
        try:
            start, stop = super().place(document)
        except IndexCorrupt:
            if start is None:
                raise
            stop = start + self._length(start, document)
        if stop > self._left:
            raise corrupt(self._path, f"the text of article {document}", "the end of the file")
        self._next = stop
        return start, stop

    def _length(self, start: int, document: int) -> int:
        """The bytes of the record that starts there: the compression says where it ends."""
        decompressor = self._decompressor(self.dictionary_of(document))
        size = _READ_FIRST
        while True:
            piece = bytes(self._blob[start : start + size])
            if not 0 <= zstandard.frame_content_size(piece) <= MAX_RECORD:
                raise corrupt(self._path, f"the text of article {document}", "another length")
            reading = decompressor.decompressobj()
            reading.decompress(piece)
            if reading.eof:
                return len(piece) - len(reading.unused_data)
            if len(piece) < size:
                raise corrupt(self._path, f"the text of article {document}", "a part of it")
            size *= 2

    def dictionary_of(self, document: int) -> int:
        try:
            return super().dictionary_of(document)
        except IndexCorrupt:
            if len(self.dictionaries) == 1:
                return 0
            raise


def _article(segment: Segment, reader: ArticleReader, document: int) -> tuple[Article, bool]:
    """An article of a damaged segment, and whether a part of it is missing."""
    url, text, names, names_given, author, dateline = reader.fields(document)
    given = None
    if names_given:
        given = tuple(
            GivenEntity(kind, name, ((place, start, stop),))
            for kind, place, start, stop, _, name in names
        )
    missing = False

    def field(read: Callable[[], str | int | None]) -> str | int | None:
        nonlocal missing
        try:
            return read()
        except (NewsIndexError, ValueError, LookupError):
            missing = True
            return None

    def number(name: str) -> int:
        part = segment.file.part(name)
        part.check(document, document + 1)
        return int(part.values[document])

    def string(table: str, row: int) -> str:
        return Strings(segment.file, table)[row].decode()

    published = None
    seconds, minutes = field(lambda: number("published")), field(lambda: number("utc_offset"))
    if seconds is not None and seconds != UNDATED:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))
        published = moment.astimezone(timezone(timedelta(minutes=int(minutes or 0))))
    article = Article(
        title=str(field(lambda: string("title", document)) or ""),
        text=text,
        published=published,
        url=url,
        source=str(field(lambda: string("source", number("source"))) or "") or None,
        language=str(field(lambda: string("language", number("language"))) or "") or None,
        id=str(field(lambda: string("id", document)) or ""),
        entities=given,
        author=author,
        dateline=dateline,
    )
    return article, missing
