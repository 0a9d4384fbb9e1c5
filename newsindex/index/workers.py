"""Workers: processes that read, analyse and write whole segments, for one writer that publishes.

The writer's process cuts the sources into pieces and hands them out; each worker reads its pieces
into an inverter of its own and writes a segment when that is full. Which of two articles with one
id is the later is told by the number of the piece and the place within it, so the result is the
same as that of one process reading everything in order.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import multiprocessing.connection
import os
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import numpy as np

from newsindex.documents.pieces import Piece, cut, read_piece
from newsindex.documents.reading import Reading
from newsindex.errors import IndexWriteError, NewsIndexError
from newsindex.index.files import AnyArray
from newsindex.index.inverter import Inverter, extract_with, with_language
from newsindex.index.manifest import SegmentEntry
from newsindex.index.memory import collect_seldom, room_of_articles
from newsindex.index.merge import Merged, MergeTask
from newsindex.index.segment import Segment
from newsindex.index.writer import Writer
from newsindex.model import Article, Noted, Skipped

# Seconds after which the waiting writer looks whether its workers are still there.
_PATIENCE = 2.0


@dataclasses.dataclass(frozen=True, slots=True)
class Progress:
    """What happened to one piece: bytes read, articles indexed, how many of them without a date,
    and what was skipped or kept with a doubt."""

    size: int
    indexed: int
    undated: int
    problems: tuple[Skipped | Noted, ...] = ()
    # Files that held exactly one article, with its id.
    single: tuple[tuple[Path, str], ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class _NewSegment:
    """A segment that a worker wrote; ``sequence`` has for each document when it was read."""

    name: str
    size: int
    sequence: AnyArray


def index_files(
    writer: Writer, files: Iterable[Path], *, jobs: int, reading: Reading
) -> Iterator[Progress]:
    """Index ``files`` with ``jobs`` worker processes.

    Yields after each piece; the caller may commit then. When all is read, another process merges
    what was written (very many segments a worker on the way) while this one looks for reprints.
    Raises IndexWriteError if a worker cannot write or dies; what was committed before stands.
    """
    room = room_of_articles(writer.memory, jobs)
    context = multiprocessing.get_context("spawn")
    # A few pieces wait for each worker; more would only take memory.
    tasks: Any = context.Queue(maxsize=2 * jobs)
    results: Any = context.Queue()
    workers = [
        context.Process(
            target=_work,
            args=(writer.folder, f"w{os.getpid()}-{number}", tasks, results, reading),
            kwargs={"room": room, "extractor": writer.extractor},
            daemon=True,
        )
        for number in range(jobs)
    ]
    writer.expect_workers()
    for worker in workers:
        worker.start()
    try:
        yield from _feed(writer, cut(files, reading), tasks, results, workers)
        writer.settle()
        _merge_last(writer, len(workers) + 1)
    finally:
        for worker in workers:
            worker.terminate()
            worker.join()
        for channel in (tasks, results):
            channel.cancel_join_thread()
            channel.close()


def _feed(
    writer: Writer,
    pieces: Iterator[Piece | Skipped],
    tasks: Any,
    results: Any,
    workers: Sequence[BaseProcess],
) -> Iterator[Progress]:
    """Hand out the pieces and take in what becomes of them, until all workers have finished."""
    working = len(workers)
    number = 0
    task: tuple[int, Piece] | MergeTask | None = None
    merges = 0
    exhausted = False
    stops = len(workers)
    while working:
        if task is None and stops == len(workers):
            task = writer.start_merge(f"w{os.getpid()}-{len(workers)}-{merges}.new")
            merges += task is not None
        if task is None and not exhausted:
            found = next(pieces, None)
            if isinstance(found, Skipped):
                yield Progress(0, 0, 0, (found,))
                continue
            exhausted = found is None
            task = (number, found) if found is not None else None
            number += 1
        waiting = task is not None or (exhausted and stops > 0)
        if waiting:
            try:
                tasks.put(task, timeout=0 if not results.empty() else 0.05)
                stops -= task is None
                task = None
            except queue.Full:
                pass
        for message in _received(results, workers, wait=not waiting and exhausted):
            if isinstance(message, Progress):
                yield message
            elif isinstance(message, _NewSegment):
                writer.adopt(message.name, message.size, message.sequence)
            elif isinstance(message, Merged):
                writer.finish_merge(message)
            elif message is None:
                working -= 1
            else:
                raise _failed(writer, message)


def _merge_last(writer: Writer, number: int) -> None:
    """Have what a load has written merged, by a process that has done nothing else and so has the
    memory for it, and look for reprints meanwhile."""
    context = multiprocessing.get_context("spawn")
    merges = 0
    while task := writer.start_merge(f"w{os.getpid()}-{number}-{merges}.new", last=True):
        results: Any = context.Queue()
        worker = context.Process(target=_merge, args=(writer.folder, task, results), daemon=True)
        worker.start()
        try:
            writer.find_reprints()
            merged = next(_received(results, [worker], wait=True))
        finally:
            worker.terminate()
            worker.join()
            results.close()
        if not isinstance(merged, Merged):
            raise _failed(writer, merged)
        writer.finish_merge(merged)
        merges += 1


def _merge(folder: Path, task: MergeTask, results: Any) -> None:
    """The life of a process that merges."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        results.put(task.run(folder))
    except NewsIndexError as error:
        results.put(str(error))
    except KeyboardInterrupt:
        return


