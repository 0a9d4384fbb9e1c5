"""``newsindex index``: read articles from files and folders into an index."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import click
from click.core import ParameterSource

from newsindex import IndexNotFound, InvalidArgument
from newsindex.alerts import Alerts
from newsindex.cli.common import (
    cluster_option,
    place_option,
    wait_option,
    warn,
)
from newsindex.cli.loading import Run
from newsindex.cli.reading import extractor_to_use, names_options, reading_options
from newsindex.cli.watch import watch as run_watch
from newsindex.documents import FORMATS
from newsindex.documents.entries import STANDARD_INPUT
from newsindex.documents.find import show_path
from newsindex.documents.reading import Reading
from newsindex.engine.index import Index
from newsindex.index.memory import collect_seldom
from newsindex.index.watching import Watcher
from newsindex.model import DEFAULT_TIMEZONE
from newsindex.zones import time_zone


@click.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(allow_dash=True))
@place_option
@click.option("--format", "form", type=click.Choice(FORMATS), help="Instead of by content.")
@reading_options
@click.option(
    "--timezone",
    metavar="ZONE",
    help="IANA name; for dates without one, and, in a new index, for the days of a search."
    f"  [default: by the site, {DEFAULT_TIMEZONE} for most; the days in {DEFAULT_TIMEZONE}]",
)
@names_options
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that read and analyse.  [default: one a processor; 1 for a small input]",
)
@click.option(
    "--memory",
    type=click.IntRange(min=256),
    metavar="MB",
    help="Of all processes together, about; more makes fewer, larger segments."
    "  [default: 512 for each]",
)
@click.option(
    "--alerts",
    "watched",
    is_flag=True,
    help="Report what is new to the alerts as it is committed; the summary then goes to stderr.",
)
@click.option(
    "--again", is_flag=True, help="Read files that have not changed since they were read."
)
@click.option(
    "--watch",
    is_flag=True,
    help="Go on: read what is new or changed in the folders as it comes, until interrupted.",
)
@click.option(
    "--shards",
    type=click.Choice(["month", "year"]),
    help="Length of the shards of a new collection; with --cluster.  [default: month]",
)
@cluster_option
@wait_option
@click.pass_context
def command(
    context: click.Context,
    sources: tuple[str, ...],
    folder: str,
    form: str | None,
    timezone: str | None,
    extractor: str | None,
    jobs: int | None,
    memory: int | None,
    watched: bool,
    again: bool,
    watch: bool,
    wait: float,
    shards: Literal["month", "year"] | None,
    cluster: str | None,
    mapping: dict[str, str],
    now: datetime | None,
) -> int:
    """Read articles from SOURCES into an index, which is made if there is none.

    A source is a file, a folder (with all below it), or - for standard input: scraped pages as
    text or HTML, JSON lines, JSON, CSV, RSS and Atom; packed (gzip, bzip2, xz, zstandard) or in
    zip, tar and WARC archives. Lines that many pages share are left out. An article that is in
    the index already (same url, or same title, date and text) is replaced. What cannot be read is
    reported with its place and left out; the exit code is 2 only if nothing could be read.

    Files that have not changed since they were read are passed over. A page that has changed takes
    the place of the one before; articles stay when their file is gone.

    With --cluster the machines of a Ray cluster read the files, which must be at the same place on
    all of them, into a collection of shards (see newsindex cluster --help); all files are read.

    \b
    newsindex index pages/ -i news.idx
    newsindex index archive.jsonl.gz more.jsonl --timezone Europe/Kyiv
    newsindex index table.csv --map published=pubdate --map text=content_clean
    zcat dump.gz | newsindex index - --format jsonl
    newsindex index pages/ --watch
    newsindex index pages/ --alerts >> new.jsonl
    newsindex index archive/ -i /shared/news --cluster 10.0.0.1:6379
    """
    if cluster is not None:
        _only_alone(context)
        # Imported here because it takes a while.
        from newsindex.cli.collecting import collect  # noqa: PLC0415

        reading = Reading(form, timezone, now, mapping)
        return collect(
            sources,
            folder,
            cluster,
            by=shards,
            timezone=timezone,
            extractor=extractor,
            reading=reading,
        )
    if shards is not None:
        raise click.UsageError("--shards is for a collection: give --cluster, too")
    return _index(
        sources, Path(folder), form, timezone, extractor, jobs, memory, watched, again, watch, wait,
        mapping, now,
    )  # fmt: skip


def _only_alone(context: click.Context) -> None:
    """Refuse what a cluster has no use for."""
    for name in ("jobs", "memory", "watched", "again", "watch", "wait"):
        if context.get_parameter_source(name) == ParameterSource.COMMANDLINE:
            option = {"watched": "alerts"}.get(name, name)
            raise click.UsageError(f"--{option} is for an index in a folder, not with --cluster")


def _index(
    sources: tuple[str, ...],
    folder: Path,
    form: str | None,
    timezone: str | None,
    extractor: str | None,
    jobs: int | None,
    memory: int | None,
    watched: bool,
    again: bool,
    watch: bool,
    wait: float,
    mapping: dict[str, str],
    now: datetime | None,
) -> int:
    """Read into an index in a folder."""
    collect_seldom()
    index = _open_or_create(folder, timezone, extractor)
    # The index's own zone, where it was chosen, also holds for dates without one.
    chosen = index.timezone if index.timezone != DEFAULT_TIMEZONE else None
    reading = Reading(form, timezone or chosen, now, mapping)
    if watch and STANDARD_INPUT in sources:
        raise click.UsageError("--watch looks at files and folders, not at standard input")
    run = Run(reading, Alerts(folder) if watched else None, again=again)
    # Begun before the first reading, so that what changes meanwhile is not missed.
    watcher = Watcher(sources) if watch else None
    before = len(index)
    with index.writer(wait=wait, memory=memory and memory << 20) as writer:
        run.read_all(sources, writer, jobs)
    run.report_alerts()
    index.refresh()
    run.report(index, before)
    if watcher is not None:
        run_watch(run, watcher, index)
        return 0
    if not any(run.counts.values()):
        warn(f"{', '.join(map(show_path, sources))}: no file to read there")
    is_read = run.counts["indexed"] or run.counts["unchanged"]
    return 0 if is_read and not run.alerts_failed else 2


def _open_or_create(folder: Path, timezone: str | None, extractor: str | None) -> Index:
    if timezone is not None:
        time_zone(timezone)
    try:
        index = Index.open(folder)
    except IndexNotFound:
        return Index.create(
            folder,
            timezone=timezone or DEFAULT_TIMEZONE,
            extractor=extractor_to_use(extractor),
        )
    if extractor not in (None, index.extractor):
        made = f"with entities by the extractor {index.extractor}"
        raise InvalidArgument(
            f"{folder}: this index was made {made if index.extractor else 'without entities'},"
            " and stays so; leave the option out, or make another index"
        )
    return index
