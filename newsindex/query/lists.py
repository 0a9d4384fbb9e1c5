"""Posting lists looked into: which of some documents hold a term, and its weight in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from newsindex.index.arrays import begins_run, gather
from newsindex.index.docids import BLOCK_BITS
from newsindex.index.files import AnyArray
from newsindex.index.impacts import TermWindows
from newsindex.index.segment import Segment
from newsindex.query.sets import contains, look_up, search, search_pays

BLOCK = 1 << BLOCK_BITS
_WORDS = BLOCK // 64


def _low_masks() -> AnyArray:
    """For each place in a block the four words in which all bits before the place are set."""
    places = np.arange(BLOCK)
    return np.packbits(places[None, :] < places[:, None], axis=1, bitorder="little").view(np.uint64)


_BEFORE = _low_masks()
_BELOW_1 = np.float32(1 - 1e-6)
# Lists are added in a table of all documents rather than merged by sorting where they hold so many
# for each place of it, times the number of lists: sorting takes longer the more there are.
_TABLE_PAYS = 0.4
# Of so many documents and more the numbers of postings are counted by a table of all.
_COUNTED_FROM = 256


class PostingList:
    """The postings of one term in one segment. ``bitmap`` and ``windows`` are there for frequent
    terms (see newsindex.index.docids and newsindex.index.impacts)."""

    def __init__(self, segment: Segment, term: int) -> None:
        self._segment = segment
        self.term = term
        self.start = int(segment.posting_start[term])
        self.size = int(segment.posting_start[term + 1]) - self.start
        self.bitmap: AnyArray | None = segment.docids.bitmap(term)
        self._word_starts: AnyArray | None = None

    @cached_property
    def windows(self) -> TermWindows | None:
        return self._segment.windows.of(self.term)

    @cached_property
    def documents(self) -> AnyArray:
        """All documents, ascending."""
        return self._segment.docids.of(self.term)[2]

    def weights_of(self, postings: AnyArray | slice) -> AnyArray:
        """The weights of some postings (their numbers in the segment), float32."""
        codes = self._segment.posting_frequency[postings]
        weights: AnyArray = self._segment.weight_of_code.take(codes)
        return weights

    def weighted(self, first: int, stop: int) -> tuple[AnyArray, AnyArray]:
        """The documents ``first <= d < stop``, ascending, and the weight of each."""
        low, high, documents = self._segment.docids.of(self.term, first, stop)
        return documents, self.weights_of(slice(low, high))

    def within(self, first: int, stop: int) -> AnyArray:
        """The documents ``first <= d < stop``, ascending."""
        if (first, stop) == (0, self._segment.documents):
            return self.documents
        return self._segment.docids.of(self.term, first, stop)[2]

    def at_end(self, count: int, *, first: bool) -> AnyArray:
        """The ``count`` first or last documents, ascending."""
        return self._segment.docids.at_end(self.term, count, first=first)

    def holds(self, documents: AnyArray) -> AnyArray:
        """For each of ``documents`` (ascending) whether the term stands in it."""
        if self.bitmap is not None:
            return in_bitmap(self.bitmap, documents)
        if "_table" not in self.__dict__ and self._search_pays(documents):
            return contains(self.documents, documents, self._segment.documents)
        held: AnyArray = self._table[documents]
        return held

    @cached_property
    def _table(self) -> AnyArray:
        """Of each document of the segment whether it holds the term: a query that looks for many
        looks several times."""
        table = np.zeros(self._segment.documents, dtype=bool)
        table[self.documents] = True
        return table

    def _search_pays(self, documents: AnyArray) -> bool:
        return search_pays(documents, self.documents, self._segment.documents)

    def meeting(self, documents: AnyArray) -> tuple[AnyArray, AnyArray | None]:
        """Which of ``documents`` (ascending) hold the term: their indexes, ascending; and the
        numbers of its postings in them, where these come by the way."""
        if self.bitmap is not None:
            return in_bitmap(self.bitmap, documents).nonzero()[0], None
        own, limit = self.documents, self._segment.documents
        if not self.size or not len(documents):
            return np.empty(0, np.int64), None
        if self._search_pays(documents):
            place, held = look_up(own, documents)
            index = held.nonzero()[0]
            return index, self.start + place[index]
        # One table of all: 1 for the documents that are asked for, 2 where the list has them too.
        table = np.zeros(limit, dtype=np.uint8)
        table[documents] = 1
        place = table[own].view(bool).nonzero()[0]
        table[own[place]] = 2
        return (table[documents] == 2).nonzero()[0], self.start + place

    def numbers(self, documents: AnyArray) -> AnyArray:
        """The number of the posting of each of ``documents``, each of which holds the term."""
        if self.bitmap is None or self.windows is None:
            return self.start + search(self.documents, documents)
        if len(documents) >= _COUNTED_FROM:
            word = documents >> 6
            below = (np.uint64(1) << (documents & 63).astype(np.uint64)) - np.uint64(1)
            within = np.bitwise_count(self.bitmap[word] & below)
            counted: AnyArray = self._before_words(self.bitmap)[word] + within
            return counted
        block = documents >> BLOCK_BITS
        before = self.bitmap.reshape(-1, _WORDS)[block] & _BEFORE[documents & (BLOCK - 1)]
        within = np.bitwise_count(before).sum(axis=1, dtype=np.int64)
        numbers: AnyArray = self.start + self.windows.posting[block] + within
        return numbers

    def _before_words(self, bitmap: AnyArray) -> AnyArray:
        """The number of the first posting in each word of the bitmap, counted once."""
        if self._word_starts is None:
            counts = np.bitwise_count(bitmap).astype(np.int64)
            self._word_starts = self.start + counts.cumsum() - counts
        return self._word_starts

    def weights_at(self, documents: AnyArray) -> AnyArray:
        """The weight of each of ``documents`` (ascending), float32; 0 where the term is not."""
        weights = np.zeros(len(documents), dtype=np.float32)
        if self.bitmap is None and self._search_pays(documents):
            place, held = look_up(self.documents, documents)
            hit = held.nonzero()[0]
            weights[hit] = self.weights_of(self.start + place[hit])
            return weights
        hit = self.holds(documents).nonzero()[0]
        weights[hit] = self.weights_of(self.numbers(documents[hit]))
        return weights

    def fill_cells(self, cells: AnyArray, blocks: AnyArray, slots: AnyArray) -> None:
        """Add the term's weights in some ``blocks`` of documents (ascending) to ``cells``, float32
        of shape (blocks, BLOCK); ``slots`` has the row of each block of the segment, or -1."""
        if self.bitmap is None or self.windows is None:
            self._scatter(cells, slots, *self.in_blocks(blocks))
            return
        words = self.bitmap.reshape(-1, _WORDS)[blocks].view(np.uint8)
        # Places are found, and written to, several times faster by their numbers than by a mask.
        where = np.unpackbits(words.ravel(), bitorder="little").view(bool).nonzero()[0]
        _, _, postings = self._postings_in(self.windows, blocks)
        # Bits stand in the order of postings. Nothing is twice in one list, but several lists may
        # share their cells.
        cells.reshape(-1)[where] += self.weights_of(postings)

    def in_blocks(self, blocks: AnyArray) -> tuple[AnyArray, AnyArray]:
        """The documents of some ``blocks`` (ascending), and of others, that hold the term,
        ascending, and the weight of each."""
        if self.windows is None:
            return self.weighted(0, self._segment.documents)
        windows, counts, postings = self._postings_in(self.windows, blocks)
        documents = self._segment.docids.in_windows(
            self.term, windows, self.windows.bits, postings - self.start, counts
        )
        return documents, self.weights_of(postings)

    def _postings_in(
        self, windows: TermWindows, blocks: AnyArray
    ) -> tuple[AnyArray, AnyArray, AnyArray]:
        """The windows that cover ``blocks``, how many postings each has, and their numbers."""
        chosen = blocks
        if windows.bits > BLOCK_BITS:
            chosen = blocks >> (windows.bits - BLOCK_BITS)
            chosen = chosen[begins_run(chosen)]
        starts = windows.posting[chosen].astype(np.int64)
        counts = windows.posting[chosen + 1] - starts
        return chosen, counts, gather(starts + self.start, counts)

    @staticmethod
    def _scatter(cells: AnyArray, slots: AnyArray, documents: AnyArray, weights: AnyArray) -> None:
        slot = slots[documents >> BLOCK_BITS]
        wanted = (slot >= 0).nonzero()[0]
        cells[slot[wanted], documents[wanted] & (BLOCK - 1)] += weights[wanted]

    def bounds(self, blocks: int, norms: AnyArray, stretch: float) -> AnyArray:
        """For each of so many blocks a bound of the impacts in it, float32.

        ``norms`` are those of all documents; ``stretch`` is how much larger than the segment's own
        the average length is, where it is larger, else 1.
        """
        if self.windows is not None:
            return self.windows.bounds(blocks) * np.float32(stretch * (1 + 1e-6))
        documents, weights = self.weighted(0, self._segment.documents)
        impact = weights / (weights + norms[documents])
        block = documents >> BLOCK_BITS
        starts = begins_run(block).nonzero()[0]
        bounds = np.zeros(blocks, dtype=np.float32)
        bounds[block[starts]] = np.maximum.reduceat(impact, starts) * np.float32(1 + 1e-6)
        return bounds


def together(parts: Sequence[tuple[AnyArray, AnyArray]]) -> tuple[AnyArray, AnyArray]:
    """The documents in any of ``parts``, ascending, and the sums of the values (above 0) that they
    have in them, added in the order of the parts."""
    parts = [part for part in parts if len(part[0])] or list(parts[:1])
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return np.empty(0, np.int64), np.empty(0, np.float32)
    low = min(int(documents[0]) for documents, _ in parts)
    span = max(int(documents[-1]) for documents, _ in parts) + 1 - low
    if len(parts) * sum(len(documents) for documents, _ in parts) > span * _TABLE_PAYS:
        totals = np.zeros(span, dtype=np.float32)
        for documents, values in parts:
            np.add.at(totals, documents - low, values)
        # Of a comparison numpy finds what is not zero several times faster than of the numbers.
        found = (totals > 0).nonzero()[0]
        return (found + low).astype(parts[0][0].dtype), totals[found]
    documents = np.concatenate([part[0] for part in parts])
    values = np.concatenate([part[1] for part in parts])
    order = documents.argsort(kind="stable")
    documents, values = documents[order], values[order]
    starts = begins_run(documents).nonzero()[0]
    counts = np.diff(starts, append=len(documents))
    sums = values[starts]
    # One after another: reduceat would add the last ones first, and round otherwise.
    for place in range(1, int(counts.max())):
        more = (counts > place).nonzero()[0]
        sums[more] += values[starts[more] + place]
    return documents[starts], sums


def in_bitmap(bitmap: AnyArray, documents: AnyArray) -> AnyArray:
    """For each of ``documents`` whether its bit is set."""
    words = bitmap.view(np.uint8)[documents >> 3]
    found: AnyArray = (words >> (documents & 7).astype(np.uint8) & 1).view(bool)
    return found


def slots_of(blocks: AnyArray, total: int) -> AnyArray:
    """The row of each of ``total`` blocks in a table of some of them, -1 for the others."""
    slots = np.full(total, -1, dtype=np.int32)
    slots[blocks] = np.arange(len(blocks))
    return slots


def documents_of(blocks: AnyArray, cells: AnyArray) -> AnyArray:
    """The documents of some cells of a table of ``blocks``."""
    documents: AnyArray = blocks[cells >> BLOCK_BITS] * BLOCK + (cells & (BLOCK - 1))
    return documents


class WordLists:
    """A word of a query in one segment: the lists of its keys; its weights are their sums.

    ``gain`` is what a full impact adds to a score: 0 for what only restricts.
    """

    def __init__(self, lists: list[PostingList], gain: float) -> None:
        self.lists = lists
        self.gain = np.float32(gain)
        self.size = sum(each.size for each in lists)

    def scored(self, first: int, stop: int, norms: AnyArray) -> tuple[AnyArray, AnyArray]:
        """The documents ``first <= d < stop``, ascending, and what the word adds to each score."""
        documents, weights = together([each.weighted(first, stop) for each in self.lists])
        scores: AnyArray = self.gain * weights / (weights + norms[documents])
        return documents, scores

    @property
    def bitmap(self) -> AnyArray | None:
        """The bitmap of the word's documents, where one list has it and is all there is."""
        return self.lists[0].bitmap if len(self.lists) == 1 else None

    def holds(self, documents: AnyArray) -> AnyArray:
        found = np.zeros(len(documents), dtype=bool)
        for each in self.lists:
            found |= each.holds(documents)
        return found

    def scores_at(self, documents: AnyArray, norms: AnyArray) -> AnyArray:
        """What the word adds to the score of each of ``documents``; ``norms`` beside them."""
        if not self.gain or not self.lists:
            return np.zeros(len(documents), dtype=np.float32)
        weights = self.lists[0].weights_at(documents)
        for each in self.lists[1:]:
            weights += each.weights_at(documents)
        scores: AnyArray = self.gain * weights / (weights + norms)
        return scores

    def in_blocks(self, blocks: AnyArray, norms: AnyArray) -> tuple[AnyArray, AnyArray]:
        """The documents of some ``blocks`` (ascending) that hold the word, ascending, and what it
        adds to the score of each; ``norms`` are those of all documents."""
        if len(self.lists) > 1 and any(each.bitmap is not None for each in self.lists):
            # By a table, since where a list is dense there is little to leave out.
            cells = self.cells(blocks, slots_of(blocks, len(norms) >> BLOCK_BITS)).ravel()
            hit = (cells > 0).nonzero()[0]
            documents, weights = documents_of(blocks, hit), cells[hit]
        else:
            wanted = np.zeros(len(norms) >> BLOCK_BITS, dtype=bool)
            wanted[blocks] = True
            parts = []
            for each in self.lists:
                documents, weights = each.in_blocks(blocks)
                if each.windows is None or each.windows.bits > BLOCK_BITS:
                    inside = wanted[documents >> BLOCK_BITS].nonzero()[0]
                    documents, weights = documents[inside], weights[inside]
                parts.append((documents, weights))
            documents, weights = together(parts)
        scores: AnyArray = self.gain * weights / (weights + norms[documents])
        return documents, scores

    def cells(self, blocks: AnyArray, slots: AnyArray) -> AnyArray:
        """The weight of the word in each document of some ``blocks`` (ascending): float32 of shape
        (blocks, BLOCK); ``slots`` are theirs (see slots_of)."""
        cells = np.zeros((len(blocks), BLOCK), dtype=np.float32)
        for each in self.lists:
            each.fill_cells(cells, blocks, slots)
        return cells

    def bounds(self, blocks: int, norms: AnyArray, stretch: float) -> AnyArray:
        """For each block a bound of what the word adds to a score; see PostingList.bounds."""
        impacts = [each.bounds(blocks, norms, stretch) for each in self.lists]
        if len(impacts) == 1:
            # No impact is above 1, whatever the stretch.
            return self.gain * np.minimum(impacts[0], 1)
        # An impact w / (w + norm) of at most b means weights w of at most norm * b / (1 - b).
        ratio = np.zeros(blocks, dtype=np.float32)
        for impact in impacts:
            below = np.minimum(impact, _BELOW_1)
            ratio += below / (1 - below)
        joint: AnyArray = ratio / (1 + ratio)
        return self.gain * np.float32(1 + 1e-6) * joint
