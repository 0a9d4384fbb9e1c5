"""The command line: a thin layer over the library, one module a command, loaded when it is used."""

from __future__ import annotations

import gc
import importlib
import os
import sys

import click

from newsindex import __version__
from newsindex.errors import NewsIndexError

# Linear algebra is not what a search waits for: to start a thread for each processor costs more.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Name of each command, and of its module in this package.
_COMMANDS = {
    "index": "index",
    "search": "search",
    "facets": "facets",
    "timeline": "timeline",
    "terms": "terms",
    "similar": "similar",
    "export": "export",
    "batch": "batch",
    "entities": "entities",
    "suggest": "suggest",
    "alerts": "alerts",
    "report": "report",
    "show": "show",
    "duplicates": "duplicates",
    "delete": "delete",
    "stats": "stats",
    "parse": "parse",
    "analyze": "analyze",
    "check": "check",
    "optimize": "optimize",
    "backup": "backup",
    "restore": "restore",
    "repair": "repair",
    "upgrade": "upgrade",
    "reindex": "reindex",
    "train-entities": "train_entities",
    "cluster": "cluster",
    "completion": "completion",
    "demo": "demo",
}


class _LazyGroup(click.Group):
    """Imports the module of a command only when that command runs or is described."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Click would exit with 1, which says that nothing was found.
            return _seen_enough()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        # What is imported stays: it need not be searched for garbage, neither now nor later.
        gc.disable()
        module = importlib.import_module(f"newsindex.cli.{_COMMANDS[cmd_name]}")
        gc.freeze()
        gc.enable()
        command: click.Command = module.command
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="newsindex")
def group() -> None:
    """Full-text search for Russian and Ukrainian news.

    \b
    newsindex index pages/ archive.jsonl.gz -i news.idx
    newsindex search 'оборонные консультации' -i news.idx --from 2025-08
    newsindex demo

    Exit codes: 0 something was found or done, 1 nothing was found, 2 an error.
    """


def main() -> None:
    """Run the command line and exit: errors are one line on stderr and exit code 2."""
    try:
        code = group.main(standalone_mode=False, prog_name="newsindex")
        sys.stdout.flush()
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "newsindex"
        hint = _hint(error, context)
        message = f"{error.format_message().rstrip('.')}{hint}" if hint else error.format_message()
        code = _complain(f"{message} ({command} --help tells more)")
    except (click.Abort, KeyboardInterrupt):
        code = _complain("interrupted")
    except NewsIndexError as error:
        code = _complain(str(error))
    except BrokenPipeError:
        code = _seen_enough()
    except Exception as error:
        if os.environ.get("NEWSINDEX_DEBUG"):
            raise
        code = _complain(
            f"unexpected {type(error).__name__}: {error}"
            " (a fault of newsindex; NEWSINDEX_DEBUG=1 shows where)"
        )
    # The process ends: to look for garbage once more, as Python does, takes a tenth of a search.
    gc.freeze()
    sys.exit(code if isinstance(code, int) else 0)


def _hint(error: click.ClickException, context: click.Context | None) -> str:
    """What was probably meant by arguments that are wrong: a query that a shell took apart."""
    queried = context is not None and any(each.name == "query" for each in context.command.params)
    if queried and isinstance(error, click.NoSuchOption) and error.option_name[1:2] != "-":
        return "; a query that begins with - goes after --"
    if queried and error.format_message().startswith("Got unexpected extra argument"):
        return "; a query of several words goes into quotes: 'two words'"
    return ""


def _seen_enough() -> int:
    """What is left to be said when whoever reads our output has seen enough (``| head``)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _complain(message: str) -> int:
    click.echo(f"newsindex: {' '.join(message.split())}", err=True)
    return 2
