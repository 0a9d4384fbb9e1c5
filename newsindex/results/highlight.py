"""Highlighting: where in a text the parts of a query stand, by the analysis that indexed it.

A text is not analysed whole: only the tokens that may be words of the query are looked up.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from whoosh import query as q

from newsindex import entities
from newsindex.entities import Mention
from newsindex.query.expansion import Expansion
from newsindex.query.leaves import (
    ENTITY_FIELDS,
    TITLE,
    WORD_FIELDS,
    Languages,
    Proximity,
    Word,
    leaf_words,
)
from newsindex.results.function_words import is_function_word
from newsindex.text import Token, find_tokens, passages, sentence_starts

Span = tuple[int, int]


class Match(NamedTuple):
    """A stretch of text that a part of the query matched; ``pattern`` tells which part."""

    start: int
    stop: int
    pattern: int


class Pattern(NamedTuple):
    """A part of a query that says what stands in a text: words that follow one another ("words"),
    or other patterns of which one stands there ("any"), which stand at most ``distance`` positions
    from each other ("near") or in one sentence ("sentence"); or a name that has one of ``names``,
    the keys of an entity ("name"). A ``weak`` one is a function word, which alone says nothing."""

    words: tuple[Word, ...] = ()
    slop: int = 1
    title_only: bool = False
    kind: Literal["words", "any", "near", "sentence", "name"] = "words"
    parts: tuple[Pattern, ...] = ()
    distance: int = 0
    names: frozenset[str] = frozenset()
    weak: bool = False


def patterns_of(tree: q.Query, languages: Languages = ()) -> tuple[Pattern, ...]:
    """The leaves of a tree that say what an article should hold (not what it must not); words are
    joined within ``languages`` only, if there are any."""
    if isinstance(tree, q.Not):
        return ()
    if isinstance(tree, q.AndNot):
        return patterns_of(tree.a, languages)
    if isinstance(tree, Proximity):
        return (_proximity(tree, languages),)
    if not tree.is_leaf():
        return tuple(
            pattern for child in tree.children() for pattern in patterns_of(child, languages)
        )
    field = getattr(tree, "fieldname", None)
    if field in ENTITY_FIELDS and isinstance(tree, q.Term):
        return (Pattern(kind="name", names=frozenset(entities.query_keys(field, tree.text))),)
    if field not in WORD_FIELDS:
        return ()
    slop = tree.slop if isinstance(tree, q.Phrase) else 1
    words = leaf_words(tree, languages)
    weak = type(tree) is q.Term and is_function_word(tree.text)
    return (Pattern(words, slop, field == TITLE, weak=weak),) if words else ()


def _proximity(tree: q.Query, languages: Languages) -> Pattern:
    if isinstance(tree, Proximity):
        parts = tuple(_proximity(part, languages) for part in tree.parts)
        if tree.distance is None:
            return Pattern(kind="sentence", parts=parts)
        return Pattern(kind="near", parts=parts, distance=tree.distance)
    if isinstance(tree, q.Or):
        return Pattern(kind="any", parts=tuple(_proximity(c, languages) for c in tree.subqueries))
    found = patterns_of(tree, languages)
    return found[0] if found else Pattern()


class _Place(NamedTuple):
    """Where a pattern stands: its first and last position, and the spans to light for it."""

    first: int
    last: int
    spans: tuple[Span, ...]


class _Forms(dict[str, bool]):
    """For a surface form whether one of several expansions accepts it."""

    def __init__(self, expansions: Sequence[Expansion]) -> None:
        super().__init__()
        self._expansions = expansions

    def __missing__(self, form: str) -> bool:
        found = self[form] = any(expansion.accepts(form) for expansion in self._expansions)
        return found


class Highlighter:
    """Finds ``patterns`` in texts. What it learns about a form it remembers, so one Highlighter
    should serve all hits of a search."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._patterns = patterns
        self._names = any(pattern.names for pattern in patterns)
        # What is searched for may be nothing but function words: then they are what is lit.
        self._weak = {n for n, pattern in enumerate(patterns) if pattern.weak}
        if len(self._weak) == len(patterns):
            self._weak = set()
        self._words = tuple(dict.fromkeys(words_of_patterns(patterns)))
        self._keys = frozenset(key for word in self._words for key in word.keys)
        expansions = [word.expansion for word in self._words if word.expansion]
        self._forms = _Forms(expansions) if expansions else None
        self._roles: dict[tuple[str, str], tuple[Word, ...]] = {}

    def find(
        self, text: str, language: str | None, mentions: Sequence[Mention] = (), *, in_title: bool
    ) -> list[Match]:
        """Where the patterns stand in an article's title or body, in the order of the text;
        ``mentions`` are the names in the article.

        A phrase is found only where it stands whole, as one match from its first word to its last;
        words near each other are a match each, where they are near; a function word is one beside
        another match.
        """
        matches = set(self._named(mentions, in_title)) if self._names else set()
        tokens = find_tokens(text, language, self._keys, self._forms) if self._words else []
        if tokens:
            reading = _Reading(text, language, self._places(tokens))
            places = [reading.places(pattern, in_title) for pattern in self._patterns]
            strong = [found for n, found in enumerate(places) if n not in self._weak]
            for number in self._weak:
                places[number] = _adjacent(places[number], strong)
            matches |= {
                Match(start, stop, number)
                for number, found in enumerate(places)
                for place in found
                for start, stop in place.spans
            }
        return sorted(matches)

    def _named(self, mentions: Sequence[Mention], in_title: bool) -> Iterator[Match]:
        """Where names that are asked for stand."""
        field = "title" if in_title else "text"
        for mention in mentions:
            if mention.field == field:
                keys = entities.document_keys([mention]).keys()
                for number, pattern in enumerate(self._patterns):
                    if not pattern.names.isdisjoint(keys):
                        yield Match(mention.start, mention.stop, number)

    def _places(self, tokens: Sequence[Token]) -> dict[Word, list[Token]]:
        places: dict[Word, list[Token]] = {}
        for token in tokens:
            for word in self._words_that_find(token.text, token.key):
                places.setdefault(word, []).append(token)
        return places

    def _words_that_find(self, form: str, key: str) -> tuple[Word, ...]:
        roles = self._roles.get((form, key))
        if roles is None:
            roles = tuple(word for word in self._words if word.finds(form, key))
            self._roles[form, key] = roles
        return roles


