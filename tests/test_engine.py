"""Searching through the public interface: what is found, in which order, with which spans."""

from __future__ import annotations

import threading
from datetime import date, datetime
from pathlib import Path

import pytest

import newsindex
from newsindex import Index
from tests.conftest import KYIV, MakeIndex, article

ARTICLES = [
    article(
        "Киев и Токио начали оборонные консультации. Обсудили пакет новых санкций.",
        title="Консультации в Киеве",
        day="2025-08-01T18:46",
        source="Интерфакс-Украина",
        id="a1",
    ),
    article(
        "У Києві говорили про оборону. Консультацій не було.",
        title="Оборона",
        day="2025-08-02T00:30",
        language="uk",
        source="ukr.example",
        id="a2",
    ),
    article(
        "Пакет документов для санкций готовят в министерстве. Дроны-камикадзе летали ночью.",
        title="Новый пакет",
        day="2025-07-31T23:59",
        source="Interfax.example",
        url="https://interfax.example/3",
        id="a3",
    ),
    article("Без даты, но про санкции.", title="Без даты", day=None, id="a4"),
]


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    return make_index(ARTICLES, commits=2)


def ids(index: Index, query: str, **options: object) -> list[str]:
    return [hit.id for hit in index.search(query, **options)]  # type: ignore[arg-type]  # a test


def test_all_words_must_occur_in_any_form(index: Index) -> None:
    assert ids(index, "оборонная консультация") == ["a1"]
    assert ids(index, "санкции пакета") == ["a3", "a1"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"оборонных консультаций"', {"a1"}),
        ("«оборонных консультаций»", {"a1"}),
        ('"пакет санкций"', set()),
        ('"пакет санкций"~2', {"a1"}),
        ('"пакет санкций"~3', {"a1", "a3"}),
        ('"санкций пакет"~9', set()),
        ("дрон-камикадзе", {"a3"}),
        ("дрон камикадзе", {"a3"}),
        ("пакет -документ", {"a1"}),
        ("пакет NOT документ", {"a1"}),
        ("пакет НЕ документ", {"a1"}),
        ("дроны OR токио", {"a1", "a3"}),
        ("дроны ИЛИ токио", {"a1", "a3"}),
        ("пакет (дроны OR токио)", {"a1", "a3"}),
        ("санкции дроны OR токио", {"a1", "a3"}),
        ("title:пакет", {"a3"}),
        ("title:(пакет OR оборона)", {"a3", "a2"}),
        ('title:"новый пакет"', {"a3"}),
        ("консульт*", {"a1", "a2"}),
        ("title:консульт*", {"a1"}),
        ("=консультации", {"a1"}),
        ("=консультация", set()),
        ('="оборонные консультации"', {"a1"}),
        ('="оборонных консультаций"', set()),
        ("lang:uk", {"a2"}),
        ("source:Интерфакс-Украина", {"a1"}),
        ('source:"интерфакс-украина"', {"a1"}),
        ("source:inter*", {"a3"}),
        ("id:a4", {"a4"}),
        ("date:2025-08", {"a1", "a2"}),
        ("date:2025-08-01", {"a1"}),
        ("date:01.08.2025", {"a1"}),
        ("date:[2025-07-31 TO 2025-08-01]", {"a1", "a3"}),
        ("date:{2025-07-31 TO 2025-08-01]", {"a1"}),
        ("date:[* TO 2025-08-01]", {"a1", "a3"}),
        ("date:>=2025-08-02", {"a2"}),
        ("date:2025-07 OR date:2025-08-02", {"a2", "a3"}),
        ("-date:2025", {"a4"}),
        ("-санкции", {"a2"}),
        ("*", {"a1", "a2", "a3", "a4"}),
        ("", {"a1", "a2", "a3", "a4"}),
        ("нетакогослова", set()),
        ("...", set()),
    ],
)
def test_the_query_language(index: Index, query: str, expected: set[str]) -> None:
    results = index.search(query)
    assert {hit.id for hit in results} == expected
    assert results.total == len(expected)


def test_a_name_is_found_in_both_languages(index: Index) -> None:
    assert set(ids(index, "Киев")) >= {"a1"}
    assert set(ids(index, "Київ")) >= {"a2"}


def test_dates_bound_the_publication_days_included(index: Index) -> None:
    assert set(ids(index, "", since="2025-08-01", until="2025-08-01")) == {"a1"}
    assert set(ids(index, "", until="2025-07-31")) == {"a3"}
    assert set(ids(index, "", since=date(2025, 8, 2))) == {"a2"}
    moment = datetime(2025, 8, 1, 18, 46, tzinfo=KYIV)
    assert set(ids(index, "", since=moment, until=moment)) == {"a1"}
    assert set(ids(index, "", since=datetime(2025, 8, 1, 18, 46), until="2025-08-01")) == {"a1"}
    assert ids(index, "консультации", since="2025-09") == []


def test_filters_by_source_and_language(index: Index) -> None:
    assert ids(index, "", source="ukr.example") == ["a2"]
    assert set(ids(index, "", source=["ukr.example", "interfax.EXAMPLE"])) == {"a2", "a3"}
    assert ids(index, "", language="uk") == ["a2"]
    assert ids(index, "санкции", language="uk") == []


