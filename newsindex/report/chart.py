"""The chart of a report: when the articles were published, as drawn bars, peaks and a table."""

from __future__ import annotations

from newsindex.engine.filters import Filters
from newsindex.engine.queryable import Queryable
from newsindex.report.markup import count, day, isolated, month
from newsindex.results.timeline import Period, PeriodLength, Timeline

# Bars are drawn on a field of this size, which the page stretches to its width.
_BAR, _HEIGHT = 10, 100
# So many months at the most are shown in periods of this length; more in years.
_LENGTHS: tuple[tuple[int, PeriodLength], ...] = ((3, "day"), (18, "week"), (120, "month"))
_PEAKS = 3


def timeline_of(index: Queryable, query: str, filters: Filters) -> tuple[Timeline, PeriodLength]:
    """The timeline of a query, in periods so long that their bars can be told apart."""
    months = len(index.timeline(query, by="month", peaks=0, **filters))
    by: PeriodLength = next((length for most, length in _LENGTHS if months <= most), "year")
    return index.timeline(query, by=by, peaks=_PEAKS, **filters), by


def chart(timeline: Timeline, by: PeriodLength) -> str:
    """The chart as HTML; empty if no article has a date."""
    periods = timeline.periods
    if not periods:
        return ""
    highest = max(periods, key=lambda period: period.count)
    label = f"Articles by {by}; most, {highest.count:,}, in {name(highest, by)}"
    bars = "".join(_bar(number, period, highest.count, by) for number, period in enumerate(periods))
    labels = [periods[0], *([periods[len(periods) // 2]] if len(periods) > 4 else [])]
    labels += [periods[-1]] if len(periods) > 1 else []
    axis = "".join(f"<span>{name(period, by)}</span>" for period in labels)
    undated = f" {count(timeline.undated)} without a date." if timeline.undated else ""
    return (
        f'<figure><svg class="chart" role="img" aria-label="{label}" preserveAspectRatio="none"'
        f' viewBox="0 0 {_BAR * len(periods)} {_HEIGHT}">{bars}</svg>'
        f'<div class="axis" aria-hidden="true">{axis}</div>'
        f"<figcaption>{label}.{undated}</figcaption></figure>"
        f"{_peaks(timeline, by)}{_table(timeline, by)}"
    )


def name(period: Period, by: PeriodLength) -> str:
    """A period as people say it."""
    if by == "year":
        return str(period.start.year)
    if by == "month":
        return month(period.start)
    return f"{'week of ' if by == 'week' else ''}{day(period.start)}"


def _bar(number: int, period: Period, highest: int, by: PeriodLength) -> str:
    if not period.count:
        return ""
    height = max(2.0, _HEIGHT * period.count / highest)
    kind = ' class="peak"' if period.terms else ""
    return (
        f'<rect{kind} x="{number * _BAR + 1}" y="{_HEIGHT - height:.1f}" width="{_BAR - 2}"'
        f' height="{height:.1f}"><title>{name(period, by)}: {count(period.count)}</title></rect>'
    )


def _peaks(timeline: Timeline, by: PeriodLength) -> str:
    """What the peaks are about."""
    rows = [
        f"<li><b>{name(period, by)}</b> <span>{count(period.count)}</span>"
        f" {', '.join(map(isolated, period.terms))}</li>"
        for period in timeline
        if period.terms
    ]
    return f'<ul class="peaks">{"".join(rows)}</ul>' if rows else ""


def _table(timeline: Timeline, by: PeriodLength) -> str:
    """The numbers of the chart, for those who cannot see it or want to copy them."""
    rows = "".join(
        f'<tr><th scope="row">{name(period, by)}</th><td>{period.count:,}</td></tr>'
        for period in timeline
        if period.count
    )
    return (
        "<details><summary>The numbers</summary><table>"
        f'<thead><tr><th scope="col">{by.capitalize()}</th>'
        '<th scope="col">Articles</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details>"
    )
