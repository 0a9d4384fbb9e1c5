"""Keys: newsindex's own analysis of a document, written so that every other engine can take it.

An engine that is given keys separated by blanks, and has no analysis of its own, holds the same
terms at the same distances as newsindex. Wholes of compounds, which share the position of their
first part, are left out: a query for a compound asks for its parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.speed.corpora import Document, read
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


def line_of(title: list[str], body: list[str]) -> str:
    """The keys of a document as the other engines are given them: title, gap, body."""
    return " ".join([*title, *GAP, *body])


def read_with_keys(corpus: Path, keys: Path) -> Iterator[tuple[Document, str]]:
    """The documents of a corpus file, each with its line of the file of keys beside it."""
    with open(keys, encoding="utf-8") as lines:
        for document, line in zip(read(corpus), lines, strict=True):
            yield document, line.rstrip("\n")
