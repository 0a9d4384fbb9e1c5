"""``newsindex demo``: index the sample pages and run five searches of different kinds."""

from __future__ import annotations

import tempfile
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import click

from newsindex.cli.common import bold
from newsindex.cli.search import print_results
from newsindex.documents import find_files, read
from newsindex.engine.index import Index
from newsindex.model import Article

_SEARCHES: list[tuple[str, str, dict[str, Any]]] = [
    ("All the words, in any form", "консультация безопасность", {}),
    ("A phrase", '"вагон метро"', {}),
    ("A name, in both languages", "Киев", {"sort": "newest"}),
    ("A range of dates, in Ukrainian", "дрон OR трамвай", {"since": "2024-07", "until": "2024-10"}),
    ("Headlines, the beginning of a word, an exclusion", "title:(консультац* OR Одес*) -порт", {}),
]


@click.command()
def command() -> int:
    """Index the sample pages that come with newsindex in a temporary folder, and search them.

    \b
    newsindex demo
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        as_file(files("newsindex.demo") / "pages") as pages,
    ):
        index = Index.create(Path(folder) / "demo.idx")
        with index.writer() as writer:
            for path in find_files([pages]):
                for item in read(path) if isinstance(path, Path) else ():
                    if isinstance(item, Article):
                        writer.add(item)
        index.refresh()
        languages = ", ".join(f"{n} in {lang}" for lang, n in index.stats()["languages"].items())
        click.echo(f"{len(index)} sample pages indexed ({languages}).\n")
        for what, query, options in _SEARCHES:
            click.echo(bold(f"{what}: newsindex search {_command(query, options)}"))
            print_results(index.search(query, limit=3, **options), index.timezone)
            click.echo()
    return 0


def _command(query: str, options: dict[str, Any]) -> str:
    names = {"since": "--from", "until": "--to", "language": "--lang", "sort": "--sort"}
    return " ".join([f"'{query}'", *(f"{names[name]} {value}" for name, value in options.items())])
