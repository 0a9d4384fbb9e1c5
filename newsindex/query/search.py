"""Search: a query tree over all segments of a snapshot, to the best or newest documents."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from whoosh import query as q

from newsindex.index.clusters import Firsts
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.best import Best
from newsindex.query.cursor import Cursor, Order
from newsindex.query.evaluate import SegmentEvaluation
from newsindex.query.leaves import DATE, WORD_FIELDS, Languages, Proximity
from newsindex.query.plan import best_documents, dated_documents, plan_of
from newsindex.query.statistics import Statistics


class RankedDocument(NamedTuple):
    """A document that matches, with its score (0.0 where the order is by date)."""

    segment: Segment
    document: int
    score: float

    def cursor(self, order: Order) -> Cursor:
        """The place of the document in the order of a search."""
        segment, document = self.segment, self.document
        published, id_hash = int(segment.published[document]), _id_hash(segment, document)
        return Cursor(order, self.score, published, id_hash)


class Ranking(NamedTuple):
    """The wanted stretch of the matching documents, in order, how many match in all, and whether
    there are more after the stretch."""

    documents: list[RankedDocument]
    total: int
    more: bool


class _Part(NamedTuple):
    """What matches in one segment: documents, ascending, and their scores (None where the order is
    by date)."""

    segment: Segment
    documents: AnyArray
    scores: AnyArray | None

    def only(self, kept: AnyArray | slice) -> _Part:
        scores = None if self.scores is None else self.scores[kept]
        return _Part(self.segment, self.documents[kept], scores)


def search(
    snapshot: Snapshot,
    tree: q.Query,
    *,
    order: Order,
    limit: int,
    offset: int = 0,
    after: Cursor | None = None,
    languages: Languages = (),
    collapse: bool = False,
    led_elsewhere: AnyArray | None = None,
) -> Ranking:
    """The documents of ``snapshot`` that match ``tree``: those at ``offset`` and the ``limit - 1``
    after it, counted from the place ``after`` if there is one; and the exact number of all.

    With ``languages``, words are joined within these languages only. Documents of equal score stand
    newest first. The order depends on the articles alone, not on the segments they lie in. With
    ``collapse`` only the first published of the reprints that match counts; none of the clusters
    ``led_elsewhere``, by their numbers, the first of which is in another part.
    """
    wanted = offset + limit
    if after is None and not collapse:
        total, parts = _first_parts(snapshot, tree, order, wanted, languages)
        left = total
    else:
        parts = _parts(snapshot, tree, order, languages, scored=bool(wanted), collapse=collapse)
        parts = _led_here(snapshot, parts, led_elsewhere)
        total = left = sum(len(part.documents) for part in parts)
        if after is not None:
            place = _place_now(parts, after)
            parts = [_after(part, place) for part in parts]
            left = sum(len(part.documents) for part in parts)
        parts = [_first(part, order, wanted) for part in parts]
    return Ranking(_in_order(parts, order)[offset:wanted], total, more=left > wanted)


def place_of(
    snapshot: Snapshot,
    tree: q.Query,
    after: Cursor,
    *,
    languages: Languages = (),
    collapse: bool = False,
    led_elsewhere: AnyArray | None = None,
) -> Cursor | None:
    """Where the article of a cursor stands now; None if it is not here, or does not match."""
    wanted = np.uint64(after.id_hash)
    if not any(segment.find_hash(wanted) for segment in snapshot.segments):
        return None
    parts = _parts(snapshot, tree, after.order, languages, scored=True, collapse=collapse)
    return _standing(_led_here(snapshot, parts, led_elsewhere), after)


def led(snapshot: Snapshot, tree: q.Query, languages: Languages = ()) -> Firsts:
    """Of each cluster with articles in other parts, the first published article that matches."""
    return snapshot.clusters.reaching_out(list(matching(snapshot, tree, languages)))


def _led_here(
    snapshot: Snapshot, parts: list[_Part], led_elsewhere: AnyArray | None
) -> list[_Part]:
    if led_elsewhere is None or not len(led_elsewhere):
        return parts
    outside = snapshot.clusters.outside
    return [part.only(outside(part.segment, part.documents, led_elsewhere)) for part in parts]


def _first_parts(
    snapshot: Snapshot, tree: q.Query, order: Order, wanted: int, languages: Languages
) -> tuple[int, list[_Part]]:
    """How many documents match in all, and those of each segment that may be among the first."""
    tree, evaluations = _evaluations(snapshot, tree, languages)
    statistics = Statistics.of(snapshot)
    plan = plan_of(tree, languages)
    # A tree that scores nothing (only filters, or every article) is listed newest first.
    scored = order == "relevance" and _scores(tree)
    total = 0
    floor = 0.0
    parts: list[_Part] = []
    for evaluation in evaluations:
        segment = evaluation.segment
        scores: AnyArray | None = None
        if plan is None:
            documents = evaluation.live(evaluation.match(tree))
            matched = len(documents)
            scores = evaluation.score(tree, documents) if scored and wanted else None
        elif scored:
            matched, documents, scores = best_documents(plan, evaluation, statistics, wanted, floor)
        else:
            matched, documents = dated_documents(plan, evaluation, wanted, oldest=order == "oldest")
        total += matched
        part = _first(_Part(segment, documents, scores), order, wanted)
        if part.scores is not None and len(part.scores) == wanted > 0:
            # What the other segments have must reach this to be shown.
            floor = max(floor, float(part.scores.min()))
        parts.append(part)
    return total, parts


def _in_order(parts: list[_Part], order: Order) -> list[RankedDocument]:
    """The documents of all parts, by score, then date, then id hash."""
    parts = [part for part in parts if len(part.documents)]
    if not parts:
        return []
    documents = np.concatenate([part.documents for part in parts])
    scores = np.concatenate(
        [np.zeros(len(p.documents), np.float32) if p.scores is None else p.scores for p in parts]
    )
    if len(parts) == 1:
        # Within a segment documents are numbered in the order of dates and hashes.
        ranks = np.lexsort((documents, scores))
        numbers = np.zeros(len(documents), dtype=np.int64)
    else:
        numbers = np.arange(len(parts)).repeat([len(part.documents) for part in parts])
        published = np.concatenate([part.segment.published[part.documents] for part in parts])
        ranks = np.lexsort((published, scores))
        tied = _tied(scores[ranks]) & _tied(published[ranks])
        if tied.any():
            hashes = np.zeros(len(documents), dtype=np.uint64)
            for place in ranks[tied].tolist():
                hashes[place] = _id_hash(parts[numbers[place]].segment, int(documents[place]))
            ranks = np.lexsort((hashes, published, scores))
    if order != "oldest":
        ranks = ranks[::-1]
    return [
        RankedDocument(parts[number].segment, document, score)
        for number, document, score in zip(
            numbers[ranks].tolist(), documents[ranks].tolist(), scores[ranks].tolist(), strict=True
        )
    ]


def _tied(values: AnyArray) -> AnyArray:
    """For each value whether its neighbour on one side is the same."""
    same = np.concatenate([[False], values[1:] == values[:-1], [False]])
    tied: AnyArray = same[1:] | same[:-1]
    return tied


def stream(
    snapshot: Snapshot,
    tree: q.Query,
    *,
    order: Order,
    languages: Languages = (),
    collapse: bool = False,
) -> Iterator[RankedDocument]:
    """Every document that matches, in the order in which `search` gives them. Some 30 bytes a
    document are held while they are put in order, 12 while they are given out."""
    parts = _parts(snapshot, tree, order, languages, scored=True, collapse=collapse)
    parts = [part for part in parts if len(part.documents)]
    if not parts:
        return
    documents = np.concatenate([part.documents.astype(np.uint32) for part in parts])
    number = np.repeat(
        np.arange(len(parts), dtype=np.uint32), [len(part.documents) for part in parts]
    )
    scores = None if parts[0].scores is None else np.concatenate([p.scores for p in parts])
    if len(parts) > 1 or scores is not None:
        columns = [
            np.concatenate([p.segment.hashes_of_all()[p.documents] for p in parts]),
            np.concatenate([p.segment.published[p.documents] for p in parts]),
            *([] if scores is None else [scores]),
        ]
        ascending = np.lexsort(columns)
        del columns
        documents, number = documents[ascending], number[ascending]
        scores = None if scores is None else scores[ascending]
    step = 1 if order == "oldest" else -1
    for i in range(len(documents))[::step]:
        score = 0.0 if scores is None else float(scores[i])
        yield RankedDocument(parts[number[i]].segment, int(documents[i]), score)


def ranked_all(
    snapshot: Snapshot,
    tree: q.Query,
    *,
    order: Order,
    languages: Languages = (),
    collapse: bool = False,
    led_elsewhere: AnyArray | None = None,
) -> list[tuple[Segment, AnyArray, AnyArray | None]]:
    """For each segment the documents that match, ascending, and their scores (None where the order
    is by date); the arguments are those of `search`."""
    parts = _parts(snapshot, tree, order, languages, scored=True, collapse=collapse)
    parts = _led_here(snapshot, parts, led_elsewhere)
    return [(part.segment, part.documents, part.scores) for part in parts]


def matching(
    snapshot: Snapshot, tree: q.Query, languages: Languages = ()
) -> Iterator[tuple[Segment, AnyArray]]:
    """For each segment the live documents that match ``tree``, ascending."""
    tree, evaluations = _evaluations(snapshot, tree, languages)
    return ((each.segment, each.live(each.match(tree))) for each in evaluations)


def count(snapshot: Snapshot, tree: q.Query, languages: Languages = ()) -> int:
    """How many live documents match ``tree``."""
    return sum(len(documents) for _, documents in matching(snapshot, tree, languages))


def matching_among(
    snapshot: Snapshot,
    segment: Segment,
    documents: AnyArray,
    tree: q.Query,
    languages: Languages = (),
) -> AnyArray:
    """Those of the live ``documents`` (ascending, of the segment's dtype) of one segment of
    ``snapshot`` that match ``tree``, ascending."""
    evaluation = SegmentEvaluation(
        segment, Statistics.of(snapshot), int(documents[0]), int(documents[-1]) + 1, languages
    )
    return evaluation.match(tree, documents)


def _evaluations(
    snapshot: Snapshot, tree: q.Query, languages: Languages
) -> tuple[q.Query, list[SegmentEvaluation]]:
    """What is left of a tree without its range of dates, and the evaluation of each segment that
    has documents in the range."""
    tree, since, until = date_window(tree)
    statistics = Statistics.of(snapshot)
    evaluations = []
    for segment in snapshot.segments:
        first, stop = segment.date_window(since, until)
        if first < stop:
            evaluations.append(SegmentEvaluation(segment, statistics, first, stop, languages))
    return tree, evaluations


def _parts(
    snapshot: Snapshot,
    tree: q.Query,
    order: Order,
    languages: Languages,
    *,
    scored: bool,
    collapse: bool,
) -> list[_Part]:
    """What matches in each segment; with scores if they are wanted and the order is by them."""
    scored = scored and order == "relevance" and _scores(tree)
    tree, evaluations = _evaluations(snapshot, tree, languages)
    parts = []
    for evaluation in evaluations:
        documents = evaluation.live(evaluation.match(tree))
        scores = evaluation.score(tree, documents) if scored else None
        parts.append(_Part(evaluation.segment, documents, scores))
    if not collapse:
        return parts
    masks = snapshot.clusters.first_of_each([(part.segment, part.documents) for part in parts])
    return [part.only(mask) for part, mask in zip(parts, masks, strict=True)]


def _place_now(parts: list[_Part], cursor: Cursor) -> Cursor:
    """Where the article of a cursor stands now, if it still matches; else where it stood."""
    return _standing(parts, cursor) or cursor


def _standing(parts: list[_Part], cursor: Cursor) -> Cursor | None:
    """Where the article of a cursor stands among some documents; None if it does not."""
    wanted = np.uint64(cursor.id_hash)
    for segment, documents, scores in parts:
        for document in segment.find_hash(wanted):
            place = int(np.searchsorted(documents, document))
            if place < len(documents) and documents[place] == document:
                return dataclasses.replace(
                    cursor,
                    score=0.0 if scores is None else float(scores[place]),
                    published=int(segment.published[document]),
                )
    return None


def _after(part: _Part, place: Cursor) -> _Part:
    """The documents of a part that stand after a place in the order."""
    segment, documents, scores = part
    low = int(np.searchsorted(segment.published, place.published))
    high = int(np.searchsorted(segment.published, place.published, side="right"))
    # Within a date documents stand in the order of the hashes of their ids.
    same_date = range(low, high)
    cut = bisect.bisect_right if place.order == "oldest" else bisect.bisect_left
    border = low + cut(same_date, place.id_hash, key=functools.partial(_id_hash, segment))
    split = int(np.searchsorted(documents, border))
    if place.order == "oldest":
        return part.only(slice(split, None))
    if scores is None:
        return part.only(slice(split))
    kept = scores < np.float32(place.score)
    kept[:split] |= scores[:split] == np.float32(place.score)
    return part.only(np.flatnonzero(kept))


def _id_hash(segment: Segment, document: int) -> int:
    return int(segment.hashes_of(np.array([document]))[0])


def _first(part: _Part, order: Order, wanted: int) -> _Part:
    """The ``wanted`` first in the order of the documents of a part; of equal scores the later
    documents."""
    count = len(part.documents)
    if count <= wanted:
        return part
    if part.scores is None or not wanted:
        return part.only(slice(wanted) if order == "oldest" else slice(count - wanted, None))
    # A negative boost gives scores below 0.
    best = Best(wanted, -math.inf)
    best.add(part.documents, part.scores)
    return _Part(part.segment, best.documents, best.scores)


def date_window(tree: q.Query) -> tuple[q.Query, int | None, int | None]:
    """Take the date ranges that every match must lie in out of the tree: they become a window."""
    clauses = list(tree.subqueries) if isinstance(tree, q.And) else [tree]
    ranges = [c for c in clauses if isinstance(c, q.NumericRange) and c.fieldname == DATE]
    if not ranges:
        return tree, None, None
    rest = [clause for clause in clauses if clause not in ranges]
    since = max((r.start for r in ranges if r.start is not None), default=None)
    until = min((r.end for r in ranges if r.end is not None), default=None)
    return (q.And(rest, boost=tree.boost) if rest else q.Every()), since, until


def _scores(tree: q.Query) -> bool:
    """Whether any part of the tree gives a score."""
    if isinstance(tree, (q.Not, q.ConstantScoreQuery)):
        return False
    if isinstance(tree, (q.Term, q.Prefix)):
        return tree.fieldname in WORD_FIELDS
    if tree.is_leaf():
        return isinstance(tree, (q.Phrase, Proximity))
    return any(_scores(child) for child in tree.children())
