"""``newsindex parse``: print what is read from a file, without an index."""

from __future__ import annotations

import dataclasses
import textwrap
from datetime import datetime
from pathlib import Path

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
from newsindex.cli.reading import extractor_to_use, names_options, reading_options
from newsindex.documents import FORMATS, explain_pages
from newsindex.documents.reader import read_with
from newsindex.documents.reading import Reading
from newsindex.documents.together import recurring_in
from newsindex.entities.extractor import extract_many
from newsindex.model import Article


@click.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(allow_dash=True))
@click.option("--format", "form", type=click.Choice(FORMATS), help="Instead of by content.")
@reading_options
@click.option(
    "--timezone",
    metavar="ZONE",
    help="IANA name; for dates without one.  [default: by the site, Europe/Kyiv for most]",
)
@names_options
@click.option("--explain", is_flag=True, help="Show for each line of a page why it stays or goes.")
def command(
    sources: tuple[str, ...],
    form: str | None,
    timezone: str | None,
    extractor: str | None,
    explain: bool,
    mapping: dict[str, str],
    now: datetime | None,
) -> int:
    """Print each article read from SOURCES (files, folders, - for standard input) as one JSON
    object.

    \b
    newsindex parse page.txt
    newsindex parse page.txt --explain
    newsindex parse pages/ --explain     # of several pages, the lines they share are known too
    newsindex parse archive.jsonl.gz --timezone Europe/Moscow | head -1
    """
    reading = Reading(form, timezone, now, mapping)
    reading = dataclasses.replace(reading, recurring=recurring_in(sources, reading))
    if explain:
        return _explain(sources, reading)
    name = extractor_to_use(extractor)
    articles = 0
    for source in sources:
        for item in read_with(reading, source):
            if isinstance(item, Article):
                articles += 1
                entities = mentions_as_dicts(next(extract_many([item], name))) if name else []
                print_json(item.as_dict() | {"entities": entities}, indent=on_terminal())
            else:
                warn(f"{item.place}: {item.reason}")
    return 0 if articles else 2


def _explain(sources: tuple[str, ...], reading: Reading) -> int:
    """Print the verdict on each line of each page; the name of the page where there are several."""
    lines = 0
    several = len(sources) > 1 or Path(sources[0]).is_dir()
    for place, found in explain_pages(sources, reading):
        rows = [dataclasses.asdict(line) for line in found]
        lines += len(rows)
        if not on_terminal():
            print_json_lines([({"place": place} if several else {}) | row for row in rows])
            continue
        if several:
            click.echo(f"\n{place}")
        for row in rows:
            sign = "+" if row["kept"] else "-"
            text = textwrap.shorten(row["text"], 60, placeholder="…")
            line = f"{row['number']:>4} {sign} {row['score']:.2f} {row['role']:<14} {text}"
            click.echo(f"{highlight(line, ())}\n{'':>12}{faint(row['reason'])}")
    return 0 if lines else 2
