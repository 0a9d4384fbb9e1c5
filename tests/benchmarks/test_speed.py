"""The speed benchmark: its corpora, its queries, and that it never times what does not agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

pytest.importorskip("psutil", reason="needs the extra 'bench'")

from benchmarks import speed
from benchmarks.speed import corpora, engines, keys, latency, machine, queries

DOCUMENTS = 300


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "corpus.jsonl"
    corpora.write_zipf(path, DOCUMENTS)
    return path


@pytest.fixture(scope="module")
def vocabulary(corpus: Path) -> queries.Vocabulary:
    return queries.survey(corpus, corpus.with_name("keys.txt"), seed=1)


# Corpora


def test_the_same_seed_generates_the_same_documents(corpus: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again", tmp_path / "other"
    corpora.write_zipf(again, DOCUMENTS)
    corpora.write_zipf(other, DOCUMENTS, seed=7)
    assert again.read_bytes() == corpus.read_bytes()
    assert other.read_bytes() != corpus.read_bytes()


def test_generated_documents_have_200_words_and_stand_in_order_of_date(corpus: Path) -> None:
    documents = list(corpora.read(corpus))
    assert [document.number for document in documents] == list(range(DOCUMENTS))
    assert {len(f"{d.title} {d.text}".split()) for d in documents} == {200}
    dates = [document.published for document in documents]
    assert dates == sorted(dates)
    assert dates[-1] - dates[0] > 9 * 365 * 86_400


def test_generated_words_are_inflected_forms_that_the_analysis_joins(
    vocabulary: queries.Vocabulary,
) -> None:
    forms = {form for _, title, body in vocabulary.sample for form in (*title, *body)}
    assert len(vocabulary.frequency) < 0.8 * len(forms)


def test_a_missing_real_corpus_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(corpora, "REAL_FOLDER", tmp_path)
    assert speed.main(["--corpus", "real", "--runs", str(tmp_path / "runs")]) == 2
    assert "onetv_ru_2000_2026" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


# Keys


def _document(title: str, text: str) -> corpora.Document:
    return corpora.Document(0, title, text, 0, "a.example", "ru")


def test_peers_get_one_key_a_position_and_no_phrase_reaches_from_title_to_body() -> None:
    title, body = keys.keys_of(_document("Пресс-секретарь сказал", "Сказал 3,5 раза"))
    assert (len(title), len(body)) == (3, 3)
    assert title[2] == body[0]
    assert keys.line_of(title, body).split() == [*title, *keys.GAP, *body]


def test_a_key_given_to_peers_is_letters_and_digits_only() -> None:
    title, body = keys.keys_of(_document("unian.net/a_b", "25% Су-34 C&A"))
    assert all(key.isalnum() for key in title + body)
    assert keys.written("3.5") != keys.written("3-5")


# Queries


def test_the_same_seed_draws_the_same_queries(vocabulary: queries.Vocabulary) -> None:
    first = dict(queries.Chooser(vocabulary, seed=3).classes(4))
    assert first == dict(queries.Chooser(vocabulary, seed=3).classes(4))
    assert len(first) >= 20
    for name, asked in first.items():
        assert 1 <= len({query.text for query in asked}) == len(asked) <= 4
        if name != "term in two keys":
            assert all(len(word) == 1 for query in asked for word in query.words)


# Agreement


class _Fake:
    """An engine that answers with ``hits``, and whose rows and count can be made to lie."""

    index_of = "fake"

    def __init__(self, hits: list[int], **lies: Any) -> None:
        self._hits = hits
        self._lies = lies

    def translate(self, query: queries.Query) -> queries.Query | None:
        return None if self._lies.get("unable") else query

    def numbers(self, asked: queries.Query) -> np.ndarray:
        return np.array(self._hits)

    def count(self, asked: queries.Query) -> int:
        return int(self._lies.get("count", len(self._hits)))

    def rows(self, asked: queries.Query) -> list[tuple[int, str, int]]:
        rows = [(n, "title", 100 + n) for n in sorted(self._hits, reverse=True)]
        return list(self._lies.get("rows", rows[: asked.limit]))


def _measure(one: _Fake, other: _Fake, **changes: Any) -> latency.ClassResult:
    query = queries.Query("а", "term", (("а",),), **changes)
    asked: dict[str, Any] = {"newsindex": one, "other": other}
    return latency.measure("class", [query], asked, np.arange(100, 110))


def test_engines_that_agree_are_timed_query_by_query() -> None:
    entry = latency.summary(_measure(_Fake([1, 2]), _Fake([2, 1])))
    assert entry["disagreements"] == []
    assert entry["engines"]["other"]["samples"] == entry["engines"]["newsindex"]["samples"] > 1
    assert entry["engines"]["newsindex"]["ratio"] == 1.0
    assert entry["median_hits"] == 2


@pytest.mark.parametrize(
    ("lie", "changes"),
    [
        (_Fake([1, 3]), {}),
        (_Fake([1]), {}),
        (_Fake([1, 2], rows=[(1, "title", 101)]), {}),
        (_Fake([1, 2], rows=[(1, "title", 101), (1, "title", 101)]), {}),
        (_Fake([1, 2], rows=[(1, "title", 101), (3, "title", 103)]), {}),
        (_Fake([1, 2], rows=[(1, "title", 101), (2, "title", 101)]), {}),
        (_Fake([1, 2], count=3), {"limit": queries.COUNT}),
        (_Fake([1, 2], rows=[(1, "title", 101)]), {"limit": 1, "newest": True}),
        (_Fake([1, 2], rows=[(2, "title", 102)]), {"limit": queries.ALL}),
    ],
    ids=[
        "another document",
        "a hit less",
        "a row less",
        "a row twice",
        "a row that is no hit",
        "a wrong date",
        "a wrong count",
        "not the newest",
        "not all",
    ],
)
def test_a_class_on_whose_hits_engines_disagree_is_not_timed(
    lie: _Fake, changes: dict[str, Any]
) -> None:
    entry = latency.summary(_measure(_Fake([1, 2]), lie, **changes))
    assert len(entry["disagreements"]) == 1
    assert entry["engines"] == {}


def test_an_engine_that_cannot_ask_is_left_out_of_the_class_alone() -> None:
    entry = latency.summary(_measure(_Fake([1, 2]), _Fake([], unable=True)))
    assert entry["unsupported"] == ["other"]
    assert set(entry["engines"]) == {"newsindex"}


# The whole


def test_a_run_measures_indexing_and_every_class(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--documents", str(DOCUMENTS), "--queries", "2", "--runs", str(tmp_path)]
    code = speed.main([*arguments, "--engines", "newsindex,newsindex-snippets,fts5"])
    assert code == 0, capsys.readouterr().out
    (path,) = tmp_path.glob(f"*-zipf-{DOCUMENTS}.json")
    run = orjson.loads(path.read_bytes())
    for name in ("newsindex", "fts5"):
        measures = run["indexing"][name]
        assert measures["documents"] == DOCUMENTS
        assert min(measures[n] for n in ("seconds", "bytes", "peak_bytes", "asked_bytes")) > 0
    by_class = {entry["class"]: entry for entry in run["latency"]}
    assert "fts5" in by_class["phrase of 3"]["engines"]
    assert by_class["phrase with slop"]["unsupported"] == ["fts5"]
    assert all(entry["disagreements"] == [] for entry in by_class.values())


@pytest.mark.parametrize("name", ["tantivy", "bm25s", "xapian", "whoosh"])
def test_each_peer_agrees_with_newsindex(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        engines.load(name)
    except ImportError as error:
        pytest.skip(str(error))
    arguments = ["--documents", "150", "--queries", "2", "--runs", str(tmp_path)]
    code = speed.main([*arguments, "--engines", f"newsindex,{name}"])
    assert code == 0, capsys.readouterr().out


def test_an_engine_that_fails_is_named_with_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def corrupt(path: Path, documents: int, seed: int) -> None:
        path.write_text('["title", "text", "no date", "a.example", "ru"]\n' * documents)

    monkeypatch.setattr(corpora, "write_zipf", corrupt)
    assert speed.main(["--documents", "3", "--engines", "fts5", "--runs", str(tmp_path)]) == 2
    assert "fts5: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_machine_is_described_without_its_name_or_folders() -> None:
    import platform

    described = machine.describe()
    assert described["cores"] >= 1
    assert platform.node() not in orjson.dumps(described).decode() or not platform.node()
    assert str(Path.home()) not in orjson.dumps(described).decode()
