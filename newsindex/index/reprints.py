"""Reprints: which articles of an index are near-duplicates of each other.

Two articles are joined if their signatures resemble each other enough: see `_least`. They need not
be compared all with all: articles are compared if two of the LOOKED_UP smallest numbers of their
signatures are the same, or two of the LOOKED_UP_FAR smallest if they are not of about the same
time, for then they must be so alike that they share most of their numbers. Where more than
NEIGHBOURS articles share the same two, only those are compared that stand at most so many places
apart in the order of their dates (M. Hernández and S. Stolfo, "The merge/purge problem for large
databases", 1995), since reprints are of about one time. Of more than SERIES articles, down to
LEAST_NEIGHBOURS the more of them there are: a series (weather, rates) shares all of its numbers,
and would be compared by each two of them.

The pairs are kept in a file of their own under the hashes of the articles' ids, so no merge of
segments touches them. A commit adds the pairs of its new articles and drops those of the articles
it deletes or replaces. Which pairs there are therefore depends on the articles alone, with one
exception: of more than NEIGHBOURS articles that share two numbers, pairs that came when there were
fewer of them stay.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import numpy as np

from newsindex.index.arrays import begins_run, distinct
from newsindex.index.columns import UNDATED
from newsindex.index.files import AnyArray, ArrayFile, ArrayFileWriter
from newsindex.index.manifest import Manifest
from newsindex.index.segment import Segment
from newsindex.index.signatures import NO_KEY, SIGNATURE_KEYS, resemblance

REPRINTS_KIND = "reprints"
LOOKED_UP = 8
LOOKED_UP_FAR = 5
NEIGHBOURS = 16
LEAST_NEIGHBOURS = 2
SERIES = 64

# The resemblance from which two articles are reprints: of about the same time, of times unknown,
# and of other times: reprints come within days, while weather, rates and columns are always alike.
_LEAST_NEAR = 0.4
_LEAST_UNDATED = 0.5
_LEAST_FAR = 0.8
_NEAR_SECONDS = 3 * 86_400
# Rows of matrices, and keys of pairs, that are held in memory at once.
_CHUNK = 1 << 14
_KEYS_AT_ONCE = 1 << 21
_ROW_BITS = np.uint64(28)


@dataclasses.dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of reprints: the 64-bit hashes of their ids (``first`` below ``second``, sorted by
    both) and their resemblance in per cent, uint8."""

    first: AnyArray
    second: AnyArray
    percent: AnyArray

    @classmethod
    def none(cls) -> Pairs:
        nothing = np.empty(0, dtype=np.uint64)
        return cls(nothing, nothing, np.empty(0, dtype=np.uint8))

    @classmethod
    def read(cls, file: ArrayFile | None) -> Pairs:
        """The pairs in a file; none if there is no file."""
        return cls(file["first"], file["second"], file["percent"]) if file else cls.none()

    def write(self, path: Path) -> int:
        """Write the pairs as a file; its size in bytes."""
        with ArrayFileWriter(path, REPRINTS_KIND) as writer:
            writer.add("first", self.first)
            writer.add("second", self.second)
            writer.add("percent", self.percent)
            return writer.finish()

    def __len__(self) -> int:
        return len(self.first)

    def without(self, hashes: AnyArray) -> Pairs:
        """Those in which none of the articles with these hashes is."""
        kept = ~(np.isin(self.first, hashes) | np.isin(self.second, hashes))
        return Pairs(self.first[kept], self.second[kept], self.percent[kept])

    def joined(self, other: Pairs) -> Pairs:
        """These pairs and those of ``other``, each once: they are put between these, which stay in
        their order, since a commit may have few of them and find many."""
        low = np.searchsorted(self.first, other.first, "left")
        stop = np.searchsorted(self.first, other.first, "right")
        high = stop.copy()
        while (open_ := np.flatnonzero(low < high)).size:
            middle = (low[open_] + high[open_]) // 2
            is_less = self.second[middle] < other.second[open_]
            low[open_[is_less]] = middle[is_less] + 1
            high[open_[~is_less]] = middle[~is_less]
        there = np.flatnonzero(low < stop)
        new = np.ones(len(other), dtype=bool)
        new[there] = self.second[low[there]] != other.second[there]
        return Pairs(
            np.insert(self.first, low[new], other.first[new]),
            np.insert(self.second, low[new], other.second[new]),
            np.insert(self.percent, low[new], other.percent[new]),
        )


