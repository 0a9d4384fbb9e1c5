"""Alerts at scale: many stored queries against real articles as they are committed.

    python -m benchmarks alerts [--narrow] [--queries N] [--articles N] [--commit N] [--data FOLDER]

Queries are drawn from real news: a word that stands in at most one short item of a thousand, two
or three words of one item, phrases, alternatives, exclusions, names, titles, sources. Such queries
match more than people would read; with ``--narrow`` one word of each is in one item of 20,000, as
in the queries of those who watch a company or a case. Then full
articles are indexed, ``--commit`` of them at once, and all alerts are run after each commit.
Printed are the time to add the queries and to open them (to read and to plan), the memory they
take, and the articles a second: of matching alone, and of whole runs, which also leave out what was
reported before and write to the disk what is now; and the time to make one hit of those reported
(reading the article, snippet, highlighting). Times are those of the processor, one core. The data
is not part of the project; without it a message says so and the exit code is 2.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import psutil

from benchmarks.speed import corpora
from newsindex import AlertMatch, Alerts, Article, Index, read
from newsindex.alerts.matches import fresh_documents
from newsindex.alerts.plan import Plan
from newsindex.alerts.store import read_alerts
from newsindex.engine.filters import Filters
from newsindex.entities import extract_many
from newsindex.index.snapshot import Snapshot
from newsindex.text import analyse

_ARTICLES = ("biz_ru_2020_2022/articles.jsonl.gz", "interfax_ru_2021/articles.jsonl.gz")
_DOCUMENTS = 20_000
# Of these, those whose names are found, which takes longer.
_WITH_NAMES = 4_000
# A word in a larger share of the documents is asked for only beside another; for narrow queries.
_COMMON = 1 / 1000
_NARROW = 1 / _DOCUMENTS
# Of the matches, those whose hits are made.
_SAMPLED = 0.01
_SEED = 20_250_801

Asked = tuple[str, Filters]


def main(argv: list[str]) -> int:
    """Run the benchmark; 0, or 2 without the data."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks alerts")
    parser.add_argument("--narrow", action="store_true", help="queries that match little")
    parser.add_argument("--queries", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=3_000)
    parser.add_argument("--commit", type=int, default=1_000, help="articles in one commit")
    parser.add_argument("--data", type=Path, default=corpora.REAL_FOLDER)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="newsindex-alerts-") as work:
        try:
            chooser = Chooser(Path(work), narrow=options.narrow)
            queries = list(islice(chooser.queries(), options.queries))
            articles = list(islice(_articles(options.data), options.articles))
        except (corpora.CorpusMissing, FileNotFoundError) as error:
            print(f"left out: {error}", file=sys.stderr)
            return 2
        _measure(Path(work), queries, articles, options.commit)
    return 0


def _measure(work: Path, queries: list[Asked], articles: list[Article], commit: int) -> None:
    index = Index.create(work / "alerts.idx")
    alerts = Alerts(index.path)
    start = time.process_time()
    alerts.add_many([(f"alert {n}", *asked) for n, asked in enumerate(queries)], existing=True)
    size = (index.path / "alerts.json").stat().st_size
    print(f"{len(queries)} queries added in {_since(start)}, {size / 1e6:.0f} MB on disk")
    before = psutil.Process().memory_info().rss
    start = time.process_time()
    watched = read_alerts(index.path)
    read_seconds = time.process_time() - start
    start = time.process_time()
    plan = Plan(Snapshot.open(index.path), [each.alert for each in watched.values()])
    memory = psutil.Process().memory_info().rss - before
    print(
        f"opened: read in {read_seconds:.1f} s, planned in {_since(start)},"
        f" {memory / 1e6:.0f} MB of memory"
    )
    words = sum(len(analyse(a.title, a.language) + analyse(a.text, a.language)) for a in articles)
    print(f"{len(articles)} articles of {words / len(articles):.0f} words, {commit} a commit")
    # The first run plans again, for itself.
    with index.writer() as writer:
        writer.add(articles.pop(0))
    list(alerts.run())
    matching, whole, found = 0.0, 0.0, 0
    sample: list[AlertMatch] = []
    draw = random.Random(_SEED)
    for first in range(0, len(articles), commit):
        snapshot = Snapshot.open(index.path)
        mark = snapshot.manifest.next_file
        with index.writer() as writer:
            for article in articles[first : first + commit]:
                writer.add(article)
        snapshot = Snapshot.open(index.path)
        start = time.process_time()
        for segment in snapshot.segments:
            for _ in plan.matches(snapshot, segment, fresh_documents(segment, mark)):
                pass
        matching += time.process_time() - start
        start = time.process_time()
        for match in alerts.run():
            found += 1
            if draw.random() < _SAMPLED:
                sample.append(match)
        whole += time.process_time() - start
    start = time.process_time()
    for match in sample:
        match.as_dict()
    a_hit = (time.process_time() - start) / max(1, len(sample))
    print(
        f"matching alone: {len(articles) / matching:,.0f} articles/s; whole runs:"
        f" {len(articles) / whole:,.0f} articles/s; {found / len(articles):.1f} matches an"
        f" article, {1000 * a_hit:.2f} ms to make the hit of one"
    )


