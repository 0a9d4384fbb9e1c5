"""Document numbers of postings: fewer bytes for the terms that have many of them.

A term that stands in at least one document of eight is dense: it has a bitmap of all documents, and
no list. Of the others, in a segment of more than 65,536 documents, those with enough postings are
packed: documents are divided into windows of 65,536, each posting keeps the low 16 bits of its
document, and the term keeps where each window starts in its list. All other terms keep whole
numbers.
"""

from __future__ import annotations

import bisect

import numpy as np

from newsindex.index.arrays import gather
from newsindex.index.files import AnyArray, ArrayFile, ArrayFileWriter, smallest_dtype

_WINDOW_BITS = 16
_WINDOW = 1 << _WINDOW_BITS
# A list is packed from this many postings a window on; its table of windows costs two each.
_PACKED_FROM = 8
# A term is dense if it stands in one document of so many: a bitmap then takes less than a list, and
# is looked into without a search. Segments of fewer documents have no bitmaps.
_DENSE_SHARE = 8
_DENSE_FROM = 4096
# Documents of a bitmap come in blocks of so many, each four words of 64 bits.
BLOCK_BITS = 8
_BLOCK = 1 << BLOCK_BITS
# So many documents at most are taken one by one from an end of a packed list.
_FEW = 256
# Terms of which is remembered that they were verified.
_REMEMBERED_TERMS = 10_000


