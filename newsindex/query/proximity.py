"""Proximity: parts of a query near each other in the text, or in one sentence.

A part stands at intervals of positions. Intervals of a segment are arrays (begin, end), sorted, in
global positions: the index of a document in its high half, the position there in the low one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np
from whoosh import query as q

from newsindex.index.arrays import begins_run, distinct
from newsindex.index.files import AnyArray
from newsindex.index.postings import SENTENCE_MARK
from newsindex.index.segment import Segment
from newsindex.query.leaves import Proximity, Word
from newsindex.query.phrase import phrase_occurrences
from newsindex.query.postings import TermForms, WordPostings
from newsindex.query.sets import intersection, union

_STRETCH = 32
_LENGTH_BITS = 10


@dataclasses.dataclass(frozen=True, slots=True)
class Intervals:
    """Where a part stands, sorted by ``begin``; both ends are positions that belong to it."""

    begin: AnyArray
    end: AnyArray

    @classmethod
    def joined(cls, parts: Sequence[Intervals]) -> Intervals:
        begin = np.concatenate([part.begin for part in parts])
        end = np.concatenate([part.end for part in parts])
        length = end - begin
        if length.max(initial=0) >> _LENGTH_BITS or begin.max(initial=0) >> (63 - _LENGTH_BITS):
            order = np.lexsort((end, begin))
            begin, end = begin[order], end[order]
            first = begins_run(begin) | begins_run(end)
            return cls(begin[first], end[first])
        # Nearly always both fit into one number, which is sorted ten times faster.
        packed = distinct((begin << _LENGTH_BITS) | length)
        begin = packed >> _LENGTH_BITS
        return cls(begin, begin + (packed & ((1 << _LENGTH_BITS) - 1)))


# The postings of the words of a leaf, the words, and the slop; None for a leaf without words.
LeafParts = tuple[list[WordPostings], tuple[Word, ...], int] | None
Lookup = Callable[[q.Query], LeafParts]


def candidates(node: q.Query, lookup: Lookup, limit: int) -> AnyArray:
    """Documents among which those that match ``node`` are: they hold all of its parts."""
    if isinstance(node, Proximity):
        return _all_of([candidates(part, lookup, limit) for part in node.parts], limit)
    if isinstance(node, q.Or):
        return union([candidates(child, lookup, limit) for child in node.subqueries], limit)
    leaf = lookup(node)
    if leaf is None:
        return np.empty(0, dtype=np.int64)
    return _all_of([postings.candidates for postings in leaf[0]], limit)


def _all_of(parts: list[AnyArray], limit: int) -> AnyArray:
    parts.sort(key=len)
    result = parts[0]
    for part in parts[1:]:
        result = intersection(result, part, limit)
    return result


def occurrences(
    node: Proximity, lookup: Lookup, marks: WordPostings, documents: AnyArray
) -> tuple[AnyArray, AnyArray]:
    """Where a Proximity matches in ``documents`` (ascending): for each match the index into
    ``documents`` and the position of its last word, sorted by both; int64.

    ``marks`` are the postings of the mark that begins a sentence.
    """
    end = distinct(_intervals(node, lookup, marks, documents).end)
    return end >> _STRETCH, end & ((1 << _STRETCH) - 1)


def _intervals(
    node: q.Query, lookup: Lookup, marks: WordPostings, documents: AnyArray
) -> Intervals:
    if isinstance(node, Proximity):
        parts = [_intervals(part, lookup, marks, documents) for part in node.parts]
        if node.distance is None:
            return _in_one_sentence(parts, marks, documents)
        result = parts[0]
        for part in parts[1:]:
            result = near(result, part, node.distance)
        return result
    if isinstance(node, q.Or):
        children = [_intervals(c, lookup, marks, documents) for c in node.subqueries]
        return Intervals.joined(children)
    leaf = lookup(node)
    if leaf is None:
        return Intervals(np.empty(0, np.int64), np.empty(0, np.int64))
    postings, words, slop = leaf
    index, position = phrase_occurrences(postings, words, slop, documents)
    end = (index << _STRETCH) + position
    return Intervals(end - words[-1].offset, end)


def near(one: Intervals, other: Intervals, distance: int) -> Intervals:
    """The stretches that an interval of each make, at most ``distance`` from the end of the one to
    the beginning of the other; of each interval with the nearest before it and after it."""
    found = [*_beside(one, other, distance), *_beside(other, one, distance)]
    return Intervals.joined(found)


def _beside(one: Intervals, other: Intervals, distance: int) -> list[Intervals]:
    """Of each of ``one`` the stretch with the nearest of ``other`` that begins before it, and with
    the nearest that begins after it."""
    result = []
    for place in (
        np.searchsorted(other.begin, one.begin, side="left") - 1,
        np.searchsorted(other.begin, one.begin, side="right"),
    ):
        mine = np.flatnonzero((place >= 0) & (place < len(other.begin)))
        theirs = place[mine]
        begin = np.minimum(one.begin[mine], other.begin[theirs])
        end = np.maximum(one.end[mine], other.end[theirs])
        later = np.maximum(one.begin[mine], other.begin[theirs])
        earlier = np.minimum(one.end[mine], other.end[theirs])
        kept = later - earlier <= distance
        result.append(Intervals(begin[kept], end[kept]))
    return result


def _in_one_sentence(parts: list[Intervals], marks: WordPostings, documents: AnyArray) -> Intervals:
    """From the first to the last word of the parts in each sentence that holds them all."""
    index, position = marks.positions_in(documents)
    starts = (index << _STRETCH) + position
    common, first, last = _by_sentence(parts[0], starts)
    for part in parts[1:]:
        sentence, begin, end = _by_sentence(part, starts)
        if not len(sentence):
            return Intervals(begin, end)
        place = sentence.searchsorted(common)
        place[place == len(sentence)] = 0
        hit = (sentence[place] == common).nonzero()[0]
        place = place[hit]
        common = common[hit]
        first = np.minimum(first[hit], begin[place])
        last = np.maximum(last[hit], end[place])
    return Intervals(first, last)


def _by_sentence(part: Intervals, starts: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """The sentences in which there are whole intervals, ascending, and for each where the first of
    them begins and the last one ends.

    Sentences are numbered so that the title of a document, which no mark begins, has its own."""
    sentence = np.searchsorted(starts, part.begin, side="right") + (part.begin >> _STRETCH)
    of_end = np.searchsorted(starts, part.end, side="right") + (part.end >> _STRETCH)
    kept = (sentence == of_end).nonzero()[0]
    if not len(kept):
        return kept, kept, kept
    sentence = sentence[kept]
    runs = begins_run(sentence).nonzero()[0]
    return sentence[runs], part.begin[kept[runs]], np.maximum.reduceat(part.end[kept], runs)


def sentence_marks(segment: Segment, first: int, stop: int) -> WordPostings:
    """The postings of the mark that begins a sentence."""
    term = segment.term_number(SENTENCE_MARK)
    return WordPostings(segment, [TermForms(term)] if term >= 0 else [], first, stop)
