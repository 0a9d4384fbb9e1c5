"""Timelines: how many of the articles that match were published in each day, week, month or year.

Periods begin and end in the time zone of the index; weeks on Mondays (ISO 8601). A peak is a period
with no fewer articles than its neighbours and at least one standard deviation more than the mean.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

import numpy as np
from whoosh import query as q

from newsindex.errors import InvalidArgument
from newsindex.index.columns import UNDATED
from newsindex.index.files import AnyArray
from newsindex.index.snapshot import Snapshot
from newsindex.query import Diagnostic
from newsindex.query.leaves import Languages
from newsindex.query.parts import Parts
from newsindex.query.search import date_window, matching
from newsindex.results.peaks import telling_terms

PeriodLength = Literal["day", "week", "month", "year"]
PERIOD_LENGTHS: tuple[PeriodLength, ...] = get_args(PeriodLength)
# Some 137 years of days; more come of a wrong date, and nobody reads them.
MAX_PERIODS = 50_000


@dataclasses.dataclass(frozen=True, slots=True)
class Period:
    """The articles published from the day ``start`` to before the day ``stop``; of a peak
    ``terms`` tell it from the other periods, most significant first."""

    start: date
    stop: date
    count: int
    terms: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The period as JSON-ready values."""
        return {
            "start": self.start.isoformat(),
            "stop": self.stop.isoformat(),
            "count": self.count,
            "terms": list(self.terms),
        }


@dataclasses.dataclass(frozen=True, slots=True)
class Timeline:
    """Periods in order, empty ones among them; how many articles that match have no date; how many
    match in all; ``missing`` as in newsindex.results.Results."""

    periods: tuple[Period, ...]
    undated: int
    total: int
    diagnostics: tuple[Diagnostic, ...] = ()
    missing: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Period]:
        return iter(self.periods)

    def __len__(self) -> int:
        return len(self.periods)


def make_timeline(
    parts: Parts,
    tree: q.Query,
    by: PeriodLength,
    peaks: int,
    zone: ZoneInfo,
    languages: Languages = (),
    diagnostics: tuple[Diagnostic, ...] = (),
) -> Timeline:
    """The timeline of the articles that match ``tree``, up to ``peaks`` of its peaks with terms.

    It reaches from the first to the last of them, or to the dates that the query is restricted to.
    Raises InvalidArgument where that makes more than MAX_PERIODS.
    """
    reaches = parts.within(tree).ask(_reach, tree, languages)
    total = sum(reach.total for reach in reaches)
    undated = sum(reach.undated for reach in reaches)
    if total == undated:
        return Timeline((), undated, total, diagnostics)
    first = min(reach.first for reach in reaches)
    last = max(reach.last for reach in reaches)
    starts = _starts(first, last, date_window(tree)[1:], by, zone)
    edges = np.array([_seconds(day, zone) for day in starts])
    if starts[-1] == date.max:
        edges[-1] = _LATEST
    counts = np.sum(parts.within(tree).ask(_counted, tree, languages, edges), axis=0)
    chosen = _peaks(counts, peaks)
    spans = tuple((int(edges[peak]), int(edges[peak + 1])) for peak in chosen)
    terms = dict(zip(chosen, telling_terms(parts, tree, languages, spans), strict=True))
    periods = tuple(
        Period(start, stop, count, terms.get(i, ()))
        for i, (start, stop, count) in enumerate(
            zip(starts[:-1], starts[1:], counts.tolist(), strict=True)
        )
    )
    return Timeline(periods, undated, total, diagnostics)


_LATEST = (1 << 63) - 1


class _Reach(NamedTuple):
    """How many articles match, how many of them have no date; the first and the last date of the
    others, in seconds since 1970 UTC."""

    total: int
    undated: int
    first: int
    last: int


def _published(snapshot: Snapshot, tree: q.Query, languages: Languages) -> list[AnyArray]:
    """The dates of the articles that match, ascending, of each segment that has some."""
    found = matching(snapshot, tree, languages)
    return [segment.published[documents] for segment, documents in found if len(documents)]


def _reach(snapshot: Snapshot, tree: q.Query, languages: Languages) -> _Reach:
    published = _published(snapshot, tree, languages)
    without = [int(np.searchsorted(dates, UNDATED, side="right")) for dates in published]
    return _Reach(
        sum(map(len, published)),
        sum(without),
        min(
            (int(d[n]) for d, n in zip(published, without, strict=True) if n < len(d)),
            default=_LATEST,
        ),
        max((int(dates[-1]) for dates in published), default=UNDATED),
    )


def _counted(snapshot: Snapshot, tree: q.Query, languages: Languages, edges: AnyArray) -> AnyArray:
    """How many of the articles that match were published between each two edges."""
    counts = np.zeros(len(edges) - 1, dtype=np.int64)
    for dates in _published(snapshot, tree, languages):
        counts += np.diff(np.searchsorted(dates, edges))
    return counts


def _starts(
    first: int,
    last: int,
    window: tuple[int | None, int | None],
    by: PeriodLength,
    zone: ZoneInfo,
) -> list[date]:
    """The days on which periods begin, and that on which the last one ends."""
    low, high = _day(first, zone), _day(last, zone)
    since, until = window
    asked = (
        low if since is None else min(low, _day(since, zone)),
        high if until is None else max(high, _day(until - 1, zone)),
    )
    for begin, end in (asked, (low, high)):
        starts = list(_days(begin, end, by))
        if len(starts) <= MAX_PERIODS:
            return starts
    raise InvalidArgument(
        f"expected at most {MAX_PERIODS} periods, found the dates {low} to {high}, which make more"
        f" of one {by} each; ask for longer periods, or restrict the dates"
    )


def _days(first: date, last: date, by: PeriodLength) -> Iterator[date]:
    """The first days of the periods from that of ``first`` to the one after that of ``last``; at
    most one more than MAX_PERIODS."""
    day = first
    if by == "week":
        day -= timedelta(days=min(first.weekday(), (first - date.min).days))
    elif by == "month":
        day = first.replace(day=1)
    elif by == "year":
        day = first.replace(month=1, day=1)
    yield day
    for _ in range(MAX_PERIODS):
        if day > last:
            return
        try:
            if by in ("day", "week"):
                day += timedelta(days=1 if by == "day" else 7)
            elif by == "month" and day.month < 12:
                day = day.replace(month=day.month + 1)
            else:
                day = day.replace(year=day.year + 1, month=1)
        except (ValueError, OverflowError):
            yield date.max
            return
        yield day


def _day(seconds: int, zone: ZoneInfo) -> date:
    try:
        return (
            (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone).date()
        )
    except OverflowError:
        return date.min if seconds < 0 else date.max


def _seconds(day: date, zone: ZoneInfo) -> int:
    """When ``day`` begins, in seconds since 1970 UTC."""
    try:
        return int(datetime.combine(day, time(), zone).timestamp())
    except (ValueError, OverflowError):
        return UNDATED + 1


def _peaks(counts: AnyArray, limit: int) -> list[int]:
    """The numbers of the highest peaks, the highest first; of equal ones the earlier."""
    if len(counts) < 2 or not limit:
        return []
    padded = np.concatenate([[-1], counts, [-1]])
    high = (counts >= padded[:-2]) & (counts >= padded[2:])
    high &= (counts >= counts.mean() + counts.std() * (1 - 1e-9)) & (counts > counts.min())
    where = np.flatnonzero(high)
    best: list[int] = where[np.argsort(-counts[where], kind="stable")][:limit].tolist()
    return best
