"""Leaves of a query tree that newsindex adds to Whoosh's, and how a leaf's text becomes keys."""

from __future__ import annotations

import dataclasses
import functools

from whoosh import query as whoosh_query

from newsindex.text import analyse_query, surface_forms

# Field names of a query tree.
TEXT, TITLE, SOURCE, LANGUAGE, ID, DATE = "text", "title", "source", "lang", "id", "date"
WORD_FIELDS = frozenset([TEXT, TITLE])


class ExactTerm(whoosh_query.Term):  # type: ignore[misc]  # Whoosh's classes are partly untyped
    """A word that must stand in the article in this very form, case aside."""


class ExactPhrase(whoosh_query.Phrase):  # type: ignore[misc]  # as above
    """Words that must stand in the article side by side in these very forms, case aside."""


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: the keys under which articles may hold it, and, where the surface form
    counts, the forms that are wanted. ``offset`` is its distance from the leaf's first word."""

    keys: tuple[str, ...]
    forms: tuple[str, ...]
    offset: int


@functools.lru_cache(maxsize=10_000)
def words_of(text: str, exact: bool = False) -> tuple[Word, ...]:
    """The words of a leaf's text, analysed as articles are. A compound becomes its parts, side by
    side, so that «дрон-камикадзе» also finds the words written apart."""
    tokens = [token for token in analyse_query(text) if token.width == 1]
    return tuple(
        Word(
            keys=token.keys,
            forms=surface_forms(token.text) if exact else (),
            offset=token.position - tokens[0].position,
        )
        for token in tokens
    )


def phrase_words(words: tuple[str, ...], exact: bool = False) -> tuple[Word, ...]:
    """The words of a phrase given as a list of texts, one after another."""
    result: list[Word] = []
    for text in words:
        start = result[-1].offset + 1 if result else 0
        result += [
            dataclasses.replace(word, offset=start + word.offset) for word in words_of(text, exact)
        ]
    return tuple(result)


def prefix_forms(text: str) -> tuple[str, ...]:
    """The beginnings of surface forms that a prefix stands for; none if it is no word."""
    tokens = analyse_query(text)
    if not tokens:
        return ()
    # A compound's whole comes first; it is a token of its own in the dictionary.
    return surface_forms(tokens[0].text) if tokens[0].stop == tokens[-1].stop else ()
