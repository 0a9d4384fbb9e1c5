"""Stored articles: one compressed record each, so that one is read without its neighbours.

A record is the JSON array ``[url, text, names, names_given, author, dateline]`` (titles are a
column, see newsindex.index; the rest is as StoredFields says), compressed with Zstandard (RFC 8878)
against a dictionary of sample records of the same segment: articles are short, and alone they
compress badly.
"""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
import zstandard

from newsindex.entities.model import Mention
from newsindex.errors import IndexCorrupt
from newsindex.index.files import ArrayFile, ArrayFileWriter, smallest_dtype
from newsindex.index.strings import Strings, write_strings
from newsindex.model import Article

_LEVEL = 3
_DICTIONARY_BYTES = 1 << 16
# What an article is read from. It lies before all else in a segment, the texts at its end, so that
# of a file that was cut short all articles are left whose texts are.
_READ_FROM = (
    *("published", "utc_offset", "source", "language"),
    *(f"{table}_{part}" for table in ("source", "language") for part in ("start", "text")),
    *("id_start", "id_text", "title_start", "title_text"),
    *("article_start", "article_dictionary", "dictionary_start", "dictionary_text"),
    "article_text",
)
# Below this many records a dictionary costs more than it saves.
_DICTIONARY_FROM = 200
# Compressed records that are written at once.
_WRITTEN_AT_ONCE = 256
# A merge copies compressed records with their dictionaries until there are this many of them.
MAX_DICTIONARIES = 64
# No record of more bytes than this is read back: a damaged length must not exhaust memory.
MAX_RECORD = 1 << 28


def encode_article(article: Article, mentions: Sequence[Mention] = ()) -> bytes:
    """The part of an article that is stored whole, before compression."""
    names = [(m.kind, m.field, m.start, m.stop, m.key, m.name) for m in mentions]
    given = article.entities is not None
    fields = [article.url, article.text, names, given, article.author, article.dateline]
    # A copy: what orjson gives keeps the room that it might have needed, ten times as much.
    return bytes(memoryview(orjson.dumps(fields)))


