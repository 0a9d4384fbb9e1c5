"""``newsindex index``: read articles from files and folders into an index."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import click

from newsindex import Article, IndexNotFound, Noted, Skipped
from newsindex.cli.common import index_option, on_terminal, print_json, warn
from newsindex.documents import FORMATS, find_files, read, show_path
from newsindex.engine import Index
from newsindex.index.writer import Writer
from newsindex.model import DEFAULT_TIMEZONE
from newsindex.zones import time_zone

# What was read is committed this often, so that an interrupted run loses little.
_COMMIT_SECONDS = 60.0


@click.command()
@click.argument("sources", nargs=-1, required=True)
@index_option
@click.option("--format", "form", type=click.Choice(FORMATS), help="Instead of by content.")
@click.option(
    "--timezone",
    metavar="ZONE",
    help="IANA name; for dates without one, and, in a new index, for the days of a search."
    f"  [default: by the site, {DEFAULT_TIMEZONE} for most; the days in {DEFAULT_TIMEZONE}]",
)
@click.option(
    "--wait", type=click.FloatRange(min=0), default=0, metavar="SECONDS", help="For another writer."
)
def command(
    sources: tuple[str, ...], folder: Path, form: str | None, timezone: str | None, wait: float
) -> int:
    """Read articles from SOURCES into an index, which is made if there is none.

    A source is a file, a folder (with all below it), or - for standard input: scraped pages as
    text or HTML, JSON lines, JSON, CSV; plain or gzip. An article that is in the index already
    (same url, or same title, date and text) is replaced. What cannot be read is reported with its
    place and left out; the exit code is 2 only if nothing could be read.

    \b
    newsindex index pages/ -i news.idx
    newsindex index archive.jsonl.gz more.jsonl --timezone Europe/Kyiv
    zcat dump.gz | newsindex index - --format jsonl
    """
    index = _open_or_create(folder, timezone)
    # The index's own zone, where it was chosen, also holds for dates without one.
    chosen = index.timezone if index.timezone != DEFAULT_TIMEZONE else None
    run = _Run(timezone or chosen, form)
    before = len(index)
    with index.writer(wait=wait) as writer:
        run.read_all(sources, writer)
    index.refresh()
    run.report(index, before)
    return 0 if run.counts["indexed"] else 2


def _open_or_create(folder: Path, timezone: str | None) -> Index:
    if timezone is not None:
        time_zone(timezone)
    try:
        return Index.open(folder)
    except IndexNotFound:
        return Index.create(folder, timezone=timezone or DEFAULT_TIMEZONE)


class _Run:
    """One run of the command: its counts, its progress, its reports."""

    def __init__(self, timezone: str | None, form: str | None) -> None:
        self._timezone = timezone
        self._format = form
        self._started = self._committed = time.monotonic()
        self.counts = {"indexed": 0, "undated": 0, "skipped": 0, "noted": 0}

    def read_all(self, sources: tuple[str, ...], writer: Writer) -> None:
        files: list[str | Path] = []
        for found in [s if s == "-" else next_found for s in sources for next_found in _found(s)]:
            if isinstance(found, Skipped):
                self._skip(found)
            else:
                files.append(found)
        size = sum(path.stat().st_size for path in files if isinstance(path, Path))
        with click.progressbar(
            length=max(size, 1), file=sys.stderr, hidden=not sys.stderr.isatty(), width=30
        ) as bar:
            for file in files:
                bar.label = file if isinstance(file, str) else show_path(file.name)
                for item in read(
                    file, format=self._format, timezone=self._timezone, on_bytes=bar.update
                ):
                    self._take(item, writer)

    def _take(self, item: Article | Skipped | Noted, writer: Writer) -> None:
        if isinstance(item, Skipped):
            self._skip(item)
        elif isinstance(item, Noted):
            self.counts["noted"] += 1
            warn(f"{item.place}: {item.reason}")
        else:
            writer.add(item)
            self.counts["indexed"] += 1
            self.counts["undated"] += item.published is None
            if time.monotonic() - self._committed > _COMMIT_SECONDS:
                writer.commit()
                self._committed = time.monotonic()

    def _skip(self, item: Skipped) -> None:
        self.counts["skipped"] += 1
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
        if not on_terminal():
            print_json(summary)
            return
        click.echo(
            f"Read {counts['indexed']} articles in {seconds:.1f} s: {new} new,"
            f" {summary['replaced']} replaced, {counts['undated']} undated;"
            f" {counts['skipped']} skipped. {index.path} holds {len(index)}."
        )


def _found(source: str) -> list[str | Path | Skipped]:
    return ["-"] if source == "-" else list(find_files([source]))
