"""Hits as a terminal shows them."""

from __future__ import annotations

from datetime import UTC, datetime
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
    print_results(index.search("саммит"), "Europe/Kyiv")
    shown = capsys.readouterr().out
    assert "a.example · Олена Коваль · " in shown
    assert shown.count("Олена") == 1
    # After a cursor nobody knows how many came before.
    page = index.search("саммит", limit=1)
    print_results(page, "Europe/Kyiv")
    assert capsys.readouterr().out.endswith("\n1-1 of 2 found\n")
    rest = index.search("саммит", limit=1, after=page.cursor)
    print_results(rest, "Europe/Kyiv", counted=False)
    assert capsys.readouterr().out.endswith("\n1 more of 2 found\n")


def test_dates_are_shown_as_a_search_counts_days_and_posts_without_a_headline_begin_with_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = Index.create(tmp_path / "test.idx", extractor=None)
    with index.writer() as writer:
        writer.add(Article("", "Тревога.", datetime(2025, 8, 1, 22, 30, tzinfo=UTC), id="kyiv"))
        writer.add(Article("", "Тревога.", datetime(2025, 8, 1, 9, 5, tzinfo=UTC), id="day"))
    index.refresh()
    print_results(index.search("тревога", sort="newest"), index.timezone)
    first, text, _, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("  1. 2025-08-02 01:30 · ru · ")
    assert text.strip() == "Тревога."
    assert second.startswith("  2. 2025-08-01 12:05 · ru · ")
    assert index.search("тревога", since="2025-08-02").total == 1
