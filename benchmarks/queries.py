"""Whether any string can be asked: random strings and mutated queries against a large index.

    python -m benchmarks queries [--strings 1000000] [--mutations 100000] [--documents 100000]

Random strings are made of letters, signs of the query language and whatever Unicode holds; mutated
queries are those of the documentation with characters and words inserted, deleted, doubled and
swapped. Every string is parsed; every ``--searched``-th random string, and every mutated query, is
searched in an index of generated news. Besides these, queries made to hurt are searched: deep
brackets, hundreds of words, patterns and typing errors of all sorts. What raises is printed, so are
the slowest; the exit code is 1 if anything raised or took longer than a second of processor time.
"""

from __future__ import annotations

import argparse
import functools
import heapq
import random
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import newsindex.query
from benchmarks.speed import corpora, zipf
from newsindex import Article, Index
from newsindex.query import parse

LIMIT = 1.0  # seconds of processor time
_SUGGESTED = 10  # of so many searched queries one is given a suggestion if it finds nothing
_SIGNS = list('"«»„“()[]{}~^*?:=-+/\\|&!.,@#%<>_') + [" "] * 12 + ["\n", "\t", "\0", "\u0301"]
_WORDS = (
    "AND OR NOT И ИЛИ НЕ АБО NEAR NEAR/3 SENTENCE( title: text: source: person: org: lang:uk has:"
    " date: date:вчера date:[2025 TO now-7d] date:>= ~1 ~2 ^2 /2 мир война президент санкции"
    " пре*ент с?во *ция а* =мир Зеленський п'ять 1,5 18:46 https://a.example/b?c=1"
).split(" ")
_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґabcxyz0123456789'’"


def random_string(rng: random.Random) -> str:
    """A string of anything."""
    kind = rng.random()
    if kind < 0.2:
        points = ((rng.randrange(0x110000), rng.randrange(0x600)) for _ in range(rng.randrange(30)))
        return "".join(chr(rng.choice(pair)) for pair in points)
    pieces = []
    for _ in range(rng.randrange(1, 14)):
        part = rng.random()
        if part < 0.4:
            pieces.append(rng.choice(_SIGNS))
        elif part < 0.7:
            pieces.append(rng.choice(_WORDS))
        else:
            pieces.append("".join(rng.choices(_LETTERS, k=rng.randrange(1, 9))))
        if rng.random() < 0.3:
            pieces.append(" ")
    return "".join(pieces)


def documented_queries() -> list[str]:
    """The queries of the documentation of newsindex.query."""
    text = newsindex.query.__doc__ or ""
    return [query for query in re.findall(r"``([^`]+)``", text) if query.strip()]


def mutated(rng: random.Random, queries: list[str]) -> str:
    """One or two of ``queries`` with some changes."""
    text = rng.choice(queries)
    if rng.random() < 0.5:
        text += rng.choice([" ", " OR ", " NEAR ", "", " -"]) + rng.choice(queries)
    for _ in range(rng.randrange(1, 4)):
        place = rng.randrange(len(text) + 1)
        stop = min(len(text), place + rng.randrange(1, 6))
        change = rng.random()
        if change < 0.35:
            text = text[:place] + text[stop:]
        elif change < 0.7:
            text = text[:place] + rng.choice([*_SIGNS, *_WORDS, *_LETTERS]) + text[place:]
        else:
            text = text[:stop] + text[place:stop] + text[stop:]
    return text


def hurting(words: list[str]) -> Iterator[str]:
    """Queries made to be slow; ``words`` are frequent ones of the index."""
    some = words[:400]
    for letter in "абвгдиклмнопрст":
        yield f"{letter}*"
        yield f"*{letter}*"
    yield from ("*ст*", "*ен*", "*ова*", "с*а", "п*о*р*а", "*а*б*в*г*д*")
    yield from ("?" * 40, "*" * 40, "п?" * 20)
    yield " ".join(f"{letter}*" for letter in "абвгдежзиклмнопрстуфхцчшщ")
    yield " OR ".join(f"*{word[:3]}*" for word in some[:60])
    yield " OR ".join(f"{word}~2" for word in some[:60])
    yield from (f"{word}~2" for word in some[:20])
    yield " OR ".join(some)
    yield " ".join(some)
    yield '"' + " ".join(some) + '"'
    yield '"' + " ".join(some) + '"~99'
    yield '"' + " ".join(some) + '"/3'
    yield '"' + " ".join(f"{word[:2]}*" for word in some[:60]) + '"~9'
    yield " NEAR/99 ".join(some[:60])
    yield " NEAR/99 ".join(f"({a} OR {b})" for a, b in zip(some[::2], some[1::2], strict=False))
    yield "SENTENCE(" + " ".join(some[:60]) + ")"
    yield "SENTENCE(" + " OR ".join(some[:100]) + f" {some[0]}) NEAR/50 {some[1]}"
    yield "(" * 2000 + some[0] + ")" * 2000
    yield "NOT " * 500 + some[0]
    yield "-(" * 300 + some[0] + ")" * 300
    yield "".join(f"({word} OR -" for word in some[:18]) + some[0] + ")" * 18
    yield "date:[" * 300
    yield "x" * 100_000
    yield "date:прошлая " * 300