@dataclasses.dataclass(frozen=True, slots=True)
class _Rows:
    """Live documents with signatures, one row each, in the order of their dates: the LOOKED_UP
    smallest numbers, what else is asked of all, and where the whole signature is."""

    smallest: AnyArray
    published: AnyArray
    id_hash: AnyArray
    is_new: AnyArray
    segments: Sequence[Segment]
    owner: AnyArray  # index into segments
    document: AnyArray

    def signatures(self, rows: AnyArray) -> AnyArray:
        """The signatures of some rows, as a matrix."""
        result = np.empty((len(rows), SIGNATURE_KEYS), dtype=np.uint32)
        owner, document = self.owner[rows], self.document[rows]
        for number in distinct(owner).tolist():
            mine = np.flatnonzero(owner == number)
            result[mine] = self.segments[number].signatures.rows(document[mine])
        return result


def open_reprints(folder: Path, manifest: Manifest) -> ArrayFile | None:
    """The file of the pairs of an index; None if it has none. Raises FileNotFoundError,
    IndexCorrupt or IndexVersionError."""
    if manifest.reprints is None:
        return None
    return ArrayFile(folder / manifest.reprints, REPRINTS_KIND, size=manifest.reprints_size)


def updated_pairs(
    pairs: Pairs,
    gone: Sequence[AnyArray],
    segments: Sequence[Segment],
    unknown: Collection[str],
) -> Pairs | None:
    """The pairs of an index after a change; None if they are still ``pairs``.

    ``gone`` are the hashes of the ids that the change deletes or replaces, ``segments`` those that
    it leaves, and among them the ``unknown`` ones, by name, are new.
    """
    new = [segment for segment in segments if segment.entry.name in unknown]
    old = [segment for segment in segments if segment.entry.name not in unknown]
    kept = pairs
    if gone:
        # Of an article that came twice the later may have been committed first: its pairs stand.
        ids = np.concatenate(gone)
        for segment in old:
            ids = ids[~_lives_in(segment, ids)]
        kept = pairs.without(ids)
    found = find_pairs(new, old) if new else Pairs.none()
    if len(kept) == len(pairs) and not len(found):
        return None
    return kept.joined(found)


def _lives_in(segment: Segment, id_hash: AnyArray) -> AnyArray:
    """For each hash of an id whether a live document of the segment has it."""
    table = segment.file["id_hash"]
    place = np.minimum(np.searchsorted(table, id_hash), len(table) - 1)
    found: AnyArray = table[place] == id_hash
    if segment.live is not None:
        found &= segment.live[segment.file["id_document"][place]]
    return found


def find_pairs(new: Sequence[Segment], old: Sequence[Segment]) -> Pairs:
    """The reprints among the live documents of ``new`` segments, and of them in ``old`` ones."""
    chosen = [(segment, _with_signature(segment), True) for segment in new]
    if not any(len(documents) for _, documents, _ in chosen):
        return Pairs.none()
    numbers = _looked_up(chosen) if old else np.empty(0, dtype=np.uint32)
    chosen += [(segment, _sharing(segment, numbers), False) for segment in old]
    rows = _rows(chosen)
    nothing = np.empty(0, dtype=np.int64)
    found = [(nothing, nothing, np.empty(0, dtype=np.uint8))]
    for one, other in _candidates(rows):
        for start in range(0, len(one), _CHUNK):
            stop = start + _CHUNK
            found.append(_verified(rows, one[start:stop], other[start:stop]))
    one, other, percent = (np.concatenate([part[i] for part in found]) for i in range(3))
    # The same pair may have come in several parts.
    _, first_come = np.unique(one * len(rows.published) + other, return_index=True)
    ids = rows.id_hash[np.stack([one[first_come], other[first_come]])]
    first, second, percent = ids.min(axis=0), ids.max(axis=0), percent[first_come]
    order = np.lexsort((second, first))
    return Pairs(first[order], second[order], percent[order])


