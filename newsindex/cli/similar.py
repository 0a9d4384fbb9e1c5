"""``newsindex similar``: articles like one that was found."""

from __future__ import annotations

from typing import Any

import click

from newsindex.cli.common import (
    filter_options,
    json_options,
    limit_option,
    print_values,
    searched,
)
from newsindex.cli.search import print_results
from newsindex.engine.queryable import Queryable


@click.command()
@click.argument("identifier", metavar="ID")
@searched
@limit_option(10, "Articles")
@json_options("hit")
@filter_options
def command(
    identifier: str, index: Queryable, limit: int, output: str | None, **filters: Any
) -> int:
    """Find articles like the one with this ID, by its most telling words and names, the most
    similar first. Exit code 1 if there is none, 2 if no article has the ID.

    \b
    newsindex similar 6137729ed29c61cb705f
    newsindex similar 6137729ed29c61cb705f --lang uk -n 5
    """
    results = index.similar(identifier, limit=limit, **filters)
    if not print_values(output, (hit.as_dict() for hit in results)):
        print_results(results, index.timezone)
    return 0 if results.total else 1
