"""``python -m benchmarks report``: the latest speed runs as Markdown.

Prints the table of the largest run of each corpus, names the others, and puts that into README.md
between its two marks, with the chart that ``python -m benchmarks scaling`` drew. With ``--check``
nothing is written; the exit code is 1 where README.md is not what the runs give.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "benchmarks" / "runs"
BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"
CHART = "benchmarks/scaling.svg"  # beside README.md
_CHART_TEXT = "Documents a second, latency and memory by number of documents"
_REFERENCE = "newsindex"
_PARALLEL = "documents/s given texts, 2 processes"
_CORPORA = {"real": "real news", "zipf": "generated news, 200 words each"}


class ReportError(Exception):
    """README.md has no place for the tables, or there is no run; the message says which."""


def main(argv: list[str]) -> int:
    """Render the report; 0, 1 if ``--check`` found README.md outdated, 2 if it cannot be made."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks report", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder of the results")
    parser.add_argument("--readme", type=Path, default=ROOT / "README.md")
    parser.add_argument("--check", action="store_true", help="write nothing, say what is outdated")
    arguments = parser.parse_args(argv)
    try:
        text = markdown(latest(arguments.runs))
        if (arguments.readme.parent / CHART).exists():
            text += f"\n\n![{_CHART_TEXT}]({CHART})"
        outdated = _update(arguments.readme, text, write=not arguments.check)
    except ReportError as error:
        print(error, file=sys.stderr)
        return 2
    print(text)
    if arguments.check and outdated:
        print(f"{outdated}: outdated; run python -m benchmarks report", file=sys.stderr)
        return 1
    return 0


def latest(folder: Path) -> list[dict[str, Any]]:
    """The newest run of each corpus and size, real ones first, then by size. Raises ReportError."""
    newest: dict[tuple[str, int], dict[str, Any]] = {}
    for path in folder.glob("*.json"):
        run = orjson.loads(path.read_bytes())
        key = run["corpus"]["name"], run["corpus"]["documents"]
        if key not in newest or newest[key]["date"] < run["date"]:
            newest[key] = run
    if not newest:
        raise ReportError(f"{folder}: no run there; make one with python -m benchmarks speed")
    return [newest[key] for key in sorted(newest)]


def _update(readme: Path, text: str, *, write: bool) -> str:
    """Put ``text`` between the marks of ``readme``; its name if that changes it, else ""."""
    old = readme.read_text(encoding="utf-8") if readme.exists() else ""
    head, begin, rest = old.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ReportError(f"{readme.name}: expected the lines {BEGIN} and {END}, found none")
    new = f"{head}{BEGIN}\n{text}\n{END}{tail}"
    if new == old:
        return ""
    if write:
        readme.write_text(new, encoding="utf-8")
    return readme.name


def markdown(runs: list[dict[str, Any]]) -> str:
    """The table of the largest run of each corpus, and a line that names the others."""
    largest = {run["corpus"]["name"]: run for run in runs}
    parts = [_section(run) for run in largest.values()]
    others = [_title(run) for run in runs if run is not largest[run["corpus"]["name"]]]
    if others:
        parts.append(f"`benchmarks/runs/` also has: {'; '.join(others)}.")
    return "\n\n".join(parts)


def _title(run: dict[str, Any]) -> str:
    corpus = run["corpus"]
    return f"{corpus['documents']:,} documents, {_CORPORA[corpus['name']]} ({run['date'][:10]})"


def _section(run: dict[str, Any]) -> str:
    machine = run["machine"]
    names = [name for name in run["versions"] if name in timed(run)]
    lines = [
        f"**{_title(run)}** on {machine['processor']}, {machine['cores']} cores,"
        f" Python {machine['python']}",
        "",
        _row(["", *names]),
        _row(["---", *["---:"] * len(names)]),
        *_indexing_rows(run, names),
    ]
    for entry in run["latency"]:
        lines.append(_latency_row(entry, names))
    lines.append(_means_row(run, names))
    return "\n".join(lines)


