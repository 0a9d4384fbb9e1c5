"""What leaves the index: exports, answers to batches, articles like another."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

import newsindex
from newsindex import Index, IndexWriteError, InvalidArgument
from newsindex.engine.batch import run_batch
from tests.conftest import MakeIndex, article

ARTICLES = [
    article(
        'Санкции против банков ввёл Лондон; "новый пакет", сказал Андрей Ермак.\n\nВторой абзац.',
        title="=HYPERLINK(1) Санкции",
        id="a",
        url="https://a.example/1",
        source="a.example",
    ),
    article("Банки под санкциями: пакет из Лондона.", title="@банки", day="2025-08-02", id="b"),
    article("Санкції проти банків: пакет з Лондона, Єрмак.", day=None, language="uk", id="c"),
    article("Погода: дожди и ветер.", day="2025-08-03", id="d"),
]


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    return make_index(ARTICLES, commits=2)


def test_exported_json_lines_are_read_back_as_they_were(index: Index, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    assert index.export("", target) == 4
    again = [item for item in newsindex.read(target) if isinstance(item, newsindex.Article)]
    assert {a.id: a for a in again} == {a.id: index.get(a.id) for a in ARTICLES}


def test_no_cell_of_a_csv_is_a_formula(index: Index, tmp_path: Path) -> None:
    assert index.export("санкции", tmp_path / "o.csv", sort="oldest") == 3
    assert (tmp_path / "o.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with open(tmp_path / "o.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows["a"]["title"] == "'=HYPERLINK(1) Санкции"
    assert rows["b"]["title"] == "'@банки"
    assert rows["a"]["text"] == ARTICLES[0].text
    assert rows["c"]["published"] == ""
    index.export("санкции", tmp_path / "raw.csv", raw=True)
    assert "\n=HYPERLINK" not in (tmp_path / "o.csv").read_text(encoding="utf-8-sig")
    assert ",=HYPERLINK(1)" in (tmp_path / "raw.csv").read_text(encoding="utf-8-sig")


def test_parquet_keeps_dates_as_dates(index: Index, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert index.export("", tmp_path / "o.parquet", sort="oldest") == 4
    rows = parquet.read_table(tmp_path / "o.parquet").to_pylist()
    assert [row["id"] for row in rows] == ["c", "a", "b", "d"]
    assert rows[0]["published"] is None
    assert rows[1]["published"] == ARTICLES[0].published
    assert rows[1]["text"] == ARTICLES[0].text


def test_a_failed_export_leaves_what_was_there(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "o.jsonl"
    target.write_text("before")

    def failing(*_: object, **__: object) -> object:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("newsindex.results.export.orjson.dumps", failing)
    with pytest.raises(IndexWriteError, match="No space left"):
        index.export("", target)
    assert target.read_text() == "before"
    assert {path.name for path in tmp_path.iterdir()} == {"o.jsonl", "test.idx"}
    with pytest.raises(IndexWriteError):
        index.export("", tmp_path / "nowhere" / "o.jsonl")


def test_a_name_that_says_no_format_is_refused(index: Index, tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match=r"\.jsonl"):
        index.export("", tmp_path / "o.xlsx")
    assert index.export("", tmp_path / "o.txt", form="jsonl") == 4


def test_a_bad_line_of_a_batch_costs_that_line(index: Index) -> None:
    lines = [
        b"\xd1\x81\xd0\xb0\xd0\xbd\xd0\xba\xd1\x86\xd0\xb8\xd0\xb8\n",
        b"\n",
        b"\xff\xfe\n",
        b"{broken\n",
        json.dumps({"query": "санкции", "since": "2025-08-02", "limit": 1}).encode(),
        b'{"query": 5}',
        b'{"colour": "red"}',
        b'{"since": "sometime"}',
        b'{"limit": true}',
        b'{"source": [1]}',
        json.dumps({"query": "погода", "sort": "newest", "language": ["ru"]}).encode(),
    ]
    answers = {answer["line"]: answer for answer in run_batch(index, lines, limit=0)}
    assert {n: a["total"] for n, a in answers.items() if "total" in a} == {1: 3, 5: 1, 11: 1}
    assert {n for n, a in answers.items() if "error" in a} == {3, 4, 6, 7, 8, 9, 10}
    assert answers[3]["error"] == "expected UTF-8, found byte 0xff at 0"
    assert answers[6]["error"] == "query: expected a string, found 5"
    assert answers[9]["error"] == "limit: expected a whole number, found True"
    assert answers[10]["error"] == "source: expected a string or a list of strings, found [1]"
    assert len(answers[5]["hits"]) == 1
    assert answers[1]["hits"] == []
    assert json.dumps(list(answers.values()))


@pytest.mark.parametrize("wrong", [{"since": "sometime"}, {"limit": -1}, {"sort": "best"}])
def test_what_is_wrong_for_every_line_of_a_batch_is_raised_once(
    index: Index, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InvalidArgument):
        list(run_batch(index, [b"a\n", b"b\n"], **wrong))


def test_an_article_is_similar_to_those_that_share_its_words_and_names(index: Index) -> None:
    results = index.similar("a")
    assert {hit.id for hit in results} == {"b", "c"}
    assert all(hit.score > 0 for hit in results)
    assert {hit.id for hit in index.similar("a", language="uk")} == {"c"}
    assert len(index.similar("a", limit=1)) == 1
    assert index.similar("d").total == 0


def test_what_is_similar_to_no_article_of_the_index_is_an_error(index: Index) -> None:
    with pytest.raises(
        InvalidArgument, match=r"test\.idx: expected the id .* found 'nothere'; .*hit"
    ):
        index.similar("nothere")


def test_a_name_in_common_makes_articles_similar(make_index: MakeIndex) -> None:
    fillers = [article(f"Новость номер {'абвгдежзик'[i] * 3}.", id=f"f{i}") for i in range(10)]
    index = make_index([
        article("Выступил Андрей Ермак.", id="1"),
        article("Ответил Андрій Єрмак.", language="uk", id="2"),
        *fillers,
    ])  # fmt: skip
    assert [hit.id for hit in index.similar("1")] == ["2"]
