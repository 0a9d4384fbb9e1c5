"""A segment's dictionary searched by spelling: prefixes, patterns, words with typing errors."""

from __future__ import annotations

import re
import weakref

import numpy as np

from newsindex.index.arrays import distinct
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.expansion import Expansion, glob, within

# Expansions that are remembered for each segment.
_REMEMBERED = 200
_BLANK = ord(" ")


class _Spellings:
    """What a segment's surface forms look like, in shapes that are fast to search."""

    def __init__(self, segment: Segment) -> None:
        self.known: dict[Expansion, AnyArray] = {}
        self._file = segment.file
        self._letters: tuple[AnyArray, AnyArray, AnyArray] | None = None
        self._masks: AnyArray | None = None
        self._lines: tuple[bytes, AnyArray] | None = None

    def letters(self) -> tuple[AnyArray, AnyArray, AnyArray]:
        """The low byte of each letter of all forms; where each form begins; how long it is, 255 at
        the most (which is longer than any form)."""
        if self._letters is None:
            self._letters = self._read_letters()
        return self._letters

    def masks(self) -> AnyArray:
        """Which letters each form is made of, a bit each (see _bits); uint64."""
        if self._masks is None:
            letters, begin, _ = self.letters()
            bits = _bits(letters)
            self._masks = np.bitwise_or.reduceat(bits, begin) if len(begin) else bits
        return self._masks

    def _read_letters(self) -> tuple[AnyArray, AnyArray, AnyArray]:
        text, starts = self._bytes()
        first = (text & 0xC0) != 0x80  # not the second byte of a letter, nor a later one
        low = text.copy()
        low[:-1] = np.where(text[:-1] < 0xC0, text[:-1], ((text[:-1] & 3) << 6) | (text[1:] & 0x3F))
        before = np.zeros(len(text) + 1, dtype=np.uint32)
        np.cumsum(first, dtype=np.uint32, out=before[1:])
        begin = before[starts]
        lengths = np.minimum(np.diff(begin), 255).astype(np.uint8)
        return low[first], begin[:-1], lengths

    def lines(self) -> tuple[bytes, AnyArray]:
        """Every form on a line of its own, UTF-8, and where each line begins; a line feed first."""
        if self._lines is None:
            text, starts = self._bytes()
            marked = np.insert(text, starts[:-1], ord("\n"))
            begin = starts[:-1] + np.arange(len(starts) - 1) + 1
            self._lines = marked.tobytes() + b"\n", begin
        return self._lines

    def _bytes(self) -> tuple[AnyArray, AnyArray]:
        return np.asarray(self._file["form_text"]), self._file["form_start"].astype(np.int64)


# A value holds the file of a segment, but not the segment, or it would never be let go.
_spellings: weakref.WeakKeyDictionary[Segment, _Spellings] = weakref.WeakKeyDictionary()


def read_spellings(snapshot: Snapshot) -> None:
    """Bring the dictionaries of a snapshot into the shape in which misspelled words are looked for,
    which takes the first of them long."""
    for segment in snapshot.segments:
        _spellings_of(segment).masks()


def _spellings_of(segment: Segment) -> _Spellings:
    spellings = _spellings.get(segment)
    if spellings is None:
        spellings = _spellings[segment] = _Spellings(segment)
    return spellings


def form_rows(segment: Segment, expansion: Expansion) -> AnyArray:
    """The rows of a segment's form table that ``expansion`` stands for, ascending; int64."""
    spellings = _spellings_of(segment)
    rows = spellings.known.get(expansion)
    if rows is None:
        find = {"prefix": _prefixed, "wildcard": _spelled_like, "fuzzy": _misspelled}
        parts = [
            find[expansion.kind](segment, spellings, text, expansion.distance)
            for text in expansion.texts
        ]
        rows = distinct(np.concatenate(parts))
        if len(spellings.known) >= _REMEMBERED:
            spellings.known.clear()
        spellings.known[expansion] = rows
    return rows


def _prefixed(segment: Segment, _: _Spellings, text: str, __: int) -> AnyArray:
    rows = segment.form_prefix_rows(text)
    return np.arange(rows.start, rows.stop)


