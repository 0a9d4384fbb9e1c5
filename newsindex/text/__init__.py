"""Text analysis: one chain from text to tokens with keys, shared by index and query.

    from newsindex.text import analyse
    analyse("Ермак в Києві", "ru")

A document is analysed in its own language (`analyse`, or in bulk `scan` and `key_table`); a query
has no language and gets for each token the keys of both (`analyse_query`).
"""

from __future__ import annotations

from typing import NamedTuple

from newsindex.text.keys import (
    LANGUAGES,
    KeyTable,
    explain,
    key_of,
    key_table,
    query_keys,
    strict_key,
)
from newsindex.text.language import detect, passages
from newsindex.text.tokens import pieces_of, scan, surface_forms

__all__ = [
    "ANALYSIS_VERSION",
    "LANGUAGES",
    "KeyTable",
    "QueryToken",
    "Token",
    "analyse",
    "analyse_query",
    "detect",
    "explain",
    "key_of",
    "key_table",
    "passages",
    "pieces_of",
    "query_keys",
    "scan",
    "scan_passages",
    "strict_key",
    "surface_forms",
]

ANALYSIS_VERSION = "1.44aaeb9f"  # rules, data; an index of another version has other keys


class Token(NamedTuple):
    """One token of a document: its span in the original text, its form, its key, its position.

    ``start`` and ``stop`` count characters of the text given. ``text`` is the form, ``key`` the
    unit of the index. ``position`` counts from 0; the whole of a compound stands before its parts,
    at the position of the first, and is ``width`` positions wide.
    """

    start: int
    stop: int
    text: str
    key: str
    position: int
    width: int = 1


class QueryToken(NamedTuple):
    """One token of a query: a Token with every key that a document may hold it under."""

    start: int
    stop: int
    text: str
    keys: tuple[str, ...]
    position: int
    width: int = 1


def analyse(text: str, language: str | None) -> list[Token]:
    """The tokens of ``text``, a text in ``language`` ("ru", "uk", or None for unknown).

    A passage in the other language (see `passages`) is keyed by that one's table. Never raises,
    whatever characters the text holds.
    """
    tokens: list[Token] = []
    shift = 0
    for begin, end, own in passages(text, language):
        table = key_table(own)
        tokens += [
            Token(begin + start, begin + stop, form, table[form], shift + position, width)
            for form, start, stop, position, width in pieces_of(text[begin:end])
        ]
        # The whole of a compound stands before its parts, so the last token is the furthest.
        shift = tokens[-1].position + 1 if tokens else 0
    return tokens


def scan_passages(text: str, language: str | None) -> list[tuple[str | None, list[str], list[int]]]:
    """For each passage of ``text`` its language, and the forms and positions of its tokens.

    Gives the same forms, positions and languages as `analyse`: the fast path of indexing.
    """
    result: list[tuple[str | None, list[str], list[int]]] = []
    shift = 0
    for begin, end, own in passages(text, language):
        forms, positions = scan(text[begin:end])
        if shift:
            positions = [shift + position for position in positions]
        # The whole of a compound stands before its parts, so the last token is the furthest.
        shift = positions[-1] + 1 if positions else shift
        result.append((own, forms, positions))
    return result


def analyse_query(text: str) -> list[QueryToken]:
    """The tokens of a query, cut as those of a document, with the keys of every language."""
    return [
        QueryToken(start, stop, form, query_keys(form), position, width)
        for form, start, stop, position, width in pieces_of(text)
    ]
