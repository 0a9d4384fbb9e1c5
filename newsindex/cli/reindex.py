"""``newsindex reindex``: analyse the stored articles anew."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from newsindex.cli.common import clear_line, index_option, on_terminal, print_json, wait_option
from newsindex.index.rebuilding import reindex


@click.command()
@index_option
@wait_option
def command(folder: Path, wait: float) -> int:
    """Analyse the stored articles of an index anew, for a newsindex that reads words or names
    otherwise than the one that wrote it. No source files are needed; searches go on meanwhile.

    \b
    newsindex reindex -i news.idx
    """
    articles = reindex(folder, wait=wait, progress=_show if sys.stderr.isatty() else None)
    clear_line()
    if on_terminal():
        click.echo(f"{folder}: {articles} articles")
    else:
        print_json({"index": str(folder), "articles": articles})
    return 0


def _show(done: int, total: int) -> None:
    click.echo(f"\r{done:,} of {total:,} articles", nl=False, err=True)
