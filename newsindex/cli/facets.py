"""``newsindex facets``: how often each name, source or language stands among the hits."""

from __future__ import annotations

from typing import Any

import click

from newsindex.cli.common import (
    filter_options,
    json_options,
    print_table,
    print_values,
    searched,
    top_option,
    warn_of,
)
from newsindex.engine.queryable import Queryable
from newsindex.results.facets import FACET_FIELDS, FacetField, as_dict


@click.command()
@click.argument("query")
@searched
@click.option("--by", type=click.Choice(FACET_FIELDS), required=True, help="What to count.")
@top_option(10, "Values")
@json_options("value")
@filter_options
def command(
    query: str, index: Queryable, by: FacetField, top: int, output: str | None, **filters: Any
) -> int:
    """Count the persons, organisations, places, sources or languages among all articles that match
    QUERY ('' for every article). JSON lines in a pipe. Exit code 1 if there is none.

    \b
    newsindex facets 'санкции' --by org --top 20
    newsindex facets '' --by person --from 2025-08 --place Киев
    """
    facets = index.facets(query, by=by, top=top, **filters)
    warn_of(facets.diagnostics)
    if not print_values(output, map(as_dict, facets)):
        print_table((f"{facet.count:>8}", facet.name) for facet in facets)
    return 0 if len(facets) else 1
