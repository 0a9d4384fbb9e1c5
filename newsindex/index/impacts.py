"""Impacts: what a posting can add to a score (BM25), and bounds of it over windows of documents.

The impact of a posting is ``w / (w + K1 * (1 - B + B * length / average))``: BM25 (Robertson &
Zaragoza, "The Probabilistic Relevance Framework", 2009) without the weight of the term; ``w`` are
the occurrences, those in the title counted TITLE_WEIGHT times (their section 3.6), ``length`` the
token positions of the document counted alike. The postings of a frequent term are cut where windows
of documents begin. For each window the term keeps a bound of the impacts there, so that a search
for the best ten need not score what cannot be among them (Ding & Suel, "Faster Top-k Document
Retrieval Using Block-Max Indexes", 2011), and the numbers of its first posting and occurrence, so
that nothing before the window has to be counted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from newsindex.index.docids import BLOCK_BITS, is_dense
from newsindex.index.files import AnyArray, ArrayFile, ArrayFileWriter, smallest_dtype

K1 = 1.5
B = 0.75
# An occurrence in the title counts as this many in the body.
TITLE_WEIGHT = 3.0
# Terms of fewer postings have no windows.
_WINDOWED_FROM = 1024
# Windows are as wide as it takes for so many postings in each, but at least a block of a bitmap.
_POSTINGS = 48
_MOST_BITS = 16
# Bounds are kept as fractions of this, rounded up.
_STEPS = (1 << 16) - 1


def weights(frequency: AnyArray, title_frequency: AnyArray) -> AnyArray:
    """The weighted occurrences ``w`` of postings, float32."""
    weight: AnyArray = frequency + (TITLE_WEIGHT - 1) * title_frequency.astype(np.float32)
    return weight.astype(np.float32)


def norms(title_length: AnyArray, body_length: AnyArray, average: float) -> AnyArray:
    """``K1 * (1 - B + B * length / average)`` of documents, float32."""
    length = body_length + np.float32(TITLE_WEIGHT) * title_length
    norm: AnyArray = np.float32(K1 * (1 - B)) + np.float32(K1 * B / average) * length
    return norm.astype(np.float32)


def average_length(title_positions: int, body_positions: int, documents: int) -> float:
    """The mean of ``length`` over a collection; 1.0 where there is nothing."""
    total = body_positions + TITLE_WEIGHT * title_positions
    return total / documents if documents and total else 1.0


class WindowWriter:
    """Writes the windows of a new segment's frequent terms, term by term."""

    def __init__(
        self, writer: ArrayFileWriter, title_length: AnyArray, body_length: AnyArray
    ) -> None:
        self._writer = writer
        self._documents = len(title_length)
        average = average_length(int(title_length.sum()), int(body_length.sum()), self._documents)
        self._norms = norms(title_length, body_length, average)
        self._bound = writer.stream("window_bound", np.uint16)
        self._starts = {
            name: writer.stream(f"window_{name}", np.uint32)
            for name in ("posting", "occurrence", "high")
        }
        self._terms: list[AnyArray] = []
        self._bits: list[AnyArray] = []
        self._counts: list[AnyArray] = []

    def append(
        self,
        terms: AnyArray,
        documents: AnyArray,
        weight: AnyArray,
        frequencies: AnyArray,
        high: AnyArray,
    ) -> None:
        """Append postings, sorted by term and document, a term's all at once: of each the term,
        document, weight, occurrences, and those of them that have a high byte."""
        if not len(terms):
            return
        first = int(terms[0])
        sizes = np.bincount(terms - first)
        chosen = np.flatnonzero(sizes >= _WINDOWED_FROM)
        if not len(chosen):
            return
        among = np.repeat(sizes >= _WINDOWED_FROM, sizes)
        documents, weight = documents[among], weight[among]
        sizes = sizes[chosen]
        bits = _window_bits(sizes, self._documents)
        # One entry more than there are windows: where the last one ends.
        counts = -(-self._documents >> bits) + 1
        rows = np.cumsum(counts) - counts
        window = np.repeat(rows, sizes) + (documents >> np.repeat(bits, sizes))
        total = int(counts.sum())
        postings = np.bincount(window, minlength=total)
        present = np.flatnonzero(postings)
        impact = weight / (weight + self._norms[documents])
        bound = np.zeros(total, dtype=np.uint16)
        starts = np.cumsum(postings)[present] - postings[present]
        # The rounding of float32 is far below one step.
        bound[present] = np.minimum(
            np.floor(np.maximum.reduceat(impact, starts) * np.float32(_STEPS)) + 1, _STEPS
        )
        self._bound.append(bound)
        of_term = np.repeat(np.arange(len(chosen)), counts)
        for name, values in (
            ("posting", postings),
            ("occurrence", np.bincount(window, weights=frequencies[among], minlength=total)),
            ("high", np.bincount(window, weights=high[among], minlength=total)),
        ):
            before = np.cumsum(values.astype(np.int64)) - values.astype(np.int64)
            self._starts[name].append(before - before[rows][of_term])
        self._terms.append(chosen + first)
        self._bits.append(bits)
        self._counts.append(counts)

    def finish(self) -> None:
        none = np.empty(0, np.int64)
        terms = np.concatenate([none, *self._terms])
        rows = np.concatenate(
            [np.zeros(1, np.int64), np.cumsum(np.concatenate([none, *self._counts]))]
        )
        bits = np.concatenate([none, *self._bits])
        for name, values in (("term", terms), ("bits", bits), ("row", rows)):
            dtype = smallest_dtype(int(values.max(initial=0)))
            self._writer.add(f"window_{name}", values.astype(dtype))


