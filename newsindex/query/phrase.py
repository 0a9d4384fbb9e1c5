"""Phrases: words one after another, as algebra on sorted arrays of global positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from newsindex.index.arrays import begins_run
from newsindex.index.files import AnyArray
from newsindex.query.leaves import Word
from newsindex.query.postings import WordPostings

# Positions of one document lie in one stretch of this many numbers.
_STRETCH = 32
# Arrays that differ less than so many times in length are merged, by a sort that makes use of their
# order; else the numbers of the short one are looked up in the long one.
_MERGED_UP_TO = 16


def phrase_occurrences(
    postings: Sequence[WordPostings], words: Sequence[Word], slop: int, documents: AnyArray
) -> tuple[AnyArray, AnyArray]:
    """Where the words stand in order in ``documents``, each of which holds all of them.

    A word that follows another at distance d in the phrase may follow it in the text at distance
    d to d + slop - 1; with a slop of 1 the phrase is exact. Returns for each occurrence the index
    into ``documents`` and the position of its last word, sorted by both.
    """
    if slop == 1:
        chain = _exact(postings, words, documents)
    else:
        chain = _loose(postings, words, documents, slop)
    return chain >> _STRETCH, chain & ((1 << _STRETCH) - 1)


def _loose(
    postings: Sequence[WordPostings], words: Sequence[Word], documents: AnyArray, slop: int
) -> AnyArray:
    """Where the last word of the phrase stands, with other words between."""
    chain = _global(postings[0], documents)
    for i in range(1, len(words)):
        step = words[i].offset - words[i - 1].offset
        following = _global(postings[i], documents, chain)
        # The nearest earlier end of the chain that leaves at least ``step``.
        place = np.searchsorted(chain, following - step, side="right") - 1
        reachable = place >= 0
        distance = following[reachable] - chain[place[reachable]]
        chain = following[reachable][distance <= step + slop - 1]
    return chain


def _exact(
    postings: Sequence[WordPostings], words: Sequence[Word], documents: AnyArray
) -> AnyArray:
    """Where the last word of the exact phrase stands: the rarest words are compared first, the
    others only where these stand together."""
    shifts = [word.offset - words[0].offset for word in words]
    rarest, *others = sorted(range(len(words)), key=lambda i: postings[i].size)
    starts = _global(postings[rarest], documents, shift=shifts[rarest])
    for i in others:
        starts = _common(starts, _global(postings[i], documents, starts, shifts[i]))
    return starts + shifts[-1]


def _common(one: AnyArray, other: AnyArray) -> AnyArray:
    """The numbers in both of two ascending arrays, in each of which every number stands once."""
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    if not len(small):
        return small
    if len(large) < _MERGED_UP_TO * len(small):
        both = np.concatenate([small, large])
        both.sort(kind="stable")
        twice: AnyArray = both[1:][both[1:] == both[:-1]]
        return twice
    place = np.searchsorted(large, small)
    place[place == len(large)] = 0
    common: AnyArray = small[large[place] == small]
    return common


def _global(
    postings: WordPostings, documents: AnyArray, chain: AnyArray | None = None, shift: int = 0
) -> AnyArray:
    """Where a word stands in ``documents``, less ``shift``: the index of the document in the high
    half, the position in the low one; given a ``chain`` only in documents that are in it."""
    left = None if chain is None else chain >> _STRETCH
    if left is not None:
        left = left[begins_run(left)]
    if left is None or len(left) == len(documents):
        index, position = postings.positions_in(documents)
    else:
        index, position = postings.positions_in(documents[left])
        index = left[index]
    if shift:
        position -= shift
        if len(position) and position.min() < 0:
            kept = (position >= 0).nonzero()[0]
            index, position = index[kept], position[kept]
    # Both arrays are nobody else's: to change them saves the room for others.
    index <<= _STRETCH
    index += position
    return index
