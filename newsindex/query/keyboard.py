"""Other spellings of a word that a hand or an eye takes for it: wrong layouts, letters mixed up.

The layouts are the standard ones of Windows and X11: English (US), Russian, Ukrainian.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator

# The keys of each layout, row by row, without shift and with it.
_LAYOUTS = {
    "en": "`qwertyuiop[]asdfghjkl;'zxcvbnm,.\\" + '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>|',
    "ru": "ёйцукенгшщзхъфывапролджэячсмитьбю\\" + "ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ/",
    "uk": "'йцукенгшщзхїфівапролджєячсмитьбюґ" + "'ЙЦУКЕНГШЩЗХЇФІВАПРОЛДЖЄЯЧСМИТЬБЮҐ",
}
# Letters that those who write both languages take for each other.
LOOK_ALIKE = (
    ("и", "і"),
    ("и", "ы"),
    ("і", "ы"),
    ("э", "є"),
    ("е", "є"),
    ("е", "э"),
    ("г", "ґ"),
    ("і", "ї"),
    ("й", "ї"),
    ("ь", "ъ"),
)
# Letters of the two scripts that look alike; a word all of Latin ones may be meant as Cyrillic.
_LATIN, _CYRILLIC = "aceiopxyktmhb", "асеіорхуктмнв"
# Spellings of one word by slips; a word of many such letters is not looked at further.
_MOST = 64


# How many keys of the upper three rows stand before the next row begins.
_ROWS = (1, 13, 24)


@functools.cache
def _neighbours() -> frozenset[tuple[str, str]]:
    """Pairs of letters whose keys touch, in either order."""
    found: set[tuple[str, str]] = set()
    for keys in _LAYOUTS.values():
        letters = keys[: len(keys) // 2]
        rows = [letters[a:b] for a, b in itertools.pairwise((*_ROWS, len(letters)))]
        for number, row in enumerate(rows):
            found.update(itertools.pairwise(row))
            for below in rows[number + 1 : number + 2]:
                # A key touches the two below it: that under its left half and that under its right.
                found.update(zip(row, below, strict=False))
                found.update(zip(row[1:], below, strict=False))
    return frozenset(pair for a, b in found for pair in ((a, b), (b, a)))


def are_neighbours(one: str, other: str) -> bool:
    """Whether two small letters lie side by side, or one above the other, on a keyboard."""
    return (one, other) in _neighbours()


def in_other_layouts(typed: str) -> list[str]:
    """What the keys that gave ``typed`` give in the other layouts; what differs from it, each once.

    A string of which a layout lacks a letter was not typed in that layout.
    """
    found: dict[str, None] = {}
    for own, other in itertools.permutations(_LAYOUTS, 2):
        table = dict(zip(_LAYOUTS[own], _LAYOUTS[other], strict=True))
        if all(char in table or not char.isalpha() for char in typed):
            found["".join(table.get(char, char) for char in typed)] = None
    found.pop(typed, None)
    return list(found)


def with_slips(word: str) -> list[str]:
    """The spellings of ``word`` (small letters) with letters that are taken for each other put
    right, those with the fewest others first; at most some 64, without itself."""
    found: dict[str, None] = {}
    for twin in (
        word.translate(str.maketrans(_LATIN, _CYRILLIC)),
        word.translate(str.maketrans(_CYRILLIC, _LATIN)),
    ):
        found[twin] = None
    for spelling in [word, *found]:
        for other in itertools.islice(_slipped(spelling), _MOST):
            found[other] = None
    found.pop(word, None)
    return list(found)


def _slipped(word: str) -> Iterator[str]:
    """``word`` with one, two, three letters taken for others."""
    choices = [
        (i, b if word[i] == a else a)
        for i in range(len(word))
        for a, b in LOOK_ALIKE
        if word[i] in (a, b)
    ]
    for count in (1, 2, 3):
        for chosen in itertools.combinations(choices, count):
            if len({place for place, _ in chosen}) == count:
                letters = list(word)
                for place, letter in chosen:
                    letters[place] = letter
                yield "".join(letters)