def _window_bits(sizes: AnyArray, documents: int) -> AnyArray:
    """For each number of postings the width of their windows, as a power of two."""
    bits = np.ceil(np.log2(_POSTINGS * max(documents, 1) / sizes)).astype(np.int64)
    bits = np.clip(bits, BLOCK_BITS, _MOST_BITS)
    bits[is_dense(sizes, documents)] = BLOCK_BITS
    return bits


class TermWindows(NamedTuple):
    """The windows of one term: window i holds the documents ``i << bits <= d < (i + 1) << bits``.

    ``bound`` (uint16, one a window): no impact in the window is above ``bound / 65535`` (while the
    average length is that of the segment). ``posting``, ``occurrence`` and ``high`` (uint32, one
    more): how many of the term's postings, occurrences and high bytes come before each window.
    """

    bits: int
    bound: AnyArray
    posting: AnyArray
    occurrence: AnyArray
    high: AnyArray

    def bounds(self, blocks: int) -> AnyArray:
        """The bound of each of so many blocks of documents, float32."""
        bound = self.bound.astype(np.float32) * np.float32(1 / _STEPS)
        if self.bits > BLOCK_BITS:
            bound = np.repeat(bound, 1 << (self.bits - BLOCK_BITS))[:blocks]
        return bound


class Windows:
    """Reads the windows of a segment's frequent terms."""

    def __init__(self, file: ArrayFile) -> None:
        self._entry = {term: entry for entry, term in enumerate(file["window_term"].tolist())}
        self._bits = file["window_bits"].data
        self._row = file["window_row"].data
        # What is read of these is verified term by term.
        names = ("bound", "posting", "occurrence", "high")
        self._parts = [file.part(f"window_{name}") for name in names]

    def of(self, term: int) -> TermWindows | None:
        """The windows of a term, or None if it is not frequent."""
        entry = self._entry.get(term)
        if entry is None:
            return None
        first, stop = self._row[entry], self._row[entry + 1]
        for part in self._parts:
            part.check(first, stop)
        bound, *starts = (part.values[first:stop] for part in self._parts)
        return TermWindows(self._bits[entry], bound[:-1], *starts)
