"""What finding names costs: words a second, and its share of the time of indexing."""

from __future__ import annotations

import gzip
import itertools
import json
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from newsindex import Index
from newsindex.entities.extractor import extract_with
from newsindex.entities.tagger import Tagger
from newsindex.index.memory import collect_seldom
from newsindex.model import Article

_POSTS = (("tg_ru_2024", "ru"), ("tsn_tg_uk_2022", "uk"))


def words_a_second(
    texts: Sequence[str], extract: Callable[[Article], object]
) -> tuple[float, float]:
    """Words a second on whole texts and on short items of 40 words, the latter as new texts."""
    rates = []
    for batch in (texts, _items(texts)):
        articles = [Article("", text, language="ru") for text in batch if text.strip()]
        begin = time.perf_counter()
        for article in articles:
            extract(article)
        rates.append(_words(articles) / (time.perf_counter() - begin))
    return rates[0], rates[1]


def words_a_second_together(texts: Sequence[str], tagger: Tagger) -> float:
    """Words a second on items of 40 words tagged 100 at a time, as an index does."""
    articles = [Article("", item, language="ru") for item in _items(texts)]
    begin = time.perf_counter()
    for i in range(0, len(articles), 100):
        extract_with(tagger, articles[i : i + 100])
    return _words(articles) / (time.perf_counter() - begin)


def _items(texts: Sequence[str]) -> list[str]:
    """At most ten items of 40 words of each text."""
    words = [text.split() for text in texts]
    return [" ".join(w[i : i + 40]) for w in words for i in range(0, min(len(w), 400), 40)]


def _words(articles: Sequence[Article]) -> int:
    return sum(len(article.text.split()) for article in articles)


def share(data: Path, items: int = 2000, rounds: int = 4) -> float:
    """What names cost an index: time they add over the time without them, for real short items.

    It is the processor's time, which a busy machine changes less. Each round indexes as many new
    items of both languages, without names and with them.
    """
    collect_seldom()  # as `newsindex index` does
    texts: list[list[Article]] = []
    for name, language in _POSTS:
        with gzip.open(data / name / "posts.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = itertools.islice(map(json.loads, lines), items // 2 * rounds)
            texts.append([Article("", row["text"], language=language) for row in rows])
    seconds = [0.0, 0.0]
    for i in range(0, items // 2 * rounds, items // 2):
        batch = [a for of_language in texts for a in of_language[i : i + items // 2]]
        for named in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "share.idx"
                index = Index.create(path) if named else Index.create(path, extractor=None)
                begin = time.process_time()
                with index.writer() as writer:
                    for article in batch:
                        writer.add(article)
                if i:  # the first round loads the tables
                    seconds[named] += time.process_time() - begin
    return (seconds[1] - seconds[0]) / seconds[0]


def shares(data: Path, runs: int = 5) -> str:
    """The median of `share` and its range, each in a process of its own, as indexing is one."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, max_tasks_per_child=1) as pool:
        return _told(pool.map(share, [data] * runs))


def whole_share(data: Path, runs: int = 3) -> str:
    """The same of ``newsindex index`` over every post of both languages in one process, which
    reads JSON lines, looks for reprints and loads what it needs: the median and the range."""
    with tempfile.TemporaryDirectory() as folder:
        posts = Path(folder) / "posts.jsonl"
        with posts.open("wb") as file:
            for name, _ in _POSTS:
                with gzip.open(data / name / "posts.jsonl.gz", "rb") as lines:
                    shutil.copyfileobj(lines, file)
        found = []
        for _ in range(runs):
            without, named = (_seconds(posts, option) for option in ("--no-entities", "--entities"))
            found.append(named / without - 1)
    return _told(found)


def _seconds(posts: Path, option: str) -> float:
    """The processor's time of one command that indexes ``posts``."""
    index = posts.with_suffix(".idx")
    command = [sys.executable, "-m", "newsindex", "index", str(posts), "-i", str(index)]
    before = os.times()
    subprocess.run([*command, option, "--jobs", "1"], check=True, capture_output=True)
    after = os.times()
    shutil.rmtree(index)
    user = after.children_user - before.children_user
    return user + after.children_system - before.children_system


def _told(shares_found: Iterable[float]) -> str:
    found = sorted(shares_found)
    return f"{statistics.median(found):.2f} ({found[0]:.2f} to {found[-1]:.2f})"
