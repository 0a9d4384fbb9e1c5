"""Postings: how a segment packs what stands where, and how it is unpacked.

An occurrence has a position and a surface form. Positions count a document's tokens, the title's
from 0 and the body's after them; most documents are short, so a position is one byte, and only
those of longer documents have a second one in another array. The forms are seldom read and lie in
compressed blocks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsindex.index.arrays import begins_run, distinct, gather
from newsindex.index.blocks import Blocks, BlockWriter
from newsindex.index.docids import Docids, DocidWriter
from newsindex.index.files import AnyArray, ArrayFile, ArrayFileWriter, smallest_dtype
from newsindex.index.impacts import TermWindows, Windows, WindowWriter, weights

SEGMENT_KIND = "segment"
# A term that is the key of an entity begins with a blank, which no key of a word does: such terms
# come first in the dictionary. They have postings but no positions.
ENTITY_PREFIX = b" "
# Marks are terms that no text can hold. One stands at the first position of every sentence of a
# body, one in every article that has a url.
SENTENCE_MARK = "."
URL_MARK = ":url"
# So many positions lie between title and body for those who search: no phrase may reach across,
# so no slop may be as large.
BODY_GAP = 100
# Pairs of frequencies below this number are looked up in a list.
_PAIRS_LISTED = 1 << 20
# Documents of more positions than a byte can count keep the high part of theirs apart.
_SHORT = 1 << 8
# To count through the postings of some windows takes so many times longer for each of them than to
# count through all of a term's.
_GATHER_COST = 4


def frequency_table(
    frequencies: AnyArray, title_frequencies: AnyArray
) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Replace each posting's pair (frequency, frequency in the title) by one small code.

    Returns the frequency of each code, its title frequency, and the codes: there are few distinct
    pairs, so one byte a posting nearly always carries both.
    """
    width = int(title_frequencies.max(initial=0)) + 1
    most = (int(frequencies.max(initial=0)) + 1) * width
    pairs: AnyArray = frequencies.astype(np.uint32 if most < 1 << 32 else np.uint64)
    np.multiply(pairs, width, out=pairs)
    np.add(pairs, title_frequencies, out=pairs)
    if most < _PAIRS_LISTED:
        there = np.zeros(most, dtype=bool)
        there[pairs] = True
        found = there.nonzero()[0]
        number_of = np.zeros(most, dtype=smallest_dtype(len(found)))
        number_of[found] = np.arange(len(found))
        return found // width, found % width, number_of[pairs]
    found = distinct(pairs)
    return found // width, found % width, np.searchsorted(found, pairs)


