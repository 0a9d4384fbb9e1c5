"""Completion: what the shells offer after a tab."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from newsindex import Alerts
from tests.cli.test_cli import run


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completion")
    lines = [
        {"title": "Встреча", "text": "Владимир Зеленский прибыл в Токио.", "source": "Новости дня"},
        {"title": "Речь", "text": "Владимир Зеленский выступил в Киеве.", "source": "nv.ua"},
    ]
    (folder / "n.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert run("index", folder / "n.jsonl", "-i", folder / "t.idx").returncode == 0
    Alerts(folder / "t.idx").add("defence", "мир")
    return folder / "t.idx"


def completed(*words: str) -> list[str]:
    """What bash is offered for the last of the words of a line."""
    environment = {
        "_NEWSINDEX_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(f"'{word}'" if " " in word else word for word in words),
        "COMP_CWORD": str(len(words) - 1),
    }
    done = run(env=environment)
    assert done.stderr == ""
    return [line.split(",", 1)[1] for line in done.stdout.splitlines() if line]


def test_commands_and_options_are_completed() -> None:
    assert completed("newsindex", "sea") == ["search"]
    assert completed("newsindex", "alerts", "r") == ["remove", "run"]
    assert "--person" in completed("newsindex", "report", "--pe")


def test_sources_names_and_alerts_come_from_the_index(index: Path) -> None:
    def after(*words: str) -> list[str]:
        return completed("newsindex", *words)

    place = ("-i", str(index))
    assert after("search", "x", *place, "--source", "n") == ["nv.ua"]
    assert after("search", "x", *place, "--source", "но") == ["Новости\\\\ дня"]
    assert after("search", "x", *place, "--place", "То") == ["Токио"]
    assert after("search", "x", *place, "--person", "Влад") == ["Владимир\\\\ Зеленский"]
    assert after("search", "x", *place, "--person", "Владимир Зел") == ["Владимир\\\\ Зеленский"]
    assert after("search", "x", *place, "--lang", "u") == ["uk"]
    assert after("alerts", "run", *place, "d") == ["defence"]


def test_without_an_index_nothing_is_offered_and_nothing_said(tmp_path: Path) -> None:
    for option in ("--source", "--person"):
        words = ("newsindex", "search", "x", "-i", str(tmp_path / "no"), option, "а")
        assert completed(*words) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_asks_newsindex(shell: str) -> None:
    done = run("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"_NEWSINDEX_COMPLETE={shell}_complete" in done.stdout
    program = shutil.which(shell)
    if program:
        check = [program, "-n"] if shell != "fish" else [program, "--no-execute"]
        subprocess.run(check, input=done.stdout, text=True, check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash on the PATH")
def test_bash_completes_a_line(index: Path, tmp_path: Path) -> None:
    program = tmp_path / "newsindex"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m newsindex "$@"\n')
    program.chmod(0o755)
    line = ["newsindex", "search", "x", "-i", str(index), "--source", "Но"]
    script = (
        'eval "$(newsindex completion bash)"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
        " _newsindex_completion newsindex; printf '%s\\n' \"${COMPREPLY[@]}\""
    )
    done = subprocess.run(
        ["bash", "-c", script, "bash", *line],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert done.stdout.splitlines() == ["Новости\\ дня"]
