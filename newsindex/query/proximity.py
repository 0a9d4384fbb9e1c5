"""Proximity: parts of a query near each other in the text, or in one sentence.

A part stands at intervals of positions. Intervals of a segment are arrays (begin, end), sorted, in
global positions: the index of a document in its high half, the position there in the low one.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence

import numpy as np
from whoosh import query as q

from newsindex.index.arrays import begins_run, distinct
from newsindex.index.files import AnyArray
from newsindex.index.postings import BODY_GAP, SENTENCE_MARK
from newsindex.index.segment import Segment
from newsindex.query.leaves import Proximity, Word
from newsindex.query.phrase import phrase_occurrences
from newsindex.query.postings import TermForms, WordPostings
from newsindex.query.sets import intersection, look_up, union

_STRETCH = 32
_LOW = (1 << _STRETCH) - 1
_LENGTH_BITS = 10
# A step of sorting positions costs about as much as so many places of a table of all positions.
_SORTING_COST = 32


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

    @classmethod
    def any_of(cls, parts: Sequence[Intervals], room: AnyArray) -> Intervals:
        """All the intervals of ``parts``; ``room`` is how many positions each document has."""
        single = [part for part in parts if part.begin is part.end]
        count = sum(len(part.begin) for part in single)
        if len(single) < 2 or count * _SORTING_COST < int(room.sum()):
            return cls.joined(parts)
        # What a hundred frequent words have takes ten times longer to sort than to enter into a
        # table of all positions.
        before = room.cumsum() - room
        taken = np.zeros(int(room.sum()), dtype=bool)
        for part in single:
            taken[before[part.begin >> _STRETCH] + (part.begin & _LOW)] = True
        filled = room.nonzero()[0]
        begin = taken.nonzero()[0]
        counts = np.diff(begin.searchsorted(before[filled]), append=len(begin))
        begin += ((filled << _STRETCH) - before[filled]).repeat(counts)
        others = [part for part in parts if part.begin is not part.end]
        return cls.joined([cls(begin, begin), *others]) if others else cls(begin, begin)


# The postings of the words of a leaf, the words, and the slop; None for a leaf without words.
LeafParts = tuple[list[WordPostings], tuple[Word, ...], int] | None
Lookup = Callable[[q.Query], LeafParts]


def candidates(node: q.Query, lookup: Lookup, limit: int) -> AnyArray:
    """Documents among which those that match ``node`` are: they hold all of its parts."""
    if isinstance(node, Proximity):
        return _all_of([candidates(part, lookup, limit) for part in node.parts], limit)
    if isinstance(node, q.Or):
        return union(
            [candidates(child, lookup, limit) for child in _different(node, lookup)], limit
        )
    leaf = lookup(node)
    if leaf is None:
        return np.empty(0, dtype=np.int64)
    return _all_of([postings.candidates for postings in leaf[0]], limit)


def _different(node: q.Or, lookup: Lookup) -> list[q.Query]:
    """What an Or joins, of leaves that ask for the same words (forms of one word) only one."""
    found: dict[object, q.Query] = {}
    for child in node.subqueries:
        leaf = None if isinstance(child, (q.Or, Proximity)) else lookup(child)
        found.setdefault((child.fieldname, *leaf[1:]) if leaf else child, child)
    return list(found.values())


def _all_of(parts: list[AnyArray], limit: int) -> AnyArray:
    parts.sort(key=len)
    result = parts[0]
    for part in parts[1:]:
        result = intersection(result, part, limit)
    return result


def occurrences(
    node: Proximity,
    lookup: Lookup,
    segment: Segment,
    window: tuple[int, int],
    documents: AnyArray,
) -> tuple[AnyArray, AnyArray]:
    """Where a Proximity matches in ``documents`` (ascending, within the window ``first <= d <
    stop`` of the segment): for each match the index into ``documents`` and the position of its
    last word, sorted by both; int64."""
    end = distinct(_Occurrences(lookup, segment, window, documents).of(node).end)
    return end >> _STRETCH, end & _LOW


class _Occurrences:
    """Where the nodes below a Proximity stand in some documents."""

    def __init__(
        self, lookup: Lookup, segment: Segment, window: tuple[int, int], documents: AnyArray
    ) -> None:
        self._lookup = lookup
        self._segment = segment
        self._window = window
        self._documents = documents

    def of(self, node: q.Query) -> Intervals:
        if isinstance(node, Proximity):
            parts = [self.of(part) for part in node.parts]
            if node.distance is None:
                return _in_one_sentence(parts, self._sentence_starts)
            return functools.reduce(functools.partial(near, distance=node.distance), parts)
        if isinstance(node, q.Or):
            return Intervals.any_of(list(map(self.of, _different(node, self._lookup))), self._room)
        leaf = self._lookup(node)
        if leaf is None:
            return Intervals(np.empty(0, np.int64), np.empty(0, np.int64))
        postings, words, slop = leaf
        index, position = phrase_occurrences(postings, words, slop, self._documents)
        end = (index << _STRETCH) + position
        return Intervals(end - words[-1].offset if words[-1].offset else end, end)

    @functools.cached_property
    def _sentence_starts(self) -> AnyArray:
        """Where the sentences of the documents begin, as global positions."""
        term = self._segment.term_number(SENTENCE_MARK)
        marks = WordPostings(self._segment, [TermForms(term)] if term >= 0 else [], *self._window)
        index, position = marks.positions_in(self._documents)
        return (index << _STRETCH) + position

    @functools.cached_property
    def _room(self) -> AnyArray:
        """How many positions each of the documents has, with the gap before the body."""
        title, body = self._segment.title_length, self._segment.body_length
        room: AnyArray = title[self._documents].astype(np.int64) + body[self._documents] + BODY_GAP
        return room


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


def _in_one_sentence(parts: list[Intervals], starts: AnyArray) -> Intervals:
    """From the first to the last word of the parts in each sentence that holds them all;
    ``starts`` is where sentences begin."""
    common, first, last = _by_sentence(parts[0], starts)
    for part in parts[1:]:
        sentence, begin, end = _by_sentence(part, starts)
        if not len(sentence):
            return Intervals(begin, end)
        place, held = look_up(sentence, common)
        hit = held.nonzero()[0]
        place = place[hit]
        common = common[hit]
        first = np.minimum(first[hit], begin[place])
        last = np.maximum(last[hit], end[place])
    return Intervals(first, last)


def _by_sentence(part: Intervals, starts: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """The sentences in which there are whole intervals, ascending, and for each where the first of
    them begins and the last one ends.

    Sentences are numbered so that the title of a document, which no mark begins, has its own."""
    begin, end, sentence = part.begin, part.end, _sentences_of(part.begin, starts)
    if begin is not end:
        kept = (sentence == _sentences_of(end, starts)).nonzero()[0]
        begin, end, sentence = begin[kept], end[kept], sentence[kept]
    if not len(begin):
        return begin, begin, begin
    runs = begins_run(sentence).nonzero()[0]
    if begin is end:
        return sentence[runs], begin[runs], end[np.append(runs[1:], len(end)) - 1]
    return sentence[runs], begin[runs], np.maximum.reduceat(end, runs)


def _sentences_of(positions: AnyArray, starts: AnyArray) -> AnyArray:
    """The number of the sentence in which each of some global positions stands."""
    before: AnyArray = np.searchsorted(starts, positions, side="right")
    before += positions >> _STRETCH
    return before
