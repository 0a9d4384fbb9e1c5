"""newsindex, twice: its engine alone, and `Index.search` as users call it, with snippets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np

import newsindex
from benchmarks.speed.corpora import Document
from benchmarks.speed.engines.base import Row
from benchmarks.speed.keys import article_of
from benchmarks.speed.queries import ALL, COUNT, Query
from newsindex.entities.model import DEFAULT_EXTRACTOR
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query import parse, search
from newsindex.query.cursor import Order
from newsindex.query.search import matching

_TIMEZONE = "UTC"


class NewsindexEngine:
    """Query string to title and date of each hit, as the other engines give them."""

    index_of = "newsindex"
    takes_texts = True

    def __init__(self, folder: Path) -> None:
        self._snapshot = Snapshot.open(folder)
        self._numbers: dict[str, np.ndarray] = {}

    @staticmethod
    def build(folder: Path, documents: Iterator[Document]) -> None:
        first = next(documents)
        # Documents that bring entities keep those: nothing is extracted here either.
        extractor = None if first.entities is None else DEFAULT_EXTRACTOR
        index = newsindex.Index.create(folder, timezone=_TIMEZONE, extractor=extractor)
        with index.writer() as writer:
            for document in chain([first], documents):
                writer.add(article_of(document))

    @staticmethod
    def version() -> str:
        return f"newsindex {newsindex.__version__}"

    def translate(self, query: Query) -> Query:
        return query

    def rows(self, asked: Query) -> list[Row]:
        limit = self._snapshot.documents if asked.limit is ALL else asked.limit
        tree = parse(asked.text, _TIMEZONE).tree
        ranking = search(self._snapshot, tree, order=_order(asked), limit=limit or 0)
        rows = []
        for ranked in ranking.documents:
            segment, number = ranked.segment, ranked.document
            title = segment.title(number)
            rows.append((int(segment.ids[number]), title, int(segment.published[number])))
        return rows

    def count(self, asked: Query) -> int:
        tree = parse(asked.text, _TIMEZONE).tree
        return search(self._snapshot, tree, order="newest", limit=COUNT).total

    def numbers(self, asked: Query) -> np.ndarray:
        tree = parse(asked.text, _TIMEZONE).tree
        found = [
            self._numbers_of(segment)[documents]
            for segment, documents in matching(self._snapshot, tree)
        ]
        return np.concatenate(found) if found else np.empty(0, dtype=np.int64)

    def _numbers_of(self, segment: Segment) -> np.ndarray:
        """The number of each document of a segment."""
        name = segment.entry.name
        if name not in self._numbers:
            self._numbers[name] = np.array(segment.ids[:]).astype(np.int64)
        return self._numbers[name]

    def facts(self) -> dict[str, int]:
        segments = self._snapshot.segments
        stored = sum(segment.file["article_text"].nbytes for segment in segments)
        return {"segments": len(segments), "stored_bytes": stored}

    def close(self) -> None:
        """Nothing to let go of: the index lives as long as this value."""


def _order(asked: Query) -> Order:
    return "newest" if asked.newest else "relevance"


class NewsindexSnippetsEngine(NewsindexEngine):
    """`Index.search`: the same, with a snippet and highlights for each hit."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._index = newsindex.Index.open(folder)

    def rows(self, asked: Query) -> list[Row]:
        limit = len(self._index) if asked.limit is ALL else asked.limit
        hits = self._index.search(asked.text, sort=_order(asked), limit=limit or 0)
        return [
            (int(hit.id), hit.title, int(hit.published.timestamp()) if hit.published else 0)
            for hit in hits
        ]

    def count(self, asked: Query) -> int:
        return self._index.search(asked.text, limit=COUNT).total
