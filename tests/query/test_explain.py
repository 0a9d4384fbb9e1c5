"""Explanations add up to the score; recency fades it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsindex import Index, InvalidArgument
from newsindex.cli import group
from tests.conftest import KYIV, MakeIndex, article

NOW = datetime(2025, 8, 31, tzinfo=KYIV)


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    return make_index(
        [
            article(
                "Новый пакет санкций согласован. Нефть дорожает.",
                title="Санкции",
                id="a",
                day="2025-08-01",
            ),
            article("Санкции и нефть, нефть и газ.", title="Нефть", id="b", day="2025-07-02"),
            article("Погода и урожай, а о нефти ни слова больше.", id="c", day=None),
            article("Санкции в полдень", id="d", day="2025-08-31"),
        ],
        commits=2,
    )


@pytest.mark.parametrize(
    "query",
    [
        "санкции",
        "санкции нефть",
        "санкции^3 OR нефть^0.5",
        "(санкции нефть)^2 OR погода",
        '"пакет санкций" OR title:нефть',
        "санкции NEAR/3 пакет",
        "SENTENCE(санкции пакет)^2 OR нефт*",
        '"санкции нефть погода"/2',
        "нефть -газ lang:ru",
        "(санкции газ) OR (санкции погода) OR нефть~1",
    ],
)
@pytest.mark.parametrize("recency", [None, "30d"])
def test_the_contributions_are_the_score(index: Index, query: str, recency: str | None) -> None:
    results = index.search(query, explain=True, recency=recency, now=NOW)
    assert results.hits
    for hit in results:
        assert hit.explanation is not None
        assert hit.explanation.score == pytest.approx(hit.score, rel=1e-5)
        assert json.dumps(hit.as_dict()["explanation"])


def test_a_contribution_says_where_it_comes_from(index: Index) -> None:
    hit = next(h for h in index.search("санкции OR погода", explain=True) if h.id == "a")
    assert hit.explanation is not None
    (part,) = hit.explanation.contributions
    assert (part.query, part.field, part.boost) == ("санкции", "text", 1.0)
    assert part.weight == 4.0  # once in the body, and in the title as three


def test_without_being_asked_nothing_is_explained(index: Index) -> None:
    assert all(hit.explanation is None for hit in index.search("нефть"))
    assert "explanation" not in index.search("нефть").hits[0].as_dict()


def test_recency_halves_a_score_with_each_half_life(index: Index) -> None:
    plain = {hit.id: hit.score for hit in index.search("санкции OR нефть", now=NOW)}
    for half_life in ("30d", timedelta(days=30)):
        faded = index.search("санкции OR нефть", recency=half_life, now=NOW)
        scores = {hit.id: hit.score for hit in faded}
        assert scores["d"] == pytest.approx(plain["d"])
        assert scores["a"] == pytest.approx(plain["a"] / 2, rel=1e-5)
        assert scores["b"] == pytest.approx(plain["b"] / 4, rel=1e-5)
        assert scores["c"] == pytest.approx(plain["c"] / 1024, rel=1e-5)
        assert [hit.score for hit in faded] == sorted(scores.values(), reverse=True)


def test_recency_changes_the_order_only(index: Index) -> None:
    for query in ("санкции", "lang:ru санкции", ""):
        for since in (None, "2025-08"):
            expected = {hit.id for hit in index.search(query, since=since)}
            assert {h.id for h in index.search(query, since=since, recency="1d")} == expected


@pytest.mark.parametrize("recency", ["", "30", "d", "0d", "-1d", "30 Tage"])
def test_what_is_no_half_life_is_refused(index: Index, recency: str) -> None:
    with pytest.raises(InvalidArgument, match="score is halved"):
        index.search("нефть", recency=recency)


def test_the_shell_explains(index: Index, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("newsindex.cli.search.on_terminal", lambda: True)
    asked = ["search", "санкции", "-i", str(index.path), "--explain", "--recency", "30d"]
    done = CliRunner().invoke(group, asked)
    assert "text:санкции   occurrences 4 (title x3), idf" in done.output
    assert "for its age" in done.output
