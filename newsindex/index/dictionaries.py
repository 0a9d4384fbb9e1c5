"""Merging of dictionaries: the terms and surface forms of several segments, in bounded memory.

The tables are read range by range of their common order, so that only a few thousand strings of
each are in memory at once; what stays for each term and form of a segment is a number.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise

import numpy as np

from newsindex.index.files import AnyArray, ArrayFileWriter
from newsindex.index.forms import FormWriter, sorted_entries
from newsindex.index.segment import Segment
from newsindex.index.strings import Strings, StringsWriter

# Strings of one table that are read at once.
_STRINGS = 8192
# Postings that are looked through at once for live documents.
_POSTINGS = 1_000_000


def merge_terms(writer: ArrayFileWriter, segments: Sequence[Segment]) -> tuple[int, list[AnyArray]]:
    """Write the merged dictionary; the number of its terms, and each segment's term numbers in it
    as int32 (-1: no live posting)."""
    maps = [np.full(len(segment.terms), -1, dtype=np.int32) for segment in segments]
    alive = [_terms_alive(segment).astype(np.uint32) for segment in segments]
    output = StringsWriter(writer, "term")
    count = 0
    for limits in _ranges([segment.terms for segment in segments]):
        kept = [_within(own, *each) for own, each in zip(alive, limits, strict=True)]
        texts = _texts([segment.terms for segment in segments], limits, kept)
        found, _, place = sorted_entries(texts, np.zeros(len(texts), dtype=np.int64))
        output.append(found)
        for own, numbers, part in zip(maps, kept, _split(place, kept), strict=True):
            own[numbers] = count + part
        count += len(found)
    output.finish()
    return count, maps


def merge_forms(
    writer: ArrayFileWriter, segments: Sequence[Segment], term_maps: Sequence[AnyArray], terms: int
) -> tuple[np.dtype[np.generic], list[tuple[AnyArray, AnyArray]]]:
    """Write the merged table of forms; the dtype of its codes, and for each segment where each
    term's codes start in a flat array, and that array of new codes."""
    output = FormWriter(writer, terms)
    base = [(np.cumsum(s.form_count) - s.form_count).astype(np.uint32) for s in segments]
    new_codes = [np.zeros(len(segment.forms), dtype=np.uint32) for segment in segments]
    for limits in _ranges([segment.forms for segment in segments]):
        kept, new_terms = [], []
        for segment, term_map, (first, stop) in zip(segments, term_maps, limits, strict=True):
            own = term_map[segment.form_term[first:stop]]
            alive = np.flatnonzero(own >= 0)
            kept.append(alive + first)
            new_terms.append(own[alive])
        texts = _texts([segment.forms for segment in segments], limits, kept)
        found, found_terms, place = sorted_entries(texts, np.concatenate(new_terms))
        codes = output.append(found, found_terms)
        places = _split(place, kept)
        for number, (segment, rows) in enumerate(zip(segments, kept, strict=True)):
            where = base[number][segment.form_term[rows]] + segment.form_code[rows]
            new_codes[number][where] = codes[places[number]]
    code_type = output.finish()
    for number, wide in enumerate(new_codes):
        new_codes[number] = wide.astype(code_type)
    return code_type, list(zip(base, new_codes, strict=True))


def _terms_alive(segment: Segment) -> AnyArray:
    """Numbers of the terms that stand in a live document."""
    if segment.live is None:
        return np.arange(len(segment.terms))
    alive = np.zeros(len(segment.terms), dtype=bool)
    first = 0
    while first < len(alive):
        enough = int(segment.posting_start[first]) + _POSTINGS
        stop = max(int(np.searchsorted(segment.posting_start, enough, side="right")) - 1, first + 1)
        living = segment.live[segment.docids.whole(first, stop)]
        starts = segment.posting_start[first : stop + 1].astype(np.int64)
        ends = np.concatenate([[0], np.cumsum(living)])[starts - starts[0]]
        alive[first:stop] = np.diff(ends) > 0
        first = stop
    return np.flatnonzero(alive)


def _ranges(tables: Sequence[Strings]) -> Iterator[list[tuple[int, int]]]:
    """Cut sorted tables at common strings: for each range the first and the stop in each table."""
    # Many tables have the more cuts, and nearly as many strings between two of them.
    step = _STRINGS * max(1, len(tables) // 8)
    cuts = sorted({table[i] for table in tables for i in range(step, len(table), step)})
    limits = [[0] * len(tables)]
    for cut in cuts:
        limits.append([bisect.bisect_left(table, cut) for table in tables])
    limits.append([len(table) for table in tables])
    for first, stop in pairwise(limits):
        yield list(zip(first, stop, strict=True))


def _within(numbers: AnyArray, first: int, stop: int) -> AnyArray:
    # Of another dtype, the two would have the whole array copied.
    low, high = np.searchsorted(numbers, np.array([first, stop], dtype=numbers.dtype)).tolist()
    within: AnyArray = numbers[low:high]
    return within


def _texts(
    tables: Sequence[Strings], limits: Sequence[tuple[int, int]], kept: Sequence[AnyArray]
) -> list[bytes]:
    """The kept strings of each table, which lie within its limits, one table after the other."""
    parts: list[list[bytes]] = []
    for table, (first, stop), numbers in zip(tables, limits, kept, strict=True):
        texts = table[first:stop]
        if len(numbers) < len(texts):
            texts = [texts[i] for i in (numbers - first).tolist()]
        parts.append(texts)
    return list(chain.from_iterable(parts))


def _split(values: AnyArray, parts: Sequence[AnyArray]) -> list[AnyArray]:
    """``values`` cut into pieces as long as each of ``parts``."""
    return np.split(values, np.cumsum([len(part) for part in parts])[:-1])
