"""The best documents of words joined by OR or AND: only those that can be among them are scored.

Blocks of documents are looked at in the order of the bounds of their scores, a few at a time, until
no block is left whose bound reaches the worst of the best found so far. Documents that are known to
match come in the same way, by bounds of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from newsindex.index.docids import BLOCK_BITS
from newsindex.index.files import AnyArray
from newsindex.query.lists import BLOCK, WordLists, documents_of, slots_of
from newsindex.query.sets import search

# Blocks and documents looked at in the first step; each further step takes several times as many.
_FIRST_BLOCKS = 16
_FIRST_DOCUMENTS = 1024
_MOST_BLOCKS = 1024
_ABOVE_ZERO = np.float32(1e-30)
# How many values are compared by their maximum: with fewer it takes longer than it saves.
_WIDTH_THAT_PAYS = 4
_MOST_WIDTH = 64


class Best:
    """The best documents found so far in one segment: at most ``wanted``, none below ``floor``, and
    of equal scores the later ones."""

    def __init__(self, wanted: int, floor: float = 0.0) -> None:
        self._wanted = wanted
        self.documents: AnyArray = np.empty(0, dtype=np.int64)
        self.scores: AnyArray = np.empty(0, dtype=np.float32)
        self.threshold = np.float32(floor)

    def add(self, documents: AnyArray, scores: AnyArray) -> None:
        """Add documents, none of which is there yet, and their scores, float32."""
        least = max(self.threshold, reached(scores, self._wanted))
        reaching = (scores >= least).nonzero()[0]
        if not len(reaching):
            return
        if len(reaching) < len(scores):
            documents, scores = documents[reaching], scores[reaching]
        documents = np.concatenate([self.documents, documents])
        scores = np.concatenate([self.scores, scores])
        if len(scores) > self._wanted:
            cut = len(scores) - self._wanted
            best = scores.argpartition(cut)[cut:]
            self.threshold = scores[best[0]]
            kept = (scores >= self.threshold).nonzero()[0]
            if len(kept) > self._wanted:
                # Of those that are equal to the worst the later ones.
                above = (scores > self.threshold).nonzero()[0]
                equal = (scores == self.threshold).nonzero()[0]
                room = self._wanted - len(above)
                kept = np.concatenate([above, equal[documents[equal].argsort()[-room:]]])
            documents, scores = documents[kept], scores[kept]
        elif len(scores) == self._wanted:
            self.threshold = scores.min()
        self.documents, self.scores = documents, scores


def reached(values: AnyArray, count: int) -> np.float32:
    """A number that at least ``count`` of ``values`` (float32) reach, near the largest such: the
    maxima of some stretches of them are compared, several times faster than all are."""
    stretches = 4 * count
    width = len(values) // stretches
    if width < _WIDTH_THAT_PAYS:
        return np.float32(-np.inf)
    width = min(width, _MOST_WIDTH)
    stretches = len(values) // width
    highest = values[: width * stretches].reshape(width, stretches).max(axis=0)
    bound: np.float32 = np.partition(highest, stretches - count)[stretches - count]
    return bound


def add_from_blocks(
    best: Best,
    words: Sequence[WordLists],
    norms: AnyArray,
    window: tuple[int, int],
    stretch: float,
) -> None:
    """Add the best documents of ``first <= d < stop`` (the window) in which every word
    stands. ``norms`` are those of all documents in whole blocks, infinite where a document is
    deleted; for ``stretch`` see PostingList.bounds."""
    blocks = len(norms) // BLOCK
    bounds = _joint_bounds(words, blocks, norms, stretch)
    _leave_out_beyond(bounds, window)
    step = _FIRST_BLOCKS
    while True:
        left = ((bounds >= best.threshold) & (bounds > 0)).nonzero()[0]
        if not len(left):
            return
        if len(left) > step + step // 2:
            left = _most_promising(left, bounds[left], step)
        bounds[left] = 0
        _add_cells(best, words, left, norms, window)
        step = min(4 * step, _MOST_BLOCKS)


def add_from_lists(
    best: Best,
    words: Sequence[WordLists],
    norms: AnyArray,
    window: tuple[int, int],
    stretch: float,
) -> None:
    """Add the best documents of ``first <= d < stop`` (the window) in which any word stands.

    After MaxScore (Turtle & Flood, "Query Evaluation: Strategies and Optimizations", 1995), a word
    at a time: the words that can add most come first, and once the rest together cannot reach the
    worst of the best, what holds only them need not be looked at. ``norms`` and ``stretch`` as
    in add_from_blocks.
    """
    first, stop = window
    blocks = len(norms) // BLOCK
    bounds = [word.bounds(blocks, norms, stretch) for word in words]
    total = np.add.reduce(bounds) * np.float32(1 + 1e-6)
    _leave_out_beyond(total, window)
    most = [float(bound.max()) for bound in bounds]
    for number in sorted(range(len(words)), key=most.__getitem__, reverse=True):
        if sum(m for m in most if m <= most[number]) * (1 + 1e-6) < best.threshold:
            return
        rest = total - bounds[number]
        # The most promising blocks first: they tell which others can be left out.
        left = np.where(bounds[number] > 0, total, np.float32(0))
        # Each step looks the other words up as well: of several words fewer steps are faster.
        step, growth = _FIRST_BLOCKS * len(words), 4 if len(words) == 1 else 8
        while len(chosen := ((left >= best.threshold) & (left > 0)).nonzero()[0]):
            if len(chosen) > step + step // 2:
                chosen = _most_promising(chosen, left[chosen], step)
            left[chosen] = 0
            step *= growth
            documents, own = words[number].in_blocks(chosen, norms)
            reach = own
            if len(words) > 1:
                reach = (own + rest[documents >> BLOCK_BITS]) * np.float32(1 + 1e-5)
            kept = (reach >= best.threshold) & (own > 0)
            if (first, stop) != (0, len(norms)):
                kept &= (documents >= first) & (documents < stop)
            documents, own = documents[kept], own[kept]
            if len(words) > 1:
                # Some came before, with another word.
                documents = np.delete(documents, _places(documents, best.documents))
                own = _scores(documents, words, norms)
            best.add(documents, own)


def _places(documents: AnyArray, some: AnyArray) -> AnyArray:
    """Where ``some`` stand in ``documents`` (ascending), those that do."""
    place = search(documents, some)
    inside = (place < len(documents)).nonzero()[0]
    found = place[inside]
    places: AnyArray = found[documents[found] == some[inside]]
    return places


def _leave_out_beyond(bounds: AnyArray, window: tuple[int, int]) -> None:
    """Set the bounds of the blocks to 0 that lie beyond the documents ``first <= d < stop``."""
    first, stop = window
    bounds[: first >> BLOCK_BITS] = 0
    bounds[-(-stop // BLOCK) :] = 0


def _most_promising(numbers: AnyArray, bounds: AnyArray, count: int) -> AnyArray:
    """Those of ``numbers`` (ascending) with the largest ``bounds`` (beside them), at least
    ``count``, few more but for equal bounds."""
    among = (bounds >= reached(bounds, count)).nonzero()[0]
    place = len(among) - count
    least = np.partition(bounds[among], place)[place]
    promising: AnyArray = numbers[bounds >= least]
    return promising


def _joint_bounds(
    words: Sequence[WordLists], blocks: int, norms: AnyArray, stretch: float
) -> AnyArray:
    total = np.zeros(blocks, dtype=np.float32)
    possible = np.ones(blocks, dtype=bool)
    for word in words:
        bounds = word.bounds(blocks, norms, stretch)
        total += bounds
        possible &= bounds > 0
    # What a sum of float32 loses in rounding.
    total *= np.float32(1 + 1e-6)
    total[~possible] = 0
    return total


def _add_cells(
    best: Best,
    words: Sequence[WordLists],
    rows: AnyArray,
    norms: AnyArray,
    window: tuple[int, int],
) -> None:
    """Add the best documents of the blocks ``rows`` (ascending)."""
    if not len(rows):
        return
    first, stop = window
    cells = norms.reshape(-1, BLOCK)
    slots = slots_of(rows, len(cells))
    cells = cells[rows]
    scores = np.zeros(cells.shape, dtype=np.float32)
    missing = np.isinf(cells)
    for word in words:
        weights = word.cells(rows, slots)
        missing |= weights == 0
        scores += word.gain * weights / (weights + cells)
    scores[missing] = 0
    flat = scores.ravel()
    hit = (flat >= max(best.threshold, _ABOVE_ZERO)).nonzero()[0]
    documents = documents_of(rows, hit)
    if rows[0] * BLOCK < first or (rows[-1] + 1) * BLOCK > stop:
        inside = ((documents >= first) & (documents < stop)).nonzero()[0]
        hit, documents = hit[inside], documents[inside]
    best.add(documents, flat[hit])


def add_from_documents(
    best: Best,
    documents: AnyArray,
    words: Sequence[WordLists],
    norms: AnyArray,
    stretch: float,
) -> None:
    """Add the best of ``documents`` (ascending), in each of which every word stands. ``norms`` and
    ``stretch`` as in add_from_blocks."""
    if len(documents) <= 2 * _FIRST_DOCUMENTS:
        best.add(documents, _scores(documents, words, norms))
        return
    rarest = min(words, key=lambda word: word.size)
    others = [word for word in words if word is not rarest]
    bounds = rarest.scores_at(documents, norms[documents])
    if others:
        joint = _joint_bounds(others, len(norms) // BLOCK, norms, stretch)
        bounds = (bounds + joint[documents >> BLOCK_BITS]) * np.float32(1 + 1e-6)
    step = _FIRST_DOCUMENTS
    while True:
        left = (bounds >= max(best.threshold, np.float32(0))).nonzero()[0]
        if not len(left):
            return
        if len(left) > 2 * step:
            left = _most_promising(left, bounds[left], step)
        bounds[left] = -1
        best.add(documents[left], _scores(documents[left], words, norms))
        step *= 4


def _scores(documents: AnyArray, words: Sequence[WordLists], norms: AnyArray) -> AnyArray:
    norm = norms[documents]
    total = words[0].scores_at(documents, norm)
    for word in words[1:]:
        total += word.scores_at(documents, norm)
    return total
