"""The terms of peaks: what a period in which a query finds much is about.

A word that recurs for some years on a site (the name of a programme, an invitation to subscribe) is
more frequent in a peak in these years than in the other articles that match; so is the name of the
month. So a term is held against two things: against the articles that match and lie outside all
peaks, and against the other articles of the same days. Its score is the geometric mean of both
log-likelihood ratios, and it has to be more frequent in the peak than in either. Of reprints only
the first published counts, so that one text that came in a hundred copies tells nothing alone.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
from whoosh import query as q

from newsindex.index.clusters import Firsts
from newsindex.index.columns import UNDATED
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.leaves import DATE, Languages
from newsindex.query.parts import Parts
from newsindex.query.search import led, matching
from newsindex.results.highlight import patterns_of, words_of_patterns
from newsindex.results.significance import (
    LIFT,
    NOBODY,
    Counted,
    Significance,
    log_likelihood,
)

_TERMS = 5
# Of the terms of a peak so many are held against the other articles of its days.
_LOOKED_AT = 200

# Dates in seconds since 1970 UTC: from the first to before the second.
Dates = tuple[int, int]


def telling_terms(
    parts: Parts, tree: q.Query, languages: Languages, peaks: Sequence[Dates]
) -> list[tuple[str, ...]]:
    """For each of the ``peaks`` of what matches ``tree`` the words and names that tell what it is
    about, the most telling first; but none that the words of the tree find."""
    if not peaks:
        return []
    found = _InPeaks(_stories(parts, tree, languages), tuple(peaks))
    sizes = np.sum(parts.ask(_sizes, found), axis=0).tolist()
    significance = Significance(parts, found, sizes)
    asked = words_of_patterns(patterns_of(tree, languages))
    result = []
    for number, (first, stop) in enumerate(peaks, 1):
        others = q.And([q.NumericRange(DATE, first, stop), q.Not(tree)])
        ranked = significance.ranked(number)[:_LOOKED_AT]
        ranked = _also_against(parts, ranked, sizes[number], _stories(parts, others, languages))
        words, names = significance.shown(number, ranked, _TERMS, asked)
        both = sorted([*words, *names], key=lambda term: -term.score)
        result.append(tuple(term.text for term in both[:_TERMS]))
    return result


@dataclasses.dataclass(frozen=True, slots=True)
class _Stories:
    """The articles that match, of reprints the first published one that does. ``leading`` are those
    first ones of the clusters that have articles in several parts."""

    tree: q.Query
    languages: Languages
    leading: Firsts

    def documents(self, snapshot: Snapshot) -> list[tuple[Segment, AnyArray]]:
        found = list(matching(snapshot, self.tree, self.languages))
        masks = snapshot.clusters.first_of_each(found)
        stories = [
            (segment, docs[mask]) for (segment, docs), mask in zip(found, masks, strict=True)
        ]
        if not len(self.leading.cluster):
            return stories
        own = snapshot.clusters.reaching_out(stories)
        leading = self.leading.id_hash[np.searchsorted(self.leading.cluster, own.cluster)]
        led_elsewhere = own.cluster[own.id_hash != leading]
        outside = snapshot.clusters.outside
        return [(segment, docs[outside(segment, docs, led_elsewhere)]) for segment, docs in stories]


def _stories(parts: Parts, tree: q.Query, languages: Languages) -> _Stories:
    firsts = parts.ask(led, tree, languages)
    cluster, published, id_hash = (np.concatenate(column) for column in zip(*firsts, strict=True))
    order = np.lexsort((id_hash, published, published == UNDATED, cluster))
    _, first = np.unique(cluster[order], return_index=True)
    chosen = order[first]
    return _Stories(tree, languages, Firsts(cluster[chosen], published[chosen], id_hash[chosen]))


@dataclasses.dataclass(frozen=True, slots=True)
class _InPeaks:
    """Groups of stories: the peaks, from 1 on, and 0 for those of all other days."""

    stories: _Stories
    peaks: tuple[Dates, ...]

    def labels(self, snapshot: Snapshot) -> list[tuple[Segment, AnyArray]]:
        labels = []
        for segment, documents in self.stories.documents(snapshot):
            if not len(documents):
                continue
            group = np.zeros(len(documents), dtype=np.uint8)
            for number, dates in enumerate(self.peaks, 1):
                group[slice(*np.searchsorted(segment.published[documents], dates))] = number
            label = np.full(segment.documents, NOBODY, dtype=np.uint8)
            label[documents] = group
            labels.append((segment, label))
        return labels


def _sizes(snapshot: Snapshot, found: _InPeaks) -> AnyArray:
    """How many articles each group has in one part."""
    sizes = np.zeros(len(found.peaks) + 1, dtype=np.int64)
    for _, labels in found.labels(snapshot):
        sizes += np.bincount(labels, minlength=NOBODY)[: len(sizes)]
    return sizes


def _also_against(
    parts: Parts, ranked: list[Counted], size: int, others: _Stories
) -> list[Counted]:
    """What is ``ranked`` for a peak of ``size`` stories, held against ``others`` of its days."""
    held = np.sum(parts.ask(_held, others, [entry.key for entry in ranked]), axis=0)
    among, elsewhere = int(held[0]), held[1:]
    if not among:
        return ranked
    counts = np.array([entry.count for entry in ranked], dtype=np.int64)
    score, lift = log_likelihood(counts, counts + elsewhere, size, size + among)
    kept = [
        dataclasses.replace(entry, score=math.sqrt(entry.score * value))
        for entry, value, more in zip(ranked, score.tolist(), lift.tolist(), strict=True)
        if more >= LIFT
    ]
    return sorted(kept, key=lambda entry: -entry.score)


def _held(snapshot: Snapshot, stories: _Stories, keys: Sequence[bytes]) -> AnyArray:
    """The number of stories in one part, and of those that hold each of the terms."""
    counts = np.zeros(1 + len(keys), dtype=np.int64)
    for segment, documents in stories.documents(snapshot):
        counts[0] += len(documents)
        if not len(documents):
            continue
        first, stop = int(documents[0]), int(documents[-1]) + 1
        wanted = np.zeros(stop - first, dtype=bool)
        wanted[documents - first] = True
        for place, key in enumerate(keys, 1):
            term = segment.terms.find(key)
            if term >= 0:
                held = segment.docids.of(term, first, stop)[2]
                counts[place] += np.count_nonzero(wanted[held - first])
    return counts
