"""``newsindex export``: every article that matches, in a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from newsindex.cli.common import (
    filter_options,
    on_terminal,
    print_json,
    searched,
    sort_option,
    warn_of,
)
from newsindex.engine.queryable import Queryable
from newsindex.query.cursor import Order
from newsindex.results.export import EXPORT_FORMATS, ExportFormat, write_json_lines


@click.command()
@click.argument("query")
@click.option(
    "-o",
    "--output",
    "path",
    type=click.Path(path_type=Path, allow_dash=True),
    required=True,
    help="File to write; its name ends with .jsonl, .csv or .parquet. - is standard output, JSON"
    " lines.",
)
@click.option("--format", "form", type=click.Choice(EXPORT_FORMATS), help="Instead of by the name.")
@click.option("--raw", is_flag=True, help="CSV cells as they are, formulas too.")
@searched
@sort_option
@filter_options
def command(
    query: str,
    path: Path,
    form: ExportFormat | None,
    raw: bool,
    index: Queryable,
    sort: Order,
    **filters: Any,
) -> int:
    """Write every article that matches QUERY ('' for every article), whole, to a file.

    JSON lines can be indexed again. In CSV a cell that a spreadsheet would run as a formula gets an
    apostrophe before it (--raw leaves it). Parquet needs the extra parquet. The file appears when
    it is whole. Exit code 1 if nothing matches.

    \b
    newsindex export 'санкции' -o sanctions.jsonl
    newsindex export '' -o august.csv --from 2025-08 --to 2025-08 --sort oldest
    """
    warn_of(index.search(query, limit=0, **filters).diagnostics)
    if str(path) == "-":
        if form not in (None, "jsonl"):
            raise click.UsageError("standard output gets JSON lines only; name a file")
        found = index.articles(query, sort=sort, **filters)
        first = next(found, None)
        if first is not None:
            write_json_lines([first], sys.stdout.buffer)
            write_json_lines(found, sys.stdout.buffer)
        return 0 if first else 1
    count = index.export(query, path, form=form, raw=raw, sort=sort, **filters)
    if on_terminal():
        click.echo(f"{count} articles written to {path}")
    else:
        print_json({"exported": count})
    return 0 if count else 1
