"""The collection: the manifest that says which segments make up the shards of a store right now."""

from __future__ import annotations

import contextlib
import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

from newsindex.cluster.store import Store, not_found
from newsindex.entities import KEY_VERSION
from newsindex.errors import IndexVersionError
from newsindex.index.checked import body_of, checked, not_ours
from newsindex.index.columns import UNDATED
from newsindex.index.manifest import SegmentEntry
from newsindex.index.segment import Segment
from newsindex.text import ANALYSIS_VERSION
from newsindex.zones import time_zone

COLLECTION_FORMAT = 1
ShardLength = Literal["month", "year"]
SHARD_LENGTHS: tuple[ShardLength, ...] = get_args(ShardLength)
# The shard of articles without a date.
UNDATED_SHARD = "undated"
_MANIFEST = re.compile(r"collection-([0-9]{8})\.json")
_SHARD = re.compile(r"[0-9]{4}(-[0-9]{2})?|undated")
# A manifest that a stranger sent must not reach outside the store.
_SEGMENT_FILE = re.compile(r"segments/([0-9]{4}(-[0-9]{2})?|undated)-[0-9a-f]{20}\.seg")
_DELETIONS_FILE = re.compile(r"deletions/[0-9a-f]{20}\.del")
_REPRINTS_FILE = re.compile(r"reprints/[0-9a-f]{20}\.dup")
_ADVICE = "index the articles again"
# Seconds since 1970 UTC at the beginning of year 1 and at the end of year 9999.
_FIRST_SECOND, _LAST_SECOND = -62_135_596_800, 253_402_300_799


@dataclasses.dataclass(frozen=True, slots=True)
class StoredSegment:
    """A segment in a store: its file, its deletions, and what is known of it without opening it.

    ``first`` and ``last`` are the dates of its first and last article, seconds since 1970 UTC;
    None where none has a date. ``positions`` are the token positions in its live titles and bodies.
    """

    entry: SegmentEntry
    first: int | None
    last: int | None
    positions: tuple[int, int]

    @property
    def live(self) -> int:
        """Number of its articles that are not deleted."""
        return self.entry.documents - self.entry.deleted

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return self.entry.size + self.entry.deletions_size


@dataclasses.dataclass(frozen=True, slots=True)
class Shard:
    """The segments of one month or year (UTC), by its name: 2024-03, 2024 or undated."""

    name: str
    segments: tuple[StoredSegment, ...]

    @property
    def live(self) -> int:
        """Number of its articles."""
        return sum(segment.live for segment in self.segments)

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(segment.size for segment in self.segments)

    def may_hold(self, since: int | None, until: int | None) -> bool:
        """Whether articles dated ``since <= t < until`` may be in it."""
        if since is None and until is None:
            return True
        return any(
            segment.first is not None
            and segment.last is not None
            and (since is None or segment.last >= since)
            and (until is None or segment.first < until)
            for segment in self.segments
        )


@dataclasses.dataclass(frozen=True, slots=True)
class Collection:
    """A committed state of a collection. ``generation`` grows by one with every build; ``by`` is
    the length of its shards; the others are those of an index (newsindex.index.manifest)."""

    generation: int
    by: ShardLength
    timezone: str
    analysis: str
    extractor: str
    entities: str
    shards: tuple[Shard, ...] = ()
    reprints: str | None = None
    reprints_size: int = 0

    @property
    def documents(self) -> int:
        """Number of articles."""
        return sum(shard.live for shard in self.shards)

    @property
    def positions(self) -> tuple[int, int]:
        """Token positions in all live titles and in all live bodies."""
        found = [segment.positions for shard in self.shards for segment in shard.segments]
        return sum(title for title, _ in found), sum(body for _, body in found)

    def files(self) -> set[str]:
        """Names of all the files that belong to it."""
        entries = [segment.entry for shard in self.shards for segment in shard.segments]
        names = {name for e in entries for name in (e.name, e.deletions) if name}
        return names | ({self.reprints} if self.reprints else set())


def shard_of(published: datetime | None, by: ShardLength) -> str:
    """The name of the shard in which an article of this date belongs."""
    if published is None:
        return UNDATED_SHARD
    try:
        moment = published.astimezone(UTC)
    except OverflowError:
        moment = published
    return f"{moment.year:04d}-{moment.month:02d}" if by == "month" else f"{moment.year:04d}"


