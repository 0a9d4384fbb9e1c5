"""The README: its commands, its Python and its queries do what it says."""

from __future__ import annotations

import glob
import gzip
import re
import shlex
import shutil
from pathlib import Path

import click
import orjson
import pytest
from click.testing import CliRunner

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


# Commands that need other machines, another package or do not end.
_LEFT_OUT = ("--cluster", "cluster ", "--watch", "train-entities")


def test_the_commands_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSINDEX_INDEX", raising=False)
    shutil.copytree(ROOT / "newsindex" / "demo" / "pages", "pages")
    shutil.copy(next(Path("pages").glob("*.txt")), "page.txt")
    title = "Оборонные консультации о санкциях: война и мир в Киеве"
    text = "Андрей Ермак сообщил об оборонных консультациях, санкции обсудил президент."
    record = {"title": title, "text": text, "published": "2025-08-01", "id": "6137729ed29c61cb705f"}
    with gzip.open("archive.jsonl.gz", "wb") as file:
        file.write(orjson.dumps(record | {"language": "ru"}))
    Path("queries.txt").write_text("санкции\n", encoding="utf-8")
    newsindex.Index.create("archive/one.idx")
    ran = 0
    for line in fenced("sh")[2].splitlines():
        words = shlex.split(line, comments=True)
        if not words or any(part in f"{line} " for part in _LEFT_OUT):
            continue
        words = [f for word in words for f in (sorted(glob.glob(word)) or [word])]
        if line.startswith("newsindex index pages/ archive.jsonl.gz"):
            shutil.rmtree("newsindex.idx", ignore_errors=True)
        done = CliRunner().invoke(group, words[1:], standalone_mode=False)
        assert done.exception is None, (line, done.exception)
        assert done.return_value in (0, 1, None), (line, done.output)
        ran += 1
        if words[1] == "index":
            shutil.copytree("news.idx", "newsindex.idx", dirs_exist_ok=True)
    assert ran >= 30


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
