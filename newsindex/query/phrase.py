"""Phrases: words one after another, as algebra on sorted arrays of global positions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from newsindex.index.arrays import begins_run
from newsindex.index.files import AnyArray
from newsindex.index.postings import BODY_GAP
from newsindex.query.leaves import Word
from newsindex.query.postings import WordPostings
from newsindex.query.sets import look_up

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
        return _exact(postings, words, documents)
    chain = _loose(postings, words, documents, slop)
    return chain >> _STRETCH, chain & ((1 << _STRETCH) - 1)


def meeting(postings: Sequence[WordPostings], documents: AnyArray | None) -> AnyArray:
    """The candidates of a phrase, those of ``documents`` (ascending) if they are given: what holds
    all its words, the rarest first."""
    ordered = sorted(postings, key=lambda each: each.size)
    others = ordered
    numbers: list[AnyArray | None] = []
    if documents is None:
        first, *others = ordered
        joint = first.in_all(others)
        if joint is not None:
            documents, numbers, others = joint, [None] * len(ordered), []
        else:
            documents, numbers = first.candidates, [first.numbers]
    for each in others:
        index, found = each.meeting(documents)
        if len(index) < len(documents):
            documents = documents[index]
            numbers = [None if known is None else known[index] for known in numbers]
        numbers.append(found)
    for each, known in zip(ordered, numbers, strict=True):
        each.remember(documents, known)
    return documents


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
) -> tuple[AnyArray, AnyArray]:
    """Where the last word of the exact phrase stands: the rarest words are compared first, the
    others only where these stand together.

    Each word gives the place where the phrase would end. Positions are taken without the gap before
    the body: the few phrases that are found tell by themselves whether they reach across.
    """
    segment = postings[0].segment
    span = words[-1].offset - words[0].offset
    bits = (segment.occurrences.longest + span).bit_length()
    dtype = np.uint32 if len(documents) << bits <= 1 << 32 else np.int64
    numbers = np.arange(len(documents), dtype=dtype)
    shifts = [words[-1].offset - word.offset for word in words]
    rarest, *others = sorted(range(len(words)), key=lambda i: postings[i].size)
    ends = postings[rarest].places_in(documents, numbers, bits, shifts[rarest])
    for i in others:
        left = numbers
        if i != others[0]:
            left = ends >> bits
            left = left[begins_run(left)]
        some = documents if len(left) == len(documents) else documents[left]
        ends = _common(ends, postings[i].places_in(some, left, bits, shifts[i]))
    index = (ends >> bits).astype(np.int64)
    end = (ends & dtype((1 << bits) - 1)).astype(np.int64)
    title = segment.title_length[documents[index]]
    kept = end < title
    if not postings[0].title_only:
        kept |= end - span >= title
    index, end, title = index[kept], end[kept], title[kept]
    return index, end + BODY_GAP * (end >= title)


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
    common: AnyArray = small[look_up(large, small)[1]]
    return common


def _global(postings: WordPostings, documents: AnyArray, chain: AnyArray | None = None) -> AnyArray:
    """Where a word stands in ``documents``: the index of the document in the high half, the
    position in the low one; given a ``chain`` only in documents that are in it."""
    left = None if chain is None else chain >> _STRETCH
    if left is not None:
        left = left[begins_run(left)]
    if left is None or len(left) == len(documents):
        index, position = postings.positions_in(documents)
    else:
        index, position = postings.positions_in(documents[left])
        index = left[index]
    # Both arrays are nobody else's: to change them saves the room for others.
    index <<= _STRETCH
    index += position
    return index
