"""``newsindex batch``: many queries in one process."""

from __future__ import annotations

from typing import Any

import click

from newsindex.cli.common import filter_options, limit_option, print_json, searched, sort_option
from newsindex.engine.batch import run_batch
from newsindex.engine.queryable import Queryable
from newsindex.errors import SourceError
from newsindex.query.cursor import Order


@click.command()
@click.argument("queries", type=click.Path(allow_dash=True))
@searched
@sort_option
@limit_option(10, "Hits of each query")
@filter_options
def command(queries: str, index: Queryable, sort: Order, limit: int, **filters: Any) -> int:
    """Ask every query of a file (- is standard input), one a line; one JSON line an answer.

    A line is a query, or a JSON object of a query and its own options, by the names of
    Index.search: query, since, until, source, language, person, org, place, sort, limit ... A line
    that cannot be asked is answered by its number and the error, the others go on. Exit code 0 if
    anything was found, 1 if nothing was, 2 if a line could not be asked.

    \b
    newsindex batch queries.txt -n 0 | jq -c '[.line, .total]'
    echo '{"query": "санкции", "since": "2025-08"}' | newsindex batch - -n 3
    """
    try:
        lines = click.open_file(queries, "rb")
    except OSError as error:
        raise SourceError(f"{queries}: cannot be read: {error.strerror}") from None
    found = failed = False
    with lines:
        for answer in run_batch(index, lines, limit=limit, sort=sort, **filters):
            print_json(answer)
            found = found or bool(answer.get("total"))
            failed = failed or "error" in answer
    return 2 if failed else int(not found)
