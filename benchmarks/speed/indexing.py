"""Indexing: each engine in processes of its own, timed from the corpus file to the durable index.

Memory is what all processes of an engine hold at one moment: proportional set size (a page that
several share is divided among them), without pages that only mirror a file. It is looked at ten
times a second.

As a program (``python -m benchmarks.speed.indexing ENGINE CORPUS KEYS FOLDER``) it is the process
that indexes.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

import newsindex
from benchmarks.speed import engines
from benchmarks.speed.corpora import read
from benchmarks.speed.keys import read_keyed

_SAMPLED_EVERY = 0.1  # seconds


class IndexingFailed(Exception):
    """The process that indexed ended with an error; the message is what it wrote last."""


def index(engine: str, corpus: Path, keys: Path, folder: Path) -> dict[str, Any]:
    """Let ``engine`` index a corpus file, or the file of its keys, into the empty ``folder``.

    Returns seconds, documents, peak_bytes (of the process and its children together) and bytes (of
    the files it left). Raises IndexingFailed.
    """
    files = [str(corpus), str(keys), str(folder)]
    command = [sys.executable, "-m", "benchmarks.speed.indexing", engine, *files]
    output, peak = _run(engine, command)
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return {**result, "peak_bytes": peak, "bytes": _size(folder)}


def index_with_workers(corpus: Path, work: Path, processes: int) -> dict[str, Any]:
    """Let ``newsindex index --jobs`` read a corpus file as anybody's JSON lines; the index is
    removed again, in ``work`` nothing stays.

    Returns the same as `index` and the number of processes; the seconds are those of the whole
    command, with the start of Python. Raises IndexingFailed.
    """
    with open(corpus, "rb") as lines:
        entities = b'"entities":' in lines.readline()
    folder = Path(tempfile.mkdtemp(dir=work, prefix="workers-"))
    try:
        command = [sys.executable, "-m", "newsindex", "index", str(corpus), "-i", str(folder)]
        command += ["--timezone", "UTC", "--jobs", str(processes)]
        command += ["--entities" if entities else "--no-entities"]
        start = time.perf_counter()
        _, peak = _run("newsindex index", command)
        return {
            "seconds": time.perf_counter() - start,
            "documents": len(newsindex.Index.open(folder)),
            "peak_bytes": peak,
            "bytes": _size(folder),
            "processes": processes,
        }
    finally:
        shutil.rmtree(folder)


def _run(engine: str, command: list[str]) -> tuple[str, int]:
    """What a command writes, and the most memory that it and its children held."""
    root = Path(__file__).resolve().parents[2]
    # Files, not pipes: nobody reads while memory is looked at.
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        with subprocess.Popen(command, cwd=root, stdout=out, stderr=err) as process:
            peak = 0
            while True:
                peak = max(peak, _held(process.pid))
                try:
                    process.wait(_SAMPLED_EVERY)
                except subprocess.TimeoutExpired:
                    continue
                break
        for file in (out, err):
            file.seek(0)
        if process.returncode:
            raise IndexingFailed(f"{engine}: {err.read().strip()[-400:]}")
        return out.read(), peak


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _held(pid: int) -> int:
    """Bytes that a process and its children hold; 0 if it has just ended."""
    total = 0
    try:
        process = psutil.Process(pid)
        for each in [process, *process.children(recursive=True)]:
            total += _held_by(each)
    except psutil.Error:
        return total
    return total


def _held_by(process: psutil.Process) -> int:
    rollup = Path(f"/proc/{process.pid}/smaps_rollup")
    try:
        lines = rollup.read_text(encoding="ascii").splitlines()
    except OSError:
        # Another system, which tells only what is resident.
        return 0 if rollup.parent.parent.exists() else int(process.memory_info().rss)
    held = ("Pss_Anon:", "Pss_Shmem:")
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(held))


def main(argv: list[str]) -> int:
    """Index in this process and print the measures as JSON."""
    name, (corpus, keys, folder) = argv[0], map(Path, argv[1:])
    engine = engines.load(name)
    counted = _Counted(read(corpus) if engine.takes_texts else read_keyed(keys))
    start = time.perf_counter()
    engine.build(folder, iter(counted))
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "documents": counted.documents}))
    return 0


class _Counted:
    """The documents that are indexed, and how many were read."""

    def __init__(self, entries: Iterator[Any]) -> None:
        self._entries = entries
        self.documents = 0

    def __iter__(self) -> Iterator[Any]:
        for entry in self._entries:
            self.documents += 1
            yield entry


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
