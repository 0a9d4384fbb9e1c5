"""``newsindex restore``: verify a backup and make an index of it."""

from __future__ import annotations

from pathlib import Path

import click

from newsindex.cli.common import index_option, on_terminal, print_json
from newsindex.index.backups import restore


@click.command()
@click.argument("source", metavar="BACKUP", type=click.Path(path_type=Path))
@index_option
def command(source: Path, folder: Path) -> int:
    """Verify every byte of BACKUP and copy it into the folder of the index, new or empty.

    \b
    newsindex restore news-2025-08.bak -i news.idx
    """
    files = restore(source, folder)
    if on_terminal():
        click.echo(f"{folder}: {files} files")
    else:
        print_json({"index": str(folder), "files": files})
    return 0
