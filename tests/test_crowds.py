"""Crowds: many readers and one writer at once, each read of one consistent state.

Every commit replaces five articles that hold its number and adds one more, so that a mixture of two
states shows. ``NEWSINDEX_SOAK=600 pytest tests/test_crowds.py`` goes on for so many seconds.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from newsindex import Article, Index, IndexLocked

SECONDS = float(os.environ.get("NEWSINDEX_SOAK", "6"))

# Half of them threads of one process, half processes.
READERS = 16 if SECONDS >= 60 else 6
WRITER = "import sys; from tests.test_crowds import write_until; write_until(*sys.argv[1:])"
READER = "import sys; from tests.test_crowds import read_alone; read_alone(*sys.argv[1:])"


class Growth:
    """What this process has taken since: open files, and megabytes of memory."""

    def __init__(self) -> None:
        self.process = psutil.Process()
        self.before = self.now()

    def now(self) -> tuple[int, int]:
        gc.collect()
        return self.process.num_fds(), self.process.memory_full_info().uss >> 20

    def check(self) -> None:
        """After some time as after a longer one: a segment more or less, no more."""
        (files, memory), (files_now, memory_now) = self.before, self.now()
        assert files_now <= files + 12, (files, files_now)
        assert memory_now <= memory + 40, (memory, memory_now)


def write_until(path: str, seconds: str) -> None:
    """Commit again and again, deleting and merging; print the number of commits."""
    index = Index.open(path)
    start = time.monotonic()
    growth = None
    number = 0
    with index.writer() as writer:
        while time.monotonic() < start + float(seconds):
            number += 1
            for each in range(5):
                writer.add(Article("счетчик", f"commit{number} x", language="ru", id=f"c{each}"))
            writer.add(Article("запись", f"номер {number}", language="ru", id=f"n{number}"))
            writer.add(Article("мимо", "потом удалена", language="ru", id="gone"))
            writer.delete("gone")
            writer.commit()
            if number % 25 == 0:
                writer.optimize()
            if growth is None and time.monotonic() > start + float(seconds) / 3:
                growth = Growth()
        if growth:
            growth.check()
    print(number)


def read_alone(path: str, seconds: str) -> None:
    """Read in a process of its own; print the number of reads."""
    reads = read_until(path, float(seconds) / 3)
    growth = Growth()
    reads += read_until(path, float(seconds) * 2 / 3)
    growth.check()
    print(reads)


def read_once(index: Index, before: int) -> int:
    """Look at one state; the number of the commit."""
    page = index.search("счетчик", limit=10)
    texts = {hit.snippet for hit in page}
    if not page.total:
        assert before == 0
        return 0
    assert page.total == 5
    assert len(texts) == 1, texts
    number = int(texts.pop().split()[0].removeprefix("commit"))
    assert number >= before
    return number


def read_until(path: str, seconds: float) -> int:
    """Read one state after the other; the number of reads."""
    index = Index.open(path)
    end = time.monotonic() + seconds
    number = reads = 0
    while time.monotonic() < end:
        number = read_once(index, number)
        # One value is one state, however many questions it is asked.
        assert index.search("запись", limit=0).total == number
        assert len(index) == (number + 5 if number else 0)
        assert index.search("мимо", limit=0).total == 0
        index.refresh()
        reads += 1
    return reads


def test_every_read_sees_one_commit(tmp_path: Path) -> None:
    path = tmp_path / "crowd.idx"
    Index.create(path, extractor=None)
    root = str(Path(__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": root}

    def start(code: str, seconds: float) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, str(path), str(seconds)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    writer = start(WRITER, SECONDS)
    readers = [start(READER, SECONDS * 0.7) for _ in range(READERS // 2)]
    read_until(str(path), SECONDS / 5)  # what is loaded once is loaded by now
    growth = Growth()
    wrong: list[BaseException] = []

    def read() -> None:
        try:
            read_until(str(path), SECONDS * 0.7)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(READERS // 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    for reader in readers:
        out, _ = reader.communicate()
        assert reader.returncode == 0
        assert int(out) > 0
    out, _ = writer.communicate()
    assert writer.returncode == 0
    commits = int(out)
    index = Index.open(path)
    assert len(index) == commits + 5
    assert index.check() == []
    left = {file.name for file in path.iterdir()} - {"writer.lock", "manifest.json"}
    assert left == index._snapshot.manifest.files()
    del index
    growth.check()


def test_the_second_writer_is_told_who_holds_the_index(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "two.idx", extractor=None)
    code = (
        "import sys, newsindex\nwith newsindex.Index.open(sys.argv[1]).writer():"
        "\n    print('held', flush=True)\n    sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(index.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(IndexLocked, match=rf"process {holder.pid} on .+ since 2\d\d\d-"):
        index.writer()
    holder.kill()
    holder.communicate()
    with index.writer() as writer:  # a dead writer holds nothing
        writer.add(Article("мир", "номер", language="ru", id="1"))
    assert index.refresh()
