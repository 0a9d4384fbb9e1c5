"""Algebra on ascending arrays of document numbers, by search or by bitmap, whichever is cheaper."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from newsindex.index.arrays import distinct
from newsindex.index.files import AnyArray

# One step of a binary search costs about as much as this many bytes of a bitmap.
_SEARCH_COST = 8


def search_pays(documents: AnyArray, among: AnyArray, limit: int) -> bool:
    """Whether to look ``documents`` up in ``among`` by search, not in a table of ``limit``."""
    return len(documents) * _SEARCH_COST * len(among).bit_length() < len(among) + limit // 8


def search(among: AnyArray, documents: AnyArray) -> AnyArray:
    """The places in ``among`` (ascending) where ``documents``, no larger than its dtype can hold,
    stand or would stand."""
    # Of another dtype they would have numpy copy all of ``among``.
    places: AnyArray = among.searchsorted(documents.astype(among.dtype, copy=False))
    return places


def look_up(among: AnyArray, documents: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Of each of ``documents`` its place in ``among`` (see `search`), if it stands there; and
    whether it does."""
    if not len(among):
        return np.zeros(len(documents), np.intp), np.zeros(len(documents), bool)
    place = search(among, documents)
    place[place == len(among)] = 0
    return place, among[place] == documents


def contains(among: AnyArray, documents: AnyArray, limit: int) -> AnyArray:
    """For each of ``documents`` whether it is in ``among``; both ascending and below ``limit``."""
    if not len(among) or not len(documents):
        return np.zeros(len(documents), dtype=bool)
    if search_pays(documents, among, limit):
        return look_up(among, documents)[1]
    mask = np.zeros(limit, dtype=bool)
    mask[among] = True
    return mask[documents]


def intersection(one: AnyArray, other: AnyArray, limit: int) -> AnyArray:
    small, large = (one, other) if len(one) <= len(other) else (other, one)
    return small[contains(large, small, limit)]


def union(parts: Sequence[AnyArray], limit: int) -> AnyArray:
    """The documents in any of ``parts`` (at least one, of one dtype)."""
    if len(parts) == 1:
        return parts[0]
    if sum(map(len, parts)) < limit // 64:
        return distinct(np.concatenate(parts))
    mask = np.zeros(limit, dtype=bool)
    for part in parts:
        mask[part] = True
    return np.flatnonzero(mask).astype(parts[0].dtype)


def in_at_least(parts: Sequence[AnyArray], count: int, limit: int) -> AnyArray:
    """The documents in at least ``count`` of ``parts`` (at least one, of one dtype)."""
    together = np.concatenate(parts)
    if len(together) < limit // 64:
        documents, times = np.unique(together, return_counts=True)
        return documents[times >= count]
    times = np.bincount(together, minlength=limit)
    return np.flatnonzero(times >= count).astype(parts[0].dtype)
