"""``newsindex duplicates``: list the reprints of articles."""

from __future__ import annotations

import click

from newsindex.cli.common import (
    faint,
    highlight,
    json_options,
    moment,
    print_values,
    searched,
    warn_missing,
)
from newsindex.engine.queryable import Queryable
from newsindex.results import Duplicate


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@searched
@json_options("article")
def command(ids: tuple[str, ...], index: Queryable, output: str | None) -> int:
    """List the near-duplicates of the articles with these IDs, first published first.

    Each list holds the article itself, its reprints and theirs, with the share of words that each
    has in common with it. Exit code 1 if one is not in the index or has no reprints.

    \b
    newsindex duplicates 6137729ed29c61cb705f
    newsindex search 'санкции' --collapse --jsonl | jq -r 'select(.cluster.articles > 1).id'
    """
    missing = 0
    duplicates: list[Duplicate] = []
    for identifier in ids:
        found = index.duplicates(identifier)
        if not found:
            missing += 1
            if index.get(identifier) is None:
                warn_missing(index.place, identifier)
        duplicates += found
    if not print_values(output, (duplicate.as_dict() for duplicate in duplicates)):
        for duplicate in duplicates:
            _print_duplicate(duplicate, index.timezone)
        if not duplicates:
            click.echo("0 found")
    return 1 if missing else 0


def _print_duplicate(duplicate: Duplicate, timezone: str) -> None:
    similarity = f"{round(duplicate.similarity * 100)} %"
    about = (moment(duplicate.published, timezone), duplicate.source, duplicate.id)
    click.echo(f"{similarity:>6}  {highlight(duplicate.title, ())}")
    click.echo("        " + faint(highlight(" · ".join(part for part in about if part), ())))
