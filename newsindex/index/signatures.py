"""Signatures: a sample of each document's keys, by which near-duplicates are told.

A signature is a bottom-k sketch (A. Broder, "On the resemblance and containment of documents",
1997): every key has a pseudo-random number, the same in every index, and the K smallest numbers of
a document's keys are its signature. The K smallest numbers of two signatures together are a sample
of the keys of both documents; the share of them that both have estimates their resemblance
(Jaccard's), and where neither document has more than K keys it is exact.

Keys are sampled one by one and not in shingles: where every third word was changed seven keys of
ten are still there, but only half of the pairs of neighbours. What this costs in precision the kind
of keys gives back: those of the most frequent words are left out, those of frequent ones have
numbers that sort after all others, so they fill the signature only of a short text.
"""

from __future__ import annotations

import functools
import re
import zlib
from collections.abc import Sequence

import numpy as np

from newsindex.index.arrays import begins_run, gather
from newsindex.index.files import AnyArray, ArrayFileWriter, smallest_dtype
from newsindex.text import key_of, scan
from newsindex.text.frequent import frequent_words

# Keys in a signature.
SIGNATURE_KEYS = 32
# A text of fewer tokens, or of fewer different keys that count, has no signature: of so few words
# too many are shared by chance and by the manner of news (a score, a rate, a warning of a storm).
LEAST_TOKENS = 20
LEAST_KEYS = 8
# Texts whose signatures are taken at once: some 40 bytes a token.
_TEXTS = 2_000
# What is in no signature: it stands for "no key", and sorts last.
NO_KEY = np.uint32(0xFFFFFFFF)

_FREQUENT = np.uint32(1 << 31)
# So many of the most frequent words (prepositions, "сказал", "был") are left out.
_LEFT_OUT = 250
# Links, and what a messenger writes for its own readers: the same under every post of a channel.
# Every branch begins with a letter that it names, by which the regex engine finds it at once.
_LINK = re.compile(r"\[[^\[\]\n]*\]\([^()\s]*\)|https?://\S+|www\.\S+|t\.me/\S+|@\w+|#\w+")

# One of these is in every link, and looking for them takes no time.
_LINK_SIGNS = ("](", "://", "www.", "t.me/", "@", "#")


def links_of(text: str) -> list[str]:
    """The links of a text, with what they show, its @names and its #tags."""
    return _LINK.findall(text) if any(sign in text for sign in _LINK_SIGNS) else []


def without_links(text: str) -> str:
    """The text without its links."""
    return _LINK.sub(" ", text)


@functools.cache
def _frequent_keys() -> tuple[frozenset[bytes], frozenset[bytes]]:
    """The keys that are left out, and those that come last."""
    keys = [
        (number, key_of(form, language).encode())
        for language, words in frequent_words().items()
        for number, word in enumerate(words)
        for form in scan(word)[0]
    ]
    left_out = frozenset(key for number, key in keys if number < _LEFT_OUT)
    return left_out, frozenset(key for _, key in keys) - left_out


def numbers_of_keys(keys: Sequence[bytes]) -> AnyArray:
    """The pseudo-random number of each key, uint32; NO_KEY for a key that does not count."""
    left_out, frequent = _frequent_keys()
    number: AnyArray = np.fromiter(map(zlib.crc32, keys), dtype=np.uint32, count=len(keys))
    # The mixing of MurmurHash3 (A. Appleby), since a CRC of short words is far from random.
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        number ^= number >> np.uint32(shift)
        number *= np.uint32(factor)
    number = np.minimum((number ^ (number >> np.uint32(16))) >> np.uint32(1), _FREQUENT - 2)
    number[[key in frequent for key in keys]] |= _FREQUENT
    number[[key in left_out for key in keys]] = NO_KEY
    return number


