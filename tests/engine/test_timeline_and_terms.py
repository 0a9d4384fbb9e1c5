"""What a researcher asks after the hit: when it was, and what it is about."""

from __future__ import annotations

from datetime import date

import pytest

from newsindex import Index, InvalidArgument
from newsindex.cli.timeline import chart
from tests.conftest import MakeIndex, article


def counts(index: Index, query: str, **options: object) -> dict[str, int]:
    timeline = index.timeline(query, **options)  # type: ignore[arg-type]  # a test
    return {period.start.isoformat(): period.count for period in timeline}


@pytest.fixture
def dated(make_index: MakeIndex) -> Index:
    return make_index(
        [
            article("Мир.", day="2024-12-31T23:59", id="1"),
            article("Мир.", day="2025-01-01T00:00", id="2"),
            article("Мир.", day="2025-03-30T12:00", id="3"),
            article("Мир.", day="2025-03-31T00:30", id="4"),
            article("Мир.", day=None, id="5"),
            article("Война.", day="2025-06-01", id="6"),
        ],
        commits=3,
    )


def test_periods_are_those_of_the_time_zone_and_empty_ones_are_among_them(dated: Index) -> None:
    assert counts(dated, "мир", by="year") == {"2024-01-01": 1, "2025-01-01": 3}
    assert counts(dated, "мир", by="month") == {
        "2024-12-01": 1, "2025-01-01": 1, "2025-02-01": 0, "2025-03-01": 2,
    }  # fmt: skip
    days = counts(dated, "мир", by="day")
    assert len(days) == 91
    assert {day: count for day, count in days.items() if count} == {
        "2024-12-31": 1, "2025-01-01": 1, "2025-03-30": 1, "2025-03-31": 1,
    }  # fmt: skip


def test_weeks_begin_on_mondays(dated: Index) -> None:
    weeks = counts(dated, "мир", by="week")
    assert weeks["2024-12-30"] == 2
    assert weeks["2025-03-24"] == weeks["2025-03-31"] == 1
    assert all(date.fromisoformat(day).weekday() == 0 for day in weeks)


def test_undated_articles_are_counted_apart(dated: Index) -> None:
    timeline = dated.timeline("мир")
    assert (timeline.total, timeline.undated) == (5, 1)
    assert sum(period.count for period in timeline) == 4
    only_undated = dated.timeline("id:5")
    assert (only_undated.periods, only_undated.undated, only_undated.total) == ((), 1, 1)
    assert dated.timeline("нетакого").total == 0


def test_the_dates_asked_for_are_covered(dated: Index) -> None:
    expected = {"2025-01-01": 1, "2025-02-01": 0, "2025-03-01": 2, "2025-04-01": 0}
    assert counts(dated, "мир", since="2025-01", until="2025-04") == expected
    assert counts(dated, "мир date:[2025-01 TO 2025-04]") == expected


def test_a_wrong_date_is_named_where_it_makes_too_many_periods(make_index: MakeIndex) -> None:
    index = make_index([article("Мир.", day="1206-01-01"), article("Мир.", day="2025-01-01")])
    with pytest.raises(InvalidArgument, match="1206-01-01"):
        index.timeline("мир", by="day")
    assert len(index.timeline("мир", by="month")) == (2025 - 1206) * 12 + 1
    # Dates that are only asked for are left out instead.
    assert len(index.timeline("мир", by="day", since="1800")) == 1


@pytest.mark.parametrize("day", ["0001-01-02", "9999-12-31"])
@pytest.mark.parametrize("by", ["day", "week", "month", "year"])
def test_the_first_and_the_last_day_of_all_are_days_too(
    make_index: MakeIndex, day: str, by: str
) -> None:
    index = make_index([article("Мир.", day=day)])
    assert sum(counts(index, "мир", by=by).values()) == 1


@pytest.mark.parametrize("options", [{"by": "century"}, {"peaks": -1}, {"since": "когда-то"}])
def test_bad_arguments_are_refused(dated: Index, options: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument):
        dated.timeline("мир", **options)  # type: ignore[arg-type]  # the mistake itself


@pytest.fixture
def telling(make_index: MakeIndex) -> Index:
    """Common words everywhere, floods in May 2024, a telling word with its forms."""
    articles = [
        article(
            f"Рабочие и служащие обсудили бюджет. Пункт {'абвгдежзик'[i % 10] * 4}.",
            day=f"2024-{1 + i % 12:02}-10",
            id=f"b{i}",
        )
        for i in range(120)
    ]
    articles += [
        article(
            "Служащие обсудили бюджет: наводнение и эвакуация жителей, говорит Андрей Ермак.",
            day=f"2024-05-{1 + i:02}",
            id=f"f{i}",
        )
        for i in range(20)
    ]
    return make_index(articles, commits=3)


