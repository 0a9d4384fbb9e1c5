"""Reading a folder again, and watching it: only what is new or has changed is read."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsindex import Index, IndexCorrupt
from newsindex.documents.reading import Reading
from newsindex.index.sources import Sources, choices_of, state_of
from newsindex.index.watching import Watcher
from newsindex.model import Skipped
from tests.cli.test_cli import PAGE, run

OLD = time.time() - 3600


def write(path: Path, text: str, when: float = OLD) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, (when, when))


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A folder with a page and an archive, read into an index."""
    (tmp_path / "pages").mkdir()
    write(tmp_path / "pages" / "one.txt", PAGE)
    lines = [{"id": str(n), "title": f"новость {n}", "text": "мир"} for n in range(3)]
    write(tmp_path / "pages" / "all.jsonl", "".join(json.dumps(line) + "\n" for line in lines))
    assert index(tmp_path, "--no-entities")["indexed"] == 4
    return tmp_path


def index(top: Path, *options: str) -> dict[str, int]:
    done = run("index", top / "pages", "-i", top / "t.idx", *options)
    assert done.returncode == 0, done.stderr
    return {k: v for k, v in json.loads(done.stdout).items() if isinstance(v, int)}


def titles(top: Path) -> set[str]:
    return {hit.title for hit in Index.open(top / "t.idx").search("", limit=50)}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_files_that_have_not_changed_are_not_read_again(top: Path, jobs: str) -> None:
    before = Index.open(top / "t.idx").generation
    counts = index(top, "--jobs", jobs)
    assert (counts["indexed"], counts["unchanged"], counts["articles"]) == (0, 2, 4)
    assert Index.open(top / "t.idx").generation == before
    counts = index(top, "--again", "--jobs", jobs)
    assert (counts["indexed"], counts["unchanged"], counts["articles"]) == (4, 0, 4)
    counts = index(top, "--timezone", "Europe/Moscow", "--jobs", jobs)
    assert counts["indexed"] == 4
    write(top / "pages" / "new.jsonl", '{"id": "9", "title": "девять", "text": "мир"}\n')
    counts = index(top, "--timezone", "Europe/Moscow", "--jobs", jobs)
    assert (counts["indexed"], counts["unchanged"], counts["new"]) == (1, 2, 1)
    assert index(top, "--timezone", "Europe/Moscow")["unchanged"] == 3
    assert Index.open(top / "t.idx").check() == []


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_page_that_has_changed_takes_the_place_of_the_one_before(top: Path, jobs: str) -> None:
    page = top / "pages" / "one.txt"
    write(page, PAGE.replace("Киев и Токио начали", "Киев и Токио завершили"), OLD + 5)
    counts = index(top, "--jobs", jobs)
    assert (counts["indexed"], counts["articles"], counts["replaced"]) == (1, 4, 1)
    assert "Киев и Токио завершили оборонные консультации" in titles(top)
    # Where another file holds the same page, it stays when one of them becomes another article.
    write(top / "pages" / "copy.txt", page.read_text())
    assert index(top, "--jobs", jobs)["articles"] == 4
    write(page, PAGE, OLD + 10)
    assert index(top, "--jobs", jobs)["articles"] == 5
    page.unlink()
    assert index(top)["articles"] == 5


def test_a_change_within_a_tick_of_the_clock_is_seen(top: Path) -> None:
    page = top / "pages" / "one.txt"
    # The tick of a file server whose clock is ahead: it does not end before the page is read,
    # however busy this machine is.
    tick = time.time() + 3600
    write(page, PAGE.replace("Токио", "Осака"), tick)
    assert index(top)["indexed"] == 1
    write(page, PAGE.replace("Токио", "Киото"), tick)
    assert index(top)["indexed"] == 1
    assert "Киев и Киото начали оборонные консультации" in titles(top)
    assert index(top)["indexed"] == 0


@pytest.mark.parametrize(("later", "seen"), [(0.1, True), (1.9, True), (2.1, False)])
def test_content_is_compared_where_the_tick_had_not_ended_when_the_file_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: float, seen: bool
) -> None:
    page, choices = tmp_path / "page.txt", choices_of(Reading())
    write(page, "мир")
    monkeypatch.setattr(time, "time_ns", lambda: page.stat().st_mtime_ns + int(later * 1e9))
    known = Sources()
    known.remember(page, state_of(page, choices))
    assert known.is_unchanged(page, choices)
    write(page, "дом")
    # After the tick nobody changes a file without its time, so its content is not read again.
    assert known.is_unchanged(page, choices) is not seen


def test_what_could_not_be_read_is_tried_again(top: Path) -> None:
    (top / "pages" / "bad.txt").write_bytes(b"\x00\x01" * 100)
    for _ in range(2):
        done = run("index", top / "pages", "-i", top / "t.idx")
        assert "bad.txt" in done.stderr
        assert json.loads(done.stdout)["unchanged"] == 2


