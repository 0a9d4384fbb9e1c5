"""``newsindex index``: read articles from files and folders into an index."""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from newsindex import Article, IndexLocked, IndexNotFound, InvalidArgument, Noted, Skipped
from newsindex.alerts import Alerts
from newsindex.cli.alerts import print_matches
from newsindex.cli.common import index_option, on_terminal, print_json, wait_option, warn
from newsindex.cli.reading import reading_options
from newsindex.documents import FORMATS, find_files
from newsindex.documents.entries import STANDARD_INPUT
from newsindex.documents.reader import read_with
from newsindex.documents.reading import Reading
from newsindex.documents.together import recurring_in
from newsindex.engine.index import Index
from newsindex.entities.mentions import DEFAULT_EXTRACTOR
from newsindex.index.workers import index_files
from newsindex.index.writer import Writer
from newsindex.model import DEFAULT_TIMEZONE
from newsindex.zones import time_zone

# What was read is committed this often, so that an interrupted run loses little.
_COMMIT_SECONDS = 60.0
# Worker processes take a while to start; less input than this is read without them.
_WORKERS_FROM = 8 << 20


@click.command()
@click.argument("sources", nargs=-1, required=True, type=click.Path(allow_dash=True))
@index_option
@click.option("--format", "form", type=click.Choice(FORMATS), help="Instead of by content.")
@reading_options
@click.option(
    "--timezone",
    metavar="ZONE",
    help="IANA name; for dates without one, and, in a new index, for the days of a search."
    f"  [default: by the site, {DEFAULT_TIMEZONE} for most; the days in {DEFAULT_TIMEZONE}]",
)
@click.option(
    "--entities/--no-entities",
    "names",
    default=None,
    help="Whether a new index finds persons, organisations and places.  [default: it does]",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that read and analyse.  [default: one a processor; 1 for a small input]",
)
@click.option(
    "--alerts",
    "watched",
    is_flag=True,
    help="Report what is new to the alerts as it is committed; the summary then goes to stderr.",
)
@wait_option
def command(
    sources: tuple[str, ...],
    folder: Path,
    form: str | None,
    timezone: str | None,
    names: bool | None,
    jobs: int | None,
    watched: bool,
    wait: float,
    mapping: dict[str, str],
    now: datetime | None,
) -> int:
    """Read articles from SOURCES into an index, which is made if there is none.

    A source is a file, a folder (with all below it), or - for standard input: scraped pages as
    text or HTML, JSON lines, JSON, CSV, RSS and Atom; packed (gzip, bzip2, xz, zstandard) or in
    zip, tar and WARC archives. Lines that many pages share are left out. An article that is in
    the index already (same url, or same title, date and text) is replaced. What cannot be read is
    reported with its place and left out; the exit code is 2 only if nothing could be read.

    \b
    newsindex index pages/ -i news.idx
    newsindex index archive.jsonl.gz more.jsonl --timezone Europe/Kyiv
    newsindex index table.csv --map published=pubdate --map text=content_clean
    zcat dump.gz | newsindex index - --format jsonl
    newsindex index pages/ --alerts >> new.jsonl
    """
    index = _open_or_create(folder, timezone, names)
    # The index's own zone, where it was chosen, also holds for dates without one.
    chosen = index.timezone if index.timezone != DEFAULT_TIMEZONE else None
    reading = Reading(form, timezone or chosen, now, mapping)
    run = _Run(reading, Alerts(folder) if watched else None)
    before = len(index)
    with index.writer(wait=wait) as writer:
        run.read_all(sources, writer, jobs)
    run.report_alerts()
    index.refresh()
    run.report(index, before)
    return 0 if run.counts["indexed"] else 2


