"""Misuse of the library: what is of the wrong type or kind is refused in words and does no harm."""

from __future__ import annotations

import contextlib
import io
import pydoc
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import newsindex
from newsindex import Alerts, Article, GivenEntity, Index, InvalidArgument, InvalidArticle


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with Index.create(tmp_path / "news.idx", extractor=None) as made:
        with made.writer() as writer:
            writer.add(Article("Саммит в Киеве", "Стороны обсудили санкции.", id="one"))
        made.refresh()
        yield made


REFUSED: list[tuple[str, Callable[[Any], Any]]] = [
    ("expected a query string, found NoneType", lambda i: i.search(None)),
    ("expected a query string, found bytes", lambda i: i.facets(b"x", by="source")),
    ("expected a query string, found list", lambda i: i.scan(["саммит"])),
    ("limit must be a whole number, found '5'", lambda i: i.search("саммит", limit="5")),
    ("limit must be a whole number, found 2.0", lambda i: i.search("саммит", limit=2.0)),
    ("offset must be a whole number, found None", lambda i: i.search("саммит", offset=None)),
    ("limit must be 0 or more, found -1", lambda i: i.search("саммит", limit=-1)),
    ("top must be a whole number", lambda i: i.terms("саммит", top="3")),
    ("peaks must be a whole number", lambda i: i.timeline("саммит", peaks=1.5)),
    ("expected a date such as 2025", lambda i: i.search("саммит", since=2025)),
    ("source must be a string or several, found 5", lambda i: i.search("", source=5)),
    ("person must be a string, found None", lambda i: i.search("", person=[None])),
    ("language must be a string or several", lambda i: i.search("", language={"ru": 1})),
    ("now must be a datetime, found '2025'", lambda i: i.search("date:вчера", now="2025")),
    ("recency: expected the time", lambda i: i.search("саммит", recency=30)),
    ("expected the id of an article", lambda i: i.get(5)),
    ("expected the id of an article, a string such as Hit.id", lambda i: i.similar(None)),
    ("expected the id of an article", lambda i: i.duplicates(5)),
    ("prefix must be a string, found 5", lambda i: i.suggest(5)),
]


@pytest.mark.parametrize(("message", "call"), REFUSED, ids=[each[0] for each in REFUSED])
def test_a_value_of_another_type_is_refused_in_words(
    message: str, call: Callable[[Any], Any], index: Index
) -> None:
    with pytest.raises(InvalidArgument) as refused:
        call(index)
    assert message in str(refused.value)


def test_a_filter_that_is_none_is_as_good_as_left_out(index: Index) -> None:
    nothing = dict.fromkeys(newsindex.Filters.__annotations__)
    assert index.search("саммит", **nothing).total == 1  # type: ignore[arg-type]
    assert index.search("саммита", source=frozenset(), cross=None).total == 1


def test_a_writer_refuses_what_is_no_article_and_goes_on(index: Index) -> None:
    with index.writer() as writer:
        with pytest.raises(InvalidArticle, match="expected an Article, found dict"):
            writer.add({"title": "x"})  # type: ignore[arg-type]
        with pytest.raises(InvalidArgument, match="expected the id of an article"):
            writer.delete(None)  # type: ignore[arg-type]
        writer.add(Article("Второй", "Текст."))
    index.refresh()
    assert len(index) == 2


@pytest.mark.parametrize("published", ["2025-08-01", date(2025, 8, 1)])
def test_an_article_is_published_at_a_moment(published: Any) -> None:
    with pytest.raises(InvalidArticle, match="a datetime with a time zone or None, found"):
        Article("Саммит", "Текст.", published=published)


@pytest.mark.parametrize(
    "published",
    [
        datetime.max.replace(tzinfo=UTC),
        datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-3))),
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=3))),
    ],
)
def test_a_moment_at_the_end_of_time_is_refused_before_it_spoils_an_index(
    published: datetime,
) -> None:
    with pytest.raises(InvalidArticle, match="beyond the calendar of UTC"):
        Article("Саммит", "Текст.", published=published)


def test_entities_of_an_article_are_values_of_their_own() -> None:
    assert Article("Саммит", "Ермак.", entities=(GivenEntity("person", "Ермак"),)).entities
    with pytest.raises(InvalidArticle, match="entities must be GivenEntity values, found dict"):
        Article("Саммит", "Ермак.", entities=({"name": "Ермак"},))  # type: ignore[arg-type]


def test_an_alert_that_is_no_query_costs_the_others_nothing(index: Index) -> None:
    alerts = Alerts(index.path)
    alerts.add("good", "санкции", existing=True)
    with pytest.raises(InvalidArgument, match="query must be a string, found 5"):
        alerts.add("bad", 5)  # type: ignore[arg-type]
    assert [match.alert for match in Alerts(index.path).run()] == ["good"]


def test_an_index_says_what_it_is(index: Index) -> None:
    assert repr(index) == f"<Index '{index.path}': 1 articles>"


def test_help_tells_of_every_public_name() -> None:
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        pydoc.Helper(output=text).help(newsindex)
    assert set(newsindex.__all__) <= set(dir(newsindex))
    assert "class Index(" in text.getvalue()
    assert "make_report(" in text.getvalue()
