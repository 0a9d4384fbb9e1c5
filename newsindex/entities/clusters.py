"""Clusters of words: which words stand in the same company, learned from news without annotation.

A stem has a fine cluster (деревня with село, Ростех with Роскосмос) and a coarse one. They are
evidence for the tagger and nothing else. `newsindex.entities.learn_clusters` makes the file.
"""

from __future__ import annotations

import functools
import zlib
from bisect import bisect_left

import numpy as np

from newsindex.entities.lexicon import DATA


def hash_of(stem: str) -> int:
    """What the table holds for ``stem``: its CRC-32. One new stem in 40,000 has that of another."""
    return zlib.crc32(stem.encode())


@functools.cache
def _table() -> tuple[list[int], list[int], list[tuple[str, str]]]:
    with (DATA / "clusters.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        hashes = np.cumsum(arrays["steps"], dtype=np.uint32)
        shown = [(f"k={fine}", f"K={coarse}") for fine, coarse in enumerate(arrays["coarse"])]
        return hashes.tolist(), arrays["fine"].tolist(), shown


def attributes(stem: str) -> tuple[str, ...]:
    """The clusters of ``stem`` as attributes, fine and coarse; empty for a stem never met."""
    hashes, clusters, shown = _table()
    wanted = hash_of(stem)
    i = bisect_left(hashes, wanted)
    return shown[clusters[i]] if i < len(hashes) and hashes[i] == wanted else ()
