"""Fixtures shared by all tests: the data beside the repository, and small indexes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from newsindex import Article, Index

KYIV = ZoneInfo("Europe/Kyiv")
DATA = Path(__file__).parents[2] / "shared" / "data"

MakeIndex = Callable[..., Index]


@pytest.fixture
def data() -> Path:
    """The folder of real data, which is not part of the project."""
    if not DATA.is_dir():
        pytest.skip("the real data (../shared/data) is not on this machine")
    return DATA


@pytest.fixture
def make_index(tmp_path: Path) -> MakeIndex:
    """A function that makes an index of articles, written in one commit or several."""

    def make(articles: Iterable[Article], *, commits: int = 1, name: str = "test.idx") -> Index:
        articles = list(articles)
        index = Index.create(tmp_path / name)
        size = max(1, -(-len(articles) // commits))
        for start in range(0, len(articles), size):
            with index.writer() as writer:
                for article in articles[start : start + size]:
                    writer.add(article)
        index.refresh()
        return index

    return make


def article(
    text: str, *, title: str = "", day: str | None = "2025-08-01T12:00", **fields: str
) -> Article:
    """An article for a test; ``day`` is an ISO date in Kyiv or None."""
    published = datetime.fromisoformat(day).replace(tzinfo=KYIV) if day else None
    language = fields.pop("language", "ru")
    return Article(title=title, text=text, published=published, language=language, **fields)
