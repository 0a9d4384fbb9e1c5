"""One run of ``newsindex index``: what it reads into an index, its progress, its reports."""

from __future__ import annotations

import dataclasses
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from newsindex import Article, IndexLocked, Noted, Skipped
from newsindex.alerts import Alerts
from newsindex.cli.alerts import print_matches
from newsindex.cli.common import on_terminal, print_json, warn
from newsindex.documents import find_files
from newsindex.documents.entries import STANDARD_INPUT
from newsindex.documents.find import show_path
from newsindex.documents.reader import Item, holds_page, read_with
from newsindex.documents.reading import Reading
from newsindex.documents.together import recurring_in
from newsindex.engine.index import Index
from newsindex.errors import NewsIndexError, SourceError
from newsindex.index.sources import SourceFile, choices_of, state_of
from newsindex.index.workers import index_files
from newsindex.index.writer import Writer

# Seconds between commits, so that an interrupted run loses little, and what part of the time they,
# which take longer the more there is, may take.
_COMMIT_SECONDS = 60.0
_COMMIT_SHARE = 0.05
_BESIDE = 200  # pages that were read before looked at again for the lines that pages share
_WORKERS_FROM = 8 << 20  # bytes; less input is read without worker processes: they start slowly


class Run:
    """One run of the command: its counts, its progress, its reports."""

    def __init__(self, reading: Reading, alerts: Alerts | None, *, again: bool) -> None:
        self._reading = reading
        self._alerts = alerts
        self.alerts_failed = False
        self._started = time.monotonic()
        self._next_commit = self._started + _COMMIT_SECONDS
        self._again = again
        self._unread: set[str] = set()
        # Pages that were read before, beside which those of a later reading are looked at.
        self._beside: list[Path] = []
        self.counts = {"indexed": 0, "undated": 0, "skipped": 0, "noted": 0, "unchanged": 0}

    def read_all(self, sources: tuple[str, ...], writer: Writer, jobs: int | None) -> None:
        files: list[Path] = []
        for found in find_files(source for source in sources if source != STANDARD_INPUT):
            if isinstance(found, Skipped):
                self.problem(found)
            else:
                files.append(found)
        choices = choices_of(self._reading)
        if not self._again:
            files, self._beside = writer.sources.changed(files, choices)
            self.counts["unchanged"] += len(self._beside)
        self.read_files(files, writer, jobs)
        if STANDARD_INPUT in sources:
            self._read_here([STANDARD_INPUT], writer, lambda _count: None)

    def read_files(
        self,
        files: Sequence[Path],
        writer: Writer,
        jobs: int | None,
        stop: threading.Event | None = None,
    ) -> None:
        """Read files, changed or not, and remember them; between two of them it may be stopped."""
        self._unread.clear()
        step = max(1, len(self._beside) // _BESIDE)
        together = [*files, *self._beside[::step]] if files else []
        self._reading = dataclasses.replace(
            self._reading, recurring=recurring_in(together, self._reading)
        )
        self._beside += files
        size = sum(path.stat().st_size for path in files)
        if jobs is None:
            jobs = (os.cpu_count() or 1) if size >= _WORKERS_FROM else 1
        with click.progressbar(
            length=max(size, 1), file=sys.stderr, hidden=not sys.stderr.isatty(), width=30
        ) as bar:
            if jobs > 1:
                self._read_with_workers(files, writer, jobs, bar.update)
            else:
                self._read_here(files, writer, bar.update, stop)

    def _read_here(
        self,
        files: Sequence[str | Path],
        writer: Writer,
        advance: Callable[[int], None],
        stop: threading.Event | None = None,
    ) -> None:
        for file in files:
            if stop is not None and stop.is_set():
                return
            state = self._state_of(file) if isinstance(file, Path) else None
            identifiers = []
            for item in self._items(file, advance):
                if isinstance(item, Article):
                    writer.add(item)
                    identifiers.append(item.id)
                    del identifiers[2:]
                    self.counts["indexed"] += 1
                    self.counts["undated"] += item.published is None
                    self._commit_now_and_then(writer)
                else:
                    self.problem(item)
            if isinstance(file, Path):
                self._remember(writer, file, state, identifiers[0] if len(identifiers) == 1 else "")

    def _items(self, file: str | Path, advance: Callable[[int], None]) -> Iterator[Item]:
        try:
            yield from read_with(self._reading, file, advance)
        except SourceError as error:
            if not isinstance(file, Path):
                raise
            yield Skipped(show_path(file), str(error))

    def _state_of(self, file: Path) -> SourceFile | None:
        """The file as it is before it is read; None if it cannot be read."""
        try:
            return state_of(file, choices_of(self._reading))
        except OSError:
            return None

    def _remember(self, writer: Writer, file: Path, state: SourceFile | None, article: str) -> None:
        """Remember a file, unless nothing of it could be read: then the next run tries again."""
        if state is None or show_path(file) in self._unread:
            return
        # Of a file of records, today's only one does not take the place of yesterday's only one.
        if article and not holds_page(file, self._reading):
            article = ""
        writer.remember(file, dataclasses.replace(state, article=article))

    def _read_with_workers(
        self, files: Sequence[Path], writer: Writer, jobs: int, advance: Callable[[int], None]
    ) -> None:
        states = [(file, self._state_of(file)) for file in files]
        single: dict[Path, str] = {}
        for progress in index_files(writer, files, jobs=jobs, reading=self._reading):
            single.update(progress.single)
            advance(progress.size)
            self.counts["indexed"] += progress.indexed
            self.counts["undated"] += progress.undated
            for problem in progress.problems:
                self.problem(problem)
            self._commit_now_and_then(writer)
        # Not before: an article may wait in a worker until the end.
        for file, state in states:
            self._remember(writer, file, state, single.get(file, ""))

    def _commit_now_and_then(self, writer: Writer) -> None:
        if (started := time.monotonic()) < self._next_commit:
            return
        writer.commit()
        self.report_alerts()
        now = time.monotonic()
        self._next_commit = now + max(_COMMIT_SECONDS, (now - started) / _COMMIT_SHARE)

    def report_alerts(self) -> None:
        """Report what was committed and is new to the alerts, if they are wanted."""
        if self._alerts is None:
            return
        try:
            print_matches(self._alerts.run(), self._alerts.timezone)
        except IndexLocked as error:
            warn(f"{error}; the next run will report what is new")
        except NewsIndexError as error:
            warn(f"{error}; articles are indexed, alerts are not reported")
            self._alerts = None
            self.alerts_failed = True

    def problem(self, item: Skipped | Noted) -> None:
        """Count and report what was skipped or kept with a doubt."""
        self.counts["skipped" if isinstance(item, Skipped) else "noted"] += 1
        if isinstance(item, Skipped):
            self._unread.add(item.place)
        warn(f"{item.place}: {item.reason}")

    def report(self, index: Index, before: int) -> None:
        counts = self.counts
        seconds = round(time.monotonic() - self._started, 3)
        new = len(index) - before
        summary: dict[str, Any] = {**counts, "new": new, "replaced": counts["indexed"] - new}
        summary |= {"articles": len(index), "seconds": seconds}
        # With alerts, what is printed are their matches.
        aside = self._alerts is not None
        if not on_terminal() and not aside:
            print_json(summary)
            return
        click.echo(
            f"Read {counts['indexed']} articles in {seconds:.1f} s: {new} new,"
            f" {summary['replaced']} replaced, {counts['undated']} undated;"
            f" {counts['skipped']} skipped, {counts['unchanged']} files unchanged."
            f" {index.path} holds {len(index)}.",
            err=aside,
        )
