"""Leaves of a query tree that newsindex adds to Whoosh's, and how a leaf's text becomes keys."""

from __future__ import annotations

import dataclasses
import functools

from whoosh import query as whoosh_query

from newsindex.entities.keys import KINDS
from newsindex.text import analyse_query, strict_key, surface_forms

# Languages within which words must be joined; none if across them will do.
Languages = tuple[str, ...]

# Field names of a query tree.
TEXT, TITLE, SOURCE, LANGUAGE, ID, DATE = "text", "title", "source", "lang", "id", "date"
WORD_FIELDS = frozenset([TEXT, TITLE])
ENTITY_FIELDS = frozenset(KINDS)


class ExactTerm(whoosh_query.Term):  # type: ignore[misc]  # Whoosh's classes are partly untyped
    """A word that must stand in the article in this very form, case aside."""


class ExactPhrase(whoosh_query.Phrase):  # type: ignore[misc]  # as above
    """Words that must stand in the article side by side in these very forms, case aside."""


@dataclasses.dataclass(frozen=True, slots=True)
class Word:
    """One word of a query: the keys under which articles may hold it, and its distance ``offset``
    from the leaf's first word. Some of its surface forms may be wanted only: those in ``forms``, if
    there are any; those whose strict key is one of ``strict`` (pairs of a language and the key in
    it), if there are any: without what joins words across the languages."""

    keys: tuple[str, ...]
    offset: int
    forms: tuple[str, ...] = ()
    strict: tuple[tuple[str, str], ...] = ()

    @property
    def any_form(self) -> bool:
        """Whether every surface form of the keys will do."""
        return not self.forms and not self.strict

    def accepts(self, form: str) -> bool:
        """Whether a surface form of one of the keys is a wanted one."""
        if self.forms and form not in self.forms:
            return False
        return not self.strict or any(strict_key(form, own) == key for own, key in self.strict)


@functools.lru_cache(maxsize=10_000)
def words_of(text: str, exact: bool = False, languages: Languages = ()) -> tuple[Word, ...]:
    """The words of a leaf's text, analysed as articles are. A compound becomes its parts, side by
    side, so that «дрон-камикадзе» also finds the words written apart. ``exact`` asks for the very
    forms; ``languages`` for forms of the same word in one of these languages only."""
    tokens = [token for token in analyse_query(text) if token.width == 1]
    return tuple(
        Word(
            keys=token.keys,
            offset=token.position - tokens[0].position,
            forms=surface_forms(token.text) if exact else (),
            strict=tuple((own, strict_key(token.text, own)) for own in languages),
        )
        for token in tokens
    )


def phrase_words(
    words: tuple[str, ...], exact: bool = False, languages: Languages = ()
) -> tuple[Word, ...]:
    """The words of a phrase given as a list of texts, one after another."""
    result: list[Word] = []
    for text in words:
        start = result[-1].offset + 1 if result else 0
        result += [
            dataclasses.replace(word, offset=start + word.offset)
            for word in words_of(text, exact, languages)
        ]
    return tuple(result)


def prefix_forms(text: str) -> tuple[str, ...]:
    """The beginnings of surface forms that a prefix stands for; none if it is no word."""
    tokens = analyse_query(text)
    if not tokens:
        return ()
    # A compound's whole comes first; it is a token of its own in the dictionary.
    return surface_forms(tokens[0].text) if tokens[0].stop == tokens[-1].stop else ()


def leaf_words(node: whoosh_query.Query, languages: Languages) -> tuple[Word, ...]:
    """The words of a leaf of a query tree; none for a prefix or a leaf that asks for no word."""
    if isinstance(node, whoosh_query.Phrase):
        return phrase_words(tuple(node.words), isinstance(node, ExactPhrase), languages)
    if isinstance(node, whoosh_query.Term):
        return words_of(node.text, isinstance(node, ExactTerm), languages)
    return ()
