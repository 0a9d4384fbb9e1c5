"""Completions: the words and the names of an index that begin as what was typed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from newsindex.query.parts import Parts
from newsindex.query.spelling import completions
from newsindex.results.facets import Facet, begins, complete_names


@dataclasses.dataclass(frozen=True, slots=True)
class Completion:
    """A word (``kind`` "word"), by one of its forms, or the name of a "person", "org" or "place",
    and the number of articles that hold it in any form, as a search for it finds them."""

    text: str
    kind: str
    count: int


@dataclasses.dataclass(frozen=True, slots=True)
class Completions:
    """Words and, apart from them, names, each the most frequent first. Iterating gives both."""

    words: tuple[Completion, ...]
    names: tuple[Completion, ...]

    def __iter__(self) -> Iterator[Completion]:
        return iter((*self.words, *self.names))

    def __len__(self) -> int:
        return len(self.words) + len(self.names)


def find_completions(parts: Parts, begun: str, limit: int) -> Completions:
    """The ``limit`` words that begin with the last word of ``begun``, and the ``limit`` names a
    word of which begins with ``begun``; if there are none, those that it means."""
    last = (begun.split() or [""])[-1]
    words = (Completion(form, "word", count) for form, count in completions(parts, last, limit))
    names = (
        Completion(_shown(name, begun), name.kind, name.count)
        for name in complete_names(parts, begun, limit)
    )
    return Completions(tuple(words), tuple(names))


def _shown(name: Facet, begun: str) -> str:
    """The most frequent spelling of a name a word of which begins with ``begun``."""
    wanted = begun.casefold().strip()
    return next((each for each in name.spellings if begins(f" {each}", wanted)), name.name)