def test_a_peak_is_told_by_its_terms(telling: Index) -> None:
    timeline = telling.timeline("бюджет")
    peaks = {period.start: period.terms for period in timeline if period.terms}
    assert list(peaks) == [date(2024, 5, 1)]
    assert {"наводнение", "эвакуация"} <= set(peaks[date(2024, 5, 1)])
    assert not any(period.terms for period in telling.timeline("бюджет", peaks=0))


def test_terms_are_those_that_tell_the_hits_from_the_rest(telling: Index) -> None:
    terms = telling.terms("эвакуация")
    words = {term.text: term for term in terms}
    assert {"наводнение", "жителей", "говорит"} <= set(words)
    # Not the query's own word, not what stands everywhere, not what is a name, no function word.
    assert not {"эвакуация", "бюджет", "служащие", "ермак", "андрей", "и"} & set(words)
    assert (words["жителей"].count, words["жителей"].background) == (20, 20)
    assert [(term.text, term.kind) for term in terms.names] == [("Андрей Ермак", "person")]
    assert terms.total == 20
    assert len(telling.terms("эвакуация", top=1)) == 1


def test_a_term_is_shown_in_its_most_frequent_form(make_index: MakeIndex) -> None:
    rest = [article("Обычный день.", id=f"r{i}") for i in range(20)]
    hits = [
        article("Суд: санкциями, санкциями, санкции.", id="1"),
        article("Суд и санкциями.", id="2"),
        article("Суд о санкциях.", id="3"),
    ]
    index = make_index([*rest, *hits], commits=2)
    assert [term.text for term in index.terms("суд")] == ["санкциями"]


def test_terms_do_not_depend_on_segments(make_index: MakeIndex, telling: Index) -> None:
    before = telling.terms("эвакуация"), telling.timeline("бюджет")
    with telling.writer() as writer:
        writer.add(article("Наводнение " * 5, id="gone"))
        writer.commit()
        writer.delete("gone")
        writer.optimize()
    telling.refresh()
    assert (telling.terms("эвакуация"), telling.timeline("бюджет")) == before


def test_deleted_articles_count_for_nothing(telling: Index) -> None:
    with telling.writer() as writer:
        for i in range(20):
            writer.delete(f"f{i}")
    telling.refresh()
    assert telling.terms("эвакуация").words == ()
    assert telling.timeline("эвакуация").total == 0
    assert all("наводнение" not in period.terms for period in telling.timeline("бюджет"))


def test_a_query_that_matches_everything_has_no_terms(telling: Index) -> None:
    assert telling.terms("").words == ()
    with pytest.raises(InvalidArgument, match="top"):
        telling.terms("", top=-1)


@pytest.mark.parametrize("width", [10, 60, 200])
def test_a_chart_keeps_to_its_width(telling: Index, width: int) -> None:
    timeline = telling.timeline("бюджет")
    lines = chart(timeline, "month", width)
    assert len(lines) == 12
    assert max(map(len, lines)) <= max(40, width)
    assert max(lines, key=lambda line: line.count("█")).startswith("2024-05")
    if width == 200:
        assert "наводнение" in lines[4]


def test_the_terms_of_a_peak_are_none_that_recur_on_the_site_on_the_same_days(
    make_index: MakeIndex,
) -> None:
    """A site invites to its channel for a month, in articles on whatever."""
    invitation = "Подписывайтесь на рассылку портала Вестовой."
    articles = [
        article(f"Бюджет. {'абвгдежзик'[i % 10] * 4}.", day=f"2024-{1 + i % 12:02}-10")
        for i in range(60)
    ]
    articles += [
        article(
            f"Бюджет: {'наводнение' if i % 2 else 'прения'}. {invitation if i % 3 else ''}",
            day=f"2024-05-{1 + i:02}",
        )
        for i in range(30)
    ]
    articles += [
        article(
            f"Футбол. {invitation if i % 3 else ''}", day=f"2024-05-{1 + i % 30:02}", id=f"f{i}"
        )
        for i in range(90)
    ]
    timeline = make_index(articles, commits=3).timeline("бюджет")
    (peak,) = (period for period in timeline if period.terms)
    assert set(peak.terms) == {"наводнение", "прения"}


def test_one_text_in_many_copies_is_not_what_a_peak_is_about(make_index: MakeIndex) -> None:
    copied = (
        "Смотрите в этом выпуске: бюджет, открытие моста через реку, премьера балета, выставка"
        " породистых кошек, чемпионат города по шахматам, урожай винограда, ремонт старого вокзала"
        " и прогноз погоды на выходные."
    )
    articles = [article("Бюджет принят.", day=f"2024-{1 + i % 12:02}-10") for i in range(60)]
    articles += [article(copied, day=f"2024-05-{1 + i % 30:02}", id=f"c{i}") for i in range(40)]
    articles += [
        article(f"Бюджет и наводнение {i}.", day=f"2024-05-{1 + i:02}", id=f"n{i}")
        for i in range(20)
    ]
    (peak,) = (period for period in make_index(articles).timeline("бюджет") if period.terms)
    assert "наводнение" in peak.terms
    assert not {"моста", "балета", "кошек", "винограда"} & set(peak.terms)