def words_of_patterns(patterns: Sequence[Pattern]) -> list[Word]:
    """Every word that some of the patterns is made of."""
    found: list[Word] = []
    for pattern in patterns:
        found += [*pattern.words, *words_of_patterns(pattern.parts)]
    return found


class _Reading:
    """One text in which the tokens of each word are known."""

    def __init__(self, text: str, language: str | None, tokens: dict[Word, list[Token]]) -> None:
        self._text = text
        self._language = language
        self._tokens = tokens

    def places(self, pattern: Pattern, in_title: bool) -> list[_Place]:
        """Where a pattern stands, in order of first positions."""
        if pattern.kind == "words":
            if pattern.title_only and not in_title:
                return []
            if len(pattern.words) == 1:
                return [
                    _Place(token.position, token.position, ((token.start, token.stop),))
                    for token in self._tokens.get(pattern.words[0], ())
                ]
            return self._phrases(pattern)
        if pattern.kind == "name":
            return []  # found by the mentions of the article
        parts = [self.places(part, in_title) for part in pattern.parts]
        if pattern.kind == "any":
            return sorted(place for part in parts for place in part)
        if not all(parts):
            return []
        if pattern.kind == "sentence":
            return self._in_one_sentence(parts)
        result = parts[0]
        for part in parts[1:]:
            result = sorted({*_beside(result, part, pattern), *_beside(part, result, pattern)})
        return result

    def _phrases(self, pattern: Pattern) -> list[_Place]:
        words = pattern.words
        at = [{token.position: token for token in self._tokens.get(word, ())} for word in words]
        found = []
        for position, last in at[-1].items():
            # Backwards from the last word, always to the nearest place that fits.
            current, first = position, last
            for i in range(len(words) - 2, -1, -1):
                step = words[i + 1].offset - words[i].offset
                reach = range(current - step, current - step - pattern.slop, -1)
                nearest = next((place for place in reach if place in at[i]), None)
                if nearest is None:
                    break
                current, first = nearest, at[i][nearest]
            else:
                found.append(_Place(current, position, ((first.start, last.stop),)))
        return sorted(found)

    def _in_one_sentence(self, parts: Sequence[list[_Place]]) -> list[_Place]:
        starts = [
            begin + start
            for begin, end, _ in passages(self._text, self._language)
            for start in sentence_starts(self._text[begin:end])
        ]
        by_part: list[dict[int, list[_Place]]] = []
        for part in parts:
            sentences: dict[int, list[_Place]] = {}
            for place in part:
                first = bisect.bisect(starts, place.spans[0][0])
                if first == bisect.bisect(starts, place.spans[-1][1] - 1):
                    sentences.setdefault(first, []).append(place)
            by_part.append(sentences)
        found = []
        for sentence in set.intersection(*(set(part) for part in by_part)):
            places = [place for part in by_part for place in part[sentence]]
            found.append(_joined(places))
        return sorted(found)


def _beside(one: list[_Place], other: list[_Place], pattern: Pattern) -> list[_Place]:
    """Each place of ``one`` joined to the nearest of ``other`` that begins before it, and to the
    nearest that begins after it, where they are near enough."""
    firsts = [place.first for place in other]
    found = []
    for place in one:
        before = bisect.bisect_left(firsts, place.first) - 1
        after = bisect.bisect_right(firsts, place.first)
        for number in (before, after):
            if 0 <= number < len(other):
                later = max(place.first, other[number].first)
                if later - min(place.last, other[number].last) <= pattern.distance:
                    found.append(_joined([place, other[number]]))
    return found


def _joined(places: Sequence[_Place]) -> _Place:
    return _Place(
        min(place.first for place in places),
        max(place.last for place in places),
        tuple(sorted({span for place in places for span in place.spans})),
    )


def _adjacent(weak: list[_Place], others: Sequence[list[_Place]]) -> list[_Place]:
    """Those of the places of a function word that stand beside one of the other places."""
    firsts = {place.first for places in others for place in places}
    lasts = {place.last for places in others for place in places}
    return [each for each in weak if each.first - 1 in lasts or each.last + 1 in firsts]


def merge_spans(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, overlapping ones joined."""
    merged: list[Span] = []
    for start, stop in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return tuple(merged)
