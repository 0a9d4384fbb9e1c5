"""``newsindex optimize``: merge the segments of an index into one."""

from __future__ import annotations

from pathlib import Path

import click

from newsindex.cli.common import index_option, on_terminal, print_json, wait_option
from newsindex.engine.index import Index


@click.command()
@index_option
@wait_option
def command(folder: Path, wait: float) -> int:
    """Merge an index into one segment, without deleted articles: the fastest form for searching.

    \b
    newsindex optimize -i news.idx
    """
    index = Index.open(folder)
    before = index.stats()
    with index.writer(wait=wait) as writer:
        writer.optimize()
    index.refresh()
    after = index.stats()
    if on_terminal():
        click.echo(
            f"{folder}: {before['segments']} segments of {before['bytes']:,} bytes became"
            f" {after['segments']} of {after['bytes']:,}"
        )
    else:
        print_json({"segments": after["segments"], "bytes": after["bytes"]})
    return 0
