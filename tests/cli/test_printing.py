"""Hits as a terminal shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsindex import Article, Index
from newsindex.cli.search import print_results


def test_a_hit_is_shown_with_its_source_and_its_author(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = Index.create(tmp_path / "test.idx", extractor=None)
    with index.writer() as writer:
        writer.add(Article("Саммит", "Встреча.", source="a.example", author="Олена Коваль", id="1"))
        writer.add(Article("Саммит без автора", "Встреча.", source="b.example", id="2"))
    index.refresh()
    print_results(index.search("саммит"))
    shown = capsys.readouterr().out
    assert "a.example · Олена Коваль · " in shown
    assert shown.count("Олена") == 1
    # After a cursor nobody knows how many came before.
    page = index.search("саммит", limit=1)
    print_results(page)
    assert capsys.readouterr().out.endswith("\n1-1 of 2 found\n")
    print_results(index.search("саммит", limit=1, after=page.cursor), counted=False)
    assert capsys.readouterr().out.endswith("\n1 more of 2 found\n")
