"""Records of any names, from files and from memory."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

import newsindex
from newsindex import Article, InvalidArgument, Skipped
from newsindex.documents import read


def one(source: Any, **options: Any) -> Article:
    (article,) = read(source, **options)
    assert isinstance(article, Article)
    return article


@pytest.mark.parametrize(
    "data",
    [
        "kopf,inhalt,pubdate,date\nУровень упал,Вода ушла.,2024-11-08,2020-01-01\n",
        '{"kopf": "Уровень упал", "inhalt": "Вода ушла.", "pubdate": "2024-11-08", "date": "x"}\n',
    ],
    ids=["table", "JSON"],
)
def test_columns_are_mapped_to_fields(tmp_path: Path, data: str) -> None:
    path = tmp_path / "a"
    path.write_text(data, encoding="utf-8")
    mapping = {"title": "kopf", "text": "inhalt", "published": "pubdate"}
    article = one(path, mapping=mapping)
    assert (article.title, article.text) == ("Уровень упал", "Вода ушла.")
    assert article.published is not None
    assert article.published.isoformat() == "2024-11-08T00:00:00+02:00"


def test_a_field_within_an_object_is_named_with_a_dot(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "one", "meta": {"when": "2024-11-08T10:00Z"}}', encoding="utf-8")
    article = one(path, mapping={"published": "meta.when"})
    assert article.published is not None
    assert article.published.isoformat() == "2024-11-08T10:00:00+00:00"


def test_a_field_that_is_none_cannot_be_mapped() -> None:
    with pytest.raises(InvalidArgument, match="pubished"):
        read("-", mapping={"pubished": "date"})
    with pytest.raises(InvalidArgument, match="rows"):
        newsindex.articles_from(5)


def test_rows_in_memory_are_read_one_by_one() -> None:
    def rows() -> Any:
        yield {"title": "one", "date": dt.datetime(2024, 11, 8, 10, 30)}
        yield {"title": "two", "date": dt.date(2024, 11, 8)}
        yield {"nothing": 1}
        yield {"title": "three", "date": dt.datetime(2024, 11, 8, tzinfo=dt.UTC)}

    one, two, bad, three = newsindex.articles_from(rows(), timezone="Europe/Moscow")
    assert isinstance(bad, Skipped)
    assert bad.place == "row 3"
    articles = [item for item in (one, two, three) if isinstance(item, Article)]
    dates = [article.published.isoformat() for article in articles if article.published]
    assert dates == [
        *("2024-11-08T10:30:00+03:00", "2024-11-08T00:00:00+03:00", "2024-11-08T00:00:00+00:00")
    ]


class PandasLike:
    """What the adapter uses of a pandas frame."""

    columns = ("headline", "body", "date", "source")

    def itertuples(self, *, index: bool, name: None) -> Any:
        assert not index
        nan = float("nan")
        return iter([("one", "text", dt.date(2024, 11, 8), nan), ("two", nan, nan, "Газета")])


class PolarsLike:
    """What the adapter uses of a polars frame."""

    def iter_rows(self, *, named: bool) -> Any:
        assert named
        date = dt.date(2024, 11, 8)
        rows = [{"headline": "one", "body": "text", "date": date, "source": None}]
        return iter([*rows, {"headline": "two", "body": None, "date": None, "source": "Газета"}])


@pytest.mark.parametrize("frame", [PandasLike(), PolarsLike()], ids=["pandas", "polars"])
def test_a_frame_is_read_row_by_row_without_its_gaps(frame: Any) -> None:
    first, second = newsindex.articles_from(frame)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, first.text, first.source) == ("one", "text", None)
    assert (second.title, second.text, second.source) == ("two", "", "Газета")
    assert second.published is None


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_frame_of_the_library_itself_is_read(library: str) -> None:
    module = pytest.importorskip(library)
    frame = module.DataFrame({"title": ["one", "two"], "date": [dt.datetime(2024, 1, 2), None]})
    first, second = newsindex.articles_from(frame, timezone="UTC")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert first.published == dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
    assert second.published is None


def test_a_text_that_is_html_loses_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"title": "a &amp; b", "content": "<p>one</p><p>two<br>three</p>"}')
    article = one(path)
    assert article.title == "a & b"
    assert article.text == "one\n\ntwo\n\nthree"
