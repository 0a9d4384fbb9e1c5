"""Keys: newsindex's own analysis of a document, written so that every other engine can take it.

An engine that is given keys separated by blanks, and has no analysis of its own, holds the same
terms at the same distances as newsindex. Wholes of compounds, which share the position of their
first part, are left out: a query for a compound asks for its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from benchmarks.speed.corpora import Document
from newsindex import Article, GivenEntity
from newsindex.entities import document_keys
from newsindex.entities.given import given_mentions
from newsindex.text import key_table, scan

# Stands between title and body, so that no phrase, however loose, reaches across.
GAP = ["0gap0"] * 4
_MAX_KEY = 90  # characters; Xapian takes terms of 245 bytes at the most
_NOT_ALPHANUMERIC = re.compile(r"[\W_]")


class _KeyOfForm(dict[str, str]):
    """form -> key for one language, letters and digits only, so that no tokenizer cuts it."""

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self._table = key_table(language)

    def __missing__(self, form: str) -> str:
        key = self[form] = written(self._table[form])
        return key


_tables: dict[str | None, _KeyOfForm] = {}


def written(key: str) -> str:
    """A key of newsindex as the other engines hold it."""
    return _NOT_ALPHANUMERIC.sub(lambda match: f"0{ord(match[0]):x}0", key)[:_MAX_KEY]


def key_of_form(language: str | None) -> dict[str, str]:
    """The table form -> written key of a language; holds what was looked up so far."""
    if language not in _tables:
        _tables[language] = _KeyOfForm(language)
    return _tables[language]


def forms_of(text: str) -> list[str]:
    """The forms of a text, one a position."""
    forms, positions = scan(text)
    if not positions or positions[-1] == len(positions) - 1:
        return forms
    # Of several forms at one position the whole of a compound comes first, its part last.
    return [
        form
        for form, position, following in zip(forms, positions, [*positions[1:], -1], strict=True)
        if position != following
    ]


def keys_of(document: Document) -> tuple[list[str], list[str]]:
    """The keys of a document's title, and those of its body."""
    key = key_of_form(document.language).__getitem__
    return list(map(key, forms_of(document.title))), list(map(key, forms_of(document.text)))


def entity_keys_of(document: Document) -> list[str]:
    """The keys under which a document is found by its entities."""
    if not document.entities:
        return []
    return [written(key) for key in document_keys(given_mentions(article_of(document)))]


def article_of(document: Document) -> Article:
    """A document as newsindex takes it."""
    entities = document.entities
    return Article(
        id=str(document.number),
        title=document.title,
        text=document.text,
        published=datetime.fromtimestamp(document.published, UTC),
        source=document.source,
        language=document.language,
        entities=None if entities is None else tuple(map(_given, entities)),
    )


def _given(entity: dict[str, Any]) -> GivenEntity:
    span = entity["field"], entity["start"], entity["end"]
    return GivenEntity(entity["type"], entity["name"], (span,))


@dataclass(frozen=True, slots=True)
class Keyed:
    """A document as the other engines are given it: ``keys`` of title, gap and body, and
    ``entities``, keys too, all separated by blanks; the title is there to be shown."""

    number: int
    title: str
    published: int
    source: str
    keys: str
    entities: str


def line_of(document: Document, title: list[str], body: list[str], entities: list[str]) -> bytes:
    """The line of a document in the file of keys; ``title``, ``body``: its keys."""
    keys = " ".join([*title, *GAP, *body])
    entry = (document.title, document.published, document.source, keys, " ".join(entities))
    return orjson.dumps(entry) + b"\n"


def read_keyed(path: Path) -> Iterator[Keyed]:
    """The documents of a file of keys, in order."""
    with open(path, "rb") as lines:
        for number, line in enumerate(lines):
            yield Keyed(number, *orjson.loads(line))
