"""The README: its commands, its Python and its queries do what it says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

import newsindex
from newsindex.cli import _COMMANDS, group
from newsindex.query import parse

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_python_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.txt").write_text(
        "Сайт\n18:46 01.08.2025\n\nЗаголовок о консультациях\n\n"
        "Оборонные консультации начались в Киеве, сообщили в министерстве.\n",
        encoding="utf-8",
    )
    names: dict[str, object] = {}
    for code in fenced("python"):
        exec(compile(code, "README.md", "exec"), names)  # noqa: S102 - our own README
    assert "1 found" in capsys.readouterr().out


def test_every_command_of_the_readme_is_one_and_parses() -> None:
    seen = set()
    for block in fenced("sh"):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if not words or words[0] != "newsindex":
                continue
            seen.add(words[1])
            command = group.get_command(click.Context(group), words[1])
            assert command is not None, line
            command.make_context(words[1], words[2:], resilient_parsing=False)
    assert seen == set(_COMMANDS) - {"demo"}


def test_every_query_of_the_readme_parses_without_complaint() -> None:
    rows = re.findall(r"^\| (`.*?) \| .* \|$", README, re.MULTILINE)
    queries = [query for row in rows for query in re.findall(r"`([^`]+)`", row)]
    assert len(queries) > 15
    for query in queries:
        assert parse(query, "Europe/Kyiv").diagnostics == (), query


def test_every_error_is_documented_by_its_class() -> None:
    for name in newsindex.__all__:
        value = getattr(newsindex, name)
        if isinstance(value, type) and issubclass(value, Exception):
            assert issubclass(value, newsindex.NewsIndexError)
            assert value.__doc__
