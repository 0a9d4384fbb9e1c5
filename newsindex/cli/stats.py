"""``newsindex stats``: what an index holds."""

from __future__ import annotations

import click

from newsindex.cli.common import on_terminal, print_json, print_table, searched
from newsindex.engine.queryable import Queryable

# Sources listed on a terminal; JSON has them all.
_SOURCES_SHOWN = 20


@click.command()
@searched
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object, indented (on one line in a pipe)."
)
def command(index: Queryable, as_json: bool) -> int:
    """Say how many articles an index holds, from when, in which languages, from which sources.

    \b
    newsindex stats -i news.idx
    """
    stats = index.stats()
    if as_json or not on_terminal():
        print_json(stats, indent=as_json)
        return 0
    sources = stats.pop("sources")
    languages = stats.pop("languages")
    stats["bytes"] = f"{stats['bytes']:,}"
    print_table(
        [
            *stats.items(),
            *((f"language {name}", count) for name, count in languages.items()),
            *((f"source {name}", count) for name, count in list(sources.items())[:_SOURCES_SHOWN]),
        ]
    )
    if len(sources) > _SOURCES_SHOWN:
        click.echo(f"and {len(sources) - _SOURCES_SHOWN} more sources (--json lists them)")
    return 0
