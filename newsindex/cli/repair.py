"""``newsindex repair``: save the articles of a damaged index."""

from __future__ import annotations

from pathlib import Path

import click

from newsindex.cli.common import index_option, on_terminal, print_json, warn
from newsindex.index.rebuilding import repair


@click.command()
@index_option
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder of the new index.",
)
def command(folder: Path, output: Path) -> int:
    """Save every article whose text is whole into a new index. The damaged one is not changed.

    Articles whose date, source, language, title or id is damaged are saved without it. What was
    deleted may be back where that was written in a damaged file. Exit code 1 if articles are lost.

    \b
    newsindex repair -i news.idx -o saved.idx
    """
    repaired = repair(folder, output)
    for problem in repaired.problems:
        warn(problem)
    if on_terminal():
        click.echo(
            f"{output}: {repaired.articles} articles, {repaired.partial} of them without a part"
            f" that was damaged; {repaired.lost} lost"
        )
    else:
        print_json(
            {
                "index": str(output),
                "articles": repaired.articles,
                "partial": repaired.partial,
                "lost": repaired.lost,
                "problems": repaired.problems,
            }
        )
    return 1 if repaired.lost else 0
