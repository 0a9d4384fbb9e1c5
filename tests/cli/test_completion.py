"""Completion: what the shells offer after a tab."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
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
        {"title": "Мушкетёры", "text": "Трое.", "source": """Д'Артаньян "$HOME" `"""},
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


PROGRAM = f"""#!/bin/sh
if [ -n "$_NEWSINDEX_COMPLETE" ] || [ "$1" = completion ]
then exec '{sys.executable}' -m newsindex "$@"
fi
printf '%s\\n' "$@" > given.new && mv given.new given
"""


@pytest.mark.skipif(
    os.name == "nt" or shutil.which("bash") is None, reason="there is no bash with a terminal here"
)
def test_a_tab_in_bash_completes_the_line(index: Path, tmp_path: Path) -> None:
    """In a bash with a terminal of its own, in which a line is typed, then tab, then enter."""
    pty = pytest.importorskip("pty")
    (tmp_path / "newsindex").write_text(PROGRAM)
    (tmp_path / "newsindex").chmod(0o755)
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(tmp_path)
        path = f"{tmp_path}:{os.environ['PATH']}"
        variables = {"PATH": path, "LC_ALL": "C.UTF-8", "NEWSINDEX_INDEX": str(index)}
        os.execvpe("bash", ["bash", "--norc", "--noprofile", "-i"], {**os.environ, **variables})  # noqa: S606

    def given(typed: str) -> list[str]:
        os.write(terminal, f"newsindex {typed}\t\n".encode())
        file, end = tmp_path / "given", time.monotonic() + 60
        while not file.exists() and time.monotonic() < end:
            # What bash shows has to be read, or it waits.
            if select.select([terminal], [], [], 0.05)[0]:
                os.read(terminal, 65536)
        words = file.read_text(encoding="utf-8").splitlines()
        file.unlink()
        return words

    try:
        os.write(terminal, b'eval "$(newsindex completion bash)"\n')
        assert given("alerts remo") == ["alerts", "remove"]
        assert given("search x --off") == ["search", "x", "--offset"]
        assert given("index t.id") == ["index", "t.id"]
        for typed in ("Но", "Новости\\ д", "'Но", "'Новости д", '"Но', '"Новости д'):
            assert given(f"search --source {typed}") == ["search", "--source", "Новости дня"], typed
        for typed in ("Д", "'Д", '"Д'):
            given_name = given(f"search --source {typed}")[-1]
            assert given_name == """Д'Артаньян "$HOME" `""", typed
    finally:
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
        os.close(terminal)
