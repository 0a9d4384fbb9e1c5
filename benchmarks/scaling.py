"""``python -m benchmarks scaling``: what the speed runs say of growth, as one chart.

Draws documents/s, latency and memory of the latest runs over generated documents, 10,000 and more
of them, one line an engine, into benchmarks/scaling.svg. The latency is the geometric mean of the
medians over the classes of query that all engines drawn there were timed on at every size; an
engine that knows less than three classes in four is not drawn there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from benchmarks.report import (
    CHART,
    ROOT,
    RUNS,
    ReportError,
    geometric_mean,
    latest,
    rate_with_analysis,
    timed,
)
from benchmarks.speed.chart import Panel, render

_LEAST_DOCUMENTS = 10_000


def main(argv: list[str]) -> int:
    """Draw the chart; 0, or 2 if there are fewer than two sizes to draw."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks scaling", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder of the results")
    parser.add_argument("--output", type=Path, default=ROOT / CHART)
    arguments = parser.parse_args(argv)
    try:
        drawing = chart(latest(arguments.runs))
    except ReportError as error:
        print(error, file=sys.stderr)
        return 2
    arguments.output.write_text(drawing, encoding="utf-8")
    print(f"written: {arguments.output.name}; python -m benchmarks report puts it into README.md")
    return 0


def chart(runs: list[dict[str, Any]]) -> str:
    """The chart of ``runs`` as SVG. Raises ReportError for fewer than two sizes."""
    sizes = [
        run
        for run in runs
        if run["corpus"]["name"] == "zipf" and run["corpus"]["documents"] >= _LEAST_DOCUMENTS
    ]
    if len(sizes) < 2:
        raise ReportError(
            f"expected runs over two numbers of generated documents, {_LEAST_DOCUMENTS:,} or more,"
            f" found {len(sizes)}; make them with python -m benchmarks speed --documents N"
        )
    rates = Panel("documents indexed a second, from texts")
    latencies = Panel("latency, ms, geometric mean")
    memory = Panel("memory of the open index, MB")
    classes = _shared_classes(sizes)
    for run in sizes:
        documents = run["corpus"]["documents"]
        for name in (name for name in run["indexing"] if name in timed(run)):
            measures = run["indexing"][name]
            rates.add(name, documents, rate_with_analysis(run, name))
            asked, imported = measures.get("asked_bytes"), measures.get("imported_bytes")
            if asked and imported:
                # On an axis of logarithms there is no nothing.
                memory.add(name, documents, max(asked - imported, 100_000) / 1e6)
        for name in _versatile(run) if classes else ():
            medians = [_medians(run)[one][name]["median_ms"] for one in sorted(classes)]
            latencies.add(name, documents, geometric_mean(medians))
    return render([panel for panel in (rates, latencies, memory) if panel.lines])


def _medians(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {entry["class"]: entry["engines"] for entry in run["latency"]}


def _versatile(run: dict[str, Any]) -> list[str]:
    """The engines with an index of their own that were timed on three classes in four."""
    measured = [engines for engines in _medians(run).values() if engines]
    return [
        name
        for name in run["indexing"]
        if 4 * sum(name in engines for engines in measured) >= 3 * len(measured)
    ]


def _shared_classes(runs: list[dict[str, Any]]) -> set[str]:
    """The classes on which every versatile engine was timed in every run."""
    return set.intersection(
        *(
            {
                one
                for one, engines in _medians(run).items()
                if engines and all(name in engines for name in _versatile(run))
            }
            for run in runs
        )
    )