def _spelled_like(segment: Segment, spellings: _Spellings, text: str, _: int) -> AnyArray:
    """Forms like a pattern: by its beginning where it has one, else by its longest part."""
    pattern, parts = glob(text), re.split(r"[*?]", text)
    if parts[0]:
        rows = _prefixed(segment, spellings, parts[0], 0)
    else:
        part = max(parts, key=len)
        if text == f"*{part}":
            return _holding(spellings, f"{part}\n")
        rows = _holding(spellings, part)
        if text == f"*{part}*":
            return rows
    kept = [row for row in rows.tolist() if pattern.fullmatch(segment.forms[row].decode())]
    return np.array(kept, dtype=np.int64)


def _holding(spellings: _Spellings, part: str) -> AnyArray:
    """The forms in which ``part`` stands (a line feed is their end), but not those of entities,
    which begin with a blank."""
    lines, begin = spellings.lines()
    found = [match.start() for match in re.finditer(re.escape(part.encode()), lines)]
    rows = distinct(np.searchsorted(begin, np.array(found, dtype=np.int64), side="right") - 1)
    first = np.frombuffer(lines, np.uint8)[begin[rows]]
    kept: AnyArray = rows[first != _BLANK]
    return kept


def _misspelled(segment: Segment, spellings: _Spellings, text: str, distance: int) -> AnyArray:
    """Forms a few edits away, by filters each of which lets all of them through: of about the same
    length and letters, then by the rows of the table of distances for all forms of a length at
    once; what their low bytes let through is looked at itself."""
    wanted = np.array([ord(char) & 0xFF for char in text], dtype=np.uint8)
    letters, begin, lengths = spellings.letters()
    own = np.bitwise_or.reduce(_bits(wanted))
    masks = spellings.masks()
    # Each edit brings and takes one letter at the most.
    near = np.bitwise_count(masks & ~own) <= distance
    near &= np.bitwise_count(own & ~masks) <= distance
    alike = near.nonzero()[0]
    parts = []
    for length in range(max(1, len(text) - distance), len(text) + distance + 1):
        rows = alike[lengths[alike] == min(length, 255)]
        if len(rows):
            columns = letters[begin[rows] + np.arange(length, dtype=begin.dtype)[:, None]]
            parts.append(rows[_distances(wanted, columns, distance) <= distance])
    rows = np.concatenate([np.empty(0, np.int64), *parts])
    forms = [segment.forms[row].decode() for row in rows.tolist()]
    kept = [
        row
        for row, form in zip(rows.tolist(), forms, strict=True)
        if form[0].isalnum() and within(form, text, distance)
    ]
    return np.array(sorted(kept), dtype=np.int64)


def _bits(letters: AnyArray) -> AnyArray:
    """A bit for each of some letters (their low bytes), uint64; some letters share one."""
    return np.uint64(1) << (letters & 63).astype(np.uint64)


def _distances(wanted: AnyArray, columns: AnyArray, limit: int) -> AnyArray:
    """How many edits each word (a letter of it in each of ``columns``) is from ``wanted``, as far
    as ``limit``; the recurrence of optimal string alignment within a band of that width."""
    length, words = columns.shape
    far = np.uint8(limit + 1)
    table: dict[tuple[int, int], AnyArray | np.uint8] = {}
    one = np.uint8(1)
    for i in range(len(wanted) + 1):
        for j in range(max(0, i - limit), min(length, i + limit) + 1):
            if not i or not j:
                table[i, j] = np.uint8(i + j)
                continue
            differs = columns[j - 1] != wanted[i - 1]
            best = table[i - 1, j - 1] + differs.view(np.uint8)
            for cell in ((i - 1, j), (i, j - 1)):
                if cell in table:
                    best = np.minimum(best, table[cell] + one)
            if i > 1 and j > 1 and (i - 2, j - 2) in table:
                swapped = (columns[j - 1] == wanted[i - 2]) & (columns[j - 2] == wanted[i - 1])
                np.minimum(best, table[i - 2, j - 2] + one, out=best, where=swapped)
            table[i, j] = np.minimum(best, far)
        for cell in [cell for cell in table if cell[0] < i - 1]:
            del table[cell]
    result = table.get((len(wanted), length), far)
    return np.broadcast_to(np.asarray(result), (words,))
