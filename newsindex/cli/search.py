"""``newsindex search``: find articles and print them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import click

from newsindex.cli.common import (
    coloured,
    faint,
    filter_options,
    highlight,
    limit_option,
    moment,
    on_terminal,
    print_json,
    print_json_lines,
    searched,
    sort_option,
    warn,
    warn_of,
)
from newsindex.engine.queryable import Queryable
from newsindex.index.impacts import TITLE_WEIGHT
from newsindex.query.cursor import Order
from newsindex.results import Hit, Results
from newsindex.results.highlight import Span


@click.command()
@click.argument("query")
@searched
@filter_options
@sort_option
@limit_option(10, "Hits")
@click.option(
    "--offset",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Hits left out before them.",
)
@click.option("--after", metavar="CURSOR", help="Go on after the page that gave this cursor.")
@click.option(
    "--recency", metavar="AGE", help="Halve the score with each such age: 12h, 30d, 2w, 6M, 1y."
)
@click.option("--explain", is_flag=True, help="Say of what each score is made.")
@click.option("--all", "every", is_flag=True, help="Every hit, however many; as JSON lines.")
@click.option(
    "--collapse", is_flag=True, help="Of reprints only the first published, with their number."
)
@click.option("--json", "output", flag_value="json", help="One JSON object: total, hits.")
@click.option("--jsonl", "output", flag_value="jsonl", help="One hit a line (default in a pipe).")
@click.option("--count", "output", flag_value="count", help="Only how many articles match.")
def command(
    query: str,
    index: Queryable,
    sort: Order,
    limit: int,
    offset: int,
    after: str | None,
    explain: bool,
    every: bool,
    collapse: bool,
    output: Literal["json", "jsonl", "count"] | None,
    **filters: Any,
) -> int:
    """Find the articles that match QUERY, best first. Exit code 1 if there is none.

    All words must occur, in any form; "..." is a phrase; OR, NOT or -, and brackets combine;
    title:, source:, lang:, date:2025-08 and date:[2025-08-01 TO 2025-08-31] restrict; слов* is the
    beginning of a word, =слово this very form.

    \b
    newsindex search 'оборонные консультации'
    newsindex search '"пакет санкций" -нефть' --from 2025-07 --to 2025-08-15 --sort newest
    newsindex search 'title:(Киев OR Харьков)' --lang uk -n 50 --jsonl
    newsindex search '' --person 'Андрей Ермак' --place Киев
    newsindex search 'санкции' --collapse --sort oldest
    newsindex search 'санкции нефть' --recency 30d --explain
    newsindex search 'санкции' --all --sort oldest | jq -r .url
    """
    if every:
        if after or offset or explain or output not in (None, "jsonl"):
            raise click.UsageError("--all is every hit as JSON lines: no page, no other form")
        limit = 0
    results = index.search(
        query,
        **filters,
        sort=sort,
        limit=0 if output == "count" else limit,
        offset=offset,
        after=after,
        collapse=collapse,
        explain=explain,
    )
    warn_of(results.diagnostics)
    if results.suggestion:
        warn(f"did you mean: {results.suggestion}")
    if every:
        hits = index.scan(query, sort=sort, collapse=collapse, **filters)
        print_json_lines(hit.as_dict() for hit in hits)
    elif output == "count":
        click.echo(results.total)
    elif output == "json":
        print_json(results.as_dict(), indent=True)
    elif output == "jsonl" or not on_terminal():
        print_json_lines(hit.as_dict() for hit in results)
    else:
        print_results(results, index.timezone, offset, counted=after is None)
        if results.cursor:
            click.echo(faint(f"more: --after {results.cursor}"), color=coloured())
    return 0 if results.total else 1


def print_results(
    results: Results, timezone: str, offset: int = 0, *, counted: bool = True
) -> None:
    """Print results for a person to read; ``counted`` if it is known how many come before them."""
    for number, hit in enumerate(results, offset + 1):
        print_hit(number, hit, timezone)
    shown = f"{offset + 1}-{offset + len(results)} of " if counted else f"{len(results)} more of "
    if len(results) == results.total:
        shown = ""
    click.echo(f"{shown if len(results) else ''}{results.total} found")


def print_hit(number: int, hit: Hit, timezone: str) -> None:
    """Print one hit for a person to read; a post that has no headline begins with its date."""
    # Imported here because what is printed for programs needs no lines.
    import shutil  # noqa: PLC0415

    width = max(40, min(shutil.get_terminal_size().columns, 100) - 5)
    about = " · ".join(
        part
        for part in (moment(hit.published, timezone), hit.source, hit.author, hit.language, hit.id)
        if part
    )
    title = _wrapped(hit.title, hit.title_spans, width) if hit.title else []
    head = [*title, faint(highlight(about, ()))]
    click.echo(f"{number:>3}. " + "\n     ".join(head), color=coloured())
    if hit.cluster and hit.cluster.articles > 1:
        where = f": {', '.join(hit.cluster.sources)}" if hit.cluster.sources else ""
        count = f"{hit.cluster.articles} articles{where}"
        click.echo("     " + faint(highlight(count, ())), color=coloured())
    for line in _wrapped(hit.snippet, hit.snippet_spans, width):
        click.echo("     " + line, color=coloured())
    for line in _explained(hit):
        click.echo("     " + faint(line), color=coloured())
    click.echo()


def _explained(hit: Hit) -> list[str]:
    """The explanation of a score, a line for each part."""
    if hit.explanation is None:
        return []
    lines = [
        f"{part.score:8.3f}  {part.field or 'near'}:{part.query}   occurrences {part.weight:g}"
        f" (title x{TITLE_WEIGHT:g}), idf {part.idf:.2f}, length norm {part.length_norm:.2f}"
        + (f", boost {part.boost:g}" if part.boost != 1 else "")
        for part in hit.explanation.contributions
    ]
    if hit.explanation.recency != 1:
        lines.append(f"   x {hit.explanation.recency:.3f}  for its age")
    return [*lines, f"{hit.score:8.3f}  score"]


def _wrapped(text: str, spans: Sequence[Span], width: int) -> list[str]:
    """Text broken into lines, each highlighted by itself."""
    import textwrap  # noqa: PLC0415 - as above

    lines = []
    start = 0
    for line in textwrap.wrap(text, width, drop_whitespace=False, break_long_words=True) or [""]:
        stop = start + len(line)
        inside = [
            (max(low, start) - start, min(high, stop) - start)
            for low, high in spans
            if low < stop and high > start
        ]
        lines.append(highlight(line, inside).strip())
        start = stop
    return lines
