"""Expansions: what surface forms a word of a query stands for by its spelling alone."""

from __future__ import annotations

import dataclasses
import functools
import operator
import re
from typing import Literal

from newsindex.text import analyse_query, surface_forms

MAX_DISTANCE = 2
# A pattern that may begin with anything has to say that many letters in a row.
LEAST_INFIX = 2
# Parts between the asterisks of a pattern; what comes after is taken for anything.
MAX_PARTS = 8
_LEAST_FUZZY = 3
_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ`‘´", "'"))
_REMEMBERED = 100_000


@dataclasses.dataclass(frozen=True, slots=True)
class Expansion:
    """Surface forms that begin with one of ``texts`` ("prefix"), are spelled like one of them
    ("wildcard"; ``*`` stands for any letters, ``?`` for one), or differ from one of them by at most
    ``distance`` letters ("fuzzy")."""

    kind: Literal["prefix", "wildcard", "fuzzy"]
    texts: tuple[str, ...]
    distance: int = 0

    def accepts(self, form: str) -> bool:
        """Whether ``form`` is one of the surface forms."""
        if self.kind == "prefix":
            return form.startswith(self.texts)
        if self.kind == "wildcard":
            return any(glob(text).fullmatch(form) for text in self.texts)
        return any(within(form, text, self.distance) for text in self.texts)


def prefix(text: str) -> Expansion | None:
    """The forms that begin with ``text``; None if it is the beginning of no word."""
    tokens = analyse_query(text)
    # A compound's whole comes first; it is a token of its own in the dictionary.
    if not tokens or tokens[0].stop != tokens[-1].stop:
        return None
    return Expansion("prefix", surface_forms(tokens[0].text))


def wildcard(text: str) -> Expansion | None:
    """The forms spelled like ``text``; None if it says too little: a letter at its beginning, or
    LEAST_INFIX of them in a row."""
    plain = re.sub(r"\*+", "*", text.lower().replace("ё", "е").translate(_APOSTROPHES))
    head, *rest = plain.split("*", MAX_PARTS)
    plain = "*".join([head, *rest[:-1], rest[-1].replace("*", "")] if rest else [head])
    parts = re.split(r"[*?]", plain)
    if not (parts[0] or any(len(part) >= LEAST_INFIX for part in parts)):
        return None
    if not any(char.isalnum() for char in plain):
        return None
    # An acronym keeps its capitals in its form.
    return Expansion("wildcard", (plain, plain.upper()))


def fuzzy(text: str, distance: int) -> Expansion | None:
    """The forms at most ``distance`` edits from ``text``; None if it is too short."""
    tokens = [token for token in analyse_query(text) if token.width == 1]
    if len(tokens) != 1 or len(tokens[0].text) < _LEAST_FUZZY:
        return None
    # Of a short word more letters wrong would leave nothing of it.
    allowed = min(distance, MAX_DISTANCE, len(tokens[0].text) - 2)
    return Expansion("fuzzy", (tokens[0].text.lower(),), allowed)


@functools.lru_cache(maxsize=1000)
def glob(pattern: str) -> re.Pattern[str]:
    """An expression that matches a whole form spelled like ``pattern``, in linear time.

    The first place where the letters between two asterisks fit is as good as any later one, so
    nothing has to be tried twice: the groups are atomic.
    """
    head, *parts = [re.escape(part).replace(r"\?", ".") for part in pattern.split("*")]
    if not parts:
        return re.compile(head)
    middle = "".join(f"(?>.*?{part})" for part in parts[:-1] if part)
    # The last part has to stand at the end, wherever else it fits.
    return re.compile(f"{head}{middle}.*{parts[-1]}", re.DOTALL)


def within(one: str, other: str, distance: int) -> bool:
    """Whether at most ``distance`` edits lead from one string to the other: a letter more, less or
    another, or two neighbours swapped (optimal string alignment; Damerau 1964)."""
    if abs(len(one) - len(other)) > distance:
        return False
    # Each edit brings and takes one letter at the most.
    mine, theirs = _letters(one), _letters(other)
    if (mine & ~theirs).bit_count() > distance or (theirs & ~mine).bit_count() > distance:
        return False
    return _aligned_within(one, other, distance)


@functools.lru_cache(maxsize=_REMEMBERED)
def _letters(text: str) -> int:
    """A bit for each letter of ``text``; some letters share one."""
    return functools.reduce(operator.or_, (1 << (ord(letter) & 63) for letter in text), 0)


@functools.lru_cache(maxsize=_REMEMBERED)
def _aligned_within(one: str, other: str, distance: int) -> bool:
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 < j and left == other[j - 2] and one[i - 2] == right:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
        if min(row) > distance:
            return False
    return row[-1] <= distance
