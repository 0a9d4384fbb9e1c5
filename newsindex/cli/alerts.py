"""``newsindex alerts``: keep queries beside an index, and report what newly matches them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import orjson

from newsindex.alerts import AlertMatch, Alerts
from newsindex.cli import completing
from newsindex.cli.common import (
    bold,
    clear_line,
    filter_options,
    index_option,
    json_options,
    on_terminal,
    print_json,
    print_table,
    print_values,
    wait_option,
    warn,
    warn_of,
)
from newsindex.cli.search import print_hit
from newsindex.engine.filters import Asked, Filters
from newsindex.errors import SourceError

_existing = click.option(
    "--existing", is_flag=True, help="Report the articles, too, that are in the index already."
)
_replace = click.option("--replace", is_flag=True, help="In the place of one of the same name.")


@click.group()
def command() -> None:
    """Watch queries: report the articles that newly came to match them.

    An article is new if it was indexed since the alert's last run, whatever its date; each alert
    reports it once. The alerts are kept in the folder of the index.

    \b
    newsindex alerts add defence 'оборонные консультации' --source interfax.com.ua
    newsindex alerts run
    newsindex alerts run defence | mail -E -s 'Новые статьи' me@example.org
    newsindex index pages/ --alerts
    """


@command.command("add")
@click.argument("name")
@click.argument("query")
@index_option
@filter_options
@_existing
@_replace
@wait_option
def add(
    name: str, query: str, folder: Path, existing: bool, replace: bool, wait: float, **filters: Any
) -> int:
    """Watch QUERY under NAME. Articles that match already are not reported.

    \b
    newsindex alerts add defence 'оборонные консультации'
    newsindex alerts add ermak '' --person 'Андрей Ермак' --lang uk --existing
    """
    asked = Alerts(folder).add(
        name, query, existing=existing, replace=replace, wait=wait, **_given(filters)
    )
    warn_of(asked.diagnostics)
    _say(f"{name} is watched", {"added": 1})
    return 0


@command.command("import")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@index_option
@_existing
@_replace
@wait_option
def import_(file: str, folder: Path, existing: bool, replace: bool, wait: float) -> int:
    """Watch the queries of FILE (- for standard input): JSON lines with name, query and, by the
    names that `alerts list` gives them, filters. A bad line costs that line. Exit code 1 if FILE is
    empty, 2 if no line of it is an alert.

    \b
    newsindex alerts list -i old.idx > alerts.jsonl
    newsindex alerts import alerts.jsonl -i new.idx
    """
    alerts: list[tuple[str, str, Filters]] = []
    places: list[str] = []
    bad = False
    try:
        with click.open_file(file, "rb") as opened:
            lines = opened.read().splitlines()
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        place = f"{file}:{number}"
        if line.strip():
            try:
                alerts.append(_alert_of(line))
                places.append(place)
            except ValueError as error:
                bad = True
                warn(f"{place}: expected a JSON object with name and query, found {error}")
    results = Alerts(folder).add_many(alerts, existing=existing, replace=replace, wait=wait)
    for place, result in zip(places, results, strict=True):
        if isinstance(result, Asked):
            for diagnostic in result.diagnostics:
                warn(f"{place}: query, character {diagnostic.start + 1}: {diagnostic.message}")
        else:
            bad = True
            warn(f"{place}: {result}")
    added = sum(isinstance(result, Asked) for result in results)
    _say(f"{added} queries are watched", {"added": added})
    return 0 if added else 1 + bad


@command.command("list")
@index_option
@json_options("alert")
def list_(folder: Path, output: str | None) -> int:
    """List the alerts; JSON lines in a pipe. Exit code 1 if there is none.

    \b
    newsindex alerts list
    """
    alerts = list(Alerts(folder))
    if not print_values(output, (alert.as_dict() for alert in alerts)):
        print_table((alert.name, _description(alert.as_dict())) for alert in alerts)
    return 0 if alerts else 1


@command.command("remove")
@click.argument(
    "names", nargs=-1, required=True, metavar="NAME...", shell_complete=completing.alerts
)
@index_option
@wait_option
def remove(names: tuple[str, ...], folder: Path, wait: float) -> int:
    """Forget the alerts of these NAMEs. Exit code 1 if there is none of them.

    \b
    newsindex alerts remove defence
    """
    removed = Alerts(folder).remove(*names, wait=wait)
    for name in names:
        if name not in removed:
            warn(f"{folder}: there is no alert called {name!r}")
    _say(f"{len(removed)} removed", {"removed": len(removed)})
    return 0 if removed else 1


@command.command("run")
@click.argument("names", nargs=-1, metavar="[NAME...]", shell_complete=completing.alerts)
@index_option
@click.option("--updates", is_flag=True, help="Report new versions of what was reported, too.")
@wait_option
def run(names: tuple[str, ...], folder: Path, updates: bool, wait: float) -> int:
    """Report what is new to the alerts (or to those of these NAMEs) since their last run, one JSON
    object a line in a pipe. Exit code 0 if there is something, 1 if there is nothing.

    What was printed whole counts as reported; a run that is killed reports again.

    \b
    newsindex alerts run
    newsindex alerts run defence --wait 60 >> defence.jsonl
    """
    alerts = Alerts(folder)
    found = print_matches(alerts.run(*names, updates=updates, wait=wait), alerts.timezone)
    return 0 if found else 1


def print_matches(matches: Iterable[AlertMatch], timezone: str) -> int:
    """Print matches as they come, dates by the clocks of ``timezone``; how many. Each is out of our
    hands before the next is taken, for with the last one they all count as reported."""
    found = 0
    for name, group in groupby(matches, key=lambda match: match.alert):
        for number, match in enumerate(group, 1):
            found += 1
            clear_line()
            if not on_terminal():
                print_json(match.as_dict())
            else:
                if number == 1:
                    click.echo(bold(name))
                print_hit(number, match.hit, timezone)
            sys.stdout.flush()
    return found


def _alert_of(line: bytes) -> tuple[str, str, Filters]:
    """The name, query and filters of a line as `alerts list` prints it. Raises ValueError with what
    was found instead."""
    try:
        values = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise ValueError(f"broken JSON: {error}") from None
    if not isinstance(values, dict):
        raise ValueError("none")
    for key in ("name", "query"):
        if not isinstance(values.get(key), str):
            found = f"{values[key]!r} for {key}" if key in values else f"no {key}"
            raise ValueError(found)
    filters: Any = {k: v for k, v in values.items() if k not in ("name", "query", "added")}
    return values["name"], values["query"], filters


def _given(filters: dict[str, Any]) -> Any:
    """The filters that were given."""
    return {name: value for name, value in filters.items() if value not in (None, ())}


def _description(values: dict[str, Any]) -> str:
    """A query and its filters for a person to read."""

    def parts() -> Iterator[str]:
        yield values["query"] or "*"
        for name, value in values.items():
            if name not in ("name", "query", "added"):
                shown = ", ".join(value) if isinstance(value, list) else str(value)
                yield f"{name}: {shown}"

    return " · ".join(parts())


def _say(text: str, values: dict[str, Any]) -> None:
    if on_terminal():
        click.echo(text)
    else:
        print_json(values)
