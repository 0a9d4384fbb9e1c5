"""Merging: several segments become one, without their deleted documents, in bounded memory."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from newsindex.index.articles import MAX_DICTIONARIES, ArticleWriter
from newsindex.index.columns import Columns, numbered
from newsindex.index.files import AnyArray, ArrayFileWriter, smallest_dtype
from newsindex.index.manifest import SegmentEntry
from newsindex.index.merge_postings import merge_postings
from newsindex.index.postings import SEGMENT_KIND
from newsindex.index.segment import Segment
from newsindex.index.signatures import Signatures
from newsindex.index.strings import Strings, StringsWriter

# Segments of one size class (a power of eight of documents) that are left beside each other.
_SIZE_BASE = 8
_CLASS_LIMIT = 8
# Documents of a segment from which on it is merged no more but by `optimize`: what a merge holds in
# memory for each document stays within bounds.
_LARGEST = 2_000_000
# Smaller segments than this are few enough by their tiers.
_LARGE = 1000
_GROWTH = 3
# Segments that one merge reads: for each form of a word in each of them it holds some 5 bytes.
_MOST_MERGED = 100
# Documents of which titles, ids or articles are copied at once.
_DOCUMENTS = 4096
# A segment with a larger share of deleted documents is rewritten.
_MAX_DELETED = 0.4
# Records compressed without a dictionary (by small commits) are compressed anew from this many on.
_PLAIN_RECORDS = 200
# Records of which their dictionary is made.
_SAMPLED = 1000


@dataclasses.dataclass(frozen=True, slots=True)
class MergeTask:
    """Committed segments that are to become one: the file ``name``, in the folder of the index."""

    name: str
    entries: tuple[SegmentEntry, ...]

    def files(self) -> set[str]:
        """Names of the files that it reads."""
        return {file for e in self.entries for file in (e.name, e.deletions) if file}

    def run(self, folder: Path) -> Merged:
        """Merge them, without the documents that were deleted when they were committed."""
        return merge_segments(folder / self.name, [Segment(folder, e) for e in self.entries])


def choose_merge(entries: Sequence[SegmentEntry], limit: int = _CLASS_LIMIT) -> list[SegmentEntry]:
    """The segments that should become one now; an empty list if none should.

    Tiers in the manner of log-structured merge trees (O'Neil et al. 1996): as many segments of
    similar size as a tier may hold are merged into one of the next tier, so each article is
    rewritten a logarithmic number of times; smaller ones go with them. So there are at most about
    eight segments for each power of ten of documents, up to segments of some millions, which stay
    as they are. ``limit`` is what a tier may hold.
    """
    tiers: dict[int, list[SegmentEntry]] = {}
    for entry in entries:
        live = entry.documents - entry.deleted
        if entry.deleted > _MAX_DELETED * entry.documents:
            return [entry]
        if live <= _LARGEST:
            tiers.setdefault(int(math.log(max(live, 1), _SIZE_BASE)), []).append(entry)
    for tier in sorted(tiers):
        if len(tiers[tier]) >= limit:
            smaller = [entry for each in sorted(tiers) if each <= tier for entry in tiers[each]]
            return smaller[:_MOST_MERGED]
    return []


def next_merge(entries: Sequence[SegmentEntry]) -> list[SegmentEntry]:
    """The segments that should become one when a load has ended; an empty list if none should.

    Those of `choose_merge` first. Then, as each segment costs every search anew, a large one is
    merged with all smaller ones as soon as these hold a third as many documents as it does: what
    one load wrote becomes one segment, and later ones rewrite it when the index has grown by that.
    """
    if chosen := choose_merge(entries):
        return chosen
    ordered = sorted(entries, key=lambda entry: entry.documents - entry.deleted)
    sizes = [entry.documents - entry.deleted for entry in ordered]
    for place in range(len(sizes) - 1, 0, -1):
        smaller = sum(sizes[:place])
        if _LARGE <= sizes[place] <= _GROWTH * smaller and smaller + sizes[place] <= _LARGEST:
            return ordered[: place + 1]
    return []


def merge_segments(path: Path, segments: Sequence[Segment]) -> Merged:
    """Write the live documents of ``segments`` as the segment ``path``.

    The result is the same whatever the order of ``segments``: documents keep the order that their
    dates and ids give.
    """
    with ArrayFileWriter(path, SEGMENT_KIND) as writer:
        columns, origin, document_maps = _merge_columns(segments)
        columns.write(writer)
        writer.add("arrival", _arrivals(segments, origin))
        for name in ("id", "title"):
            _merge_strings(writer, name, segments, origin)
        Signatures.gathered(
            [segment.signatures for segment in segments], origin.segment, origin.document
        ).write(writer)
        merge_postings(writer, segments, document_maps, columns)
        _merge_articles(writer, segments, origin)
        return Merged(writer.finish(), origin)


@dataclasses.dataclass(frozen=True, slots=True)
class Merged:
    """What came of a merge: the bytes of the segment, and where its documents are from."""

    size: int
    origin: Origin


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """Where each merged document comes from: the number of its segment, its number there."""

    segment: AnyArray
    document: AnyArray

    def __len__(self) -> int:
        return len(self.segment)

    def pieces(self, segments: Sequence[Segment]) -> Iterator[slice]:
        """Some thousand documents at a time; the memory of what was read of the segments' files is
        given back between."""
        for start in range(0, len(self), _DOCUMENTS):
            yield slice(start, start + _DOCUMENTS)
            for segment in segments:
                segment.file.release()

    def strings(self, those: slice, tables: Sequence[Strings]) -> list[bytes]:
        """The string of each of ``those`` documents, of which ``tables`` have one for every
        document of a segment."""
        numbers, documents = self.segment[those], self.document[those]
        each = [
            iter(table.at(documents[numbers == number].tolist()))
            for number, table in enumerate(tables)
        ]
        return list(map(next, map(each.__getitem__, numbers.tolist())))


def _merge_columns(segments: Sequence[Segment]) -> tuple[Columns, Origin, list[AnyArray]]:
    """The merged columns; where each new document comes from; and for each segment the new number
    of each document, or -1 for a deleted one."""
    live = [_live_documents(segment) for segment in segments]

    def column(name: str) -> AnyArray:
        return np.concatenate(
            [segment.file[name][d] for segment, d in zip(segments, live, strict=True)]
        )

    def numbers(name: str, names: str) -> tuple[AnyArray, list[bytes]]:
        """A column of numbers into tables of strings, one a segment."""
        tables = [getattr(segment, names) for segment in segments]
        codes, merged = numbered(list(chain.from_iterable(tables)))
        maps = np.split(codes, np.cumsum([len(table) for table in tables])[:-1])
        return np.concatenate(
            [
                own[getattr(segment, name)[documents]]
                for segment, documents, own in zip(segments, live, maps, strict=True)
            ]
        ), merged

    source, sources = numbers("source", "sources")
    language, languages = numbers("language", "languages")
    columns = Columns(
        published=column("published"),
        utc_offset=column("utc_offset"),
        source=source,
        language=language,
        title_length=column("title_length"),
        body_length=column("body_length"),
        id_hash=np.concatenate(
            [s.hashes_of_all()[documents] for s, documents in zip(segments, live, strict=True)]
        ),
        sources=sources,
        languages=languages,
    )
    columns.title_length = columns.title_length.astype(np.uint32)
    columns.body_length = columns.body_length.astype(np.uint32)
    order = columns.order()
    columns.reorder(order)
    counts = [len(documents) for documents in live]
    origin = Origin(
        np.repeat(np.arange(len(segments), dtype=np.uint16), counts)[order],
        np.concatenate(live)[order],
    )
    maps = []
    for number, segment in enumerate(segments):
        new_numbers = np.full(segment.documents, -1, dtype=np.int32)
        mine = np.flatnonzero(origin.segment == number)
        new_numbers[origin.document[mine]] = mine
        maps.append(new_numbers)
    return columns, origin, maps


def _arrivals(segments: Sequence[Segment], origin: Origin) -> AnyArray:
    """The arrival of each merged document."""
    arrivals = np.empty(len(origin), dtype=np.int64)
    for number, segment in enumerate(segments):
        mine = origin.segment == number
        arrivals[mine] = segment.arrival[origin.document[mine]]
    return arrivals.astype(smallest_dtype(int(arrivals.max(initial=0))))


def _live_documents(segment: Segment) -> AnyArray:
    """Numbers of the live documents, as uint32."""
    if segment.live is None:
        return np.arange(segment.documents, dtype=np.uint32)
    return np.flatnonzero(segment.live).astype(np.uint32)


def _merge_strings(
    writer: ArrayFileWriter, name: str, segments: Sequence[Segment], origin: Origin
) -> None:
    """Copy a string of each document in the new order."""
    tables = [Strings(segment.file, name) for segment in segments]
    output = StringsWriter(writer, name)
    for those in origin.pieces(segments):
        output.append(origin.strings(those, tables))
    output.finish()


def _merge_articles(writer: ArrayFileWriter, segments: Sequence[Segment], origin: Origin) -> None:
    """Copy the stored articles in their new order, compressed as they are where that serves."""
    output = ArticleWriter(writer)
    readers = [segment.articles for segment in segments]
    contents = [content for reader in readers for content in reader.dictionaries]
    # The dictionary of each document: a number into ``contents``.
    dictionary = np.empty(len(origin), dtype=np.intp)
    done = 0
    for number, segment in enumerate(segments):
        mine = origin.segment == number
        dictionary[mine] = done + segment.file["article_dictionary"][origin.document[mine]]
        done += len(readers[number].dictionaries)
    again = np.ones(len(origin), dtype=bool)
    if len(set(contents)) <= MAX_DICTIONARIES:
        again = np.array([not content for content in contents])[dictionary]
        if np.count_nonzero(again) < _PLAIN_RECORDS:
            again[:] = False
    plain = np.flatnonzero(again)

    def record(place: int) -> bytes:
        return readers[int(origin.segment[place])].record(int(origin.document[place]))

    sample = plain[:: max(1, len(plain) // _SAMPLED)].tolist()
    compress, own_number = output.compressor([record(place) for place in sample])
    # In the order of the documents, whatever that of the segments.
    kept, first = np.unique(dictionary[~again], return_index=True)
    number_of = np.zeros(len(contents), dtype=np.uint8)
    for old in kept[np.argsort(first)].tolist():
        number_of[old] = output.use_dictionary(contents[old])
    numbers = number_of[dictionary]
    numbers[plain] = own_number
    tables = [Strings(segment.file, "article") for segment in segments]
    for those in origin.pieces(segments):
        frames = origin.strings(those, tables)
        for place in np.flatnonzero(again[those]).tolist():
            frames[place] = compress(record(those.start + place))
        output.append(frames, numbers[those].tobytes())
    output.finish()
