"""A collection on Ray: documents a second, latency by holders and shards, and what Ray takes of it.

    python -m benchmarks cluster [--documents N] [--built N] [--shards N ...] [--processes N ...]
                                 [--work DIR] [--output FILE]

Real news, dates spread evenly over 1, 4, 16 and 64 months, is built into a collection each, in this
process. Each is asked the same queries by 1, 2 and 4 holders of a Ray cluster of this machine, one
question after another: the median and the smallest of the times of all, in milliseconds, a page of
ten hits with their snippets; the same of an index in a folder, and of the collection in this
process. Ray's own round trip is that of a call that does nothing to as many actors, times the
rounds that the questions take. Builds are measured with 1, 2 and 4 processes; names are looked for.
A holder is killed while questions are asked: the longest of them, and the seconds until Ray has
started it again. The result goes to benchmarks/runs/cluster/ as JSON. The data is not part of the
project; without it a message says so and the exit code is 2.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from benchmarks.speed import corpora, machine
from newsindex import Index, read
from newsindex.cluster import Searcher, build
from newsindex.cluster.runtime import connected
from newsindex.engine.queryable import Queryable
from newsindex.model import Article

RUNS = Path(__file__).parent / "runs" / "cluster"
_PROCESSES = (1, 2, 4)
_SHARDS = (1, 4, 16, 64)
_REPEATS = 7
_QUERIES = (
    "президент",
    "санкции",
    "Россия Украина",
    "война OR мир",
    "президент OR министр OR закон OR суд",
    '"президент России"',
    "консульт*",
    "title:Киев",
)


def main(argv: list[str]) -> int:
    """Run the benchmark; see the docstring of the module."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks cluster", description=__doc__)
    parser.add_argument("--documents", type=int, default=20_000, help="that are searched")
    parser.add_argument("--built", type=int, default=8_000, help="that each build reads")
    parser.add_argument("--shards", type=int, nargs="+", default=_SHARDS, help="of collections")
    parser.add_argument("--processes", type=int, nargs="+", default=_PROCESSES, help="of Ray")
    parser.add_argument("--work", type=Path, help="folder for indexes; by default a temporary one")
    parser.add_argument("--output", type=Path, help="file of the result")
    arguments = parser.parse_args(argv)
    # Ray is to listen to this machine alone; it looks at this when it is loaded.
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - spelled so
    try:
        with tempfile.TemporaryDirectory() as temporary:
            work = arguments.work or Path(temporary)
            work.mkdir(parents=True, exist_ok=True)
            result = _measure(work, arguments)
    except corpora.CorpusMissing as error:
        print(f"cluster: {error}", file=sys.stderr)
        return 2
    name = f"{result['date'][:10]}-{arguments.documents}.json"
    output = arguments.output or RUNS / name
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2) + b"\n")
    print("\n".join(_table(result)))
    return 0


def _measure(work: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    documents, built = arguments.documents, arguments.built
    corpora.write_real(work / "corpus.jsonl", documents)
    stores = {shards: _spread(work, shards) for shards in arguments.shards}
    _say("collections are built")
    index = _index(work, arguments.shards[0])
    result: dict[str, Any] = {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents": documents,
        "built": built,
        "machine": machine.describe(),
        "index": _latency(index),
        "here": {},
        "holders": {},
        "building": {},
        "ray": {},
    }
    for shards, store in stores.items():
        with Searcher(None, store) as searcher:
            result["here"][str(shards)] = _latency(searcher)
    some = work / "some.jsonl"
    _first_lines(work / "corpus.jsonl", some, built)
    result["building"]["here"] = _built(some, work / "built", None)
    for processes in arguments.processes:
        _say(f"{processes} processes")
        with _ray(processes):
            result["building"][str(processes)] = _built(some, work / "built", "local")
            result["ray"][str(processes)] = _round_trip(processes)
            result["holders"][str(processes)] = {
                str(shards): _asked(store, processes) for shards, store in stores.items()
            }
            if processes == arguments.processes[-1]:
                result["killed"] = _killed(stores[arguments.shards[-1]], processes)
    return result


def _say(what: str) -> None:
    print(f"cluster: {what}", file=sys.stderr)


def _spread(work: Path, shards: int) -> Path:
    """A collection of the documents, dates spread evenly over so many months."""
    store, source = work / f"store-{shards}", work / f"corpus-{shards}.jsonl"
    start = datetime(2018, 1, 1, 12, tzinfo=UTC)
    months = [start + timedelta(days=30.5 * number) for number in range(shards)]
    corpora.write(
        source,
        (
            dataclasses.replace(
                document,
                published=int(months[document.number % shards].timestamp()) + document.number,
            )
            for document in corpora.read(work / "corpus.jsonl")
        ),
    )
    if not store.exists():
        build([source], store)
    return store


def _index(work: Path, shards: int) -> Index:
    folder = work / "one.idx"
    if folder.exists():
        return Index.open(folder)
    index = Index.create(folder)
    with index.writer() as writer:
        for item in read(work / f"corpus-{shards}.jsonl"):
            if isinstance(item, Article):
                writer.add(item)
    index.refresh()
    return index


def _first_lines(source: Path, target: Path, count: int) -> None:
    with source.open("rb") as lines, target.open("wb") as file:
        for _, line in zip(range(count), lines, strict=False):
            file.write(line)


def _times(index: Queryable) -> Iterator[float]:
    """The times of all questions, in milliseconds, after one of each that is not counted."""
    for query in _QUERIES:
        index.search(query, suggest=False)
    for _ in range(_REPEATS):
        for query in _QUERIES:
            started = time.perf_counter()
            index.search(query, suggest=False)
            yield (time.perf_counter() - started) * 1000


def _latency(index: Queryable) -> dict[str, float]:
    times = list(_times(index))
    per_query = [min(times[n :: len(_QUERIES)]) for n in range(len(_QUERIES))]
    times.sort()
    return {
        "median_ms": round(statistics.median(times), 2),
        "least_ms": round(statistics.fmean(per_query), 2),
        "p95_ms": round(times[int(len(times) * 0.95)], 2),
    }


def _asked(store: Path, holders: int) -> dict[str, Any]:
    with Searcher("local", store, parts=holders) as searcher:
        told = _latency(searcher)
        rounds = _rounds(searcher)
        memory = [holder["memory"] or 0 for holder in searcher.holders()]
    return {**told, "rounds": rounds, "holder_memory_mb": max(memory) >> 20}


def _rounds(searcher: Searcher) -> float:
    """How many times holders are asked for one question, on average."""
    asked = 0
    holders: Any = searcher._holders
    answers = holders.answers

    def counted(*arguments: Any) -> Any:
        nonlocal asked
        asked += 1
        return answers(*arguments)

    holders.answers = counted
    for query in _QUERIES:
        searcher.search(query, suggest=False)
    return asked / len(_QUERIES)


def _built(source: Path, store: Path, address: str | None) -> dict[str, float]:
    target = store.with_name(f"{store.name}-{time.monotonic_ns()}")
    started = time.perf_counter()
    done = build([source], target, address=address, by="year")
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 2),
        "documents_per_second": round(done.indexed / seconds, 1),
        "bytes_per_document": round(
            sum(shard.size for shard in done.collection.shards) / max(1, done.indexed)
        ),
    }


