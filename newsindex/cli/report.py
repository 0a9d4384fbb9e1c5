"""``newsindex report``: write what a query finds as one page of HTML."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from newsindex.cli.common import (
    filter_options,
    limit_option,
    on_terminal,
    print_json,
    searched,
    sort_option,
    top_option,
    warn_of,
)
from newsindex.engine.queryable import Queryable
from newsindex.index.files import write_durably
from newsindex.query.cursor import Order
from newsindex.report import make_report

_STANDARD_OUTPUT = Path("-")


@click.command()
@click.argument("query")
@searched
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="File of the page; - for standard output.",
)
@click.option("--title", default="", help="Stands above the page instead of the query.")
@sort_option
@limit_option(50, "Hits")
@top_option(10, "Names and sources of each kind")
@filter_options
def command(
    query: str,
    index: Queryable,
    output: Path,
    title: str,
    sort: Order,
    limit: int,
    top: int,
    **filters: Any,
) -> int:
    """Write what QUERY finds as one page: the hits with what matched marked, when they were
    published, whom and what they name, and in which words. Exit code 1 if nothing matches.

    The page needs nothing else: it can be sent by mail, read on a phone and printed.

    \b
    newsindex report 'оборонные консультации' -o report.html
    newsindex report '' --person 'Андрей Ермак' --from 2025 -n 200 --sort newest -o ermak.html
    newsindex report 'санкции' --title 'Санкции за неделю' --from now-7d -o - | gzip > page.gz
    """
    report = make_report(index, query, title=title, sort=sort, limit=limit, top=top, **filters)
    warn_of(report.diagnostics)
    if output == _STANDARD_OUTPUT:
        sys.stdout.buffer.write(report.html.encode())
    else:
        write_durably(output, report.html.encode())
        if on_terminal():
            click.echo(f"{output}: {report.total} found")
        else:
            print_json({"output": str(output), "total": report.total})
    return 0 if report.total else 1
