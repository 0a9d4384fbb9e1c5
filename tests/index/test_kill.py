"""Killed at any moment, an index stays at its last commit, whole.

``NEWSINDEX_KILLS=500 pytest tests/index/test_kill.py`` kills more often.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from newsindex import Index, NewsIndexError

# Adds articles for ever, commits after each ten, and says so after each commit.
WORKER = """
import sys, newsindex
index = newsindex.Index.open(sys.argv[1])
number = len(index)
print("ready", flush=True)
with index.writer(wait=30) as writer:
    while True:
        for _ in range(10):
            writer.add(newsindex.Article(f"title {number}", f"мир номер {number}", id=str(number)))
            number += 1
        writer.commit()
        print(number, flush=True)
"""
KILLS = int(os.environ.get("NEWSINDEX_KILLS", "25"))


def test_kill_at_random_moments(tmp_path: Path) -> None:
    rng = random.Random(9)
    path = tmp_path / "kill.idx"
    Index.create(path)
    for _ in range(KILLS):
        before = len(Index.open(path))
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(path)], stdout=subprocess.PIPE, text=True
        )
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
        time.sleep(rng.random() * 0.25)
        worker.kill()
        said = [int(line) for line in worker.stdout.read().split()]
        worker.wait()
        worker.stdout.close()
        index = Index.open(path)
        # Everything whose commit was reported is there, and no part of a commit without the rest.
        assert len(index) >= max(said, default=before)
        assert len(index) % 10 == 0
        assert index.check() == []
        assert index.search("мир").total == len(index)
        assert {index.get(str(n)) is not None for n in range(len(index))} <= {True}
    with Index.open(path).writer() as writer:
        writer.delete("0")
    index = Index.open(path)
    files = {p.name for p in path.iterdir()} - {"writer.lock"}
    assert files == index._snapshot.manifest.files() | {"manifest.json"}


def test_kill_while_the_command_line_indexes(tmp_path: Path) -> None:
    source = tmp_path / "news.jsonl"
    source.write_text(
        "".join(f'{{"title": "мир {n}", "text": "новость номер {n}"}}\n' for n in range(20_000))
    )
    path = tmp_path / "cli.idx"
    command = [sys.executable, "-m", "newsindex", "index", str(source), "-i", str(path)]
    for delay in (0.2, 0.5, 0.8, 1.2):
        worker = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        worker.kill()
        worker.wait()
        try:
            index = Index.open(path)
        except NewsIndexError as error:
            assert "no index here" in str(error)  # noqa: PT017 - killed before it was created
            continue
        assert index.check() == []
        assert len(index) in (0, 20_000)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert Index.open(path).search("новость").total == 20_000
