"""Merging: few segments however many commits, in the background of indexing, and killed at will."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from newsindex import Article, Index
from newsindex.documents import pieces
from newsindex.documents.reading import Reading
from newsindex.index import merge, merge_postings, workers
from newsindex.index.memory import LEAST
from tests.conftest import MakeIndex, article


def lines(path: Path, count: int, ids: int) -> Path:
    path.write_text(
        "".join(
            json.dumps(
                {"id": str(n % ids), "title": f"мир {n}", "text": f"Новость номер {n}. И ещё."}
            )
            + "\n"
            for n in range(count)
        ),
        encoding="utf-8",
    )
    return path


def build(folder: Path, source: Path, jobs: int, *, commit: bool) -> tuple[Index, list[int]]:
    """An index of ``source``, and the number of its segments after each commit."""
    index = Index.create(folder, extractor=None)
    segments = []
    with index.writer(memory=LEAST) as writer:
        for _ in workers.index_files(writer, [source], jobs=jobs, reading=Reading()):
            if commit:
                writer.commit()
                index.refresh()
                segments.append(index.stats()["segments"])
    index.refresh()
    return index, segments


def test_many_commits_leave_few_segments(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "many.idx", extractor=None)
    with index.writer() as writer:
        for number in range(150):
            writer.add(article(f"мир номер {number}", id=str(number)))
            writer.commit()
            index.refresh()
            assert index.stats()["segments"] <= 10 * (1 + math.log10(number + 1))
    assert index.search("мир").total == 150


def test_workers_merge_while_others_index_and_when_all_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = lines(tmp_path / "news.jsonl", 6000, ids=5000)
    monkeypatch.setattr(pieces, "_CUT_FROM", 1)
    monkeypatch.setattr(pieces, "_PIECE_BYTES", 1 << 14)
    # In this process only: the workers are others, and write when they are told to.
    monkeypatch.setattr(workers, "room_of_articles", lambda *_, **__: 1 << 17)
    monkeypatch.setattr("newsindex.index.writer._WHILE_LOADING", 8)
    taken: list[int] = []
    finish = workers.Writer.finish_merge

    def counted(self: workers.Writer, merged: merge.Merged) -> None:
        taken.append(len(merged.origin))
        finish(self, merged)

    monkeypatch.setattr(workers.Writer, "finish_merge", counted)
    index, segments = build(tmp_path / "merged.idx", source, 2, commit=True)
    assert taken
    assert max(segments) <= 40
    plain, _ = build(tmp_path / "plain.idx", source, 1, commit=False)
    assert len(index) == len(plain) == 5000
    assert index.check() == []
    for query in ("мир", "новость 5999", '"номер 17"', "ещё -мир", ""):
        assert index.search(query, limit=100).hits == plain.search(query, limit=100).hits
    assert index.get("42") == plain.get("42")


@pytest.mark.parametrize("least", [0, 1000])
def test_a_load_by_workers_ends_as_one_segment_with_its_reprints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, least: int
) -> None:
    # From so many documents on another process merges.
    monkeypatch.setattr("newsindex.index.writer._OWN_PROCESS", least)
    monkeypatch.setattr(merge, "_LARGE", 5)
    monkeypatch.setattr(merge, "_GROWTH", 100)
    monkeypatch.setattr(pieces, "_CUT_FROM", 1)
    monkeypatch.setattr(pieces, "_PIECE_BYTES", 1 << 12)
    text = " ".join(f"слово{letter} стало" for letter in "абвгдежзиклмнопрстуфхцчшщэюя")
    records = [
        {"id": str(n), "title": "мир", "text": f"{text} номер{n}", "date": f"2025-08-0{1 + n % 3}"}
        for n in range(60)
    ]
    records.append({"id": "7", "title": "другое", "text": "Ничего общего."})
    source = tmp_path / "news.jsonl"
    source.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    index, _ = build(tmp_path / "two.idx", source, 2, commit=False)
    plain, _ = build(tmp_path / "one.idx", source, 1, commit=False)
    assert index.stats()["segments"] == 1
    assert index.check() == []
    for identifier in ("3", "7", "39"):
        assert index.duplicates(identifier) == plain.duplicates(identifier)
    assert len(index.duplicates("3")) > 10
    assert not index.duplicates("7")


def test_what_a_worker_has_written_outlives_a_commit_that_does_not_know_of_it(
    tmp_path: Path,
) -> None:
    index = Index.create(tmp_path / "test.idx", extractor=None)
    written = index.path / f"w{os.getpid()}-0-1.new"
    with index.writer() as writer:
        writer.expect_workers()
        written.write_bytes(b"")
        writer.add(article("мир"))
        writer.commit()
        assert written.exists()
        writer.settle()
        writer.commit()
        assert not written.exists()


def test_frequent_terms_are_merged_piece_by_piece(
    make_index: MakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = [article("мир " * (n % 300) + f"слово{n % 7}", id=str(n)) for n in range(120)]
    monkeypatch.setattr(merge_postings, "_CHUNK", 50)
    one, many = make_index(articles), make_index([], name="many")
    with many.writer() as writer:
        for number, each in enumerate(articles):
            writer.add(each)
            if number % 20 == 19:
                writer.commit()
        for number in range(0, 120, 3):
            writer.delete(str(number))
        writer.optimize()
    with one.writer() as writer:
        for number in range(0, 120, 3):
            writer.delete(str(number))
    one.refresh()
    many.refresh()
    assert many.stats()["segments"] == 1
    assert many.check() == []
    for query in ("мир", '"мир слово3"', '"мир мир слово5"', "=слово1"):
        assert one.search(query, limit=50).total == many.search(query, limit=50).total
        assert {h.id for h in one.search(query, limit=99)} == {
            h.id for h in many.search(query, limit=99)
        }


KILLED = """
import sys
from pathlib import Path
from newsindex import Index
from newsindex.documents import pieces
from newsindex.documents.reading import Reading
from newsindex.index import workers
if __name__ == "__main__":
    pieces._CUT_FROM, pieces._PIECE_BYTES = 1, 1 << 14
    workers.room_of_articles = lambda *_, **__: 1 << 17
    index = Index.open(sys.argv[1])
    with index.writer(wait=30) as writer:
        reading = Reading()
        for _ in workers.index_files(writer, [Path(sys.argv[2])], jobs=2, reading=reading):
            writer.commit()
            print(writer._manifest.generation, flush=True)
"""


def test_killed_while_it_merges_an_index_is_sound(tmp_path: Path) -> None:
    source = lines(tmp_path / "news.jsonl", 6000, ids=6000)
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    folder = tmp_path / "killed.idx"
    Index.create(folder, extractor=None)
    for commits in (8, 14, 20):
        process = subprocess.Popen(
            [sys.executable, str(script), str(folder), str(source)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout is not None
        for _ in range(commits):
            process.stdout.readline()
        process.kill()
        process.wait()
        process.stdout.close()
        time.sleep(0.1)
        index = Index.open(folder)
        assert index.check() == []
        assert index.search("новость").total == len(index)
    with Index.open(folder).writer() as writer:
        writer.add(Article("последняя", "Последняя новость", id="last"))
    index = Index.open(folder)
    assert index.check() == []
    left = {path.name for path in folder.iterdir()} - {"writer.lock", "manifest.json"}
    assert left == index._snapshot.manifest.files()
