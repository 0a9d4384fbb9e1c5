"""Dates as both languages write them, one readable line a case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsindex.documents import from_timestamp, parse_date
from newsindex.documents.dates import find_dates
from newsindex.errors import InvalidArgument

KYIV = "Europe/Kyiv"
CRAWL = datetime(2025, 8, 2, 12, 0, tzinfo=UTC)  # 15:00 in Kyiv


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("18:46 01.08.2025", "2025-08-01T18:46:00+03:00"),
        ("01.08.2025, 18:46", "2025-08-01T18:46:00+03:00"),
        ("01.08.25 10:00", "2025-08-01T10:00:00+03:00"),
        ("3.5.2024", "2024-05-03T00:00:00+03:00"),
        ("8 серпня 2024 р.", "2024-08-08T00:00:00+03:00"),
        ("8 серпня 2024 року о 09:05", "2024-08-08T09:05:00+03:00"),
        ("Неділя, 14 липня 2024, 08:15", "2024-07-14T08:15:00+03:00"),
        ("П’ятниця, 1 серпня 2025, 18:46", "2025-08-01T18:46:00+03:00"),
        ("1 авг 2025, 14:05", "2025-08-01T14:05:00+03:00"),
        ("19 февр. 2025 г. в 10:30", "2025-02-19T10:30:00+02:00"),
        ("10 Октября 2017, 07:24", "2017-10-10T07:24:00+03:00"),
        ("1 августа 2025 года в 18:46 МСК", "2025-08-01T18:46:00+03:00"),
        ("Опубликовано: 22.09.2025 | 07:50", "2025-09-22T07:50:00+03:00"),
        ("2025-08-01 18:46 (UTC+3)", "2025-08-01T18:46:00+03:00"),
        ("Aug 1, 2025", "2025-08-01T00:00:00+03:00"),
        ("August 1st, 2025, 6:46 PM", "2025-08-01T18:46:00+03:00"),
        ("01/08/2025 12:05 a.m.", "2025-08-01T00:05:00+03:00"),
        ("1 августа 2025, пятница, 18:46", "2025-08-01T18:46:00+03:00"),
        ("01/08/2025", "2025-08-01T00:00:00+03:00"),  # day first ...
        ("08/25/2025", "2025-08-25T00:00:00+03:00"),  # ... unless it cannot be
        ("2025-08-01T18:46:00Z", "2025-08-01T18:46:00+00:00"),
        ("2025-08-01T18:46:00-05:00", "2025-08-01T18:46:00-05:00"),
        ("2025-08-01", "2025-08-01T00:00:00+03:00"),
        ("Fri, 01 Aug 2025 18:46:00 +0300", "2025-08-01T18:46:00+03:00"),
        ("1722500000", "2024-08-01T11:13:20+03:00"),
        ("1722500000123", "2024-08-01T11:13:20.123000+03:00"),
    ],
)
def test_a_written_date_is_read(written: str, meant: str) -> None:
    parsed = parse_date(written, KYIV)
    assert parsed is not None
    assert parsed.isoformat() == meant


@pytest.mark.parametrize(
    "written",
    [
        *("", "нет", "31.02.2025", "00:00", "12345", "августа 2025", "1 августа 1066"),
        *("1 сертификат 2025", "Mon, 99 Foo 2025 00:00", "вчера, 14:05", "5 мар"),
        "встреча 1 августа 2025 прошла хорошо",
    ],
)
def test_what_is_no_date_is_none(written: str) -> None:
    assert parse_date(written, KYIV) is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("вчера, 14:05", "2025-08-01T14:05:00+03:00"),
        ("сьогодні о 09:10", "2025-08-02T09:10:00+03:00"),
        ("позавчера", "2025-07-31T00:00:00+03:00"),
        ("2 часа назад", "2025-08-02T13:00:00+03:00"),
        ("годину тому", "2025-08-02T14:00:00+03:00"),
        ("15 хвилин тому", "2025-08-02T14:45:00+03:00"),
        ("3 дня назад", "2025-07-30T15:00:00+03:00"),
        ("щойно", "2025-08-02T15:00:00+03:00"),
        ("1 августа, 14:05", "2025-08-01T14:05:00+03:00"),
        ("01.08, 14:05", "2025-08-01T14:05:00+03:00"),
        ("1 серпня, п’ятниця, 14:05", "2025-08-01T14:05:00+03:00"),
        ("30 декабря", "2024-12-30T00:00:00+02:00"),  # the latest one that is past
    ],
)
def test_a_relative_date_counts_from_the_crawl(written: str, meant: str) -> None:
    parsed = parse_date(written, KYIV, now=CRAWL)
    assert parsed is not None
    assert parsed.isoformat() == meant


def test_an_hour_that_the_clocks_skip_or_repeat_is_read_with_fold_0() -> None:
    skipped, repeated = parse_date("30.03.2025 03:30", KYIV), parse_date("26.10.2025 03:30", KYIV)
    assert skipped is not None
    assert repeated is not None
    assert skipped.isoformat() == "2025-03-30T03:30:00+02:00"  # the offset before the gap
    assert repeated.isoformat() == "2025-10-26T03:30:00+03:00"  # the earlier of two


def test_an_unknown_time_zone_is_named() -> None:
    with pytest.raises(InvalidArgument, match="Mars/Olympus"):
        parse_date("01.08.2025", "Mars/Olympus")


def test_a_date_in_a_line_is_found_with_its_span() -> None:
    line = "Иван Петров | 17 октября 2024, 10:15 | Экономика"
    found = next(find_dates(line, KYIV))
    assert line[found.start : found.stop] == "17 октября 2024, 10:15"
    assert found.has_time


def test_a_small_number_is_a_counter_and_no_time() -> None:
    assert from_timestamp(1482, KYIV) is None


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_iso_dates_come_back_as_they_went(moment: datetime, minutes: int) -> None:
    aware = moment.replace(tzinfo=UTC).astimezone(tz=None).replace(tzinfo=UTC)
    from datetime import timezone

    written = aware.astimezone(timezone(timedelta(minutes=minutes)))
    assert parse_date(written.isoformat(), KYIV) == written


@given(st.text(max_size=60) | st.from_regex(r"\d{1,4}[./ -]\d{1,4}[./ -]\d{1,5}( \d\d:\d\d)?"))
def test_no_text_makes_the_reading_of_dates_fail(text: str) -> None:
    for now in (None, CRAWL):
        parsed = parse_date(text, KYIV, now=now)
        assert parsed is None or parsed.utcoffset() is not None
        list(find_dates(text, KYIV, now=now))