def _with_signature(segment: Segment) -> AnyArray:
    has = segment.signatures.counts > 0
    return np.flatnonzero(has if segment.live is None else has & segment.live)


def _smallest(segment: Segment, documents: AnyArray) -> AnyArray:
    """The LOOKED_UP smallest numbers of documents, as a matrix."""
    starts = range(0, len(documents), _CHUNK)
    parts = [segment.signatures.rows(documents[i : i + _CHUNK], LOOKED_UP) for i in starts]
    return np.concatenate([np.empty((0, LOOKED_UP), dtype=np.uint32), *parts])


def _looked_up(chosen: Sequence[tuple[Segment, AnyArray, bool]]) -> AnyArray:
    """The numbers by which new documents are looked up, each once, ascending."""
    found = [distinct(_smallest(segment, documents)) for segment, documents, _ in chosen]
    numbers = distinct(np.concatenate([np.empty(0, dtype=np.uint32), *found]))
    known: AnyArray = numbers[numbers != NO_KEY]
    return known


def _sharing(segment: Segment, numbers: AnyArray) -> AnyArray:
    """Documents that may share two of ``numbers``: by a table of their low bits, so some too many,
    and none that do share them are missing."""
    mask = np.uint32((1 << max(16, len(numbers).bit_length() + 4)) - 1)
    table = np.zeros(int(mask) + 1, dtype=bool)
    table[numbers & mask] = True
    documents = _with_signature(segment)
    kept = [np.empty(0, dtype=np.int64)]
    for start in range(0, len(documents), _CHUNK):
        part = documents[start : start + _CHUNK]
        rows = segment.signatures.rows(part, LOOKED_UP)
        known = table[rows & mask] & (rows != NO_KEY)
        kept.append(part[np.count_nonzero(known, axis=1) >= 2])
    return np.concatenate(kept)


def _rows(chosen: Sequence[tuple[Segment, AnyArray, bool]]) -> _Rows:
    published = np.concatenate([segment.published[documents] for segment, documents, _ in chosen])
    id_hash = np.concatenate([s.hashes_of_all()[documents] for s, documents, _ in chosen])
    order = np.lexsort((id_hash, published))
    smallest = np.concatenate([_smallest(s, d) for s, d, _ in chosen])
    sizes = [len(documents) for _, documents, _ in chosen]
    document = np.concatenate([documents for _, documents, _ in chosen]).astype(np.uint32)
    return _Rows(
        smallest[order],
        published[order],
        id_hash[order],
        np.repeat([new for _, _, new in chosen], sizes)[order],
        [segment for segment, _, _ in chosen],
        np.repeat(np.arange(len(chosen), dtype=np.uint32), sizes)[order],
        document[order],
    )