def _failed(writer: Writer, message: object) -> IndexWriteError:
    return IndexWriteError(f"{writer.folder}: a worker failed: {message}")


def _received(results: Any, workers: Sequence[BaseProcess], *, wait: bool) -> Iterator[Any]:
    """The messages that are there; with ``wait`` at least one, or an error if none can come."""
    while True:
        try:
            yield results.get(timeout=_PATIENCE) if wait else results.get_nowait()
        except queue.Empty:
            for worker in workers:
                if worker.exitcode not in (None, 0):
                    raise IndexWriteError(
                        f"worker process {worker.pid} died (exit code {worker.exitcode}), perhaps"
                        " for want of memory; nothing of this run was kept that was not committed"
                    ) from None
            if not wait:
                return
            continue
        wait = False


def _work(
    folder: Path,
    name: str,
    tasks: Any,
    results: Any,
    reading: Reading,
    *,
    room: int,
    extractor: str,
) -> None:
    """The life of a worker: read pieces until there are no more, write segments on the way."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    collect_seldom()
    collector = _Collector(folder, name, results, extractor, room)
    try:
        while (task := tasks.get()) is not None:
            if isinstance(task, MergeTask):
                # Not both at once: collected articles and what a merge needs.
                collector.write()
                results.put(task.run(folder))
                continue
            number, piece = task
            results.put(collector.take(number, piece, reading))
            if collector.is_full():
                collector.write()
        collector.write()
        results.put(None)
    except NewsIndexError as error:
        results.put(str(error))
    except KeyboardInterrupt:
        return


def _end_with_parent() -> None:
    """Wait until the writer's process is gone, and go too: a killed one cannot tell its workers,
    and a worker that waits in the middle of a message would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


class _Collector:
    """The inverter of a worker, and when each of its articles was read."""

    def __init__(self, folder: Path, name: str, results: Any, extractor: str, room: int) -> None:
        self._folder = folder
        self._name = name
        self._results = results
        self._written = 0
        self._inverter = Inverter(extract_with(extractor), room)
        self._sequence: dict[str, int] = {}

    def take(self, number: int, piece: Piece, reading: Reading) -> Progress:
        indexed = undated = 0
        problems = []
        single = []
        for part in piece.parts():
            before, identifier = indexed, ""
            for item in read_piece(part, reading):
                if isinstance(item, Article):
                    self._inverter.add(with_language(item))
                    self._sequence[item.id] = (number << 32) + indexed
                    indexed += 1
                    undated += item.published is None
                    identifier = item.id
                else:
                    problems.append(item)
            if part.paths and indexed == before + 1:
                single.append((part.paths[0], identifier))
        return Progress(piece.size, indexed, undated, tuple(problems), tuple(single))

    def is_full(self) -> bool:
        return self._inverter.is_full()

    def write(self) -> None:
        if not len(self._inverter):
            return
        self._written += 1
        name = f"{self._name}-{self._written}.new"
        documents = len(self._inverter)
        size = self._inverter.write(self._folder / name)
        segment = Segment(self._folder, SegmentEntry(name, size, documents))
        sequence = np.array(
            [self._sequence[identifier.decode()] for identifier in segment.ids], dtype=np.int64
        )
        self._results.put(_NewSegment(name, size, sequence))
        self._sequence = {}
