"""Generated news, of any size.

Invented Russian-like words in eight inflected forms each, drawn by the law of Zipf and Mandelbrot
(B. Mandelbrot, "An informational theory of the statistical structure of language", 1953), with
recurrent word groups, dates over ten years, fifty sources, and the names of invented persons,
bodies and places in five case forms, up to four a document, in the place of as many words. The same
seed gives the same documents on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.speed.corpora import Document, write

SEED = 20_250_801

_WORDS_PER_DOCUMENT = 200
_WORDS_PER_TITLE = 8
_LEXEMES = 60_000
_GROUPS = 50_000  # recurrent groups of three words; one word in ten begins one
_SOURCES = 50
_BATCH = 10_000
_FIRST_DAY = datetime(2015, 1, 1, tzinfo=UTC)
_YEARS = 10
_ENDINGS = ("", "а", "у", "ом", "е", "ы", "ов", "ами")
_ENDING_WEIGHTS = (0.25, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05)
_CONSONANTS = "бвгдзклмнпрст"
_VOWELS = "аеиоу"
_ENTITIES = 6_000  # a third of them persons, of whom each four share a surname
_ENTITY_PLACES = (0, 50, 100, 150)  # where the stretches begin that may name an entity each
_ENTITY_SHARE = 0.75
_FIRST_NAMES = ("Иван", "Антон", "Роман", "Степан", "Богдан", "Руслан", "Максим", "Виктор")
_CASES = ("", "а", "у", "ом", "е")
_SURNAME_CASES = ("", "а", "у", "ым", "е")


class _Entity(NamedTuple):
    """An entity that is named: ``forms`` has for each case its words."""

    kind: str
    name: str
    forms: tuple[tuple[str, ...], ...]


def write_zipf(path: Path, documents: int, seed: int = SEED) -> None:
    """Generate ``documents`` documents of 200 words, eight of them in the title, to ``path``."""
    write(path, _generate(documents, seed))


def _generate(documents: int, seed: int) -> Iterator[Document]:
    random = np.random.default_rng(seed)
    forms = _lexicon(random)
    entities = _entities(random)
    cumulative = _popularity(np.arange(_LEXEMES), 1.05)
    groups = np.searchsorted(cumulative, random.random((_GROUPS, 3)))
    of_groups = _popularity(np.arange(_GROUPS), 1.0)
    of_entities = _popularity(np.arange(_ENTITIES), 1.0)
    endings = np.cumsum(_ENDING_WEIGHTS)
    published = np.sort(random.integers(0, _YEARS * 365 * 86_400, documents))
    published += int(_FIRST_DAY.timestamp())
    sources = np.minimum(random.zipf(1.5, documents), _SOURCES)
    for start in range(0, documents, _BATCH):
        count = min(_BATCH, documents - start)
        lexemes = np.searchsorted(cumulative, random.random((count, _WORDS_PER_DOCUMENT)))
        _insert_groups(lexemes, groups, of_groups, random)
        ending = np.searchsorted(endings, random.random(lexemes.shape) * endings[-1])
        rows = lexemes * len(_ENDINGS) + ending
        shape = count, len(_ENTITY_PLACES)
        named = np.searchsorted(of_entities, random.random(shape))
        named[random.random(shape) >= _ENTITY_SHARE] = -1
        columns = random.integers(0, 48, shape) + _ENTITY_PLACES
        # A name of two words must not begin in the title and end in the text.
        columns[columns == _WORDS_PER_TITLE - 1] -= 2
        cases = random.integers(0, len(_CASES), shape)
        for i, (row, *named_here) in enumerate(
            zip(rows.tolist(), named.tolist(), columns.tolist(), cases.tolist(), strict=True)
        ):
            words = [forms[form] for form in row]
            found = [
                (entities[entity], column, case)
                for entity, column, case in zip(*named_here, strict=True)
                if entity >= 0
            ]
            yield Document(
                start + i,
                *_with_names(words, found),
                published=int(published[start + i]),
                source=f"agency{sources[start + i]}.example",
                language="ru",
                entities=[_record(words, *entry) for entry in found],
            )


def _popularity(ranks: np.ndarray, exponent: float) -> np.ndarray:
    """The cumulative probability of each rank by the law of Zipf and Mandelbrot."""
    cumulative = np.cumsum(1.0 / (ranks + 2.7) ** exponent)
    return np.asarray(cumulative / cumulative[-1])


def _with_names(words: list[str], found: list[tuple[_Entity, int, int]]) -> tuple[str, str]:
    """Title and text, once names have been put over the ``words`` (in place) at their columns."""
    for entity, column, case in found:
        for offset, form in enumerate(entity.forms[case]):
            words[column + offset] = form
    return " ".join(words[:_WORDS_PER_TITLE]), " ".join(words[_WORDS_PER_TITLE:])


def _record(words: list[str], entity: _Entity, column: int, case: int) -> dict[str, Any]:
    """An entity of a document, as its record gives it."""
    in_title = column < _WORDS_PER_TITLE
    before = words[0 if in_title else _WORDS_PER_TITLE : column]
    start = sum(map(len, before)) + len(before)
    return {
        "type": entity.kind,
        "name": entity.name,
        "field": "title" if in_title else "text",
        "start": start,
        "end": start + len(" ".join(entity.forms[case])),
    }


def _entities(random: np.random.Generator) -> list[_Entity]:
    """Persons, bodies and places by turns, each a first name and a surname, or one word."""
    syllables = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]
    codes = random.permutation(len(syllables) ** 2 * len(_CONSONANTS))[:_ENTITIES]
    entities = []
    for number in range(_ENTITIES):
        kind = ("person", "org", "place")[number % 3]
        code = int(codes[number // 12 if kind == "person" else number])
        rest, final = divmod(code, len(_CONSONANTS))
        first, second = divmod(rest, len(syllables))
        stem = (syllables[first] + syllables[second] + _CONSONANTS[final]).capitalize()
        stem += {"person": "ов", "org": "пром", "place": "инск"}[kind]
        forms: tuple[tuple[str, ...], ...]
        if kind == "person":
            given = _FIRST_NAMES[number // 3 % len(_FIRST_NAMES)]
            cases = zip(_CASES, _SURNAME_CASES, strict=True)
            forms = tuple((given + own, stem + surname) for own, surname in cases)
        else:
            forms = tuple((stem + case,) for case in _CASES)
        entities.append(_Entity(kind, " ".join(forms[0]), forms))
    return entities


def _insert_groups(
    lexemes: np.ndarray, groups: np.ndarray, popularity: np.ndarray, random: np.random.Generator
) -> None:
    """Overwrite stretches of three words by recurrent groups, so that phrases have matches."""
    row, column = np.nonzero(random.random((len(lexemes), _WORDS_PER_DOCUMENT - 2)) < 0.1)
    chosen = groups[np.searchsorted(popularity, random.random(len(row)))]
    for offset in range(3):
        lexemes[row, column + offset] = chosen[:, offset]


def _lexicon(random: np.random.Generator) -> list[str]:
    """Every form of every lexeme: lexeme number times eight plus the number of its ending.

    A stem spells a number in syllables, two of them for the frequent words and three for the rest,
    and ends in a consonant.
    """
    syllables = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]
    base = len(syllables)
    last = len(_CONSONANTS)
    short = 4_000
    codes = np.concatenate(
        [
            random.permutation(base**2 * last)[:short],
            base**2 * last + random.permutation(base**3 * last)[: _LEXEMES - short],
        ]
    )
    forms: list[str] = []
    for code in codes.tolist():
        count = 2 if code < base**2 * last else 3
        rest = code if count == 2 else code - base**2 * last
        rest, final = divmod(rest, last)
        stem = _CONSONANTS[final]
        for _ in range(count):
            rest, syllable = divmod(rest, base)
            stem = syllables[syllable] + stem
        forms += [stem + ending for ending in _ENDINGS]
    return forms