class _ray:  # noqa: N801 - used as a function is
    """A Ray cluster of this machine with so many processors."""

    def __init__(self, processes: int) -> None:
        self._processes = processes

    def __enter__(self) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
        import ray

        for attempt in range(3):
            try:
                ray.init(
                    address="local",
                    num_cpus=self._processes,
                    include_dashboard=False,
                    log_to_driver=False,
                    logging_level="error",
                    object_store_memory=200 << 20,
                )
                break
            except Exception as error:  # Ray gives up after half a minute
                if "timed out" not in str(error) or attempt == 2:
                    raise
        # Processes that wait for tasks take a while to start.
        ray.get([ray.remote(_wait).remote() for _ in range(2 * self._processes)])

    def __exit__(self, *_: object) -> None:
        import ray

        ray.shutdown()


def _wait() -> None:
    time.sleep(0.5)


class _Nothing:
    """An actor that does nothing."""

    def call(self) -> None:
        return


def _round_trip(actors: int) -> dict[str, float]:
    """The milliseconds that calls of so many actors at once take, that do nothing."""
    with connected("local") as ray:
        there = [ray.remote(_Nothing).options(num_cpus=0).remote() for _ in range(actors)]
        times = []
        for _ in range(300):
            started = time.perf_counter()
            ray.get([actor.call.remote() for actor in there])
            times.append((time.perf_counter() - started) * 1000)
        for actor in there:
            ray.kill(actor)
    times = sorted(times[50:])
    return {"median_ms": round(statistics.median(times), 2), "least_ms": round(times[0], 2)}


def _killed(store: Path, holders: int) -> dict[str, float]:
    """What it costs that a holder dies: the longest question, and the seconds until it is back."""
    with Searcher("local", store, parts=holders, replicas=2) as searcher, connected("local") as ray:
        list(_times(searcher))
        started = time.perf_counter()
        ray.kill(searcher._holders._actors[0], no_restart=False)  # type: ignore[attr-defined]
        longest, back = 0.0, 0.0
        while time.perf_counter() - started < 15:
            before = time.perf_counter()
            searcher.search(_QUERIES[0], suggest=False)
            longest = max(longest, time.perf_counter() - before)
            if not back and all(holder["alive"] for holder in searcher.holders()):
                back = time.perf_counter() - started
    return {"longest_ms": round(longest * 1000, 1), "back_after_s": round(back, 1)}


def _table(result: dict[str, Any]) -> Sequence[str]:
    """The result as Markdown."""
    shards = list(result["here"])
    lines = [
        f"{result['documents']:,} documents on {result['machine']['processor']},"
        f" {result['machine']['cores']} cores, load {result['machine']['load']}",
        "",
        "| median, ms (least) | " + " | ".join(f"{count} shards" for count in shards) + " |",
        "| --- |" + " ---: |" * len(shards),
        "| an index in a folder | " + _cell(result["index"]) + " |" + " |" * (len(shards) - 1),
        "| no cluster | " + " | ".join(_cell(result["here"][count]) for count in shards) + " |",
    ]
    for processes, found in result["holders"].items():
        cells = " | ".join(_cell(found[count]) for count in shards)
        lines.append(f"| {processes} holders | {cells} |")
    lines += ["", "| processes | documents/s | Ray's round trip, ms | of a question |"]
    lines += ["| --- | ---: | ---: | ---: |"]
    for processes, trip in result["ray"].items():
        asked = result["holders"][processes][shards[-1]]
        share = asked["rounds"] * trip["median_ms"] / asked["median_ms"]
        speed = result["building"][processes]["documents_per_second"]
        lines.append(f"| {processes} | {speed:,.0f} | {trip['median_ms']} | {share:.0%} |")
    here = result["building"]["here"]
    lines.append(f"| no cluster | {here['documents_per_second']:,.0f} | | |")
    killed = result["killed"]
    lines += [
        "",
        f"A holder killed: the longest question {killed['longest_ms']} ms, back after"
        f" {killed['back_after_s']} s. {here['bytes_per_document']} bytes a document.",
    ]
    return lines


def _cell(times: dict[str, float]) -> str:
    return f"{times['median_ms']} ({times['least_ms']})"
