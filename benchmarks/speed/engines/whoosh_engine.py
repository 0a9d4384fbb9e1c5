"""Stock Whoosh: its own index on disk and its own matchers, given keys through a tokenizer that
cuts at blanks, phrases on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import whoosh
from whoosh import analysis, fields, index, qparser

from benchmarks.speed.engines.base import Row, joined
from benchmarks.speed.keys import Keyed
from benchmarks.speed.queries import ALL, Query

_MEGABYTES = 256


class WhooshEngine:
    """Whoosh over one segment, as one writer leaves it."""

    index_of = "whoosh"
    takes_texts = False

    def __init__(self, folder: Path) -> None:
        self._index = index.open_dir(str(folder))
        self._searcher = self._index.searcher()
        self._parser = qparser.QueryParser("keys", self._index.schema)
        self._number = self._searcher.reader().column_reader("number")

    @staticmethod
    def build(folder: Path, documents: Iterator[Keyed]) -> None:
        schema = fields.Schema(
            keys=fields.TEXT(analyzer=analysis.SpaceSeparatedTokenizer(), phrase=True),
            source=fields.ID,
            entities=fields.KEYWORD,
            number=fields.NUMERIC(int, bits=32, stored=True, sortable=True),
            published=fields.NUMERIC(int, bits=64, stored=True, sortable=True),
            title=fields.STORED,
        )
        created = index.create_in(str(folder), schema)
        # More processes help it only where nothing else runs: they lost on a busy machine.
        writer = created.writer(limitmb=_MEGABYTES)
        for document in documents:
            writer.add_document(
                keys=document.keys,
                source=document.source,
                entities=document.entities,
                number=document.number,
                published=document.published,
                title=document.title,
            )
        writer.commit()

    @staticmethod
    def version() -> str:
        return f"Whoosh {whoosh.versionstring()}"

    def translate(self, query: Query) -> tuple[str, Query]:
        if query.shape == "phrase":
            slop = f"~{query.slop}" if query.slop > 1 else ""
            text = f'"{" ".join(word[0] for word in query.words)}"{slop}'
        elif query.shape == "prefix":
            text = f"{query.words[0][0]}*"
        else:
            text = joined(query.words, "OR" if query.shape == "or" else "AND", str)
        if query.source is not None:
            text = f'({text}) AND source:"{query.source}"'
        if query.entity:
            keys = " OR ".join(f"entities:{key}" for key in query.entity)
            text = f"({text}) AND ({keys})"
        if query.since is not None and query.until is not None:
            text = f"({text}) AND published:[{query.since} TO {query.until - 1}]"
        return text, query

    def rows(self, asked: tuple[str, Query]) -> list[Row]:
        text, query = asked
        limit = None if query.limit is ALL else query.limit
        parsed = self._parser.parse(text)
        if query.newest:
            hits = self._searcher.search(parsed, limit=limit, sortedby="published", reverse=True)
        else:
            hits = self._searcher.search(parsed, limit=limit)
        return [(hit["number"], hit["title"], hit["published"]) for hit in hits]

    def count(self, asked: tuple[str, Query]) -> int:
        parsed = self._parser.parse(asked[0])
        return sum(1 for _ in self._searcher.docs_for_query(parsed))

    def numbers(self, asked: tuple[str, Query]) -> np.ndarray:
        parsed = self._parser.parse(asked[0])
        found = [self._number[document] for document in self._searcher.docs_for_query(parsed)]
        return np.array(found, dtype=np.int64)

    def facts(self) -> dict[str, int]:
        return {"segments": len(self._searcher.leaf_searchers())}

    def close(self) -> None:
        self._searcher.close()
        self._index.close()
