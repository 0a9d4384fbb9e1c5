"""Postings of many terms at once: what a prefix or a pattern stands for, in a few passes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np

from newsindex.index.arrays import begins_run
from newsindex.index.files import AnyArray
from newsindex.index.impacts import TITLE_WEIGHT
from newsindex.index.segment import Segment

# Occurrences that are held in memory at once.
_CHUNK = 1_000_000
# Terms that stand closer together than this in the dictionary are read in one stretch.
_GAP = 64


def summed(
    segment: Segment,
    whole: AnyArray,
    some: AnyArray,
    window: tuple[int, int],
    *,
    title_only: bool,
) -> tuple[AnyArray, AnyArray]:
    """The documents ``first <= d < stop`` (the window) that hold any of many terms, ascending, and
    the weight of each, float32: the terms ``whole`` (int64) in every surface form, those in
    the first row of ``some`` (ascending, int64) in the form with the code beside each."""
    totals = np.zeros(segment.documents, dtype=np.float32)
    for documents, weights in chain(
        _unrestricted(segment, whole, title_only=title_only),
        _restricted(segment, *some, title_only=title_only),
    ):
        np.add.at(totals, documents, weights.astype(np.float32))
    low, high = window
    found = (totals[low:high] > 0).nonzero()[0] + low
    return found.astype(segment.docids.dtype), totals[found]


def _unrestricted(
    segment: Segment, terms: AnyArray, *, title_only: bool
) -> Iterator[tuple[AnyArray, AnyArray]]:
    """The documents and weights of terms (ascending) in every surface form."""
    by_code = segment.weight_of_code
    if title_only:
        by_code = np.float32(TITLE_WEIGHT) * segment.title_frequency
    sizes = segment.posting_start[terms + 1].astype(np.int64) - segment.posting_start[terms]
    cuts = np.searchsorted(sizes.cumsum(), np.arange(_CHUNK, int(sizes.sum()), _CHUNK))
    for chunk in np.split(terms, np.unique(cuts)):
        if len(chunk):
            postings, documents = segment.docids.of_many(chunk)
            yield documents, by_code[segment.posting_frequency[postings]]


def _stretches(segment: Segment, terms: AnyArray) -> Iterator[tuple[int, int]]:
    """Ranges of the dictionary that cover ``terms`` (ascending), of some occurrences each."""
    if not len(terms):
        return
    sizes = segment.position_start.astype(np.int64) + segment.posting_start
    first = int(terms[0])
    last = first
    for term in terms[1:].tolist():
        if term - last > _GAP or sizes[term + 1] - sizes[first] > _CHUNK:
            yield first, last + 1
            first = term
        last = term
    yield first, last + 1


def _restricted(
    segment: Segment, terms: AnyArray, codes: AnyArray, *, title_only: bool
) -> Iterator[tuple[AnyArray, AnyArray]]:
    """The documents and weights of terms (ascending), each in the form with the code beside it."""
    for first, stop in _stretches(segment, terms[begins_run(terms)]):
        starts = segment.position_start[first : stop + 1].astype(np.int64)
        forms = segment.occurrences.forms_of(first, stop)
        width = int(forms.max(initial=0)) + 1
        wanted = np.zeros((stop - first, width), dtype=bool)
        here = slice(*terms.searchsorted([first, stop]).tolist())
        inside = codes[here] < width
        wanted[terms[here][inside] - first, codes[here][inside]] = True
        kept = wanted[np.arange(stop - first).repeat(np.diff(starts)), forms].nonzero()[0]
        postings = slice(int(segment.posting_start[first]), int(segment.posting_start[stop]))
        counts = segment.frequency[segment.posting_frequency[postings]].astype(np.int64)
        posting = np.arange(len(counts)).repeat(counts)[kept]
        documents = segment.docids.whole(first, stop)[posting]
        positions = segment.occurrences.whole(first, stop)[kept]
        in_title = positions < segment.title_length[documents]
        yield documents, np.where(in_title, TITLE_WEIGHT, 0.0 if title_only else 1.0)