def _candidates(rows: _Rows) -> Iterator[tuple[AnyArray, AnyArray]]:
    """Pairs of rows that share two of their first numbers, at least one of them new; in parts, in
    each of which a pair stands once."""
    # Of two numbers that many share, most articles are far apart: their pairs take more room.
    for width, near, at_once in (
        (LOOKED_UP, True, _KEYS_AT_ONCE),
        (LOOKED_UP_FAR, False, _KEYS_AT_ONCE // 4),
    ):
        columns = list(itertools.combinations(range(width), 2))
        parts = -(-len(columns) * len(rows.published) // at_once)
        for part in range(parts):
            keys = np.concatenate([_keys(rows, one, other, part, parts) for one, other in columns])
            keys.sort()
            yield _neighbours(rows, keys, near=near)


def _neighbours(rows: _Rows, keys: AnyArray, *, near: bool) -> tuple[AnyArray, AnyArray]:
    """The pairs of rows of one key that stand close enough together and are, or are not, of about
    the same time; each once."""
    count = len(rows.published)
    row = (keys & ((np.uint64(1) << _ROW_BITS) - np.uint64(1))).astype(np.int64)
    keys >>= _ROW_BITS
    reach = _reach(keys)
    published = rows.published[row]
    is_new = rows.is_new[row]
    found = [np.empty(0, dtype=np.int64)]
    at = np.arange(len(keys))
    for distance in range(1, NEIGHBOURS + 1):
        at = at[: int(np.searchsorted(at, len(keys) - distance))]
        at = at[(keys[at] == keys[at + distance]) & (reach[at] >= distance)]
        wanted = _may_be_near(published[at], published[at + distance])
        if near:
            # Rows stand in the order of their dates: what is too far, is so at any distance.
            at = at[wanted]
            chosen = at
        else:
            chosen = at[~wanted]
        chosen = chosen[is_new[chosen] | is_new[chosen + distance]]
        found.append(row[chosen] * count + row[chosen + distance])
    pairs = distinct(np.concatenate(found))
    return pairs // count, pairs % count


def _reach(keys: AnyArray) -> AnyArray:
    """How many places from each of some sorted keys others are compared with it; uint8."""
    starts = np.flatnonzero(begins_run(keys))
    sizes = np.diff(starts, append=len(keys))
    reach = np.clip(SERIES * NEIGHBOURS // np.maximum(sizes, 1), LEAST_NEIGHBOURS, NEIGHBOURS)
    return np.repeat(reach.astype(np.uint8), sizes)


def _keys(rows: _Rows, one: int, other: int, part: int, parts: int) -> AnyArray:
    """What two numbers of each row make, above the number of the row: those of one ``part``."""
    first = rows.smallest[:, one].astype(np.uint64)
    second = rows.smallest[:, other].astype(np.uint64)
    mixed = (first << np.uint64(32) | second) * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    keys = (mixed & ~((np.uint64(1) << _ROW_BITS) - np.uint64(1))) | np.arange(
        len(first), dtype=np.uint64
    )
    wanted = second != NO_KEY
    if parts > 1:
        wanted &= (mixed >> np.uint64(40)) % np.uint64(parts) == part
    chosen: AnyArray = keys[wanted]
    return chosen


def _verified(rows: _Rows, one: AnyArray, other: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Those of the pairs that resemble each other enough, with their resemblance in per cent."""
    least = _least(rows.published[one], rows.published[other])
    # What must be nearly the same is not looked at whole if its smallest numbers tell otherwise.
    doubtful = np.flatnonzero(least == _LEAST_FAR)
    glance = resemblance(rows.smallest[one[doubtful]], rows.smallest[other[doubtful]])
    kept = np.ones(len(one), dtype=bool)
    kept[doubtful] = glance >= _LEAST_FAR / 2
    one, other, least = one[kept], other[kept], least[kept]
    alike = resemblance(rows.signatures(one), rows.signatures(other))
    enough = alike >= least
    percent = np.floor(alike[enough] * 100).astype(np.uint8)
    return one[enough], other[enough], percent


def _may_be_near(earlier: AnyArray, later: AnyArray) -> AnyArray:
    """Whether two articles of these dates are of about the same time, or of times unknown."""
    undated = earlier == UNDATED
    # The difference to an undated one would overflow.
    near: AnyArray = undated | (later - np.where(undated, later, earlier) <= _NEAR_SECONDS)
    return near


def _least(earlier: AnyArray, later: AnyArray) -> AnyArray:
    """The resemblance that two articles of these dates need; ``earlier`` is the smaller."""
    dated = np.where(_may_be_near(earlier, later), _LEAST_NEAR, _LEAST_FAR)
    return np.where(earlier == UNDATED, _LEAST_UNDATED, dated)
