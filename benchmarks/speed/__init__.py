"""``python -m benchmarks speed``: newsindex against its peers, same documents, same keys, one run.

The corpus is analysed once, by newsindex's own chain; newsindex then indexes the texts and the
others the keys, each in a process of its own (documents/s, size, peak memory), and each opens its
index and answers in another one (memory of an open index). Then all are opened in this process and
asked in turn (median and 95th percentile of each class of query, from the query string to hits with
title and date). A class on whose hits the engines disagree is not timed, and the exit code is then
1. The result goes to benchmarks/runs; ``python -m benchmarks report`` turns the latest ones into
tables.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from benchmarks.speed import corpora, engines, indexing, latency, machine, memory, queries
from benchmarks.speed.engines.base import Engine

RUNS = Path(__file__).resolve().parents[1] / "runs"
_DEFAULT_DOCUMENTS = 10_000
_QUICK_DOCUMENTS = 1_000


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks speed", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("--corpus", choices=("zipf", "real"), default="zipf")
    parser.add_argument(
        "--documents",
        type=_positive,
        help=f"how many (zipf: {_DEFAULT_DOCUMENTS} if not given; real: all)",
    )
    parser.add_argument("--engines", type=_names, default=list(engines.NAMES), metavar="A,B,C")
    parser.add_argument("--queries", type=_positive, default=60, help="of each class")
    parser.add_argument("--seed", type=int, default=corpora.SEED)
    parser.add_argument(
        "--quick", action="store_true", help=f"{_QUICK_DOCUMENTS} documents, 10 queries a class"
    )
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder for the result")
    parser.add_argument(
        "--work",
        type=Path,
        help="existing folder for corpus and indexes (default: a temporary one)",
    )
    arguments = parser.parse_args(argv)
    if arguments.quick:
        arguments.documents = arguments.documents or _QUICK_DOCUMENTS
        arguments.queries = min(arguments.queries, 10)
    if arguments.corpus == "zipf" and arguments.documents is None:
        arguments.documents = _DEFAULT_DOCUMENTS
    return arguments


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, found {number}")
    return number


def _names(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in engines.NAMES:
            raise argparse.ArgumentTypeError(
                f"no engine {name!r}; there are {', '.join(engines.NAMES)}"
            )
    return [name for name in engines.NAMES if name in names]


def main(argv: list[str]) -> int:
    """Run the benchmark; 0, 1 if engines disagree on hits, 2 without the corpus or if one fails."""
    arguments = _arguments(argv)
    with tempfile.TemporaryDirectory(dir=arguments.work, prefix="newsindex-speed-") as work:
        corpus = Path(work) / "corpus.jsonl"
        try:
            if arguments.corpus == "real":
                corpora.write_real(corpus, arguments.documents)
            else:
                corpora.write_zipf(corpus, arguments.documents, arguments.seed)
        except corpora.CorpusMissing as error:
            print(error, file=sys.stderr)
            return 2
        try:
            run = _measure(Path(work), corpus, arguments)
        except (indexing.IndexingFailed, memory.AskingFailed) as error:
            print(error, file=sys.stderr)
            return 2
    run["corpus"]["name"] = arguments.corpus
    arguments.runs.mkdir(parents=True, exist_ok=True)
    name = f"{run['date'][:10]}-{arguments.corpus}-{run['corpus']['documents']}.json"
    path = arguments.runs / name
    path.write_bytes(orjson.dumps(run, option=orjson.OPT_INDENT_2) + b"\n")
    print(f"written: {name}")
    refused = [entry for entry in run["latency"] if entry["disagreements"]]
    for entry in refused:
        print(f"NOT TIMED, hits disagree: {entry['class']}: {entry['disagreements'][0]}")
    return 1 if refused else 0


def _measure(work: Path, corpus: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    described = machine.describe()
    keys = work / "keys.txt"
    vocabulary = queries.survey(corpus, keys, arguments.seed)
    seconds = vocabulary.analysis_seconds
    _say(f"{vocabulary.documents} documents; read and analysed in {seconds:.1f} s")
    opened, indexed, versions = _index_all(work, corpus, keys, arguments.engines)
    published = np.array(vocabulary.published, dtype=np.int64)
    chosen = list(queries.Chooser(vocabulary, arguments.seed).classes(arguments.queries))
    _measure_memory(work, [query for _, asked in chosen for query in asked], opened, indexed)
    classes = []
    # What exists by now is garbage to nobody: collections between queries need not look at it.
    gc.collect()
    gc.freeze()
    for name, asked in chosen:
        entry = latency.summary(latency.measure(name, asked, opened, published))
        classes.append(entry)
        times = "  ".join(f"{e} {v['median_ms']:.3f}" for e, v in entry["engines"].items())
        _say(f"{name}: {'hits DISAGREE' if entry['disagreements'] else times}")
    gc.unfreeze()
    for engine in opened.values():
        engine.close()
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "corpus": {
            "documents": vocabulary.documents,
            "tokens": vocabulary.tokens,
            "keys": len(vocabulary.frequency),
            "text_bytes": vocabulary.text_bytes,
            "seed": arguments.seed,
            "analysis_seconds": round(seconds, 2),
        },
        "machine": described,
        "versions": versions,
        "indexing": indexed,
        "latency": classes,
    }


def _index_all(
    work: Path, corpus: Path, keys: Path, names: list[str]
) -> tuple[dict[str, Engine], dict[str, dict[str, Any]], dict[str, str]]:
    """Index with every engine that is installed and open it: engines, measures, versions."""
    opened: dict[str, Engine] = {}
    indexed: dict[str, dict[str, Any]] = {}
    versions: dict[str, str] = {}
    for name in names:
        try:
            engine = engines.load(name)
        except ImportError as error:
            _say(f"{name}: left out, {error}")
            continue
        folder = work / engine.index_of
        if not folder.exists():
            folder.mkdir()
            indexed[engine.index_of] = indexing.index(engine.index_of, corpus, keys, folder)
        opened[name] = engine(folder)
        versions[name] = engine.version()
        indexed[engine.index_of].update(opened[name].facts())
        if name == engine.index_of:
            measures = indexed[name]
            rate = measures["documents"] / measures["seconds"]
            _say(
                f"{name}: {rate:.0f} documents/s, {measures['bytes'] / 1e6:.1f} MB,"
                f" peak {measures['peak_bytes'] / 1e6:.0f} MB"
            )
    return opened, indexed, versions


def _measure_memory(
    work: Path,
    asked: list[queries.Query],
    opened: dict[str, Engine],
    indexed: dict[str, dict[str, Any]],
) -> None:
    """Add to the measures of each engine those of its open index."""
    path = work / "queries.json"
    memory.write_queries(path, asked)
    for name, engine in opened.items():
        if name == engine.index_of:
            indexed[name].update(memory.ask(name, work / name, path))


def _say(text: str) -> None:
    print(text, flush=True)
