"""``newsindex entities``: the names that an index knows."""

from __future__ import annotations

import click

from newsindex.cli.common import (
    json_options,
    limit_option,
    print_table,
    print_values,
    searched,
    warn_of,
)
from newsindex.engine.queryable import Queryable
from newsindex.model import ENTITY_KINDS
from newsindex.results.facets import as_dict


@click.command()
@click.argument("prefix", default="")
@searched
@click.option("--kind", type=click.Choice(ENTITY_KINDS), help="Only names of this kind.")
@limit_option(20, "Names")
@json_options("name")
def command(prefix: str, index: Queryable, kind: str | None, limit: int, output: str | None) -> int:
    """List the persons, organisations and places a name of which has a word that begins with
    PREFIX, and those that it means in the other language or in Latin letters, the most frequent
    first, with the number of articles and the spellings seen. JSON lines in a pipe. Exit code 1 if
    there is none.

    \b
    newsindex entities Ерм
    newsindex entities Zelensky
    newsindex entities Ки --kind place
    """
    found = index.entities(prefix, kind=kind, limit=limit)
    warn_of(found.diagnostics)
    if not print_values(output, map(as_dict, found)):
        print_table(
            (f"{facet.count:>8}  {facet.kind:<6}", "; ".join(facet.spellings)) for facet in found
        )
    return 0 if len(found) else 1
