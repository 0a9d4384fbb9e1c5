"""The writer: the one process that changes an index, from the lock to the atomic commit."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from newsindex.arguments import require_id
from newsindex.errors import NewsIndexError
from newsindex.index.columns import id_hashes
from newsindex.index.comparing import Comparing
from newsindex.index.deletions import with_deletions
from newsindex.index.files import AnyArray, reported_writing, sync_folder
from newsindex.index.inverter import Inverter, extract_with, with_language
from newsindex.index.leftovers import remove_leftovers
from newsindex.index.lock import WriterLock
from newsindex.index.manifest import Manifest, SegmentEntry, read_manifest, write_manifest
from newsindex.index.memory import room_of_articles
from newsindex.index.merge import Merged, MergeTask, choose_merge, merge_segments, next_merge
from newsindex.index.segment import Segment
from newsindex.index.sources import SourceFile, Sources
from newsindex.index.superseded import carried_over, superseded
from newsindex.index.versions import require_current
from newsindex.model import Article, require_article

# Segments of one size that are left beside each other while a load goes on: they become one when it
# ends, and what is merged on the way is written twice.
_WHILE_LOADING = 80
# A merge of more documents, or a search for reprints among more, needs the room that what is known
# of words takes.
_LARGE = 200_000
# A merge of fewer documents at the end of a load is not worth a process of its own.
_OWN_PROCESS = 50_000


class Writer:
    """Adds and deletes articles. Nothing shows to readers before ``commit``, which is atomic and
    durable: when it has returned, the change survives a power failure.

    As a context manager it commits at the end of the block, or, if the block raises, leaves the
    index at its last commit. One writer at a time: a second one raises IndexLocked, at once or
    after ``wait`` seconds. ``memory`` is that of the process and its workers in bytes, about (see
    newsindex.index.memory).
    """

    def __init__(self, folder: Path, *, wait: float = 0.0, memory: int | None = None) -> None:
        self.folder = folder
        self.memory = memory
        self._lock = WriterLock(folder, wait)
        try:
            self._manifest = self._committed()
            self._segments = [Segment(folder, entry) for entry in self._manifest.segments]
            self._reset()
            self._remove_unreferenced()
        except BaseException:
            self._lock.release()
            raise

    def _committed(self) -> Manifest:
        """The manifest of the last commit, which another newsindex may have made meanwhile."""
        manifest = read_manifest(self.folder)
        require_current(self.folder, manifest)
        return manifest

    def _reset(self) -> None:
        """Forget everything that is not committed."""
        room = room_of_articles(self.memory)
        self._inverter = Inverter(extract_with(self._manifest.extractor), room)
        self._next_file = self._manifest.next_file
        self._merging: MergeTask | None = None
        self._deleted: dict[str, set[int]] = {}
        self._comparing = Comparing()
        # Files that were read and are not remembered yet; those of the last commit, once asked for.
        self._read = Sources()
        self._sources: Sources | None = None
        # Of each adopted segment, when its documents were read; those not compared with others yet.
        self._adopted: dict[str, AnyArray] = {}
        self._has_workers = False
        self._unresolved: set[str] = set()
        # Ids that are to vanish from the segments written so far.
        self._outdated: set[str] = set()

    # Changing

    def add(self, article: Article) -> None:
        """Add an article, in the place of one with the same id. Its language is detected from the
        text where it is None. Raises InvalidArticle for what is none, IndexWriteError when a full
        buffer cannot be written."""
        self._require_open()
        require_article(article)
        self._inverter.add(with_language(article))
        if self._inverter.is_full():
            self._flush()

    def delete(self, identifier: str) -> bool:
        """Delete the article with this id; whether there was one. Raises InvalidArgument for what
        is no string."""
        self._require_open()
        require_id(identifier)
        buffered = self._inverter.discard(identifier)
        if identifier in self._outdated:
            return buffered
        wanted = [identifier.encode("utf-8", "replace")]
        hashes = id_hashes(wanted)
        stored = any(
            segment.is_live(document) and document not in self._deleted.get(segment.entry.name, ())
            for segment in self._segments
            for document in segment.find(wanted, hashes)
        )
        if stored:
            self._outdated.add(identifier)
        return buffered or stored

    def adopt(self, name: str, size: int, sequence: AnyArray) -> None:
        """Take over a segment that a worker wrote into the folder as ``name``.

        ``sequence`` says for each of its documents when it was read: of the adopted articles with
        one id the latest stays, whichever segment comes first. No commit merges until `settle`.
        """
        self._require_open()
        segment = self._take_over(name, size, len(sequence))
        self._adopted[segment.entry.name] = sequence
        self._unresolved.add(segment.entry.name)
        self._segments.append(segment)
        self._comparing.add(segment)

    def _take_over(self, name: str, size: int, documents: int) -> Segment:
        entry = SegmentEntry(f"{self._new_name()}.seg", size, documents)
        with reported_writing(self.folder):
            os.replace(self.folder / name, self.folder / entry.name)
            # Its name must last before a manifest that lists it can.
            sync_folder(self.folder)
        return Segment(self.folder, entry)

    def start_merge(self, name: str, *, last: bool = False) -> MergeTask | None:
        """What a worker should merge now into the file ``name`` of the folder, while others go on
        or, for ``last``, when all is read; None for nothing. `finish_merge` ends a merge."""
        entries = [segment.entry for segment in self._segments]
        chosen = next_merge(entries) if last else choose_merge(entries, _WHILE_LOADING)
        small = last and sum(entry.documents for entry in chosen) < _OWN_PROCESS
        if self._merging is not None or not chosen or small:
            return None
        names = {entry.name for entry in chosen}
        self._resolve_adopted()
        self._apply_deletions()
        entries = [segment.entry for segment in self._segments if segment.entry.name in names]
        self._merging = MergeTask(name, tuple(entries))
        return self._merging

    def finish_merge(self, merged: Merged) -> None:
        """Put the segment that a worker merged in the place of those that it was made of. What was
        deleted meanwhile is deleted in it."""
        self._require_open()
        task, self._merging = self._merging, None
        if task is None:  # given up by a rollback
            return
        segment = self._take_over(task.name, merged.size, len(merged.origin))
        deleted = {
            each.entry.name: [*each.deleted.tolist(), *self._deleted.get(each.entry.name, ())]
            for each in self._segments
        }
        gone, sequence = carried_over(merged.origin, task.entries, deleted, self._adopted)
        for entry in task.entries:
            self._deleted.pop(entry.name, None)
            self._unresolved.discard(entry.name)
            if self._adopted.pop(entry.name, None) is not None:
                self._adopted[segment.entry.name] = sequence
        if len(gone):
            self._deleted[segment.entry.name] = set(gone.tolist())
        self._replace({entry.name for entry in task.entries}, segment)

    def _replace(self, names: set[str], merged: Segment) -> None:
        """Put a segment in the place of those that it was made of."""
        self._segments = [s for s in self._segments if s.entry.name not in names] + [merged]
        self._comparing.replace(names, merged)

    def expect_workers(self) -> None:
        """Workers begin to write: commits leave alone what they have written and not told of."""
        self._has_workers = True

    def settle(self) -> None:
        """Decide between the adopted articles for good: all workers have finished."""
        self._has_workers = False
        self._resolve_adopted()
        self._merging = None
        self._adopted = {}

    def commit(self) -> None:
        """Make everything added and deleted so far visible and durable, then merge small segments.

        Raises IndexWriteError; the index then stands as it was committed last.
        """
        self._require_open()
        if len(self._read):
            for article in self.sources.replaced_articles(self._read):
                self.delete(article)
        self._flush()
        if (
            self._deleted
            or len(self._read)
            or [segment.entry for segment in self._segments] != list(self._manifest.segments)
        ):
            self._publish()
        while not self._adopted and (entries := next_merge(self._manifest.segments)):
            self._merge(entries)
            self._publish()
        self._remove_unreferenced()

    def optimize(self) -> None:
        """Commit, then merge all segments into one: the fastest form for searching."""
        self.commit()
        if len(self._segments) > 1 or any(entry.deleted for entry in self._manifest.segments):
            self._merge(self._manifest.segments)
            self._publish()
        self._remove_unreferenced()

    def rollback(self) -> None:
        """Forget everything since the last commit."""
        self._require_open()
        # A commit that failed in its last step, the sync of the folder, may be there all the same.
        self._manifest = self._committed()
        known = {segment.entry: segment for segment in self._segments}
        self._segments = [
            known.get(entry) or Segment(self.folder, entry) for entry in self._manifest.segments
        ]
        self._reset()
        self._remove_unreferenced()

    def close(self) -> None:
        """Release the index without committing; closing twice does nothing."""
        self._lock.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.commit()
            elif self._lock.is_locked:
                self.rollback()
        finally:
            self.close()

    @property
    def sources(self) -> Sources:
        """The files that were read, as they were then, according to the last commit."""
        if self._sources is None:
            self._sources = Sources.open(self.folder, self._manifest)
        return self._sources

    def remember(self, path: Path, file: SourceFile) -> None:
        """Remember with the next commit that all articles of a file were added. The article that
        was its only one before, and is in no remembered file now, is deleted then."""
        self._read.remember(path, file)

    def remember_all(self, files: Sources) -> None:
        """Remember all of another index's files with the next commit."""
        self._read = files

    @property
    def extractor(self) -> str:
        """Name of the extractor of names that the index uses; empty if it uses none."""
        return self._manifest.extractor

    def _require_open(self) -> None:
        if not self._lock.is_locked:
            raise NewsIndexError(f"{self.folder}: this writer is closed; open another one")

    # Writing

    def _new_name(self) -> str:
        name = f"{self._next_file:08d}"
        self._next_file += 1
        return name

    def _flush(self) -> None:
        """Write the collected articles as a segment, not yet visible."""
        self._resolve_adopted()
        outdated = {identifier.encode() for identifier in self._outdated}
        outdated.update(identifier.encode() for identifier in self._inverter.ids())
        self._supersede(outdated, self._segments)
        self._outdated = set()
        if not len(self._inverter):
            return
        name = f"{self._new_name()}.seg"
        documents = len(self._inverter)
        entry = SegmentEntry(name, self._inverter.write(self.folder / name), documents)
        self._segments.append(Segment(self.folder, entry))
        self._comparing.add(self._segments[-1])

    def _resolve_adopted(self) -> None:
        """Mark as deleted what adopted segments replace, in each other and in older ones."""
        if not self._unresolved:
            return
        adopted = [segment for segment in self._segments if segment.entry.name in self._adopted]
        read = [(segment, self._adopted[segment.entry.name]) for segment in adopted]
        for loser, document in superseded(read):
            self._deleted.setdefault(loser.entry.name, set()).add(document)
        older = [segment for segment in self._segments if segment.entry.name not in self._adopted]
        for segment in adopted if older else ():
            if segment.entry.name in self._unresolved:
                self._supersede(set(segment.ids), older)
        self._unresolved = set()

    def _supersede(self, identifiers: set[bytes], segments: list[Segment]) -> None:
        """Mark the articles with these ids as deleted in ``segments``."""
        hashes = id_hashes(identifiers)
        for segment in segments if identifiers else ():
            gone = {d for d in segment.find(identifiers, hashes) if segment.is_live(d)}
            if gone:
                self._deleted.setdefault(segment.entry.name, set()).update(gone)

    def _publish(self) -> None:
        """Write the deletions and the manifest: from here on readers see the new state."""
        self._apply_deletions()
        self._segments = [segment for segment in self._segments if segment.live_documents]
        known = set(self._manifest.segments)
        if sum(s.documents for s in self._segments if s.entry not in known) > _LARGE:
            self._inverter.forget_words()
        self.find_reprints()
        reprints, reprints_size = self._write_reprints()
        sources, sources_size = self._write_sources()
        manifest = Manifest(
            generation=self._manifest.generation + 1,
            timezone=self._manifest.timezone,
            analysis=self._manifest.analysis,
            extractor=self._manifest.extractor,
            entities=self._manifest.entities,
            segments=tuple(segment.entry for segment in self._segments),
            reprints=reprints,
            reprints_size=reprints_size,
            sources=sources,
            sources_size=sources_size,
            next_file=self._next_file,
        )
        write_manifest(self.folder, manifest)
        self._manifest = manifest
        self._comparing = Comparing()
        self._read = Sources()

    def _write_sources(self) -> tuple[str | None, int]:
        """Write which files were read, if there are new ones; the name of the file, its size."""
        if not len(self._read):
            return self._manifest.sources, self._manifest.sources_size
        self._sources = self.sources.updated(self._read)
        name = f"{self._new_name()}.src"
        return name, self._sources.write(self.folder / name)

    def find_reprints(self) -> None:
        """Compare what was not yet compared with other articles, as each commit does."""
        self._comparing.find(self.folder, self._manifest, self._segments)

    def _write_reprints(self) -> tuple[str | None, int]:
        """Write the pairs of reprints, if they are not those committed last; the name of their file
        (None if there is no pair) and its size."""
        pairs = self._comparing.pairs
        if pairs is None:
            return self._manifest.reprints, self._manifest.reprints_size
        if not len(pairs):
            return None, 0
        name = f"{self._new_name()}.dup"
        return name, pairs.write(self.folder / name)

    def _apply_deletions(self) -> None:
        """Write what was deleted since; segments that a merge is reading stay as it knows them."""
        for place, segment in enumerate(self._segments):
            name = segment.entry.name
            if new := sorted(self._deleted.get(name, ())):
                path = self.folder / f"{Path(name).stem}-{self._new_name()}.del"
                numbers = np.union1d(segment.deleted, np.array(new))
                entry = with_deletions(segment.entry, numbers, path)
                self._segments[place] = Segment(self.folder, entry)
                self._comparing.remove(segment.hashes_of_all()[new])
                del self._deleted[name]

    def _merge(self, entries: list[SegmentEntry] | tuple[SegmentEntry, ...]) -> None:
        """Replace some of the segments by one, not yet visible."""
        if sum(entry.documents for entry in entries) > _LARGE:
            self._inverter.forget_words()
        chosen = [segment for segment in self._segments if segment.entry in entries]
        name = f"{self._new_name()}.seg"
        done = merge_segments(self.folder / name, chosen)
        merged = Segment(self.folder, SegmentEntry(name, done.size, len(done.origin)))
        self._replace({entry.name for entry in entries}, merged)

    def _remove_unreferenced(self) -> None:
        needed = self._manifest.files() | (self._merging.files() if self._merging else set())
        # What workers of this process write may be adopted.
        remove_leftovers(self.folder, needed, f"w{os.getpid()}-" if self._has_workers else None)