def test_orders(index: Index) -> None:
    assert ids(index, "", sort="newest") == ["a2", "a1", "a3", "a4"]
    assert ids(index, "", sort="oldest") == ["a4", "a3", "a1", "a2"]
    assert ids(index, "санкции", sort="newest") == ["a1", "a3", "a4"]
    # The title weighs more than the body.
    assert ids(index, "пакет")[0] == "a3"


def test_limit_and_offset_cut_one_stable_list(index: Index) -> None:
    whole = ids(index, "санкции OR оборона", limit=10)
    assert len(whole) == 4
    parts = [ids(index, "санкции OR оборона", limit=1, offset=i) for i in range(4)]
    assert [part[0] for part in parts] == whole
    assert ids(index, "санкции", limit=0) == []
    assert index.search("санкции", limit=0).total == 3
    assert ids(index, "санкции", offset=100) == []


def test_a_hit_carries_its_fields_and_where_it_matched(index: Index) -> None:
    hit = index.search('"оборонных консультаций" OR title:консультации')[0]
    assert (hit.id, hit.language, hit.source, hit.url) == ("a1", "ru", "Интерфакс-Украина", None)
    assert hit.published == datetime(2025, 8, 1, 18, 46, tzinfo=KYIV)
    assert hit.published.isoformat() == "2025-08-01T18:46:00+03:00"
    assert [hit.title[a:b] for a, b in hit.title_spans] == ["Консультации"]
    assert [hit.snippet[a:b] for a, b in hit.snippet_spans] == ["оборонные консультации"]
    assert hit.score > 0


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"limit": -1}, "-1"),
        ({"offset": -5}, "-5"),
        ({"sort": "best"}, "best"),
        ({"since": "2025-13"}, "2025-13"),
        ({"until": "yesterdayish"}, "yesterdayish"),
    ],
)
def test_bad_arguments_are_named(index: Index, arguments: dict[str, object], named: str) -> None:
    with pytest.raises(newsindex.InvalidArgument, match=named):
        index.search("мир", **arguments)  # type: ignore[arg-type]  # that is the test


def test_get_and_len_and_stats(index: Index) -> None:
    assert len(index) == 4
    assert index.get("a3") == ARTICLES[2]
    assert index.get("nothing") is None
    assert index.get("\ud800") is None
    stats = index.stats()
    assert stats["articles"] == 4
    assert stats["undated"] == 1
    assert stats["languages"] == {"ru": 3, "uk": 1}
    assert stats["first"] == "2025-07-31T23:59:00+03:00"
    assert stats["last"] == "2025-08-02T00:30:00+03:00"


def test_the_time_zone_of_an_index_says_when_its_days_begin(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "tokyo.idx", timezone="Asia/Tokyo")
    with index.writer() as writer:
        writer.add(ARTICLES[0])  # 18:46 in Kyiv is past midnight in Tokyo
    index.refresh()
    assert ids(index, "", since="2025-08-02", until="2025-08-02") == ["a1"]
    with pytest.raises(newsindex.InvalidArgument, match="Mars"):
        Index.create(tmp_path / "mars.idx", timezone="Mars/Phobos")


def test_an_index_may_be_searched_from_many_threads(index: Index) -> None:
    expected = index.search("санкции OR консультации")
    wrong = []

    def work() -> None:
        for _ in range(30):
            if index.search("санкции OR консультации") != expected:
                wrong.append(1)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_create_and_open_refuse_what_is_no_place_for_an_index(tmp_path: Path) -> None:
    with pytest.raises(newsindex.IndexNotFound, match=r"no index here"):
        Index.open(tmp_path / "nothing")
    Index.create(tmp_path / "one.idx")
    with pytest.raises(newsindex.IndexExists, match="there is an index already"):
        Index.create(tmp_path / "one.idx")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").write_text("x")
    with pytest.raises(newsindex.IndexExists, match="empty folder"):
        Index.create(tmp_path / "full")


@pytest.fixture
def across(make_index: MakeIndex) -> Index:
    return make_index(
        [
            article("Зеленский приехал в Киев. Мира пока нет.", id="ru"),
            article("Зеленського чекають у Києві. Миру поки немає.", language="uk", id="uk"),
        ]
    )


@pytest.mark.parametrize("query", ["Зеленский", "Зеленського", "Киев", "Києві", "Киева", "Києвом"])
def test_names_meet_across_the_languages(across: Index, query: str) -> None:
    results = across.search(query)
    assert {hit.id for hit in results} == {"ru", "uk"}
    assert all(hit.snippet_spans for hit in results)


@pytest.mark.parametrize(
    ("query", "found"),
    [("Киев", "ru"), ("Києва", "uk"), ('"в Киеве"', "ru"), ('"у Киеве"', None), ("=Киев", "ru")],
)
def test_a_search_need_not_cross_the_languages(
    across: Index, query: str, found: str | None
) -> None:
    results = across.search(query, cross=False)
    assert [hit.id for hit in results] == ([found] if found else [])
    assert all(hit.snippet_spans for hit in results)


def test_a_search_in_one_language_does_not_cross(across: Index) -> None:
    assert ids(across, "Киев", language="ru") == ["ru"]
    assert ids(across, "Киев", language="uk") == []
    assert ids(across, "Києва lang:uk") == ["uk"]
    assert ids(across, "Киев", language=["ru", "uk"]) != []
