"""Upgrading: indexes of other versions, frozen ones of every format among them."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import newsindex
from newsindex import Alerts, Article, Index, IndexVersionError
from newsindex.index.header import FORMAT_VERSION
from newsindex.index.manifest import read_manifest, write_manifest
from newsindex.index.sources import Sources
from tests.conftest import MakeIndex, article
from tests.index.freeze import FROZEN, REMEMBERED, STATE
from tests.index.test_damage import rewrite_manifest

ALL_FROZEN = sorted(FROZEN.iterdir())
OTHER_WORDS = FROZEN / f"format-{FORMAT_VERSION}-other-words"


@pytest.fixture
def frozen(tmp_path: Path) -> Path:
    """An index whose words and names were read by another analysis."""
    return shutil.copytree(OTHER_WORDS, tmp_path / "frozen.idx")


def state_of(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix not in (".lock", ".txt")}


def upgrade(*arguments: object) -> tuple[int, list[dict[str, Any]], str]:
    """Run ``newsindex upgrade`` in a pipe: exit code, values, stderr."""
    command = [sys.executable, "-m", "newsindex", "upgrade", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def test_there_is_a_frozen_index_of_every_format() -> None:
    numbers = {int(folder.name.split("-")[1]) for folder in ALL_FROZEN}
    assert numbers == set(range(1, FORMAT_VERSION + 1))


@pytest.mark.parametrize("folder", ALL_FROZEN, ids=lambda path: path.name)
def test_an_index_of_every_format_is_upgraded_and_searched(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "frozen.idx")
    newsindex.upgrade(copy)
    assert newsindex.outdated(copy) == ()
    index = Index.open(copy)
    assert index.check() == []
    assert [hit.id for hit in index.search("мирных переговоров")] == ["1"]
    assert [hit.id for hit in index.search("", place="Киев")] == ["2"]
    assert index.get("2") == Article(
        "Зустріч у Києві",
        "Зустріч відбулася у Києві.",
        published=article("x").published,
        url="https://example.org/2",
        source="agency",
        language="uk",
        id="2",
    )
    assert index.get("3") is None
    assert Sources.open(copy, read_manifest(copy))._files == {REMEMBERED: STATE}
    assert [(alert.name, alert.query) for alert in Alerts(copy)] == [("talks", "переговоры")]
    assert list(Alerts(copy).run()) == []  # what was reported is not reported again


def test_an_index_of_another_analysis_is_refused_until_it_is_upgraded(frozen: Path) -> None:
    with pytest.raises(IndexVersionError, match="newsindex reindex"):
        Index.open(frozen)
    words, names = newsindex.outdated(frozen)
    assert "0.of forms" in words
    assert "names" in names
    done = newsindex.upgrade(frozen)
    assert (done.articles, done.reasons) == (2, (words, names))
    assert Index.open(frozen).search("мирным переговорам").total == 1


def test_what_is_up_to_date_is_left_alone(make_index: MakeIndex) -> None:
    path = make_index([article("мир")]).path
    before = state_of(path)
    assert newsindex.upgrade(path) == newsindex.Upgraded(0, ())
    assert upgrade(path) == (
        0, [{"index": str(path), "upgraded": False, "articles": 0, "reasons": []}], ""
    )  # fmt: skip
    assert state_of(path) == before


def test_an_upgrade_that_is_broken_off_changes_nothing(make_index: MakeIndex) -> None:
    path = make_index([article(f"мир номер {n}", id=str(n)) for n in range(100)]).path
    write_manifest(path, dataclasses.replace(read_manifest(path), analysis="older"))
    before = state_of(path)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        newsindex.upgrade(path, progress=stop)
    assert state_of(path) == before


def test_the_command_says_what_it_would_do_and_does_it(frozen: Path) -> None:
    before = state_of(frozen)
    code, (said,), _ = upgrade("--check", "-i", frozen)
    assert (code, said["upgraded"], len(said["reasons"])) == (1, False, 2)
    assert state_of(frozen) == before
    code, (said,), _ = upgrade("-i", frozen)
    assert (code, said["upgraded"], said["articles"]) == (0, True, 2)
    assert upgrade("--check", frozen)[0] == 0


def test_of_several_indexes_one_that_is_newer_costs_itself(
    frozen: Path, make_index: MakeIndex
) -> None:
    newer = make_index([article("мир")]).path
    rewrite_manifest(newer, format=FORMAT_VERSION + 1)
    code, said, error = upgrade(newer, frozen)
    assert code == 2
    assert [each["index"] for each in said] == [str(frozen)]
    assert f"format {FORMAT_VERSION + 1}" in error
    assert f"reads format {FORMAT_VERSION}" in error
    assert len(error.splitlines()) == 1
    assert Index.open(frozen).search("мир").total == 1
    assert upgrade(frozen, "-i", frozen)[0] == 2


# This newsindex as the next one would be, which has another format and reads ours.
NEXT_VERSION = """
import sys
import newsindex.index.header as header
header.FORMAT_VERSION += 1
import newsindex
path = sys.argv[1]
try:
    newsindex.Index.open(path)
except newsindex.IndexVersionError as error:
    print(error)
assert newsindex.upgrade(path).articles == 2
index = newsindex.Index.open(path)
assert index.check() == []
assert index.search("мирным переговорам").total == 1
with index.writer() as writer:  # and goes on from there
    writer.add(newsindex.Article("", "Новая встреча", id="4"))
    assert writer.sources.updated(writer.sources)
print({each.read_bytes()[8] for each in index.path.iterdir() if each.suffix in (".seg", ".src")})
"""


@pytest.mark.parametrize("folder", ALL_FROZEN, ids=lambda path: path.name)
def test_the_step_to_a_next_format_works_already(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "frozen.idx")
    done = subprocess.run(
        [sys.executable, "-c", NEXT_VERSION, copy], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    refused, formats = done.stdout.splitlines()
    assert "newsindex upgrade" in refused
    assert formats == str({FORMAT_VERSION + 1})
    with pytest.raises(IndexVersionError, match=f"format {FORMAT_VERSION + 1}"):
        Index.open(copy)


def test_a_reader_and_a_writer_see_that_another_version_came_meanwhile(
    make_index: MakeIndex,
) -> None:
    index = make_index([article("мир")])
    manifest = read_manifest(index.path)
    newer = dataclasses.replace(manifest, analysis="newer", generation=manifest.generation + 1)
    write_manifest(index.path, newer)
    with pytest.raises(IndexVersionError, match="newer"):
        index.refresh()
    with pytest.raises(IndexVersionError, match="newer"):
        index.writer()
    assert index.search("мира").total == 1  # of the state that it opened
    write_manifest(index.path, manifest)
    index.writer().close()
