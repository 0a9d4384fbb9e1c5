"""Merging: several segments become one, without their deleted documents, in bounded memory."""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import numpy as np

from newsindex.index.articles import MAX_DICTIONARIES, ArticleWriter
from newsindex.index.columns import Columns, numbered
from newsindex.index.files import AnyArray, ArrayFileWriter, smallest_dtype
from newsindex.index.manifest import SegmentEntry
from newsindex.index.postings import SEGMENT_KIND, FormTable, PostingsWriter, gather
from newsindex.index.segment import Segment
from newsindex.index.signatures import Signatures
from newsindex.index.strings import write_strings

# Segments of one size class (a power of eight of documents) that are left beside each other.
_SIZE_BASE = 8
_CLASS_LIMIT = 8
# Occurrences that are held in memory at once while merging.
_CHUNK = 2_000_000
# A segment with a larger share of deleted documents is rewritten.
_MAX_DELETED = 0.4
# Records compressed without a dictionary (by small commits) are compressed anew from this many on.
_PLAIN_RECORDS = 200


def choose_merge(entries: Sequence[SegmentEntry]) -> list[SegmentEntry]:
    """The segments that should become one now; an empty list if none should.

    Tiers in the manner of log-structured merge trees (O'Neil et al. 1996): as many segments of
    similar size as a tier may hold are merged into one of the next tier, so each article is
    rewritten a logarithmic number of times.
    """
    tiers: dict[int, list[SegmentEntry]] = {}
    for entry in entries:
        live = entry.documents - entry.deleted
        if entry.deleted > _MAX_DELETED * entry.documents:
            return [entry]
        tiers.setdefault(int(math.log(max(live, 1), _SIZE_BASE)), []).append(entry)
    for tier in sorted(tiers):
        if len(tiers[tier]) >= _CLASS_LIMIT:
            return tiers[tier]
    return []


def merge_segments(path: Path, segments: Sequence[Segment]) -> tuple[int, int]:
    """Write the live documents of ``segments`` as the segment ``path``.

    Returns its size in bytes and its number of documents. The result is the same whatever the
    order of ``segments``: documents keep the order that their dates and ids give.
    """
    with ArrayFileWriter(path, SEGMENT_KIND) as writer:
        columns, order, document_maps = _merge_columns(segments)
        columns.write(writer)
        writer.add("arrival", _arrivals(segments, order))
        lengths = columns.title_length + columns.body_length
        Signatures.gathered([segment.signatures for segment in segments], order).write(writer)
        _merge_postings(writer, segments, document_maps, lengths)
        _merge_articles(writer, segments, order)
        return writer.finish(), len(order)


def _merge_columns(
    segments: Sequence[Segment],
) -> tuple[Columns, AnyArray, list[AnyArray]]:
    """The merged columns; where each new document comes from, as rows (segment, document); and for
    each segment the new number of each document, or -1 for a deleted one."""
    live = [_live_documents(segment) for segment in segments]

    def column(name: str) -> AnyArray:
        return np.concatenate(
            [segment.file[name][d] for segment, d in zip(segments, live, strict=True)]
        )

    def strings(name: str) -> list[bytes]:
        return [
            getattr(segment, name)[document]
            for segment, documents in zip(segments, live, strict=True)
            for document in documents.tolist()
        ]

    hashes = [s.hashes_of_all()[documents] for s, documents in zip(segments, live, strict=True)]
    source, sources = numbered(
        segment.sources[number] or None
        for segment, documents in zip(segments, live, strict=True)
        for number in segment.source[documents].tolist()
    )
    language, languages = numbered(
        segment.languages[number] or None
        for segment, documents in zip(segments, live, strict=True)
        for number in segment.language[documents].tolist()
    )
    columns = Columns(
        published=column("published"),
        utc_offset=column("utc_offset"),
        source=source,
        language=language,
        title_length=column("title_length").astype(np.int64),
        body_length=column("body_length").astype(np.int64),
        id_hash=np.concatenate(hashes),
        ids=strings("ids"),
        titles=strings("titles"),
        sources=sources,
        languages=languages,
    )
    order = columns.order()
    columns.reorder(order)
    origin = np.concatenate(
        [
            np.stack([np.full(len(documents), number), documents], axis=1)
            for number, documents in enumerate(live)
        ]
    )[order]
    maps = []
    for number, segment in enumerate(segments):
        new_numbers = np.full(segment.documents, -1, dtype=np.int64)
        mine = np.flatnonzero(origin[:, 0] == number)
        new_numbers[origin[mine, 1]] = mine
        maps.append(new_numbers)
    return columns, origin, maps


