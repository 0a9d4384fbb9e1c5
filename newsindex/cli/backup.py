"""``newsindex backup``: copy an index while it is used."""

from __future__ import annotations

from pathlib import Path

import click

from newsindex.cli.common import index_option, on_terminal, print_json
from newsindex.index.backups import backup


@click.command()
@click.argument("target", type=click.Path(path_type=Path))
@index_option
@click.option(
    "--copy", is_flag=True, help="Copy every byte, where a hard link would share it on one disk."
)
def command(target: Path, folder: Path, copy: bool) -> int:
    """Copy the last commit of an index into the new folder TARGET, while others search and index.

    On one disk the files are hard links, which take no room and no time, but share a failing disk.

    \b
    newsindex backup news-2025-08.bak -i news.idx
    newsindex backup /mnt/other-disk/news.bak
    """
    files = backup(folder, target, link=not copy)
    if on_terminal():
        click.echo(f"{target}: {files} files")
    else:
        print_json({"backup": str(target), "files": files})
    return 0
