"""Memory of an open index: each engine in a process of its own, opened and asked every query once.

As a program (``python -m benchmarks.speed.memory ENGINE FOLDER QUERIES``) it is that process.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from benchmarks.speed import engines
from benchmarks.speed.queries import COUNT, Query


class AskingFailed(Exception):
    """The process that asked ended with an error; the message is what it wrote last."""


def write_queries(path: Path, queries: Sequence[Query]) -> None:
    """Write queries to a file for `ask`."""
    path.write_bytes(orjson.dumps([asdict(query) for query in queries]))


def ask(engine: str, folder: Path, queries: Path) -> dict[str, Any]:
    """Open the index of ``engine`` in ``folder`` and ask the queries of the file ``queries``.

    Returns imported_bytes and asked_bytes, the private memory of the process before the index was
    opened and after the last query (pages that only mirror a file do not count; None where the
    system does not say), and opening_seconds, from opening to the answer of the first query.
    Raises AskingFailed.
    """
    command = [sys.executable, "-m", "benchmarks.speed.memory", engine, str(folder), str(queries)]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AskingFailed(f"{engine}: {done.stderr.strip()[-400:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main(argv: list[str]) -> int:
    """Open and ask in this process and print the measures as JSON."""
    name, folder, path = argv[0], Path(argv[1]), Path(argv[2])
    engine = engines.load(name)
    asked = [
        Query(**{**e, "words": tuple(map(tuple, e["words"])), "entity": tuple(e["entity"])})
        for e in orjson.loads(path.read_bytes())
    ]
    imported = _private()
    start = time.perf_counter()
    opened = engine(folder)
    opening = 0.0
    for query in asked:
        question = opened.translate(query)
        if question is None:
            continue
        (opened.count if query.limit == COUNT else opened.rows)(question)
        opening = opening or time.perf_counter() - start
    measures = {
        "imported_bytes": imported,
        "asked_bytes": _private(),
        "opening_seconds": round(opening, 4),
    }
    opened.close()
    print(json.dumps(measures))
    return 0


def _private() -> int | None:
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return None
    values = [line.split()[1] for line in text.splitlines() if line.startswith("RssAnon:")]
    return int(values[0]) * 1024 if values else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
