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

WRITER = """
import sys, time
from newsindex import Article, Index
index = Index.open(sys.argv[1])
end = time.monotonic() + float(sys.argv[2])
number = 0
with index.writer() as writer:
    while time.monotonic() < end:
        number += 1
        for each in range(5):
            writer.add(Article("счетчик", f"commit{number} x", language="ru", id=f"c{each}"))
        writer.add(Article("запись", f"номер {number}", language="ru", id=f"n{number}"))
        writer.add(Article("мимо", "потом удалена", language="ru", id="gone"))
        writer.delete("gone")
        writer.commit()
        if number % 25 == 0:
            writer.optimize()
print(number)
"""
READER = """
import sys
from tests.test_crowds import read_until
print(read_until(sys.argv[1], float(sys.argv[2])))
"""


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
    process = psutil.Process()
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
    readers = [start(READER, SECONDS * 0.7) for _ in range(2)]
    read_until(str(path), SECONDS / 5)  # what is loaded once is loaded by now
    gc.collect()
    handles, memory = process.num_fds(), process.memory_info().rss
    wrong: list[BaseException] = []

    def read() -> None:
        try:
            read_until(str(path), SECONDS * 0.7)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
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
    gc.collect()
    assert process.num_fds() <= handles + 4
    assert process.memory_info().rss - memory < 80 << 20


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
