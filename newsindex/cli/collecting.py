"""``newsindex index --cluster``: read articles into a collection, by the tasks of a cluster."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import Any

import click

from newsindex.cli.common import on_terminal, print_json, warn
from newsindex.cli.reading import extractor_to_use
from newsindex.cluster import build
from newsindex.cluster.collection import ShardLength
from newsindex.documents import find_files
from newsindex.documents.entries import STANDARD_INPUT
from newsindex.documents.reading import Reading
from newsindex.model import Noted, Skipped


def collect(
    sources: Sequence[str],
    store: str,
    cluster: str,
    *,
    by: ShardLength | None,
    timezone: str | None,
    extractor: str | None,
    reading: Reading,
) -> int:
    """Build, and report as the command does without a cluster; its exit code."""
    if STANDARD_INPUT in sources:
        raise click.UsageError("a cluster reads files and folders, not standard input")
    started = time.monotonic()
    size = sum(path.stat().st_size for path in find_files(sources) if not isinstance(path, Skipped))
    with click.progressbar(
        length=max(size, 1), file=sys.stderr, hidden=not sys.stderr.isatty(), width=30
    ) as bar:

        def report(read: int, problems: Sequence[Skipped | Noted]) -> None:
            bar.update(read)
            for problem in problems:
                warn(f"{problem.place}: {problem.reason}")

        built = build(
            sources,
            store,
            address=cluster,
            by=by,
            timezone=timezone,
            extractor=extractor_to_use(extractor),
            reading=reading,
            report=report,
        )
    seconds = time.monotonic() - started
    replaced = built.indexed - built.new
    summary: dict[str, Any] = {
        "indexed": built.indexed,
        "undated": built.undated,
        "skipped": built.skipped,
        "noted": built.noted,
        "new": built.new,
        "replaced": replaced,
        "articles": built.collection.documents,
        "shards": len(built.collection.shards),
        "seconds": round(seconds, 3),
    }
    if on_terminal():
        click.echo(
            f"Read {built.indexed} articles in {seconds:.1f} s: {built.new} new, {replaced}"
            f" replaced, {built.undated} undated; {built.skipped} skipped. {store} holds"
            f" {summary['articles']} in {summary['shards']} shards."
        )
    else:
        print_json(summary)
    return 0 if built.indexed else 2
