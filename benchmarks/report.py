"""``python -m benchmarks report``: the latest speed runs as Markdown, and the chart of scaling.

Prints the tables and puts them into README.md between its two marks. With ``--check`` nothing is
written; the exit code is 1 where README.md or the chart is not what the runs give.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import Any

import orjson

from benchmarks.speed.chart import Panel, render

ROOT = Path(__file__).resolve().parents[1]
RUNS = ROOT / "benchmarks" / "runs"
BEGIN, END = "<!-- benchmarks:begin -->", "<!-- benchmarks:end -->"
CHART = "scaling.svg"
_REFERENCE = "newsindex"
_CORPORA = {"real": "real news", "zipf": "generated news, 200 words each"}


class ReportError(Exception):
    """README.md has no place for the tables, or there is no run; the message says which."""


def main(argv: list[str]) -> int:
    """Render the report; 0, 1 if ``--check`` found it outdated, 2 if it cannot be made."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks report", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder of the results")
    parser.add_argument("--readme", type=Path, default=ROOT / "README.md")
    parser.add_argument("--check", action="store_true", help="write nothing, say what is outdated")
    arguments = parser.parse_args(argv)
    try:
        runs = latest(arguments.runs)
        text = markdown(runs)
        outdated = _update(arguments.readme, text, write=not arguments.check)
    except ReportError as error:
        print(error, file=sys.stderr)
        return 2
    drawing = scaling_chart(runs)
    chart = arguments.runs / CHART
    if drawing is not None and not (chart.exists() and chart.read_text("utf-8") == drawing):
        outdated.append(CHART)
        if not arguments.check:
            chart.write_text(drawing, encoding="utf-8")
    print(text)
    if arguments.check and outdated:
        print(f"outdated: {', '.join(outdated)}; run python -m benchmarks report", file=sys.stderr)
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


def _update(readme: Path, text: str, *, write: bool) -> list[str]:
    """Put ``text`` between the marks of ``readme``; its name if that changes it."""
    old = readme.read_text(encoding="utf-8") if readme.exists() else ""
    head, begin, rest = old.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ReportError(f"{readme.name}: expected the lines {BEGIN} and {END}, found none")
    new = f"{head}{BEGIN}\n{text}\n{END}{tail}"
    if new == old:
        return []
    if write:
        readme.write_text(new, encoding="utf-8")
    return [readme.name]


def markdown(runs: list[dict[str, Any]]) -> str:
    """The tables of all runs."""
    return "\n\n".join(map(_section, runs))


def _section(run: dict[str, Any]) -> str:
    corpus, machine = run["corpus"], run["machine"]
    names = [name for name in run["versions"] if name in _timed(run)]
    lines = [
        f"**{corpus['documents']:,} documents, {_CORPORA[corpus['name']]}** ({run['date'][:10]};"
        f" {machine['processor']}, {machine['cores']} cores, Python {machine['python']})",
        "",
        _row(["", *names]),
        _row(["---", *["---:"] * len(names)]),
        *_indexing_rows(run, names),
    ]
    for entry in run["latency"]:
        lines.append(_latency_row(entry, names))
    lines.append(_means_row(run, names))
    return "\n".join(lines)


def _timed(run: dict[str, Any]) -> set[str]:
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
        return f"{_rate_with_analysis(run, name):,.0f}" if name in indexing else ""

    def size(measures: dict[str, Any]) -> str:
        stored = measures.get("stored_bytes", 0)
        return f"{(measures['bytes'] - stored) / 1e6:,.0f}" + (
            f" + {stored / 1e6:,.0f}" if stored else ""
        )

    def resident(measures: dict[str, Any]) -> str:
        asked, imported = measures.get("asked_bytes"), measures.get("imported_bytes")
        return "-" if asked is None or imported is None else f"{(asked - imported) / 1e6:,.0f}"

    text = run["corpus"]["text_bytes"] / 1e6
    return [
        _row(["documents/s given keys", *[keyed(name) for name in names]]),
        _row(["documents/s given texts", *[texts(name) for name in names]]),
        row(f"size, MB (+ stored texts); the text is {text:,.0f} MB", size),
        row("peak memory of indexing, MB", lambda m: f"{m['peak_bytes'] / 1e6:,.0f}"),
        row("memory of the open index, all queries asked, MB", resident),
    ]


def _rate(measures: dict[str, Any]) -> float:
    return float(measures["documents"] / measures["seconds"])


def _rate_with_analysis(run: dict[str, Any], name: str) -> float:
    """Documents/s from texts: newsindex's measured; for another engine the analysis, which took as
    long for all, and then its own time. (tantivy and Whoosh could do part of it meanwhile.)"""
    measures = run["indexing"][name]
    analysis = 0.0 if name == _REFERENCE else run["corpus"]["analysis_seconds"]
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
        cells.append(f"×{_geometric_mean(ratios):.2f}" if ratios else "-")
    return _row(cells)


def _geometric_mean(values: list[float]) -> float:
    return math.exp(sum(map(math.log, values)) / len(values))


def scaling_chart(runs: list[dict[str, Any]]) -> str | None:
    """Documents/s, latency and memory by number of generated documents, as SVG; None for fewer
    than two sizes. The latency is the geometric mean over the classes that every engine drawn at
    that size was timed on."""
    sizes = [run for run in runs if run["corpus"]["name"] == "zipf"]
    if len(sizes) < 2:
        return None
    panels = [
        Panel("documents indexed a second, from texts"),
        Panel("latency, ms (geometric mean of medians)"),
        Panel("peak memory of indexing, MB"),
    ]
    for run in sizes:
        documents = run["corpus"]["documents"]
        names = [name for name in run["indexing"] if name in _timed(run)]
        shared = [e["engines"] for e in run["latency"] if all(n in e["engines"] for n in names)]
        for name in names:
            measures = run["indexing"][name]
            medians = [entry[name]["median_ms"] for entry in shared]
            panels[0].add(name, documents, _rate_with_analysis(run, name))
            if medians:
                panels[1].add(name, documents, _geometric_mean(medians))
            panels[2].add(name, documents, measures["peak_bytes"] / 1e6)
    return render(panels)
