"""Dates as a searcher writes them: a year, a month, a day or a moment, and ranges of these.

A date names a period: ``2025-08`` is the whole of August. Days begin and end at midnight of the
index's time zone.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsindex.errors import InvalidArgument

Day = str | date | datetime
# A period in seconds since 1970 UTC: from its first second to the one after its last.
Period = tuple[int, int]

_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(\d{4})[-./](\d{1,2})")
_MONTH_FIRST = re.compile(r"(\d{1,2})[./](\d{4})")
_DAY = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
EXPECTED = "a date such as 2025, 2025-08, 2025-08-01, 01.08.2025 or 2025-08-01T18:46"


def period(value: Day, timezone: ZoneInfo) -> Period:
    """The period that ``value`` names. Raises InvalidArgument if it is no date."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=timezone)
        seconds = int(moment.timestamp())
        return seconds, seconds + 1
    if isinstance(value, date):
        return _days(value, value + timedelta(days=1), timezone)
    try:
        return _written_period(value.strip(), timezone)
    except (ValueError, OverflowError):
        raise InvalidArgument(f"expected {EXPECTED}, found {value!r}") from None


def _written_period(text: str, timezone: ZoneInfo) -> Period:
    if match := _YEAR.fullmatch(text):
        year = int(match[1])
        return _days(date(year, 1, 1), date(year + 1, 1, 1), timezone)
    if match := _MONTH.fullmatch(text):
        return _month(int(match[1]), int(match[2]), timezone)
    if match := _MONTH_FIRST.fullmatch(text):
        return _month(int(match[2]), int(match[1]), timezone)
    if match := _DAY.fullmatch(text):
        return period(date(int(match[1]), int(match[2]), int(match[3])), timezone)
    if match := _DAY_FIRST.fullmatch(text):
        return period(date(int(match[3]), int(match[2]), int(match[1])), timezone)
    if not _DAY.match(text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    first, stop = period(moment, timezone)
    # A moment written without seconds means that whole minute.
    return first, stop if re.search(r":\d\d:\d\d", text) else first + 60


def _month(year: int, month: int, timezone: ZoneInfo) -> Period:
    first = date(year, month, 1)
    return _days(first, (first + timedelta(days=31)).replace(day=1), timezone)


def _days(first: date, stop: date, timezone: ZoneInfo) -> Period:
    start, end = (int(datetime.combine(day, time(), timezone).timestamp()) for day in (first, stop))
    return start, end


_RANGE = re.compile(
    r"(?P<open>[\[{])\s*(?P<low>\S*?)\s*(?:\bTO\b|\bдо\b|\bпо\b|\.\.)\s*(?P<high>\S*?)\s*(?P<close>[\]}])",
    re.IGNORECASE,
)
_COMPARED = re.compile(r"(?P<sign>[<>]=?)\s*(?P<day>\S+)")


def written_range(text: str, timezone: ZoneInfo) -> tuple[int | None, int | None]:
    """What follows ``date:`` in a query, as first second and the one after the last.

    Understood are a date, ``[FROM TO TO]`` (square brackets include the end named, curly ones do
    not; an end left out or written ``*`` is open), and ``>=DATE`` ``>DATE`` ``<=DATE`` ``<DATE``.
    Raises InvalidArgument.
    """
    if match := _RANGE.fullmatch(text):
        since = until = None
        if match["low"] not in ("", "*"):
            since = period(match["low"], timezone)[match["open"] == "{"]
        if match["high"] not in ("", "*"):
            until = period(match["high"], timezone)[match["close"] == "]"]
        return since, until
    if match := _COMPARED.fullmatch(text):
        first, stop = period(match["day"], timezone)
        sign = match["sign"]
        if sign.startswith(">"):
            return (first if sign == ">=" else stop), None
        return None, (stop if sign == "<=" else first)
    return period(text.strip('"'), timezone)
