"""Evaluation: which documents of a segment a query tree matches, and how they score (BM25).

A tree is walked twice: first for the documents that match, then for the scores of those that can
be shown. Every step works on whole arrays of postings. Scores follow BM25 (Robertson & Zaragoza,
"The Probabilistic Relevance Framework", 2009) with the title as a weighted part of the document
(their section 3.6); statistics are those of the whole snapshot, so they do not depend on segments.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Sequence

import numpy as np
from whoosh import query as q

from newsindex import entities
from newsindex.index.files import AnyArray
from newsindex.index.impacts import TITLE_WEIGHT
from newsindex.index.segment import Segment
from newsindex.query import proximity
from newsindex.query.columns import column_mask, is_column
from newsindex.query.leaves import (
    ENTITY_FIELDS,
    TITLE,
    WORD_FIELDS,
    AtLeast,
    Languages,
    Proximity,
    Word,
    leaf_words,
    word_leaves,
)
from newsindex.query.phrase import meeting, phrase_occurrences
from newsindex.query.postings import WordPostings, terms_of
from newsindex.query.recency import Recent
from newsindex.query.sets import contains, in_at_least, intersection, look_up, search_pays, union
from newsindex.query.statistics import Statistics


@dataclasses.dataclass(slots=True)
class _Leaf:
    """What was computed for a leaf of the tree in one segment."""

    postings: list[WordPostings]
    words: tuple[Word, ...]
    slop: int = 1
    proximity: Proximity | None = None
    # Of a phrase, once it was matched: its documents and the weight of its occurrences in each.
    matched: tuple[AnyArray, AnyArray] | None = None


class SegmentEvaluation:
    """The evaluation of one query tree over the documents ``first <= d < stop`` of a segment.

    With ``languages``, words are joined within these only, not across.
    """

    def __init__(
        self,
        segment: Segment,
        statistics: Statistics,
        first: int,
        stop: int,
        languages: Languages = (),
    ) -> None:
        self.segment = segment
        self._statistics = statistics
        self._first = first
        self._stop = stop
        self._languages = languages
        self._leaves: dict[int, _Leaf] = {}
        self._postings: dict[tuple[Word, bool], WordPostings] = {}
        self._matched: dict[int, AnyArray] = {}
        self._dtype = segment.docids.dtype

    @property
    def window(self) -> tuple[int, int]:
        """The documents looked at: the first, and the one after the last."""
        return self._first, self._stop

    # Matching

    def match(self, node: q.Query, within: AnyArray | None = None) -> AnyArray:
        """The documents that match ``node``, ascending; only those in ``within`` if it is given.

        Deleted documents are among them.
        """
        if isinstance(node, q.And):
            return self._remember(node, self._match_all(list(node.subqueries), within))
        if isinstance(node, (q.Or, q.DisjunctionMax)):
            parts = [self.match(child, within) for child in node.subqueries]
            return union(parts, self.segment.documents) if parts else self._none()
        if isinstance(node, Recent):
            return self.match(node.child, within)
        if isinstance(node, AtLeast):
            parts = [self.match(child, within) for child in node.subqueries]
            return self._remember(node, in_at_least(parts, node.count, self.segment.documents))
        if isinstance(node, q.Not):
            return self._without(self._everything(within), self.match(node.query, within))
        if isinstance(node, q.AndNot):
            positive = self.match(node.a, within)
            rest = self._without(positive, self.match(node.b, positive))
            return self._remember(node, rest)
        if isinstance(node, q.Require):
            return self._remember(node, self._match_all([node.a, node.b], within))
        if isinstance(node, q.AndMaybe):
            return self.match(node.a, within)
        if isinstance(node, q.ConstantScoreQuery):
            return self.match(node.child, within)
        if isinstance(node, q.Every):
            return self._everything(within)
        if is_column(node):
            everything = self._everything(within)
            return everything[column_mask(self.segment, node, everything)]
        if isinstance(node, q.Term) and node.fieldname in ENTITY_FIELDS:
            documents = self._naming(node)
            return (
                documents
                if within is None
                else intersection(documents, within, self.segment.documents)
            )
        leaf = self._leaf(node)
        if leaf is None:
            return self._none()
        documents = (
            self._match_phrase(leaf, within)
            if leaf.proximity or len(leaf.postings) > 1
            else leaf.postings[0].documents
        )
        return (
            documents if within is None else intersection(documents, within, self.segment.documents)
        )

    def live(self, documents: AnyArray) -> AnyArray:
        """Those of ``documents`` that are not deleted."""
        live = self.segment.live
        return documents if live is None else documents[live[documents]]

    def _naming(self, node: q.Term) -> AnyArray:
        """The documents that name a person, a body or a place."""
        keys = entities.query_keys(node.fieldname, node.text)
        numbers = {self.segment.entity_term(key) for key in keys}
        found = [self.segment.docids.of(n, self._first, self._stop)[2] for n in numbers if n >= 0]
        return union(found, self.segment.documents) if found else self._none()

    def _remember(self, node: q.Query, documents: AnyArray) -> AnyArray:
        """Keep what a conjunction matched: one branch of several, it scores only there."""
        before = self._matched.get(id(node))
        self._matched[id(node)] = (
            documents if before is None else union([before, documents], self.segment.documents)
        )
        return documents

    def _match_all(self, children: list[q.Query], within: AnyArray | None) -> AnyArray:
        negative = [child for child in children if isinstance(child, q.Not)]
        columns = [child for child in children if is_column(child)]
        positive = [
            child for child in children if not isinstance(child, q.Not) and not is_column(child)
        ]
        # The rarest first: what follows looks only at the documents that are left.
        for child in sorted(positive, key=self._size):
            within = self.match(child, within)
            if not len(within):
                return within
        documents = self._everything(within)
        for child in columns:
            documents = documents[column_mask(self.segment, child, documents)]
        for child in negative:
            documents = self._without(documents, self.match(child.query, documents))
        return documents

    def _size(self, node: q.Query) -> int:
        """About how many documents match; cheap to say."""
        if isinstance(node, (q.And, q.Require, Recent)):
            return min(map(self._size, node.children()), default=0)
        if isinstance(node, (q.Or, q.DisjunctionMax, AtLeast)):
            return sum(map(self._size, node.children()))
        if isinstance(node, Proximity):
            return min(map(self._size, node.parts), default=0)
        if isinstance(node, (q.AndMaybe, q.AndNot)):
            return self._size(node.a)
        if isinstance(node, q.Term) and node.fieldname in ENTITY_FIELDS:
            return len(self._naming(node))
        if isinstance(node, (q.Term, q.Phrase, q.Prefix)) and not is_column(node):
            leaf = self._leaf(node)
            return min((postings.size for postings in leaf.postings), default=0) if leaf else 0
        return self._stop - self._first

    def _match_phrase(self, leaf: _Leaf, within: AnyArray | None) -> AnyArray:
        # A tree may hold one leaf twice; what is kept for scoring must then cover both places.
        documents = within if leaf.matched is None else None
        if leaf.proximity:
            found = proximity.candidates(leaf.proximity, self._parts, self.segment.documents)
            documents = (
                found
                if documents is None
                else intersection(found, documents, self.segment.documents)
            )
        if leaf.postings:
            documents = meeting(leaf.postings, documents)
        if documents is None or not len(documents):
            return self._none()
        if leaf.proximity:
            index, position = proximity.occurrences(
                leaf.proximity, self._parts, self.segment, self.window, documents
            )
        else:
            index, position = phrase_occurrences(leaf.postings, leaf.words, leaf.slop, documents)
        in_title = position < self.segment.title_length[documents[index]]
        weight = np.where(in_title, TITLE_WEIGHT, 1.0)
        totals = np.bincount(index, weights=weight, minlength=len(documents))
        kept = (totals > 0).nonzero()[0]
        leaf.matched = (documents[kept], totals[kept].astype(np.float32))
        return leaf.matched[0]

    def _leaf(self, node: q.Query) -> _Leaf | None:
        """The postings of a leaf's words, looked up once; None if the leaf has no words."""
        leaf = self._leaves.get(id(node))
        if isinstance(node, Proximity) and leaf is None:
            below = list(word_leaves(node))
            words = tuple(word for child in below for word in leaf_words(child, self._languages))
            leaf = self._leaves[id(node)] = _Leaf([], words, proximity=node)
        if leaf is not None or getattr(node, "fieldname", None) not in WORD_FIELDS:
            return leaf
        words = leaf_words(node, self._languages)
        if not words:
            return None
        postings = [self._postings_of(word, node.fieldname == TITLE) for word in words]
        leaf = self._leaves[id(node)] = _Leaf(postings, words, getattr(node, "slop", 1))
        return leaf

    def _postings_of(self, word: Word, title_only: bool) -> WordPostings:
        """The postings of a word; several leaves may ask for one word in different forms."""
        wanted = word._replace(offset=0), title_only
        postings = self._postings.get(wanted)
        if postings is None:
            terms = terms_of(self.segment, word)
            postings = self._postings[wanted] = WordPostings(
                self.segment, terms, self._first, self._stop, title_only=title_only
            )
        return postings

    def _parts(self, node: q.Query) -> proximity.LeafParts:
        leaf = self._leaf(node)
        return (leaf.postings, leaf.words, leaf.slop) if leaf else None

    def _everything(self, within: AnyArray | None) -> AnyArray:
        if within is not None:
            return within
        return np.arange(self._first, self._stop, dtype=self._dtype)

    def _none(self) -> AnyArray:
        return np.empty(0, dtype=self._dtype)

    def _without(self, documents: AnyArray, unwanted: AnyArray) -> AnyArray:
        if not len(unwanted):
            return documents
        return documents[~contains(unwanted, documents, self.segment.documents)]

    # Scoring

    def score(self, node: q.Query, documents: AnyArray) -> AnyArray:
        """BM25 of each of ``documents`` (ascending; each matches the whole tree), as float32."""
        return self._score(node, documents, self.norms(documents), certain=True)

    def norms(self, documents: AnyArray) -> AnyArray:
        """What BM25 adds to the weight of a word in each of ``documents``: more in longer ones."""
        norms: AnyArray = self._statistics.norms(self.segment)[documents]
        return norms

    def _score(
        self, node: q.Query, documents: AnyArray, norms: AnyArray, *, certain: bool
    ) -> AnyArray:
        """The scores that ``node`` gives; ``certain`` says that every document matches it."""
        if isinstance(node, q.DisjunctionMax):
            scores = (self._score(c, documents, norms, certain=False) for c in node.subqueries)
            return np.float32(node.boost) * functools.reduce(np.maximum, scores)
        if isinstance(node, q.Or):
            return np.float32(node.boost) * self._sum_of(node.subqueries, documents, norms)
        if isinstance(node, Recent):
            faded: AnyArray = node.factors(self.segment, documents) * self._score(
                node.child, documents, norms, certain=certain
            )
            return faded
        if isinstance(node, q.ConstantScoreQuery):
            there = contains(self.match(node.child), documents, self.segment.documents)
            return np.where(there, np.float32(node.score), np.float32(0))
        if isinstance(node, AtLeast):
            total = self._sum_of(node.subqueries, documents, norms)
            if not certain:
                matched = self._matched.get(id(node), self._none())
                total[~contains(matched, documents, self.segment.documents)] = 0
            return np.float32(node.boost) * total
        if isinstance(node, q.AndMaybe):
            return self._score(node.a, documents, norms, certain=certain) + self._score(
                node.b, documents, norms, certain=False
            )
        if isinstance(node, (q.And, q.Require, q.AndNot)):
            total = np.zeros(len(documents), dtype=np.float32)
            matched = documents if certain else self._matched.get(id(node), self._none())
            if not len(matched):
                return total
            for child in [node.a] if isinstance(node, q.AndNot) else node.children():
                total += self._score(child, documents, norms, certain=certain)
            if not certain:
                total[~contains(matched, documents, self.segment.documents)] = 0
            return np.float32(node.boost) * total
        leaf = self._scoring_leaf(node)
        if leaf is None:
            return np.zeros(len(documents), dtype=np.float32)
        found, weights = self._weights(leaf)
        weight = aligned(found, weights, documents, self.segment.documents)
        gain = np.float32(self._statistics.gain(leaf.words, node.boost))
        result: AnyArray = gain * weight / (weight + norms)
        return result

    def _sum_of(self, nodes: Sequence[q.Query], documents: AnyArray, norms: AnyArray) -> AnyArray:
        """The sum of what ``nodes`` give, none of which has to match a document."""
        limit = self.segment.documents
        total = np.zeros(len(documents), dtype=np.float32)
        place_of: AnyArray | None = None
        for node in nodes:
            leaf = self._scoring_leaf(node)
            found, weights = self._weights(leaf) if leaf else (documents, documents)
            if leaf is None or search_pays(documents, found, limit):
                total += self._score(node, documents, norms, certain=False)
                continue
            # One after another where each stands: of hundreds of words most stand in few documents.
            if place_of is None:
                place_of = np.full(limit, -1, dtype=np.int32)
                place_of[documents] = np.arange(len(documents), dtype=np.int32)
            place = place_of[found]
            if place.min(initial=0) < 0:
                inside = (place >= 0).nonzero()[0]
                place, weights = place[inside], weights[inside]
            gain = np.float32(self._statistics.gain(leaf.words, node.boost))
            total[place] += gain * weights / (weights + norms[place])
        return total

    def _scoring_leaf(self, node: q.Query) -> _Leaf | None:
        """The leaf that a node is, if it is one that gives scores."""
        if isinstance(node, (q.Term, q.Phrase, q.Prefix, Proximity)) and not is_column(node):
            return self._leaf(node)
        return None

    def _weights(self, leaf: _Leaf) -> tuple[AnyArray, AnyArray]:
        """The documents in which a leaf stands, ascending, and its weight in each, float32."""
        if not leaf.proximity and len(leaf.postings) == 1:
            return leaf.postings[0].documents, leaf.postings[0].weights()
        if leaf.matched is None:
            self._match_phrase(leaf, None)
        return leaf.matched or (self._none(), np.empty(0, np.float32))


def aligned(found: AnyArray, weights: AnyArray, documents: AnyArray, limit: int) -> AnyArray:
    """The weight of each of ``documents``; 0 for those that are not in ``found``."""
    if found is documents or (len(found) == len(documents) and np.array_equal(found, documents)):
        return weights
    if search_pays(documents, found, limit):
        result = np.zeros(len(documents), dtype=np.float32)
        place, hit = look_up(found, documents)
        result[hit] = weights[place[hit]]
        return result
    everywhere = np.zeros(limit, dtype=np.float32)
    everywhere[found] = weights
    return everywhere[documents]