def _dictionary(content: bytes) -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(content, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _sample(records: Sequence[bytes]) -> bytes:
    """Records spread evenly over all of them, up to the size of a dictionary."""
    if len(records) < _DICTIONARY_FROM:
        return b""
    average = sum(map(len, records)) // len(records) + 1
    step = max(1, len(records) * average // _DICTIONARY_BYTES)
    return b"".join(records[::step])[:_DICTIONARY_BYTES]


class ArticleWriter:
    """Writes the stored articles of a new segment, in document order."""

    def __init__(self, writer: ArrayFileWriter) -> None:
        self._writer = writer
        self._blob = writer.stream("article_text", np.uint8)
        self._lengths = array("I")
        self._dictionary_of = bytearray()
        self._dictionaries: list[bytes] = []

    def use_dictionary(self, content: bytes) -> int:
        """Register a dictionary for the records that follow; its number."""
        if content not in self._dictionaries:
            self._dictionaries.append(content)
        return self._dictionaries.index(content)

    def append(self, frames: Sequence[bytes], dictionaries: bytes) -> None:
        """Append compressed records as they are; ``dictionaries`` has the number of each one's."""
        self._blob.append(np.frombuffer(b"".join(frames), np.uint8))
        self._lengths.extend(map(len, frames))
        self._dictionary_of.extend(dictionaries)

    def append_records(self, records: Sequence[bytes]) -> None:
        """Compress and append records, against a dictionary made of a sample of them."""
        compress, number = self.compressor(records)
        for start in range(0, len(records), _WRITTEN_AT_ONCE):
            frames = list(map(compress, records[start : start + _WRITTEN_AT_ONCE]))
            self.append(frames, bytes([number]) * len(frames))

    def compressor(self, records: Sequence[bytes]) -> tuple[Callable[[bytes], bytes], int]:
        """A function that compresses records like ``records``, and its dictionary's number."""
        sample = _sample(records)
        number = self.use_dictionary(sample)
        dictionary = _dictionary(sample) if sample else None
        return zstandard.ZstdCompressor(level=_LEVEL, dict_data=dictionary).compress, number

    def finish(self) -> None:
        starts = np.zeros(len(self._lengths) + 1, dtype=np.int64)
        np.cumsum(self._lengths, out=starts[1:])
        self._writer.add("article_start", starts.astype(smallest_dtype(int(starts[-1]))))
        self._writer.add("article_dictionary", np.frombuffer(self._dictionary_of, np.uint8))
        write_strings(self._writer, "dictionary", self._dictionaries)
        self._writer.first = _READ_FROM


class _PerThread(threading.local):
    """Decompressors by the number of their dictionary."""

    def __init__(self) -> None:
        self.known: dict[int, zstandard.ZstdDecompressor] = {}


class StoredFields(NamedTuple):
    """What a record holds. Each of ``names`` is the kind, the field, where it starts and stops,
    the key, the name to show; ``names_given`` says that they came with the article, and were not
    looked for. Older records have no more than the first three or four."""

    url: str | None
    text: str
    names: list[tuple[Any, ...]]
    names_given: bool = False
    author: str | None = None
    dateline: str | None = None


class ArticleReader:
    """Reads the stored articles of a segment."""

    def __init__(self, file: ArrayFile) -> None:
        self._path = file.path
        self._text = file.part("article_text")
        self._blob = self._text.values.data
        self._start, self._dictionary_of = (
            file.part(name) for name in ("article_start", "article_dictionary")
        )
        self.dictionaries = self._read_dictionaries(file)
        self._decompressors = _PerThread()

    def _read_dictionaries(self, file: ArrayFile) -> Sequence[bytes]:
        return Strings(file, "dictionary")

    def dictionary_of(self, document: int) -> int:
        self._dictionary_of.check(document, document + 1)
        return int(self._dictionary_of.values[document])

    def place(self, document: int) -> tuple[int, int]:
        """Where the compressed record of a document starts and stops."""
        self._start.check(document, document + 2)
        return int(self._start.values[document]), int(self._start.values[document + 1])

    def frame(self, document: int) -> bytes:
        """The compressed record of a document."""
        start, stop = self.place(document)
        self._text.check(start, stop)
        return bytes(self._blob[start:stop])

    def record(self, document: int) -> bytes:
        """The record of a document, decompressed. Raises IndexCorrupt if it is damaged."""
        frame = self.frame(document)
        try:
            if zstandard.frame_content_size(frame) > MAX_RECORD:
                raise IndexCorrupt(
                    f"{self._path}: article {document} is longer than {MAX_RECORD} bytes"
                )
            return self._decompressor(self.dictionary_of(document)).decompress(frame)
        except zstandard.ZstdError as error:
            raise IndexCorrupt(
                f"{self._path}: expected the compressed article {document}, found something else"
                f" ({error}); run `newsindex check`"
            ) from error

    def _decompressor(self, number: int) -> zstandard.ZstdDecompressor:
        """The decompressor for a dictionary; each thread has its own, they cannot be shared."""
        mine = self._decompressors.known
        if number not in mine:
            content = self.dictionaries[number]
            mine[number] = zstandard.ZstdDecompressor(
                dict_data=_dictionary(content) if content else None
            )
        return mine[number]

    def fields(self, document: int) -> StoredFields:
        """What is stored of a document. Raises IndexCorrupt if it is damaged."""
        try:
            return StoredFields(*orjson.loads(self.record(document)))
        except (TypeError, ValueError) as error:
            raise IndexCorrupt(
                f"{self._path}: expected the {len(StoredFields._fields)} fields of article"
                f" {document}, found something else ({error}); run `newsindex check`"
            ) from error
