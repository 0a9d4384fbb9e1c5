"""Merging tasks: what becomes of the segments of a shard when new articles come."""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import tempfile
from pathlib import Path

import numpy as np
import orjson

from newsindex.cluster.collection import Collection, StoredSegment, stored
from newsindex.cluster.reading import Run, identities
from newsindex.cluster.store import Store, open_store
from newsindex.index.deletions import with_deletions
from newsindex.index.files import AnyArray, ArrayFile
from newsindex.index.manifest import SegmentEntry
from newsindex.index.merge import merge_segments
from newsindex.index.reprints import REPRINTS_KIND, Pairs, updated_pairs
from newsindex.index.segment import Segment


@dataclasses.dataclass(frozen=True, slots=True)
class Identities:
    """The articles that a build brings: the two hashes of each id, sorted by the first."""

    id_hash: AnyArray
    other_hash: AnyArray


@dataclasses.dataclass(frozen=True, slots=True)
class Outdated:
    """Documents of a segment that new articles replace: their numbers, ascending, and the hashes of
    their ids."""

    documents: AnyArray
    id_hash: AnyArray


def find_outdated(url: str, entry: SegmentEntry, new: Identities) -> Outdated:
    """The live documents of a segment that have the id of a new article."""
    segment = open_segment(open_store(url), entry)
    table = segment.file["id_hash"]
    rows = np.flatnonzero(np.isin(table, new.id_hash))
    documents = segment.file["id_document"][rows].astype(np.int64)
    documents.sort()
    if segment.live is not None:
        documents = documents[segment.live[documents]]
    ids = [segment.ids[document] for document in documents.tolist()]
    hashes, others = identities(ids)
    place = np.searchsorted(new.id_hash, hashes)
    same = new.other_hash[place] == others if len(place) else np.zeros(0, dtype=bool)
    return Outdated(documents[same], hashes[same])


def open_segment(store: Store, entry: SegmentEntry) -> Segment:
    """A segment of a store, opened with its deletions. Raises FileNotFoundError, IndexCorrupt."""
    path = store.local(entry.name)
    if entry.deletions:
        store.local(entry.deletions)
    return Segment(Path(str(path).removesuffix(entry.name)), entry)


def write_deletions(url: str, segment: StoredSegment, deleted: AnyArray) -> StoredSegment:
    """The segment with further deletions, which are written into the store."""
    store = open_store(url)
    before = open_segment(store, segment.entry)
    numbers = np.union1d(before.deleted, deleted).astype(np.uint32)
    name = _named("deletions", "del", segment.entry.name.encode(), numbers.tobytes())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.del"
        entry = with_deletions(segment.entry, numbers, path)
        store.put(path, name)
    entry = dataclasses.replace(entry, deletions=name)
    return stored(open_segment(store, entry), entry)


def _named(folder: str, ending: str, *contents: bytes) -> str:
    """The name of a file that is made of these contents."""
    digest = hashlib.blake2b(digest_size=10)
    for content in contents:
        digest.update(len(content).to_bytes(8, "little") + content)
    return f"{folder}/{digest.hexdigest()}.{ending}"


@dataclasses.dataclass(frozen=True, slots=True)
class MergeTask:
    """What is to become one segment of a shard: runs and segments of the shard, each with the
    documents of it that are to be left out besides those it knows as deleted."""

    shard: str
    runs: tuple[tuple[Run, AnyArray], ...]
    segments: tuple[tuple[StoredSegment, AnyArray], ...]

    @property
    def name(self) -> str:
        """The name of the segment, made of what goes into it."""
        parts: list[bytes] = []
        for run, deleted in self.runs:
            parts += [run.name.encode(), deleted.astype(np.uint32).tobytes()]
        for segment, deleted in self.segments:
            entry = orjson.dumps(dataclasses.astuple(segment.entry))
            parts += [entry, deleted.astype(np.uint32).tobytes()]
        return _named("segments", "seg", *parts).replace("/", f"/{self.shard}-")


def run_merge(url: str, task: MergeTask) -> StoredSegment | None:
    """Merge, and put the segment into the store; None if no document is left."""
    store = open_store(url)
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        sources = [
            _source(store, top / str(number), run, deleted)
            for number, (run, deleted) in enumerate(task.runs)
        ]
        for number, (segment, deleted) in enumerate(task.segments, len(sources)):
            entry = segment.entry
            known = open_segment(store, entry).deleted
            run = Run(task.shard, entry.name, entry.size, entry.documents)
            sources.append(_source(store, top / str(number), run, np.union1d(known, deleted)))
        documents = sum(source.live_documents for source in sources)
        if not documents:
            return None
        size = merge_segments(top / "merged.seg", sources).size
        store.put(top / "merged.seg", task.name)
    entry = SegmentEntry(task.name, size, documents)
    return stored(open_segment(store, entry), entry)


def _source(store: Store, folder: Path, run: Run, deleted: AnyArray) -> Segment:
    """A segment with some of its documents deleted, in a folder of this machine."""
    folder.mkdir()
    path = store.local(run.name)
    name = Path(run.name).name
    try:
        (folder / name).symlink_to(path)
    except OSError:  # where there are no symbolic links
        shutil.copyfile(path, folder / name)
    entry = SegmentEntry(name, run.size, run.documents)
    if len(deleted):
        entry = with_deletions(entry, deleted, folder / "out.del")
    return Segment(folder, entry)


def write_reprints(
    url: str, collection: Collection, new: set[str], gone: AnyArray
) -> tuple[str | None, int]:
    """Write the pairs of reprints of a collection that is to be published; the name of the file
    (None if there is no pair) and its size. ``collection`` has the pairs of the state before,
    ``new`` are the names of the segments that were not in that, ``gone`` the hashes of the ids of
    the articles that are replaced."""
    store = open_store(url)
    segments = [
        open_segment(store, each.entry) for shard in collection.shards for each in shard.segments
    ]
    known = open_reprints(store, collection)
    pairs = updated_pairs(Pairs.read(known), [gone] if len(gone) else [], segments, new)
    if pairs is None:
        return collection.reprints, collection.reprints_size
    if not len(pairs):
        return None, 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new.dup"
        size = pairs.write(path)
        content = (pairs.first, pairs.second, pairs.percent)
        name = _named("reprints", "dup", *(array.tobytes() for array in content))
        store.put(path, name)
    return name, size


def open_reprints(store: Store, collection: Collection) -> ArrayFile | None:
    """The file of the pairs of a collection; None if it has none."""
    if collection.reprints is None:
        return None
    path = store.local(collection.reprints)
    return ArrayFile(path, REPRINTS_KIND, size=collection.reprints_size)
