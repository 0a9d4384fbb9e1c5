"""Dates in Russian, Ukrainian and English words: вчера, минулого місяця, last week, август 2025."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "week", "month", "year"]
# The first day of a period, and the one after its last.
Days = tuple[date, date]

_DAYS = {
    -2: "позавчера позавчора",
    -1: "вчера вчора учора yesterday",
    0: "сегодня сьогодні today",
    1: "завтра tomorrow",
}
_DAY_NUMBER = {word: shift for shift, words in _DAYS.items() for word in words.split()}
_UNIT_WORDS: dict[Unit, str] = {
    "day": r"де?н\w{1,3}|дня\w?|діб|доб[аиу]|сут(?:ки|ок)|days?",
    "week": r"недел\w{1,2}|нед|тиж(?:день|н\w{1,3})|weeks?",
    "month": r"месяц\w{0,2}|мес|місяц\w{0,2}|months?",
    "year": r"год\w{0,2}|лет|р[оі]к\w{0,2}|years?",
}
_UNIT = "|".join(f"(?P<{unit}>{words})" for unit, words in _UNIT_WORDS.items())
_IN = r"(?:(?:на|в|во|у|за|протягом|in|for|the)\s+)*"
_LAST = r"(?:про?шл|предыдущ|минул|попередн)\w{2,3}|last|previous"
_THIS = (
    r"эт(?:а|у|ой|от|ого|ом)|текущ\w{2,3}"
    r"|ц(?:ей|ього|ьому|я|ю|ієї|ій)|поточн\w{1,3}|this|current"
)
# The expressions are compiled when they are asked for (by `re` itself): most searches name no date.
_RELATIVE = rf"{_IN}(?:(?P<last>{_LAST})|(?P<this>{_THIS}))\s+(?:{_UNIT})"
_RECENT = (
    rf"{_IN}(?:(?:последн|останн|крайн)\w{{1,3}}|last|past)"
    rf"\s+(?:(?P<count>\d{{1,4}})\s*)?(?:{_UNIT})"
)
_AGO = rf"(?:(?P<count>\d{{1,4}})\s*)?(?:{_UNIT})\s+(?:назад|тому|ago)"
_LAST_YEAR = r"торік|прошлогодн\w+"
_MONTHS = [
    r"январ[ьея]|янв|січ(?:ень|ня|ні)|jan(?:uary)?",
    r"феврал[ьея]|фев|лют(?:ий|ого|ому)|feb(?:ruary)?",
    r"март[ае]?|берез(?:ень|ня|ні)|mar(?:ch)?",
    r"апрел[ьея]|апр|квіт(?:ень|ня|ні)|apr(?:il)?",
    r"ма[йяе]|трав(?:ень|ня|ні)|may",
    r"июн[ьея]|черв(?:ень|ня|ні)|june?",
    r"июл[ьея]|лип(?:ень|ня|ні)|july?",
    r"август[ае]?|авг|серп(?:ень|ня|ні)|aug(?:ust)?",
    r"сентябр[ьея]|сент?|верес(?:ень|ня|ні)|sep(?:t|tember)?",
    r"октябр[ьея]|окт|жовт(?:ень|ня|ні)|oct(?:ober)?",
    r"ноябр[ьея]|ноя|листопад[аі]?|nov(?:ember)?",
    r"декабр[ьея]|дек|груд(?:ень|ня|ні)|dec(?:ember)?",
]
_MONTH = "|".join(f"(?P<m{number}>{words})" for number, words in enumerate(_MONTHS, 1))
_YEAR = r"(?P<year>\d{4})(?:\s*(?:г\.?|год\w{0,2}|р\.?|р[оі]к\w{0,2}))?"
_NAMED = rf"{_IN}(?:(?P<day>\d{{1,2}})(?:\s|-?го\s|\.\s)\s*)?(?:{_MONTH})\.?(?:\s*,?\s*{_YEAR})?"
_WHOLE_YEAR = r"(?:в|у|in|за)?\s*(\d{4})\s*(?:г\.?|год\w{0,2}|р\.?|р[оі]к\w{0,2})"
_WEEKDAYS = [
    r"понедельник|понеділ(?:ок|ка)|monday",
    r"вторник|вівтор(?:ок|ка)|tuesday",
    r"сред[ау]|серед[ау]|wednesday",
    r"четверг|четвер|thursday",
    r"пятниц[ау]|п'ятниц[яю]|friday",
    r"суббот[ау]|субот[ау]|saturday",
    r"воскресенье|неділ[яю]|sunday",
]
_WEEKDAY = r"(?:(?:в|во|у|on)\s+)?(?:" + "|".join(f"({words})" for words in _WEEKDAYS) + ")"


def in_words(text: str, today: date) -> Days | None:
    """The days that ``text`` names, seen from ``today``; None if it names none.

    A month or a day of a month without its year is the latest one that has begun; so is a day of
    the week. «Последние 7 дней» end with today. Raises ValueError or OverflowError for what is on
    no calendar (30 февраля).
    """
    plain = " ".join(text.lower().replace("ё", "е").replace("’", "'").split())
    readers: tuple[Callable[[str, date], Days | None], ...] = (
        _day, _relative, _recent, _ago, _named, _whole_year, _weekday,
    )  # fmt: skip
    for read in readers:
        if (days := read(plain, today)) is not None:
            return days
    return None


def _day(text: str, today: date) -> Days | None:
    if text not in _DAY_NUMBER:
        return None
    day = today + timedelta(days=_DAY_NUMBER[text])
    return day, day + timedelta(days=1)


def _relative(text: str, today: date) -> Days | None:
    """Прошлая неделя, цього місяця."""
    if re.fullmatch(_LAST_YEAR, text):
        return unit_of("year", date(today.year - 1, 1, 1))
    match = re.fullmatch(_RELATIVE, text)
    if match is None:
        return None
    first, stop = unit_of(_unit(match), today)
    return (first, stop) if match["this"] else unit_of(_unit(match), first - timedelta(days=1))


def _recent(text: str, today: date) -> Days | None:
    """Последние 7 дней, останній місяць: so long until the end of today."""
    match = re.fullmatch(_RECENT, text)
    if match is None:
        return None
    stop = today + timedelta(days=1)
    return shifted(stop, -int(match["count"] or 1), _unit(match)), stop


def _ago(text: str, today: date) -> Days | None:
    """3 дня назад, тиждень тому: that very day."""
    match = re.fullmatch(_AGO, text)
    if match is None:
        return None
    day = shifted(today, -int(match["count"] or 1), _unit(match))
    return day, day + timedelta(days=1)


def _named(text: str, today: date) -> Days | None:
    """Август 2025, 1 серпня 2025 року, 24 февраля."""
    match = re.fullmatch(_NAMED, text)
    if match is None:
        return None
    month = next(number for number in range(1, 13) if match[f"m{number}"])
    year = int(match["year"]) if match["year"] else today.year
    if match["year"] is None and date(year, month, int(match["day"] or 1)) > today:
        year -= 1
    day = date(year, month, int(match["day"] or 1))
    return unit_of("day" if match["day"] else "month", day)


def _whole_year(text: str, _: date) -> Days | None:
    match = re.fullmatch(_WHOLE_YEAR, text)
    return unit_of("year", date(int(match[1]), 1, 1)) if match else None


def _weekday(text: str, today: date) -> Days | None:
    match = re.fullmatch(_WEEKDAY, text)
    if match is None or match.lastindex is None:
        return None
    day = today - timedelta(days=(today.weekday() - match.lastindex + 1) % 7)
    return day, day + timedelta(days=1)


def _unit(match: re.Match[str]) -> Unit:
    units: tuple[Unit, ...] = ("day", "week", "month", "year")
    return next(unit for unit in units if match[unit])


def shifted(day: date, count: int, unit: Unit) -> date:
    """The day ``count`` units after ``day`` (before it if negative); of a month that has no such
    day its last one. Raises ValueError or OverflowError out of the calendar."""
    if unit in ("day", "week"):
        return day + timedelta(days=count * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + (count if unit == "month" else 12 * count)
    year, month = divmod(months, 12)
    last = unit_of("month", date(year, month + 1, 1))[1] - timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def unit_of(unit: Unit, day: date) -> Days:
    """The first day of the day, week, month or year in which ``day`` lies, and that of the next."""
    if unit == "day":
        return day, day + timedelta(days=1)
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(weeks=1)
    if unit == "month":
        first = day.replace(day=1)
        return first, (first + timedelta(days=31)).replace(day=1)
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)
