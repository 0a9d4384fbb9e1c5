"""The commands on a collection: without a cluster where there is no need of one, and on one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsindex.cli import group
from newsindex.cluster import build
from tests.cluster.questions import made_up, write_lines


def run(*words: object) -> Any:
    return CliRunner().invoke(group, list(map(str, words)), standalone_mode=False)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    build([write_lines(folder / "a.jsonl", made_up(30))], folder / "news", by="year")
    return folder / "news"


def test_the_status_of_a_collection_needs_no_cluster(store: Path) -> None:
    result = run("cluster", "status", "-i", store)
    found = json.loads(result.output)
    assert result.return_value == 0
    assert found["articles"] == 30
    assert [shard["name"] for shard in found["shards"]] == ["2022", "2023", "2024", "undated"]
    assert sum(shard["articles"] for shard in found["shards"]) == 30
    assert found["holders"] == []
    assert found["age_seconds"] > 0


def test_options_that_do_not_go_together_are_refused(store: Path, tmp_path: Path) -> None:
    for words, message in (
        (["index", tmp_path, "-i", store, "--shards", "year"], "give --cluster"),
        (["index", tmp_path, "-i", store, "--cluster", "local", "--watch"], "not with --cluster"),
        (["index", tmp_path, "-i", store, "--cluster", "local", "--jobs", 2], "not with"),
        (["index", "-", "-i", store, "--cluster", "local"], "not standard input"),
        (["cluster", "serve", "-i", store, "--cluster", "local"], "ray start"),
        (["cluster", "stop", "-i", store], "expected --cluster"),
    ):
        result = run(*words)
        assert message in str(result.exception), words


def test_a_search_without_a_cluster_loads_nothing_of_one(store: Path, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from newsindex.cli import group\n"
        f"group.main(['search', 'мир', '-i', {str(tmp_path / 'no.idx')!r}], standalone_mode=False)"
    )
    modules = "print(sorted(m for m in ('ray', 'fsspec', 'newsindex.cluster') if m in sys.modules))"
    lines = code.splitlines()
    script = "\n".join([*lines[:2], "try:", f"    {lines[2]}", "except Exception: pass", modules])
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
    # Nor does what needs no address.
    script = f"from newsindex.cluster import Searcher; Searcher(None, {str(store)!r}).search('мир')"
    script += "; import sys; print('ray' in sys.modules, 'fsspec' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["False", "False"]


def test_a_cluster_of_this_machine_for_the_length_of_a_command(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray (newsindex[cluster]) is not installed")
    source = write_lines(tmp_path / "a.jsonl", made_up(20))
    env = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    # Ray keeps a token there.
    env |= {"HOME": str(tmp_path), "NEWSINDEX_INDEX": "news", "NEWSINDEX_CLUSTER": "local"}

    done = subprocess.run(
        [sys.executable, "-m", "newsindex", "index", str(source), "--shards", "year"],
        capture_output=True,
        text=True,
        env=env,
        cwd=tmp_path,
        timeout=180,
        check=False,
    )
    assert done.stderr == ""
    assert done.returncode == 0
    assert json.loads(done.stdout)["new"] == 20
