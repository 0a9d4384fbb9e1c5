"""Search: a query tree over all segments of a snapshot, to the best or newest documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from whoosh import query as q

from newsindex.index.clusters import Firsts
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.cursor import Cursor, Order
from newsindex.query.evaluate import SegmentEvaluation
from newsindex.query.leaves import DATE, WORD_FIELDS, Languages, Proximity
from newsindex.query.ordering import (
    Found,
    RankedDocument,
    first_of,
    following,
    in_order,
    standing,
)
from newsindex.query.plan import best_documents, dated_documents, plan_of
from newsindex.query.statistics import Statistics


class Ranking(NamedTuple):
    """The wanted stretch of the matching documents, in order, how many match in all, and whether
    there are more after the stretch."""

    documents: list[RankedDocument]
    total: int
    more: bool


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
            # Where it stood counts where it stands no longer.
            place = standing(parts, after) or after
            parts = [following(part, place) for part in parts]
            left = sum(len(part.documents) for part in parts)
        parts = [first_of(part, order, wanted) for part in parts]
    return Ranking(in_order(parts, order)[offset:wanted], total, more=left > wanted)


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
    return standing(_led_here(snapshot, parts, led_elsewhere), after)


def led(snapshot: Snapshot, tree: q.Query, languages: Languages = ()) -> Firsts:
    """Of each cluster with articles in other parts, the first published article that matches."""
    return snapshot.clusters.reaching_out(list(matching(snapshot, tree, languages)))


def _led_here(
    snapshot: Snapshot, parts: list[Found], led_elsewhere: AnyArray | None
) -> list[Found]:
    if led_elsewhere is None or not len(led_elsewhere):
        return parts
    outside = snapshot.clusters.outside
    return [part.only(outside(part.segment, part.documents, led_elsewhere)) for part in parts]


def _first_parts(
    snapshot: Snapshot, tree: q.Query, order: Order, wanted: int, languages: Languages
) -> tuple[int, list[Found]]:
    """How many documents match in all, and those of each segment that may be among the first."""
    tree, evaluations = _evaluations(snapshot, tree, languages)
    statistics = Statistics.of(snapshot)
    plan = plan_of(tree, languages)
    # A tree that scores nothing (only filters, or every article) is listed newest first.
    scored = order == "relevance" and _scores(tree)
    total = 0
    floor = 0.0
    parts: list[Found] = []
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
        part = first_of(Found(segment, documents, scores), order, wanted)
        if part.scores is not None and len(part.scores) == wanted > 0:
            # What the other segments have must reach this to be shown.
            floor = max(floor, float(part.scores.min()))
        parts.append(part)
    return total, parts


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
) -> list[Found]:
    """What matches in each segment; with scores if they are wanted and the order is by them."""
    scored = scored and order == "relevance" and _scores(tree)
    tree, evaluations = _evaluations(snapshot, tree, languages)
    parts = []
    for evaluation in evaluations:
        documents = evaluation.live(evaluation.match(tree))
        scores = evaluation.score(tree, documents) if scored else None
        parts.append(Found(evaluation.segment, documents, scores))
    if not collapse:
        return parts
    masks = snapshot.clusters.first_of_each([(part.segment, part.documents) for part in parts])
    return [part.only(mask) for part, mask in zip(parts, masks, strict=True)]


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