def windows_of(documents: int) -> int:
    """Number of windows in a segment of so many documents."""
    return -(-documents // _WINDOW)


class DocidWriter:
    """Writes the document numbers of all postings, term by term."""

    def __init__(self, writer: ArrayFileWriter, documents: int) -> None:
        self._writer = writer
        self._count = documents
        self._windows = windows_of(documents)
        self._bitmaps = writer.stream("dense_bitmap", np.uint64)
        self._dense: list[AnyArray] = []
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
        dense = is_dense(counts, self._count)
        starts = np.cumsum(counts) - counts
        for number in np.flatnonzero(dense).tolist():
            self._bitmaps.append(
                _bitmap(documents[starts[number] : starts[number] + counts[number]], self._count)
            )
        self._dense.append(np.flatnonzero(dense) + first)
        packed = ~dense & (counts >= _PACKED_FROM * self._windows) & (self._windows > 1)
        is_packed = packed[terms - first]
        self._plain.append(documents[~is_packed & ~dense[terms - first]])
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
        dense = np.concatenate([np.empty(0, np.int64), *self._dense])
        self._writer.add("dense_term", dense.astype(smallest_dtype(int(dense.max(initial=0)))))
        self._writer.add("packed_term", terms.astype(smallest_dtype(int(terms.max(initial=0)))))
        self._writer.add("packed_start", starts.astype(smallest_dtype(int(starts[-1]))))


def is_dense(counts: AnyArray, documents: int) -> AnyArray:
    """For each number of postings whether a term with so many has a bitmap."""
    return (counts * _DENSE_SHARE >= documents) & (documents >= _DENSE_FROM)


def _bitmap(documents: AnyArray, limit: int) -> AnyArray:
    """The set of ``documents`` as uint64 words, the first document in the lowest bit."""
    mask = np.zeros(-(-limit // _BLOCK) * _BLOCK, dtype=bool)
    mask[documents] = True
    return np.packbits(mask, bitorder="little").view(np.uint64)


def members(bitmap: AnyArray, first: int, stop: int) -> AnyArray:
    """The documents ``first <= d < stop`` of a bitmap, ascending, as int64."""
    low = first // 64
    words = bitmap[low : -(-stop // 64)]
    bits = np.unpackbits(words.view(np.uint8), bitorder="little").view(bool)
    start = 64 * low
    found: AnyArray = bits[first - start : stop - start].nonzero()[0]
    found += first
    return found


class Docids:
    """Reads the document numbers of a segment's postings."""

    def __init__(self, file: ArrayFile, documents: int) -> None:
        self._documents = documents
        self._windows = windows_of(documents)
        self._posting_start = file["posting_start"]
        # What is read of these is verified term by term; the frequencies with the documents.
        self._parts = {
            name: file.part(name)
            for name in (
                "posting_document",
                "posting_frequency",
                "packed_document",
                "packed_window",
                "dense_bitmap",
            )
        }
        self._plain = self._parts["posting_document"].values
        self._low = self._parts["packed_document"].values
        self._window_start = self._parts["packed_window"].values.reshape(-1, self._windows + 1)
        self._terms = file["packed_term"]
        self._packed_start = file["packed_start"]
        self._dense_terms = file["dense_term"]
        words = -(-documents // _BLOCK) * (_BLOCK // 64)
        self._bitmaps = self._parts["dense_bitmap"].values.reshape(len(self._dense_terms), words)
        self._dense_row = {term: row for row, term in enumerate(self._dense_terms.tolist())}
        # Where the postings of each dense term would start if they were listed.
        sizes = self._posting_start[self._dense_terms.astype(np.int64) + 1].astype(np.int64)
        sizes -= self._posting_start[self._dense_terms]
        self._dense_start = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        # Single numbers are taken out of memoryviews, which give Python's own: numpy would copy
        # a whole array to look for one of another dtype in it.
        self._starts = self._posting_start.data
        self._packed_terms, self._packed_starts = self._terms.data, self._packed_start.data
        self._dense = self._dense_terms.data
        self._verified: set[int] = set()

    def verify(self, first: int, stop: int) -> None:
        """Verify the documents and the frequencies of the terms ``first <= t < stop``; what this
        class returns of a term is verified. Raises IndexCorrupt."""
        if stop - first > 1:
            self._verify(first, stop)
        elif first not in self._verified:
            self._verify(first, stop)
            if len(self._verified) >= _REMEMBERED_TERMS:
                self._verified.clear()
            self._verified.add(first)

    def _verify(self, first: int, stop: int) -> None:
        start, end = self._starts[first], self._starts[stop]
        self._parts["posting_frequency"].check(start, end)
        low_row, high_row = (bisect.bisect_left(self._packed_terms, t) for t in (first, stop))
        low_dense, high_dense = (bisect.bisect_left(self._dense, t) for t in (first, stop))
        low, high = self._packed_starts[low_row], self._packed_starts[high_row]
        self._parts["packed_document"].check(low, high)
        width = self._windows + 1
        self._parts["packed_window"].check(low_row * width, high_row * width)
        width = self._bitmaps.shape[1]
        self._parts["dense_bitmap"].check(low_dense * width, high_dense * width)
        self._parts["posting_document"].check(
            start - low - int(self._dense_start[low_dense]),
            end - high - int(self._dense_start[high_dense]),
        )

    @property
    def dtype(self) -> np.dtype[np.generic]:
        return self._plain.dtype

    def bitmap(self, term: int) -> AnyArray | None:
        """The bitmap of a dense term, uint64, in whole blocks; None if the term is not dense."""
        self.verify(term, term + 1)
        row = self._dense_row.get(term)
        return None if row is None else self._bitmaps[row]

    def of(self, term: int, first: int = 0, stop: int | None = None) -> tuple[int, int, AnyArray]:
        """The postings of a term in the documents ``first <= d < stop``: the number of the first,
        that of the one after the last, and their documents, ascending."""
        start, end = self._starts[term], self._starts[term + 1]
        stop = self._documents if stop is None else stop
        bitmap = self.bitmap(term)
        if bitmap is not None:
            documents = members(bitmap, first, stop).astype(self.dtype)
            start += _rank(bitmap, first) if first else 0
            return start, start + len(documents), documents
        row = self._row_of(term)
        if row is not None:
            windows = self._window_start[row]
            low_window = first >> _WINDOW_BITS
            high_window = windows_of(stop)
            shift, to = int(windows[low_window]), int(windows[high_window])
            documents = self._unpack(row, low_window, high_window)
            start, end = start + shift, start + to
        else:
            base = self._plain_start(term)
            documents = self._plain[base : base + end - start]
        if first > 0 or stop < self._documents:
            limits = np.array([first, stop - 1], dtype=documents.dtype)
            low = int(documents.searchsorted(limits[0]))
            high = int(documents.searchsorted(limits[1], side="right"))
            start, end, documents = start + low, start + high, documents[low:high]
        return start, end, documents

    def at_end(self, term: int, count: int, *, first: bool) -> AnyArray:
        """The ``count`` first or last documents of a term, ascending; all, if it has fewer."""
        count = min(count, self._starts[term + 1] - self._starts[term])
        bitmap = self.bitmap(term)
        if bitmap is not None:
            return self._members_at_end(bitmap, count, first=first)
        if count <= _FEW and (row := self._row_of(term)) is not None:
            return np.array(self._unpack_end(row, count, first=first), dtype=self.dtype)
        documents = self.of(term)[2]
        return documents[:count] if first else documents[len(documents) - count :]

    def _members_at_end(self, bitmap: AnyArray, count: int, *, first: bool) -> AnyArray:
        """The ``count`` first or last documents of a bitmap, which has so many."""
        # As many documents as should hold enough, and then twice as many each time.
        width = 2 * _DENSE_SHARE * count
        documents = np.empty(0, dtype=np.int64)
        while len(documents) < count:
            low, high = (0, width) if first else (self._documents - width, self._documents)
            documents = members(bitmap, max(low, 0), min(high, self._documents))
            width *= 2
        ends = documents[:count] if first else documents[len(documents) - count :]
        return ends.astype(self.dtype)

    def _unpack_end(self, row: int, count: int, *, first: bool) -> list[int]:
        """The ``count`` first or last documents of a packed term, which has so many: of a few
        Python makes numbers faster than numpy arrays."""
        windows = self._window_start[row].data
        place = 0 if first else windows[-1] - count
        start = self._packed_starts[row] + place
        window = bisect.bisect_right(windows, place) - 1
        documents = []
        for low in self._low.data[start : start + count].tolist():
            while place >= windows[window + 1]:
                window += 1
            documents.append(window << _WINDOW_BITS | low)
            place += 1
        return documents

    def _row_of(self, term: int) -> int | None:
        """The row of a packed term, None if it is not packed."""
        row = bisect.bisect_left(self._packed_terms, term)
        return row if row < len(self._packed_terms) and self._packed_terms[row] == term else None

    def _plain_start(self, term: int) -> int:
        """Where the whole numbers of a term start that is neither packed nor dense."""
        packed = self._packed_starts[bisect.bisect_left(self._packed_terms, term)]
        dense = int(self._dense_start[bisect.bisect_left(self._dense, term)])
        return int(self._starts[term]) - int(packed) - dense

    def of_many(self, terms: AnyArray) -> tuple[AnyArray, AnyArray]:
        """The postings of several terms: the number and the document of each, in no order."""
        listed = ~np.isin(terms, self._terms) & ~np.isin(terms, self._dense_terms)
        plain = terms[listed]
        starts = self._posting_start[plain].astype(np.int64)
        counts = self._posting_start[plain + 1] - starts
        before = self._packed_start[self._terms.searchsorted(plain)].astype(np.int64)
        before += self._dense_start[self._dense_terms.searchsorted(plain)]
        postings = [gather(starts, counts)]
        documents = [self._plain[gather(starts - before, counts)]]
        for term in terms[~listed].tolist():
            start, end, found = self.of(term)
            postings.append(np.arange(start, end))
            documents.append(found)
        return np.concatenate(postings), np.concatenate(documents)

    def in_windows(
        self, term: int, windows: AnyArray, bits: int, places: AnyArray, counts: AnyArray
    ) -> AnyArray:
        """The documents of a term in some ``windows`` of ``1 << bits`` documents (ascending):
        ``places`` are the places of their postings in the term's list, ``counts`` how many each
        window has. A dense term has windows of one block."""
        bitmap = self.bitmap(term)
        if bitmap is not None:
            words = bitmap.reshape(-1, _BLOCK // 64)[windows]
            found = np.flatnonzero(np.unpackbits(words.view(np.uint8), bitorder="little"))
            base: AnyArray = windows[found >> BLOCK_BITS] << BLOCK_BITS
            base += found & (_BLOCK - 1)
            return base
        row = self._row_of(term)
        if row is not None:
            low: AnyArray = self._low[int(self._packed_start[row]) + places].astype(np.int64)
            low += (windows >> (_WINDOW_BITS - bits) << _WINDOW_BITS).repeat(counts)
            return low
        plain: AnyArray = self._plain[self._plain_start(term) + places]
        return plain

    def _unpack(self, row: int, low_window: int, high_window: int) -> AnyArray:
        windows = self._window_start[row, low_window : high_window + 1].astype(np.int64)
        base = int(self._packed_start[row])
        documents = self._low[base + windows[0] : base + windows[-1]].astype(self.dtype)
        high = np.arange(low_window, high_window, dtype=self.dtype) << _WINDOW_BITS
        documents |= high.repeat(windows[1:] - windows[:-1])
        return documents

    def whole(self, first: int, stop: int) -> AnyArray:
        """The documents of all postings of the terms ``first <= t < stop``."""
        self.verify(first, stop)
        start, end = int(self._posting_start[first]), int(self._posting_start[stop])
        low_row, high_row = (bisect.bisect_left(self._packed_terms, n) for n in (first, stop))
        low_dense, high_dense = (bisect.bisect_left(self._dense, n) for n in (first, stop))
        packed_start, packed_end = self._packed_start[[low_row, high_row]].tolist()
        dense_start, dense_end = self._dense_start[[low_dense, high_dense]].tolist()
        plain = self._plain[start - packed_start - dense_start : end - packed_end - dense_end]
        if low_row == high_row and low_dense == high_dense:
            return plain
        kind = np.zeros(stop - first, dtype=np.uint8)
        kind[self._terms[low_row:high_row].astype(np.int64) - first] = 1
        kind[self._dense_terms[low_dense:high_dense].astype(np.int64) - first] = 2
        counts: AnyArray = np.diff(self._posting_start[first : stop + 1].astype(np.int64))
        by_posting = np.repeat(kind, counts)
        documents = np.empty(end - start, dtype=self.dtype)
        documents[by_posting == 0] = plain
        if low_row < high_row:
            table = self._window_start[low_row:high_row].astype(np.int64)
            sizes: AnyArray = np.diff(table, axis=1).ravel()
            high = np.tile(np.arange(self._windows), high_row - low_row) << _WINDOW_BITS
            low = self._low[packed_start:packed_end].astype(self.dtype)
            documents[by_posting == 1] = low + np.repeat(high.astype(self.dtype), sizes)
        if low_dense < high_dense:
            bitmaps = self._bitmaps[low_dense:high_dense]
            lists = [members(bitmap, 0, self._documents) for bitmap in bitmaps]
            documents[by_posting == 2] = np.concatenate(lists)
        return documents

    def __len__(self) -> int:
        return len(self._plain) + len(self._low) + int(self._dense_start[-1])


def _rank(bitmap: AnyArray, document: int) -> int:
    """Number of the documents of a bitmap before ``document``."""
    word, bit = divmod(document, 64)
    count = int(np.bitwise_count(bitmap[:word]).sum())
    return count + (int(bitmap[word]) & ((1 << bit) - 1)).bit_count() if bit else count
