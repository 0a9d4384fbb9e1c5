"""Search: a query tree over all segments of a snapshot, to the best or newest documents."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
from whoosh import query as q

from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.evaluate import SegmentEvaluation, Statistics
from newsindex.query.leaves import DATE, WORD_FIELDS, Languages

Order = Literal["relevance", "newest", "oldest"]
ORDERS: tuple[Order, ...] = ("relevance", "newest", "oldest")


@dataclasses.dataclass(frozen=True, slots=True)
class RankedDocument:
    """A document that matches, with its score (0.0 where the order is by date)."""

    segment: Segment
    document: int
    score: float


@dataclasses.dataclass(frozen=True, slots=True)
class Ranking:
    """The wanted stretch of the matching documents, in order, and how many match in all."""

    documents: list[RankedDocument]
    total: int


def search(
    snapshot: Snapshot,
    tree: q.Query,
    *,
    order: Order,
    limit: int,
    offset: int = 0,
    languages: Languages = (),
) -> Ranking:
    """The documents of ``snapshot`` that match ``tree``: those at ``offset`` and the ``limit - 1``
    after it, and the exact number of all.

    With ``languages``, words are joined within these languages only. Documents of equal score stand
    newest first. The order depends on the articles alone, not on the segments they lie in.
    """
    # A tree that scores nothing (only filters, or every article) is listed newest first.
    scored = order == "relevance" and _scores(tree)
    wanted = offset + limit
    total = 0
    candidates: list[tuple[float, int, int, Segment, int]] = []
    for segment, documents, score in _evaluated(snapshot, tree, languages):
        total += len(documents)
        if not len(documents) or not wanted:
            continue
        if scored:
            scores = score()
            best = _best(scores, wanted)
        else:
            best = np.arange(len(documents))
            best = best[:wanted] if order == "oldest" else best[-wanted:]
            scores = np.zeros(len(documents), dtype=np.float32)
        chosen = documents[best]
        candidates += zip(
            scores[best].tolist(),
            segment.published[chosen].tolist(),
            segment.hashes_of(chosen).tolist(),
            [segment] * len(chosen),
            chosen.tolist(),
            strict=True,
        )
    oldest = order == "oldest"
    candidates.sort(key=lambda c: (c[0], c[1], c[2]), reverse=not oldest)
    return Ranking(
        [
            RankedDocument(segment, document, score)
            for score, _, _, segment, document in candidates[offset:wanted]
        ],
        total,
    )


def matching(
    snapshot: Snapshot, tree: q.Query, languages: Languages = ()
) -> Iterator[tuple[Segment, AnyArray]]:
    """For each segment the live documents that match ``tree``, ascending."""
    return ((segment, documents) for segment, documents, _ in _evaluated(snapshot, tree, languages))


def _evaluated(
    snapshot: Snapshot, tree: q.Query, languages: Languages
) -> Iterator[tuple[Segment, AnyArray, Callable[[], AnyArray]]]:
    """For each segment the live documents that match, ascending, and what scores them."""
    tree, since, until = _date_window(tree)
    statistics = Statistics(snapshot)
    for segment in snapshot.segments:
        first, stop = segment.date_window(since, until)
        if first < stop:
            evaluation = SegmentEvaluation(segment, statistics, first, stop, languages)
            documents = evaluation.live(evaluation.match(tree))
            yield segment, documents, functools.partial(evaluation.score, tree, documents)


def _best(scores: AnyArray, wanted: int) -> AnyArray:
    """Indexes of the ``wanted`` best scores, ascending; of equal ones the later."""
    if len(scores) <= wanted:
        return np.arange(len(scores))
    threshold = np.partition(scores, len(scores) - wanted)[len(scores) - wanted]
    above = np.flatnonzero(scores > threshold)
    equal = np.flatnonzero(scores == threshold)
    return np.sort(np.concatenate([above, equal[len(equal) - (wanted - len(above)) :]]))


def _date_window(tree: q.Query) -> tuple[q.Query, int | None, int | None]:
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
        return isinstance(tree, q.Phrase)
    return any(_scores(child) for child in tree.children())
