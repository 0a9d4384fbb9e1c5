"""Holding: some shards of a collection, open, as a part that answers questions."""

from __future__ import annotations

import copy
import dataclasses
import threading
from collections.abc import Callable, Mapping
from typing import Any

from newsindex.cluster.collection import Collection, StoredSegment, read_collection
from newsindex.cluster.merging import open_reprints, open_segment
from newsindex.cluster.store import Store, open_store
from newsindex.engine.parts import damage_reported
from newsindex.errors import IndexCorrupt
from newsindex.index.clusters import Clusters
from newsindex.index.files import ArrayFile
from newsindex.index.manifest import Manifest
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.leaves import Word
from newsindex.query.statistics import Statistics

# States of the collection that a holder keeps open: a question may be about the one before.
_STATES = 2


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """A function of a snapshot and its arguments; and how many articles of the collection hold the
    words that scores depend on."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    named: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    frequencies: Mapping[Word, int] = dataclasses.field(default_factory=dict)


class Part(Snapshot):
    """Some shards of a collection, as a snapshot with the statistics of the whole collection."""

    def __init__(
        self, collection: Collection, segments: list[Segment], reprints: ArrayFile | None
    ) -> None:
        self.manifest = Manifest(
            generation=collection.generation,
            next_file=0,
            timezone=collection.timezone,
            analysis=collection.analysis,
            extractor=collection.extractor,
            entities=collection.entities,
        )
        self.segments = segments
        self.reprints = reprints
        self._whole = self
        self._statistics = Statistics(self, collection.documents, collection.positions)

    def view(self, frequencies: Mapping[Word, int]) -> Part:
        """The same part, for a question that needs these frequencies."""
        view = copy.copy(self)
        self._statistics.given(view, frequencies)
        return view

    @property
    def clusters(self) -> Clusters:
        """As in a snapshot; kept for all views."""
        return super(Part, self._whole).clusters


class _State:
    """One state of a collection and the segments of it that are open."""

    def __init__(self, store: Store, collection: Collection, known: dict[Any, Segment]) -> None:
        self.collection = collection
        self.opened: dict[Any, Segment] = {}
        self._store = store
        self._known = known
        self._parts: dict[tuple[str, ...], Part] = {}

    def part(self, shards: tuple[str, ...]) -> Part:
        """The part made of these shards."""
        found = self._parts.get(shards)
        if found is None:
            wanted = [
                segment
                for shard in self.collection.shards
                if shard.name in shards
                for segment in shard.segments
            ]
            segments = [self._open(each) for each in wanted]
            reprints = open_reprints(self._store, self.collection)
            found = self._parts[shards] = Part(self.collection, segments, reprints)
        return found

    def status(self) -> dict[str, Any]:
        """The names of the shards that are open, and the bytes of their segments."""
        shards = sorted({name for names in self._parts for name in names})
        return {"shards": shards, "bytes": sum(entry.size for entry in self.opened)}

    def _open(self, stored: StoredSegment) -> Segment:
        entry = stored.entry
        segment = self.opened.get(entry) or self._known.get(entry)
        if segment is None:
            try:
                segment = open_segment(self._store, entry)
            except FileNotFoundError as error:
                raise IndexCorrupt(
                    f"{self._store.url}: expected the file {error.filename or entry.name}, found"
                    " none; restore it from a backup, or index the articles again"
                ) from None
        self.opened[entry] = segment
        return segment


class Holding:
    """Opens the shards that it is asked about, and answers; may be shared between threads."""

    def __init__(self, url: str) -> None:
        self._store = open_store(url)
        self._states: dict[int, _State] = {}
        self._lock = threading.Lock()

    def part(self, generation: int, shards: tuple[str, ...]) -> Part:
        """The part made of these shards of a state of the collection. Raises IndexNotFound if the
        state is gone, IndexCorrupt, IndexVersionError, IndexReadError."""
        with self._lock:
            state = self._states.get(generation)
            if state is None:
                known = {e: s for old in self._states.values() for e, s in old.opened.items()}
                state = _State(self._store, read_collection(self._store, generation), known)
                self._states[generation] = state
                for old_one in sorted(self._states)[:-_STATES]:
                    del self._states[old_one]
            return state.part(shards)

    def status(self) -> dict[str, Any]:
        """Which states it has open, of each the shards and their bytes; JSON-ready."""
        with self._lock:
            return {
                "states": {generation: state.status() for generation, state in self._states.items()}
            }

    def answer(self, generation: int, shards: tuple[str, ...], request: Request) -> Any:
        """What a function says of these shards. Raises as `part`, and what the function raises."""
        view = self.part(generation, shards).view(request.frequencies)
        with damage_reported(view):
            return request.function(view, *request.arguments, **request.named)
