"""The round trip: an index made of what another one exported holds the same."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import newsindex
from newsindex import Article, Index
from tests.conftest import MakeIndex, article

SETS = (
    "interfax_ru_2021/articles",
    "onetv_ru_2000_2026/news",
    "tg_ru_2024/posts",
    "tsn_tg_uk_2022/posts",
)


def built(lines: Path, folder: Path, *, names: bool) -> Index:
    index = Index.create(folder, **({} if names else {"extractor": None}))
    with index.writer() as writer:
        for item in newsindex.read(lines):
            if isinstance(item, Article):
                writer.add(item)
    index.refresh()
    return index


def records(index: Index) -> dict[str, object]:
    return {hit.id: index.record(hit.id) for hit in index.scan("")}


def some(data: Path, count: int, target: Path) -> Path:
    """The first ``count`` records of each of several archives, as one file."""
    lines: list[str] = []
    for name in SETS:
        with gzip.open(data / f"{name}.jsonl.gz", "rt", encoding="utf-8") as file:
            lines += itertools.islice(file, count)
    target.write_text("".join(lines), encoding="utf-8")
    return target


def test_2000_real_articles_come_back_as_they_were(data: Path, tmp_path: Path) -> None:
    first = built(some(data, 500, tmp_path / "in.jsonl"), tmp_path / "a.idx", names=False)
    assert first.export("", tmp_path / "a.jsonl") == len(first) > 1900
    second = built(tmp_path / "a.jsonl", tmp_path / "b.idx", names=False)
    assert records(second) == records(first)


def test_names_of_real_articles_come_back_with_their_places(data: Path, tmp_path: Path) -> None:
    first = built(some(data, 20, tmp_path / "in.jsonl"), tmp_path / "a.idx", names=True)
    first.export("", tmp_path / "a.jsonl")
    second = built(tmp_path / "a.jsonl", tmp_path / "b.idx", names=True)
    assert sum(len(second.mentions(identifier)) for identifier in records(second)) > 50
    assert records(second) == records(first)


def test_what_looks_like_an_opening_is_not_cut_a_second_time(tmp_path: Path) -> None:
    record = {
        "title": "Саммит в Киеве",
        "text": "Саммит в Киеве\n\nКиев. 5 марта. ИНТЕРФАКС - Андрей Ермак открыл саммит в Киеве."
        "\n\nПодробности позже.",
        "published": "2025-08-01T10:00:00+09:00",
    }
    (tmp_path / "in.jsonl").write_text(json.dumps(record), encoding="utf-8")
    first = built(tmp_path / "in.jsonl", tmp_path / "a.idx", names=True)
    first.export("", tmp_path / "a.jsonl")
    second = built(tmp_path / "a.jsonl", tmp_path / "b.idx", names=True)
    assert records(second) == records(first)
    (hit,) = second.search("person:Ермак")
    assert hit.published is not None
    assert hit.published.isoformat() == "2025-08-01T10:00:00+09:00"


def test_names_that_an_article_brought_with_it_are_exported(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    given = newsindex.GivenEntity("person", "Ким Зэтян", (("text", 0, 9),))
    first = make_index([Article(title="О", text="Ким Зэтян там.", id="a", entities=(given,))])
    (copied,) = first.articles("")
    assert copied.entities == (given,)
    first.export("", tmp_path / "a.jsonl")
    line = json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8"))
    assert line["entities"] == [
        {"kind": "person", "name": "Ким Зэтян", "field": "text", "start": 0, "stop": 9}
    ]
    second = built(tmp_path / "a.jsonl", tmp_path / "b.idx", names=True)
    assert records(second) == records(first)


def test_an_index_without_names_exports_none(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "a.idx", extractor=None)
    with index.writer() as writer:
        writer.add(article("Андрей Ермак в Киеве.", id="a"))
    index.refresh()
    index.export("", tmp_path / "a.jsonl")
    assert "entities" not in json.loads((tmp_path / "a.jsonl").read_text(encoding="utf-8"))
    again = built(tmp_path / "a.jsonl", tmp_path / "b.idx", names=True)
    assert again.search("person:Ермак").total == 1
