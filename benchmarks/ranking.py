"""How well hits are ordered, beside other engines: known-item search, and search for a story.

**Known items.** The headline of an article is the query, its body the one right answer, among the
bodies of all articles of the set. Many bodies begin with the headline again, which would make the
task trivial: every line of a body that is the headline, and the headline at the beginning of a
line, is cut first (case and punctuation aside). Headlines of fewer than three words, and articles
of which nothing but the headline is left, are left out. MRR@10 is the mean of 1/rank, 0 beyond the
tenth; success@10 the share found among the first ten.

**Stories.** Of the articles that a set sorts into stories, each with at least one other: the
headline is the query, the other articles of the story are what it should find, ordered by body;
the article itself is left out of the ranking. Mean average precision over the whole ranking.

All engines get the same bodies and the same headlines, as OR of their words; every body of a set is
in the index, every headline is asked. newsindex stores the body as the text of an article without
a title. The peers: bm25s with the keys of newsindex (its tokens, and for a query all their keys),
bm25s with words between blanks in small letters, SQLite FTS5 with unicode61 and its bm25, and
Whoosh with its Russian analyzer (which has no Ukrainian). All with their own standard settings.

Beside each figure of a peer stands p: how often a difference from newsindex as large comes about by
chance, if the values of each query are swapped at random (the paired randomization test; Smucker,
Allan & Carterette, "A Comparison of Statistical Significance Tests for Information Retrieval
Evaluation", 2007).
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import re
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from newsindex import Article, Index
from newsindex.index.snapshot import Snapshot
from newsindex.query.search import search
from newsindex.text import analyse, analyse_query

DEPTH = 10
_DRAWS = 10_000
_LEAST_WORDS = 3
_WORD = re.compile(r"[^\W_]+")


Numbers = npt.NDArray[np.float64]


class Item(NamedTuple):
    """An article of a set: what is asked for it, what is searched, its language and its story."""

    headline: str
    body: str
    language: str
    story: str


# Asks for a headline; gives the numbers of the items found, the best first, so many at the most.
Ask = Callable[[str, int], Sequence[int]]


def read_set(path: Path, language: str, wanted: str | None = None) -> list[Item]:
    """The items of a gzipped file of JSON lines, those of language ``wanted`` if it is given."""
    items = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if wanted is not None and record["lang"] != wanted:
                continue
            headline = " ".join((record["title"] or "").split())
            body = without_headline(record["text"] or "", headline)
            if len(_WORD.findall(headline)) >= _LEAST_WORDS and _WORD.search(body):
                items.append(Item(headline, body, language, str(record.get("story") or "")))
    return items


def without_headline(text: str, headline: str) -> str:
    """``text`` without the headline where it stands at the beginning of a line."""
    words = _WORD.findall(headline)
    if not words:
        return text
    expression = r"[\W_]*?" + r"[\W_]+".join(map(re.escape, words)) + r"(?!\w)[.!?…»”\"]*"
    return re.sub(rf"(?mi)^{expression}", " ", text)


@contextlib.contextmanager
def _newsindex(items: Sequence[Item], folder: Path) -> Iterator[Ask]:
    index = Index.create(folder / "newsindex", extractor=None)
    with index.writer() as writer:
        for number, item in enumerate(items):
            writer.add(Article("", item.body, id=str(number), language=item.language))
    snapshot = Snapshot.open(index.path)

    def ask(headline: str, limit: int) -> list[int]:
        ranking = search(snapshot, bag_of_words(headline), order="relevance", limit=limit)
        return [int(hit.segment.ids[hit.document]) for hit in ranking.documents]

    yield ask


def bag_of_words(headline: str) -> Any:
    """A query tree of any of the words of a headline."""
    from whoosh import query as q

    tokens = [token for token in analyse_query(headline) if token.width == 1]
    words = dict.fromkeys(headline[token.start : token.stop] for token in tokens)
    return q.Or([q.Term("text", word) for word in words])


@contextlib.contextmanager
def _bm25s(
    items: Sequence[Item],
    of_item: Callable[[Item], list[str]],
    of_query: Callable[[str], list[str]],
) -> Iterator[Ask]:
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([of_item(item) for item in items], show_progress=False)

    def ask(headline: str, limit: int) -> list[int]:
        tokens = [token for token in of_query(headline) if token in retriever.vocab_dict]
        if not tokens:
            return []
        k = min(limit, len(items))
        found, scores = retriever.retrieve([tokens], k=k, show_progress=False)
        pairs = zip(found[0].tolist(), scores[0].tolist(), strict=True)
        return [number for number, score in pairs if score > 0]

    yield ask


def _keys_of(item: Item) -> list[str]:
    return [token.key for token in analyse(item.body, item.language)]


def _keys_asked(headline: str) -> list[str]:
    return list(dict.fromkeys(key for token in analyse_query(headline) for key in token.keys))


@contextlib.contextmanager
def _fts5(items: Sequence[Item]) -> Iterator[Ask]:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5(body, tokenize='unicode61')")
    database.executemany(
        "INSERT INTO t(rowid, body) VALUES (?, ?)", enumerate(i.body for i in items)
    )

    def ask(headline: str, limit: int) -> list[int]:
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(_WORD.findall(headline)))
        rows = database.execute(
            "SELECT rowid FROM t WHERE t MATCH ? ORDER BY rank LIMIT ?", (words, limit)
        )
        return [row[0] for row in rows]

    yield ask
    database.close()


@contextlib.contextmanager
def _whoosh(items: Sequence[Item]) -> Iterator[Ask]:
    from whoosh import fields
    from whoosh import query as q
    from whoosh.analysis import LanguageAnalyzer
    from whoosh.filedb.filestore import RamStorage

    analyzer = LanguageAnalyzer("ru")
    schema = fields.Schema(number=fields.STORED, body=fields.TEXT(analyzer=analyzer, phrase=False))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for number, item in enumerate(items):
        writer.add_document(number=number, body=item.body)
    writer.commit()
    with index.searcher() as searcher:

        def ask(headline: str, limit: int) -> list[int]:
            words = dict.fromkeys(token.text for token in analyzer(headline, mode="query"))
            tree = q.Or([q.Term("body", word) for word in words])
            return [hit["number"] for hit in searcher.search(tree, limit=limit)]

        yield ask


ENGINES = ("newsindex", "bm25s, same keys", "bm25s, words", "FTS5 unicode61", "Whoosh Russian")


def _engine(name: str, items: Sequence[Item], folder: Path) -> Any:
    if name == "newsindex":
        return _newsindex(items, folder)
    if name == "bm25s, same keys":
        return _bm25s(items, _keys_of, _keys_asked)
    if name == "bm25s, words":
        return _bm25s(items, lambda i: i.body.lower().split(), lambda h: h.lower().split())
    return _fts5(items) if name == "FTS5 unicode61" else _whoosh(items)


class Values(NamedTuple):
    """What a measure gives for each query, and how often each is asked; float64 both."""

    values: Numbers
    times: Numbers

    @property
    def mean(self) -> float:
        return float(self.values @ self.times / self.times.sum())


def known_items(items: Sequence[Item], ask: Ask) -> Values:
    """The reciprocal rank of each headline, 0 beyond the tenth; of articles with the same headline
    any is right."""
    numbers = defaultdict(set)
    for number, item in enumerate(items):
        numbers[item.headline.lower()].add(number)
    values = []
    for right in numbers.values():
        hits = ask(items[min(right)].headline, DEPTH)
        ranks = [rank for rank, hit in enumerate(hits, 1) if hit in right]
        values.append(1 / ranks[0] if ranks else 0.0)
    return Values(np.array(values), np.array([len(right) for right in numbers.values()], float))


def stories(items: Sequence[Item], ask: Ask) -> Values:
    """The average precision of each article's headline."""
    story = defaultdict(set)
    for number, item in enumerate(items):
        story[item.story].add(number)
    values = []
    for number, item in enumerate(items):
        right = story[item.story] - {number}
        if not item.story or not right:
            continue
        ranking = [hit for hit in ask(item.headline, len(items)) if hit != number]
        hits = [rank for rank, hit in enumerate(ranking, 1) if hit in right]
        values.append(sum(i / rank for i, rank in enumerate(hits, 1)) / len(right))
    return Values(np.array(values), np.ones(len(values)))