def _arrivals(segments: Sequence[Segment], origin: AnyArray) -> AnyArray:
    """The arrival of each merged document, which comes from the rows (segment, document)."""
    arrivals = np.empty(len(origin), dtype=np.int64)
    for number, segment in enumerate(segments):
        mine = origin[:, 0] == number
        arrivals[mine] = segment.arrival[origin[mine, 1]]
    return arrivals.astype(smallest_dtype(int(arrivals.max(initial=0))))


def _live_documents(segment: Segment) -> AnyArray:
    if segment.live is None:
        return np.arange(segment.documents)
    return np.flatnonzero(segment.live)


def _merge_postings(
    writer: ArrayFileWriter,
    segments: Sequence[Segment],
    document_maps: Sequence[AnyArray],
    lengths: AnyArray,
) -> None:
    terms, term_maps = _merge_terms(segments)
    table, code_maps = _merge_forms(segments, term_maps)
    pairs_of = [
        list(zip(segment.frequency.tolist(), segment.title_frequency.tolist(), strict=True))
        for segment in segments
    ]
    pairs = sorted(set(chain.from_iterable(pairs_of)))
    pair_number = {pair: number for number, pair in enumerate(pairs)}
    pair_maps = [np.array([pair_number[pair] for pair in own], dtype=np.int64) for own in pairs_of]
    frequency = np.array([pair[0] for pair in pairs], dtype=np.int64)
    title_frequency = np.array([pair[1] for pair in pairs], dtype=np.int64)

    write_strings(writer, "term", terms)
    table.write(writer)
    postings = PostingsWriter(
        writer, len(terms), lengths, frequency, title_frequency, table.code.dtype
    )
    for first, stop in _term_chunks(segments, term_maps, len(terms)):
        parts = [
            _chunk_of(segment, term_map, document_map, pair_map, code_map, first, stop)
            for segment, term_map, document_map, pair_map, code_map in zip(
                segments, term_maps, document_maps, pair_maps, code_maps, strict=True
            )
        ]
        term, document, pair, position, form = (
            np.concatenate([part[i] for part in parts]) for i in range(5)
        )
        counts = frequency[pair]
        starts = np.cumsum(counts) - counts
        # One run per segment is already sorted, so the merge sort has little to do.
        by_term = np.argsort(term * np.int64(len(lengths)) + document, kind="stable")
        occurrence = gather(starts[by_term], counts[by_term])
        postings.append(
            term[by_term], document[by_term], pair[by_term], position[occurrence], form[occurrence]
        )
    postings.finish()


def _merge_terms(segments: Sequence[Segment]) -> tuple[list[bytes], list[AnyArray]]:
    """The merged dictionary, and each segment's term numbers in it (-1: no live posting)."""
    alive = [_terms_alive(segment) for segment in segments]
    maps = [np.full(len(segment.terms), -1, dtype=np.int64) for segment in segments]

    def numbered_terms(number: int) -> Iterator[tuple[bytes, int, int]]:
        terms = segments[number].terms
        return ((terms[term], number, term) for term in alive[number].tolist())

    merged: list[bytes] = []
    for text, number, term in heapq.merge(*map(numbered_terms, range(len(segments)))):
        if not merged or merged[-1] != text:
            merged.append(text)
        maps[number][term] = len(merged) - 1
    return merged, maps


def _terms_alive(segment: Segment) -> AnyArray:
    """Numbers of the terms that stand in a live document."""
    if segment.live is None:
        return np.arange(len(segment.terms))
    alive = segment.live[segment.docids.whole(0, len(segment.terms))]
    ends = np.concatenate([[0], np.cumsum(alive)])[segment.posting_start]
    return np.flatnonzero(np.diff(ends))