class PostingsWriter:
    """Writes the postings of a new segment, in the order of their terms, in one piece or several.

    ``title_length`` and ``body_length`` count the positions of each document; ``frequency`` and
    ``title_frequency`` are those of each frequency code.
    """

    def __init__(
        self,
        writer: ArrayFileWriter,
        terms: int,
        title_length: AnyArray,
        body_length: AnyArray,
        frequency: AnyArray,
        title_frequency: AnyArray,
        form_dtype: npt.DTypeLike,
    ) -> None:
        self._writer = writer
        self._frequency = frequency
        self._weights = weights(frequency, title_frequency)
        lengths = title_length + body_length
        self._is_long = lengths > _SHORT
        for name, values in (("frequency", frequency), ("title_frequency", title_frequency)):
            writer.add(name, values.astype(smallest_dtype(int(values.max(initial=0)))))
        self._documents = DocidWriter(writer, len(lengths))
        self._codes = writer.stream("posting_frequency", smallest_dtype(len(frequency)))
        self._positions = writer.stream("position", np.uint8)
        self._windows = WindowWriter(writer, title_length, body_length)
        high = int(lengths.max(initial=0)) >> 8
        self._high = writer.stream("position_high", smallest_dtype(high))
        self._forms = BlockWriter(writer, "position_form", form_dtype)
        self._counts = {
            name: np.zeros(terms, dtype=np.int64)
            for name in ("posting_start", "position_start", "position_high_start")
        }

    def append(
        self,
        terms: AnyArray,
        documents: AnyArray,
        codes: AnyArray,
        positions: AnyArray,
        forms: AnyArray,
    ) -> None:
        """Append postings, sorted by term and document: the term, document and frequency code of
        each; and for each of their occurrences the position and the form's code."""
        self.append_postings(terms, documents, codes)
        self.append_occurrences(documents, self._frequency[codes], positions, forms)

    def append_postings(self, terms: AnyArray, documents: AnyArray, codes: AnyArray) -> None:
        """Append postings without their occurrences: these follow, before the next postings."""
        frequencies = self._frequency[codes]
        is_long = self._is_long[documents]
        self._documents.append(terms, documents)
        self._windows.append(
            terms, documents, self._weights[codes], frequencies, frequencies * is_long
        )
        self._codes.append(codes)
        first, stop = (int(terms[0]), int(terms[-1]) + 1) if len(terms) else (0, 0)
        for name, weight in (
            ("posting_start", None),
            ("position_start", frequencies),
            ("position_high_start", frequencies * is_long),
        ):
            self._counts[name][first:stop] += np.bincount(
                terms - first, weights=weight, minlength=stop - first
            ).astype(np.int64)

    def append_occurrences(
        self, documents: AnyArray, frequencies: AnyArray, positions: AnyArray, forms: AnyArray
    ) -> None:
        """Append the occurrences in some postings: document and number of occurrences of each
        posting, position and form's code of each occurrence."""
        is_long = self._is_long[documents]
        self._positions.append(positions & 0xFF)
        if is_long.any():
            self._high.append(positions[np.repeat(is_long, frequencies)] >> 8)
        self._forms.append(forms)

    def finish(self) -> None:
        self._forms.finish()
        self._documents.finish()
        self._windows.finish()
        for name, counts in self._counts.items():
            starts = np.concatenate([[0], np.cumsum(counts)])
            self._writer.add(name, starts.astype(smallest_dtype(int(starts[-1]))))


def _counted_on(counts: AnyArray, bases: AnyArray, starts: AnyArray, sizes: AnyArray) -> AnyArray:
    """The sum of ``counts`` before each, counted from ``bases`` anew in each stretch, which starts
    at one of ``starts`` and has one of ``sizes``."""
    before: AnyArray = np.cumsum(counts) - counts
    return before + np.repeat(bases.astype(np.int64) - before[starts], sizes)


class _Windowed(NamedTuple):
    """The windows of a term in which some of its documents lie: their numbers, their first
    postings (from the term's first), how many they have, and for each document which it is in."""

    windows: TermWindows
    own: AnyArray
    starts: AnyArray
    sizes: AnyArray
    number: AnyArray

    @classmethod
    def of(cls, windows: TermWindows, documents: AnyArray) -> _Windowed:
        window = documents.astype(np.int64) >> windows.bits
        first = begins_run(window)
        own = window[first]
        starts = windows.posting[own].astype(np.int64)
        sizes = windows.posting[own + 1] - starts
        return cls(windows, own, starts, sizes, first.astype(np.int64).cumsum() - 1)

    @property
    def size(self) -> int:
        """How many postings there are in the windows."""
        return int(self.sizes.sum())


