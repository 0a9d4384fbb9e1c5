"""Durability: what a commit has written survives a power loss and every failing write.

A writer runs while its syncs, renames and removals are recorded. From the record come the states in
which a power loss can leave a disk: content that was not synced is lost, and of the changes to the
folder since it was last synced any may have happened, in any order.
``NEWSINDEX_CRASHES=100 pytest tests/index/test_durability.py`` tries so many states a moment, and
lets every write fail.
"""

from __future__ import annotations

import builtins
import errno
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from newsindex import Article, Index, IndexWriteError, NewsIndexError
from newsindex.index import files
from newsindex.index.merge import MergeTask
from newsindex.index.writer import Writer

CRASHES = int(os.environ.get("NEWSINDEX_CRASHES", "1"))


class Record:
    """What a writer does to the disk: (what, name, new name or content), in order."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, str, Any]] = []
        self._folder = str(folder)
        fsync, replace, unlink = os.fsync, os.replace, os.unlink

        def synced(descriptor: int) -> None:
            fsync(descriptor)
            path = os.readlink(f"/proc/self/fd/{descriptor}")
            if path == self._folder:
                self.events.append(("folder", "", None))
            else:
                self._note("sync", path, Path(path).read_bytes())

        def replaced(source: Any, target: Any, **_: Any) -> None:
            replace(source, target)
            self._note("rename", source, Path(target).name)

        def unlinked(path: Any, **_: Any) -> None:
            unlink(path)
            self._note("unlink", path, None)

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(os, "replace", replaced)
        monkeypatch.setattr(os, "unlink", unlinked)

    def _note(self, what: str, path: Any, value: Any) -> None:
        if str(path).startswith(self._folder):
            self.events.append((what, Path(path).name, value))

    def committed(self, state: dict[str, str]) -> None:
        self.events.append(("committed", "", state))


def state_of(index: Index) -> dict[str, str]:
    return {article.id: article.text for article in index.articles("")}


def write_history(folder: Path, record: Record) -> None:
    """Adds, replaces, deletes, merges, and takes over a segment that somebody else wrote."""
    index = Index.create(folder, extractor=None)
    record.committed({})
    rng = random.Random(3)
    for step in range(10):
        with index.writer() as writer:
            for _ in range(3):
                number = rng.randrange(20)
                writer.add(Article("мир", f"шаг {step} {number}", language="ru", id=str(number)))
            writer.delete(str(rng.randrange(20)))
            if step == 5:
                writer.optimize()
            if step == 8:
                task = writer._merging = _task(writer)

                writer.finish_merge(task.run(folder))
        index.refresh()
        record.committed(state_of(index))


def _task(writer: Writer) -> Any:

    name = f"w{os.getpid()}-0-0.new"
    return MergeTask(name, tuple(segment.entry for segment in writer._segments[:2]))


class Disk:
    """A folder as the disk has it: what is durable, and what was asked since."""

    def __init__(self) -> None:
        self.durable: dict[str, int] = {}
        self.seen: dict[str, int] = {}
        self.contents: list[bytes] = []
        self.pending: list[tuple[str, str, Any]] = []

    def apply(self, event: tuple[str, str, Any]) -> None:
        what, name, value = event
        if what == "sync":
            # The content of a file is durable; that it has a name is not.
            self.contents.append(value)
            self.seen[name] = len(self.contents) - 1
        elif what == "rename":
            number = self.seen.pop(name, -1)
            self.seen[value] = number
            self.pending.append(("name", value, number))
        elif what == "unlink":
            self.seen.pop(name, None)
            self.pending.append(("unlink", name, None))
        elif what == "folder":
            self.durable = after(self.durable, self.pending)
            self.pending = []

    def crashed(self, rng: random.Random) -> dict[str, bytes]:
        """A state that a power loss may leave: any of what is pending, in any order."""
        chosen = [event for event in self.pending if rng.random() < 0.5]
        rng.shuffle(chosen)
        left = after(self.durable, chosen)
        return {name: self.contents[n] if n >= 0 else b"" for name, n in left.items()}


def after(names: dict[str, int], events: list[tuple[str, str, Any]]) -> dict[str, int]:
    names = dict(names)
    for what, name, number in events:
        if what == "unlink":
            names.pop(name, None)
        else:
            names[name] = number
    return names


@pytest.mark.skipif(sys.platform != "linux", reason="the record reads /proc")
def test_a_power_loss_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "recorded.idx"
    with monkeypatch.context() as patch:
        record = Record(folder, patch)
        write_history(folder, record)
    assert sum(event[0] == "rename" for event in record.events) > 30
    rng = random.Random(1)
    disk = Disk()
    committed: list[dict[str, str]] = []
    crash = tmp_path / "crash.idx"
    for place, event in enumerate(record.events):
        if event[0] == "committed":
            committed.append(event[2])
        disk.apply(event)
        if not committed or (CRASHES == 1 and event[0] == "sync" and place % 3):
            continue  # a sync alone changes no name
        upcoming = [e[2] for e in record.events[place + 1 :] if e[0] == "committed"][:1]
        for _ in range(CRASHES):
            shutil.rmtree(crash, ignore_errors=True)
            crash.mkdir()
            for name, content in disk.crashed(rng).items():
                (crash / name).write_bytes(content)
            index = Index.open(crash)
            assert state_of(index) in [committed[-1], *upcoming], f"after {record.events[:place]}"
        if place % 4 and CRASHES == 1:
            continue
        assert index.check() == []
        with index.writer() as writer:
            writer.add(Article("мир", "после сбоя", language="ru", id="after"))
        index.refresh()
        assert len(index) == len(state_of(index))
        left = {path.name for path in crash.iterdir()} - {"writer.lock", "manifest.json"}
        assert left == index._snapshot.manifest.files()


class Failing:
    """Lets the writes of newsindex fail from the ``moment``-th on; counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, moment: int, code: int) -> None:
        self.count = 0
        self.moment = moment
        self.code = code
        for name in ("fsync", "replace"):
            monkeypatch.setattr(os, name, self.failing(getattr(os, name)))
        monkeypatch.setattr(files, "open", self.opened, raising=False)

    def step(self) -> None:
        self.count += 1
        if self.count > self.moment:
            raise OSError(self.code, os.strerror(self.code))

    def failing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            self.step()
            return function(*args, **kwargs)

        return run

    def opened(self, path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if mode == "rb":
            return builtins.open(path, mode, *args, **kwargs)
        self.step()
        file = builtins.open(path, mode, *args, **kwargs)  # noqa: SIM115
        return _FailingFile(file, self)


class _FailingFile:
    def __init__(self, file: Any, failing: Failing) -> None:
        self._file = file
        self._failing = failing

    def write(self, data: Any) -> Any:
        self._failing.step()
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> _FailingFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@pytest.mark.parametrize(
    "code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EMFILE], ids=errno.errorcode.get
)
def test_every_write_may_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    monkeypatch.setattr(files, "_CHUNK", 1 << 10)  # so that streams write files of their own
    index = Index.create(tmp_path / "full.idx", extractor=None)
    with index.writer() as writer:
        for number in range(20):
            writer.add(Article("мир", f"первый {number} " * 30, language="ru", id=str(number)))
    index.refresh()
    before = state_of(index)

    def change(moment: int) -> Failing:
        with monkeypatch.context() as patch:
            failing = Failing(patch, moment, code)
            with Index.open(index.path).writer() as writer:
                for number in range(10, 40):
                    writer.add(Article("мир", f"второй {number} " * 30, id=str(number)))
                writer.delete("3")
                writer.optimize()
        return failing

    shutil.copytree(index.path, tmp_path / "spare.idx")
    steps = change(1_000_000).count
    after = state_of(Index.open(index.path))
    assert steps > 50
    for moment in range(0, steps, 1 if CRASHES > 1 else 4 if code == errno.ENOSPC else 15):
        shutil.rmtree(index.path)
        shutil.copytree(tmp_path / "spare.idx", index.path)
        with pytest.raises(IndexWriteError, match=os.strerror(code)):
            change(moment)
        opened = Index.open(index.path)
        assert opened.check() == []
        # The last writes are of the merge, after the commit.
        assert state_of(opened) in (before, after)
    with Index.open(index.path).writer() as writer:
        writer.add(Article("мир", "есть место", language="ru", id="room"))
    assert Index.open(index.path).get("room")


FEW_FILES = """
import resource, sys
from newsindex import Index, NewsIndexError
index = Index.open(sys.argv[1])
resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[2]), int(sys.argv[2])))
try:
    index = Index.open(sys.argv[1])
    with index.writer() as writer:
        writer.delete("1")
except NewsIndexError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no resource limits")
def test_too_many_open_files_are_told(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "many.idx", extractor=None)
    with index.writer() as writer:
        for number in range(9):
            writer.add(Article("мир", f"номер {number}", language="ru", id=str(number)))
            writer.commit()
    for limit in (5, 9, 14, 40):
        done = subprocess.run(
            [sys.executable, "-c", FEW_FILES, str(index.path), str(limit)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        if done.stdout:
            assert done.stdout.startswith(("IndexReadError", "IndexWriteError"))
            assert "Too many open files" in done.stdout
    assert done.stdout == ""
    assert Index.open(index.path).check() == []
    assert len(Index.open(index.path)) == 8


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "locked.idx", extractor=None)
    with index.writer() as writer:
        writer.add(Article("мир", "номер", language="ru", id="1"))
    index.path.chmod(0o555)
    try:
        with pytest.raises(IndexWriteError, match="Permission denied"), index.writer():
            pass
        assert Index.open(index.path).search("мир").total == 1
        index.path.chmod(0)
        with pytest.raises(NewsIndexError):
            Index.open(index.path)
    finally:
        index.path.chmod(0o755)
