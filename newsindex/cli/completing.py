"""What a shell may complete: sources, names and alerts, read from the index that the line names.

A callback never fails and prints nothing: where there is no index, there is nothing to complete.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from newsindex.errors import NewsIndexError
from newsindex.text import LANGUAGES

if TYPE_CHECKING:
    from newsindex.engine.index import Index

VARIABLE = "_NEWSINDEX_COMPLETE"
DEFAULT_INDEX = "newsindex.idx"
# Bash inserts a completion as it is, after the quotation mark that is open, if any: what means
# something to it there is escaped, twice, for the script reads it once before. The other shells see
# to it themselves.
_SPECIAL_TO_BASH = {
    "": (re.compile(r"([^\w@%+=:,./-])"), r"\\\\\1"),
    '"': (re.compile(r'(["$`\\])'), r"\\\\\1"),
    "'": (re.compile(r"(')"), r"\1\\\\\1\1"),
}
_SHOWN = 30

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def sources(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The sources whose name begins so, most frequent first."""
    return _completed(context, begun, lambda index: index.stats()["sources"])


def languages(
    context: click.Context, parameter: click.Parameter, begun: str
) -> list[CompletionItem]:
    return [CompletionItem(code) for code in LANGUAGES if code.startswith(begun)]


def names_of(kind: str) -> Completer:
    """Completes persons, organisations or places, a word of whose name begins so."""

    def complete(
        context: click.Context, parameter: click.Parameter, begun: str
    ) -> list[CompletionItem]:
        def names(index: Index) -> Iterable[str]:
            last_word = (begun.split() or [""])[-1]
            return (f.name for f in index.entities(last_word, kind=kind, limit=20 * _SHOWN))

        # A shell keeps only what begins with what was typed.
        return _completed(context, begun, names)

    return complete


def alerts(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The names of the alerts that begin so."""
    # Imported here, as the index below, because every command has completions and few use them.
    from newsindex.alerts import Alerts  # noqa: PLC0415

    return _completed(context, begun, lambda index: [a.name for a in Alerts(index.path)])


def _completed(
    context: click.Context, begun: str, values: Callable[[Index], Iterable[str]]
) -> list[CompletionItem]:
    from newsindex.engine.index import Index  # noqa: PLC0415

    folder = context.params.get("folder") or os.environ.get("NEWSINDEX_INDEX") or DEFAULT_INDEX
    try:
        found = [v for v in values(Index.open(Path(folder))) if v.isprintable()]
    except (NewsIndexError, OSError):
        return []
    wanted = begun.casefold()
    chosen = [value for value in found if value.casefold().startswith(wanted)][:_SHOWN]
    if os.environ.get(VARIABLE, "").startswith("bash"):
        special, escaped = _SPECIAL_TO_BASH[_open_quote(os.environ.get("COMP_WORDS", ""))]
        chosen = [special.sub(escaped, value) for value in chosen]
    return [CompletionItem(value) for value in chosen]


def _open_quote(line: str) -> str:
    """The quotation mark that is open at the end of a line of a shell; empty if there is none."""
    words = shlex.shlex(line, posix=True, punctuation_chars=False)
    words.whitespace_split, words.commenters = True, ""
    with contextlib.suppress(ValueError):
        for _ in words:
            pass
    state = str(getattr(words, "state", ""))
    return state if state in ("'", '"') else ""