class Occurrences:
    """Reads the positions and form codes of a segment's postings."""

    def __init__(
        self,
        file: ArrayFile,
        docids: Docids,
        windows: Windows,
        title_length: AnyArray,
        body_length: AnyArray,
    ) -> None:
        self._windows = windows
        self._posting_start = file["posting_start"]
        self._docids = docids
        self._codes: AnyArray = file.part("posting_frequency").values  # verified with the documents
        # Sums of one dtype are several times faster than those that numpy has to widen.
        counted = np.uint32 if len(file.part("position").values) < 1 << 32 else np.int64
        self._frequency: AnyArray = file["frequency"].astype(counted)
        self._start = file["position_start"]
        # What is read of these is verified term by term.
        self._low_part, self._high_part = file.part("position"), file.part("position_high")
        self._low, self._high = self._low_part.values, self._high_part.values
        self._high_start = file["position_high_start"]
        self._forms = Blocks(file, "position_form")
        self._title_length = title_length
        lengths = title_length.astype(np.int64) + body_length
        self._is_long: AnyArray | None = lengths > _SHORT if len(self._high) else None
        # Positions of the longest document.
        self.longest = int(lengths.max(initial=0))

    def __len__(self) -> int:
        return len(self._low)

    def whole(self, first: int, stop: int) -> AnyArray:
        """The positions of the terms ``first <= t < stop``, no gap before the body; int64."""
        start, end = int(self._start[first]), int(self._start[stop])
        self._verify(first, stop)
        positions = self._low[start:end].astype(np.int64)
        if self._is_long is not None:
            postings = slice(int(self._posting_start[first]), int(self._posting_start[stop]))
            counts = self._frequency.take(self._codes[postings])
            is_long = np.repeat(self._is_long[self._docids.whole(first, stop)], counts)
            high = self._high[int(self._high_start[first]) : int(self._high_start[stop])]
            positions[is_long] += high.astype(np.int64) << 8
        return positions

    def _verify(self, first: int, stop: int) -> None:
        """Verify the positions of the terms ``first <= t < stop``, and the frequencies by which
        they are counted. Raises IndexCorrupt."""
        self._docids.verify(first, stop)
        self._low_part.check(int(self._start[first]), int(self._start[stop]))
        if self._is_long is not None:
            self._high_part.check(int(self._high_start[first]), int(self._high_start[stop]))

    def starts_of(self, term: int) -> tuple[int, int]:
        """Where the occurrences of a term start: a place for `following`."""
        return int(self._start[term]), int(self._high_start[term])

    def following(
        self, place: tuple[int, int], counts: AnyArray, documents: AnyArray
    ) -> tuple[AnyArray, AnyArray, tuple[int, int]]:
        """The occurrences from a place on in postings of which ``counts`` has the numbers of
        occurrences and ``documents`` the documents: position (no gap before the body) and form
        code of each, and the place after them."""
        start, high_start = place
        end = start + int(counts.sum())
        high_end = high_start
        self._low_part.check(start, end)
        positions = self._low[start:end].astype(np.uint32)
        if self._is_long is not None:
            is_long = np.repeat(self._is_long[documents], counts)
            high_end += int(np.count_nonzero(is_long))
            self._high_part.check(high_start, high_end)
            positions[is_long] += self._high[high_start:high_end].astype(np.uint32) << 8
        return positions, self._forms.read(start, end), (end, high_end)

    def of(self, term: int, postings: AnyArray, documents: AnyArray) -> tuple[AnyArray, AnyArray]:
        """The occurrences in some postings of a term (their numbers in the segment, ascending, and
        their documents): for each the index into ``postings``, and the position, BODY_GAP added in
        the body; int64."""
        counts, found = self.raw(term, postings, documents)
        index, title = np.arange(len(postings)), self._title_length[documents]
        if len(found) > len(postings):
            index, title = index.repeat(counts), title.repeat(counts)
        positions = found.astype(np.int64)
        positions += np.multiply(found >= title, BODY_GAP, dtype=np.int64)
        return index, positions

    def raw(self, term: int, postings: AnyArray, documents: AnyArray) -> tuple[AnyArray, AnyArray]:
        """How many occurrences each of some postings of a term has (as for `of`), and all their
        positions, no gap before the body; uint8, or uint32 where one of the documents is long."""
        self._verify(term, term + 1)
        start, stop = int(self._posting_start[term]), int(self._posting_start[term + 1])
        is_long = np.zeros(1, bool) if self._is_long is None else self._is_long[documents]
        # Most documents are short: where all of these are, high bytes need not be counted.
        high = bool(is_long.any())
        if len(postings) == stop - start:
            counts = self._frequency.take(self._codes[start:stop])
            positions = self._low[int(self._start[term]) : int(self._start[term + 1])]
            where = slice(int(self._high_start[term]), int(self._high_start[term + 1]))
            above = self._high[where]
        else:
            counts, before, high_before = self._counted(term, postings, documents, high=high)
            positions = self._low[gather(int(self._start[term]) + before, counts)]
            if high:
                high_start = int(self._high_start[term]) + high_before[is_long]
                above = self._high[gather(high_start, counts[is_long])]
        if high:
            positions = positions.astype(np.uint32)
            positions[np.repeat(is_long, counts)] += above.astype(np.uint32) << 8
        return counts, positions

    def _counted(
        self, term: int, postings: AnyArray, documents: AnyArray, *, high: bool
    ) -> tuple[AnyArray, AnyArray, AnyArray]:
        """Of some postings of a term the number of occurrences, that of the term's occurrences
        before them, and, if it is wanted, that of its high bytes; int64."""
        windows = self._windows.of(term)
        chosen = None if windows is None else _Windowed.of(windows, documents)
        total = int(self._posting_start[term + 1]) - int(self._posting_start[term])
        if chosen is None or chosen.size * _GATHER_COST > total:
            return self._counted_whole(term, postings, high=high)
        return self._counted_in(chosen, term, postings, high=high)

    def _counted_whole(
        self, term: int, postings: AnyArray, *, high: bool
    ) -> tuple[AnyArray, AnyArray, AnyArray]:
        """The same, by counting through all postings of the term."""
        start, stop = int(self._posting_start[term]), int(self._posting_start[term + 1])
        counts = self._frequency.take(self._codes[start:stop])
        places = postings - start
        chosen = counts[places].astype(np.int64)
        before = counts.cumsum(dtype=counts.dtype)[places].astype(np.int64) - chosen
        if self._is_long is None or not high:
            return chosen, before, before
        long_counts = counts * self._is_long[self._docids.of(term)[2]]
        above = long_counts.cumsum(dtype=counts.dtype)[places].astype(np.int64)
        return chosen, before, above - long_counts[places]

    def _counted_in(
        self, chosen: _Windowed, term: int, postings: AnyArray, *, high: bool
    ) -> tuple[AnyArray, AnyArray, AnyArray]:
        """The same, by counting through nothing but the windows in which the postings lie."""
        start = int(self._posting_start[term])
        windows, own, starts, sizes = chosen.windows, chosen.own, chosen.starts, chosen.sizes
        among = gather(starts, sizes)
        counts = self._frequency.take(self._codes[start + among]).astype(np.int64)
        shift = np.cumsum(sizes) - sizes
        places = (postings - start) + (shift - starts)[chosen.number]
        before = _counted_on(counts, windows.occurrence[own], shift, sizes)[places]
        if self._is_long is None or not high:
            return counts[places], before, before
        those = self._docids.in_windows(term, own, windows.bits, among, sizes)
        above = _counted_on(counts * self._is_long[those], windows.high[own], shift, sizes)[places]
        return counts[places], before, above

    def forms_of(self, first: int, stop: int) -> AnyArray:
        """The form code at each occurrence of the terms ``first <= t < stop``."""
        return self._forms.read(int(self._start[first]), int(self._start[stop]))

    def select(self, term: int, postings: AnyArray, values: AnyArray) -> AnyArray:
        """Of one value an occurrence of a term, those in some of its postings."""
        start, end = int(self._posting_start[term]), int(self._posting_start[term + 1])
        if len(postings) == end - start:
            return values
        counts = self._frequency.take(self._codes[start:end])
        ends = counts.cumsum(dtype=counts.dtype)[postings - start].astype(np.int64)
        own = counts[postings - start].astype(np.int64)
        return values[gather(ends - own, own)]