def age_of(collection: Collection, now: datetime) -> timedelta | None:
    """How long before ``now`` the newest article was published; None if no article has a date."""
    dates = [s.last for shard in collection.shards for s in shard.segments if s.last is not None]
    if not dates:
        return None
    return now - (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=max(dates)))


def generations(store: Store) -> list[int]:
    """The numbers of the states that a store still has, ascending."""
    matches = map(_MANIFEST.fullmatch, store.names())
    return sorted(int(match[1]) for match in matches if match)


def read_collection(store: Store, generation: int | None = None) -> Collection:
    """The state of a store with this number, by default the newest.

    Raises IndexNotFound, IndexCorrupt, IndexVersionError, IndexReadError.
    """
    while True:
        known = generations(store)
        if not known or (generation is not None and generation not in known):
            raise not_found(store)
        number = known[-1] if generation is None else generation
        with contextlib.suppress(FileNotFoundError):  # removed since it was listed
            return _read(store, number)


def _read(store: Store, generation: int) -> Collection:
    name = manifest_name(generation)
    place = f"{store.url}/{name}"
    try:
        body = body_of(store.read(name), place, "collection", COLLECTION_FORMAT, _ADVICE)
        collection = _collection(body)
        if collection.generation != generation:
            raise ValueError(f"generation {collection.generation}")
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise not_ours(place, "collection", error, _ADVICE) from error
    for what, found, own in (
        ("words", collection.analysis, ANALYSIS_VERSION),
        ("names", collection.entities or KEY_VERSION, KEY_VERSION),
    ):
        if found != own:
            raise IndexVersionError(
                f"{place}: its {what} were read by version {found}, this newsindex reads by version"
                f" {own}; use the newsindex that wrote it, or {_ADVICE}"
            )
    time_zone(collection.timezone)
    return collection


def publish(store: Store, collection: Collection) -> bool:
    """Make a state the newest, atomically; False if there is one of its number already."""
    body = dataclasses.asdict(collection)
    return store.create(
        manifest_name(collection.generation), checked("collection", COLLECTION_FORMAT, body)
    )


def manifest_name(generation: int) -> str:
    """The name of the manifest of a state."""
    return f"collection-{generation:08d}.json"


def _collection(body: dict[str, Any]) -> Collection:
    if body["by"] not in SHARD_LENGTHS:
        raise ValueError(f"shards by {body['by']!r}")
    return Collection(
        generation=_count(body["generation"]),
        by=body["by"],
        timezone=str(body["timezone"]),
        analysis=str(body["analysis"]),
        extractor=str(body["extractor"]),
        entities=str(body["entities"]),
        shards=tuple(_shards(body["shards"])),
        reprints=_file_name(body["reprints"], _REPRINTS_FILE),
        reprints_size=_count(body["reprints_size"]),
    )


def _shards(shards: Any) -> Iterator[Shard]:
    for shard in _list(shards):
        if not _SHARD.fullmatch(shard["name"]):
            raise ValueError(f"shard {shard['name']!r}")
        yield Shard(shard["name"], tuple(map(_segment, _list(shard["segments"]))))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise ValueError(f"no list but {value!r}")
    return value


def _segment(body: dict[str, Any]) -> StoredSegment:
    entry = SegmentEntry(**body["entry"])
    if _file_name(entry.name, _SEGMENT_FILE) is None:
        raise ValueError("a segment without a file")
    _file_name(entry.deletions, _DELETIONS_FILE)
    for number in (entry.size, entry.documents, entry.deletions_size, entry.deleted):
        _count(number)
    title, text = map(_count, body["positions"])
    first, last = _second(body["first"]), _second(body["last"])
    return StoredSegment(entry, first, last, (title, text))


def _file_name(name: Any, expected: re.Pattern[str]) -> str | None:
    if name is None:
        return None
    if not isinstance(name, str) or not expected.fullmatch(name):
        raise ValueError(f"file name {name!r}")
    return name


def _second(moment: Any) -> int | None:
    if moment is None:
        return None
    if type(moment) is not int or not _FIRST_SECOND <= moment <= _LAST_SECOND:
        raise ValueError(f"date {moment!r}")
    return moment


def _count(number: Any) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError(f"number {number!r}")
    return number


def stored(segment: Segment, entry: SegmentEntry) -> StoredSegment:
    """What a manifest says of an open segment, under the name that it has in the store."""
    published = segment.published
    dated = published[published != UNDATED]
    first, last = (int(dated[0]), int(dated[-1])) if len(dated) else (None, None)
    return StoredSegment(entry, first, last, segment.live_positions)
