"""``newsindex check``: verify every file of an index."""

from __future__ import annotations

from pathlib import Path

import click

from newsindex.cli.common import index_option, on_terminal, print_json, warn
from newsindex.index.check import check
from newsindex.index.manifest import read_manifest


@click.command()
@index_option
def command(folder: Path) -> int:
    """Read every byte of an index and compare it with its checksums. Exit code 2 if one is damaged.

    \b
    newsindex check -i news.idx
    """
    problems = check(folder)
    for problem in problems:
        warn(problem)
    files = len(read_manifest(folder).files()) + 1
    if on_terminal():
        click.echo(f"{folder}: {files} files, {len(problems)} damaged")
    else:
        print_json({"index": str(folder), "files": files, "problems": problems})
    return 2 if problems else 0
