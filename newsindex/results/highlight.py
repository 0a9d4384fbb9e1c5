"""Highlighting: where in a text the words and phrases of a query stand, as spans."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import NamedTuple

from whoosh import query as q

from newsindex.query.leaves import (
    TITLE,
    WORD_FIELDS,
    Languages,
    Word,
    leaf_words,
    prefix_forms,
)
from newsindex.text import LANGUAGES, key_table, passages, pieces_of

Span = tuple[int, int]


class Match(NamedTuple):
    """A stretch of text that a part of the query matched; ``pattern`` tells which part."""

    start: int
    stop: int
    pattern: int


@dataclasses.dataclass(frozen=True, slots=True)
class Pattern:
    """A leaf of a query tree: one word, a phrase, or the beginning of a word."""

    words: tuple[Word, ...]
    slop: int = 1
    prefixes: tuple[str, ...] = ()
    title_only: bool = False


def patterns_of(tree: q.Query, languages: Languages = ()) -> tuple[Pattern, ...]:
    """The leaves of a tree that say what an article should hold (not what it must not); words are
    joined within ``languages`` only, if there are any."""
    if isinstance(tree, q.Not):
        return ()
    if isinstance(tree, q.AndNot):
        return patterns_of(tree.a, languages)
    if not tree.is_leaf():
        return tuple(
            pattern for child in tree.children() for pattern in patterns_of(child, languages)
        )
    if getattr(tree, "fieldname", None) not in WORD_FIELDS:
        return ()
    title_only = tree.fieldname == TITLE
    if isinstance(tree, q.Prefix):
        return (Pattern((), prefixes=prefix_forms(tree.text), title_only=title_only),)
    slop = tree.slop if isinstance(tree, q.Phrase) else 1
    words = leaf_words(tree, languages)
    return (Pattern(words, slop, title_only=title_only),) if words else ()


class Highlighter:
    """Finds ``patterns`` in texts. What it learns about a form it remembers, so one Highlighter
    should serve all hits of a search."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = patterns
        self._roles = {own: _Roles(patterns, own) for own in (*LANGUAGES, None)}

    def find(self, text: str, language: str | None, *, in_title: bool) -> list[Match]:
        """Where the patterns stand in an article's title or body, in the order of the text.

        A phrase is found only where it stands whole, as one match from its first word to its last.
        """
        if not self._patterns:
            return []
        found: list[list[_Place]] = [[] for _ in self._patterns]
        shift = 0
        for begin, end, own in passages(text, language):
            roles = self._roles[own if own in LANGUAGES else None]
            position = -1
            for form, start, stop, position, _ in pieces_of(text[begin:end]):
                for number, word in roles[form]:
                    found[number].append(
                        _Place(word, shift + position, begin + start, begin + stop)
                    )
            # The whole of a compound stands before its parts, so the last token is the furthest.
            shift += position + 1
        matches: list[Match] = []
        for number, (pattern, places) in enumerate(zip(self._patterns, found, strict=True)):
            if pattern.title_only and not in_title:
                continue
            spans = (
                _phrase_spans(places, pattern)
                if len(pattern.words) > 1
                else [(place.start, place.stop) for place in places]
            )
            matches += [Match(start, stop, number) for start, stop in spans]
        return sorted(matches)


class _Place(NamedTuple):
    """Where a word of a pattern stands: its number in the pattern, its position, its span."""

    word: int
    position: int
    start: int
    stop: int


class _Roles(dict[str, tuple[tuple[int, int], ...]]):
    """For a surface form the patterns it is a word of, and which of their words it is."""

    def __init__(self, patterns: Sequence[Pattern], language: str | None) -> None:
        super().__init__()
        self._patterns = patterns
        self._keys = key_table(language)

    def __missing__(self, form: str) -> tuple[tuple[int, int], ...]:
        key = self._keys[form]
        roles = []
        for number, pattern in enumerate(self._patterns):
            if pattern.prefixes and form.startswith(pattern.prefixes):
                roles.append((number, 0))
            for place, word in enumerate(pattern.words):
                if key in word.keys and (word.any_form or word.accepts(form)):
                    roles.append((number, place))
        self[form] = tuple(roles)
        return self[form]


def merge_spans(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, overlapping ones joined."""
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return tuple(merged)


def _phrase_spans(places: Sequence[_Place], pattern: Pattern) -> list[Span]:
    words = pattern.words
    at: list[dict[int, _Place]] = [{} for _ in words]
    for place in places:
        at[place.word][place.position] = place
    spans = []
    for position, last in at[-1].items():
        # Backwards from the last word, always to the nearest place that fits.
        current, first = position, last
        for i in range(len(words) - 2, -1, -1):
            step = words[i + 1].offset - words[i].offset
            nearest = next(
                (p for p in range(current - step, current - step - pattern.slop, -1) if p in at[i]),
                None,
            )
            if nearest is None:
                break
            current, first = nearest, at[i][nearest]
        else:
            spans.append((first.start, last.stop))
    return spans
