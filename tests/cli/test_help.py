"""Help: every command has an example, every option says what it is, one name means one thing."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import click
import pytest

from newsindex.cli import group


def commands(command: click.Command, name: str = "newsindex") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by its whole name."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    for part in command.list_commands(click.Context(command)):
        below = command.get_command(click.Context(command), part)
        assert below is not None
        yield from commands(below, f"{name} {part}")


COMMANDS = dict(commands(group))


def options(command: click.Command) -> list[click.Option]:
    return [param for param in command.params if isinstance(param, click.Option)]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_that_parses(name: str) -> None:
    examples = [
        line.strip()
        for line in (COMMANDS[name].help or "").partition("\b")[2].splitlines()
        if f"{line.strip()} ".startswith(f"{name} ")
    ]
    assert examples
    for example in examples:
        words = shlex.split(example.partition(f"{name}")[2], comments=True)
        # What follows goes on in the shell.
        ends = [i for i, word in enumerate(words) if word in ("|", ">", ">>")]
        COMMANDS[name].make_context(name, words[: ends[0]] if ends else words)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is(name: str) -> None:
    for option in options(COMMANDS[name]):
        assert option.help, option.opts
        assert option.help[0].isupper(), option.opts
        assert option.help.rstrip("]").rsplit("  [default", 1)[0].endswith((".", "...")), (
            option.opts
        )


def kind_of(option: click.Option) -> tuple[object, ...]:
    """What the value of an option is; two options of one name have the same kind."""
    return (
        sorted(option.opts),
        sorted(option.secondary_opts),
        option.is_flag,
        option.metavar,
        isinstance(option.type, click.Choice) and not option.is_flag,
    )


# The text of analyze is in one language; a search may be restricted to several.
OTHERWISE = {("newsindex analyze", "--lang")}


def test_an_option_name_means_the_same_everywhere() -> None:
    kinds: dict[str, dict[str, tuple[object, ...]]] = defaultdict(dict)
    short: dict[str, set[str]] = defaultdict(set)
    for name, command in COMMANDS.items():
        for option in options(command):
            long = next(opt for opt in option.opts if opt.startswith("--"))
            if (name, long) not in OTHERWISE:
                kinds[long][name] = kind_of(option)
            for opt in option.opts:
                if not opt.startswith("--"):
                    short[opt].add(long)
    assert len(kinds) > 20
    for long, found in kinds.items():
        assert len(set(map(str, found.values()))) == 1, (long, found)
    assert all(len(meanings) == 1 for meanings in short.values()), short


def test_what_restricts_a_search_restricts_it_everywhere() -> None:
    def names(command: click.Command) -> set[str]:
        return {option.name or "" for option in options(command)}

    wanted = {"since", "until", "source", "language", "person", "org", "place", "cross"}
    asking = [
        name for name, command in COMMANDS.items() if any(p.name == "query" for p in command.params)
    ]
    assert {"newsindex search", "newsindex facets", "newsindex report"} <= set(asking)
    for name in asking:
        assert wanted <= names(COMMANDS[name]), name
