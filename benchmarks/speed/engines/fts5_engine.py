"""SQLite FTS5, given keys through its ``ascii`` tokenizer, which leaves Cyrillic letters alone.

The full-text table holds no content; titles lie in a table beside it. A rowid is made of date and
number, so that a range of dates is a range of rowids and newest-first is their order: what FTS5
does best, in whatever order the documents arrive.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.speed.engines.base import Row, joined
from benchmarks.speed.keys import Keyed
from benchmarks.speed.queries import ALL, Query

_NUMBER_BITS = 24
_SCHEMA = """
    CREATE VIRTUAL TABLE postings USING fts5(keys, source, entities, content='', tokenize='ascii');
    CREATE TABLE articles(rowid INTEGER PRIMARY KEY, title TEXT);
"""
_ROWS = """
    SELECT found.rowid, title FROM
        (SELECT rowid FROM postings WHERE {where} ORDER BY {order} LIMIT {limit}) AS found
        CROSS JOIN articles ON articles.rowid = found.rowid
"""
_MATCHES = "SELECT {{}} FROM postings WHERE {where}"


def _source_key(source: str) -> str:
    return f"0{source.encode().hex()}0"


class Fts5Engine:
    """FTS5 after its ``optimize`` command, with 256 MB of page cache."""

    index_of = "fts5"
    takes_texts = False

    def __init__(self, folder: Path) -> None:
        self._connection = sqlite3.connect(f"file:{folder / 'index.db'}?mode=ro", uri=True)
        self._connection.execute("PRAGMA cache_size=-262144")
        self._connection.execute("PRAGMA mmap_size=17179869184")

    @staticmethod
    def build(folder: Path, documents: Iterator[Keyed]) -> None:
        connection = sqlite3.connect(folder / "index.db")
        connection.executescript(_SCHEMA)
        with connection:
            for document in documents:
                rowid = (document.published << _NUMBER_BITS) + document.number
                connection.execute(
                    "INSERT INTO postings(rowid, keys, source, entities) VALUES (?, ?, ?, ?)",
                    (rowid, document.keys, _source_key(document.source), document.entities),
                )
                connection.execute("INSERT INTO articles VALUES (?, ?)", (rowid, document.title))
            connection.execute("INSERT INTO postings(postings) VALUES ('optimize')")
        connection.close()

    @staticmethod
    def version() -> str:
        return f"SQLite {sqlite3.sqlite_version} FTS5"

    def translate(self, query: Query) -> tuple[str, str, list[Any]] | None:
        if query.shape == "phrase":
            if query.slop > 1:
                return None  # NEAR takes the words in either order
            text = f'"{" ".join(word[0] for word in query.words)}"'
        elif query.shape == "prefix":
            text = f'"{query.words[0][0]}" *'
        else:
            operator = "OR" if query.shape == "or" else "AND"
            text = joined(query.words, operator, lambda key: f'"{key}"')
        text = f"keys : ({text})"
        if query.source is not None:
            text += f" AND source : {_source_key(query.source)}"
        if query.entity:
            keys = " OR ".join(f'"{key}"' for key in query.entity)
            text += f" AND entities : ({keys})"
        where, parameters = "postings MATCH ?", list[Any]([text])
        if query.since is not None and query.until is not None:
            where += " AND rowid >= ? AND rowid < ?"
            parameters += [query.since << _NUMBER_BITS, query.until << _NUMBER_BITS]
        order = "rowid DESC" if query.newest else "rank"
        limit = -1 if query.limit is ALL else query.limit
        # The inner query ranks; only what it keeps is looked up.
        rows = _ROWS.format(where=where, order=order, limit=limit)
        return rows, _MATCHES.format(where=where), parameters

    def rows(self, asked: tuple[str, str, list[Any]]) -> list[Row]:
        return [
            (rowid & ((1 << _NUMBER_BITS) - 1), title, rowid >> _NUMBER_BITS)
            for rowid, title in self._connection.execute(asked[0], asked[2])
        ]

    def count(self, asked: tuple[str, str, list[Any]]) -> int:
        sql = asked[1].format("count(*)")
        return int(self._connection.execute(sql, asked[2]).fetchone()[0])

    def numbers(self, asked: tuple[str, str, list[Any]]) -> np.ndarray:
        rowids = self._connection.execute(asked[1].format("rowid"), asked[2]).fetchall()
        return np.array(rowids, dtype=np.int64).ravel() & ((1 << _NUMBER_BITS) - 1)

    def facts(self) -> dict[str, int]:
        return {}

    def close(self) -> None:
        self._connection.close()
