"""The options of the commands that read files: how fields are named, when pages were fetched."""

from __future__ import annotations

from typing import Any

import click

from newsindex.cli.common import Command
from newsindex.documents import parse_date
from newsindex.errors import InvalidArgument
from newsindex.model import DEFAULT_TIMEZONE


def reading_options(command: Command) -> Command:
    """Add ``--map`` and ``--now``, which say how to read: a dict and an aware datetime or None."""
    decorators = [
        click.option(
            "--map",
            "mapping",
            multiple=True,
            metavar="FIELD=NAME",
            callback=_mapping,
            help="A column or JSON field of an unusual name: published=pubdate; repeatable.",
        ),
        click.option(
            "--now",
            metavar="TIME",
            callback=_moment,
            help="When the pages were fetched, for dates such as 'вчера, 14:05'."
            "  [default: when the file was last changed]",
        ),
    ]
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def _mapping(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> Any:
    pairs: dict[str, str] = {}
    for text in given:
        name, equals, column = text.partition("=")
        if not equals or not name or not column or name in pairs:
            raise InvalidArgument(f"--map {text}: expected FIELD=NAME, each field once")
        pairs[name] = column
    return pairs


def _moment(_context: click.Context, _option: click.Parameter, given: str | None) -> Any:
    if given is None:
        return None
    moment = parse_date(given, DEFAULT_TIMEZONE)
    if moment is None:
        raise InvalidArgument(f"--now {given}: expected a time such as 2025-08-01T18:46+03:00")
    return moment
