"""Clusters: the articles of a snapshot that are reprints of each other, directly or by others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from newsindex.index.columns import UNDATED
from newsindex.index.files import AnyArray
from newsindex.index.reprints import Pairs
from newsindex.index.segment import Segment


class Firsts(NamedTuple):
    """Clusters by their numbers, ascending, and of each the date and the hash of the id of one
    article."""

    cluster: AnyArray
    published: AnyArray
    id_hash: AnyArray


class Clusters:
    """The connected components of the pairs of reprints among the live documents of segments.

    Documents in a cluster are numbered in the order of their dates (undated ones last, those of one
    date by the hashes of their ids), so that the smallest number in a cluster is the first
    published article of it.

    Where the segments are part of a larger collection, ``pairs`` are those of the whole: clusters
    then are numbered alike everywhere, and `reaching_out` knows those with articles elsewhere.
    """

    def __init__(self, segments: Sequence[Segment], pairs: Pairs) -> None:
        self._segments = list(segments)
        hashes = np.unique(np.concatenate([pairs.first, pairs.second]))
        ends = np.array(
            [np.searchsorted(hashes, pairs.first), np.searchsorted(hashes, pairs.second)]
        )
        self._all, self._cluster_of = hashes, _components(len(hashes), ends)
        found = [_documents_of(segment, hashes) for segment in self._segments]
        published = np.concatenate(
            [np.empty(0, dtype=np.int64)]
            + [s.published[documents] for s, (_, documents) in zip(segments, found, strict=True)]
        )
        which = np.concatenate([np.empty(0, dtype=np.int64), *(rows for rows, _ in found)])
        order = np.lexsort((hashes[which], published, published == UNDATED))
        self._segment_of = np.repeat(np.arange(len(found)), [len(d) for _, d in found])[order]
        self._document_of = np.concatenate(
            [np.empty(0, dtype=np.int64), *(documents for _, documents in found)]
        )[order]
        self._published, self._hashes = published[order], hashes[which[order]]
        self._cluster = self._cluster_of[which[order]]
        # How many articles of each cluster there are, in all parts; and here.
        self._sizes = np.bincount(self._cluster_of, minlength=len(hashes))
        self._here = np.bincount(self._cluster, minlength=len(hashes))
        self._by_cluster = np.argsort(self._cluster, kind="stable")
        self._sorted = self._cluster[self._by_cluster]
        self._numbers: dict[str, AnyArray] = {}

    def _numbers_in(self, segment: Segment) -> AnyArray:
        """The number of every document of a segment; -1 for one that is in no cluster."""
        numbers = self._numbers.get(segment.entry.name)
        if numbers is None:
            mine = np.flatnonzero(self._segment_of == self._segments.index(segment))
            numbers = np.full(segment.documents, -1, dtype=np.int32)
            numbers[self._document_of[mine]] = mine
            self._numbers[segment.entry.name] = numbers
        return numbers

    def first_of_each(self, matches: Sequence[tuple[Segment, AnyArray]]) -> list[AnyArray]:
        """For some documents of each segment which of them stay, as masks: those that are in no
        cluster, and of each cluster the one among them that was published first."""
        numbers = [self._numbers_in(segment)[documents] for segment, documents in matches]
        best = self._best(numbers)
        masks = [number < 0 for number in numbers]
        for mask, number in zip(masks, numbers, strict=True):
            inside = np.flatnonzero(~mask)
            mask[inside] = best[self._cluster[number[inside]]] == number[inside]
        return masks

    def _best(self, numbers: Sequence[AnyArray]) -> AnyArray:
        """For each cluster the smallest of ``numbers`` in it."""
        together = np.concatenate([np.empty(0, dtype=np.int32), *numbers])
        together = together[together >= 0]
        best = np.full(len(self._sizes), len(self._cluster), dtype=np.int64)
        np.minimum.at(best, self._cluster[together], together)
        return best

    def reaching_out(self, matches: Sequence[tuple[Segment, AnyArray]]) -> Firsts:
        """Of each cluster with articles in other parts, the first published of some documents."""
        best = self._best([self._numbers_in(segment)[found] for segment, found in matches])
        best = np.where(self._here < self._sizes, best, len(self._cluster))
        clusters = np.flatnonzero(best < len(self._cluster))
        first = best[clusters]
        return Firsts(clusters, self._published[first], self._hashes[first])

    def outside(self, segment: Segment, documents: AnyArray, clusters: AnyArray) -> AnyArray:
        """A mask of the ``documents`` that are in none of some ``clusters``, by their numbers."""
        numbers = self._numbers_in(segment)[documents]
        mask: AnyArray = numbers < 0
        inside = np.flatnonzero(~mask)
        mask[inside] = ~np.isin(self._cluster[numbers[inside]], clusters)
        return mask

    def cluster_with(self, id_hash: int) -> list[tuple[Segment, int]]:
        """The documents here of the cluster of an article, which may be elsewhere, by the hash of
        its id; first published first."""
        place = int(np.searchsorted(self._all, np.uint64(id_hash)))
        if place == len(self._all) or self._all[place] != np.uint64(id_hash):
            return []
        return self._documents_in(int(self._cluster_of[place]))

    def members(self, segment: Segment, document: int) -> list[tuple[Segment, int]]:
        """The documents of the cluster of a document, first published first; itself if it has
        none."""
        number = int(self._numbers_in(segment)[document])
        if number < 0:
            return [(segment, document)]
        return self._documents_in(int(self._cluster[number]))

    def _documents_in(self, cluster: int) -> list[tuple[Segment, int]]:
        low = int(np.searchsorted(self._sorted, cluster))
        high = int(np.searchsorted(self._sorted, cluster, side="right"))
        return [
            (self._segments[self._segment_of[n]], int(self._document_of[n]))
            for n in self._by_cluster[low:high].tolist()
        ]

    def __len__(self) -> int:
        """Number of clusters."""
        return len(np.unique(self._cluster))


def _documents_of(segment: Segment, hashes: AnyArray) -> tuple[AnyArray, AnyArray]:
    """The live documents of a segment whose ids have one of these hashes, and which one it is."""
    table = segment.file["id_hash"]
    place = np.searchsorted(table, hashes)
    there = np.flatnonzero(place < len(table))
    there = there[table[place[there]] == hashes[there]]
    documents = segment.file["id_document"][place[there]].astype(np.int64)
    if segment.live is not None:
        live = segment.live[documents]
        there, documents = there[live], documents[live]
    return there, documents


def _components(count: int, ends: AnyArray) -> AnyArray:
    """For each of ``count`` nodes the smallest one that edges lead to from it: labels fall along
    the edges and are followed to their own labels until nothing changes."""
    label = np.arange(count)
    while True:
        lowest = label[ends].min(axis=0)
        new = label.copy()
        for side in ends:
            np.minimum.at(new, label[side], lowest)
            np.minimum.at(new, side, lowest)
        new = new[new]
        if np.array_equal(new, label):
            return label
        label = new
