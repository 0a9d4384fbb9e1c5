"""``python -m benchmarks speed``: newsindex against its peers, same documents, same keys, one run.

The corpus is analysed once, by newsindex's own chain; newsindex then indexes the texts and the
others the keys, each in a process of its own (documents/s, size, peak memory), and each opens its
index and answers in another one (memory of an open index). Then all are opened in this process and
asked in turn (median and 95th percentile of each class of query, from the query string to hits with
title and date). The peers have the keys of entities in a field of their own. A class on whose hits
the engines disagree is not timed, and the exit code is then 1. The result goes to benchmarks/runs;
``python -m benchmarks report`` turns the latest ones into tables, ``scaling`` into a chart.
"""

from __future__ import annotations

import argparse
import functools
import gc
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from benchmarks.speed import corpora, engines, indexing, latency, machine, memory, queries, zipf
from benchmarks.speed import survey as surveys
from benchmarks.speed.engines.base import Engine
from benchmarks.speed.workspace import Workspace, WorkspaceError

RUNS = Path(__file__).resolve().parents[1] / "runs"
_DEFAULT_DOCUMENTS = 10_000
_QUICK_DOCUMENTS = 1_000
_PROCESSES = 2  # of newsindex, beside the row of one process


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
    parser.add_argument("--seed", type=int, default=zipf.SEED)
    parser.add_argument(
        "--quick", action="store_true", help=f"{_QUICK_DOCUMENTS} documents, 10 queries a class"
    )
    parser.add_argument("--runs", type=Path, default=RUNS, help="folder for the result")
    parser.add_argument(
        "--work",
        type=Path,
        help="folder for corpus and indexes (default: a temporary one)",
    )
    parser.add_argument(
        "--keep",
        action="store_true",
        help="work in --work itself, keep everything, and go on where a run broke off",
    )
    arguments = parser.parse_args(argv)
    if arguments.keep and arguments.work is None:
        parser.error("--keep needs --work, the folder in which to keep")
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
    try:
        if arguments.keep:
            run = _measure(arguments.work, arguments)
        else:
            if arguments.work is not None:
                arguments.work.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=arguments.work, prefix="newsindex-speed-") as work:
                run = _measure(Path(work), arguments)
    except (
        corpora.CorpusMissing,
        WorkspaceError,
        indexing.IndexingFailed,
        memory.AskingFailed,
    ) as error:
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


def _measure(folder: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    described = machine.describe()
    chosen = ("corpus", "documents", "seed")
    work = Workspace(folder, {name: getattr(arguments, name) for name in chosen})
    corpus, keys = work.path("corpus.jsonl"), work.path("keys.jsonl")
    made = work.once("corpus.jsonl", lambda path: _write_corpus(path, arguments))
    _say(f"corpus written in {made['made_in']} s")
    made = work.once("survey.json", lambda path: _survey(path, corpus, keys, arguments.seed))
    vocabulary = surveys.load(work.path("survey.json"))
    seconds = vocabulary.analysis_seconds
    _say(
        f"{vocabulary.documents} documents; surveyed in {made['made_in']} s,"
        f" {seconds:.1f} s of them reading and analysis on one processor"
    )
    names = [name for name in arguments.engines if _is_possible(name, vocabulary.documents)]
    opened, indexed, versions = _index_all(work, corpus, keys, names)
    classes = _latency(work, vocabulary, opened, indexed, arguments)
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


def _write_corpus(path: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    if arguments.corpus == "real":
        corpora.write_real(path, arguments.documents)
    else:
        zipf.write_zipf(path, arguments.documents, arguments.seed)
    return {}


def _survey(path: Path, corpus: Path, keys: Path, seed: int) -> dict[str, Any]:
    surveys.save(surveys.survey(corpus, keys, seed), path)
    return {}


def _is_possible(name: str, documents: int) -> bool:
    """Whether an engine can take so many documents; if not, says why."""
    most, reason = engines.LIMITS.get(name, (documents, ""))
    if documents > most:
        _say(f"{name}: left out of more than {most:,} documents, {reason}")
    return documents <= most


def _index_all(
    work: Workspace, corpus: Path, keys: Path, names: list[str]
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
        owner = engine.index_of
        if owner not in indexed:
            indexed[owner] = work.once(owner, functools.partial(_index, owner, corpus, keys))
            _say_rate(owner, indexed[owner])
        if name == latency.REFERENCE:
            with_workers = work.once("workers", functools.partial(_index_with_workers, corpus))
            _say_rate(f"{name}, {_PROCESSES} processes", with_workers)
            indexed[name]["with_workers"] = with_workers
        opened[name] = engine(work.path(owner))
        versions[name] = engine.version()
        indexed[owner].update(opened[name].facts())
    return opened, indexed, versions


def _index(name: str, corpus: Path, keys: Path, folder: Path) -> dict[str, Any]:
    folder.mkdir()
    return indexing.index(name, corpus, keys, folder)


def _index_with_workers(corpus: Path, folder: Path) -> dict[str, Any]:
    return indexing.index_with_workers(corpus, folder.parent, _PROCESSES)


def _say_rate(name: str, measures: dict[str, Any]) -> None:
    _say(
        f"{name}: {measures['documents'] / measures['seconds']:.0f} documents/s,"
        f" {measures['bytes'] / 1e6:.1f} MB, peak {measures['peak_bytes'] / 1e6:.0f} MB"
    )


def _latency(
    work: Workspace,
    vocabulary: surveys.Vocabulary,
    opened: dict[str, Engine],
    indexed: dict[str, dict[str, Any]],
    arguments: argparse.Namespace,
) -> list[dict[str, Any]]:
    """The memory of each open index is added to its measures; returns each class, timed."""
    chosen = list(queries.Chooser(vocabulary, arguments.seed).classes(arguments.queries))
    asked = [query for _, queries_of_class in chosen for query in queries_of_class]
    _measure_memory(work.folder, asked, opened, indexed)
    classes = []
    # What exists by now is garbage to nobody: collections between queries need not look at it.
    gc.collect()
    gc.freeze()
    for name, queries_of_class in chosen:
        measured = latency.measure(name, queries_of_class, opened, vocabulary.published)
        entry = latency.summary(measured)
        classes.append(entry)
        times = "  ".join(f"{e} {v['median_ms']:.3f}" for e, v in entry["engines"].items())
        _say(f"{name}: {'hits DISAGREE' if entry['disagreements'] else times}")
    gc.unfreeze()
    return classes


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
