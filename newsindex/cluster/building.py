"""Building: the articles of any number of files into a collection, by tasks that run anywhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from newsindex.cluster.collection import (
    Collection,
    Shard,
    ShardLength,
    StoredSegment,
    generations,
    manifest_name,
    publish,
    read_collection,
)
from newsindex.cluster.merging import (
    Identities,
    MergeTask,
    Outdated,
    find_outdated,
    run_merge,
    write_deletions,
    write_reprints,
)
from newsindex.cluster.reading import Done, ReadTask, Run, run_read, tasks_of
from newsindex.cluster.runtime import workers_at
from newsindex.cluster.store import Store, open_store
from newsindex.cluster.workers import Workers
from newsindex.documents.find import find_files
from newsindex.documents.reading import Reading
from newsindex.documents.together import recurring_in
from newsindex.entities import KEY_VERSION
from newsindex.entities.extractor import get_extractor
from newsindex.entities.model import DEFAULT_EXTRACTOR
from newsindex.errors import ClusterError, IndexNotFound, InvalidArgument
from newsindex.index.files import AnyArray
from newsindex.index.manifest import SegmentEntry
from newsindex.index.merge import next_merge
from newsindex.model import DEFAULT_TIMEZONE, Noted, Skipped
from newsindex.text import ANALYSIS_VERSION
from newsindex.zones import time_zone

# States that stay readable beside the newest: readers may still be at work on them.
_KEPT = 1
_NOTHING: AnyArray = np.empty(0, dtype=np.int64)
# Called with the bytes that were read of the sources, and with what was skipped or doubted there.
Report = Callable[[int, Sequence[Skipped | Noted]], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Built:
    """What a build did: articles read, how many of them without a date, how many were new, items
    skipped and articles kept with a doubt; and the collection as it is now."""

    indexed: int
    undated: int
    new: int
    skipped: int
    noted: int
    collection: Collection


def build(
    sources: Iterable[str | Path],
    store: str | Path,
    *,
    address: str | None = None,
    by: ShardLength | None = None,
    timezone: str | None = None,
    extractor: str | None = DEFAULT_EXTRACTOR,
    reading: Reading | None = None,
    report: Report = lambda size, problems: None,
) -> Built:
    """Read the articles of ``sources`` (files and folders) into the collection at ``store``, a
    folder or a URL that fsspec knows; it is made if there is none.

    ``address`` is that of a Ray cluster, "local" for one on this machine, None for this process.
    Sources and a store that is a folder must be at the same place on all machines. ``by``,
    ``timezone`` and ``extractor`` are those of a new collection: the length of its shards ("month"
    unless given, or "year"), the zone in which the days of a search begin, what finds names (see
    Index.create); a collection that exists keeps its own. An article replaces one with the same id
    as in an index. What a build that broke off had read is not read again.

    Raises ClusterError where the cluster cannot be used or somebody else published meanwhile,
    IndexWriteError, IndexReadError, InvalidArgument.
    """
    target = open_store(store)
    before = _begun(target, by, timezone, extractor)
    files: list[Path] = []
    unread: list[Skipped] = []
    for found in find_files(sources):
        if isinstance(found, Skipped):
            unread.append(found)
        else:
            files.append(found)
    reading = reading or Reading()
    reading = dataclasses.replace(reading, recurring=recurring_in(files, reading))
    with workers_at(address) as workers:
        return _Build(target, workers, before, report).run(files, reading, unread)


def _begun(
    store: Store, by: ShardLength | None, timezone: str | None, extractor: str | None
) -> Collection:
    """The collection as it stands, or one of nothing."""
    try:
        collection = read_collection(store)
    except IndexNotFound:
        if extractor is not None:
            get_extractor(extractor)
        zone = timezone or DEFAULT_TIMEZONE
        time_zone(zone)
        entities = KEY_VERSION if extractor else ""
        return Collection(0, by or "month", zone, ANALYSIS_VERSION, extractor or "", entities)
    if by not in (None, collection.by):
        raise InvalidArgument(
            f"{store.url}: the shards of this collection are a {collection.by} long, and stay so;"
            f" expected no other length, found {by!r}"
        )
    return collection


class _Build:
    """One build, from the first task to the published state."""

    def __init__(self, store: Store, workers: Workers, before: Collection, report: Report) -> None:
        self._store = store
        self._url = store.url
        self._workers = workers
        self._before = before
        self._report = report

    def run(self, files: Sequence[Path], reading: Reading, unread: Sequence[Skipped]) -> Built:
        self._report(0, unread)
        unread = list(unread)
        done = list(self._read(files, reading, unread))
        runs = [run for each in done for run in each.runs]
        collection, new = self._before, 0
        if runs:
            try:
                collection, new = self._merge(done, runs)
            except FileNotFoundError:
                if generations(self._store)[-1:] > [self._before.generation]:
                    raise self._overtaken() from None
                raise
            self._publish(collection)
        problems = [*unread, *(problem for each in done for problem in each.problems)]
        skipped = sum(isinstance(problem, Skipped) for problem in problems)
        return Built(
            indexed=sum(each.indexed for each in done),
            undated=sum(each.undated for each in done),
            new=new,
            skipped=skipped,
            noted=len(problems) - skipped,
            collection=collection,
        )

    # Reading

    def _read(
        self, files: Sequence[Path], reading: Reading, unread: list[Skipped]
    ) -> Iterator[Done]:
        """What the tasks did that read the files, in the order of these."""
        for done in self._workers.run(run_read, self._calls(files, reading, unread)):
            self._report(done.size, done.problems)
            yield done

    def _calls(
        self, files: Sequence[Path], reading: Reading, unread: list[Skipped]
    ) -> Iterator[tuple[str, ReadTask]]:
        before = self._before
        generation = before.generation + 1
        for task in tasks_of(files, reading, before.extractor, before.by, generation):
            if isinstance(task, Skipped):
                unread.append(task)
                self._report(0, [task])
                continue
            yield self._url, task

    # Merging

    def _merge(self, done: Sequence[Done], runs: Sequence[Run]) -> tuple[Collection, int]:
        """The collection with what was read, and how many articles of it are new."""
        lost, new = _latest(done, runs)
        outdated = self._outdated(new)
        gone = np.concatenate([_NOTHING.astype(np.uint64), *(o.id_hash for o in outdated.values())])
        merges, updates = self._planned(runs, lost, outdated)
        merged = dict(
            zip(
                [task.shard for task in merges],
                self._workers.run(run_merge, ((self._url, task) for task in merges)),
                strict=True,
            )
        )
        updated = list(
            self._workers.run(write_deletions, ((self._url, *update) for update in updates))
        )
        taken = {s.entry.name for task in merges for s, _ in task.segments}
        taken |= {segment.entry.name for segment, _ in updates}
        shards: dict[str, list[StoredSegment]] = {}
        for shard in self._before.shards:
            kept = [each for each in shard.segments if each.entry.name not in taken]
            shards[shard.name] = kept
        names = {s.entry.name: shard.name for shard in self._before.shards for s in shard.segments}
        for each in updated:
            shards[names[each.entry.name]].append(each)
        for name, segment in merged.items():
            shards.setdefault(name, []).extend([segment] if segment else [])
        collection = dataclasses.replace(
            self._before,
            generation=self._before.generation + 1,
            shards=tuple(
                Shard(name, tuple(s for s in segments if s.live))
                for name, segments in sorted(shards.items())
                if any(s.live for s in segments)
            ),
        )
        written = {segment.entry.name for segment in merged.values() if segment}
        ((reprints, size),) = self._workers.run(
            write_reprints, [(self._url, collection, written, gone)]
        )
        count = len(new.id_hash) - len(gone)
        return dataclasses.replace(collection, reprints=reprints, reprints_size=size), count

    def _outdated(self, new: Identities) -> dict[str, Outdated]:
        """For the segments that there are, by name, which of their documents are replaced."""
        there = [segment for shard in self._before.shards for segment in shard.segments]
        shared = self._workers.share(new)
        found = self._workers.run(
            find_outdated, ((self._url, segment.entry, shared) for segment in there)
        )
        return {
            segment.entry.name: outdated
            for segment, outdated in zip(there, found, strict=True)
            if len(outdated.documents)
        }

    def _planned(
        self,
        runs: Sequence[Run],
        lost: Sequence[AnyArray],
        outdated: dict[str, Outdated],
    ) -> tuple[list[MergeTask], list[tuple[StoredSegment, AnyArray]]]:
        """What is to be merged, one task a shard; and the segments that only lose documents."""
        by_shard: dict[str, list[tuple[Run, AnyArray]]] = {}
        for run, deleted in zip(runs, lost, strict=True):
            by_shard.setdefault(run.shard, []).append((run, deleted))
        there = {shard.name: shard.segments for shard in self._before.shards}
        merges, updates = [], []
        for shard in sorted({*by_shard, *there}):
            own = by_shard.get(shard, [])
            replaced = {
                segment.entry.name: outdated[segment.entry.name].documents
                for segment in there.get(shard, ())
                if segment.entry.name in outdated
            }
            if not own and not replaced:
                continue  # an old month is not touched
            chosen = _chosen(own, there.get(shard, ()), replaced)
            left = [s for s in there.get(shard, ()) if s.entry.name not in chosen]
            updates += [(s, replaced[s.entry.name]) for s in left if s.entry.name in replaced]
            old = [
                (s, replaced.get(s.entry.name, _NOTHING))
                for s in there.get(shard, ())
                if s.entry.name in chosen
            ]
            if own or old:
                merges.append(MergeTask(shard, tuple(own), tuple(old)))
        return merges, updates

    # Publishing

    def _publish(self, collection: Collection) -> None:
        # What is there now and not needed then is of builds that died, or that will be refused.
        there = [
            name
            for folder in ("segments", "deletions", "reprints", "runs")
            for name in self._store.below(folder)
        ]
        if not publish(self._store, collection):
            raise self._overtaken()
        known = generations(self._store)
        kept, old = known[-1 - _KEPT :], known[: -1 - _KEPT]
        needed = set().union(*(read_collection(self._store, each).files() for each in kept))
        self._store.remove([manifest_name(each) for each in old])
        self._store.remove([name for name in there if name not in needed])

    def _overtaken(self) -> ClusterError:
        return ClusterError(
            f"{self._url}: another build published the state {self._before.generation + 1}"
            " meanwhile; nothing of this one shows: run it again"
        )


def _latest(done: Sequence[Done], runs: Sequence[Run]) -> tuple[list[AnyArray], Identities]:
    """For each run the documents of which a later one has the id, and the articles that stay."""
    id_hash = np.concatenate([each.id_hash for each in done])
    other_hash = np.concatenate([each.other_hash for each in done])
    sequence = np.concatenate([each.sequence for each in done])
    order = np.lexsort((sequence, other_hash, id_hash))
    last: AnyArray = np.ones(len(order), dtype=bool)
    last[:-1] = (id_hash[order][1:] != id_hash[order][:-1]) | (
        other_hash[order][1:] != other_hash[order][:-1]
    )
    loses: AnyArray = np.zeros(len(order), dtype=bool)
    loses[order[~last]] = True
    starts = np.cumsum([0, *(run.documents for run in runs)])
    lost = [
        np.flatnonzero(loses[start : start + run.documents])
        for start, run in zip(starts.tolist(), runs, strict=False)
    ]
    stays = order[last]
    return lost, Identities(id_hash[stays], other_hash[stays])


def _chosen(
    runs: Sequence[tuple[Run, AnyArray]],
    segments: Sequence[StoredSegment],
    replaced: dict[str, AnyArray],
) -> set[str]:
    """The names of the segments of a shard that are merged, with its runs if it has some."""
    new = sum(run.documents - len(deleted) for run, deleted in runs)
    entries = [
        dataclasses.replace(
            each.entry, deleted=each.entry.deleted + len(replaced.get(each.entry.name, _NOTHING))
        )
        for each in segments
    ]
    added = [SegmentEntry("", 0, new)] if runs else []
    return {entry.name for entry in next_merge([*entries, *added])} - {""}
