"""Dates as a searcher writes them, in figures or in words, and ranges of these.

A date (a year, a month, a day, a moment) names a period: ``2025-08`` and ``август 2025`` are the
whole of August. Days begin and end at midnight of the index's time zone; weeks begin on Monday.
What words such as ``вчера`` mean is counted from a moment called ``now``.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsindex.errors import InvalidArgument
from newsindex.query.date_words import Unit, in_words, shifted, unit_of

Day = str | date | datetime
# A period in seconds since 1970 UTC: from its first second to the one after its last.
Period = tuple[int, int]

_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(\d{4})[-./](\d{1,2})")
_MONTH_FIRST = re.compile(r"(\d{1,2})[./](\d{4})")
_DAY = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
# Moments counted from now, as Elasticsearch writes them: now-7d, now-1M/M (rounded down).
_NOW = re.compile(r"now((?:[+-]\d{1,5}[smhdwMy])*)(?:/([mhdwMy]))?")
_STEP = re.compile(r"([+-]\d+)([smhdwMy])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}
_UNITS: dict[str, Unit] = {"d": "day", "w": "week", "M": "month", "y": "year"}
EXPECTED = (
    "a date such as 2025, 2025-08, 2025-08-01, 01.08.2025, 2025-08-01T18:46, now-7d, вчера,"
    " прошлая неделя or август 2025"
)


def period(value: Day, timezone: ZoneInfo, now: datetime | None = None) -> Period:
    """The period that ``value`` names, counted from ``now`` (the present if None) where it is
    relative. Raises InvalidArgument if it is no date."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=timezone)
        seconds = int(moment.timestamp())
        return seconds, seconds + 1
    if isinstance(value, date):
        return _days(value, value + timedelta(days=1), timezone)
    if not isinstance(value, str):
        raise InvalidArgument(f"expected {EXPECTED}, found {value!r}")
    try:
        return _written_period(value.strip(), timezone, _clock(now, timezone))
    except (ValueError, OverflowError):
        raise InvalidArgument(f"expected {EXPECTED}, found {value!r}") from None


def is_date(text: str, timezone: ZoneInfo) -> bool:
    """Whether ``text`` names a period, or two with ``..`` between them."""
    try:
        written_range(text, timezone)
    except InvalidArgument:
        return False
    return True


def _clock(now: datetime | None, timezone: ZoneInfo) -> datetime:
    """``now``, or the present, as the clocks of ``timezone`` show it."""
    if now is None:
        now = datetime.now(UTC)
    return now.astimezone(timezone) if now.tzinfo else now.replace(tzinfo=timezone)


def _written_period(text: str, timezone: ZoneInfo, now: datetime) -> Period:
    if match := _YEAR.fullmatch(text):
        year = int(match[1])
        return _days(date(year, 1, 1), date(year + 1, 1, 1), timezone)
    if match := _MONTH.fullmatch(text):
        return _unit("month", date(int(match[1]), int(match[2]), 1), timezone)
    if match := _MONTH_FIRST.fullmatch(text):
        return _unit("month", date(int(match[2]), int(match[1]), 1), timezone)
    if match := _DAY.fullmatch(text):
        return period(date(int(match[1]), int(match[2]), int(match[3])), timezone)
    if match := _DAY_FIRST.fullmatch(text):
        return period(date(int(match[3]), int(match[2]), int(match[1])), timezone)
    if match := _NOW.fullmatch(text):
        return _from_now(match[1], match[2], timezone, now)
    if days := in_words(text, now.date()):
        return _days(*days, timezone)
    if not _DAY.match(text):
        raise ValueError(text)
    moment = datetime.fromisoformat(text)
    first, stop = period(moment, timezone)
    # A moment written without seconds means that whole minute.
    return first, stop if re.search(r":\d\d:\d\d", text) else first + 60


def _from_now(steps: str, rounded: str | None, timezone: ZoneInfo, now: datetime) -> Period:
    """A moment that many steps from now; rounded down, the minute, hour, day ... that it is in."""
    moment = now
    for number, unit in _STEP.findall(steps):
        count = int(number)
        if unit in _SECONDS:
            moment = (
                moment.astimezone(UTC) + timedelta(seconds=count * _SECONDS[unit])
            ).astimezone(timezone)
        else:
            day = shifted(moment.date(), count, _UNITS[unit])
            moment = datetime.combine(day, moment.timetz())
    seconds = int(moment.timestamp())
    if rounded is None:
        return seconds, seconds + 1
    if rounded in _SECONDS:
        size = _SECONDS[rounded]
        offset = moment.utcoffset() or timedelta()
        shift = int(offset.total_seconds())
        first = (seconds + shift) // size * size - shift
        return first, first + size
    return _unit(_UNITS[rounded], moment.date(), timezone)


def _unit(unit: Unit, day: date, timezone: ZoneInfo) -> Period:
    return _days(*unit_of(unit, day), timezone)


def _days(first: date, stop: date, timezone: ZoneInfo) -> Period:
    start, end = (int(datetime.combine(day, time(), timezone).timestamp()) for day in (first, stop))
    return start, end


_RANGE = re.compile(
    r"(?P<open>[\[{])(?P<low>[^\]}]*?)(?:(?:^|(?<=[\s\[{]))(?:TO|до|по)(?=[\s\]}])|\.\.|[–—])"
    r"(?P<high>[^\]}]*)(?P<close>[\]}])",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"(?P<low>[^\s\[{<>].*?)\s*(?:\.\.|[–—])\s*(?P<high>\S.*)"
    r"|(?P<first>\d{4}|\d{1,2}\.\d{1,2}\.\d{4})-(?P<last>\d{4}|\d{1,2}\.\d{1,2}\.\d{4})"
)
_COMPARED = re.compile(r"(?P<sign>[<>]=?)\s*(?P<day>\S.*)")


def written_range(
    text: str, timezone: ZoneInfo, now: datetime | None = None
) -> tuple[int | None, int | None]:
    """What follows ``date:`` in a query, as first second and the one after the last.

    Understood are a date, ``FROM..TO``, ``[FROM TO TO]`` (square brackets include the end named,
    curly ones do not; an end left out or written ``*`` is open), ``>=DATE`` ``>DATE`` ``<=DATE``
    ``<DATE``, and ``now-7d``: from then until now. Raises InvalidArgument.
    """
    text = text.strip()
    if match := _RANGE.fullmatch(text):
        since = until = None
        low, high = (match[end].strip().strip('"') for end in ("low", "high"))
        if low not in ("", "*"):
            since = period(low, timezone, now)[match["open"] == "{"]
        if high not in ("", "*"):
            until = period(high, timezone, now)[match["close"] == "]"]
        return since, until
    if match := _COMPARED.fullmatch(text):
        first, stop = period(match["day"].strip('"'), timezone, now)
        sign = match["sign"]
        if sign.startswith(">"):
            return (first if sign == ">=" else stop), None
        return None, (stop if sign == "<=" else first)
    text = text.strip('"')
    if match := _SPAN.fullmatch(text):
        low, high = match["low"] or match["first"], match["high"] or match["last"]
        since, until = period(low, timezone, now)[0], period(high, timezone, now)[1]
        if since >= until and (year := re.search(r"\b\d{4}\b", high)):
            # август..октябрь 2024: both are of that year.
            since = period(f"{low} {year[0]}", timezone, now)[0]
        return since, until
    first, stop = period(text, timezone, now)
    if text.startswith("now-") and "/" not in text:
        return first, period("now", timezone, now)[1]
    return first, stop
