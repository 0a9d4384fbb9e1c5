"""Dates as Russian and Ukrainian news writes them: find one in a line, read one from a field.

Understood: ISO 8601, RFC 2822, ``18:46 01.08.2025``, ``8 серпня 2024 р.``, ``1 авг 2025, 14:05``,
``10 Октября 2017, 07:24``, ``Aug 1, 2025``, Unix time in seconds, milliseconds or microseconds
and, where the time of the crawl is given, ``вчера, 14:05``, ``2 години тому`` and a day without
its year. Numbers are day first (``01/08/2025`` is the first of August) unless only month first can
be a date. A date without an hour is midnight of ``days``, the time zone in which days are counted
wherever the site is: its own midnight would fall on the day before for a reader to the west of it.
So is a midnight without an offset, which is how programs write a day. A local hour that the clocks
skip or repeat when they change is read with ``fold=0`` (PEP 495): the earlier of two, the offset
before a gap.
"""

from __future__ import annotations

import email.utils
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from datetime import timezone as fixed_offset
from zoneinfo import ZoneInfo

from newsindex.zones import time_zone

_FIRST_YEAR, _LAST_YEAR = 1900, 2100

_MONTHS = """
января январь янв січня січень січ january jan
февраля февраль фев февр лютого лютий лют february feb
марта март мар березня березень бер берез march mar
апреля апрель апр квітня квітень квіт кві april apr
мая май травня травень трав тра may
июня июнь июн червня червень черв чер june jun
июля июль июл липня липень лип july jul
августа август авг серпня серпень серп сер august aug
сентября сентябрь сен сент вересня вересень вер верес september sep sept
октября октябрь окт жовтня жовтень жовт жов october oct
ноября ноябрь ноя нояб листопада листопад лист лис november nov
декабря декабрь дек грудня грудень груд гру december dec
""".strip().splitlines()
_MONTH_NUMBER = {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))

_DAY_MONTH = re.compile(
    rf"(?<![\d.:])(?P<day>\d{{1,2}})(?:-?(?:го|е|th|st|nd|rd))?[ \u00a0.-]{{1,3}}"
    rf"(?P<month>{_MONTH})\b\.?"
    rf"(?:[ \u00a0,.-]{{1,3}}(?P<year>\d{{4}})(?![\d:]))?",
    re.IGNORECASE,
)
_DAY_CLOCK_YEAR = re.compile(  # 20 травня, 07:40, 2025
    rf"(?<![\d.:])(?P<day>\d{{1,2}}) (?P<month>{_MONTH})\.?,? \d{{1,2}}:\d\d,? (?P<year>\d{{4}})\b",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{_MONTH})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>\d{{4}})(?![\d:])",
    re.IGNORECASE,
)
# 01.08, 18:46: without its year, so only where an hour follows
_DAY_BY_CLOCK = re.compile(
    r"(?<![\d.,:/-])(?P<day>\d\d)\.(?P<month>\d\d)(?P<year>(?!))?"
    r"(?=,?[ \u00a0]\d{1,2}:\d\d(?![\d:]))"
)
_YEAR_FIRST = re.compile(
    r"(?<![\d.-])(?P<year>\d{4})(?P<sep>[-./])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})(?![\d-])"
)
_DAY_FIRST = re.compile(
    r"(?<![\d.,/-])(?P<day>\d{1,2})(?P<sep>[./-])(?P<month>\d{1,2})(?P=sep)"
    r"(?P<year>\d{4}|\d{2})(?![\d/-]|\.\d)"
)
_DATE_PATTERNS = (
    *(_DAY_CLOCK_YEAR, _YEAR_FIRST, _DAY_FIRST, _DAY_MONTH, _MONTH_DAY, _DAY_BY_CLOCK),
)

