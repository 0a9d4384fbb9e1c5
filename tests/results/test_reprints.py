"""Reprints as users see them: one hit a cluster, its sources, the list of duplicates."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from newsindex import Cluster, Index
from newsindex.query.cursor import ORDERS
from tests.cli.test_cli import run
from tests.conftest import MakeIndex, article
from tests.index.reprint_texts import GOLD, changed, planted


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    """Twelve stories that all mention peace; story n has n % 4 reprints, on the days after."""
    rng = random.Random(11)
    articles = []
    for number in range(12):
        text = planted(rng, number)
        for copy in range(1 + number % 4):
            articles.append(
                article(
                    "О мире. " + (changed(rng, text, 0.15) if copy else text) + " мир" * number,
                    title=f"Заголовок {copy}",
                    id=f"{number}-{copy}",
                    day=f"2025-08-{1 + copy:02}T{number:02}:00"
                    if (number, copy) != (7, 0)
                    else None,
                    source=f"источник {copy % 3}",
                    url=f"https://a.example/{number}/{copy}",
                )
            )
    rng.shuffle(articles)
    return make_index(articles, commits=3)


def test_a_search_may_show_the_first_of_each_cluster(index: Index) -> None:
    plain = index.search("мир", limit=100)
    assert plain.total == 12 + 3 * (1 + 2 + 3)
    assert all(hit.cluster is None and "cluster" not in hit.as_dict() for hit in plain)
    results = index.search("мир", collapse=True, limit=100)
    assert results.total == len(results) == 12
    by_id = {hit.id: hit for hit in results}
    assert by_id["0-0"].cluster == Cluster(1, ("источник 0",))
    assert by_id["3-0"].cluster == Cluster(4, ("источник 0", "источник 1", "источник 2"))
    # An undated article cannot be called the first.
    assert by_id["7-1"].cluster == Cluster(4, ("источник 1", "источник 2", "источник 0"))
    assert by_id["3-0"].as_dict()["cluster"]["articles"] == 4


@pytest.mark.parametrize("sort", ORDERS)
def test_pages_of_clusters_join_to_all_of_them_in_every_order(index: Index, sort: str) -> None:
    together = index.search("мир", collapse=True, sort=sort, limit=100)
    plain = [hit.id for hit in index.search("мир", sort=sort, limit=100)]
    ids = [hit.id for hit in together]
    assert ids == [identifier for identifier in plain if identifier in ids]
    paged = [
        hit.id
        for offset in range(0, 15, 5)
        for hit in index.search("мир", collapse=True, sort=sort, limit=5, offset=offset)
    ]
    assert paged == ids
    first = index.search("мир", collapse=True, sort=sort, limit=5)
    rest = index.search("мир", collapse=True, sort=sort, limit=50, after=first.cursor)
    assert [hit.id for hit in (*first, *rest)] == ids
    assert [hit.id for hit in index.scan("мир", collapse=True, sort=sort)] == ids


def test_what_does_not_match_hides_no_reprint_that_does(index: Index) -> None:
    results = index.search("мир", collapse=True, since="2025-08-03", limit=100, sort="oldest")
    assert [hit.id for hit in results] == ["2-2", "3-2", "6-2", "7-2", "10-2", "11-2"]
    assert results[0].cluster == Cluster(3, ("источник 0", "источник 1", "источник 2"))
    assert index.facets("мир", by="source").total == 30


def test_the_duplicates_of_an_article_are_listed_first_published_first(index: Index) -> None:
    for asked in ("3-0", "3-2"):
        found = index.duplicates(asked)
        assert [duplicate.id for duplicate in found] == ["3-0", "3-1", "3-2", "3-3"]
        assert [d.similarity == 1 for d in found] == [d.id == asked for d in found]
    assert [d.id for d in index.duplicates("7-2")] == ["7-1", "7-2", "7-3", "7-0"]
    assert found[1].as_dict()["published"] == "2025-08-02T03:00:00+03:00"
    assert found[1].url == "https://a.example/3/1"
    assert index.duplicates("0-0") == index.duplicates("nothing") == ()


def test_an_index_without_reprints_collapses_nothing(make_index: MakeIndex) -> None:
    index = make_index([article("мир"), article("мир и война")])
    assert index.search("мир", collapse=True).total == 2
    assert make_index([], name="empty.idx").search("мир", collapse=True).total == 0


def test_the_same_text_is_an_update_or_a_reprint_by_its_url(make_index: MakeIndex) -> None:
    text = GOLD["ru"][0]
    here = article(text, title="Т", url="https://a.example/1")
    index = make_index([here, here, article(text, title="Т", url="https://b.example/1")])
    assert len(index) == 2
    assert len(index.duplicates(here.id)) == 2
    for again in ({"day": "2025-08-02T10:00"}, {"title": "Другой"}):
        with index.writer() as writer:
            writer.add(article(text, **{"title": "Т", "url": "https://a.example/1"} | again))
        index.refresh()
        assert len(index) == 2
    plain = article(text, title="Т")
    index = make_index([plain, article(text, title="Т")], name="plain.idx")
    assert len(index) == 1


def test_the_command_line_collapses_and_lists(tmp_path: Path) -> None:
    first, reprint, other = GOLD["ru"]
    lines = [
        {"id": "b", "title": "Вторая", "text": reprint, "date": "2025-08-02", "source": "два"},
        {"id": "a", "title": "Первая", "text": first, "date": "2025-08-01", "source": "один"},
        {"id": "c", "title": "Другая", "text": other, "date": "2025-08-01", "source": "три"},
    ]
    source = tmp_path / "news.jsonl"
    source.write_text("\n".join(json.dumps(line) for line in lines))
    place = ("-i", tmp_path / "t.idx")
    assert run("index", source, *place).returncode == 0
    done = run("search", "Токио", "--collapse", *place)
    hits = {hit["id"]: hit for hit in map(json.loads, done.stdout.splitlines())}
    assert hits.keys() == {"a", "c"}
    assert hits["a"]["cluster"] == {"articles": 2, "sources": ["один", "два"]}
    assert run("search", "Токио", "--collapse", "--count", *place).stdout == "2\n"
    every = run("search", "Токио", "--collapse", "--all", *place).stdout.splitlines()
    assert {json.loads(line)["id"] for line in every} == {"a", "c"}
    done = run("duplicates", "b", *place)
    assert [json.loads(line)["source"] for line in done.stdout.splitlines()] == ["один", "два"]
    assert [json.loads(line)["similarity"] == 1 for line in done.stdout.splitlines()] == [0, 1]
    done = run("duplicates", "c", *place)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    done = run("duplicates", "x", *place)
    assert done.returncode == 1
    assert "no article" in done.stderr
