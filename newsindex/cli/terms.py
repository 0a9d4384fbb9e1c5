"""``newsindex terms``: what the articles that match are about."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import click

from newsindex.cli.common import (
    bold,
    filter_options,
    json_options,
    print_table,
    print_values,
    searched,
    top_option,
    warn_of,
)
from newsindex.engine.queryable import Queryable
from newsindex.results.significance import Term


@click.command()
@click.argument("query")
@searched
@top_option(20, "Words, and as many names")
@json_options("term")
@filter_options
def command(query: str, index: Queryable, top: int, output: str | None, **filters: Any) -> int:
    """List the words and names that the articles that match QUERY hold far more often than the rest
    of the index does, the most significant first.

    With each stands how many of these articles hold it, and how many of the whole index. JSON lines
    in a pipe, "kind" telling words from names. Exit code 1 if there is none.

    \b
    newsindex terms 'санкции'
    newsindex terms '' --source ukr.example --from 2025-08 --top 50
    """
    terms = index.terms(query, top=top, **filters)
    warn_of(terms.diagnostics)
    if not print_values(output, map(dataclasses.asdict, (*terms.words, *terms.names))):
        click.echo(bold(f"words of {terms.total} articles"))
        _print_terms(terms.words)
        if terms.names:
            click.echo(bold("names"))
            _print_terms(terms.names)
    return 0 if terms.words or terms.names else 1


def _print_terms(terms: Iterable[Term]) -> None:
    print_table((f"{term.count:>8} of {term.background}", term.text) for term in terms)