_TODAY = {"сегодня": 0, "сьогодні": 0, "вчера": 1, "вчора": 1, "позавчера": 2, "позавчора": 2}
# In quotes it is the name of a newspaper, or somebody says it.
_DAY_WORD = re.compile(rf"(?<![«\"„“'])\b(?P<word>{'|'.join(_TODAY)})\b", re.IGNORECASE)
_UNITS = {"сек": "seconds", "мин": "minutes", "хв": "minutes", "час": "hours", "год": "hours"}
_UNITS |= {"дн": "days", "ден": "days", "нед": "weeks", "тиж": "weeks"}
_AGO = re.compile(
    r"\b(?:(?P<count>\d{1,3}|полтора|півтори)\s+)?"
    r"(?P<unit>секунд\w?|сек|минут\w?|мин|хвилин\w?|хв|час(?:а|ов)?|годин\w?|год"
    r"|дн(?:я|ей|і|ів)|день|недел[юиь]\w?|тиж\w{3,4})\.?\s+(?:назад|тому)\b",
    re.IGNORECASE,
)
# What every date has: a figure, or one of a few words.
_MAY_HOLD_DATE = re.compile(rf"\d|{'|'.join(_TODAY)}|назад|тому|только что|щойно", re.IGNORECASE)
_JUST_NOW = re.compile(r"\b(?:только что|щойно)\b", re.IGNORECASE)

