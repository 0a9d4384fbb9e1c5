"""Placing: what a part says of the articles that match, so that the order of all can be told."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from newsindex.engine.filters import Asked
from newsindex.engine.parts import Wanted, hits_of, whole_article
from newsindex.index.files import AnyArray
from newsindex.index.snapshot import Snapshot
from newsindex.model import Article
from newsindex.query import RankedDocument, search
from newsindex.query.cursor import Cursor, Order
from newsindex.query.search import ranked_all
from newsindex.results import Hit

# Where a document is within a part: the number of its segment, and its own; and its score.
Reference = tuple[int, int, float]


@dataclasses.dataclass(frozen=True, slots=True)
class Places:
    """Documents, and what their order is made of: the score (float32), the date (int64), the hash
    of the id (uint64); and where they are: the numbers of the part, of its segment, of the document
    (uint32 each)."""

    score: AnyArray
    published: AnyArray
    id_hash: AnyArray
    part: AnyArray
    segment: AnyArray
    document: AnyArray

    def __len__(self) -> int:
        return len(self.document)

    def of_part(self, number: int) -> Places:
        """The same documents as those of this part."""
        return dataclasses.replace(self, part=np.full(len(self), number, dtype=np.uint32))

    def ordered(self, order: Order) -> Places:
        """The documents by score, then date, then the hash of the id."""
        ranks = np.lexsort((self.id_hash, self.published, self.score))
        return self.only(ranks if order == "oldest" else ranks[::-1])

    def only(self, kept: AnyArray | slice) -> Places:
        names = [field.name for field in dataclasses.fields(self)]
        return Places(*(getattr(self, name)[kept] for name in names))

    @staticmethod
    def joined(places: list[Places]) -> Places:
        """The documents of several parts."""
        names = [field.name for field in dataclasses.fields(Places)]
        return Places(*(np.concatenate([getattr(p, name) for p in places]) for name in names))

    @staticmethod
    def of(snapshot: Snapshot, documents: list[RankedDocument]) -> Places:
        """The places of ranked documents of a snapshot."""
        number_of = {id(segment): number for number, segment in enumerate(snapshot.segments)}
        numbers = [number_of[id(found.segment)] for found in documents]
        cursors = [found.cursor("relevance") for found in documents]
        return Places(
            np.array([found.score for found in documents], dtype=np.float32),
            np.array([cursor.published for cursor in cursors], dtype=np.int64),
            np.array([cursor.id_hash for cursor in cursors], dtype=np.uint64),
            np.zeros(len(documents), dtype=np.uint32),
            np.array(numbers, dtype=np.uint32),
            np.array([found.document for found in documents], dtype=np.uint32),
        )

    def references(self) -> list[Reference]:
        columns = (self.segment.tolist(), self.document.tolist(), self.score.tolist())
        return list(zip(*columns, strict=True))


class Best(NamedTuple):
    """The best documents of a part, how many match there, and whether there are more."""

    places: Places
    total: int
    more: bool


def best(
    snapshot: Snapshot, question: Asked, wanted: Wanted, led_elsewhere: AnyArray | None
) -> Best:
    """The documents of a part among which those of a page are."""
    ranking = search(
        snapshot,
        question.tree,
        order=wanted.order,
        limit=wanted.offset + wanted.limit,
        after=wanted.after,
        languages=question.languages,
        collapse=wanted.collapse,
        led_elsewhere=led_elsewhere,
    )
    return Best(Places.of(snapshot, ranking.documents), ranking.total, ranking.more)


def everything(
    snapshot: Snapshot, question: Asked, wanted: Wanted, led_elsewhere: AnyArray | None
) -> Places:
    """All documents of a part that match."""
    found = ranked_all(
        snapshot,
        question.tree,
        order=wanted.order,
        languages=question.languages,
        collapse=wanted.collapse,
        led_elsewhere=led_elsewhere,
    )
    number_of = {id(segment): number for number, segment in enumerate(snapshot.segments)}
    parts = []
    for segment, documents, scores in found:
        count = len(documents)
        parts.append(
            Places(
                np.zeros(count, np.float32) if scores is None else scores,
                segment.published[documents],
                segment.hashes_of_all()[documents],
                np.zeros(count, np.uint32),
                np.full(count, number_of[id(segment)], dtype=np.uint32),
                documents.astype(np.uint32),
            )
        )
    return Places.joined([Places.of(snapshot, []), *parts])


def _documents(snapshot: Snapshot, references: list[Reference]) -> list[RankedDocument]:
    return [
        RankedDocument(snapshot.segments[number], document, score)
        for number, document, score in references
    ]


def hits_at(
    snapshot: Snapshot, references: list[Reference], question: Asked, wanted: Wanted
) -> tuple[Hit, ...]:
    """The hits for some documents of a part."""
    return hits_of(snapshot, _documents(snapshot, references), question, wanted)


def articles_at(
    snapshot: Snapshot, references: list[Reference], named: bool
) -> tuple[Article, ...]:
    """The whole articles of some documents of a part."""
    found = _documents(snapshot, references)
    return tuple(whole_article(document, named=named) for document in found)


def cursor_at(places: Places, number: int, order: Order) -> Cursor:
    """The place of a document in the order."""
    return Cursor(
        order,
        float(places.score[number]),
        int(places.published[number]),
        int(places.id_hash[number]),
    )
