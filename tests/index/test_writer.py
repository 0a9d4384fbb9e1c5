"""The writer: upserts, deletions, commits, rollbacks, the lock, merging."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsindex import Article, Index, IndexLocked, NewsIndexError
from newsindex.index.manifest import SegmentEntry
from newsindex.index.merge import choose_merge, next_merge
from tests.conftest import MakeIndex, article


def files_of(index: Index) -> set[str]:
    return {path.name for path in index.path.iterdir()} - {"writer.lock"}


def test_nothing_shows_before_commit_and_refresh(make_index: MakeIndex) -> None:
    index = make_index([])
    with index.writer() as writer:
        writer.add(article("мир"))
        assert not index.refresh()
        writer.commit()
        assert len(index) == 0
        assert index.refresh()
        assert index.search("мир").total == 1
    assert not index.refresh()


def test_an_article_with_the_same_id_is_replaced(make_index: MakeIndex) -> None:
    index = make_index([article("прежний текст", id="x"), article("другой", id="y")])
    with index.writer() as writer:
        writer.add(article("ещё прежний текст", id="x"))
        writer.add(article("новый текст", id="x"))
    index.refresh()
    assert len(index) == 2
    assert index.search("прежний").total == 0
    assert index.search("новый").total == 1


def test_the_default_id_is_that_of_the_url_or_of_title_date_and_text() -> None:
    by_url = article("один", url="https://a.example/1")
    assert by_url.id == article("два", url="https://a.example/1").id
    assert by_url.id != article("один", url="https://a.example/2").id
    assert article("один").id == article("один").id
    assert article("один").id != article("один", title="т").id
    assert article("один").id != article("один", day="2025-08-02").id


def test_deleting(make_index: MakeIndex) -> None:
    index = make_index([article("первый мир", id="x"), article("второй мир", id="y")])
    with index.writer() as writer:
        assert writer.delete("x")
        assert not writer.delete("x")
        assert not writer.delete("z")
        writer.add(article("третий мир", id="w"))
        assert writer.delete("w")
    index.refresh()
    assert [hit.id for hit in index.search("мир")] == ["y"]
    assert index.get("x") is None
    assert index.stats()["articles"] == 1


def test_an_article_may_come_back_after_its_deletion(make_index: MakeIndex) -> None:
    index = make_index([article("мир", id="x")])
    with index.writer() as writer:
        assert writer.delete("x")
        writer.add(article("новый мир", id="x"))
    index.refresh()
    assert index.search("новый").total == len(index) == 1


def test_a_block_that_raises_leaves_the_last_commit(make_index: MakeIndex) -> None:
    index = make_index([article("мир", id="x")])
    before = files_of(index)

    def interrupted() -> None:
        with index.writer() as writer:
            writer.delete("x")
            writer.add(article("война"))
            raise RuntimeError("interrupted")

    with pytest.raises(RuntimeError, match="interrupted"):
        interrupted()
    assert not index.refresh()
    assert files_of(index) == before
    with index.writer() as writer:
        writer.add(article("война"))
        writer.rollback()
    assert not index.refresh()


def test_a_second_writer_is_told_who_holds_the_index(make_index: MakeIndex) -> None:
    index = make_index([])
    with index.writer():
        with pytest.raises(IndexLocked, match=r"process \d+ on .* since"):
            index.writer()
        with pytest.raises(IndexLocked):
            index.writer(wait=0.2)
    index.writer().close()


def test_a_closed_writer_says_so(make_index: MakeIndex) -> None:
    writer = make_index([]).writer()
    writer.close()
    writer.close()
    with pytest.raises(NewsIndexError, match="closed"):
        writer.add(article("мир"))


def test_the_lock_of_a_writer_that_died_is_free(make_index: MakeIndex) -> None:
    index = make_index([article("мир")])
    code = (
        "import os, sys, newsindex\n"
        "writer = newsindex.Index.open(sys.argv[1]).writer()\n"
        "writer.add(newsindex.Article('t', 'война'))\n"
        "writer._flush()\n"  # a segment on the disk that no commit mentions
        "os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(index.path)], check=False)
    leftovers = files_of(index)
    with index.writer() as writer:
        writer.add(article("мир и война"))
    index.refresh()
    assert index.search("война").total == 1
    assert len(files_of(index)) == 3, leftovers  # the manifest and two segments
    assert index.check() == []


def test_segments_are_merged_as_they_grow(make_index: MakeIndex) -> None:
    articles = [article(f"мир номер {n}", id=str(n)) for n in range(100)]
    index = make_index(articles, commits=100)
    segments = index.stats()["segments"]
    assert segments < 20
    assert len(files_of(index)) == segments + 1
    assert index.search("мир").total == 100
    assert index.check() == []


def test_a_segment_that_is_mostly_deleted_is_rewritten(make_index: MakeIndex) -> None:
    index = make_index([article(f"мир {n}", id=str(n)) for n in range(10)])
    with index.writer() as writer:
        for n in range(6):
            writer.delete(str(n))
    index.refresh()
    assert index.stats()["deleted"] == 0
    with index.writer() as writer:
        for n in range(10):
            writer.delete(str(n))
    index.refresh()
    assert index.stats()["segments"] == 0
    assert index.search("мир").total == 0
    assert choose_merge([]) == []


@pytest.mark.parametrize(
    ("sizes", "merged"),
    [
        ([40_000, 40_000, 40_000], [40_000, 40_000, 40_000]),  # one load
        ([100_000, 5000, 900], []),  # small commits beside a large segment
        ([65_536, 34_000], [34_000, 65_536]),
        ([100_000, 30_000, 2000], []),
        ([1_500_000, 600_000, 600_000], [600_000, 600_000]),  # none grows without end
        ([700, 500], []),
    ],
)
def test_what_one_load_wrote_becomes_one_segment(sizes: list[int], merged: list[int]) -> None:
    entries = [SegmentEntry(f"{n}.seg", 1, size) for n, size in enumerate(sizes)]
    assert sorted(entry.documents for entry in next_merge(entries)) == sorted(merged)


def test_many_segments_are_merged_some_at_a_time_with_the_smaller_ones() -> None:
    sizes = [10_000] * 120 + [900, 30]
    entries = [SegmentEntry(f"{n}.seg", 1, size) for n, size in enumerate(sizes)]
    assert [entry.documents for entry in choose_merge(entries)] == [30, 900, *[10_000] * 98]


def test_stored_articles_survive_merges_whole(make_index: MakeIndex) -> None:
    """Small commits store plain records; merged, they are compressed against a dictionary."""
    articles = [
        article(f"Текст номер {n} о мире и войне. " * (n % 7 + 1), title=f"Заголовок {n}",
                id=str(n), url=f"https://a.example/{n}", source=f"s{n % 3}")
        for n in range(300)
    ]  # fmt: skip
    index = make_index(articles, commits=150)
    assert [index.get(str(n)) for n in range(300)] == articles
    with index.writer() as writer:
        writer.optimize()
    index.refresh()
    assert [index.get(str(n)) for n in range(300)] == articles


@pytest.mark.parametrize("count", [256, 257])
def test_a_window_of_dates_may_end_with_a_segment_of_any_size(
    make_index: MakeIndex, count: int
) -> None:
    """256 documents are one more than the largest number of their own dtype."""
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(count)]
    index = make_index([article("мир", day=f"{day}T12:00", id=str(day)) for day in days])
    for since in (days[0], days[100], days[-1]):
        assert index.search("мир", since=since).total == sum(day >= since for day in days)
        assert index.search("мир", until=since).total == sum(day <= since for day in days)


def test_language_is_detected_where_it_is_not_given(make_index: MakeIndex) -> None:
    russian = Article("Консультации", "Стороны обсудили вопросы, которые были на повестке дня.")
    ukrainian = Article("Консультації", "Сторони обговорили питання, які були на порядку денному.")
    index = make_index([russian, ukrainian])
    assert index.search("", language="ru")[0].id == russian.id
    assert index.search("", language="uk")[0].id == ukrainian.id


WORDS = ["мир", "война", "договор", "Киев", "закон"]
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("add"),
            st.integers(0, 9),
            st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
        ),
        st.tuples(st.just("delete"), st.integers(0, 9), st.just("")),
        st.tuples(st.just("commit"), st.just(0), st.just("")),
        st.tuples(st.just("rollback"), st.just(0), st.just("")),
        st.tuples(st.just("flush"), st.just(0), st.just("")),
        st.tuples(st.just("optimize"), st.just(0), st.just("")),
    ),
    max_size=25,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS)
def test_any_history_ends_as_a_dictionary_would(
    steps: list[tuple[str, int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    index = Index.create(tmp_path_factory.mktemp("history") / "test.idx")
    committed: dict[str, str] = {}
    current: dict[str, str] = {}
    with index.writer() as writer:
        for step, number, text in steps:
            identifier = str(number)
            if step == "add":
                writer.add(article(text, id=identifier))
                current[identifier] = text
            elif step == "delete":
                assert writer.delete(identifier) == (identifier in current)
                current.pop(identifier, None)
            elif step == "flush":
                writer._flush()  # as a full buffer would
            elif step == "rollback":
                writer.rollback()
                current = dict(committed)
            else:
                writer.commit() if step == "commit" else writer.optimize()
                committed = dict(current)
    index.refresh()
    assert len(index) == len(current)
    assert {hit.id for hit in index.search("", limit=20)} == set(current)
    for word in WORDS:
        found = {hit.id for hit in index.search(word, limit=20)}
        assert found == {i for i, text in current.items() if word in text.split()}
    assert index.check() == []
    assert files_of(index) == index._snapshot.manifest.files() | {"manifest.json"}


def test_writing_where_it_is_not_possible_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(NewsIndexError, match="file"):
        Index.create(tmp_path / "file" / "below.idx")


def test_an_article_keeps_the_number_of_its_arrival_through_merges(make_index: MakeIndex) -> None:
    index = make_index([])
    marks = []
    for number in range(30):
        marks.append(index._snapshot.manifest.next_file)
        with index.writer() as writer:
            writer.add(article("мир", id=str(number), day=f"20{99 - number}-01-01"))
        index.refresh()
    with index.writer() as writer:
        writer.add(article("мир", id="3"))
        writer.optimize()
    mark = index._snapshot.manifest.next_file
    index.refresh()
    (segment,) = index._snapshot.segments
    arrival = {
        int(identifier): int(number)
        for identifier, number in zip(segment.ids, segment.arrival, strict=True)
    }
    assert arrival.pop(3) >= mark
    for number, found in arrival.items():
        assert marks[number] <= found
        assert number == 29 or found < marks[number + 1]