def _open_or_create(folder: Path, timezone: str | None, names: bool | None) -> Index:
    if timezone is not None:
        time_zone(timezone)
    try:
        index = Index.open(folder)
    except IndexNotFound:
        return Index.create(
            folder,
            timezone=timezone or DEFAULT_TIMEZONE,
            extractor=None if names is False else DEFAULT_EXTRACTOR,
        )
    if names is not None and names != bool(index.extractor):
        raise InvalidArgument(
            f"{folder}: this index was made {'with' if index.extractor else 'without'} entities,"
            " and stays so; leave the option out, or make another index"
        )
    return index


class _Run:
    """One run of the command: its counts, its progress, its reports."""

    def __init__(self, reading: Reading, alerts: Alerts | None) -> None:
        self._reading = reading
        self._alerts = alerts
        self._started = self._committed = time.monotonic()
        self.counts = {"indexed": 0, "undated": 0, "skipped": 0, "noted": 0}

    def read_all(self, sources: tuple[str, ...], writer: Writer, jobs: int | None) -> None:
        files: list[Path] = []
        for found in find_files(source for source in sources if source != STANDARD_INPUT):
            if isinstance(found, Skipped):
                self._problem(found)
            else:
                files.append(found)
        self._reading = dataclasses.replace(
            self._reading, recurring=recurring_in(files, self._reading)
        )
        size = sum(path.stat().st_size for path in files)
        if jobs is None:
            jobs = (os.cpu_count() or 1) if size >= _WORKERS_FROM else 1
        with click.progressbar(
            length=max(size, 1), file=sys.stderr, hidden=not sys.stderr.isatty(), width=30
        ) as bar:
            if jobs > 1:
                self._read_with_workers(files, writer, jobs, bar.update)
            else:
                self._read_here(files, writer, bar.update)
            if STANDARD_INPUT in sources:
                self._read_here([STANDARD_INPUT], writer, bar.update)

    def _read_here(
        self, files: Sequence[str | Path], writer: Writer, advance: Callable[[int], None]
    ) -> None:
        for file in files:
            for item in read_with(self._reading, file, advance):
                if isinstance(item, Article):
                    writer.add(item)
                    self.counts["indexed"] += 1
                    self.counts["undated"] += item.published is None
                    self._commit_now_and_then(writer)
                else:
                    self._problem(item)

    def _read_with_workers(
        self, files: list[Path], writer: Writer, jobs: int, advance: Callable[[int], None]
    ) -> None:
        for progress in index_files(writer, files, jobs=jobs, reading=self._reading):
            advance(progress.size)
            self.counts["indexed"] += progress.indexed
            self.counts["undated"] += progress.undated
            for problem in progress.problems:
                self._problem(problem)
            self._commit_now_and_then(writer)

    def _commit_now_and_then(self, writer: Writer) -> None:
        if time.monotonic() - self._committed > _COMMIT_SECONDS:
            writer.commit()
            self.report_alerts()
            self._committed = time.monotonic()

    def report_alerts(self) -> None:
        """Report what was committed and is new to the alerts, if they are wanted."""
        if self._alerts is None:
            return
        try:
            print_matches(self._alerts.run())
        except IndexLocked as error:
            warn(f"{error}; the next run will report what is new")

    def _problem(self, item: Skipped | Noted) -> None:
        self.counts["skipped" if isinstance(item, Skipped) else "noted"] += 1
        warn(f"{item.place}: {item.reason}")

    def report(self, index: Index, before: int) -> None:
        counts = self.counts
        seconds = time.monotonic() - self._started
        new = len(index) - before
        summary: dict[str, Any] = {
            **counts,
            "new": new,
            "replaced": counts["indexed"] - new,
            "articles": len(index),
            "seconds": round(seconds, 3),
        }
        # With alerts, what is printed are their matches.
        aside = self._alerts is not None
        if not on_terminal() and not aside:
            print_json(summary)
            return
        click.echo(
            f"Read {counts['indexed']} articles in {seconds:.1f} s: {new} new,"
            f" {summary['replaced']} replaced, {counts['undated']} undated;"
            f" {counts['skipped']} skipped. {index.path} holds {len(index)}.",
            err=aside,
        )
