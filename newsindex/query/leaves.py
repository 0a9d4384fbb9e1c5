"""Leaves of a query tree that newsindex adds to Whoosh's, and how a leaf's text becomes keys."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from whoosh import query as whoosh_query

from newsindex.model import ENTITY_KINDS
from newsindex.query.expansion import Expansion, fuzzy, prefix, wildcard
from newsindex.text import analyse_query, strict_key, surface_forms

# Languages within which words must be joined; none if across them will do.
Languages = tuple[str, ...]

# Field names of a query tree.
TEXT, TITLE, SOURCE, LANGUAGE, ID, DATE = "text", "title", "source", "lang", "id", "date"
# What an article has: person, org, place, date, url or title.
HAS = "has"
WORD_FIELDS = frozenset([TEXT, TITLE])
ENTITY_FIELDS = frozenset(ENTITY_KINDS)
# The names by which a query calls them.
FIELDS = {
    "text": TEXT,
    "title": TITLE,
    "source": SOURCE,
    "lang": LANGUAGE,
    "language": LANGUAGE,
    "id": ID,
    "has": HAS,
    **{field: field for field in ENTITY_KINDS},
}
HAS_WHAT = (*ENTITY_KINDS, "date", "url", "title")


class ExactTerm(whoosh_query.Term):  # type: ignore[misc]  # Whoosh's classes are partly untyped
    """A word that must stand in the article in this very form, case aside."""


class ExactPhrase(whoosh_query.Phrase):  # type: ignore[misc]  # as above
    """Words that must stand in the article side by side in these very forms, case aside."""


class Wildcard(whoosh_query.Term):  # type: ignore[misc]  # as above
    """Words of which the text gives the spelling; ``*`` stands for any letters, ``?`` for one."""


class Fuzzy(whoosh_query.Term):  # type: ignore[misc]  # as above
    """A word in any form, and whatever is spelled with at most ``distance`` letters wrong."""

    def __init__(self, fieldname: str, text: str, distance: int = 1, boost: float = 1.0) -> None:
        super().__init__(fieldname, text, boost=boost)
        self.distance = distance

    def __str__(self) -> str:
        return f"{super().__str__()}~{self.distance}"

    def __eq__(self, other: object) -> bool:
        return super().__eq__(other) and self.distance == getattr(other, "distance", None)

    def __hash__(self) -> int:
        return hash((super().__hash__(), self.distance))


class AtLeast(whoosh_query.compound.CompoundQuery):  # type: ignore[misc]  # as above
    """At least ``count`` of several clauses."""

    JOINT = " | "

    def __init__(
        self, subqueries: Sequence[whoosh_query.Query], count: int, boost: float = 1.0
    ) -> None:
        super().__init__(list(subqueries), boost=boost)
        self.count = count

    def __str__(self) -> str:
        return f"{super().__str__()}/{self.count}"

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, AtLeast)
            and self.count == other.count
            and self.boost == other.boost
            and self.subqueries == other.subqueries
        )

    def __hash__(self) -> int:
        return hash((tuple(self.subqueries), self.count, self.boost))

    def normalize(self) -> whoosh_query.Query:
        return self


class Proximity(whoosh_query.Query):  # type: ignore[misc]  # as above
    """Parts that stand near each other, in any order; with a ``distance`` of None in one sentence.

    A part is a leaf that asks for words (a word, a phrase ...), an Or of such, or a Proximity.
    Two parts are near if at most ``distance`` positions lie from the end of one to the beginning of
    the other (1: side by side); a third must be as near to the stretch that the two before make.
    """

    fieldname = None  # each part has its own

    def __init__(
        self, parts: Sequence[whoosh_query.Query], distance: int | None, boost: float = 1.0
    ) -> None:
        self.parts = tuple(parts)
        self.distance = distance
        self.boost = boost

    def __str__(self) -> str:
        within = "SENTENCE" if self.distance is None else f"NEAR/{self.distance}"
        return f"{within}({' '.join(map(str, self.parts))})"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Proximity) and (self.parts, self.distance, self.boost) == (
            other.parts,
            other.distance,
            other.boost,
        )

    def __hash__(self) -> int:
        return hash((self.parts, self.distance, self.boost))

    def normalize(self) -> whoosh_query.Query:
        return self


class Word(NamedTuple):
    """One word of a query: the keys under which articles may hold it, and its distance ``offset``
    from the leaf's first word. Some of its surface forms may be wanted only: those in ``forms``, if
    there are any; those whose strict key is one of ``strict`` (pairs of a language and the key in
    it), if there are any: without what joins words across the languages. ``expansion`` adds the
    surface forms that look so, whatever their keys."""

    keys: tuple[str, ...]
    offset: int
    forms: tuple[str, ...] = ()
    strict: tuple[tuple[str, str], ...] = ()
    expansion: Expansion | None = None

    @property
    def any_form(self) -> bool:
        """Whether every surface form of the keys will do."""
        return not self.forms and not self.strict

    def accepts(self, form: str) -> bool:
        """Whether a surface form of one of the keys is a wanted one."""
        if self.forms and form not in self.forms:
            return False
        return not self.strict or any(strict_key(form, own) == key for own, key in self.strict)

    def finds(self, form: str, key: str) -> bool:
        """Whether a token of this surface form and key is this word."""
        if key in self.keys and self.accepts(form):
            return True
        return self.expansion is not None and self.expansion.accepts(form)


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


@functools.lru_cache(maxsize=10_000)
def phrase_words(
    words: tuple[str, ...], exact: bool = False, languages: Languages = ()
) -> tuple[Word, ...]:
    """The words of a phrase given as a list of texts, one after another; one with a ``*`` or ``?``
    in it gives a spelling."""
    result: list[Word] = []
    for text in words:
        start = result[-1].offset + 1 if result else 0
        found = spelled(text) if is_pattern(text) else words_of(text, exact, languages)
        result += [word._replace(offset=start + word.offset) for word in found]
    return tuple(result)


_PATTERN = re.compile(r"[*?]+(?=[^\s*?])|\*")


def is_pattern(text: str) -> bool:
    """Whether a word has a ``*`` in it, or a ``?`` before its end (where it asks a question)."""
    return _PATTERN.search(text) is not None


def spelled(text: str) -> tuple[Word, ...]:
    """The word that a pattern of ``*`` and ``?`` stands for; none if it is too short for one."""
    expansion = prefix(text[:-1]) if text.find("*") == len(text) - 1 and "?" not in text else None
    expansion = expansion or wildcard(text)
    return (Word((), 0, expansion=expansion),) if expansion else ()


def leaf_words(node: whoosh_query.Query, languages: Languages) -> tuple[Word, ...]:
    """The words of a leaf of a query tree; none of a leaf that asks for no word."""
    if isinstance(node, whoosh_query.Phrase):
        return phrase_words(tuple(node.words), isinstance(node, ExactPhrase), languages)
    if isinstance(node, whoosh_query.Prefix):
        expansion = prefix(node.text)
        return (Word((), 0, expansion=expansion),) if expansion else ()
    if isinstance(node, Wildcard):
        return spelled(node.text)
    if isinstance(node, Fuzzy):
        words = words_of(node.text, False, languages)
        expansion = fuzzy(node.text, node.distance)
        if len(words) != 1 or expansion is None:
            return words
        return (words[0]._replace(expansion=expansion),)
    if isinstance(node, whoosh_query.Term):
        return words_of(node.text, isinstance(node, ExactTerm), languages)
    return ()


def word_leaves(node: whoosh_query.Query) -> Iterator[Any]:
    """The leaves that a part of a Proximity is made of."""
    if isinstance(node, Proximity):
        for part in node.parts:
            yield from word_leaves(part)
    elif isinstance(node, whoosh_query.Or):
        for child in node.subqueries:
            yield from word_leaves(child)
    else:
        yield node
