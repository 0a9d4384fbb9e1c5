"""``newsindex index --watch``: read what comes into folders, until interrupted."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Protocol

import click

from newsindex.cli.common import warn
from newsindex.engine.index import Index
from newsindex.errors import IndexLocked
from newsindex.index.watching import Watcher
from newsindex.index.writer import Writer
from newsindex.model import Noted, Skipped

# Seconds between two looks at the folders, and how many times as long as a look takes they are at
# the least: a slow disk is not kept busy.
_PAUSE = 1.0
_SHARE = 5
# Seconds to wait for another writer before the files are left for the next look.
_PATIENCE = 30.0


class Run(Protocol):
    """What reads files into an index, and counts."""

    counts: dict[str, int]

    def read_files(
        self, files: Sequence[Path], writer: Writer, jobs: int | None, stop: threading.Event | None
    ) -> None: ...

    def problem(self, item: Skipped | Noted) -> None: ...

    def report_alerts(self) -> None: ...


def watch(run: Run, watcher: Watcher, index: Index) -> None:
    """Read what comes, commit it, and say so in a line on stderr for each commit; return after
    SIGINT or SIGTERM, with everything committed that was read."""
    with _stopped_by_signals() as stop:
        click.echo("newsindex: watching; Ctrl-C ends it", err=True)
        pause = _PAUSE
        while not stop.wait(pause):
            begin = time.monotonic()
            files, skipped = watcher.poll()
            pause = max(_PAUSE, _SHARE * (time.monotonic() - begin))
            for item in skipped:
                run.problem(item)
            if not files:
                continue
            indexed = run.counts["indexed"]
            try:
                with index.writer(wait=_PATIENCE) as writer:
                    run.read_files(files, writer, 1, stop)
            except IndexLocked as error:
                warn(f"{error}; the files will be tried again")
                watcher.again(files)
                continue
            run.report_alerts()
            index.refresh()
            click.echo(
                f"newsindex: {datetime.now():%H:%M:%S} {len(files)} files,"
                f" {run.counts['indexed'] - indexed} articles; the index holds {len(index)}",
                err=True,
            )


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set within the block, in the place of what they do else."""
    stop = threading.Event()
    kept = {
        number: signal.signal(number, lambda *_: stop.set())
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
