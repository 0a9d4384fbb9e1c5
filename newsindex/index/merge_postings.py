"""Merging of postings: those of several segments, term by term, in bounded memory.

Each segment's postings are read once, from front to back: the terms of all segments have one order,
and documents keep theirs. What is in memory at a time are the occurrences of some terms, or of some
documents of a frequent one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

import numpy as np

from newsindex.index.arrays import gather
from newsindex.index.columns import Columns
from newsindex.index.dictionaries import merge_forms, merge_terms
from newsindex.index.files import AnyArray, ArrayFileWriter
from newsindex.index.postings import PostingsWriter
from newsindex.index.segment import Segment

# Occurrences that are held in memory at once, each some 60 bytes.
_CHUNK = 400_000
# After so many chunks the memory of what was read of the segments' files is given back.
_RELEASED_AFTER = 8


def merge_postings(
    writer: ArrayFileWriter,
    segments: Sequence[Segment],
    document_maps: Sequence[AnyArray],
    columns: Columns,
) -> None:
    """Write dictionary, forms and postings of the live documents of ``segments``.

    ``document_maps`` give the new number of each segment's documents, -1 for a deleted one;
    ``columns`` those of the merged documents.
    """
    terms, term_maps = merge_terms(writer, segments)
    code_type, code_maps = merge_forms(writer, segments, term_maps, terms)
    pairs_of = [
        list(zip(segment.frequency.tolist(), segment.title_frequency.tolist(), strict=True))
        for segment in segments
    ]
    pairs = sorted(set(chain.from_iterable(pairs_of)))
    number_of = {pair: number for number, pair in enumerate(pairs)}
    pair_maps = [np.array([number_of[pair] for pair in own], dtype=np.uint32) for own in pairs_of]
    frequency = np.array([pair[0] for pair in pairs], dtype=np.int64)
    title_frequency = np.array([pair[1] for pair in pairs], dtype=np.int64)
    lengths = columns.title_length, columns.body_length
    postings = PostingsWriter(writer, terms, *lengths, frequency, title_frequency, code_type)
    sources = [
        _Source(*each, terms)
        for each in zip(segments, document_maps, term_maps, pair_maps, code_maps, strict=True)
    ]
    ranges = _term_chunks(segments, term_maps, terms)
    chunks = _read_chunks(sources, frequency, len(columns.title_length), ranges)
    # While one chunk is written the next is read: numpy lets another thread go on meanwhile.
    with ThreadPoolExecutor(1) as reader:
        ahead = reader.submit(next, chunks, None)
        number = 0
        while (chunk := ahead.result()) is not None:
            ahead = reader.submit(next, chunks, None)
            if chunk.postings is not None:
                postings.append_postings(*chunk.postings)
            postings.append_occurrences(chunk.document, chunk.counts, chunk.positions, chunk.forms)
            number += 1
            if number % _RELEASED_AFTER == 0:
                for segment in segments:
                    segment.file.release()
    postings.finish()


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


@dataclasses.dataclass(frozen=True, slots=True)
class _Chunk:
    """Occurrences of some merged postings in their order: of each posting the document and how many
    there are, of each occurrence the position and the form. With the first chunk of a range of
    terms come all its ``postings``: the term, the document and the frequency code of each."""

    document: AnyArray
    counts: AnyArray
    positions: AnyArray
    forms: AnyArray
    postings: tuple[AnyArray, AnyArray, AnyArray] | None


def _read_chunks(
    sources: Sequence[_Source],
    frequency: AnyArray,
    documents: int,
    ranges: Iterable[tuple[int, int]],
) -> Iterator[_Chunk]:
    """The postings of the merged terms ``first <= t < stop`` of each range, with occurrences."""
    for first, stop in ranges:
        parts = [source.take(first, stop) for source in sources]
        term, document, pair = (np.concatenate([part[i] for part in parts]) for i in range(3))
        owner = np.repeat(np.arange(len(parts), dtype=np.uint16), [len(part[0]) for part in parts])
        # One run per segment is sorted already, so the merge sort has little to do.
        order = np.argsort(term.astype(np.int64) * documents + document, kind="stable")
        term, document, pair, owner = term[order], document[order], pair[order], owner[order]
        postings: tuple[AnyArray, AnyArray, AnyArray] | None = term, document, pair
        counts = frequency[pair]
        ends = np.cumsum(counts)
        start = 0
        while start < len(ends):
            done = int(ends[start - 1]) if start else 0
            end = max(int(np.searchsorted(ends, done + _CHUNK, side="right")), start + 1)
            own, own_counts = owner[start:end], counts[start:end]
            found = [
                source.occurrences(int(np.count_nonzero(own == number)))
                for number, source in enumerate(sources)
            ]
            position, form = (np.concatenate([part[i] for part in found]) for i in range(2))
            # The occurrences came segment by segment; where those of each posting start there:
            by_owner = np.argsort(own, kind="stable")
            sizes = own_counts[by_owner]
            starts = np.empty(len(own), dtype=np.int64)
            starts[by_owner] = np.cumsum(sizes) - sizes
            place = gather(starts, own_counts)
            yield _Chunk(document[start:end], own_counts, position[place], form[place], postings)
            postings = None
            start = end


class _Source:
    """The postings of one segment, read from front to back and renumbered."""

    def __init__(
        self,
        segment: Segment,
        document_map: AnyArray,
        term_map: AnyArray,
        pair_map: AnyArray,
        code_map: tuple[AnyArray, AnyArray],
        terms: int,
    ) -> None:
        self._segment = segment
        self._document_map = document_map
        self._pair_map = pair_map
        self._base, self._codes = code_map
        # A term without a live posting goes with the next one that has some.
        new = np.where(term_map >= 0, term_map, terms)
        self._term_map = np.minimum.accumulate(new[::-1])[::-1]
        self._frequency = segment.frequency.astype(np.int64)

    def take(self, first: int, stop: int) -> tuple[AnyArray, AnyArray, AnyArray]:
        """The live postings of the merged terms ``first <= t < stop``: the new term, document and
        frequency code of each. Their occurrences are read next."""
        segment = self._segment
        ends = np.array([first, stop], dtype=self._term_map.dtype)
        low, high = np.searchsorted(self._term_map, ends).tolist()
        starts = segment.posting_start[low : high + 1].astype(np.int64)
        term = np.repeat(np.arange(low, high, dtype=np.uint32), np.diff(starts))
        self._documents = segment.docids.whole(low, high)
        code = segment.posting_frequency[int(starts[0]) : int(starts[-1])]
        document = self._document_map[self._documents]
        self._counts = self._frequency[code]
        self._bases = self._base[term]
        self._next = 0
        self._occurrence = segment.occurrences.starts_of(low)
        self._alive = None if segment.live is None else document >= 0
        pair = self._pair_map[code]
        term = self._term_map[term]
        if self._alive is None:
            return term, document, pair
        self._live_places = np.flatnonzero(self._alive)
        self._live_done = 0
        return term[self._alive], document[self._alive], pair[self._alive]

    def occurrences(self, number: int) -> tuple[AnyArray, AnyArray]:
        """Position and new form code of each occurrence of the next ``number`` live postings."""
        stop = self._next + number
        if self._alive is not None and number:
            self._live_done += number
            stop = int(self._live_places[self._live_done - 1]) + 1
        those = slice(self._next, stop)
        counts = self._counts[those]
        position, form, self._occurrence = self._segment.occurrences.following(
            self._occurrence, counts, self._documents[those]
        )
        code = self._codes[np.repeat(self._bases[those], counts) + form]
        self._next = stop
        if self._alive is None:
            return position, code
        kept = np.repeat(self._alive[those], counts)
        return position[kept], code[kept]