def timed(run: dict[str, Any]) -> set[str]:
    """The engines that were timed on some class of query."""
    return {name for entry in run["latency"] for name in entry["engines"]}


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _indexing_rows(run: dict[str, Any], names: list[str]) -> list[str]:
    indexing = run["indexing"]

    def row(label: str, value: Any) -> str:
        return _row([label, *[value(indexing[n]) if n in indexing else "" for n in names]])

    def keyed(name: str) -> str:
        known = name in indexing and name != _REFERENCE
        return f"{_rate(indexing[name]):,.0f}" if known else ""

    def texts(name: str) -> str:
        return f"{rate_with_analysis(run, name):,.0f}" if name in indexing else ""

    def parallel(name: str) -> str:
        rate = _rate_in_parallel(run, name) if name in indexing else None
        return "" if rate is None else f"{rate:,.0f}"

    def size(measures: dict[str, Any]) -> str:
        stored = measures.get("stored_bytes", 0)
        return f"{(measures['bytes'] - stored) / 1e6:,.0f}" + (
            f" + {stored / 1e6:,.0f}" if stored else ""
        )

    def resident(measures: dict[str, Any]) -> str:
        asked, imported = measures.get("asked_bytes"), measures.get("imported_bytes")
        return "-" if asked is None or imported is None else f"{(asked - imported) / 1e6:,.0f}"

    text = run["corpus"]["text_bytes"] / 1e6
    in_parallel = [parallel(name) for name in names]
    return [
        _row(["documents/s given keys", *[keyed(name) for name in names]]),
        _row(["documents/s given texts", *[texts(name) for name in names]]),
        *([_row([_PARALLEL, *in_parallel])] if any(in_parallel) else []),
        row(f"size, MB (+ stored texts); the text is {text:,.0f} MB", size),
        row("peak memory of indexing, MB", lambda m: f"{m['peak_bytes'] / 1e6:,.0f}"),
        row("memory of the open index, all queries asked, MB", resident),
    ]


def _rate(measures: dict[str, Any]) -> float:
    return float(measures["documents"] / measures["seconds"])


def rate_with_analysis(run: dict[str, Any], name: str) -> float:
    """Documents/s from texts: newsindex's measured; for another engine the analysis, which took as
    long for all, and then its own time. (tantivy and Whoosh could do part of it meanwhile.)"""
    measures = run["indexing"][name]
    analysis = 0.0 if name == _REFERENCE else run["corpus"]["analysis_seconds"]
    return float(measures["documents"] / (measures["seconds"] + analysis))


def _rate_in_parallel(run: dict[str, Any], name: str) -> float | None:
    """Documents/s from texts with as many processes as ``newsindex index`` was given: newsindex's
    measured; for another engine its own time after an analysis shared evenly by as many. None for a
    run that did not measure it."""
    workers = run["indexing"].get(_REFERENCE, {}).get("with_workers")
    if workers is None:
        return None
    if name == _REFERENCE:
        return _rate(workers)
    analysis = run["corpus"]["analysis_seconds"] / workers["processes"]
    measures = run["indexing"][name]
    return float(measures["documents"] / (measures["seconds"] + analysis))


def _latency_row(entry: dict[str, Any], names: list[str]) -> str:
    """Median in milliseconds, and for a peer how many times the reference that is."""
    cells = [f"{entry['class']}, ms"]
    for name in names:
        measured = entry["engines"].get(name)
        if entry["disagreements"]:
            cells.append("hits disagree")
        elif measured is None:
            cells.append("-")
        elif name == _REFERENCE or measured["ratio"] is None:
            cells.append(_milliseconds(measured["median_ms"]))
        else:
            cells.append(f"{_milliseconds(measured['median_ms'])} (×{measured['ratio']:.2g})")
    return _row(cells)


def _milliseconds(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def _means_row(run: dict[str, Any], names: list[str]) -> str:
    """How many times the reference's time each engine takes: geometric mean over its classes."""
    cells = [f"geometric mean, times {_REFERENCE}"]
    for name in names:
        ratios = [
            entry["engines"][name]["ratio"]
            for entry in run["latency"]
            if entry["engines"].get(name, {}).get("ratio")
        ]
        cells.append(f"×{geometric_mean(ratios):.2f}" if ratios else "-")
    return _row(cells)


def geometric_mean(values: list[float]) -> float:
    """Of values above 0, at least one."""
    return math.exp(sum(map(math.log, values)) / len(values))
