"""A collection in this process: equal to an index, whatever came in which order and how often."""

from __future__ import annotations

import contextlib
import random
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from newsindex import Article, Index, IndexCorrupt, IndexNotFound, InvalidArgument, NewsIndexError
from newsindex.cluster import Searcher, build, building
from newsindex.cluster.collection import generations, read_collection, shard_of
from newsindex.cluster.holding import Holding
from newsindex.cluster.reading import run_read
from newsindex.cluster.store import open_store
from newsindex.errors import ClusterBusy, ClusterError
from newsindex.index.checked import checksum
from tests.cluster.questions import QUERIES, answers, assert_equal, index_of, made_up, write_lines
from tests.conftest import KYIV


@pytest.fixture(scope="module")
def articles() -> list[Article]:
    return made_up(240)


@pytest.fixture(scope="module")
def source(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lines(tmp_path_factory.mktemp("source") / "all.jsonl", articles)


@pytest.fixture(scope="module")
def index(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("single") / "one.idx", [source])


@pytest.fixture(scope="module")
def store(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collection") / "store"
    built = build([source], folder, by="month")
    assert (built.indexed, built.new, built.skipped) == (240, 240, 0)
    return folder


def test_a_collection_answers_as_an_index_does(index: Index, store: Path) -> None:
    with Searcher(None, store, parts=5) as searcher:
        assert len(searcher.collection.shards) > 20
        assert len(searcher) == len(index)
        assert assert_equal(index, searcher) > 300


def test_into_how_many_parts_it_is_put_changes_nothing(index: Index, store: Path) -> None:
    for parts in (1, 100):
        with Searcher(None, store, parts=parts) as searcher:
            assert_equal(index, searcher, QUERIES[parts % 3 :: 10])


def test_articles_that_come_in_several_builds_replace_each_other(
    articles: list[Article], tmp_path: Path
) -> None:
    rng = random.Random(2)
    # Some come again with another text, some on another date, so in another shard.
    again = [
        Article(
            title=each.title,
            text=each.text + " Новое.",
            published=datetime(2023, 5, rng.randint(1, 28), tzinfo=KYIV),
            language=each.language,
            id=each.id,
        )
        for each in rng.sample(articles, 40)
    ]
    batches = [articles[:150], articles[100:] + again[:20], again[10:]]
    files = [write_lines(tmp_path / f"{n}.jsonl", batch) for n, batch in enumerate(batches)]
    store = tmp_path / "store"
    for file in files:
        build([file], store)
    index = index_of(tmp_path / "one.idx", files)
    with Searcher(None, store, parts=3) as searcher:
        assert len(searcher) == len(index) == len(articles)
        assert_equal(index, searcher, QUERIES[::5])
    # Old months that got nothing are the files they were.
    before = read_collection(open_store(store))
    build([write_lines(tmp_path / "new.jsonl", [made_up(1, 9)[0]])], store)
    after = read_collection(open_store(store))
    same = {shard.name: shard for shard in before.shards}
    assert sum(same.get(shard.name) != shard for shard in after.shards) == 1


def test_the_order_of_the_articles_and_how_they_are_split_change_nothing(
    articles: list[Article], index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shuffled = random.Random(3).sample(articles, len(articles))
    files = [write_lines(tmp_path / f"{n}.jsonl", shuffled[n::4]) for n in range(4)]
    monkeypatch.setattr("newsindex.documents.pieces._PIECE_FILES", 1)
    monkeypatch.setattr("newsindex.cluster.reading._PIECES", 1)
    monkeypatch.setattr("newsindex.cluster.reading._ROOM", 20_000)
    build(files, tmp_path / "store", by="year")
    with Searcher(None, tmp_path / "store", parts=2) as searcher:
        assert_equal(index, searcher, QUERIES[1::6])


def test_a_build_that_was_broken_off_reads_nothing_twice(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"

    def fails(*_: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(building, "run_merge", fails)
    with pytest.raises(RuntimeError):
        build([source], store)
    with pytest.raises(IndexNotFound):
        read_collection(open_store(store))
    monkeypatch.undo()
    monkeypatch.setattr("newsindex.cluster.reading.read_piece", fails)
    built = build([source], store)
    assert built.indexed == built.new == 240
    # What it wrote on the way is gone.
    collection = read_collection(open_store(store))
    assert set(open_store(store).below("")) == collection.files() | {"collection-00000001.json"}


def test_a_task_that_runs_twice_writes_the_same(source: Path, tmp_path: Path) -> None:
    from newsindex.cluster.reading import tasks_of
    from newsindex.documents import Reading

    (task,) = tasks_of([source], Reading(), "crf", "month", 1)
    first = run_read(str(tmp_path / "one"), task)
    (tmp_path / "two").mkdir()
    other = run_read(str(tmp_path / "two"), task)
    assert first.runs == other.runs
    for run in first.runs:
        assert (tmp_path / "one" / run.name).read_bytes() == (
            tmp_path / "two" / run.name
        ).read_bytes()


def test_of_two_builds_at_once_the_second_is_refused(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    more = write_lines(tmp_path / "more.jsonl", made_up(20, 4))
    publish = building.publish

    def late(*args: Any) -> bool:
        monkeypatch.setattr(building, "publish", publish)
        build([more], store)
        return publish(*args)

    monkeypatch.setattr(building, "publish", late)
    with pytest.raises(ClusterError, match="meanwhile"):
        build([source], store)
    assert len(Searcher(None, store)) == 20


def test_a_searcher_reads_its_state_until_it_is_refreshed(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = write_lines(tmp_path / "first.jsonl", made_up(30, 5))
    more = write_lines(tmp_path / "more.jsonl", made_up(50, 6))
    build([first], store, by="year")
    with Searcher(None, store) as searcher:
        before = list(answers(searcher, ["президент"]))
        build([more], store)
        assert list(answers(searcher, ["президент"])) == before
        assert searcher.refresh()
        assert not searcher.refresh()
        assert len(searcher) == 50
    build([first], store)
    assert generations(open_store(store)) == [2, 3]


class Slow:
    """Makes the holding slow to answer for some shards."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        seconds: float,
        when: Callable[[tuple[str, ...]], bool] = lambda _: True,
    ) -> None:
        answer = Holding.answer

        def slow(own: Holding, generation: int, shards: tuple[str, ...], request: Any) -> Any:
            if when(shards):
                time.sleep(seconds)
            return answer(own, generation, shards, request)

        monkeypatch.setattr(Holding, "answer", slow)


def test_what_did_not_answer_in_time_is_named(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Searcher(None, store, parts=2, limit=60) as searcher:
        whole = searcher.search("президент")
        assert whole.missing == ()
    Slow(monkeypatch, 1.5, lambda shards: "2022-02" in shards)
    with Searcher(None, store, parts=2, limit=2) as searcher:
        some = searcher.search("президент")
        assert 0 < some.total < whole.total
        assert len(some) == 10
        assert "2022-02" in some.missing
        assert "2022-01" not in some.missing
        assert some.as_dict()["missing"] == list(some.missing)
        assert searcher.facets("президент", by="source").missing == some.missing
    with Searcher(None, store, parts=2, limit=1) as searcher:
        # What cannot be marked is refused.
        with pytest.raises(ClusterError, match="did not answer within"):
            searcher.get("a1")
        with pytest.raises(ClusterError, match="did not answer within"):
            list(searcher.scan("президент"))


def test_too_many_questions_at_once_are_refused(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    Slow(monkeypatch, 0.4)
    with Searcher(None, store, queries=1) as searcher:
        asking = threading.Thread(target=searcher.search, args=("президент",))
        asking.start()
        time.sleep(0.1)
        with pytest.raises(ClusterBusy, match="busy"):
            searcher.search("мир")
        asking.join()
        assert searcher.search("мир").total


def test_a_date_range_asks_only_its_shards(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    answer = Holding.answer

    def noted(own: Holding, generation: int, shards: tuple[str, ...], request: Any) -> Any:
        asked.append(shards)
        return answer(own, generation, shards, request)

    with Searcher(None, store, parts=100) as searcher:
        monkeypatch.setattr(Holding, "answer", noted)
        assert searcher.search("", since="2022-03-10", until="2022-03-20").total
        assert set(asked) == {("2022-03",)}
        asked.clear()
        # Of the newest ten only the newest month is read; the others say how many they have.
        assert searcher.search("презедент", sort="newest", suggest=False).total == 0
        # What is known of words: no part holds this one, none is asked again.
        assert searcher.search("абракадабра", suggest=False).total == 0
        asked.clear()
        assert searcher.search("абракадабра", suggest=False).total == 0
        assert asked == []


def test_days_and_zones_decide_the_shard() -> None:
    late = datetime(2024, 3, 1, 1, 30, tzinfo=KYIV)  # still February in UTC
    assert shard_of(late, "month") == "2024-02"
    assert shard_of(late, "year") == "2024"
    assert shard_of(None, "month") == "undated"
    assert shard_of(datetime(1, 1, 1, tzinfo=KYIV), "month") == "0001-01"


def test_mistakes_are_told(store: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="no collection here"):
        Searcher(None, tmp_path)
    with pytest.raises(InvalidArgument, match="a month long"):
        build([], store, by="year")
    with pytest.raises(InvalidArgument):
        Searcher(None, store, limit=0)
    with pytest.raises(ClusterError, match="expected a folder or a URL"):
        Searcher(None, "nosuch://bucket/x")
    with pytest.raises(InvalidArgument):
        Searcher(None, store).search("мир", limit=-1)


def test_a_damaged_segment_is_named(store: Path, tmp_path: Path) -> None:
    shutil.copytree(store, tmp_path / "store")
    file = next((tmp_path / "store" / "segments").glob("2022-03-*.seg"))
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with Searcher(None, tmp_path / "store") as searcher:
        with pytest.raises(IndexCorrupt, match=file.name):
            list(answers(searcher, ["*", "президент"]))
        file.unlink()
    with pytest.raises(IndexCorrupt, match="none"), Searcher(None, tmp_path / "store") as searcher:
        searcher.search("*")


JSON = (
    st.none() | st.integers(-5, 1 << 64) | st.text(max_size=5) | st.sampled_from(["../x.seg", []])
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.lists(st.integers(0, 30), min_size=1, max_size=5), new=JSON)
@example(path=[8], new=[])  # the name of the file of reprints
def test_a_manifest_with_any_value_in_any_place(
    store: Path, tmp_path: Path, path: list[int], new: Any
) -> None:
    def changed(value: Any, path: list[int]) -> Any:
        if not path or not isinstance(value, dict | list) or not value:
            return new
        if isinstance(value, list):
            at = path[0] % len(value)
            return [*value[:at], changed(value[at], path[1:]), *value[at + 1 :]]
        key = list(value)[path[0] % len(value)]
        return {**value, key: changed(value[key], path[1:])}

    with changed_manifest(store, tmp_path, lambda body: changed(body, path)) as target:
        try:
            Searcher(None, target).search("мир")
        except NewsIndexError as error:
            assert "\n" not in str(error)  # noqa: PT017


@contextlib.contextmanager
def changed_manifest(
    store: Path, tmp_path: Path, change: Callable[[dict[str, Any]], Any]
) -> Iterator[Path]:
    """A copy of a store whose manifest, under a checksum that fits, says what ``change`` makes of
    it; as it was where that cannot be written as JSON."""
    target = tmp_path / "strange"
    if not target.exists():
        shutil.copytree(store, target)
    file = target / "collection-00000001.json"
    before = file.read_bytes()
    body = change(orjson.loads(before)["collection"])
    with contextlib.suppress(TypeError, orjson.JSONEncodeError):
        file.write_bytes(orjson.dumps({"checksum": checksum(body), "collection": body}))
    try:
        yield target
    finally:
        file.write_bytes(before)


NAMES: dict[str, list[Any]] = {
    "reprints": [[], "", 0, False, {}, "../x.dup", "segments/2022-03-" + "0" * 20 + ".seg"],
    "name": [[], "", None, "deletions/" + "0" * 20 + ".del"],
    "deletions": [[], "", 0, "../" + "0" * 20 + ".del", "reprints/" + "0" * 20 + ".dup"],
    "shards": ["", {}, None],
    "segments": ["", {}, None],
    "first": [[], "1", 1 << 63, 1.5, True],
    "last": [[], "1", -(1 << 63)],
}


@pytest.mark.parametrize(
    ("place", "value"), [(place, value) for place, values in NAMES.items() for value in values]
)
def test_a_manifest_that_names_no_files_is_refused(
    store: Path, tmp_path: Path, place: str, value: Any
) -> None:
    def change(body: dict[str, Any]) -> dict[str, Any]:
        shard = body["shards"][0]
        segment = shard["segments"][0]
        parts = (segment["entry"], segment, shard, body)
        holder = next(part for part in parts if place in part)
        holder[place] = value
        return body

    with (
        changed_manifest(store, tmp_path, change) as target,
        pytest.raises(IndexCorrupt, match=r"00000001\.json: expected the collection .* found"),
    ):
        Searcher(None, target)
