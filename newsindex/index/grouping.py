"""Grouping: the tokens of many documents in the order of their postings, some terms at a time.

What is sorted at once, and the memory for it, is bounded; the terms come in their order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from newsindex.index.arrays import begins_run
from newsindex.index.files import AnyArray, smallest_dtype

# Tokens that are sorted at once.
_GROUP = 400_000


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """The tokens of some terms that follow each other, sorted by term, document and position: their
    numbers; where each posting starts among them, its occurrences, and those in the title."""

    tokens: AnyArray
    starts: AnyArray
    frequencies: AnyArray
    title_frequencies: AnyArray

    @classmethod
    def of(
        cls, tokens: AnyArray, least: int, terms: AnyArray, documents: AnyArray, in_title: AnyArray
    ) -> Group:
        """``tokens`` in their order in the texts, whose ``terms`` are ``least`` or more."""
        order = _stable_order(terms - np.uint32(least))
        tokens = tokens[order]
        first = begins_run(terms[order]) | begins_run(documents[tokens])
        starts = np.flatnonzero(first).astype(np.uint32)
        frequencies = np.diff(starts, append=np.uint32(len(tokens)))
        title_frequencies = np.add.reduceat(in_title[tokens], starts, dtype=np.uint32)
        return cls(tokens, starts, _smallest(frequencies), _smallest(title_frequencies))


def _smallest(values: AnyArray) -> AnyArray:
    return values.astype(smallest_dtype(int(values.max(initial=0))))


def by_terms(term_of: AnyArray, forms: AnyArray, terms: int) -> Iterator[tuple[int, AnyArray]]:
    """The tokens, given by their forms, cut into ranges of terms of some _GROUP tokens or one term:
    the first term of each range and the numbers of its tokens, ascending, as uint32."""
    token_terms = term_of[forms]
    ends = np.cumsum(np.bincount(token_terms, minlength=terms))
    first = done = 0
    while done < len(forms):
        stop = max(int(np.searchsorted(ends, done + _GROUP, side="right")), first + 1)
        chosen = token_terms >= np.uint32(first)
        chosen &= token_terms < np.uint32(stop)
        if chosen.any():
            yield first, np.flatnonzero(chosen).astype(np.uint32)
        first, done = stop, int(ends[stop - 1])


def _stable_order(values: AnyArray) -> AnyArray:
    """A stable argsort of small integers, by numpy's radix sort on 16-bit keys.

    Several times faster than its sort of 32-bit ones.
    """
    order = np.argsort(values.astype(np.uint16), kind="stable")
    if len(values) and int(values.max()) >= 1 << 16:
        high = (values >> 16).astype(np.uint16)[order]
        order = order[np.argsort(high, kind="stable")]
    return order
