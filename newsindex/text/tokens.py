"""Tokenisation: text to normalised forms at their positions, one rule set for index and query.

Nearly every token of running text is a plain word between blanks, and a memo turns that into its
form. What is left (compounds, numbers, addresses, words seen for the first time) one compiled
expression cuts into chunks, and `split` (newsindex.text.chunks) into tokens.

A *form* is the normalised surface of a token: lower case, ё as е, every apostrophe as U+0027,
without stress marks, soft hyphens and invisible characters, a number without its grouping spaces.
An acronym keeps its capitals in the form (``СБУ``), which is how the key tells it from a word;
`surface_forms` gives both spellings to those who compare forms.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, TypeVar

from newsindex.text.chunks import (
    APOSTROPHES,
    CAPITALS,
    INVISIBLE,
    LETTERS,
    MAX_FORM,
    SPACES,
    URL_END,
    Piece,
    Split,
    is_acronym,
    plain_e,
    split,
)

T = TypeVar("T")

# Every quantifier over text is possessive or bounded: the time is linear on any input.
_CHUNK = re.compile(
    rf"""
    # a plain word, not followed by anything that could join it to the next
    [{LETTERS}]++(?![\w{INVISIBLE}]|[-‐‑{APOSTROPHES}.@&]\w|://)
    # an address on the web
    | (?:[Hh][Tt][Tt][Pp][Ss]?://|[Ww]{{3}}\.)[^{URL_END}]++
    | [A-Za-z0-9][A-Za-z0-9-]*+(?:\.[A-Za-z0-9-]++)++/[^{URL_END}]*+
    # 1 100 000,5 %
    | \d{{1,3}}+(?:[{SPACES}]\d{{3}}(?!\d))++(?:[.,]\d++)?(?:[{SPACES}]?%)?
    # everything else: words and numbers joined by hyphens, apostrophes, dots ...
    | [^\W_][\w{INVISIBLE}]*+
      (?:(?:[-‐‑{APOSTROPHES}.@&]|(?<=\d)[,:/](?=\d))\w[\w{INVISIBLE}]*+)*+
      (?:(?<=\d)[{SPACES}]?%)?
    """,
    re.VERBOSE,
)

# A headline set in capitals: several words of a sentence without a small letter between them.
_CAPITAL_RUN = re.compile(
    rf"[{CAPITALS}]{{2,24}}+(?!\w)(?:[^\w\n.!?…;:()]{{1,4}}+[{CAPITALS}]{{1,24}}+(?!\w))++"
)
_TWO_CAPITALS = re.compile(rf"[{CAPITALS}]{{2}}")
_LONG_CAPITALS = re.compile(rf"[{CAPITALS}]{{6}}")
_CAPITAL_LAST = re.compile(rf"[{CAPITALS}](?!\w)")
_LAST_DIGIT = re.compile(r"\d\Z")
_CYRILLIC_WORD = re.compile(r"[а-яА-ЯёЁіїєґІЇЄҐ]+\Z")
_OWN_FORM = re.compile(rf"[а-яіїєґ]{{1,{MAX_FORM}}}\Z")
_AROUND = '.,:;!?…«»“”„"()'  # no part of a token where it stands before or behind a word


class _Forms(dict[str, str]):
    """chunk -> its form, if the form is all there is to know of it, else "" (see `_split_memo`)."""

    def __missing__(self, chunk: str) -> str:
        if len(chunk) > MAX_FORM or chunk in _splits:
            return ""
        found = split(chunk)
        if len(self) + 5 * len(_splits) >= _CHUNKS_KEPT:
            self.clear()
            _splits.clear()
        pieces = found.pieces
        if found.positions == len(pieces) == 1 and pieces[0][1:3] == (0, len(chunk)):
            self[chunk] = pieces[0].form
            return pieces[0].form
        _splits[chunk] = found
        return ""


_CHUNKS_KEPT = 100_000  # some 25 MB when full, then it starts afresh; one that is split counts as 5
_splits: dict[str, Split] = {}
_forms = _Forms()


class Knot(NamedTuple):
    """What stands between two blanks, where that is not just one plain word."""

    forms: tuple[str, ...]
    offsets: tuple[int, ...]
    positions: int
    shouts: bool  # has two capitals in a row: whether they are shouted the words around it tell
    counts: bool  # ends with a digit: the number may go on after the blank


class Words(dict[str, T], Generic[T]):
    """What stands between two blanks -> ``value_of`` its form; ``other`` for what is not just one
    plain word (see `knot_of`).

    Of two generations: what was not asked for in the newer one's time is forgotten.
    """

    def __init__(self, value_of: Callable[[str], T], other: T) -> None:
        super().__init__()
        self.value_of = value_of
        self.other = other
        self._newer: list[str] = []
        self._older: dict[str, T] = {}

    def __missing__(self, word: str) -> T:
        value = self._older.get(word)
        if value is None:
            form = _plain_form(word)
            value = self.value_of(form) if form else self.other
            # One string for the form and for the word that is written so.
            word = form if form == word else word
        if len(word) <= MAX_FORM:
            if len(self._newer) >= _WORDS_KEPT:
                self._turn()
            self[word] = value
            self._newer.append(word)
        return value

    def _turn(self) -> None:
        """The newer generation becomes the older one."""
        newer, self._newer = self._newer, []
        # Threads that met a word at the same time have noted it twice.
        found = ((word, self.pop(word, None)) for word in newer)
        self._older = {word: value for word, value in found if value is not None}


def is_own_form(word: str) -> bool:
    """Whether what stands between two blanks is its own form: it goes without saying only of
    Cyrillic small letters."""
    return _OWN_FORM.match(word) is not None


def _plain_form(word: str) -> str:
    """The form of what stands between two blanks if it is just one plain word, else ""."""
    bare = word.strip(_AROUND)
    if _CYRILLIC_WORD.match(bare) and (bare.islower() or bare[1:].islower()):
        form = bare if bare.islower() else bare.lower()
        # One string for all words of one form.
        return sys.intern(plain_e(form[:MAX_FORM]) if "ё" in form else form[:MAX_FORM])
    found = _CHUNK.findall(word)
    if len(found) == 1 and not (_TWO_CAPITALS.search(word) or _LAST_DIGIT.search(word)):
        pieces, positions = split(found[0])
        if len(pieces) == positions == 1:
            return sys.intern(pieces[0].form)
    return ""


_WORDS_KEPT = 150_000  # twice as many in two generations: some 50 MB
_KNOTS_KEPT = 20_000  # some 10 MB when full, then it starts afresh
word_forms: Words[str] = Words(str, "")
_knots: dict[str, Knot] = {}


def knot_of(word: str) -> Knot:
    known = _knots.get(word)
    if known is None:
        forms, positions = _scan_chunks(word, str)
        end = positions[-1] + 1 if positions else 0
        known = Knot(
            tuple(map(sys.intern, forms)),
            tuple(positions),
            end,
            _TWO_CAPITALS.search(word) is not None,
            _LAST_DIGIT.search(word) is not None,
        )
        if len(word) <= MAX_FORM:
            if len(_knots) >= _KNOTS_KEPT:
                _knots.clear()
            _knots[word] = known
    return known


def scan(text: str) -> tuple[list[str], list[int]]:
    """The forms of ``text`` in reading order, and the position of each (from 0, ascending).

    Gives the same forms and positions as `pieces_of`, without spans: the fast path of indexing.
    Never raises, whatever characters the text holds; linear in the length of the text.
    """
    return scan_by(word_forms, text)


def scan_by(table: Words[T], text: str) -> tuple[list[T], list[int]]:
    """As `scan`, with what ``table`` has in the place of each form."""
    # No chunk but a number holds a blank, so what stands between blanks can be looked up whole.
    words = text.split()
    known = list(map(table.__getitem__, words))
    if (other := table.other) not in known:
        return known, list(range(len(known)))
    value_of = table.value_of
    values: list[T] = []
    positions: list[int] = []
    quiet = False
    done = position = 0
    end = len(known)
    known.append(other)
    words.append("")
    while (place := known.index(other, done)) < end:
        knot = knot_of(words[place])
        if knot.shouts and not quiet and _may_be_shouted(words, place):
            quiet = (hushed := hush(text)) == text
            if not quiet:
                return _scan_chunks(hushed, value_of)
        if knot.counts and (words[place + 1][:1] == "%" or words[place + 1][:1].isdecimal()):
            return _scan_chunks(hush(text), value_of)
        ahead = position + place - done
        values += known[done:place]
        values += map(value_of, knot.forms)
        positions += range(position, ahead)
        positions += [ahead + offset for offset in knot.offsets]
        position = ahead + knot.positions
        done = place + 1
    values += known[done:end]
    positions += range(position, position + end - done)
    return values, positions


def _may_be_shouted(words: list[str], number: int) -> bool:
    """Whether a run of capitals may go on from one of ``words`` to another: what stands between
    two words of a run is short, so the other is one of the next two."""
    following = words[number + 1 : number + 3]
    return any(map(_CAPITAL_LAST.search, following)) or bool(_CAPITAL_RUN.search(words[number]))


def scan_sentences(
    table: Words[T], text: str, starts: Sequence[int]
) -> tuple[list[T], list[int], list[int]]:
    """As `scan_by`, and the position of the first token of each sentence that has one; ``starts``
    are where the sentences begin (see `sentence_starts`). No token reaches across."""
    if len(starts) == 1:
        values, positions = scan_by(table, text)
        return values, positions, [0] if values else []
    values, positions, firsts = [], [], []
    ahead = 0
    for start, stop in zip(starts, [*starts[1:], len(text)], strict=True):
        found, places = scan_by(table, text[start:stop])
        if not found:
            continue
        firsts.append(ahead)
        values += found
        positions += [ahead + place for place in places]
        ahead = positions[-1] + 1
    return values, positions, firsts


def _scan_chunks(text: str, value_of: Callable[[str], T]) -> tuple[list[T], list[int]]:
    """`scan_by` for a text of which no run of capitals is shouted, chunk by chunk."""
    values: list[T] = []
    positions: list[int] = []
    position = 0
    for chunk in _CHUNK.findall(text):
        form = _forms[chunk]
        if form:
            values.append(value_of(form))
            positions.append(position)
            position += 1
            continue
        pieces, count = _split_memo(chunk)
        values += [value_of(piece[0]) for piece in pieces]
        positions += [position + piece[3] for piece in pieces]
        position += count
    return values, positions


def pieces_of(text: str) -> Iterator[Piece]:
    """The tokens of ``text`` with spans in the text itself and absolute positions (``offset``)."""
    position = 0
    for match in _CHUNK.finditer(hush(text)):
        begin = match.start()
        known = _forms[match.group()]
        if known:
            yield Piece(known, begin, match.end(), position, 1)
            position += 1
            continue
        pieces, count = _split_memo(match.group())
        for form, start, stop, offset, width in pieces:
            yield Piece(form, begin + start, begin + stop, position + offset, width)
        position += count


def surface_forms(form: str) -> tuple[str, ...]:
    """All spellings under which an index may know the surface ``form``: as word and as acronym.

    Exact matching compares surfaces without regard to case, so it asks for each of these.
    """
    lower, upper = form.lower(), form.upper()
    return (lower, upper) if is_acronym(upper) else (lower,)


def _split_memo(chunk: str) -> Split:
    return _splits.get(chunk) or split(chunk)


def capitals_within(word: str) -> bool:
    """Whether two words of capitals stand within what stands between two blanks: США-РФ."""
    return _CAPITAL_RUN.search(word) is not None


def hush(text: str) -> str:
    """``text`` with shouted lines in small letters, so that their words are not taken for acronyms.

    A run of capitals is shouted if it holds a word too long for an acronym, or more than three
    words: ``МВД РФ`` and ``ГУ МВД РФ`` are names, ``СУД ВЫНЕС ПРИГОВОР`` is a headline.
    """
    pieces: list[str] = []
    done = 0
    for match in _CAPITAL_RUN.finditer(text):
        run = match.group()
        if _LONG_CAPITALS.search(run) or len(run.split()) > 3:
            pieces += text[done : match.start()], run.lower()
            done = match.end()
    return "".join([*pieces, text[done:]]) if done else text
