"""Worker processes: the same index as one process makes, and clear errors when one dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsindex import Index, IndexWriteError
from newsindex.documents import pieces
from newsindex.documents.pieces import Piece, cut, read_piece
from newsindex.documents.reading import Reading
from newsindex.index import workers
from newsindex.model import Article, Skipped

WORDS = "мир война договор закон Киев Токио министр санкции".split()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A large file with repeated ids and a bad line, and some pages. Its articles are alike by
    twos: of more that are alike not all are compared, and which depends on the commits."""
    folder = tmp_path / "sources"
    folder.mkdir()

    def own(number: int) -> str:
        """Words that only this number has: its digits as letters."""
        letters = "".join("бвгдзклмнп"[int(digit)] for digit in f"{number:05}")
        return " слово" + "".join(f" {letters}{letter}к" for letter in "бвгджзклмнпрстфхцчшщ")

    lines = [
        json.dumps(
            {
                "id": str(n % 9000),
                "title": f"{WORDS[n % 8]} {n}",
                "text": " ".join(WORDS[(n + k) % 8] for k in range(n % 11 + 1))
                + own(n % 9000 // 2),
                "published": f"2025-0{n % 9000 // 2 % 9 + 1}-01",
            }
        )
        for n in range(12_000)
    ]
    lines[500] = "{broken"
    (folder / "large.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for n in range(5):
        (folder / f"page{n}.txt").write_text(
            f"Сайт\n18:46 0{n + 1}.08.2025\n\nЗаголовок {n}\n\nТекст о мире номер {n}, и о войне.\n"
        )
    (folder / "empty.txt").write_text("")
    return sorted(folder.iterdir())


def pairs_of(index: Index) -> list[int]:
    file = index._snapshot.reprints
    return file["first"].tolist() if file else []


def build(path: Path, files: list[Path], jobs: int) -> tuple[Index, int, list[str]]:
    index = Index.create(path)
    indexed, problems = 0, []
    with index.writer() as writer:
        for progress in workers.index_files(writer, files, jobs=jobs, reading=Reading()):
            indexed += progress.indexed
            problems += [problem.place for problem in progress.problems]
            if indexed % 7 == 0:
                writer.commit()
    index.refresh()
    return index, indexed, sorted(problems)


def test_pieces_hold_what_the_files_hold(files: list[Path]) -> None:
    parts = list(cut(files, Reading()))
    assert sum(part.size for part in parts if isinstance(part, Piece)) == sum(
        path.stat().st_size for path in files
    )
    assert len(parts) >= 3
    items = [
        item for part in parts if isinstance(part, Piece) for item in read_piece(part, Reading())
    ]
    assert sum(isinstance(item, Article) for item in items) == 11_999 + 5
    places = [item.place for item in items if isinstance(item, Skipped)]
    assert [Path(place).name for place in places] == ["empty.txt", "large.jsonl:501"]


def test_many_processes_make_the_index_that_one_makes(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "_PIECE_BYTES", 100_000)
    one, indexed, problems = build(tmp_path / "one.idx", files, 1)
    many, indexed_by_many, problems_of_many = build(tmp_path / "many.idx", files, 3)
    assert (indexed_by_many, problems_of_many) == (indexed, problems)
    assert len(one) == len(many) == 9000 + 5
    for query in ("мир", "договор закон", '"закон киев"', "слово -мир", "", "title:токио"):
        assert one.search(query, limit=50) == many.search(query, limit=50)
    # Of two articles with one id the later in the file is kept.
    assert many.get("42") == one.get("42")
    assert (many.get("42") or Article("", "?")).title.endswith(" 9042")
    assert many.check() == []
    assert {p.suffix for p in many.path.iterdir()} <= {".seg", ".del", ".dup", ".json", ".lock"}
    assert pairs_of(one) == pairs_of(many)
    assert len(pairs_of(one)) > 4000


def test_what_workers_add_replaces_what_was_there(files: list[Path], tmp_path: Path) -> None:
    index, _, _ = build(tmp_path / "again.idx", files, 2)
    with index.writer() as writer:
        list(workers.index_files(writer, files, jobs=2, reading=Reading()))
    before = len(index)
    index.refresh()
    assert len(index) == before
    assert index.search("слово").total == 9000


def test_a_worker_that_dies_is_an_error_and_costs_only_the_run(
    files: list[Path], tmp_path: Path
) -> None:
    index = Index.create(tmp_path / "die.idx")
    writer = index.writer()
    run = workers.index_files(writer, files * 20, jobs=2, reading=Reading())
    next(run)
    import multiprocessing

    victim = multiprocessing.active_children()[0]
    assert victim.pid is not None
    os.kill(victim.pid, signal.SIGKILL)
    with pytest.raises(IndexWriteError, match="died"):
        list(run)
    writer.rollback()
    writer.close()
    assert not index.refresh()
    assert index.check() == []
    assert not multiprocessing.active_children()


def test_killing_the_command_leaves_the_last_commit(files: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "killed.idx"
    Index.create(path)
    command = [sys.executable, "-m", "newsindex", "index", *map(str, files), "-i", str(path)]
    for delay in (0.6, 1.2):
        process = subprocess.Popen(
            [*command, "--jobs", "2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(delay)
        process.kill()
        process.wait()
        index = Index.open(path)
        assert index.check() == []
        assert len(index) in (0, 9005)
    done = subprocess.run([*command, "--jobs", "2"], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["articles"] == 9005


def test_workers_do_not_outlive_a_killed_writer(files: list[Path], tmp_path: Path) -> None:
    Index.create(tmp_path / "orphans.idx")
    code = (
        "import multiprocessing, sys\n"
        "from pathlib import Path\n"
        "from newsindex import Index\n"
        "from newsindex.index import workers\n"
        "from newsindex.documents.reading import Reading\n"
        "if __name__ == '__main__':\n"
        "    writer = Index.open(sys.argv[1]).writer()\n"
        "    files = [Path(sys.argv[2])] * 1000\n"
        "    for _ in workers.index_files(writer, files, jobs=2, reading=Reading()):\n"
        "        print(*[p.pid for p in multiprocessing.active_children()], flush=True)\n"
    )
    script = tmp_path / "writer.py"
    script.write_text(code)
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path / "orphans.idx"), str(files[1])],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    pids = [int(pid) for pid in process.stdout.readline().split()]
    process.kill()
    process.wait()
    process.stdout.close()
    assert pids
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline, "a worker is still there"
        time.sleep(0.1)
