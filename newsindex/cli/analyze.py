"""``newsindex analyze``: show how a text is cut into tokens, and the key of each."""

from __future__ import annotations

import click

from newsindex.cli.common import (
    json_options,
    print_values,
)
from newsindex.text import analyse, detect, explain


@click.command()
@click.argument("text")
@click.option(
    "--lang",
    "--language",
    "language",
    type=click.Choice(["ru", "uk"]),
    help="Language of the text.  [default: detected]",
)
@json_options("token")
def command(text: str, language: str | None, output: str | None) -> int:
    """Print the tokens of TEXT: where each starts and stops, its form, the key under which an index
    holds it, and the rule that gave the key. One JSON object a token in a pipe. Exit code 1 if
    there is no token.

    \b
    newsindex analyze 'Дронів-камікадзе Shahed-136 у Києві' --lang uk
    """
    language = language or detect(text)[0]
    tokens = analyse(text, language)
    rows = [token._asdict() | {"rule": explain(token.text, language)} for token in tokens]
    if not print_values(output, rows):
        for row in rows:
            place = f"{row['start']:>5} {row['stop']:>5}"
            click.echo(f"{place}  {row['text']:<24} {row['key']:<24} {row['rule']}")
    return 0 if rows else 1
