"""The speed benchmark: its corpora, its queries, and that it never times what does not agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

pytest.importorskip("psutil", reason="needs the extra 'bench'")

from benchmarks import speed
from benchmarks.speed import (
    corpora,
    engines,
    indexing,
    keys,
    latency,
    machine,
    queries,
    survey,
    zipf,
)

DOCUMENTS = 300


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "corpus.jsonl"
    zipf.write_zipf(path, DOCUMENTS)
    return path


@pytest.fixture(scope="module")
def vocabulary(corpus: Path) -> survey.Vocabulary:
    return survey.survey(corpus, corpus.with_name("keys.jsonl"), seed=1)


# Corpora


def test_the_same_seed_generates_the_same_documents(corpus: Path, tmp_path: Path) -> None:
    again, other = tmp_path / "again", tmp_path / "other"
    zipf.write_zipf(again, DOCUMENTS)
    zipf.write_zipf(other, DOCUMENTS, seed=7)
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
    vocabulary: survey.Vocabulary,
) -> None:
    forms = {form for _, title, body in vocabulary.sample() for form in (*title, *body)}
    assert len(vocabulary.frequency) < 0.8 * len(forms)


def test_a_missing_real_corpus_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(corpora, "REAL_FOLDER", tmp_path)
    assert speed.main(["--corpus", "real", "--runs", str(tmp_path / "runs")]) == 2
    assert "onetv_ru_2000_2026" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_the_entities_of_a_generated_document_stand_where_its_record_says(corpus: Path) -> None:
    kinds = set()
    for document in corpora.read(corpus):
        for entity in document.entities or ():
            text = document.title if entity["field"] == "title" else document.text
            form = text[entity["start"] : entity["end"]]
            assert form[:4] == entity["name"][:4]
            assert form.istitle()
            kinds.add((entity["type"], entity["field"]))
    assert len(kinds) == 6


def test_every_case_form_of_a_generated_entity_has_one_key() -> None:
    for entity in zipf._entities(np.random.default_rng(1))[:300]:
        found = set()
        for form in map(" ".join, entity.forms):
            record = {"type": entity.kind, "name": form, "field": "text", "start": 0}
            document = corpora.Document(
                0, "", form, 0, "a.example", "ru", [{**record, "end": len(form)}]
            )
            found.add(frozenset(keys.entity_keys_of(document)))
        assert len(found) == 1, entity


# Keys


def _document(title: str, text: str) -> corpora.Document:
    return corpora.Document(0, title, text, 0, "a.example", "ru")


def test_peers_get_one_key_a_position_and_no_phrase_reaches_from_title_to_body() -> None:
    document = _document("Пресс-секретарь сказал", "Сказал 3,5 раза")
    title, body = keys.keys_of(document)
    assert (len(title), len(body)) == (3, 3)
    assert title[2] == body[0]
    line = orjson.loads(keys.line_of(document, title, body, []))
    assert line[3].split() == [*title, *keys.GAP, *body]


def test_a_key_given_to_peers_is_letters_and_digits_only() -> None:
    title, body = keys.keys_of(_document("unian.net/a_b", "25% Су-34 C&A"))
    assert all(key.isalnum() for key in title + body)
    assert keys.written("3.5") != keys.written("3-5")


# Queries


def test_the_same_seed_draws_the_same_queries(vocabulary: survey.Vocabulary) -> None:
    first = dict(queries.Chooser(vocabulary, seed=3).classes(4))
    assert first == dict(queries.Chooser(vocabulary, seed=3).classes(4))
    assert len(first) >= 20
    for name, asked in first.items():
        assert 1 <= len({query.text for query in asked}) == len(asked) <= 4
        if name != "term in two keys":
            assert all(len(word) == 1 for query in asked for word in query.words)


def test_a_word_and_an_entity_are_asked_for_by_name_and_by_key(
    vocabulary: survey.Vocabulary,
) -> None:
    asked = dict(queries.Chooser(vocabulary, seed=3).classes(30))["term and entity"]
    assert {query.text.split()[1].partition(":")[0] for query in asked} == {
        "person",
        "org",
        "place",
    }
    assert all(query.entity and set(query.entity) <= vocabulary.entities for query in asked)


def test_two_processes_survey_a_corpus_as_one_does(
    corpus: Path, vocabulary: survey.Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(survey, "_PROCESSES_FROM", 1)
    monkeypatch.setattr(survey, "_BLOCK", 70)
    both = survey.survey(corpus, tmp_path / "keys.jsonl", seed=1)
    assert (tmp_path / "keys.jsonl").read_bytes() == corpus.with_name("keys.jsonl").read_bytes()
    assert both.frequency == vocabulary.frequency
    assert both.entities == vocabulary.entities
    assert both.lines == vocabulary.lines
    # What the forms of words have as keys this process knew before and so did not tell again.
    assert all(both.keys["ru"][form] == key for form, key in vocabulary.keys["ru"].items())


def test_a_survey_is_read_back_as_it_was(vocabulary: survey.Vocabulary, tmp_path: Path) -> None:
    survey.save(vocabulary, tmp_path / "survey.json")
    again = survey.load(tmp_path / "survey.json")
    assert again.published.tolist() == vocabulary.published.tolist()
    drawn = [dict(queries.Chooser(one, seed=3).classes(4)) for one in (again, vocabulary)]
    assert drawn[0] == drawn[1]


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


def test_a_run_measures_every_engine_on_every_class_and_all_agree(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--documents", str(DOCUMENTS), "--queries", "2", "--runs", str(tmp_path)]
    assert speed.main(arguments) == 0, capsys.readouterr().out
    (path,) = tmp_path.glob(f"*-zipf-{DOCUMENTS}.json")
    run = orjson.loads(path.read_bytes())
    assert set(run["versions"]) == {name for name in engines.NAMES if _is_installed(name)}
    assert {"newsindex", "fts5"} <= set(run["indexing"])
    for measures in run["indexing"].values():
        assert measures["documents"] == DOCUMENTS
        assert min(measures[n] for n in ("seconds", "bytes", "peak_bytes", "asked_bytes")) > 0
    assert run["indexing"]["newsindex"]["with_workers"]["documents"] == DOCUMENTS
    by_class = {entry["class"]: entry for entry in run["latency"]}
    assert all(entry["disagreements"] == [] for entry in by_class.values())
    assert "fts5" in by_class["phrase of 3"]["engines"]
    assert "fts5" in by_class["term and entity"]["engines"]
    assert "fts5" in by_class["phrase with slop"]["unsupported"]


def _is_installed(name: str) -> bool:
    try:
        engines.load(name)
    except ImportError:
        return False
    return True


def test_a_run_that_is_kept_goes_on_where_it_broke_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    work, runs = tmp_path / "work", tmp_path / "runs"
    arguments = ["--queries", "1", "--engines", "fts5", "--work", str(work), "--keep"]
    arguments += ["--documents", "100", "--runs", str(runs)]

    def broken(*_: object) -> dict[str, Any]:
        raise indexing.IndexingFailed("fts5: no room on the disk")

    with monkeypatch.context() as patched:
        patched.setattr(indexing, "index", broken)
        assert speed.main(arguments) == 2
    assert not runs.exists()
    monkeypatch.setattr(zipf, "write_zipf", None)
    monkeypatch.setattr(survey, "survey", None)
    assert speed.main(arguments) == 0, capsys.readouterr()
    monkeypatch.setattr(indexing, "index", broken)
    assert speed.main(arguments) == 0, capsys.readouterr()
    assert speed.main([*arguments, "--seed", "2"]) == 2
    assert "kept for" in capsys.readouterr().err


def test_an_engine_is_left_out_of_more_documents_than_it_can_take(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(engines.LIMITS, "fts5", (50, "it is a test"))
    arguments = ["--documents", "51", "--queries", "1", "--runs", str(tmp_path)]
    assert speed.main([*arguments, "--engines", "fts5"]) == 0
    assert "fts5: left out of more than 50 documents, it is a test" in capsys.readouterr().out


def test_an_engine_that_fails_is_named_with_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = survey.survey

    def with_corrupt_keys(corpus: Path, keys: Path, seed: int) -> survey.Vocabulary:
        vocabulary = whole(corpus, keys, seed)
        keys.write_text("[]\n")
        return vocabulary

    monkeypatch.setattr(survey, "survey", with_corrupt_keys)
    assert speed.main(["--documents", "3", "--engines", "fts5", "--runs", str(tmp_path)]) == 2
    assert "fts5: " in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_machine_is_described_without_its_name_or_folders() -> None:
    import platform

    described = machine.describe()
    assert described["cores"] >= 1
    assert platform.node() not in orjson.dumps(described).decode() or not platform.node()
    assert str(Path.home()) not in orjson.dumps(described).decode()
