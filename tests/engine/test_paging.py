"""Every hit: pages by cursor, streams without a limit of depth, and that they agree."""

from __future__ import annotations

import dataclasses
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsindex import Article, Hit, Index, InvalidArgument
from newsindex.query.cursor import ORDERS, Cursor, Order
from tests.conftest import MakeIndex, article

DAYS = ["2025-08-01T12:00", "2025-08-01T12:00", "2025-08-02T08:30", None]
QUERIES = ["мир", "мир OR санкции", "", "title:мир", "lang:ru -санкции"]


def some_articles(count: int) -> list[Article]:
    """Articles many of which share their date or their score."""
    return [
        article(
            "мир " * (1 + i % 3) + ("санкции " if i % 2 else "") + "слово " * (i % 5),
            title="мир" if i % 7 == 0 else "",
            day=DAYS[i % len(DAYS)],
            id=f"id{i}",
        )
        for i in range(count)
    ]


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    index = make_index(some_articles(60), commits=4)
    with index.writer() as writer:
        writer.delete("id3")
        writer.delete("id44")
    index.refresh()
    return index


def pages(index: Index, query: str, sort: Order, size: int) -> list[str]:
    """The ids of all hits, read page by page."""
    found: list[str] = []
    cursor = None
    for _ in range(100):
        results = index.search(query, sort=sort, limit=size, after=cursor)
        assert results.total == index.search(query, limit=0).total
        found += [hit.id for hit in results]
        cursor = results.cursor
        if cursor is None:
            break
    return found


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("sort", ORDERS)
@pytest.mark.parametrize("size", [1, 7, 58])
def test_pages_by_cursor_make_up_the_whole_list(
    index: Index, query: str, sort: Order, size: int
) -> None:
    whole = [hit.id for hit in index.search(query, sort=sort, limit=1000)]
    assert len(whole) == len(set(whole)) > 7
    assert pages(index, query, sort, size) == whole


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("sort", ORDERS)
def test_a_scan_gives_what_a_search_without_a_limit_gives(
    index: Index, query: str, sort: Order
) -> None:
    results = index.search(query, sort=sort, limit=1000)
    assert tuple(index.scan(query, sort=sort)) == results.hits
    assert [a.id for a in index.articles(query, sort=sort)] == [hit.id for hit in results]


def test_a_page_after_a_cursor_may_leave_some_out(index: Index) -> None:
    whole = [hit.id for hit in index.search("мир", limit=20)]
    first = index.search("мир", limit=5)
    assert [hit.id for hit in index.search("мир", limit=5, offset=2, after=first.cursor)] == whole[
        7:12
    ]


@pytest.mark.parametrize("sort", ORDERS)
def test_a_cursor_outlives_adding_deleting_and_merging(index: Index, sort: Order) -> None:
    whole = [hit.id for hit in index.search("мир", sort=sort, limit=1000)]
    first = index.search("мир", sort=sort, limit=10)
    with index.writer() as writer:
        writer.delete(whole[0])
        writer.add(article("Ничего о том.", day="2030-01-01", id="new"))
        writer.optimize()
    index.refresh()
    rest = index.search("мир", sort=sort, limit=1000, after=first.cursor)
    assert [hit.id for hit in rest] == whole[10:]


def test_a_cursor_whose_article_was_deleted_still_tells_the_place(index: Index) -> None:
    whole = [hit.id for hit in index.search("", sort="newest", limit=1000)]
    first = index.search("", sort="newest", limit=10)
    with index.writer() as writer:
        writer.delete(whole[9])
    index.refresh()
    rest = index.search("", sort="newest", limit=1000, after=first.cursor)
    assert [hit.id for hit in rest] == whole[10:]


@pytest.mark.parametrize("text", ["", "abc", "я", "A" * 32, "A" * 400, "=" * 32, "AAAA\nAAAA"])
def test_a_bad_cursor_is_refused(index: Index, text: str) -> None:
    with pytest.raises(InvalidArgument, match="cursor"):
        index.search("мир", after=text)


def test_a_cursor_of_another_order_is_refused(index: Index) -> None:
    cursor = index.search("мир", sort="newest", limit=1).cursor
    with pytest.raises(InvalidArgument, match="newest"):
        index.search("мир", after=cursor)


@given(
    st.sampled_from(ORDERS),
    st.floats(width=32, allow_nan=False),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.integers(0, (1 << 64) - 1),
)
def test_a_cursor_is_read_back_as_it_was_written(
    order: Order, score: float, published: int, id_hash: int
) -> None:
    cursor = Cursor(order, score, published, id_hash)
    text = cursor.encode()
    assert len(text) == 32
    assert text.replace("-", "").replace("_", "").isalnum()
    assert Cursor.decode(text, order) == cursor


@given(st.text(max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_string_upsets_the_reading_of_a_cursor(text: str) -> None:
    with pytest.raises(InvalidArgument):
        Cursor.decode(text, "newest")


def test_a_scan_keeps_to_the_state_in_which_it_began(index: Index) -> None:
    hits = index.scan("мир", sort="oldest")
    first = next(hits)
    with index.writer() as writer:
        for hit in index.search("мир", limit=1000):
            writer.delete(hit.id)
        writer.optimize()
    index.refresh()
    assert index.search("мир").total == 0
    assert len([first, *hits]) == 58


def test_a_scan_refuses_at_once_what_it_cannot_do(index: Index) -> None:
    with pytest.raises(InvalidArgument):
        index.scan("мир", since="когда-то")
    with pytest.raises(InvalidArgument, match="sort"):
        index.scan("мир", sort="best")  # type: ignore[arg-type]  # the mistake itself
    with pytest.raises(TypeError, match="colour"):
        index.articles("мир", colour="red")  # type: ignore[call-arg]  # the mistake itself


def test_articles_are_read_one_by_one(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    from newsindex.index.segment import Segment

    read = []
    original = Segment.article_and_mentions

    def counted(self: Segment, document: int) -> object:
        read.append(document)
        return original(self, document)

    monkeypatch.setattr(Segment, "article_and_mentions", counted)
    assert len(list(itertools.islice(index.scan(""), 3))) == 3
    assert len(read) == 3


def test_hits_and_results_are_frozen_values(index: Index) -> None:
    results = index.search("мир", limit=2)
    assert results == index.search("мир", limit=2)
    assert hash(results) == hash(index.search("мир", limit=2))
    hit: Hit = results[0]
    with pytest.raises(dataclasses.FrozenInstanceError):
        hit.title = "другой"  # type: ignore[misc]  # the mistake itself
    with pytest.raises(dataclasses.FrozenInstanceError):
        results.total = 0  # type: ignore[misc]  # the mistake itself
