"""tantivy-py, given keys through its whitespace tokenizer.

Hits are asked for without their number (``count=False``), which lets tantivy skip what cannot reach
the top; newsindex always counts. Its parser expands a prefix to 50 terms only, so a prefix is asked
for as a regular expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from benchmarks.speed.engines.base import Row, joined
from benchmarks.speed.keys import Keyed
from benchmarks.speed.queries import ALL, Query

_HEAP = 256 << 20
_ANALYZER = "keys"


def _open(folder: Path) -> tantivy.Index:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("keys", tokenizer_name=_ANALYZER, index_option="position")
    builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("entities", tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("number", stored=True, fast=True)
    builder.add_integer_field("published", stored=True, indexed=True, fast=True)
    builder.add_bytes_field("title", stored=True)
    index = tantivy.Index(builder.build(), path=str(folder))
    whitespace = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(_ANALYZER, whitespace)
    return index


class TantivyEngine:
    """tantivy over its memory-mapped index, as its writer's own merges left it."""

    index_of = "tantivy"
    takes_texts = False

    def __init__(self, folder: Path) -> None:
        self._index = _open(folder)
        self._index.reload()
        self._searcher = self._index.searcher()

    @staticmethod
    def build(folder: Path, documents: Iterator[Keyed]) -> None:
        writer = _open(folder).writer(_HEAP)
        for document in documents:
            entry = tantivy.Document()
            entry.add_text("keys", document.keys)
            entry.add_text("source", document.source)
            for key in document.entities.split():
                entry.add_text("entities", key)
            entry.add_integer("number", document.number)
            entry.add_integer("published", document.published)
            entry.add_bytes("title", document.title.encode())
            writer.add_document(entry)
        writer.commit()
        writer.wait_merging_threads()

    @staticmethod
    def version() -> str:
        return f"tantivy-py {metadata.version('tantivy')}"

    def translate(self, query: Query) -> tuple[str, Query]:
        if query.shape == "prefix":
            return re.escape(query.words[0][0]) + ".*", query
        if query.shape == "phrase":
            slop = f"~{query.slop - 1}" if query.slop > 1 else ""
            text = f'"{" ".join(word[0] for word in query.words)}"{slop}'
        else:
            text = joined(query.words, "OR" if query.shape == "or" else "AND", str)
        if query.source is not None:
            text = f'+({text}) +source:"{query.source}"'
        if query.entity:
            keys = " OR ".join(f'entities:"{key}"' for key in query.entity)
            text = f"+({text}) +({keys})"
        if query.since is not None and query.until is not None:
            text = f"+({text}) +published:[{query.since} TO {query.until - 1}]"
        return text, query

    def _parsed(self, asked: tuple[str, Query]) -> tantivy.Query:
        text, query = asked
        if query.shape == "prefix":
            return tantivy.Query.regex_query(self._index.schema, "keys", text)
        return self._index.parse_query(text, ["keys"], conjunction_by_default=True)

    def rows(self, asked: tuple[str, Query]) -> list[Row]:
        query = asked[1]
        limit = self._searcher.num_docs if query.limit is ALL else query.limit
        order: dict[str, Any] = {"order_by_field": "published"} if query.newest else {}
        found = self._searcher.search(self._parsed(asked), limit, count=False, **order)
        rows = []
        for _, address in found.hits:
            get: Callable[[str], Any] = self._searcher.doc(address).get_first
            rows.append((get("number"), bytes(get("title")).decode(), get("published")))
        return rows

    def count(self, asked: tuple[str, Query]) -> int:
        found: Any = self._searcher.search(self._parsed(asked), 1, count=True)
        return int(found.count)

    def numbers(self, asked: tuple[str, Query]) -> np.ndarray:
        found = self._searcher.search(self._parsed(asked), self._searcher.num_docs, count=False)
        addresses = [address for _, address in found.hits]
        return np.array(self._searcher.fast_field_values("number", addresses), dtype=np.int64)

    def facts(self) -> dict[str, int]:
        return {"segments": self._searcher.num_segments}

    def close(self) -> None:
        """Nothing to let go of: the index lives as long as this value."""
