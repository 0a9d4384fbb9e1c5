"""``newsindex timeline``: when the articles that match were published."""

from __future__ import annotations

import shutil
from typing import Any

import click

from newsindex.cli.common import (
    bold,
    faint,
    filter_options,
    highlight,
    json_options,
    print_values,
    searched,
    warn_of,
)
from newsindex.engine.queryable import Queryable
from newsindex.results.timeline import PERIOD_LENGTHS, Period, PeriodLength, Timeline

# How much of a date is shown.
_DATE_LENGTH = {"day": 10, "week": 10, "month": 7, "year": 4}
_EIGHTHS = " ▏▎▍▌▋▊▉"


@click.command()
@click.argument("query")
@searched
@click.option(
    "--by", type=click.Choice(PERIOD_LENGTHS), default="month", show_default=True, help="Period."
)
@click.option(
    "--peaks",
    type=click.IntRange(0, 100),
    default=3,
    show_default=True,
    metavar="N",
    help="Of so many peaks say what they are about.",
)
@json_options("period")
@filter_options
def command(
    query: str, index: Queryable, by: PeriodLength, peaks: int, output: str | None, **filters: Any
) -> int:
    """Count the articles that match QUERY ('' for every article) by the time of their publication.

    A bar chart on a terminal, with the words that tell a peak from the rest; JSON lines in a pipe.
    Periods begin and end in the index's time zone, weeks on Mondays; empty ones are shown, undated
    articles are counted apart. Exit code 1 if nothing matches.

    \b
    newsindex timeline 'санкции' --by year
    newsindex timeline 'Харків' --by day --from 2022-02 --to 2022-03
    newsindex timeline '' --by week --source ukr.example | jq -c '[.start, .count]'
    """
    timeline = index.timeline(query, by=by, peaks=peaks, **filters)
    warn_of(timeline.diagnostics)
    values = [period.as_dict() for period in timeline]
    if timeline.undated:
        values.append({"start": None, "stop": None, "count": timeline.undated, "terms": []})
    if not print_values(output, values):
        for line in chart(timeline, by, shutil.get_terminal_size().columns):
            click.echo(line)
        undated = f", {timeline.undated} of them undated" if timeline.undated else ""
        click.echo(f"{timeline.total} found{undated}")
    return 0 if timeline.total else 1


def chart(timeline: Timeline, by: PeriodLength, width: int) -> list[str]:
    """The lines of a bar chart, each at most ``width`` columns (but never less than 40)."""
    most = max((period.count for period in timeline), default=0)
    digits = len(str(most))
    room = max(40, width) - _DATE_LENGTH[by] - digits - 4
    annotated = any(period.terms for period in timeline)
    bars = room * 3 // 5 if annotated else room
    return [_line(period, by, most, digits, bars, room) for period in timeline]


def _line(period: Period, by: PeriodLength, most: int, digits: int, bars: int, room: int) -> str:
    eighths = round(period.count * bars * 8 / most) if most else 0
    # What is there at all is to be seen.
    eighths = max(eighths, bool(period.count))
    bar = "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
    start = period.start.isoformat()[: _DATE_LENGTH[by]]
    line = f"{faint(start)}  {period.count:>{digits}}  {bar}"
    if not period.terms:
        return line
    left = room - len(bar) - 2
    shown: list[str] = []
    for term in period.terms:
        if len(", ".join([*shown, term])) <= left:
            shown.append(term)
    return f"{line}  {bold(highlight(', '.join(shown), ()))}" if shown else line
