"""``newsindex parse``: print what is read from a file, without an index."""

from __future__ import annotations

import click

from newsindex.cli.common import on_terminal, print_json, warn
from newsindex.documents import FORMATS, read
from newsindex.model import DEFAULT_TIMEZONE, Article


@click.command()
@click.argument("file")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Instead of by content.")
@click.option(
    "--timezone",
    metavar="ZONE",
    default=DEFAULT_TIMEZONE,
    show_default=True,
    help="IANA name; for dates without one.",
)
def command(file: str, form: str | None, timezone: str) -> int:
    """Print each article read from FILE (- for standard input) as one JSON object.

    \b
    newsindex parse page.txt
    newsindex parse archive.jsonl.gz --timezone Europe/Moscow | head -1
    """
    articles = 0
    for item in read(file, format=form, timezone=timezone):
        if isinstance(item, Article):
            articles += 1
            print_json(item.as_dict(), indent=on_terminal())
        else:
            warn(f"{item.place}: {item.reason}")
    return 0 if articles else 2
