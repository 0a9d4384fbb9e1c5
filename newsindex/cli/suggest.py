"""``newsindex suggest``: the words and names that begin as what was typed."""

from __future__ import annotations

import dataclasses

import click

from newsindex.cli.common import (
    json_options,
    limit_option,
    print_table,
    print_values,
    searched,
)
from newsindex.engine.queryable import Queryable


@click.command()
@click.argument("prefix")
@searched
@limit_option(10, "Words, and as many names")
@json_options("word or name")
def command(prefix: str, index: Queryable, limit: int, output: str | None) -> int:
    """List the words that begin with PREFIX and the names a word of which does, most frequent
    first, with the number of articles that hold them: what a search box completes.

    Of a word one form is shown; words and names are counted in any form, as a search finds them. Of
    several words the last is completed. Exit code 1 if there is none.

    \b
    newsindex suggest през
    newsindex suggest 'Андрей Ер' --jsonl
    """
    found = index.suggest(prefix, limit=limit)
    if not print_values(output, map(dataclasses.asdict, found)):
        print_table((f"{each.count:>8}  {each.kind:<6}", each.text) for each in found)
    return 0 if len(found) else 1
