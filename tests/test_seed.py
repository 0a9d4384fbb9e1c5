"""The page that newsindex was asked for: found by what it says, not by what stands beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

import newsindex
from newsindex import Article, Index


@pytest.fixture
def index(data: Path, tmp_path: Path) -> Index:
    index = Index.create(tmp_path / "seed.idx")
    with index.writer() as writer:
        for item in newsindex.read(data / "seed"):
            assert isinstance(item, Article)
            writer.add(item)
    index.refresh()
    assert len(index) == 1
    return index


@pytest.mark.parametrize(
    "query",
    [
        "оборонные консультации",
        '"оборонных консультаций"',
        "консультація Японія",
        "Ермака",
        "дрон-камикадзе Shahed",
        "title:Ермак",
        "date:2025-08-01",
    ],
)
def test_it_is_found(index: Index, query: str) -> None:
    assert index.search(query).total == 1


@pytest.mark.parametrize("query", ["Трамп", "ресторан", "Шмыгаль", "РЕКЛАМА", "новини"])
def test_it_is_not_found_by_its_sidebar(index: Index, query: str) -> None:
    assert index.search(query).total == 0


def test_it_is_found_on_its_day_only(index: Index) -> None:
    assert index.search("Ермак", since="2025-08-01", until="2025-08-01").total == 1
    assert index.search("Ермак", until="2025-07-31").total == 0
