"""Dates as a searcher writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from newsindex import InvalidArgument
from newsindex.query.dates import period, written_range

KYIV = ZoneInfo("Europe/Kyiv")


def span(value: object) -> tuple[str, str]:
    return tuple(  # type: ignore[return-value]  # two of them
        datetime.fromtimestamp(second, UTC).astimezone(KYIV).isoformat()
        for second in period(value, KYIV)  # type: ignore[arg-type]  # several types on purpose
    )


@pytest.mark.parametrize(
    ("value", "first", "stop"),
    [
        ("2025", "2025-01-01T00:00:00+02:00", "2026-01-01T00:00:00+02:00"),
        ("2025-08", "2025-08-01T00:00:00+03:00", "2025-09-01T00:00:00+03:00"),
        ("08.2025", "2025-08-01T00:00:00+03:00", "2025-09-01T00:00:00+03:00"),
        ("2025-12", "2025-12-01T00:00:00+02:00", "2026-01-01T00:00:00+02:00"),
        ("2025-08-01", "2025-08-01T00:00:00+03:00", "2025-08-02T00:00:00+03:00"),
        ("01.08.2025", "2025-08-01T00:00:00+03:00", "2025-08-02T00:00:00+03:00"),
        ("1/8/2025", "2025-08-01T00:00:00+03:00", "2025-08-02T00:00:00+03:00"),
        (date(2025, 8, 1), "2025-08-01T00:00:00+03:00", "2025-08-02T00:00:00+03:00"),
        # The clocks go forward: a day of 23 hours.
        ("2025-03-30", "2025-03-30T00:00:00+02:00", "2025-03-31T00:00:00+03:00"),
        ("2025-08-01T18:46", "2025-08-01T18:46:00+03:00", "2025-08-01T18:47:00+03:00"),
        ("2025-08-01T18:46:07", "2025-08-01T18:46:07+03:00", "2025-08-01T18:46:08+03:00"),
        ("2025-08-01 15:46:00+00:00", "2025-08-01T18:46:00+03:00", "2025-08-01T18:46:01+03:00"),
        ("2024-02-29", "2024-02-29T00:00:00+02:00", "2024-03-01T00:00:00+02:00"),
    ],
)
def test_a_date_is_a_period(value: object, first: str, stop: str) -> None:
    assert span(value) == (first, stop)


@pytest.mark.parametrize(
    "text",
    ["", "x", "2025-13", "2025-02-29", "31.04.2025", "99999", "0000", "2025-08-01T99:00", "9999"],
)
def test_what_is_no_date_is_refused_by_name(text: str) -> None:
    with pytest.raises(InvalidArgument, match="expected a date"):
        period(text, KYIV)


def test_ranges() -> None:
    first, stop = period("2025-08-01", KYIV)
    last = period("2025-08-31", KYIV)[1]
    assert written_range("[2025-08-01 TO 2025-08-31]", KYIV) == (first, last)
    assert written_range("[2025-08-01 до 31.08.2025]", KYIV) == (first, last)
    assert written_range("[2025-08-01..2025-08-31]", KYIV) == (first, last)
    assert written_range("2025-08-01..2025-08-31", KYIV) == (first, last)
    assert written_range("2025-08-01 – 31 августа 2025", KYIV) == (first, last)
    assert written_range("01.08.2025-31.08.2025", KYIV) == (first, last)
    years = period("2020", KYIV)[0], period("2021", KYIV)[1]
    assert written_range("2020-2021", KYIV) == written_range("2020..2021", KYIV) == years
    months = period("2020-08", KYIV)[0], period("2020-10", KYIV)[1]
    assert written_range("август..октябрь 2020", KYIV) == months
    assert written_range("[2025-08-01 TO 2025-08-01]", KYIV) == (first, stop)
    assert written_range("[TO 2025-08-31]", KYIV) == (None, last)
    assert written_range("[2025-08-01 TO *]", KYIV) == (first, None)
    assert written_range("{2025-08-01 TO]", KYIV) == (stop, None)
    assert written_range(">=2025-08-01", KYIV) == (first, None)
    assert written_range(">2025-08-01", KYIV) == (stop, None)
    assert written_range("<2025-08-01", KYIV) == (None, first)
    assert written_range("<=2025-08-01", KYIV) == (None, stop)
    assert written_range('"2025-08-01"', KYIV) == (first, stop)
