"""Text analysis: one chain from text to tokens with keys, shared by index and query.

    from newsindex.text import analyse
    analyse("Ермак в Києві", "ru")

A document is analysed in its own language (`analyse`, or in bulk `scan` and `key_table`); a query
has no language and gets for each token the keys of both (`analyse_query`).
"""

from __future__ import annotations

from typing import NamedTuple

from newsindex.text.find import Token, find_tokens
from newsindex.text.keys import (
    LANGUAGES,
    KeyTable,
    compute_key,
    explain,
    key_of,
    key_table,
    query_keys,
    strict_key,
)
from newsindex.text.language import detect, passages
from newsindex.text.sentences import sentence_starts
from newsindex.text.tokens import pieces_of, scan, scan_sentences, surface_forms

__all__ = [
    "ANALYSIS_VERSION",
    "LANGUAGES",
    "KeyTable",
    "Passage",
    "QueryToken",
    "Token",
    "analyse",
    "analyse_query",
    "compute_key",
    "detect",
    "explain",
    "find_tokens",
    "key_of",
    "key_table",
    "passages",
    "pieces_of",
    "query_keys",
    "scan",
    "scan_passages",
    "sentence_starts",
    "strict_key",
    "surface_forms",
]

ANALYSIS_VERSION = "1.44aaeb9f"  # rules, data; an index of another version has other keys


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


class Passage(NamedTuple):
    """What stands in a passage: its language, the forms of its tokens and their positions, and the
    positions at which its sentences begin."""

    language: str | None
    forms: list[str]
    positions: list[int]
    sentences: list[int]


def scan_passages(text: str, language: str | None) -> list[Passage]:
    """The passages of ``text``, in the order of reading.

    Gives the same forms, positions and languages as `analyse`: the fast path of indexing.
    """
    result: list[Passage] = []
    shift = 0
    for begin, end, own in passages(text, language):
        part = text[begin:end] if end - begin < len(text) else text
        forms, positions, sentences = scan_sentences(part, sentence_starts(part))
        if shift:
            positions = [shift + position for position in positions]
            sentences = [shift + position for position in sentences]
        # The whole of a compound stands before its parts, so the last token is the furthest.
        shift = positions[-1] + 1 if positions else shift
        result.append(Passage(own, forms, positions, sentences))
    return result


def analyse_query(text: str) -> list[QueryToken]:
    """The tokens of a query, cut as those of a document, with the keys of every language."""
    return [
        QueryToken(start, stop, form, query_keys(form), position, width)
        for form, start, stop, position, width in pieces_of(text)
    ]
