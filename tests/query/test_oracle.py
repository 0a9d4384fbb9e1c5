"""Random query trees: the same matches as stock Whoosh, the same top ten as plain counting."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from whoosh import fields, formats
from whoosh import query as q
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.filedb.filestore import RamStorage

from newsindex import Article, Index
from newsindex.index.impacts import K1, TITLE_WEIGHT, B
from newsindex.query import many, postings
from newsindex.text import analyse, query_keys
from tests.conftest import KYIV

CANDIDATES = (
    "мир война договор консультация президент министр Япония Украина область город самолёт "
    "ракета дрон санкция переговоры закон парламент погода школа море"
).split()
# Words that stand for one key each, all different, so that Whoosh can be given the same keys.
WORDS = [word for word in CANDIDATES if len(query_keys(word.lower())) == 1]
PREFIXES = ["м", "пр", "сан", "к", "ш", "дог", "я"]
TREES = 3000


def forms_of(article: Article, part: str) -> list[str]:
    return [token.text for token in analyse(getattr(article, part), article.language)]


def keys_of(article: Article, part: str) -> list[str]:
    return [token.key for token in analyse(getattr(article, part), article.language)]


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    rng = random.Random(20250801)
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    start = datetime(2025, 1, 1, tzinfo=KYIV)
    return [
        Article(
            title=" ".join(rng.choices(WORDS, weights, k=rng.randint(0, 4))),
            # Some are long: their positions do not fit a byte.
            text=" ".join(rng.choices(WORDS, weights, k=rng.choice([*range(1, 31), 400]))),
            published=start + timedelta(hours=rng.randint(0, 3000)),
            id=f"a{number}",
            language="ru",
        )
        for number in range(150)
    ]


@pytest.fixture(scope="module")
def index(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The articles in several segments, after updates and deletions."""
    index = Index.create(tmp_path_factory.mktemp("oracle") / "test.idx")
    for start in range(0, len(articles), 40):
        with index.writer() as writer:
            for article in articles[start : start + 40]:
                writer.add(Article("прежний мир", "прежняя война", id=article.id, language="ru"))
            writer.add(Article("лишний мир", "лишняя война", id=f"x{start}", language="ru"))
    with index.writer() as writer:
        for article in articles:
            writer.add(article)
        for start in range(0, len(articles), 40):
            assert writer.delete(f"x{start}")
    index.refresh()
    assert len(index) == len(articles)
    return index


@pytest.fixture(scope="module")
def whoosh_searcher(articles: list[Article]) -> Iterator[Any]:
    def text() -> fields.TEXT:
        return fields.TEXT(analyzer=SpaceSeparatedTokenizer(), phrase=True)

    schema = fields.Schema(id=fields.STORED, text=text(), title=text(), form=text())
    storage = RamStorage().create_index(schema)
    writer = storage.writer()
    # Between title and body no phrase may match, so a run of other words stands there.
    gap = ["-"] * 100
    for article in articles:
        title = keys_of(article, "title")
        writer.add_document(
            id=article.id,
            text=" ".join([*title, *gap, *keys_of(article, "text")]),
            title=" ".join(title),
            form=" ".join([*forms_of(article, "title"), *gap, *forms_of(article, "text")]),
        )
    writer.commit()
    with storage.searcher() as searcher:
        yield searcher


def random_tree(rng: random.Random, depth: int = 0) -> q.Query:
    kind = rng.random()
    if depth >= 3 or kind < 0.35:
        return q.Term(rng.choice(["text", "text", "title"]), rng.choice(WORDS))
    if kind < 0.5:
        words = rng.choices(WORDS, k=rng.randint(2, 3))
        return q.Phrase("text", words, slop=rng.choice([1, 1, 2, 4]))
    if kind < 0.58:
        return q.Prefix("text", rng.choice(PREFIXES))
    if kind < 0.66:
        return q.Not(random_tree(rng, depth + 1))
    children = [random_tree(rng, depth + 1) for _ in range(rng.randint(2, 3))]
    return q.And(children) if kind < 0.85 else q.Or(children)


def for_whoosh(tree: q.Query) -> q.Query:
    """The same tree over keys, as the Whoosh index holds them."""
    if isinstance(tree, q.Not):
        # Whoosh subtracts within a group only; against every document it stands for itself.
        return q.And([q.Every(), q.Not(for_whoosh(tree.query))])
    if isinstance(tree, (q.And, q.Or)):
        return type(tree)([for_whoosh(child) for child in tree.subqueries])
    if isinstance(tree, q.Prefix):
        return q.Prefix("form", tree.text)
    if isinstance(tree, q.Phrase):
        keys = [query_keys(word.lower())[0] for word in tree.words]
        return q.Phrase("text", keys, slop=tree.slop)
    return q.Term(tree.fieldname, query_keys(tree.text.lower())[0])


