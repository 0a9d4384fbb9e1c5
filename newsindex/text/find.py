"""Finding some tokens of a text by their keys or forms, without analysing the rest of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Set
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from newsindex.text.keys import KeyTable, key_table
from newsindex.text.language import passages
from newsindex.text.tokens import Knot, hush, knot_of, pieces_of, word_forms

_BLANKS = re.compile(r"(\s+)")


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
        if search.knots and search.shouts and (hushed := hush(part)) != part:
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
        self._pieces = _BLANKS.split(text)
        self._words = self._pieces[::2]
        self._known = list(map(word_forms.__getitem__, self._words))
        self.knots: list[tuple[int, Knot]] = []
        known, place = self._known, -1
        for _ in range(known.count("")):
            place = known.index("", place + 1)
            self.knots.append((place, knot_of(self._words[place])))
        self.positions = 0

    @property
    def shouts(self) -> bool:
        return any(knot.shouts for _, knot in self.knots)

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

    def _regions(self) -> Iterator[tuple[int, int, bool, int]]:
        """What is not one plain word: first and last word of it, whether a wanted token is in it,
        and the positions it takes. A number may go on behind a blank, so it may be many words."""
        words, done = self._words, -1
        for place, knot in self.knots:
            if place <= done:
                continue
            done = place
            while knot_of(words[done]).counts and self._goes_on(done):
                done += 1
            if done == place:
                yield place, place, any(map(self._wanted, knot.forms)), knot.positions
                continue
            pieces = list(pieces_of(self._between(place, done)))
            wanted = any(self._wanted(piece.form) for piece in pieces)
            # The whole of a compound stands before its parts, so the last token is the furthest.
            end = pieces[-1].offset + 1 if pieces else 0
            yield place, done, wanted, end

    def _goes_on(self, place: int) -> bool:
        following = self._words[place + 1][:1] if place + 1 < len(self._words) else ""
        return following == "%" or following.isdecimal()

    def _between(self, first: int, last: int) -> str:
        return self._text[self._starts[first] : self._starts[last] + len(self._words[last])]

    def _at(self, first: int, last: int, shift: int) -> Iterator[Token]:
        """What is wanted of the words from ``first`` to ``last``."""
        start = self._starts[first]
        for form, begin, end, offset, width in pieces_of(self._between(first, last)):
            if self._wanted(form):
                position = first + shift + offset
                yield Token(start + begin, start + end, form, self._table[form], position, width)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each word begins."""
        return list(accumulate(map(len, self._pieces), initial=0))[::2]
