"""What the commands share: the index option, colours, tables, JSON lines."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import orjson

from newsindex.cli import completing
from newsindex.entities import Mention
from newsindex.query import Diagnostic
from newsindex.query.cursor import ORDERS
from newsindex.results import to_ansi
from newsindex.results.highlight import Span
from newsindex.zones import time_zone

if TYPE_CHECKING:
    from newsindex.engine.queryable import Queryable

Command = TypeVar("Command", bound=Callable[..., Any])


def index_option(command: Command) -> Command:
    """Add ``-i/--index``, the folder of the index."""
    return click.option(
        "-i",
        "--index",
        "folder",
        metavar="PATH",
        type=click.Path(path_type=Path),
        envvar="NEWSINDEX_INDEX",
        default=completing.DEFAULT_INDEX,
        show_default=True,
        show_envvar=True,
        help="Folder of the index.",
    )(command)


def searched(command: Command) -> Command:
    """Add ``-i/--index`` and ``--cluster``; the command gets ``index``, what they name, open."""

    @functools.wraps(command)
    def opened(*args: Any, folder: str, cluster: str | None, **kwargs: Any) -> Any:
        index = open_searched(folder, cluster)
        click.get_current_context().call_on_close(index.close)
        return command(*args, index=index, **kwargs)

    return place_option(cluster_option(opened))  # type: ignore[return-value]


def place_option(command: Command) -> Command:
    """Add ``-i/--index``, the folder of the index or the store of a collection."""
    return click.option(
        "-i",
        "--index",
        "folder",
        metavar="PATH",
        type=click.Path(),
        envvar="NEWSINDEX_INDEX",
        default=completing.DEFAULT_INDEX,
        show_default=True,
        show_envvar=True,
        help="Folder of the index; with --cluster, the store of a collection: a folder or a URL.",
    )(command)


def cluster_option(command: Command) -> Command:
    """Add ``--cluster``, where a collection is held."""
    return click.option(
        "--cluster",
        metavar="ADDRESS",
        envvar="NEWSINDEX_CLUSTER",
        show_envvar=True,
        help="Ray cluster, host:port, that holds the collection; local starts one here.",
    )(command)


def open_searched(folder: str, cluster: str | None) -> Queryable:
    """The index in a folder; or, with the address of a cluster, the collection of a store."""
    # Imported here because that takes a while, and not every command needs it.
    if cluster is None:
        from newsindex.engine.index import Index  # noqa: PLC0415

        return Index.open(folder)
    from newsindex.cluster import Searcher  # noqa: PLC0415

    return Searcher(cluster, folder)


def sort_option(command: Command) -> Command:
    """Add ``--sort``, the order of hits."""
    return click.option(
        "--sort",
        type=click.Choice(ORDERS),
        default="relevance",
        show_default=True,
        help="Order of the hits.",
    )(command)


def limit_option(default: int, what: str) -> Callable[[Command], Command]:
    """Add ``-n/--limit``, how many of ``what`` are shown."""
    return click.option(
        "-n",
        "--limit",
        type=click.IntRange(min=0),
        default=default,
        show_default=True,
        metavar="N",
        help=f"{what} shown.",
    )


def top_option(default: int, what: str) -> Callable[[Command], Command]:
    """Add ``--top``, how many of ``what`` are counted up."""
    return click.option(
        "--top",
        type=click.IntRange(min=0),
        default=default,
        show_default=True,
        metavar="N",
        help=f"{what} shown.",
    )


def json_options(what: str) -> Callable[[Command], Command]:
    """Add ``--json`` and ``--jsonl``, the forms of an output of several values, of which one is
    ``what`` (see `print_values`)."""

    def add(command: Command) -> Command:
        lines = click.option(
            "--jsonl", "output", flag_value="jsonl", help=f"One {what} a line (default in a pipe)."
        )
        array = click.option(
            "--json", "output", flag_value="json", help="One JSON array, indented."
        )
        return array(lines(command))

    return add


def wait_option(command: Command) -> Command:
    """Add ``--wait``, the seconds to wait for another process."""
    return click.option(
        "--wait",
        type=click.FloatRange(min=0),
        default=0,
        metavar="SECONDS",
        help="Wait so long for another process that writes.",
    )(command)


def filter_options(command: Command) -> Command:
    """Add the options that restrict a search: dates, source, language, names, crossing."""
    decorators = [
        click.option(
            "--from", "since", metavar="DATE", help="Published then or later: 2025, 2025-08 ..."
        ),
        click.option(
            "--to", "until", metavar="DATE", help="Published then or earlier; the day included."
        ),
        click.option(
            "--source",
            multiple=True,
            metavar="NAME",
            shell_complete=completing.sources,
            help="From this source; repeatable.",
        ),
        click.option(
            "--lang",
            "--language",
            "language",
            multiple=True,
            metavar="ru|uk",
            shell_complete=completing.languages,
            help="In this language.",
        ),
        *(
            click.option(
                f"--{name}",
                multiple=True,
                metavar="NAME",
                shell_complete=completing.names_of(name),
                help=f"Naming this {what}, in any form or language; repeatable.",
            )
            for name, what in (("person", "person"), ("org", "organisation"), ("place", "place"))
        ),
        click.option(
            "--cross/--no-cross",
            default=True,
            help="Join words across the languages: Киев and Київ.",
        ),
    ]
    for decorate in reversed(decorators):
        command = decorate(command)
    return command


def on_terminal() -> bool:
    """Whether a person reads the output."""
    return sys.stdout.isatty()


def coloured() -> bool:
    """Whether to colour the output (see https://no-color.org)."""
    return on_terminal() and not os.environ.get("NO_COLOR")


def highlight(text: str, spans: Sequence[Span]) -> str:
    """Text for a person: highlighted where colours are wanted, without control characters."""
    return to_ansi(text, spans if coloured() else ())


def faint(text: str) -> str:
    return click.style(text, dim=True) if coloured() else text


def bold(text: str) -> str:
    return click.style(text, bold=True) if coloured() else text


def moment(published: datetime | None, timezone: str) -> str:
    """A date as people read it, by the clocks of ``timezone``, in which a search counts days."""
    if published is None:
        return "undated"
    with contextlib.suppress(OverflowError):  # in the first and the last hours of the calendar
        published = published.astimezone(time_zone(timezone))
    return published.strftime("%Y-%m-%d %H:%M")


def print_json(value: Any, *, indent: bool = False) -> None:
    """Print a value as one line of JSON, or indented."""
    option = orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if indent else 0)
    sys.stdout.buffer.write(orjson.dumps(value, option=option))