def test_standard_input_is_always_read(top: Path) -> None:
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "newsindex", "index", "-", "-i", str(top / "t.idx")],
            input='{"id": "s", "title": "поток", "text": "мир"}\n',
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout)["indexed"] == 1


def test_what_was_not_committed_is_not_remembered(top: Path) -> None:
    opened = Index.open(top / "t.idx")
    path = top / "pages" / "later.txt"
    write(path, PAGE)
    choices = choices_of(Reading())
    with opened.writer() as writer:
        writer.remember(path, state_of(path, choices))
        writer.rollback()
        assert not writer.sources.is_unchanged(path, choices)
        writer.remember(path, state_of(path, choices))
        writer.commit()
        assert writer.sources.is_unchanged(path, choices)
        assert not writer.sources.is_unchanged(path, choices + 1)
    with opened.writer() as writer:
        assert len(writer.sources) == 3
        path.unlink()
        assert not writer.sources.is_unchanged(path, choices)


def test_a_damaged_table_of_files_is_named(top: Path) -> None:
    (table,) = (top / "t.idx").glob("*.src")
    content = table.read_bytes()
    opened = Index.open(top / "t.idx")
    changes = [content[:length] for length in range(0, len(content), 40)]
    changes.append(content[:-1] + bytes([content[-1] ^ 1]))
    for changed in changes:
        table.write_bytes(changed)
        assert any(table.name in problem for problem in opened.check())
        with pytest.raises(IndexCorrupt, match=table.name):
            Sources.open(top / "t.idx", opened._snapshot.manifest)
    table.unlink()
    assert any(table.name in problem for problem in opened.check())
    # Searching needs no memory of files.
    assert Index.open(top / "t.idx").search("мир").total


def test_a_watcher_tells_of_a_file_once_it_has_settled(tmp_path: Path) -> None:
    write(tmp_path / "old.txt", "old")
    watcher = Watcher([tmp_path])
    assert watcher.poll() == ([], [])
    new = tmp_path / "new.txt"
    write(new, "a")
    assert watcher.poll() == ([], [])
    write(new, "ab")
    assert watcher.poll() == ([], [])
    assert watcher.poll() == ([new], [])
    assert watcher.poll() == ([], [])
    watcher.again([new])
    assert watcher.poll() == ([new], [])
    new.unlink()
    assert watcher.poll() == ([], [])
    write(new, "ab")
    watcher.poll()
    assert watcher.poll() == ([new], [])
    os.symlink(tmp_path / "nothing", tmp_path / "link.txt")
    ((), (skipped,)) = watcher.poll()
    assert isinstance(skipped, Skipped)
    assert watcher.poll() == ([], [])


@pytest.fixture
def watching(top: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "newsindex", "index", str(top / "pages"), "-i", str(top / "t.idx"),
         "--watch"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        assert "watching" in process.stderr.readline()
        yield process
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watching_reads_what_comes_and_ends_cleanly(
    top: Path, watching: subprocess.Popen[str], number: signal.Signals
) -> None:
    assert watching.stderr is not None
    write(top / "pages" / "new.txt", PAGE.replace("Токио", "Осака"), time.time())
    assert re.search(
        r"\d\d:\d\d:\d\d 1 files, 1 articles; the index holds 5$", watching.stderr.readline()
    )
    assert "Киев и Осака начали оборонные консультации" in titles(top)
    write(top / "pages" / "one.txt", PAGE.replace("Токио", "Киото"), time.time())
    assert "1 articles; the index holds 5" in watching.stderr.readline()
    assert "Киев и Токио начали оборонные консультации" not in titles(top)
    watching.send_signal(number)
    assert watching.wait(timeout=30) == 0
    assert watching.stderr.read() == ""
    assert Index.open(top / "t.idx").check() == []
    assert index(top)["unchanged"] == 3


def test_standard_input_cannot_be_watched(top: Path) -> None:
    done = run("index", "-", "--watch", "-i", top / "t.idx")
    assert done.returncode == 2
    assert "standard input" in done.stderr


def test_a_file_of_records_that_is_written_anew_adds_to_what_was_there(tmp_path: Path) -> None:
    """As a file called latest.jsonl does, which holds one article today and another tomorrow."""
    latest = tmp_path / "pages" / "latest.jsonl"
    latest.parent.mkdir()
    for day, word in enumerate(["Мир", "Война"], 1):
        latest.write_text(json.dumps({"title": word, "text": f"{word}.", "id": word}) + "\n" * day)
        counts = index(tmp_path)
        assert (counts["new"], counts["replaced"], counts["articles"]) == (1, 0, day)
