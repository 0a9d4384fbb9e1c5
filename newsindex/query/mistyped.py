"""Mistyped: how unlikely it is that a word was written for another, by the errors between the two.

The errors of those who write Russian or Ukrainian are not all alike: a vowel without stress is
written as the one that it sounds like, a doubled letter once, a neighbour of the key is hit. The
cheapest alignment (optimal string alignment; Damerau 1964) is weighed by one penalty a kind of
error, in powers of two, as in the noisy channel of newsindex.query.spelling.
"""

from __future__ import annotations

import functools
import itertools

from newsindex.query.keyboard import LOOK_ALIKE, are_neighbours

# How many times as rare as no error at all an error of its kind is, as a power of two.
SLIP, _KEY, _EDIT, _FIRST_LETTER = 3.0, 5.0, 7.0, 2.0
# Letters that sound alike without stress, at the end of a word or before a consonant.
_SOUND_ALIKE = (
    *("ао", "еи", "яе", "яи", "иы", "эе", "иі", "еі", "йи", "шщ", "чщ"),
    *("бп", "вф", "гк", "гх", "дт", "жш", "зс"),
)
_ALIKE = frozenset(
    pair
    for alike in (*map(tuple, _SOUND_ALIKE), *LOOK_ALIKE)
    for pair in itertools.permutations(alike, 2)
)
# Written or left out though nothing is heard.
_SILENT = frozenset("ьъ'")


@functools.lru_cache(maxsize=20_000)
def penalty(typed: str, meant: str) -> float:
    """How much less likely it is that ``typed`` (small letters) is ``meant`` with its errors than
    without any, as a power of two: 0 for the same word."""
    before: list[float] = []
    row = [0.0]
    for j in range(len(meant)):
        row.append(row[-1] + _extra(meant, j))
    for i, letter in enumerate(typed):
        earlier, before, row = before, row, [row[0] + _extra(typed, i)]
        for j, other in enumerate(meant):
            best = min(
                before[j + 1] + _extra(typed, i),
                row[j] + _extra(meant, j),
                before[j] + _instead(letter, other),
            )
            if i and j and letter == meant[j - 1] != other == typed[i - 1]:
                best = min(best, earlier[j - 1] + _KEY)
            row.append(best)
    return row[-1] + _FIRST_LETTER * (not begin_alike(typed, meant))


def begin_alike(typed: str, meant: str) -> bool:
    """Whether two words begin with one letter, or with two that sound or look alike."""
    return typed[:1] == meant[:1] or (typed[:1], meant[:1]) in _ALIKE


def _instead(letter: str, other: str) -> float:
    """The penalty of one letter in the place of another."""
    if letter == other:
        return 0.0
    if (letter, other) in _ALIKE:
        return SLIP
    return _KEY if are_neighbours(letter, other) else _EDIT


def _extra(word: str, place: int) -> float:
    """The penalty of the letter at ``place`` of ``word`` where the other word has none."""
    letter = word[place]
    if letter in _SILENT or letter in word[max(0, place - 1) : place]:
        return SLIP
    return _EDIT
