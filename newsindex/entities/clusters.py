"""Clusters of words: which words stand in the same company, learned from news without annotation.

A stem is in clusters of several sizes, from fine (деревня with село, Ростех with Роскосмос) to
coarse, because what one size joins wrongly another keeps apart (Guo, Che, Wang, Liu, EMNLP 2014).
They are evidence for the tagger and nothing else; `newsindex.entities.learn_clusters` makes the
file.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from newsindex.entities.lexicon import DATA


def hash_of(stem: str) -> int:
    """What the table holds for ``stem``: its CRC-32. One new stem in 40,000 has that of another."""
    return zlib.crc32(stem.encode())


class _Table(NamedTuple):
    hashes: npt.NDArray[np.uint32]  # ascending, one a stem
    clusters: npt.NDArray[np.uint16]  # for each stem and kind its cluster
    names: tuple[list[str], ...]  # for each kind the attributes of its clusters


@functools.cache
def _table() -> _Table:
    with (DATA / "clusters.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        hashes = np.cumsum(arrays["steps"], dtype=np.uint32)
        finest, fine, middle = arrays["finest"], arrays["fine"], arrays["middle"]
        found = np.stack([finest, fine, middle, arrays["coarse"][fine]], axis=1)
    counts = (found.max(axis=0) + 1).tolist()
    names = tuple(
        [f"{kind}={number}" for number in range(count)]
        for kind, count in zip("nkmK", counts, strict=True)
    )
    return _Table(hashes, found, names)


def attributes(stems: Sequence[str]) -> list[tuple[str, ...]]:
    """The clusters of each of ``stems`` as attributes, finest first; none for a stem never met."""
    table = _table()
    wanted = np.fromiter(map(hash_of, stems), np.uint32, len(stems))
    places = np.searchsorted(table.hashes, wanted) % len(table.hashes)
    met = table.hashes[places] == wanted
    n, k, m, c = table.names
    found: Iterator[tuple[str, ...]] = (
        (n[finest], k[fine], m[middle], c[coarse])
        for finest, fine, middle, coarse in table.clusters[places[met]].tolist()
    )
    return [next(found) if known else () for known in met.tolist()]
