"""The numbers of a whole snapshot that scores depend on, so that they do not depend on segments."""

from __future__ import annotations

import copy
import math
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
from whoosh import query as q

from newsindex.errors import NewsIndexError
from newsindex.index.docids import BLOCK_BITS
from newsindex.index.files import AnyArray
from newsindex.index.impacts import K1, average_length, norms
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.leaves import WORD_FIELDS, Languages, Proximity, Word, leaf_words, word_leaves
from newsindex.query.postings import terms_of

# Words whose document frequency is remembered.
_REMEMBERED = 10_000
# From so many keys on a dictionary is gone through, so many terms at once.
_LOOKED_UP, _TERMS = 4096, 1 << 16


class Statistics:
    """The statistics of one snapshot; get them by `Statistics.of`, which makes them once.

    A snapshot that is part of a larger collection is given those of the collection: its number of
    ``documents`` and of ``positions`` (in titles and in bodies) here, and by `given` what a query
    needs of frequencies.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        documents: int | None = None,
        positions: tuple[int, int] | None = None,
    ) -> None:
        self.documents = snapshot.documents if documents is None else documents
        self.average_length = average_length(*(positions or snapshot.positions), self.documents)
        self._segments = snapshot.segments
        self._norms: dict[int, AnyArray] = {}
        self._frequencies: dict[Word, int] = {}
        self._is_part = documents is not None

    @staticmethod
    def of(snapshot: Snapshot) -> Statistics:
        """The statistics of a snapshot."""
        found = _STATISTICS.get(snapshot)
        if found is None:
            found = _STATISTICS[snapshot] = Statistics(snapshot)
        return found

    def given(self, snapshot: Snapshot, frequencies: Mapping[Word, int]) -> None:
        """Make these, with the ``frequencies`` of the whole collection, those of ``snapshot``, a
        view of the same segments."""
        mine = _STATISTICS[snapshot] = copy.copy(self)
        mine._frequencies = dict(frequencies)

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
        """How many articles hold a word; an upper bound where it has several keys, or stands for
        some forms of a key only. It does not depend on the segments."""
        found = self._frequencies.get(word)
        if found is None:
            if self._is_part:
                raise NewsIndexError(f"the frequency of {word} was not given to this part")
            if len(self._frequencies) >= _REMEMBERED:
                self._frequencies.clear()
            found = count_of(self._segments, word)
            self._frequencies[word] = found
        return found

    def _idf_of(self, frequency: int) -> float:
        # A word with several keys counts as often as they do together: an upper bound of its
        # document frequency that costs nothing and does not depend on the segments.
        frequency = min(frequency, self.documents)
        return math.log(1 + (self.documents - frequency + 0.5) / (frequency + 0.5))


def count_of(segments: Sequence[Segment], word: Word) -> int:
    """How many live documents of ``segments`` hold the keys of a word, added up."""
    if len(segments) == 1 or is_plain(word):
        return sum(
            _count(segment, [each.term for each in terms_of(segment, word)]) for segment in segments
        )
    return count_of_keys(segments, keys_of(segments, word))


def is_plain(word: Word) -> bool:
    """Whether the keys of a word are known without a dictionary."""
    return word.any_form and word.expansion is None


def keys_of(segments: Iterable[Segment], word: Word) -> set[bytes]:
    """The keys that a word stands for in any of ``segments``."""
    return {segment.terms[each.term] for segment in segments for each in terms_of(segment, word)}


def count_of_keys(segments: Iterable[Segment], keys: set[bytes]) -> int:
    """How many live documents of ``segments`` hold each of ``keys``, added up; also of a segment
    that has none of the forms by which a key was found."""
    return sum(_count(segment, list(_numbers(segment, keys))) for segment in segments)


def _numbers(segment: Segment, keys: set[bytes]) -> Iterator[int]:
    if len(keys) < _LOOKED_UP:
        yield from (number for number in map(segment.terms.find, keys) if number >= 0)
        return
    # One pass over the dictionary costs less than a search in it for every key.
    for first in range(0, len(segment.terms), _TERMS):
        for number, key in enumerate(segment.terms[first : first + _TERMS], first):
            if key in keys:
                yield number


def _count(segment: Segment, terms: Sequence[int]) -> int:
    if segment.live is None:
        return segment.postings_of(terms)
    return sum(segment.document_frequency(term) for term in terms)


def words_in(tree: q.Query, languages: Languages) -> Iterator[Word]:
    """The words of a tree that scores depend on; words are joined within ``languages`` only."""
    if isinstance(tree, (q.Not, q.ConstantScoreQuery)):
        return
    if isinstance(tree, q.AndNot):
        yield from words_in(tree.a, languages)
    elif isinstance(tree, Proximity):
        for leaf in word_leaves(tree):
            yield from leaf_words(leaf, languages)
    elif not tree.is_leaf():
        for child in tree.children():
            yield from words_in(child, languages)
    elif getattr(tree, "fieldname", None) in WORD_FIELDS:
        yield from leaf_words(tree, languages)


# A value holds the segments of a snapshot, but not the snapshot, or it would never be let go.
_STATISTICS: weakref.WeakKeyDictionary[Snapshot, Statistics] = weakref.WeakKeyDictionary()