class _Trial:
    """Runs what is given to it, and keeps what raised and what was slow."""

    def __init__(self) -> None:
        self.raised = 0
        self.slowest: list[tuple[float, str]] = []

    def run(self, what: str, action: Callable[[], object]) -> None:
        begin = time.process_time()
        try:
            action()
        except Exception:
            self.raised += 1
            if self.raised < 10:
                print(f"raised by {what[:300]!r}")
                traceback.print_exc(limit=-3)
        took = time.process_time() - begin
        heapq.heappush(self.slowest, (took, what))
        if len(self.slowest) > 10:
            heapq.heappop(self.slowest)

    def report(self, name: str, count: int) -> bool:
        worst = max(self.slowest, default=(0.0, ""))
        print(f"{name}: {count:,}, raised {self.raised}, slowest {worst[0]:.3f} s:")
        for took, what in sorted(self.slowest, reverse=True)[:5]:
            print(f"  {took:.3f} s  {what[:100]!r}")
        sys.stdout.flush()
        return not self.raised and worst[0] <= LIMIT


def main(argv: list[str]) -> int:
    """Run the trials that ``argv`` asks for; 1 if something raised or was too slow."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks queries")
    parser.add_argument("--strings", type=int, default=1_000_000)
    parser.add_argument("--mutations", type=int, default=100_000)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--searched", type=int, default=20, help="every so many random strings")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--index", type=Path, help="an index that exists, instead of a new one")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        path = options.index or _generated(Path(folder) / "queries.idx", options.documents)
        index = Index.open(path)
        print(f"an index of {len(index):,} articles")
        passed = [_hurt(index), _mutations(index, options), _strings(index, options)]
    return 0 if all(passed) else 1


def _generated(path: Path, documents: int) -> Path:
    """An index of generated news."""
    corpus = path.with_suffix(".jsonl")
    zipf.write_zipf(corpus, documents)
    with Index.create(path, extractor=None).writer() as writer:
        for document in corpora.read(corpus):
            writer.add(
                Article(
                    document.title,
                    document.text,
                    published=datetime.fromtimestamp(document.published, UTC),
                    source=document.source,
                    language=document.language,
                    id=str(document.number),
                )
            )
    corpus.unlink()
    return path


def _frequent_words(index: Index) -> list[str]:
    """Words of the articles of the index, the most frequent of them first."""
    counts: Counter[str] = Counter()
    for hit in index.search("*", limit=1000):
        article = index.get(hit.id)
        counts.update(re.findall(r"[а-яіїєґ]{3,}", article.text.lower() if article else ""))
    return [word for word, _ in counts.most_common()]


def _hurt(index: Index) -> bool:
    trial, texts = _Trial(), list(hurting(_frequent_words(index)))
    for text in texts:
        trial.run(text, functools.partial(index.search, text))
    return trial.report("queries made to hurt, searched", len(texts))


def _mutations(index: Index, options: argparse.Namespace) -> bool:
    rng, trial, queries = random.Random(options.seed), _Trial(), documented_queries()
    for number in range(options.mutations):
        text = mutated(rng, queries)
        suggest = number % _SUGGESTED == 0
        trial.run(text, functools.partial(index.search, text, suggest=suggest))
    return trial.report("mutated queries, searched", options.mutations)


def _strings(index: Index, options: argparse.Namespace) -> bool:
    rng, parsed, searched = random.Random(options.seed), _Trial(), _Trial()
    for number in range(options.strings):
        text = random_string(rng)
        parsed.run(text, functools.partial(parse, text, index.timezone))
        if number % options.searched == 0:
            suggest = number // options.searched % _SUGGESTED == 0
            searched.run(text, functools.partial(index.search, text, suggest=suggest))
    passed = parsed.report("random strings, parsed", options.strings)
    count = -(-options.strings // options.searched)
    return searched.report("random strings, searched", count) and passed
