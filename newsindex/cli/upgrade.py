"""``newsindex upgrade``: make indexes of other versions ones of this version."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from click.core import ParameterSource

from newsindex.cli.common import (
    clear_line,
    index_option,
    json_options,
    print_values,
    show_articles,
    wait_option,
    warn,
)
from newsindex.errors import NewsIndexError
from newsindex.index.rebuilding import Upgraded, outdated, upgrade


@click.command()
@click.argument("indexes", nargs=-1, metavar="[INDEX...]", type=click.Path(path_type=Path))
@index_option
@click.option("--check", is_flag=True, help="Say what would be done; exit code 1 if something.")
@json_options("index")
@wait_option
def command(
    indexes: tuple[Path, ...], folder: Path, check: bool, output: str | None, wait: float
) -> int:
    """Make the INDEXes (or the one of -i) fit for this newsindex, after an update of it.

    Where the format of the files, the reading of words or the keys of names has changed, the stored
    articles are read and indexed anew, in one commit; no source files are needed, and alerts stay.
    An index that is up to date is left as it is. One of a newer newsindex is refused with exit code
    2; the others are upgraded all the same. A collection on a cluster is built again from its
    sources instead.

    \b
    newsindex upgrade
    newsindex upgrade --check archive/*.idx
    newsindex upgrade archive/*.idx --wait 600
    """
    source = click.get_current_context().get_parameter_source("folder")
    if indexes and source is ParameterSource.COMMANDLINE:
        raise click.UsageError("name indexes either with -i or after the command")
    failed = outstanding = False
    for each in indexes or (folder,):
        try:
            done = Upgraded(0, outdated(each)) if check else _upgraded(each, wait)
        except NewsIndexError as error:
            if not indexes:
                raise
            failed = True
            warn(str(error))
            continue
        outstanding = outstanding or (check and bool(done.reasons))
        _say(output, each, done, check=check)
    return 2 if failed else int(outstanding)


def _upgraded(folder: Path, wait: float) -> Upgraded:
    done = upgrade(folder, wait=wait, progress=show_articles if sys.stderr.isatty() else None)
    clear_line()
    return done


def _say(output: str | None, folder: Path, done: Upgraded, *, check: bool) -> None:
    values = {"index": str(folder), "upgraded": bool(done.reasons) and not check}
    values |= {"articles": done.articles, "reasons": list(done.reasons)}
    if print_values(output, [values]):
        return
    if not done.reasons:
        click.echo(f"{folder}: up to date, nothing to do")
    elif check:
        click.echo(f"{folder}: would be rebuilt: {'; '.join(done.reasons)}")
    else:
        click.echo(f"{folder}: {done.articles:,} articles rebuilt: {'; '.join(done.reasons)}")
