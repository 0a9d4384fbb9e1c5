"""Killed at any moment, an index stays at its last commit, whole.

``NEWSINDEX_KILLS=500 pytest tests/index/test_kill.py`` kills more often.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsindex import Article, Index, NewsIndexError

KILLS = int(os.environ.get("NEWSINDEX_KILLS", "25"))
ROOT = str(Path(__file__).parents[2])
NURSERY = "import sys; from tests.index.test_kill import nursery; nursery(sys.argv[1])"


def change(model: dict[str, int], step: int) -> tuple[dict[str, int], list[str]]:
    """What the commit of number ``step`` does to the articles ``model`` (id and version): those it
    adds or replaces, and the ids it deletes."""
    rng = random.Random(step)
    added = {"step": step} | {str(rng.randrange(300)): step for _ in range(10)}
    others = sorted(set(model) - set(added))
    return added, rng.sample(others, k=min(len(others), 6))


def after(steps: int) -> dict[str, int]:
    """The articles after so many commits."""
    model: dict[str, int] = {}
    for step in range(steps):
        added, gone = change(model, step)
        model = {i: v for i, v in (model | added).items() if i not in gone}
    return model


def write_on(folder: str) -> None:
    """Add, replace and delete for ever, commit after each step, merge now and then, and say the
    number of each commit that has returned."""
    index = Index.open(folder)
    with index.writer(wait=30) as writer:
        index.refresh()
        here = index.get("step")
        step = int(here.text.split()[-1]) + 1 if here else 0
        model = after(step)
        while True:
            added, gone = change(model, step)
            for identifier, version in added.items():
                text = f"мир версия {version}"
                writer.add(Article(f"номер {identifier}", text, language="ru", id=identifier))
            for identifier in gone:
                writer.delete(identifier)
            model = {i: v for i, v in (model | added).items() if i not in gone}
            if step % 7 == 3:
                writer.optimize()
            else:
                writer.commit()
            print(step, flush=True)
            step += 1


def nursery(folder: str) -> None:
    """For each line on stdin start a writer, say its process id, and when it is dead say so."""
    with Index.create(f"{folder}.warm", extractor=None).writer() as first:
        first.add(Article("мир", "что все читают, прочитано раз", language="ru"))
    for _ in sys.stdin:
        writer = os.fork()
        if not writer:
            write_on(folder)
        print("pid", writer, flush=True)
        os.waitpid(writer, 0)
        print("dead", flush=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes that share what is loaded")
def test_kill_at_random_moments(tmp_path: Path) -> None:
    rng = random.Random(9)
    path = tmp_path / "kill.idx"
    Index.create(path, extractor=None)
    last = -1
    parent = subprocess.Popen(
        [sys.executable, "-c", NURSERY, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": ROOT},
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    for _ in range(KILLS):
        parent.stdin.write("go\n")
        parent.stdin.flush()
        pid = int(parent.stdout.readline().removeprefix("pid "))
        first = int(parent.stdout.readline())
        assert first == last + 1
        time.sleep(rng.random() * 0.25)
        os.kill(pid, signal.SIGKILL)
        last = first
        while (line := parent.stdout.readline()) != "dead\n":
            last = int(line)
        index = Index.open(path)
        assert index.check() == []
        found = {a.id: int(a.text.split()[-1]) for a in index.articles("")}
        # Every commit that was reported is there; of the one that was not, all or nothing.
        step = found.get("step", -1)
        assert step in (last, last + 1)
        assert found == after(step + 1)
        assert index.search("мир").total == len(index) == len(found)
        last = step
    parent.communicate()
    assert parent.returncode == 0
    assert last >= KILLS - 1
    with Index.open(path).writer() as writer:
        writer.delete("step")
        writer.optimize()
    index = Index.open(path)
    files = {p.name for p in path.iterdir()} - {"writer.lock"}
    assert files == index._snapshot.manifest.files() | {"manifest.json"}
    # Nothing of what was killed takes room: an index of the same articles alone is as large.
    fresh = Index.create(tmp_path / "fresh.idx", extractor=None)
    with fresh.writer() as writer:
        for article in index.articles(""):
            writer.add(article)
    sizes = [sum(p.stat().st_size for p in each.glob("*.seg")) for each in (path, fresh.path)]
    assert sizes[0] < 1.3 * sizes[1]


@pytest.mark.parametrize("command", ["reindex", "backup"])
def test_kill_while_an_index_is_rebuilt_or_copied(tmp_path: Path, command: str) -> None:
    path = tmp_path / "kill.idx"
    index = Index.create(path, extractor=None)
    with index.writer() as writer:
        for number in range(3_000):
            writer.add(Article("мир", f"номер {number}", language="ru", id=str(number)))
    target = tmp_path / "copy.bak"
    arguments = (
        ["-i", str(path)] if command == "reindex" else [str(target), "--copy", "-i", str(path)]
    )
    for number in range(4):
        worker = subprocess.Popen(
            [sys.executable, "-m", "newsindex", command, *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(0.2 + 0.2 * number)
        worker.kill()
        worker.wait()
        index = Index.open(path)
        assert index.check() == []
        assert index.search("мир").total == 3_000
        if command == "backup":
            try:
                copy = Index.open(target)
            except NewsIndexError as error:
                assert "no index here" in str(error)  # noqa: PT017 - its manifest comes last
            else:
                assert copy.check() == []
                assert len(copy) == 3_000
            for left in target.iterdir() if target.is_dir() else ():
                left.unlink()
    with index.writer() as writer:
        writer.delete("0")
    files = {p.name for p in path.iterdir()} - {"writer.lock"}
    assert files == Index.open(path)._snapshot.manifest.files() | {"manifest.json"}


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