def _values_and_counts(texts: Sequence[AnyArray], numbers: AnyArray) -> tuple[AnyArray, AnyArray]:
    """The values of the signatures of ``texts``, one after the other, and how many each has."""
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    lengths[lengths < LEAST_TOKENS] = 0
    chosen = [text for text in texts if len(text) >= LEAST_TOKENS]
    tokens = np.concatenate([np.empty(0, dtype=np.uint32), *chosen])
    number = numbers[tokens].astype(np.uint64)
    document = np.repeat(np.arange(len(texts), dtype=np.uint64), lengths)
    pairs = ((document << np.uint64(32)) | number)[number != NO_KEY]
    pairs.sort()
    pairs = pairs[begins_run(pairs)]
    document = (pairs >> np.uint64(32)).astype(np.int64)
    counts = np.bincount(document, minlength=len(texts))
    rank = np.arange(len(pairs)) - (np.cumsum(counts) - counts)[document]
    kept = (rank < SIGNATURE_KEYS) & (counts[document] >= LEAST_KEYS)
    counts[counts < LEAST_KEYS] = 0
    return pairs[kept].astype(np.uint32), np.minimum(counts, SIGNATURE_KEYS)


class Signatures:
    """The signatures of some documents: ``values`` (uint32, each document's ascending) and
    ``starts``, where each document's begin and the last one's end."""

    def __init__(self, values: AnyArray, starts: AnyArray) -> None:
        self.values = values
        self.starts = starts

    @classmethod
    def of(cls, texts: Sequence[AnyArray], numbers: AnyArray) -> Signatures:
        """The signatures of ``texts``, each given by its tokens: indexes into ``numbers``."""
        some = range(0, len(texts), _TEXTS)
        parts = [_values_and_counts(texts[first : first + _TEXTS], numbers) for first in some]
        values = np.concatenate([np.empty(0, np.uint32), *(part[0] for part in parts)])
        counts = np.concatenate([np.empty(0, np.int64), *(part[1] for part in parts)])
        return cls(values, _starts(counts))

    @classmethod
    def gathered(
        cls, parts: Sequence[Signatures], owner: AnyArray, document: AnyArray
    ) -> Signatures:
        """Those of some documents, each given by the number of its part and its number there."""
        counts = np.zeros(len(owner), dtype=np.int64)
        mine = [np.flatnonzero(owner == number) for number in range(len(parts))]
        for part, rows in zip(parts, mine, strict=True):
            counts[rows] = part.counts[document[rows]]
        starts = _starts(counts)
        values = np.empty(int(starts[-1]), dtype=np.uint32)
        for part, rows in zip(parts, mine, strict=True):
            taken = gather(part.starts[document[rows]].astype(np.int64), counts[rows])
            values[gather(starts[rows], counts[rows])] = part.values[taken]
        return cls(values, starts)

    @property
    def counts(self) -> AnyArray:
        """The number of keys in each signature, int64; 0 for a document without one."""
        counts: AnyArray = np.diff(self.starts.astype(np.int64))
        return counts

    def rows(self, documents: AnyArray, width: int = SIGNATURE_KEYS) -> AnyArray:
        """The first ``width`` keys of each of ``documents`` as a matrix, filled up by NO_KEY."""
        start = self.starts[documents].astype(np.int64)[:, None]
        stop = self.starts[documents.astype(np.int64) + 1].astype(np.int64)[:, None]
        place = start + np.arange(width)
        result = np.full(place.shape, NO_KEY, dtype=np.uint32)
        there = place < stop
        result[there] = self.values[place[there]]
        return result

    def write(self, writer: ArrayFileWriter) -> None:
        """Add the signatures to a segment."""
        writer.add("signature", self.values)
        starts = self.starts
        writer.add("signature_start", starts.astype(smallest_dtype(int(starts[-1]))))


def _starts(counts: AnyArray) -> AnyArray:
    return np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])


def resemblance(first: AnyArray, second: AnyArray) -> AnyArray:
    """The estimated resemblance, 0 to 1, of each pair of rows of two matrices: the signatures of
    documents, or as many of their smallest numbers."""
    both = np.sort(np.concatenate([first, second], axis=1), axis=1)
    there = both != NO_KEY
    new = there.copy()
    new[:, 1:] &= both[:, 1:] != both[:, :-1]
    rank = np.cumsum(new, axis=1, dtype=np.uint8)
    sampled = np.minimum(rank[:, -1], first.shape[1])
    shared = np.count_nonzero(there & ~new & (rank <= sampled[:, None]), axis=1)
    result: AnyArray = shared / np.maximum(sampled, 1)
    return result
