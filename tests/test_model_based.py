"""Counts agree: after any history of adds, updates, deletes and merges, every way to ask how many
articles match gives the number that a dict of articles gives.

``NEWSINDEX_MODEL_EXAMPLES=500 pytest tests/test_model_based.py`` tries more histories.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from newsindex import Article, Index
from tests.conftest import MakeIndex, article

WORDS = ("мир", "нефть", "трамвай")
DAYS = (None, "2024-12-31T23:30", "2025-01-01T00:10", "2025-03-05T12:00")
IDS = st.integers(0, 7)


class History(RuleBasedStateMachine):
    """Random histories of an index, beside the dict that it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.index = Index.create(Path(self.folder.name) / "i", extractor=None)
        self.model: dict[str, Article] = {}

    @rule(
        entries=st.dictionaries(
            IDS,
            st.tuples(
                st.sets(st.sampled_from(WORDS), min_size=1),
                st.sampled_from(DAYS),
                st.sampled_from(("a", "b")),
            ),
            min_size=1,
        ),
        gone=st.sets(IDS, max_size=2),
    )
    def commit(self, entries: dict[int, tuple[set[str], str | None, str]], gone: set[int]) -> None:
        with self.index.writer() as writer:
            for number, (words, day, source) in entries.items():
                new = article(" ".join(sorted(words)), day=day, source=source, id=str(number))
                writer.add(new)
                self.model[new.id] = new
            for number in gone:
                assert writer.delete(str(number)) == (str(number) in self.model)
                self.model.pop(str(number), None)
        self.index.refresh()

    @rule(gone=IDS)
    def give_up(self, gone: int) -> None:
        with self.index.writer() as writer:
            writer.delete(str(gone))
            writer.add(article("мир нефть", id="never"))
            writer.rollback()
        self.index.refresh()

    @rule()
    def merge(self) -> None:
        with self.index.writer() as writer:
            writer.optimize()
        self.index.refresh()

    @rule()
    def open_again(self) -> None:
        self.index = Index.open(self.index.path)

    @invariant()
    def every_count_agrees(self) -> None:
        for query in (*WORDS, ""):
            expected = {i: a for i, a in self.model.items() if query in a.text}
            results = self.index.search(query, limit=100)
            assert results.total == len(expected)
            assert {hit.id for hit in results} == set(expected)
            assert Counter(hit.id for hit in self.index.scan(query)) == Counter(expected.keys())
            assert {a.id: a for a in self.index.articles(query)} == expected
            facets = {facet.name: facet.count for facet in self.index.facets(query, by="source")}
            assert facets == Counter(a.source for a in expected.values())
            timeline = self.index.timeline(query, by="month")
            months = Counter(str(a.published)[:7] for a in expected.values() if a.published)
            assert {str(p.start)[:7]: p.count for p in timeline if p.count} == months
            assert timeline.undated == len(expected) - sum(months.values())
            assert timeline.total == self.index.terms(query).total == len(expected)
            target = Path(self.folder.name) / "out.jsonl"
            assert self.index.export(query, target) == len(expected)
            assert len(target.read_bytes().splitlines()) == len(expected)

    def teardown(self) -> None:
        self.folder.cleanup()


History.TestCase.settings = settings(
    max_examples=int(os.environ.get("NEWSINDEX_MODEL_EXAMPLES", "8")),
    stateful_step_count=8,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestHistory = History.TestCase


def test_threads_share_one_index_while_it_is_refreshed(make_index: MakeIndex) -> None:
    """Each call reads one committed state: articles come in tens, so every count is a ten."""
    index = make_index([article("мир", id=f"0-{i}") for i in range(10)])
    done = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                results = index.search("мир", limit=3)
                counts = [results.total, sum(1 for _ in index.scan("мир", sort="oldest"))]
                counts += [index.timeline("мир").total, index.facets("", by="language").total]
                wrong.extend(count for count in counts if count % 10 or not count)
            except Exception as error:
                wrong.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for step in range(1, 5):
        with index.writer() as writer:
            for i in range(10):
                writer.add(article(f"мир {step}", id=f"{step}-{i}"))
            if step == 3:
                writer.optimize()
        index.refresh()
    done.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert index.search("мир", limit=0).total == 50