def print_json_lines(values: Iterable[Any]) -> None:
    for value in values:
        print_json(value)


def print_values(output: str | None, values: Iterable[Any]) -> bool:
    """Print values as ``output`` asks for: "json" is one indented array, "jsonl" a line for each,
    which is the default where no person reads. Else nothing is printed; whether anything was."""
    if output == "json":
        print_json(list(values), indent=True)
    elif output == "jsonl" or not on_terminal():
        print_json_lines(values)
    else:
        return False
    return True


def print_table(rows: Iterable[tuple[str, Any]]) -> None:
    """Print names and values in two columns."""
    rows = list(rows)
    width = max((len(name) for name, _ in rows), default=0)
    for name, value in rows:
        click.echo(f"{name:<{width}}  {to_ansi(str(value), ())}")


def warn(message: str) -> None:
    """Print one line on stderr, in the place of a progress bar where there is one."""
    clear_line()
    click.echo(f"newsindex: {to_ansi(' '.join(message.split()), ())}", err=True)


def clear_line() -> None:
    """Clear the line of a progress bar, where there may be one."""
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", nl=False, err=True)


def show_articles(done: int, total: int) -> None:
    """Say on the terminal how many articles are done, in the place of what was said before."""
    click.echo(f"\r{done:,} of {total:,} articles", nl=False, err=True)


def warn_missing(place: object, identifier: str) -> None:
    """Say on stderr that the index has no article with an id."""
    warn(f"{place}: no article with the id {identifier!r}")


def warn_of(diagnostics: Iterable[Diagnostic]) -> None:
    """Say on stderr what of a query string was ignored or guessed, or cannot be answered."""
    for diagnostic in diagnostics:
        where = f"query, character {diagnostic.start + 1}: " if diagnostic.stop else ""
        warn(where + diagnostic.message)


def mentions_as_dicts(mentions: Iterable[Mention]) -> list[dict[str, Any]]:
    """The names in an article as JSON-ready values."""
    return [dataclasses.asdict(mention) for mention in mentions]
