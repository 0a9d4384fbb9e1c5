"""``newsindex delete``: delete articles from an index."""

from __future__ import annotations

from pathlib import Path

import click

from newsindex.cli.common import index_option, on_terminal, print_json, wait_option, warn_missing
from newsindex.engine.index import Index


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@index_option
@wait_option
def command(ids: tuple[str, ...], folder: Path, wait: float) -> int:
    """Delete the articles with these IDs. Exit code 1 if none of them was in the index.

    \b
    newsindex delete 6137729ed29c61cb705f
    """
    with Index.open(folder).writer(wait=wait) as writer:
        deleted = 0
        for identifier in ids:
            if writer.delete(identifier):
                deleted += 1
            else:
                warn_missing(folder, identifier)
    if on_terminal():
        click.echo(f"{deleted} deleted")
    else:
        print_json({"deleted": deleted})
    return 0 if deleted else 1