_TIME = re.compile(
    r"(?<![\d:.,])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d)(?:[.,]\d{1,9})?)?(?![\d:])(?:\s?(?P<half>[ap])\.?m\b\.?)?"
    r"(?:\s?\(?(?P<zone>Z\b|(?:UTC|GMT)?\s?[+-]\d{1,2}(?::?[0-5]\d)?(?!\d)|UTC|GMT|МСК|MSK|EEST|EET)"
    r"(?![\w-]))?",
    re.IGNORECASE,
)
_ZONE_HOURS = {"Z": 0, "UTC": 0, "GMT": 0, "МСК": 3, "MSK": 3, "EET": 2, "EEST": 3}
_WEEKDAY = (
    r"\b(?:понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье"
    r"|понеділок|вівторок|серед[ау]|четвер|п.ятниц[яю]|субот[ау]|неділ[яю]"
    r"|пн|вт|ср|чт|пт|сб|вс|нд|mon|tue|wed|thu|fri|sat|sun)\b"
)
# What may stand between a date and its hour: "2025 р. о 18:46", "2025 | 18:46", "2025, пт, 18:46".
_JOINT = re.compile(
    rf"(?:[\s,.;|/•·—–-]|\b(?:г|р|года|року|в|о|об|at|T)\b\.?|{_WEEKDAY}){{0,8}}", re.IGNORECASE
)
# What may stand beside a date without making the whole something else than a date.
_FILLER = re.compile(
    r"(?:[\s,.;:|/()\[\]•·—–-]"
    r"|\b(?:г|р|года|року|год|рік|в|о|об|время|час|дата|date|published|updated|posted|on|at)\b"
    r"|\b(?:опубликован[оаы]?|опубліковано|публикация|публікація|добавлено|додано|размещено)\b"
    r"|\b(?:обновлен[оа]|обновлён|оновлено|создано|створено)\b"
    rf"|{_WEEKDAY}"
    r"|\b(?:по киеву|по москве|за києвом|киев|київ|москва|киевское|московское)\b)*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date within a line: its value and the span of characters it takes, the hour included."""

    value: datetime
    start: int
    stop: int
    has_time: bool


def parse_date(
    text: str, timezone: str, *, days: str | None = None, now: datetime | None = None
) -> datetime | None:
    """The moment that ``text`` names as a whole, or None where it is no date.

    ``timezone`` (IANA name) holds where the text gives no offset; the offset of the result is the
    one written, else the zone's on that day. ``days`` is the zone of a day without an hour, the
    same unless given. ``now``, the aware time of the crawl, gives sense to
    "вчера", "2 часа назад" and to a day without its year; without it these are None. Years from
    1900 to 2100 are dates. Raises InvalidArgument for an unknown time zone.
    """
    zone = time_zone(timezone)
    text = text.strip()
    if len(text) > 200:
        return None
    exact = _parse_exact(text, zone, time_zone(days) if days else zone)
    if exact is not None:
        return exact
    found = next(find_dates(text, timezone, days=days, now=now), None)
    if found is None:
        return None
    rest_is_filler = _FILLER.fullmatch(text[: found.start]) and _FILLER.fullmatch(
        text[found.stop :]
    )
    return found.value if rest_is_filler else None


def from_timestamp(value: float, timezone: str) -> datetime | None:
    """The moment of a Unix time in seconds, milliseconds or microseconds (told apart by size).

    None for what is no number or no year from 1973 to 2100: a small number is a counter.
    """
    for unit in (1, 1_000, 1_000_000):
        seconds = value / unit
        if 1e8 <= seconds < 4.1e9:
            return _settle(datetime.fromtimestamp(seconds, time_zone(timezone)))
    return None


def from_calendar(value: date, timezone: str, *, days: str | None = None) -> datetime | None:
    """The moment of a date object: a naive one is local in ``timezone``, a day (and a naive
    midnight) the midnight of ``days``, the same unless given.

    None for a year that is not from 1900 to 2100.
    """
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        return None
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return _local(value, time_zone(timezone), time_zone(days or timezone))


def find_dates(
    text: str, timezone: str, *, days: str | None = None, now: datetime | None = None
) -> Iterator[FoundDate]:
    """The dates in a line of text, from left to right, each with the hour beside it.

    Arguments as for parse_date; a line longer than 2,000 characters is looked at up to there.
    """
    zone = time_zone(timezone)
    day_zone = time_zone(days) if days else zone
    text = text[:2000]
    if not _MAY_HOLD_DATE.search(text):
        return iter(())
    times = list(_TIME.finditer(text))
    found: list[FoundDate] = []
    for start, stop, day in _days(text, zone, now):
        if any(other.start < stop and start < other.stop for other in found):
            continue
        clock = _clock_beside(text, start, stop, times)
        if clock is None:
            midnight = datetime(day.year, day.month, day.day, tzinfo=day_zone)
            found.append(FoundDate(_settle(midnight), start, stop, has_time=False))
            continue
        moment = datetime(
            day.year,
            day.month,
            day.day,
            _hour(clock),
            int(clock["minute"]),
            int(clock["second"] or 0),
            tzinfo=_written_zone(clock["zone"]),
        )
        span = min(start, clock.start()), max(stop, clock.end())
        found.append(FoundDate(_local(moment, zone, day_zone), *span, has_time=True))
    if now is not None:
        found.extend(_ago(text, zone, now))
    return iter(sorted(found, key=lambda item: item.start))


def _parse_exact(text: str, zone: ZoneInfo, day_zone: ZoneInfo) -> datetime | None:
    """ISO 8601, Unix time and RFC 2822: the forms that programs write."""
    if not text or not text.isascii():
        return None
    if text.isdigit() and len(text) in (9, 10, 13, 16):
        return from_timestamp(int(text), zone.key)
    parsed = None
    if text[:4].isdigit():
        try:
            parsed = datetime.fromisoformat(text)
        except ValueError:
            parsed = None
    elif text[-1].isalnum() and text.count(" ") >= 3:
        try:
            parsed = email.utils.parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            parsed = None
    if parsed is None or not _FIRST_YEAR <= parsed.year <= _LAST_YEAR:
        return None
    return _local(parsed, zone, day_zone)


def _days(text: str, zone: ZoneInfo, now: datetime | None) -> Iterator[tuple[int, int, date]]:
    for pattern in _DATE_PATTERNS:
        for match in pattern.finditer(text):
            day = _calendar_day(match, zone, now)
            if day is not None:
                yield match.start(), match.end(), day
    if now is not None:
        today = now.astimezone(zone).date()
        for match in _DAY_WORD.finditer(text):
            yield match.start(), match.end(), today - timedelta(days=_TODAY[match["word"].lower()])


def _calendar_day(match: re.Match[str], zone: ZoneInfo, now: datetime | None) -> date | None:
    day, month, year = int(match["day"]), match["month"].lower(), match["year"]
    number = _MONTH_NUMBER.get(month) or int(month)
    if year is None:
        return _recent_day(day, number, now.astimezone(zone).date()) if now else None
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    if len(year) == 2 and not (len(match["day"]) == len(month) == 2 and number <= 12):
        return None  # rather the number of a version
    if match.re is _DAY_FIRST and number > 12 >= day:
        day, number = number, day
    if not _FIRST_YEAR <= full_year <= _LAST_YEAR:
        return None
    try:
        return date(full_year, number, day)
    except ValueError:
        return None


def _recent_day(day: int, month: int, today: date) -> date | None:
    """The latest such day that is not after tomorrow (a crawl may be behind its sources' zone)."""
    for year in range(today.year + 1, today.year - 9, -1):
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if candidate <= today + timedelta(days=1):
            return candidate
    return None


def _clock_beside(
    text: str, start: int, stop: int, times: list[re.Match[str]]
) -> re.Match[str] | None:
    for clock in times:
        if start <= clock.start() and clock.end() <= stop:
            return clock
    for clock in times:
        if clock.start() >= stop and _JOINT.fullmatch(text[stop : clock.start()]):
            return clock
    for clock in times:
        if clock.end() <= start and _JOINT.fullmatch(text[clock.end() : start]):
            return clock
    return None


def _hour(clock: re.Match[str]) -> int:
    """The hour of a clock, of twelve with its half of the day, or of twenty-four."""
    hour, half = int(clock["hour"]), (clock["half"] or "").lower()
    if half and 1 <= hour <= 12:
        return hour % 12 + 12 * (half == "p")
    return hour


def _written_zone(written: str | None) -> tzinfo | None:
    if not written:
        return None
    name = re.sub(r"\s", "", written.upper())
    if name in _ZONE_HOURS:
        return fixed_offset(timedelta(hours=_ZONE_HOURS[name]))
    sign, hours, minutes = re.fullmatch(r"\D*([+-])(\d{1,2}):?(\d{2})?", name).groups()  # type: ignore[union-attr]  # _TIME let only this form through
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset >= timedelta(hours=24):
        return None
    return fixed_offset(-offset if sign == "-" else offset)


def _ago(text: str, zone: ZoneInfo, now: datetime) -> Iterator[FoundDate]:
    for match in _JUST_NOW.finditer(text):
        moment = _settle(now.astimezone(zone))
        yield FoundDate(moment, match.start(), match.end(), has_time=True)
    for match in _AGO.finditer(text):
        written = match["count"] or "1"
        count = float(written) if written.isdigit() else 1.5
        unit = next(name for stem, name in _UNITS.items() if match["unit"].lower().startswith(stem))
        moment = _settle((now - timedelta(**{unit: count})).astimezone(zone))
        yield FoundDate(moment, match.start(), match.end(), has_time=True)


def _local(moment: datetime, zone: ZoneInfo, day_zone: ZoneInfo) -> datetime:
    """The moment that has no zone yet, if it has none, by that of its hour or of its day."""
    if moment.utcoffset() is not None:
        return _settle(moment)
    return _settle(moment.replace(tzinfo=day_zone if moment.time() == time.min else zone))


def _settle(moment: datetime) -> datetime:
    """The same moment with its offset fixed: two moments of one zone then compare by time, not by
    what the clock on the wall showed."""
    offset = moment.utcoffset()
    return moment.replace(tzinfo=fixed_offset(offset), fold=0) if offset is not None else moment
