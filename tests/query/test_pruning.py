"""What is left unscored changes nothing: pruned searches give what the evaluation of every posting
gives, to the last bit of the scores."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from whoosh import query as q

from newsindex import Article, Index
from newsindex.index import impacts
from newsindex.query import best, plan
from newsindex.query.cursor import ORDERS, Order
from newsindex.query.leaves import DATE
from newsindex.query.search import search
from tests.conftest import KYIV

WORDS = (
    "мир война договор консультация президент министр область город самолёт ракета дрон санкция "
    "переговоры закон парламент погода школа море Киев Зеленский Росія уряд мiсто"
).split()
START = datetime(2025, 1, 1, tzinfo=KYIV)
DOCUMENTS = 5000


@pytest.fixture(scope="module", params=["one segment", "several, with updates and deletions"])
def index(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Index]:
    """Thousands of short articles, with frequent and with rare words, and limits made small, so
    that every way of finding the best is taken."""
    rng = random.Random(20251101)
    weights = [1 / (rank + 1) for rank in range(len(WORDS))]
    articles = [
        Article(
            title=" ".join(rng.choices(WORDS, weights, k=rng.randint(0, 2))),
            text=" ".join(rng.choices(WORDS, weights, k=rng.randint(1, 12))),
            # Many share their moment.
            published=START + timedelta(hours=rng.randint(0, 2000)),
            id=f"a{number}",
            language=rng.choice(["ru", "uk"]),
            source=rng.choice(["one.ua", "two.ru"]),
        )
        for number in range(DOCUMENTS)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(impacts, "_WINDOWED_FROM", 300)
        patch.setattr(impacts, "_POSTINGS", 30)
        patch.setattr(plan, "_SCORED_WHOLE", 100)
        patch.setattr(best, "_FIRST_BLOCKS", 2)
        patch.setattr(best, "_FIRST_DOCUMENTS", 16)
        index = Index.create(tmp_path_factory.mktemp("pruning") / "test.idx", extractor=None)
        with index.writer() as writer:
            for article in articles:
                writer.add(article)
        if request.param != "one segment":
            with index.writer() as writer:
                for article in rng.sample(articles, 300):
                    writer.delete(article.id)
                for number in range(200):
                    writer.add(
                        Article("мир Киев", "війна і мир", id=f"a{number * 7}", language="uk")
                    )
        index.refresh()
        yield index


def random_tree(rng: random.Random) -> q.Query:
    terms: list[q.Query] = [
        q.Term("text", word, boost=rng.choice([1, 1, 1, 2.5]))
        for word in rng.choices(WORDS, k=rng.randint(1, 4))
    ]
    if rng.random() < 0.2:
        terms = [*terms, q.Term("text", "слонопотам")]
    if rng.random() < 0.4:
        return q.Or(terms, boost=rng.choice([1, 3]))
    if rng.random() < 0.3:
        terms.append(q.Not(q.Term("text", rng.choice(WORDS))))
    if rng.random() < 0.3:
        terms.append(q.Term("source", "one.ua"))
    if rng.random() < 0.4:
        first = int((START + timedelta(hours=rng.randint(0, 2000))).timestamp())
        terms.append(q.NumericRange(DATE, first, first + 3600 * rng.choice([1, 30, 700])))
    return q.And(terms) if len(terms) > 1 else terms[0]


def test_the_best_are_the_best_of_all(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(7)
    snapshot = index._snapshot
    planned = 0
    for _ in range(400):
        tree = random_tree(rng)
        order: Order = rng.choice([*ORDERS, "relevance"])
        limit, offset = rng.choice([0, 1, 10, 100, 6000]), rng.choice([0, 0, 3])
        monkeypatch.setattr(plan, "_SCORED_TOGETHER", rng.choice([100, 1 << 17]))
        with monkeypatch.context() as patch:
            patch.setattr(
                sys.modules["newsindex.query.search"], "plan_of", lambda tree, languages: None
            )
            expected = search(snapshot, tree, order=order, limit=limit, offset=offset)
        assert search(snapshot, tree, order=order, limit=limit, offset=offset) == expected, tree
        planned += plan.plan_of(tree, ()) is not None
    assert planned > 300
    lists = [segment.docids for segment in snapshot.segments]
    assert any(len(each._dense_terms) for each in lists)