def _merge_forms(
    segments: Sequence[Segment], term_maps: Sequence[AnyArray]
) -> tuple[FormTable, list[tuple[AnyArray, AnyArray]]]:
    """The merged form table, and for each segment: where each term's codes start in a flat array,
    and that array of new codes."""
    rows: list[list[tuple[bytes, int]]] = []
    kept: list[AnyArray] = []
    for segment, term_map in zip(segments, term_maps, strict=True):
        terms = term_map[segment.form_term]
        alive = np.flatnonzero(terms >= 0)
        kept.append(alive)
        rows.append(
            [
                (segment.forms[row], term)
                for row, term in zip(alive.tolist(), terms[alive].tolist(), strict=True)
            ]
        )
    table = FormTable.build(list(chain.from_iterable(rows)))
    maps = []
    for segment, alive, entries in zip(segments, kept, rows, strict=True):
        per_term = np.bincount(segment.form_term, minlength=len(segment.terms))
        base = np.cumsum(per_term) - per_term
        codes = np.zeros(len(segment.forms), dtype=table.code.dtype)
        flat = base[segment.form_term] + segment.form_code
        codes[flat[alive]] = table.code[table.numbers_of(entries)]
        maps.append((base, codes))
    return table, maps


def _term_chunks(
    segments: Sequence[Segment], term_maps: Sequence[AnyArray], terms: int
) -> Iterator[tuple[int, int]]:
    """Cut the merged dictionary into ranges of at most _CHUNK occurrences (or one term)."""
    weight = np.zeros(terms + 1, dtype=np.int64)
    for segment, term_map in zip(segments, term_maps, strict=True):
        kept = term_map >= 0
        size = segment.position_start.astype(np.int64) + segment.posting_start
        weight[term_map[kept] + 1] += np.diff(size)[kept]
    ends = np.cumsum(weight)
    first = 0
    while first < terms:
        stop = int(np.searchsorted(ends, ends[first] + _CHUNK, side="right")) - 1
        stop = min(max(stop, first + 1), terms)
        yield first, stop
        first = stop


def _chunk_of(
    segment: Segment,
    term_map: AnyArray,
    document_map: AnyArray,
    pair_map: AnyArray,
    code_map: tuple[AnyArray, AnyArray],
    first: int,
    stop: int,
) -> tuple[AnyArray, AnyArray, AnyArray, AnyArray, AnyArray]:
    """One segment's live postings of the merged terms ``first <= t < stop``, renumbered: term,
    document and frequency code of each posting, position and form code of each occurrence."""
    kept = np.flatnonzero((term_map >= first) & (term_map < stop))
    low, high = (int(kept[0]), int(kept[-1]) + 1) if len(kept) else (0, 0)
    postings = slice(int(segment.posting_start[low]), int(segment.posting_start[high]))
    per_term: AnyArray = np.diff(segment.posting_start[low : high + 1].astype(np.int64))
    old_term = np.repeat(np.arange(low, high), per_term)
    document = document_map[segment.docids.whole(low, high)]
    code = segment.posting_frequency[postings]
    counts = segment.frequency[code].astype(np.int64)
    position = segment.occurrences.whole(low, high)
    occurrence_term = np.repeat(old_term, counts)
    base, codes = code_map
    form = codes[base[occurrence_term] + segment.occurrences.forms_of(low, high)]
    if segment.live is not None:
        alive = document >= 0
        alive_occurrences = np.repeat(alive, counts)
        old_term, document, code = old_term[alive], document[alive], code[alive]
        position, form = position[alive_occurrences], form[alive_occurrences]
    return term_map[old_term], document, pair_map[code], position, form


def _merge_articles(writer: ArrayFileWriter, segments: Sequence[Segment], origin: AnyArray) -> None:
    """Copy the stored articles in their new order, compressed as they are where that serves."""
    output = ArticleWriter(writer)
    readers = [segment.articles for segment in segments]
    dictionaries = [list(reader.dictionaries) for reader in readers]
    too_many = len(set(chain.from_iterable(dictionaries))) > MAX_DICTIONARIES
    places: list[tuple[int, int]] = list(map(tuple, origin.tolist()))
    plain = [
        (number, document)
        for number, document in places
        if too_many or not dictionaries[number][readers[number].dictionary_of(document)]
    ]
    again = set(plain) if too_many or len(plain) >= _PLAIN_RECORDS else set()
    sample = plain[:: max(1, len(plain) // 1000)] if again else []
    compress, own = output.compressor(
        [readers[number].record(document) for number, document in sample]
    )
    kept: dict[tuple[int, int], int] = {}
    for place in places:
        number, document = place
        reader = readers[number]
        if place in again:
            output.append(compress(reader.record(document)), own)
            continue
        old = (number, reader.dictionary_of(document))
        if old not in kept:
            kept[old] = output.use_dictionary(dictionaries[number][old[1]])
        output.append(reader.frame(document), kept[old])
    output.finish()
