"""Xapian (glass backend), given keys as terms with positions.

A document's number is its Xapian id less one; documents arrive in order of date here, but dates are
asked for by value, so that any order would do.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import orjson
import xapian

from benchmarks.speed.engines.base import Row, joined
from benchmarks.speed.keys import Keyed
from benchmarks.speed.queries import ALL, Query

_DATE = 0
_SOURCE = "XS"
_ENTITY = "XE"


class XapianEngine:
    """Xapian after a bulk load that flushes every 10,000 documents, its default."""

    index_of = "xapian"
    takes_texts = False

    def __init__(self, folder: Path) -> None:
        self._database = xapian.Database(str(folder))
        self._parser = xapian.QueryParser()
        self._parser.set_database(self._database)
        self._parser.set_default_op(xapian.Query.OP_AND)
        self._parser.set_stemming_strategy(xapian.QueryParser.STEM_NONE)
        self._flags = (
            xapian.QueryParser.FLAG_PHRASE
            | xapian.QueryParser.FLAG_BOOLEAN
            | xapian.QueryParser.FLAG_WILDCARD
        )

    @staticmethod
    def build(folder: Path, documents: Iterator[Keyed]) -> None:
        database = xapian.WritableDatabase(str(folder), xapian.DB_CREATE_OR_OPEN)
        for document in documents:
            entry = xapian.Document()
            for position, key in enumerate(document.keys.split(), 1):
                entry.add_posting(key, position)
            entry.add_boolean_term(_source_term(document.source))
            for key in document.entities.split():
                entry.add_boolean_term(_ENTITY + key)
            entry.add_value(_DATE, xapian.sortable_serialise(document.published))
            entry.set_data(orjson.dumps([document.title, document.published]))
            database.replace_document(document.number + 1, entry)
        database.commit()
        database.close()

    @staticmethod
    def version() -> str:
        return f"Xapian {xapian.version_string()}"

    def translate(self, query: Query) -> tuple[str | None, Query]:
        if query.shape == "phrase":
            # Its parser writes phrases with a window that is not the slop; only exact ones are
            # parsed, a loose one is built.
            words = " ".join(word[0] for word in query.words)
            return (f'"{words}"' if query.slop == 1 else None), query
        if query.shape == "prefix":
            return f"{query.words[0][0]}*", query
        return joined(query.words, "OR" if query.shape == "or" else "AND", str), query

    def _parsed(self, asked: tuple[str | None, Query]) -> xapian.Query:
        text, query = asked
        if text is None:
            # Two words in order within a window of slop + 1 positions.
            keys = [word[0] for word in query.words]
            parsed = xapian.Query(xapian.Query.OP_PHRASE, keys, query.slop + 1)
        else:
            parsed = self._parser.parse_query(text, self._flags)
        if query.source is not None:
            source = xapian.Query(_source_term(query.source))
            parsed = xapian.Query(xapian.Query.OP_FILTER, parsed, source)
        if query.entity:
            keys = xapian.Query(xapian.Query.OP_OR, [_ENTITY + key for key in query.entity])
            parsed = xapian.Query(xapian.Query.OP_FILTER, parsed, keys)
        if query.since is not None and query.until is not None:
            dates = xapian.Query(
                xapian.Query.OP_VALUE_RANGE,
                _DATE,
                xapian.sortable_serialise(query.since),
                xapian.sortable_serialise(query.until - 1),
            )
            parsed = xapian.Query(xapian.Query.OP_FILTER, parsed, dates)
        return parsed

    def _matches(
        self, asked: tuple[str | None, Query], limit: int | None, exact: bool = False
    ) -> xapian.MSet:
        enquire = xapian.Enquire(self._database)
        enquire.set_query(self._parsed(asked))
        if asked[1].newest:
            enquire.set_sort_by_value(_DATE, True)
        everything = self._database.get_doccount()
        return enquire.get_mset(
            0, everything if limit is None else limit, everything if exact else 0
        )

    def rows(self, asked: tuple[str | None, Query]) -> list[Row]:
        query = asked[1]
        rows = []
        for match in self._matches(asked, None if query.limit is ALL else query.limit):
            title, published = orjson.loads(match.document.get_data())
            rows.append((match.docid - 1, title, published))
        return rows

    def count(self, asked: tuple[str | None, Query]) -> int:
        return int(self._matches(asked, 0, exact=True).get_matches_estimated())

    def numbers(self, asked: tuple[str | None, Query]) -> np.ndarray:
        found = [match.docid - 1 for match in self._matches(asked, None)]
        return np.array(found, dtype=np.int64)

    def facts(self) -> dict[str, int]:
        return {}

    def close(self) -> None:
        self._database.close()


def _source_term(source: str) -> str:
    # Xapian takes terms of 245 bytes at the most.
    return _SOURCE + source[:100]
