"""The options of the commands that read: names of fields, the time of fetching, the extractor."""

from __future__ import annotations

from typing import Any

import click

from newsindex.cli.common import Command
from newsindex.documents import parse_date
from newsindex.entities.model import DEFAULT_EXTRACTOR
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


def names_options(command: Command) -> Command:
    """Add ``--entities/--no-entities`` and ``--extractor``, as one parameter ``extractor``: the
    name of one, "" for none, None if nothing is said (see `extractor_to_use`)."""
    decorators = [
        click.option(
            "--entities/--no-entities",
            "names",
            default=None,
            is_eager=True,  # so that it is known when the other one is
            help="Whether persons, organisations and places are found.  [default: they are]",
        ),
        click.option(
            "--extractor",
            metavar="NAME",
            callback=_extractor,
            help="What finds them: another one, of an installed package."
            f"  [default: {DEFAULT_EXTRACTOR}, which ships]",
        ),
    ]
    for decorator in reversed(decorators):
        command = decorator(command)
    return command


def extractor_to_use(extractor: str | None) -> str | None:
    """The extractor of a new index, None for none, of what `names_options` gives."""
    return DEFAULT_EXTRACTOR if extractor is None else extractor or None


def _extractor(context: click.Context, _option: click.Parameter, given: str | None) -> Any:
    wanted = context.params.pop("names")
    if given is None:
        return {None: None, True: DEFAULT_EXTRACTOR, False: ""}[wanted]
    if wanted is False:
        raise click.UsageError("--extractor finds names, --no-entities leaves them out")
    return given


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