def chance(one: Values, other: Values) -> float:
    """The probability of a difference of the means as large as this if the two were alike."""
    differences = (one.values - other.values) * one.times
    differences = differences[differences != 0]
    signs = np.random.default_rng(1).choice([-1.0, 1.0], size=(_DRAWS, len(differences)))
    least = abs(differences.sum()) * (1 - 1e-9)
    return float((abs(signs @ differences) >= least).mean())


SETS = (
    ("biz_ru_2020_2022", "biz_ru_2020_2022/articles.jsonl.gz", "ru", None),
    ("interfax_ru_2021", "interfax_ru_2021/articles.jsonl.gz", "ru", None),
    ("segodnya_ua_2017", "segodnya_ua_2017/articles.jsonl.gz", "ru", None),
    ("slavicner, ru", "slavicner/docs.jsonl.gz", "ru", "ru"),
    ("slavicner, uk", "slavicner/docs.jsonl.gz", "uk", "uk"),
)


def main(argv: list[str]) -> int:
    """Print the tables; 2 if the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks ranking")
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=default)
    data = parser.parse_args(argv).data
    if not data.is_dir():
        print(f"no data at {data}: give the folder of the news with --data")
        return 2
    ranking(data)
    return 0


def ranking(data: Path) -> None:
    """The table of known items (MRR@10, success@10), and that of stories (MAP)."""
    for name, file, language, wanted in SETS:
        items = read_set(data / file, language, wanted)
        print(f"  {name}: {len(items)} headlines")
        own: dict[str, Values] = {}
        for engine in ENGINES:
            with tempfile.TemporaryDirectory() as folder, _asking(engine, items, folder) as ask:
                if ask is None:
                    continue
                ranks = known_items(items, ask)
                found = Values(np.sign(ranks.values), ranks.times)
                line = f"    {engine:18} success@10 {found.mean:.4f}"
                measured = {"MRR@10": ranks}
                if items[0].story:
                    measured["stories MAP"] = stories(items, ask)
                for measure, values in measured.items():
                    line += f"  {measure} {values.mean:.4f}"
                    if own.setdefault(measure, values) is not values:
                        line += f" p {chance(own[measure], values):.3f}"
                print(line, flush=True)


@contextlib.contextmanager
def _asking(engine: str, items: Sequence[Item], folder: str) -> Iterator[Ask | None]:
    try:
        manager = _engine(engine, items, Path(folder))
        with manager as ask:
            yield ask
    except ImportError as error:
        print(f"    {engine}: not installed ({error.name}), left out")
        yield None
