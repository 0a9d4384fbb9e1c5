"""Reading tasks: some pieces of the sources become segments in the store, one for each shard.

A task writes its files under a name made of what it reads, the last of them a table of all: where
that is, the task has been done. One that dies is run again, here or elsewhere, and writes the same.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from newsindex.cluster.collection import ShardLength, shard_of
from newsindex.cluster.store import Store, open_store
from newsindex.documents.pieces import Piece, cut, read_piece
from newsindex.documents.reading import Reading
from newsindex.entities import KEY_VERSION
from newsindex.errors import IndexCorrupt
from newsindex.index.columns import id_hashes
from newsindex.index.files import AnyArray, ArrayFile, ArrayFileWriter
from newsindex.index.inverter import Inverter, extract_with, with_language
from newsindex.index.manifest import SegmentEntry
from newsindex.index.memory import DEFAULT
from newsindex.index.segment import Segment
from newsindex.index.sources import choices_of
from newsindex.model import Article, Noted, Skipped
from newsindex.text import ANALYSIS_VERSION

_RUNS_KIND = "runs"
# Pieces are of a megabyte, about; so many make a task: some seconds of work.
_PIECES = 16
# Characters of texts that are held until they are written as segments.
_ROOM = 48 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """A segment that a task wrote: its shard, its name in the store, its bytes and documents."""

    shard: str
    name: str
    size: int
    documents: int


@dataclasses.dataclass(frozen=True, slots=True)
class ReadTask:
    """Pieces to read, ``first`` the number of the first of them, and how."""

    first: int
    pieces: tuple[Piece, ...]
    reading: Reading
    extractor: str
    by: ShardLength
    generation: int

    @property
    def name(self) -> str:
        """Twenty hexadecimal digits for what the task reads, and how."""
        digest = hashlib.blake2b(digest_size=10)
        recurring = self.reading.recurring
        for part in (
            [self.first, self.extractor, self.by, self.generation, ANALYSIS_VERSION, KEY_VERSION],
            [choices_of(self.reading), str(self.reading.now)],
            [] if recurring is None else [recurring.pages, len(recurring.hashes)],
        ):
            digest.update(orjson.dumps(part))
        if recurring is not None:
            digest.update(recurring.hashes.tobytes() + recurring.counts.tobytes())
        for piece in self.pieces:
            for path in piece.paths:
                status = path.stat()
                state = [str(path.absolute()), status.st_size, status.st_mtime_ns]
                digest.update(orjson.dumps(state))
            digest.update(piece.place.encode())
            for line in piece.lines:
                digest.update(orjson.dumps([line.number]) + (line.data or b"\0"))
        return digest.hexdigest()


@dataclasses.dataclass(frozen=True, slots=True)
class Done:
    """What a task wrote, one after another document of its runs: the hash of its id, another hash
    of it (uint64 both), and when it was read (int64); and what it tells of its pieces."""

    runs: tuple[Run, ...]
    id_hash: AnyArray
    other_hash: AnyArray
    sequence: AnyArray
    size: int
    indexed: int
    undated: int
    problems: tuple[Skipped | Noted, ...]


def identities(ids: Sequence[bytes]) -> tuple[AnyArray, AnyArray]:
    """Two hashes of each id, 128 bits together: where both are equal, so are the ids."""
    return id_hashes(ids), id_hashes([b"\0" + identifier for identifier in ids])


def tasks_of(
    files: Iterable[Path], reading: Reading, extractor: str, by: ShardLength, generation: int
) -> Iterator[ReadTask | Skipped]:
    """The tasks that read ``files``, in their order."""
    waiting: list[Piece] = []
    first = 0
    for piece in cut(files, reading):
        if isinstance(piece, Skipped):
            yield piece
            continue
        waiting.append(piece)
        if len(waiting) == _PIECES:
            yield ReadTask(first, tuple(waiting), reading, extractor, by, generation)
            first += len(waiting)
            waiting = []
    if waiting:
        yield ReadTask(first, tuple(waiting), reading, extractor, by, generation)


def run_read(url: str, task: ReadTask) -> Done:
    """Do a task, unless it has been done: write its segments into the store."""
    store = open_store(url)
    name = task.name
    done = f"runs/{name}/done.run"
    if store.exists(done):
        return _read_done(store, done)
    with tempfile.TemporaryDirectory() as folder:
        collector = _Collector(store, Path(folder), f"runs/{name}", task)
        size, problems = collector.read()
        path = Path(folder) / "done.run"
        collector.write_table(path, size, problems)
        # The last of all: what it lists is there.
        store.put(path, done)
        return _read_done(store, done)


class _Collector:
    """Collects the articles of a task by shards, and writes them."""

    def __init__(self, store: Store, folder: Path, prefix: str, task: ReadTask) -> None:
        self._store = store
        self._folder = folder
        self._prefix = prefix
        self._task = task
        self._inverter = Inverter(extract_with(task.extractor), DEFAULT)
        self._runs: list[Run] = []
        self._columns: list[tuple[AnyArray, AnyArray, AnyArray]] = []
        self._indexed = self._undated = 0
        self._forget()

    def _forget(self) -> None:
        self._articles: dict[str, Article] = {}
        self._sequence: dict[str, int] = {}
        self._held = 0

    def read(self) -> tuple[int, list[Skipped | Noted]]:
        """Read all pieces; their bytes, and what was skipped or kept with a doubt."""
        problems: list[Skipped | Noted] = []
        size = 0
        for number, piece in enumerate(self._task.pieces, self._task.first):
            size += piece.size
            for place, item in enumerate(read_piece(piece, self._task.reading)):
                if isinstance(item, Article):
                    self._add(item, (number << 32) + place)
                else:
                    problems.append(item)
        self._write()
        return size, problems

    def _add(self, article: Article, sequence: int) -> None:
        self._articles[article.id] = with_language(article)
        self._sequence[article.id] = sequence
        self._indexed += 1
        self._undated += article.published is None
        self._held += len(article.title) + len(article.text)
        if self._held > _ROOM:
            self._write()

    def _write(self) -> None:
        shards: dict[str, list[Article]] = {}
        for article in self._articles.values():
            shards.setdefault(shard_of(article.published, self._task.by), []).append(article)
        for shard, articles in sorted(shards.items()):
            for article in articles:
                self._inverter.add(article)
            # Its number is the arrival of its articles (newsindex.index).
            path = self._folder / f"{self._task.generation:08d}.seg"
            size = self._inverter.write(path)
            segment = Segment(self._folder, SegmentEntry(path.name, size, len(articles)))
            ids = list(segment.ids)
            sequence = [self._sequence[identifier.decode()] for identifier in ids]
            self._columns.append((*identities(ids), np.array(sequence, dtype=np.int64)))
            name = f"{self._prefix}/{len(self._runs):04d}/{path.name}"
            self._store.put(path, name)
            self._runs.append(Run(shard, name, size, len(articles)))
            path.unlink()
        self._forget()

    def write_table(self, path: Path, size: int, problems: Sequence[Skipped | Noted]) -> None:
        with ArrayFileWriter(path, _RUNS_KIND) as writer:
            nothing = np.empty(0, np.uint64), np.empty(0, np.uint64), np.empty(0, np.int64)
            columns = zip(nothing, *self._columns, strict=True)
            for name, parts in zip(("id_hash", "other_hash", "sequence"), columns, strict=True):
                writer.add(name, np.concatenate(parts))
            writer.meta.update(
                runs=[dataclasses.astuple(run) for run in self._runs],
                size=size,
                indexed=self._indexed,
                undated=self._undated,
                problems=[
                    [isinstance(each, Skipped), each.place, each.reason] for each in problems
                ],
            )
            writer.finish()


def _read_done(store: Store, name: str) -> Done:
    """What the table of a task says. Raises IndexCorrupt."""
    path = store.local(name)
    file = ArrayFile(path, _RUNS_KIND)
    try:
        meta: Any = file.meta
        return Done(
            runs=tuple(Run(*run) for run in meta["runs"]),
            id_hash=np.array(file["id_hash"]),
            other_hash=np.array(file["other_hash"]),
            sequence=np.array(file["sequence"]),
            size=meta["size"],
            indexed=meta["indexed"],
            undated=meta["undated"],
            problems=tuple(
                (Skipped if skipped else Noted)(place, reason)
                for skipped, place, reason in meta["problems"]
            ),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise IndexCorrupt(
            f"{path}: expected what a task of a build has written, found something else ({error});"
            f" remove {store.url}/runs and build again"
        ) from error
