"""bm25s: scores of all documents by sparse matrix columns, given keys as numbers.

It knows words joined by OR, alone or with a mask over the documents; the rest it cannot be asked.
Documents arrive in order of date here, so the mask of a date range is a slice.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import bm25s
import numpy as np

from benchmarks.speed.engines.base import Row
from benchmarks.speed.keys import Keyed
from benchmarks.speed.queries import ALL, COUNT, Query


class Bm25sEngine:
    """bm25s with its numpy backend, its matrix and the titles in memory."""

    index_of = "bm25s"
    takes_texts = False

    def __init__(self, folder: Path) -> None:
        self._bm25 = bm25s.BM25.load(str(folder), load_corpus=True)
        self._articles = list(self._bm25.corpus)
        self._bm25.corpus = None
        self._published = np.array([article["published"] for article in self._articles])

    @staticmethod
    def build(folder: Path, documents: Iterator[Keyed]) -> None:
        vocabulary: dict[str, int] = {}
        rows: list[list[int]] = []
        articles = []
        for document in documents:
            rows.append(
                [vocabulary.setdefault(key, len(vocabulary)) for key in document.keys.split()]
            )
            articles.append({"title": document.title, "published": document.published})
        engine = bm25s.BM25()
        tokens = bm25s.tokenization.Tokenized(ids=rows, vocab=vocabulary)
        engine.index(tokens, show_progress=False)
        engine.save(str(folder), corpus=articles, show_progress=False)

    @staticmethod
    def version() -> str:
        return f"bm25s {bm25s.__version__}"

    def translate(self, query: Query) -> Query | None:
        possible = (
            query.shape in ("or", "term")
            and query.limit not in (ALL, COUNT)
            and not query.newest
            and query.source is None
            and not query.entity
        )
        return query if possible else None

    def rows(self, asked: Query) -> list[Row]:
        found, scores = self._bm25.retrieve(
            [[key for word in asked.words for key in word]],
            k=min(asked.limit or 0, len(self._articles)),
            show_progress=False,
            weight_mask=self._mask(asked),
        )
        rows = []
        for number in found[0][scores[0] > 0].tolist():
            article = self._articles[number]
            rows.append((number, article["title"], article["published"]))
        return rows

    def _mask(self, asked: Query) -> np.ndarray | None:
        if asked.since is None or asked.until is None:
            return None
        first, stop = np.searchsorted(self._published, [asked.since, asked.until])
        mask = np.zeros(len(self._articles), dtype=np.float32)
        mask[first:stop] = 1
        return mask

    def count(self, asked: Query) -> int:
        return len(self.numbers(asked))

    def numbers(self, asked: Query) -> np.ndarray:
        tokens = [key for word in asked.words for key in word]
        return np.flatnonzero(self._bm25.get_scores(tokens, weight_mask=self._mask(asked)))

    def facts(self) -> dict[str, int]:
        return {}

    def close(self) -> None:
        """Nothing to let go of: the index lives as long as this value."""
