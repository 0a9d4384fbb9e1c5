"""Latency: every engine asked the same queries in turn, once their hits are known to agree.

For each query every engine first gives all its matches; sets that differ are a disagreement, and a
class with a disagreement is not timed at all. Then the engines take turns (A B C, C A B, ...), so
that a machine that grows slower grows slower for all of them. That first, untimed, run also warms
caches.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.speed.engines.base import Engine, Row
from benchmarks.speed.queries import ALL, COUNT, Query

REFERENCE = "newsindex"
_REPEATS = 3
# An engine that has spent this many seconds on the queries of one class is not asked its remaining
# ones; it is then compared with the reference on those that it was asked.
_BUDGET = 8.0


@dataclass(slots=True)
class ClassResult:
    """What came of one class: samples in seconds by engine and query, or why there are none."""

    name: str
    queries: int
    hits: list[int] = field(default_factory=list)  # of each query asked
    disagreements: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    samples: dict[str, list[list[float]]] = field(default_factory=dict)


def measure(
    name: str, queries: Sequence[Query], engines: dict[str, Engine], published: np.ndarray
) -> ClassResult:
    """Compare and time one class of queries.

    ``published`` is the date of each document by number, against which dates and orders of the
    hits are checked.
    """
    result = ClassResult(name, len(queries))
    asked = {
        engine: [opened.translate(query) for query in queries] for engine, opened in engines.items()
    }
    active = [engine for engine in engines if all(a is not None for a in asked[engine])]
    result.unsupported = [engine for engine in engines if engine not in active]
    result.samples = {engine: [] for engine in active}
    spent = dict.fromkeys(active, 0.0)
    for number, query in enumerate(queries):
        turn = [engine for engine in active if spent[engine] < _BUDGET]
        if not turn:
            break
        expected: np.ndarray | None = None
        for engine in turn:
            start = time.perf_counter()
            opened, question = engines[engine], asked[engine][number]
            found = np.sort(opened.numbers(question))
            if expected is None:
                expected = found
                result.hits.append(len(found))
            fault = _difference(expected, found) or _fault(
                opened, question, query, expected, published
            )
            if fault:
                result.disagreements.append(f"{query.text}: {turn[0]} and {engine}: {fault}")
            spent[engine] += time.perf_counter() - start
        _take_turns(turn, engines, asked, number, query, result.samples, spent)
        if result.disagreements:
            result.samples = {}
            break
    return result


def _take_turns(
    turn: list[str],
    engines: dict[str, Engine],
    asked: dict[str, list[Any]],
    number: int,
    query: Query,
    samples: dict[str, list[list[float]]],
    spent: dict[str, float],
) -> None:
    for engine in turn:
        samples[engine].append([])
    # A collection of one engine's garbage must not fall into another one's time.
    gc.collect()
    gc.disable()
    try:
        for repeat in range(_REPEATS):
            # Shuffled: after the same neighbour each time an engine would find that one's caches.
            order = random.Random(number * _REPEATS + repeat).sample(turn, len(turn))
            for engine in order:
                opened, question = engines[engine], asked[engine][number]
                ask = opened.count if query.limit == COUNT else opened.rows
                start = time.perf_counter()
                ask(question)
                seconds = time.perf_counter() - start
                samples[engine][-1].append(seconds)
                spent[engine] += seconds
    finally:
        gc.enable()


def _difference(expected: np.ndarray, found: np.ndarray) -> str | None:
    if np.array_equal(expected, found):
        return None
    missing = np.setdiff1d(expected, found)[:3].tolist()
    more = np.setdiff1d(found, expected)[:3].tolist()
    return f"{len(expected)} and {len(found)} hits; only the first {missing}, only the other {more}"


def _fault(
    engine: Engine, question: Any, query: Query, expected: np.ndarray, published: np.ndarray
) -> str | None:
    """What is wrong with the very answer that will be timed, None if nothing is."""
    if query.limit == COUNT:
        count = engine.count(question)
        return None if count == len(expected) else f"{len(expected)} hits, counted {count}"
    rows: list[Row] = engine.rows(question)
    wanted = len(expected) if query.limit is ALL else min(query.limit or 0, len(expected))
    if len(rows) != wanted:
        return f"expected {wanted} rows, found {len(rows)}"
    numbers = np.array([row[0] for row in rows], dtype=np.int64)
    dates = np.array([row[2] for row in rows], dtype=np.int64)
    if len(np.unique(numbers)) != len(rows) or not np.isin(numbers, expected).all():
        return "a row that is no hit, or stands twice"
    if not np.array_equal(published[numbers], dates):
        return "a row with a wrong date"
    if query.newest and not np.array_equal(dates, np.sort(published[expected])[::-1][:wanted]):
        return "rows that are not the newest"
    return None


def summary(result: ClassResult) -> dict[str, Any]:
    """The result of a class as JSON-ready values, times in milliseconds.

    ``ratio`` is the engine's median by the reference's over the same queries: above 1 the engine
    is slower than the reference.
    """
    reference = result.samples.get(REFERENCE, [])
    timed: dict[str, dict[str, float | int | None]] = {}
    for engine, samples in result.samples.items():
        if not samples:
            continue
        flat = [seconds for repeats in samples for seconds in repeats]
        same = [seconds for repeats in reference[: len(samples)] for seconds in repeats]
        own = flat[: len(same)]
        timed[engine] = {
            "median_ms": round(float(np.median(flat)) * 1e3, 4),
            "p95_ms": round(float(np.quantile(flat, 0.95)) * 1e3, 4),
            "queries": len(samples),
            "samples": len(flat),
            "ratio": round(float(np.median(own) / np.median(same)), 3) if same else None,
        }
    return {
        "class": result.name,
        "queries": result.queries,
        "median_hits": int(np.median(result.hits)) if result.hits else 0,
        "unsupported": result.unsupported,
        "disagreements": result.disagreements[:5],
        "engines": timed,
    }
