"""Explanations: what each part of a query added to the score of a document."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
from whoosh import query as q

from newsindex.index.impacts import K1
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.evaluate import SegmentEvaluation
from newsindex.query.leaves import (
    WORD_FIELDS,
    AtLeast,
    Languages,
    Proximity,
    leaf_words,
    word_leaves,
)
from newsindex.query.recency import Recent
from newsindex.query.statistics import Statistics


@dataclasses.dataclass(frozen=True, slots=True)
class Contribution:
    """What one word, phrase or other leaf of the query added.

    ``score`` is ``boost * idf * (K1 + 1) * weight / (weight + length_norm)``: ``weight`` counts its
    occurrences, those in the title as TITLE_WEIGHT of them; ``idf`` says how rare it is (of a
    phrase the sum over its words); ``length_norm`` is K1 for an article of average length, more for
    a longer one. ``field`` is "text" (title and body) or "title"; that of words near each other "".
    """

    query: str
    field: str
    score: float
    weight: float
    idf: float
    boost: float
    length_norm: float


@dataclasses.dataclass(frozen=True, slots=True)
class Explanation:
    """Why a document has its score: the sum of the ``contributions``, times ``recency`` (1.0 unless
    scores fade with age)."""

    contributions: tuple[Contribution, ...]
    recency: float = 1.0

    @property
    def score(self) -> float:
        """The score that this explains."""
        return self.recency * sum(contribution.score for contribution in self.contributions)


def explain(
    snapshot: Snapshot, segment: Segment, document: int, tree: q.Query, languages: Languages = ()
) -> Explanation:
    """Explain the score of a document that matches ``tree``; ``languages`` as in the search."""
    evaluation = SegmentEvaluation(
        segment, Statistics.of(snapshot), document, document + 1, languages
    )
    explaining = _Explaining(evaluation, Statistics.of(snapshot), document, segment, languages)
    return Explanation(tuple(explaining.parts(tree, 1.0)), explaining.recency)


class _Explaining:
    """The walk over the tree for one document."""

    def __init__(
        self,
        evaluation: SegmentEvaluation,
        statistics: Statistics,
        document: int,
        segment: Segment,
        languages: Languages,
    ) -> None:
        self._evaluation = evaluation
        self._statistics = statistics
        self._documents = np.array([document], dtype=segment.docids.dtype)
        self._segment = segment
        self._languages = languages
        self.recency = 1.0

    def parts(self, node: q.Query, boost: float) -> Iterator[Contribution]:
        """What the leaves below ``node`` add; none where it does not match."""
        if isinstance(node, (q.Not, q.ConstantScoreQuery)):
            return
        if not len(self._evaluation.match(node, self._documents)):
            return
        if isinstance(node, Recent):
            self.recency = float(node.factors(self._segment, self._documents)[0])
            yield from self.parts(node.child, boost)
        elif isinstance(node, q.AndNot):
            yield from self.parts(node.a, boost)
        elif isinstance(node, q.DisjunctionMax):
            every = [list(self.parts(child, boost * node.boost)) for child in node.subqueries]
            yield from max(every, key=lambda part: sum(c.score for c in part), default=[])
        elif isinstance(node, (q.And, q.Or, AtLeast, q.Require)):
            for child in node.children():
                yield from self.parts(child, boost * node.boost)
        elif isinstance(node, q.AndMaybe):
            for child in (node.a, node.b):
                yield from self.parts(child, boost)
        elif isinstance(node, Proximity) or node.field() in WORD_FIELDS:
            yield self._leaf(node, boost)

    def _leaf(self, node: q.Query, boost: float) -> Contribution:
        score = float(self._evaluation.score(node, self._documents)[0])
        below = list(word_leaves(node))
        words = [word for leaf in below for word in leaf_words(leaf, self._languages)]
        idf = self._statistics.idf(words)
        norm = float(self._evaluation.norms(self._documents)[0])
        gain = node.boost * (K1 + 1) * idf
        weight = score * norm / (gain - score) if gain > score else 0.0
        name = str(node).split("^")[0]
        field = node.field() or ""
        return Contribution(
            query=name.removeprefix(f"{field}:"),
            field=field,
            score=boost * score,
            weight=round(weight, 2),
            idf=idf,
            boost=boost * node.boost,
            length_norm=norm,
        )
