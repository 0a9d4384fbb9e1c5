"""``newsindex reindex``: analyse the stored articles anew."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from newsindex.cli.common import (
    clear_line,
    index_option,
    on_terminal,
    print_json,
    show_articles,
    wait_option,
)
from newsindex.index.rebuilding import reindex


@click.command()
@index_option
@wait_option
def command(folder: Path, wait: float) -> int:
    """Analyse the stored articles of an index anew, for a newsindex that reads words or names
    otherwise than the one that wrote it. No source files are needed; searches go on meanwhile.
    `newsindex upgrade` does the same only where it is needed.

    \b
    newsindex reindex -i news.idx
    """
    articles = reindex(folder, wait=wait, progress=show_articles if sys.stderr.isatty() else None)
    clear_line()
    if on_terminal():
        click.echo(f"{folder}: {articles:,} articles")
    else:
        print_json({"index": str(folder), "articles": articles})
    return 0
