"""Highlighting: where in a text the words and phrases of a query stand, as spans."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from whoosh import query as q

from newsindex.query.leaves import (
    TITLE,
    WORD_FIELDS,
    Languages,
    Word,
    leaf_words,
    prefix_forms,
)
from newsindex.text import Token, analyse

Span = tuple[int, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Match:
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


def find_matches(
    text: str, language: str | None, patterns: Sequence[Pattern], *, in_title: bool
) -> list[Match]:
    """Where ``patterns`` stand in an article's title or body, in the order of the text.

    A phrase is found only where it stands whole, as one match from its first word to its last.
    """
    if not patterns:
        return []
    tokens = analyse(text, language)
    matches: list[Match] = []
    for number, pattern in enumerate(patterns):
        if pattern.title_only and not in_title:
            continue
        if pattern.prefixes:
            spans = [(t.start, t.stop) for t in tokens if t.text.startswith(pattern.prefixes)]
        elif len(pattern.words) == 1:
            spans = [(t.start, t.stop) for t in tokens if _is(t, pattern.words[0])]
        else:
            spans = _phrase_spans(tokens, pattern)
        matches += [Match(start, stop, number) for start, stop in spans]
    return sorted(matches, key=lambda match: (match.start, match.stop))


def merge_spans(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, overlapping ones joined."""
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return tuple(merged)


def _is(token: Token, word: Word) -> bool:
    return token.key in word.keys and (word.any_form or word.accepts(token.text))


def _phrase_spans(tokens: list[Token], pattern: Pattern) -> list[Span]:
    words = pattern.words
    at: list[dict[int, Token]] = [
        {token.position: token for token in tokens if _is(token, word)} for word in words
    ]
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
