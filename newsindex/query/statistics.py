"""The numbers of a whole snapshot that scores depend on, so that they do not depend on segments."""

from __future__ import annotations

import math
import weakref
from collections.abc import Sequence

import numpy as np

from newsindex.index.docids import BLOCK_BITS
from newsindex.index.files import AnyArray
from newsindex.index.impacts import K1, average_length, norms
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.leaves import Word
from newsindex.query.postings import terms_of

# Words whose document frequency is remembered.
_REMEMBERED = 10_000


class Statistics:
    """The statistics of one snapshot; get them by `Statistics.of`, which makes them once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.documents = snapshot.documents
        self.average_length = average_length(*snapshot.positions, self.documents)
        self._segments = snapshot.segments
        self._norms: dict[int, AnyArray] = {}
        self._frequencies: dict[Word, int] = {}

    @staticmethod
    def of(snapshot: Snapshot) -> Statistics:
        """The statistics of a snapshot."""
        found = _STATISTICS.get(snapshot)
        if found is None:
            found = _STATISTICS[snapshot] = Statistics(snapshot)
        return found

    def idf(self, words: Sequence[Word]) -> float:
        """Inverse document frequency of a leaf; that of a phrase is the sum over its words."""
        return sum(self._idf_of(self.frequency(word)) for word in words)

    def gain(self, words: Sequence[Word], boost: float) -> float:
        """What a leaf with this boost adds to a score where its impact is 1."""
        return boost * (K1 + 1) * self.idf(words)

    def norms(self, segment: Segment) -> AnyArray:
        """BM25's norm of every document, float32, in whole blocks (see newsindex.index.impacts);
        infinite for those that are deleted or not there, so that their impacts are 0."""
        found = self._norms.get(id(segment))
        if found is None:
            blocks = -(-segment.documents >> BLOCK_BITS)
            found = np.full(blocks << BLOCK_BITS, np.inf, dtype=np.float32)
            found[: segment.documents] = norms(
                segment.title_length, segment.body_length, self.average_length
            )
            if segment.live is not None:
                found[: segment.documents][~segment.live] = np.inf
            self._norms[id(segment)] = found
        return found

    def stretch(self, segment: Segment) -> float:
        """By how much impacts may exceed the bounds that the segment was written with: documents
        count as shorter where the average length of the whole is larger."""
        title, body = segment.written_positions
        return max(1.0, self.average_length / average_length(title, body, segment.documents))

    def frequency(self, word: Word) -> int:
        """How many articles hold a word; an upper bound where it has several keys."""
        found = self._frequencies.get(word)
        if found is None:
            if len(self._frequencies) >= _REMEMBERED:
                self._frequencies.clear()
            found = sum(_count(segment, word) for segment in self._segments)
            self._frequencies[word] = found
        return found

    def _idf_of(self, frequency: int) -> float:
        # A word with several keys counts as often as they do together: an upper bound of its
        # document frequency that costs nothing and does not depend on the segments.
        frequency = min(frequency, self.documents)
        return math.log(1 + (self.documents - frequency + 0.5) / (frequency + 0.5))


def _count(segment: Segment, word: Word) -> int:
    terms = [term.term for term in terms_of(segment, word)]
    if segment.live is None:
        return segment.postings_of(terms)
    return sum(segment.document_frequency(term) for term in terms)


# A value holds the segments of a snapshot, but not the snapshot, or it would never be let go.
_STATISTICS: weakref.WeakKeyDictionary[Snapshot, Statistics] = weakref.WeakKeyDictionary()
