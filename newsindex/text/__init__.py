"""Text analysis: one chain from text to tokens with keys, shared by index and query.

    from newsindex.text import analyse
    analyse("Ермак в Києві", "ru")

A document is analysed in its own language (`analyse`, or in bulk `scan` and `key_table`); a query
has no language and gets for each token the keys of both (`analyse_query`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

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
from newsindex.text.tokens import (
    Words,
    is_own_form,
    pieces_of,
    scan,
    scan_by,
    scan_sentences,
    surface_forms,
    word_forms,
)

__all__ = [
    "ANALYSIS_VERSION",
    "LANGUAGES",
    "KeyTable",
    "Passage",
    "QueryToken",
    "Token",
    "Words",
    "analyse",
    "analyse_query",
    "compute_key",
    "detect",
    "explain",
    "find_tokens",
    "is_own_form",
    "key_of",
    "key_table",
    "passages",
    "pieces_of",
    "query_keys",
    "scan",
    "scan_by",
    "scan_passages",
    "sentence_starts",
    "strict_key",
    "surface_forms",
    "word_forms",
]

T = TypeVar("T")

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


class Passage(NamedTuple, Generic[T]):
    """What stands in a passage: its language, what is known of each of its tokens, their positions,
    and the positions at which its sentences begin."""

    language: str | None
    values: list[T]
    positions: list[int]
    sentences: list[int]


def scan_passages(
    text: str, language: str | None, table_of: Callable[[str | None], Words[T]]
) -> list[Passage[T]]:
    """The passages of ``text``, in the order of reading; of each token what the table of the
    passage's language has for its form (`word_forms`: the form itself).

    Gives the same forms, positions and languages as `analyse`: the fast path of indexing.
    """
    result: list[Passage[T]] = []
    shift = 0
    for begin, end, own in passages(text, language):
        part = text[begin:end] if end - begin < len(text) else text
        values, positions, sentences = scan_sentences(table_of(own), part, sentence_starts(part))
        if shift:
            positions = [shift + position for position in positions]
            sentences = [shift + position for position in sentences]
        # The whole of a compound stands before its parts, so the last token is the furthest.
        shift = positions[-1] + 1 if positions else shift
        result.append(Passage(own, values, positions, sentences))
    return result


def analyse_query(text: str) -> list[QueryToken]:
    """The tokens of a query, cut as those of a document, with the keys of every language."""
    return [
        QueryToken(start, stop, form, query_keys(form), position, width)
        for form, start, stop, position, width in pieces_of(text)
    ]
