"""Crowds: how long reads take while a writer works, beside how long they take when none does.

    python -m benchmarks crowds [--articles N] [--readers N] [--seconds N]

Reading processes ask an index of generated news one query after the other, a word or two, each on
the newest commit (`Index.refresh`, then the first ten hits with their snippets), with a pause of 10
to 50 ms between them, as people do that are many. For half of the time nobody writes; then a
process adds ten articles, replaces ten, deletes five, commits, and at once does so again, so that
segments are merged all the time. Printed are the median and the 99th percentile of the time of a
read, with and without the writer, and how many open files and how much memory of its own a reader
had at the end of each half, the most of all.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.speed import corpora, zipf
from newsindex import Article, Index

_PAUSE = (0.01, 0.05)
# Of each half the beginning does not count: what is loaded once is loaded there.
_WARM = 0.2


def main(argv: list[str]) -> int:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks crowds", description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--readers", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=60.0, help="of each half")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="newsindex-crowds-") as work:
        source, folder = Path(work) / "corpus.jsonl", Path(work) / "crowds.idx"
        zipf.write_zipf(source, options.articles)
        queries = _build(folder, source)
        _measure(folder, source, queries, options.readers, options.seconds)
    return 0


def _articles(source: Path) -> Iterator[Article]:
    for document in corpora.read(source):
        yield Article(document.title, document.text, language="ru", id=str(document.number))


def _build(folder: Path, source: Path) -> list[str]:
    """Index the documents; queries made of their words."""
    rng = random.Random(1)
    queries = []
    index = Index.create(folder, extractor=None)
    with index.writer() as writer:
        for article in _articles(source):
            writer.add(article)
            if rng.random() < 0.05:
                words = article.text.split()
                queries.append(" ".join(rng.choices(words, k=rng.choice([1, 2]))))
    return queries


def _measure(folder: Path, source: Path, queries: list[str], readers: int, seconds: float) -> None:
    context = multiprocessing.get_context("spawn")
    answers: Any = context.Queue()
    ready = context.Barrier(readers + 1)
    processes = [
        context.Process(target=_read, args=(folder, queries, seed, seconds, ready, answers))
        for seed in range(readers)
    ]
    processes.append(context.Process(target=_write, args=(folder, source, seconds, ready, answers)))
    for process in processes:
        process.start()
    found = [answers.get() for _ in range(readers + 1)]
    for process in processes:
        process.join()
    commits = next(each for each in found if isinstance(each, int))
    halves = [each for each in found if not isinstance(each, int)]
    print(f"{readers} readers, {commits} commits in {seconds:.0f} s")
    p99 = []
    for number, name in enumerate(("nobody writes", "a writer works")):
        times = np.concatenate([each[number][0] for each in halves]) * 1_000
        files, memory = (max(each[number][i] for each in halves) for i in (1, 2))
        p99.append(float(np.percentile(times, 99)))
        print(
            f"{name}: {len(times)} reads, median {np.median(times):.2f} ms, p99 {p99[-1]:.2f} ms;"
            f" {files} open files, {memory / 1e6:.1f} MB"
        )
    print(f"p99 while writing: {p99[1] / p99[0]:.2f} times the idle one")


def _read(
    folder: Path, queries: list[str], seed: int, seconds: float, ready: Any, answers: Any
) -> None:
    """Read through both halves; for each the seconds of the reads, open files and bytes."""
    rng = random.Random(seed)
    process = psutil.Process()
    index = Index.open(folder)
    index.search(queries[0])
    ready.wait()
    start = time.time()
    halves = []
    for half in range(2):
        begin = start + half * seconds
        times = []
        while (now := time.time()) < begin + seconds:
            before = time.perf_counter()
            index.refresh()
            index.search(rng.choice(queries), limit=10)
            if now > begin + _WARM * seconds:
                times.append(time.perf_counter() - before)
            time.sleep(rng.uniform(*_PAUSE))
        halves.append((np.array(times), process.num_fds(), process.memory_full_info().uss))
    answers.put(halves)


def _write(folder: Path, source: Path, seconds: float, ready: Any, answers: Any) -> None:
    """Wait for a half, then commit for another; how often."""
    rng = random.Random(2)
    articles = itertools.cycle(_articles(source))
    with Index.open(folder).writer() as writer:
        writer.add(next(articles))
        writer.commit()
        ready.wait()
        time.sleep(seconds)
        start, commits, number = time.time(), 0, 0
        while time.time() < start + seconds:
            for article in itertools.islice(articles, 20):
                number += 1
                fresh = number % 2
                identifier = f"new{number}" if fresh else str(rng.randrange(1_000))
                writer.add(dataclasses.replace(article, id=identifier))
            for _ in range(5):
                writer.delete(f"new{rng.randrange(1, number + 1)}")
            writer.commit()
            commits += 1
    answers.put(commits)
