"""The alerts of the command line: what they print, and the exit codes that cron looks at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_cli import run


def news(folder: Path, *texts: str) -> Path:
    path = folder / "news.jsonl"
    lines = [{"title": text, "text": f"{text}.", "id": text, "source": "а"} for text in texts]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


@pytest.fixture
def index(tmp_path: Path) -> Path:
    path = tmp_path / "t.idx"
    assert run("index", news(tmp_path, "Прежний мир"), "-i", path).returncode == 0
    return path


def test_exit_codes_tell_cron_whether_there_is_something_new(index: Path, tmp_path: Path) -> None:
    assert run("alerts", "run", "-i", index).returncode == 1
    done = run("alerts", "add", "peace", 'мир "', "--source", "а", "-i", index)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"added": 1})
    assert done.stderr.count("quotation mark") == 1
    done = run("alerts", "run", "-i", index)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    run("index", news(tmp_path, "Новый мир", "Война"), "-i", index)
    done = run("alerts", "run", "peace", "-i", index)
    assert done.returncode == 0
    (match,) = map(json.loads, done.stdout.splitlines())
    assert list(match)[:3] == ["alert", "id", "title"]
    assert (match["alert"], match["id"]) == ("peace", "Новый мир")
    assert run("alerts", "run", "-i", index).returncode == 1
    done = run("alerts", "run", "nothing", "-i", index)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_indexing_reports_what_is_new_as_it_comes(index: Path, tmp_path: Path) -> None:
    run("alerts", "add", "peace", "мир", "-i", index)
    run("alerts", "add", "war", "война", "-i", index)
    done = run("index", news(tmp_path, "О мире", "О войне"), "-i", index, "--alerts")
    assert done.returncode == 0
    matches = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(m["alert"], m["id"]) for m in matches] == [("peace", "О мире"), ("war", "О войне")]
    assert "2 new" in done.stderr
    assert run("alerts", "run", "-i", index).returncode == 1


def test_alerts_move_from_one_index_to_another(index: Path, tmp_path: Path) -> None:
    run("alerts", "add", "peace", "мир", "--from", "2025", "--person", "Ермак", "-i", index)
    done = run("alerts", "list", "-i", index)
    (alert,) = map(json.loads, done.stdout.splitlines())
    assert alert.pop("added")
    assert alert == {"name": "peace", "query": "мир", "since": "2025", "person": ["Ермак"]}
    other = tmp_path / "other.idx"
    run("index", news(tmp_path, "Иной мир"), "-i", other)
    lines = done.stdout + 'nonsense\n{"name": "b"}\n\n{"name": "c", "query": "x", "since": "?"}\n'
    done = run("alerts", "import", "-", "-i", other, input=lines + '{"name":"d","query":"\\""}')
    assert (done.returncode, json.loads(done.stdout)) == (0, {"added": 2})
    assert [line.split(":")[2] for line in done.stderr.splitlines()] == ["2", "3", "5", "6"]
    done = run("alerts", "import", tmp_path / "nowhere.jsonl", "-i", other)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    names = [json.loads(x)["name"] for x in run("alerts", "list", "-i", other).stdout.splitlines()]
    assert names == ["peace", "d"]
    assert run("alerts", "remove", "peace", "x", "-i", other).returncode == 0
    assert run("alerts", "remove", "peace", "-i", other).returncode == 1
    run("alerts", "remove", "d", "-i", other)
    assert run("alerts", "list", "-i", other).returncode == 1


def test_an_import_says_what_is_wrong_with_a_line(index: Path) -> None:
    lines = '[]\n{"query": "мир"}\n{"name": "a", "query": 5}\n{x\n'
    done = run("alerts", "import", "-", "-i", index, input=lines)
    assert (done.returncode, json.loads(done.stdout)) == (2, {"added": 0})
    said = [line.partition(", found ")[2] for line in done.stderr.splitlines()]
    assert said[:3] == ["none", "no name", "5 for query"]
    assert said[3].startswith("broken JSON: ")
    # Nothing to import is no mistake.
    done = run("alerts", "import", "-", "-i", index, input="\n")
    assert (done.returncode, done.stderr) == (1, "")


@pytest.mark.parametrize("command", ["add", "import", "list", "remove", "run"])
def test_every_part_of_the_command_has_help_with_an_example(command: str) -> None:
    done = run("alerts", command, "--help")
    assert done.returncode == 0
    assert f"newsindex alerts {command}" in done.stdout.split("Options:")[0].split("\n", 1)[1]