def _since(start: float) -> str:
    return f"{time.process_time() - start:.1f} s"


def _articles(data: Path) -> Iterator[Article]:
    """The full articles, those of one collection after the other."""
    for name in _ARTICLES:
        if not (data / name).exists():
            raise FileNotFoundError(f"expected {name} in {data}, found nothing")
        for item in read(data / name):
            if isinstance(item, Article):
                yield item


class Chooser:
    """Draws queries from real news; ``narrow`` ones have a word that is very rare."""

    def __init__(self, work: Path, *, narrow: bool = False) -> None:
        self._narrow = narrow
        path = work / "corpus.jsonl"
        corpora.write_real(path, _DOCUMENTS)
        documents = list(corpora.read(path))
        self._random = random.Random(_SEED)
        self._random.shuffle(documents)
        self._sources = sorted({document.source for document in documents})
        self._forms: list[list[str]] = []
        self._frequency: Counter[str] = Counter()
        self._key: dict[str, str] = {}
        for document in documents:
            tokens = analyse(f"{document.title} {document.text}", document.language)
            self._forms.append([token.text for token in tokens])
            self._key.update((token.text, token.key) for token in tokens)
            self._frequency.update({token.key for token in tokens})
        articles = (Article(d.title, d.text, language=d.language) for d in documents[:_WITH_NAMES])
        self._names = sorted(
            {
                (mention.kind, mention.name)
                for mentions in extract_many(articles)
                for mention in mentions
                if '"' not in mention.name
            }
        )

    def queries(self) -> Iterator[Asked]:
        """Distinct queries, without end."""
        seen = set()
        makers = [
            (25, self._word), (30, self._words), (15, self._phrase), (8, self._either),
            (6, self._without), (8, self._name), (4, self._title), (4, self._of_source),
        ]  # fmt: skip
        weights, kinds = zip(*makers, strict=True)
        while True:
            query, filters = self._random.choices(kinds, weights)[0]()
            if query is not None and (entry := (query, str(filters))) not in seen:
                seen.add(entry)
                yield query, filters

    def _usable(self) -> list[str]:
        forms = self._random.choice(self._forms)
        return [form for form in forms if len(form) > 2 and form.isalpha() and form.islower()]

    def _share(self, form: str) -> float:
        return self._frequency[self._key[form]] / len(self._forms)

    def _rare(self) -> str | None:
        most = _NARROW if self._narrow else _COMMON
        rare = [form for form in self._usable() if self._share(form) <= most]
        return self._random.choice(rare) if rare else None

    def _word(self) -> tuple[str | None, Filters]:
        return self._rare(), {}

    def _words(self) -> tuple[str | None, Filters]:
        forms = [form for form in dict.fromkeys(self._usable()) if self._share(form) < 0.1]
        size = self._random.choice((2, 2, 3))
        words = self._random.sample(forms, size) if len(forms) >= size else []
        if self._narrow and min(map(self._share, words), default=1) > _NARROW:
            return None, {}
        return " ".join(words) or None, {}

    def _phrase(self) -> tuple[str | None, Filters]:
        forms = self._random.choice(self._forms)
        size = self._random.choice((2, 2, 3))
        start = self._random.randrange(max(1, len(forms) - size))
        chosen = forms[start : start + size]
        if len(chosen) < size or min(map(self._share, chosen)) > _COMMON:
            return None, {}
        return f'"{" ".join(chosen)}"', {}

    def _either(self) -> tuple[str | None, Filters]:
        one, other = self._rare(), self._rare()
        return (f"{one} OR {other}" if one and other else None), {}

    def _without(self) -> tuple[str | None, Filters]:
        query, unwanted = self._words()[0], self._rare()
        return (f"{query} -{unwanted}" if query and unwanted else None), {}

    def _name(self) -> tuple[str | None, Filters]:
        kind, name = self._random.choice(self._names)
        word = self._rare() if self._random.random() < 0.7 else ""
        if word is None:
            return None, {}
        filters: Filters = {}
        filters[kind] = name  # type: ignore[literal-required]  # person, org or place
        return word, filters

    def _title(self) -> tuple[str | None, Filters]:
        word = self._rare()
        return (f"title:{word}" if word else None), {}

    def _of_source(self) -> tuple[str | None, Filters]:
        query = self._words()[0]
        return query, {"source": self._random.choice(self._sources)}
