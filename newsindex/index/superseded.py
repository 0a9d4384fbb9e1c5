"""Which of several articles with one id stays, where several processes read and merge them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from newsindex.index.files import AnyArray
from newsindex.index.manifest import SegmentEntry
from newsindex.index.merge import Origin
from newsindex.index.segment import Segment


def superseded(adopted: list[tuple[Segment, AnyArray]]) -> Iterator[tuple[Segment, int]]:
    """The documents of ``adopted`` segments whose id a later one has too, by their sequences."""
    if not adopted:
        return
    hashes = np.concatenate([segment.hashes_of_all() for segment, _ in adopted])
    sequence = np.concatenate([each for _, each in adopted])
    starts = np.cumsum([0, *(len(each) for _, each in adopted)])
    order = np.lexsort((sequence, hashes))
    equal = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
    latest: dict[bytes, tuple[Segment, int]] = {}
    # Equal hashes are nearly always equal ids, but only equal ids count.
    for place in np.unique(np.concatenate([equal, equal + 1])).tolist():
        index = int(order[place])
        number = int(np.searchsorted(starts, index, side="right")) - 1
        segment, document = adopted[number][0], index - int(starts[number])
        identifier = segment.ids[document]
        if identifier in latest:
            yield latest[identifier]
        latest[identifier] = (segment, document)


def carried_over(
    origin: Origin,
    entries: Sequence[SegmentEntry],
    deleted: Mapping[str, Sequence[int]],
    sequences: Mapping[str, AnyArray],
) -> tuple[AnyArray, AnyArray]:
    """What a merged segment takes over from those it was made of, ``entries``, as they are now: the
    numbers of its documents that were deleted meanwhile, and when each document was read (-1 for
    one that was there before the run). ``deleted`` has no entry for a segment that is gone."""
    sequence = np.full(len(origin), -1, dtype=np.int64)
    gone = np.zeros(len(origin), dtype=bool)
    for number, entry in enumerate(entries):
        mine = np.flatnonzero(origin.segment == number)
        documents = origin.document[mine]
        there = entry.name in deleted
        gone[mine] = np.isin(documents, deleted[entry.name]) if there else True
        if entry.name in sequences:
            sequence[mine] = sequences[entry.name][documents]
    return np.flatnonzero(gone), sequence
