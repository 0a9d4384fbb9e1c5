"""Clusters of words: which words stand in the same company, learned from news without annotation.

A stem is in clusters of several sizes, from fine (деревня with село, Ростех with Роскосмос) to
coarse, because what one size joins wrongly another keeps apart (Guo, Che, Wang, Liu, EMNLP 2014).
They are evidence for the tagger and nothing else; `newsindex.entities.learn_clusters` makes the
file.
"""

from __future__ import annotations

import functools
import zlib
from bisect import bisect_left
from typing import NamedTuple

import numpy as np

from newsindex.entities.lexicon import DATA


def hash_of(stem: str) -> int:
    """What the table holds for ``stem``: its CRC-32. One new stem in 40,000 has that of another."""
    return zlib.crc32(stem.encode())


class _Table(NamedTuple):
    hashes: list[int]  # ascending, one a stem; the other lists go along with it
    finest: list[int]
    fine: list[int]
    middle: list[int]
    coarse: list[int]  # by the number of the fine cluster


@functools.cache
def _table() -> _Table:
    with (DATA / "clusters.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        hashes = np.cumsum(arrays["steps"], dtype=np.uint32)
        return _Table(hashes.tolist(), *(arrays[name].tolist() for name in _Table._fields[1:]))


def attributes(stem: str) -> tuple[str, ...]:
    """The clusters of ``stem`` as attributes, finest first; empty for a stem never met."""
    table = _table()
    wanted = hash_of(stem)
    i = bisect_left(table.hashes, wanted)
    if i == len(table.hashes) or table.hashes[i] != wanted:
        return ()
    fine = table.fine[i]
    return f"n={table.finest[i]}", f"k={fine}", f"m={table.middle[i]}", f"K={table.coarse[fine]}"
