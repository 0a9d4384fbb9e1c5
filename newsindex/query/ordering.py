"""Ordering: what was found in each segment, and the order of all of it, by score or by date."""

from __future__ import annotations

import bisect
import dataclasses
import functools
import math
from itertools import repeat
from typing import NamedTuple

import numpy as np

from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.query.best import Best
from newsindex.query.cursor import Cursor, Order


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


class Found(NamedTuple):
    """What matches in one segment: documents, ascending, and their scores (None where the order is
    by date)."""

    segment: Segment
    documents: AnyArray
    scores: AnyArray | None

    def only(self, kept: AnyArray | slice) -> Found:
        scores = None if self.scores is None else self.scores[kept]
        return Found(self.segment, self.documents[kept], scores)


def first_of(part: Found, order: Order, wanted: int) -> Found:
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
    return Found(part.segment, best.documents, best.scores)


def in_order(parts: list[Found], order: Order) -> list[RankedDocument]:
    """The documents of all parts, by score, then date, then id hash."""
    parts = [part for part in parts if len(part.documents)]
    if not parts:
        return []
    if len(parts) == 1:
        return _in_order_of_one(parts[0], order)
    documents = np.concatenate([part.documents for part in parts])
    scores = np.concatenate(
        [np.zeros(len(p.documents), np.float32) if p.scores is None else p.scores for p in parts]
    )
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


def _in_order_of_one(part: Found, order: Order) -> list[RankedDocument]:
    """The documents of a part: numbered as they are in the order of dates and hashes."""
    segment, documents, scores = part
    if scores is None:
        dated = documents.tolist()
        if order != "oldest":
            dated.reverse()
        return [RankedDocument(segment, document, 0.0) for document in dated]
    ranks = np.lexsort((documents, scores))
    if order != "oldest":
        ranks = ranks[::-1]
    return list(
        map(RankedDocument, repeat(segment), documents[ranks].tolist(), scores[ranks].tolist())
    )


def _tied(values: AnyArray) -> AnyArray:
    """For each value whether its neighbour on one side is the same."""
    same = np.concatenate([[False], values[1:] == values[:-1], [False]])
    tied: AnyArray = same[1:] | same[:-1]
    return tied


def standing(parts: list[Found], cursor: Cursor) -> Cursor | None:
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


def following(part: Found, place: Cursor) -> Found:
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
