"""Finding some tokens of a text by their keys or forms, without analysing the rest of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from newsindex.text.chunks import CAPITALS
from newsindex.text.keys import KeyTable, key_table
from newsindex.text.language import passages
from newsindex.text.tokens import Knot, capitals_within, hush, knot_of, pieces_of, word_forms

# A word that begins with a capital which no small letter follows.
_CAPITAL = re.compile(rf"\W*[{CAPITALS}](?![^\W\d_A-ZА-ЯЁІЇЄҐ])")
# What stands around a word most often.
_MARKS = '.,!?:;…«»"()[]—–-“”„'


class Token(NamedTuple):
    """One token of a document: its span in the original text, its form, its key, its position.

    ``start`` and ``stop`` count characters of the text given. ``text`` is the form, ``key`` the
    unit of the index. ``position`` counts from 0; the whole of a compound stands before its parts,
    at the position of the first, and is ``width`` positions wide.
    """

    start: int
    stop: int
    text: str
    key: str
    position: int
    width: int = 1


def find_tokens(
    text: str, language: str | None, keys: Set[str], forms: Mapping[str, bool] | None = None
) -> list[Token]:
    """Those of the tokens that `newsindex.text.analyse` gives whose key is in ``keys``, or whose
    form ``forms`` says True of; in the same order."""
    found: list[Token] = []
    shift = 0
    for begin, end, own in passages(text, language):
        part = text[begin:end] if end - begin < len(text) else text
        search = _Search(part, key_table(own), keys, forms)
        if search.may_shout() and (hushed := hush(part)) != part:
            search = _Search(hushed, key_table(own), keys, forms)
        for start, stop, form, key, position, width in search.tokens():
            found.append(Token(begin + start, begin + stop, form, key, shift + position, width))
        shift += search.positions
    return found


class _Search:
    """The words between the blanks of a passage, and what of them is wanted."""

    def __init__(
        self, text: str, table: KeyTable, keys: Set[str], forms: Mapping[str, bool] | None
    ) -> None:
        self._text = text
        self._table = table
        self._keys = keys
        self._forms = forms
        self._words = text.split()
        self._known = list(map(word_forms.__getitem__, self._words))
        self._knots = [
            (place, knot_of(self._words[place]))
            for place, form in enumerate(self._known)
            if not form
        ]
        self._starts: dict[str, dict[int, int]] = {}
        self.positions = 0

    def may_shout(self) -> bool:
        """Whether capitals may be shouted, which `hush` then tells: two words of them in a row,
        with a dash between them or none."""
        words = self._words
        return any(
            capitals_within(words[place]) or any(map(_CAPITAL.match, words[place + 1 : place + 3]))
            for place, knot in self._knots
            if knot.shouts
        )

    def _wanted(self, form: str) -> bool:
        return self._table[form] in self._keys or (self._forms is not None and self._forms[form])

    def tokens(self) -> Iterator[Token]:
        """What is wanted, in the order of the text; then ``positions`` is how many there are."""
        hits = self._plain_hits()
        shift = done = 0  # positions that regions take beyond one a word; hits that are past
        for first, last, wanted, positions in self._regions():
            while done < len(hits) and hits[done] < first:
                yield from self._at(hits[done], hits[done], shift)
                done += 1
            while done < len(hits) and hits[done] <= last:
                done += 1
            if wanted:
                yield from self._at(first, last, shift)
            shift += positions - (last - first + 1)
        for place in hits[done:]:
            yield from self._at(place, place, shift)
        self.positions = len(self._words) + shift

    def _plain_hits(self) -> list[int]:
        keys = list(map(self._table.__getitem__, self._known))
        hits: list[int] = []
        if not self._keys.isdisjoint(keys):
            wanted = self._keys
            hits = [place for place, key in enumerate(keys) if key in wanted]
        if self._forms is not None:
            flags = list(map(self._forms.__getitem__, self._known))
            if True in flags:
                hits = sorted({*hits, *(place for place, flag in enumerate(flags) if flag)})
        return hits

    def _knot_hits(self) -> bool:
        """Whether anything that is not a plain word is wanted."""
        forms = [form for _, knot in self._knots for form in knot.forms]
        if not self._keys.isdisjoint(map(self._table.__getitem__, forms)):
            return True
        return self._forms is not None and True in map(self._forms.__getitem__, forms)

    def _regions(self) -> Iterator[tuple[int, int, bool, int]]:
        """What is not one plain word: first and last word of it, whether a wanted token is in it,
        and the positions it takes. A number may go on behind a blank, so it may be many words."""
        words, done = self._words, -1
        some = self._knot_hits()
        for place, knot in self._knots:
            if place <= done:
                continue
            done, last = place, knot
            while self._goes_on(done, last):
                done += 1
                last = knot_of(words[done])
            if done == place:
                yield place, place, some and any(map(self._wanted, knot.forms)), knot.positions
                continue
            pieces = list(pieces_of(self._between(place, done)))
            wanted = any(self._wanted(piece.form) for piece in pieces)
            # The whole of a compound stands before its parts, so the last token is the furthest.
            end = pieces[-1].offset + 1 if pieces else 0
            yield place, done, wanted, end

    def _goes_on(self, place: int, knot: Knot) -> bool:
        """Whether the number at the end of a knot may go on behind the blank."""
        if not knot.counts or place + 1 == len(self._words):
            return False
        following = self._words[place + 1][0]
        return following == "%" or following.isdecimal()

    def _between(self, first: int, last: int) -> str:
        return self._text[self._start(first) : self._start(last) + len(self._words[last])]

    def _at(self, first: int, last: int, shift: int) -> Iterator[Token]:
        """What is wanted of the words from ``first`` to ``last``."""
        start = self._start(first)
        known, word = self._known[first], self._words[first]
        if known and first == last:
            bare = word.strip(_MARKS)
            if bare.isalpha():
                begin = start + word.index(bare)
                yield Token(begin, begin + len(bare), known, self._table[known], first + shift)
                return
        for form, begin, end, offset, width in pieces_of(self._between(first, last)):
            if self._wanted(form):
                position = first + shift + offset
                yield Token(start + begin, start + end, form, self._table[form], position, width)

    def _start(self, place: int) -> int:
        """Where a word begins in the text: where a word stands for the n-th time in the list of
        words, it stands for the n-th time between blanks in the text."""
        word = self._words[place]
        starts = self._starts.get(word)
        if starts is None:
            places = [number for number, other in enumerate(self._words) if other == word]
            starts = dict(zip(places, self._occurrences(word), strict=True))
            self._starts[word] = starts
        return starts[place]

    def _occurrences(self, word: str) -> Iterator[int]:
        text, size = self._text, len(word)
        start = text.find(word)
        while start >= 0:
            stop = start + size
            if (not start or text[start - 1].isspace()) and (
                stop == len(text) or text[stop].isspace()
            ):
                yield start
            start = text.find(word, start + 1)
