"""Phrases: words one after another, as algebra on sorted arrays of global positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from newsindex.index.files import AnyArray
from newsindex.query.leaves import Word
from newsindex.query.postings import WordPostings

# Positions of one document lie in one stretch of this many numbers.
_STRETCH = 32


def phrase_occurrences(
    postings: Sequence[WordPostings], words: Sequence[Word], slop: int, documents: AnyArray
) -> tuple[AnyArray, AnyArray]:
    """Where the words stand in order in ``documents``, each of which holds all of them.

    A word that follows another at distance d in the phrase may follow it in the text at distance
    d to d + slop - 1; with a slop of 1 the phrase is exact. Returns for each occurrence the index
    into ``documents`` and the position of its last word, sorted by both.
    """
    chain = _global(postings[0], documents)
    for i in range(1, len(words)):
        step = words[i].offset - words[i - 1].offset
        following = _global(postings[i], documents)
        if slop == 1:
            chain = _common(chain + step, following)
            continue
        # The nearest earlier end of the chain that leaves at least ``step``.
        place = np.searchsorted(chain, following - step, side="right") - 1
        reachable = place >= 0
        distance = following[reachable] - chain[place[reachable]]
        chain = following[reachable][distance <= step + slop - 1]
    return chain >> _STRETCH, chain & ((1 << _STRETCH) - 1)


def _common(one: AnyArray, other: AnyArray) -> AnyArray:
    """The numbers in both of two ascending arrays."""
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    if not len(small):
        return small
    place = np.searchsorted(large, small)
    place[place == len(large)] = 0
    common: AnyArray = small[large[place] == small]
    return common


def _global(postings: WordPostings, documents: AnyArray) -> AnyArray:
    index, position = postings.positions_in(documents)
    return (index << _STRETCH) + position