class Counting:
    """BM25 by plain counting over lists of keys: slow, and easy to believe."""

    def __init__(self, articles: list[Article]) -> None:
        self.parts = {
            a.id: [(keys_of(a, part), forms_of(a, part)) for part in ("title", "text")]
            for a in articles
        }
        lengths = {i: TITLE_WEIGHT * len(t[0]) + len(b[0]) for i, (t, b) in self.parts.items()}
        average = sum(lengths.values()) / len(lengths)
        self._matches: dict[str, set[str]] = {}
        self.norm = {i: K1 * (1 - B + B * length / average) for i, length in lengths.items()}

    def weight(self, tree: q.Query, identifier: str) -> float:
        """Occurrences of a leaf, those in the title weighted."""
        title, body = self.parts[identifier]
        in_title, in_body = (self.occurrences(tree, *part) for part in (title, body))
        return TITLE_WEIGHT * in_title + (0 if tree.fieldname == "title" else in_body)

    def occurrences(self, tree: q.Query, keys: list[str], forms: list[str]) -> int:
        if isinstance(tree, q.Prefix):
            return sum(form.startswith(tree.text) for form in forms)
        if isinstance(tree, q.Phrase):
            wanted = [query_keys(word.lower())[0] for word in tree.words]
            ends = {i for i, key in enumerate(keys) if key == wanted[0]}
            for key in wanted[1:]:
                ends = {
                    i
                    for i, found in enumerate(keys)
                    if found == key and any(0 < i - end <= tree.slop for end in ends)
                }
            return len(ends)
        return keys.count(query_keys(tree.text.lower())[0])

    def matches(self, tree: q.Query) -> set[str]:
        known = repr(tree)
        if known not in self._matches:
            self._matches[known] = self._find(tree)
        return self._matches[known]

    def _find(self, tree: q.Query) -> set[str]:
        if isinstance(tree, q.And):
            return set.intersection(*map(self.matches, tree.subqueries))
        if isinstance(tree, q.Or):
            return set.union(*map(self.matches, tree.subqueries))
        if isinstance(tree, q.Not):
            return set(self.parts) - self.matches(tree.query)
        return {i for i in self.parts if self.weight(tree, i)}

    def idf(self, frequency: int) -> float:
        return math.log(1 + (len(self.parts) - frequency + 0.5) / (frequency + 0.5))

    @cache  # noqa: B019 - lives as long as the test
    def leaf_idf(self, tree: q.Query) -> float:
        if isinstance(tree, q.Phrase):
            return sum(self.leaf_idf(q.Term("text", word)) for word in tree.words)
        if isinstance(tree, q.Prefix):
            keys = {
                key
                for parts in self.parts.values()
                for part_keys, part_forms in parts
                for key, form in zip(part_keys, part_forms, strict=True)
                if form.startswith(tree.text)
            }
        else:
            keys = {query_keys(tree.text.lower())[0]}
        frequency = sum(
            any(key in part_keys for part_keys, _ in parts)
            for key in keys
            for parts in self.parts.values()
        )
        return self.idf(min(frequency, len(self.parts)))

    def score(self, tree: q.Query, identifier: str) -> float:
        if isinstance(tree, q.Not) or identifier not in self.matches(tree):
            return 0.0
        if isinstance(tree, (q.And, q.Or)):
            return sum(self.score(child, identifier) for child in tree.subqueries)
        weight = self.weight(tree, identifier)
        return self.leaf_idf(tree) * (K1 + 1) * weight / (weight + self.norm[identifier])


def test_matching_sets_equal_stock_whoosh(index: Index, whoosh_searcher: Any) -> None:
    rng = random.Random(1)
    found_some = 0
    for _ in range(TREES):
        tree = random_tree(rng)
        expected = {
            whoosh_searcher.stored_fields(number)["id"]
            for number in whoosh_searcher.docs_for_query(for_whoosh(tree))
        }
        found = {hit.id for hit in index.search(tree, limit=200)}
        assert found == expected, tree
        found_some += bool(expected)
    assert found_some > TREES / 2


def test_matches_and_top_ten_equal_plain_counting(index: Index, articles: list[Article]) -> None:
    rng = random.Random(2)
    counting = Counting(articles)
    for _ in range(TREES // 10):
        tree = random_tree(rng)
        expected = counting.matches(tree)
        results = index.search(tree, limit=10)
        assert results.total == len(expected), tree
        best = sorted((counting.score(tree, i) for i in expected), reverse=True)[:10]
        assert [hit.score for hit in results] == pytest.approx(best, rel=1e-4), tree
        for hit in results:
            assert hit.score == pytest.approx(counting.score(tree, hit.id), rel=1e-4), tree


def test_hits_do_not_depend_on_how_the_articles_came_into_the_index(
    index: Index, articles: list[Article], tmp_path: Path
) -> None:
    """One segment or many, in this order or another, after deletions or without: the same."""
    rng = random.Random(3)
    shuffled = articles.copy()
    rng.shuffle(shuffled)
    other = Index.create(tmp_path / "other.idx")
    with other.writer() as writer:
        for article in shuffled:
            writer.add(article)
    with index.writer() as writer:
        writer.optimize()
    merged = Index.open(index.path)
    assert merged.stats()["segments"] == 1
    other.refresh()
    for _ in range(300):
        tree = random_tree(rng)
        for sort in ("relevance", "newest", "oldest"):
            expected = index.search(tree, limit=20, sort=sort)
            assert other.search(tree, limit=20, sort=sort) == expected
            assert merged.search(tree, limit=20, sort=sort) == expected


def test_whoosh_sees_the_same_positions_as_we_do() -> None:
    """The oracle itself: its phrases count positions, not characters."""
    assert fields.TEXT(phrase=True).format.supports("positions")
    assert isinstance(fields.TEXT().format, formats.Positions)


@pytest.mark.parametrize(
    "text", ["м*", "*ор*", "пр* сан*", "title:(м* OR к*)", '"пр* м*"', "мир~2"]
)
def test_many_terms_read_together_are_what_each_by_itself_is(
    index: Index, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = index.search(text, limit=200)
    monkeypatch.setattr(postings, "_MANY", 0)
    monkeypatch.setattr(many, "_CHUNK", 50)
    assert index.search(text, limit=200) == expected
    assert expected.total
