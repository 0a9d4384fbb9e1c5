"""``newsindex parse``: print what is read from a file, without an index."""

from __future__ import annotations

import dataclasses
import textwrap

import click

from newsindex.cli.common import (
    faint,
    highlight,
    mentions_as_dicts,
    on_terminal,
    print_json,
    print_json_lines,
    warn,
)
from newsindex.documents import FORMATS, explain_file, read
from newsindex.entities.extractor import extract
from newsindex.model import Article


@click.command()
@click.argument("file")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Instead of by content.")
@click.option(
    "--timezone",
    metavar="ZONE",
    help="IANA name; for dates without one.  [default: by the site, Europe/Kyiv for most]",
)
@click.option(
    "--entities/--no-entities", "names", default=True, help="Find persons, organisations, places."
)
@click.option("--explain", is_flag=True, help="Show for each line of a page why it stays or goes.")
def command(file: str, form: str | None, timezone: str | None, names: bool, explain: bool) -> int:
    """Print each article read from FILE (- for standard input) as one JSON object.

    \b
    newsindex parse page.txt
    newsindex parse page.txt --explain
    newsindex parse archive.jsonl.gz --timezone Europe/Moscow | head -1
    """
    if explain:
        return _explain(file, timezone)
    articles = 0
    for item in read(file, format=form, timezone=timezone):
        if isinstance(item, Article):
            articles += 1
            entities = mentions_as_dicts(extract(item)) if names else []
            print_json(item.as_dict() | {"entities": entities}, indent=on_terminal())
        else:
            warn(f"{item.place}: {item.reason}")
    return 0 if articles else 2


def _explain(file: str, timezone: str | None) -> int:
    """Print the verdict on each line of a page."""
    rows = [dataclasses.asdict(line) for line in explain_file(file, timezone=timezone)]
    if not on_terminal():
        print_json_lines(rows)
        return 0 if rows else 2
    for row in rows:
        sign = "+" if row["kept"] else "-"
        text = textwrap.shorten(row["text"], 60, placeholder="…")
        line = f"{row['number']:>4} {sign} {row['score']:.2f} {row['role']:<14} {text}"
        click.echo(f"{highlight(line, ())}\n{'':>12}{faint(row['reason'])}")
    return 0 if rows else 2
