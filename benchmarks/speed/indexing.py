"""Indexing: each engine in a process of its own, timed from the corpus file to the durable index.

As a program (``python -m benchmarks.speed.indexing ENGINE CORPUS KEYS FOLDER``) it is that process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

from benchmarks.speed import engines
from benchmarks.speed.corpora import Document
from benchmarks.speed.keys import read_with_keys

_SAMPLED_EVERY = 0.05  # seconds


class IndexingFailed(Exception):
    """The process that indexed ended with an error; the message is what it wrote last."""


def index(engine: str, corpus: Path, keys: Path, folder: Path) -> dict[str, Any]:
    """Let ``engine`` index a corpus file and the file of its keys into the empty ``folder``.

    Returns seconds, documents, peak_bytes (of the process and its children together) and bytes (of
    the files it left).
    Raises IndexingFailed.
    """
    files = [str(corpus), str(keys), str(folder)]
    command = [sys.executable, "-m", "benchmarks.speed.indexing", engine, *files]
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        sampled = 0
        while process.poll() is None:
            sampled = max(sampled, _resident(process.pid))
            time.sleep(_SAMPLED_EVERY)
        output, errors = process.communicate()
    if process.returncode:
        raise IndexingFailed(f"{engine}: {errors.strip()[-400:]}")
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    result["peak_bytes"] = max(sampled, result["peak_bytes"])
    result["bytes"] = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return result


def _resident(pid: int) -> int:
    """Resident bytes of a process and its children; 0 if it has just ended."""
    total = 0
    try:
        process = psutil.Process(pid)
        for each in [process, *process.children(recursive=True)]:
            total += each.memory_info().rss
    except psutil.Error:
        return total
    return total


def main(argv: list[str]) -> int:
    """Index in this process and print the measures as JSON."""
    name, (corpus, keys, folder) = argv[0], map(Path, argv[1:])
    engine = engines.load(name)
    counted = _Counted(read_with_keys(corpus, keys))
    start = time.perf_counter()
    engine.build(folder, iter(counted))
    seconds = time.perf_counter() - start
    print(
        json.dumps(
            {
                "seconds": seconds,
                "documents": counted.documents,
                "peak_bytes": _peak(),
            }
        )
    )
    return 0


def _peak() -> int:
    """The most resident bytes that this process ever had; 0 where the system does not say.

    What ``getrusage`` calls that is inherited from the process that started this one.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    values = [line.split()[1] for line in lines.splitlines() if line.startswith("VmHWM:")]
    return int(values[0]) * 1024 if values else 0


class _Counted:
    """The documents that are indexed, and how many were read."""

    def __init__(self, entries: Iterator[tuple[Document, str]]) -> None:
        self._entries = entries
        self.documents = 0

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        for entry in self._entries:
            self.documents += 1
            yield entry


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
