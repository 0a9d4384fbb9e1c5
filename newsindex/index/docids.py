"""Document numbers of postings: half the bytes for the terms that have many of them.

Documents are divided into windows of 65,536. In a segment of more than one window, the postings of
a term with enough of them are packed: each keeps the low 16 bits of its document, and the term
keeps where each window starts in its list. All other terms keep whole numbers.
"""

from __future__ import annotations

import numpy as np

from newsindex.index.files import AnyArray, ArrayFile, ArrayFileWriter, smallest_dtype

_WINDOW_BITS = 16
_WINDOW = 1 << _WINDOW_BITS
# A list is packed from this many postings a window on; its table of windows costs two each.
_PACKED_FROM = 8


def windows_of(documents: int) -> int:
    """Number of windows in a segment of so many documents."""
    return -(-documents // _WINDOW)


class DocidWriter:
    """Writes the document numbers of all postings, term by term."""

    def __init__(self, writer: ArrayFileWriter, documents: int) -> None:
        self._writer = writer
        self._windows = windows_of(documents)
        self._plain = writer.stream("posting_document", smallest_dtype(max(documents - 1, 0)))
        self._low = writer.stream("packed_document", np.uint16)
        self._window_starts = writer.stream("packed_window", np.uint32)
        self._terms: list[AnyArray] = []
        self._counts: list[AnyArray] = []

    def append(self, terms: AnyArray, documents: AnyArray) -> None:
        """Append postings, sorted by term and document; a term's all at once."""
        if not len(terms):
            return
        first = int(terms[0])
        counts = np.bincount(terms - first)
        packed = (counts >= _PACKED_FROM * self._windows) & (self._windows > 1)
        is_packed = packed[terms - first]
        self._plain.append(documents[~is_packed])
        chosen = np.flatnonzero(packed)
        if not len(chosen):
            return
        documents, terms = documents[is_packed], terms[is_packed]
        self._low.append(documents & (_WINDOW - 1))
        row = np.searchsorted(chosen + first, terms)
        place = row * self._windows + (documents >> _WINDOW_BITS)
        table = np.bincount(place, minlength=len(chosen) * self._windows)
        starts = np.zeros((len(chosen), self._windows + 1), dtype=np.int64)
        np.cumsum(table.reshape(len(chosen), self._windows), axis=1, out=starts[:, 1:])
        self._window_starts.append(starts.ravel())
        self._terms.append(chosen + first)
        self._counts.append(counts[chosen])

    def finish(self) -> None:
        terms = np.concatenate([np.empty(0, np.int64), *self._terms])
        counts = np.concatenate([np.zeros(1, np.int64), *self._counts])
        starts = np.cumsum(counts)
        self._writer.add("packed_term", terms.astype(smallest_dtype(int(terms.max(initial=0)))))
        self._writer.add("packed_start", starts.astype(smallest_dtype(int(starts[-1]))))


class Docids:
    """Reads the document numbers of a segment's postings."""

    def __init__(self, file: ArrayFile, documents: int) -> None:
        self._documents = documents
        self._windows = windows_of(documents)
        self._posting_start = file["posting_start"]
        self._plain = file["posting_document"]
        self._low = file["packed_document"]
        self._window_start = file["packed_window"].reshape(-1, self._windows + 1)
        self._terms = file["packed_term"]
        self._packed_start = file["packed_start"]

    @property
    def dtype(self) -> np.dtype[np.generic]:
        return self._plain.dtype

    def of(self, term: int, first: int = 0, stop: int | None = None) -> tuple[int, int, AnyArray]:
        """The postings of a term in the documents ``first <= d < stop``: the number of the first,
        that of the one after the last, and their documents, ascending."""
        start, end = int(self._posting_start[term]), int(self._posting_start[term + 1])
        stop = self._documents if stop is None else stop
        row = int(np.searchsorted(self._terms, term))
        if row < len(self._terms) and self._terms[row] == term:
            windows = self._window_start[row]
            low_window = first >> _WINDOW_BITS
            high_window = windows_of(stop)
            shift, to = int(windows[low_window]), int(windows[high_window])
            documents = self._unpack(row, low_window, high_window)
            start, end = start + shift, start + to
        else:
            base = start - int(self._packed_start[row])
            documents = self._plain[base : base + end - start]
        if first > 0 or stop < self._documents:
            limits = np.array([first, stop - 1], dtype=documents.dtype)
            low = int(np.searchsorted(documents, limits[0]))
            high = int(np.searchsorted(documents, limits[1], side="right"))
            start, end, documents = start + low, start + high, documents[low:high]
        return start, end, documents

    def _unpack(self, row: int, low_window: int, high_window: int) -> AnyArray:
        windows = self._window_start[row, low_window : high_window + 1].astype(np.int64)
        base = int(self._packed_start[row])
        documents = self._low[base + windows[0] : base + windows[-1]].astype(self.dtype)
        for i in range(len(windows) - 1):
            number = low_window + i
            if number and windows[i] < windows[i + 1]:
                part = documents[windows[i] - windows[0] : windows[i + 1] - windows[0]]
                part += self.dtype.type(number << _WINDOW_BITS)
        return documents

    def whole(self, first: int, stop: int) -> AnyArray:
        """The documents of all postings of the terms ``first <= t < stop``."""
        start, end = int(self._posting_start[first]), int(self._posting_start[stop])
        low_row, high_row = np.searchsorted(self._terms, [first, stop]).tolist()
        packed_start, packed_end = self._packed_start[[low_row, high_row]].tolist()
        plain = self._plain[start - packed_start : end - packed_end]
        if low_row == high_row:
            return plain
        is_packed = np.zeros(stop - first, dtype=bool)
        is_packed[self._terms[low_row:high_row].astype(np.int64) - first] = True
        counts: AnyArray = np.diff(self._posting_start[first : stop + 1].astype(np.int64))
        by_posting = np.repeat(is_packed, counts)
        documents = np.empty(end - start, dtype=self.dtype)
        documents[~by_posting] = plain
        table = self._window_start[low_row:high_row].astype(np.int64)
        sizes: AnyArray = np.diff(table, axis=1).ravel()
        high = np.tile(np.arange(self._windows), high_row - low_row) << _WINDOW_BITS
        low = self._low[packed_start:packed_end].astype(self.dtype)
        documents[by_posting] = low + np.repeat(high.astype(self.dtype), sizes)
        return documents

    def __len__(self) -> int:
        return len(self._plain) + len(self._low)
