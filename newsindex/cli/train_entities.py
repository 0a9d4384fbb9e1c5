"""``newsindex train-entities``: learn the model that finds names from annotated texts."""

from __future__ import annotations

from pathlib import Path

import click

from newsindex.cli.common import on_terminal, print_json, print_table
from newsindex.entities.training import ITERATIONS, train


@click.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="File of the model."
)
@click.option(
    "--iterations",
    type=click.IntRange(min=1),
    default=ITERATIONS,
    show_default=True,
    metavar="N",
    help="Rounds of learning.",
)
def command(sources: tuple[Path, ...], output: Path, iterations: int) -> int:
    """Learn a model from SOURCES: IOB columns, brat (.ann beside .txt), or lines with names in
    brackets, [PER Андрей Ермак]. The variable NEWSINDEX_MODEL then names the file to use.

    \b
    newsindex train-entities my-news.iob -o my.model
    NEWSINDEX_MODEL=my.model newsindex index pages/
    """
    report = train(sources, output, iterations)
    row = {**report._asdict(), "output": str(report.output)}
    if on_terminal():
        print_table(row.items())
    else:
        print_json(row)
    return 0
