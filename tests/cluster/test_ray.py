"""A real cluster of three nodes: the answers of one index, and no wrong one when a node dies."""

from __future__ import annotations

import collections
import gzip
import itertools
import json
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from newsindex import Index
from newsindex.cli import group
from newsindex.cluster import Searcher, build
from newsindex.cluster.actors import Holder, stop
from newsindex.cluster.collection import read_collection
from newsindex.cluster.holding import Request
from newsindex.cluster.store import open_store
from newsindex.errors import ClusterError
from tests.cluster.conftest import Nodes
from tests.cluster.questions import QUERIES, assert_equal, index_of, made_up, write_lines
from tests.conftest import DATA

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
# Real items from each source; NEWSINDEX_CLUSTER_ITEMS=1000000 takes all 135,115.
ITEMS = int(os.environ.get("NEWSINDEX_CLUSTER_ITEMS", "400"))
SOURCES = ["onetv_ru_2000_2026", "tg_ru_2024", "tsn_tg_uk_2022"]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Real items where they are, else made up ones."""
    path = tmp_path_factory.mktemp("source") / "all.jsonl"
    if not DATA.is_dir():
        return write_lines(path, made_up(400))
    with path.open("wb") as target:
        for folder in SOURCES:
            for file in sorted((DATA / folder).glob("*.jsonl.gz")):
                with gzip.open(file) as lines:
                    target.writelines(itertools.islice(lines, ITEMS))
    return path


@pytest.fixture(scope="module")
def index(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("single") / "one.idx", [source])


@pytest.fixture(scope="module")
def store(source: Path, nodes: Nodes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("collection") / "store"
    build([source], folder, address=nodes.address, by="year")
    yield folder
    stop(nodes.address, str(folder))


def all_alive(searcher: Searcher) -> list[dict[str, Any]]:
    """What the holders say, once all of them say something."""
    until = time.monotonic() + 90
    holders = searcher.holders()
    while not all(holder["alive"] for holder in holders):
        assert time.monotonic() < until
        time.sleep(0.5)
        holders = searcher.holders()
    return holders


def test_the_commands_ask_a_cluster(nodes: Nodes, index: Index, store: Path) -> None:
    where = ["-i", str(store), "--cluster", nodes.address]

    def run(*words: str) -> Any:
        return CliRunner().invoke(group, [*words, *where], standalone_mode=False)

    served = run("cluster", "serve", "--parts", "3", "--replicas", "2")
    assert served.return_value == 0, served.exception
    found = run("search", "президент", "--json")
    assert json.loads(found.output)["total"] == index.search("президент").total
    assert json.loads(run("stats").output)["articles"] == len(index)
    assert run("facets", "", "--by", "source").return_value == 0
    with Searcher(nodes.address, store) as searcher:
        all_alive(searcher)
    status = json.loads(run("cluster", "status").output)
    assert [holder["lag"] for holder in status["holders"]] == [0] * 6
    assert all(len(shard["holders"]) == 2 for shard in status["shards"])
    # The two holders of a group are on different machines, and no machine has more than another.
    nodes_of = [holder["node_id"] for holder in status["holders"]]
    assert all(one != other for one, other in zip(nodes_of[::2], nodes_of[1::2], strict=True))
    assert set(collections.Counter(nodes_of).values()) == {2}


def test_three_nodes_answer_as_one_index_does(nodes: Nodes, index: Index, store: Path) -> None:
    with Searcher(nodes.address, store, parts=3, replicas=2) as searcher:
        assert len(searcher) == len(index)
        holders = all_alive(searcher)
        assert len({holder["node_id"] for holder in holders}) > 1
        assert_equal(index, searcher, QUERIES)


def test_a_node_that_dies_while_eight_clients_ask(nodes: Nodes, index: Index, store: Path) -> None:
    queries = ["президент", "мир война", "Россия OR Украина", '"пакет санкций"', "консульт*"]
    expected = {query: index.search(query, suggest=False) for query in queries}
    wrong: list[Any] = []
    answered: list[float] = []
    stopped = threading.Event()

    def ask(searcher: Searcher, first: int) -> None:
        for query in itertools.islice(itertools.cycle(queries), first, None):
            if stopped.is_set():
                return
            try:
                found = searcher.search(query, suggest=False)
            except Exception as error:
                wrong.append(error)
                return
            answered.append(time.monotonic())
            # Whole and right; what is only a part of it has to say so.
            if found != expected[query] and not found.missing:
                wrong.append((query, found))

    with Searcher(nodes.address, store) as searcher:
        assert searcher.search("президент", suggest=False) == expected["президент"]
        clients = [threading.Thread(target=ask, args=(searcher, n)) for n in range(8)]
        for client in clients:
            client.start()
        time.sleep(1)
        killed = time.monotonic()
        gone = nodes.kill_one()
        time.sleep(6)
        stopped.set()
        for client in clients:
            client.join()
        assert wrong == []
        assert sum(moment > killed for moment in answered) > 8
        # Full service again: Ray has started what died on the machines that are left.
        holders = all_alive(searcher)
        nodes_of = {holder["node_id"] for holder in holders}
        assert len(nodes_of) == 2
        assert gone not in nodes_of
        assert {query: searcher.search(query, suggest=False) for query in queries} == expected
    nodes.complete()


def test_a_node_that_dies_during_a_build(
    nodes: Nodes, source: Path, index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsindex.documents.pieces._PIECE_BYTES", 40_000)
    monkeypatch.setattr("newsindex.documents.pieces._CUT_FROM", 40_000)
    monkeypatch.setattr("newsindex.cluster.reading._PIECES", 1)
    read = 0

    def kill(size: int, _problems: Any) -> None:
        nonlocal read
        read += 1
        if read == 4:
            nodes.kill_one()

    built = build([source], tmp_path / "store", address=nodes.address, by="year", report=kill)
    nodes.complete()
    assert read > 8
    assert built.new == len(index)
    with Searcher(None, tmp_path / "store", parts=2) as searcher:
        assert len(searcher) == len(index)
        assert_equal(index, searcher, QUERIES[::6])
    store = open_store(tmp_path / "store")
    # Nothing is left of the tasks that ran twice.
    assert set(store.below("")) == read_collection(store).files() | {"collection-00000001.json"}


def test_what_is_built_anew_is_found_after_a_refresh(nodes: Nodes, tmp_path: Path) -> None:
    store = tmp_path / "store"
    build([write_lines(tmp_path / "1.jsonl", made_up(20))], store, address=nodes.address, by="year")
    with Searcher(nodes.address, store, parts=2) as searcher:
        assert searcher.search("").total == 20
        build([write_lines(tmp_path / "2.jsonl", made_up(30, 3))], store, by="year")
        assert searcher.search("").total == 20
        assert searcher.refresh()
        assert searcher.search("").total == 30
        # Another client finds the holders that there are.
        with Searcher(nodes.address, store) as other:
            assert other.holders()[0]["pid"] == searcher.holders()[0]["pid"]
            assert len(other.holders()) == 2
    assert stop(nodes.address, str(store)) == 2
    assert stop(nodes.address, str(store)) == 0


def test_a_holder_with_too_much_to_do_says_so(tmp_path: Path) -> None:
    store = tmp_path / "store"
    build([write_lines(tmp_path / "1.jsonl", made_up(10))], store, by="year")
    holder = Holder(str(store))
    slow = threading.Event()

    def wait(_snapshot: Any) -> str:
        slow.wait(20)
        return "done"

    answers: list[Any] = []

    def ask() -> None:
        answers.append(holder.answer(1, ("2022",), Request(wait), 20))

    asking = [threading.Thread(target=ask) for _ in range(26)]
    for thread in asking:
        thread.start()
    while holder._asked < 26:
        time.sleep(0.01)
    assert type(holder.answer(1, ("2022",), Request(wait), 20)).__name__ == "Busy"
    assert type(holder.answer(1, ("2022",), Request(wait), 0.1)).__name__ == "Busy"
    slow.set()
    for thread in asking:
        thread.join()
    assert answers == ["done"] * 26


def test_no_cluster_is_told_in_one_line(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray (newsindex[cluster]) is not installed")
    with pytest.raises(ClusterError, match="expected its address") as error:
        build([], tmp_path, address="nonsense")
    assert "\n" not in str(error.value)
