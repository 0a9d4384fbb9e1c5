"""Queries of many words take shortcuts; these change nothing of what is found."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsindex import Article, Index
from newsindex.query.dictionary import form_rows
from newsindex.query.expansion import fuzzy, within
from newsindex.query.parser import parse
from newsindex.query.proximity import Intervals
from newsindex.query.reader import MAX_WORDS
from tests.conftest import MakeIndex, article

WORDS = (
    "мир война договор министр область город ракета санкция закон школа море газ нефть уряд місто"
).split()


def _distance(one: str, other: str) -> int:
    """Optimal string alignment, by its definition."""
    if not one or not other:
        return len(one) + len(other)
    best = min(
        _distance(one[:-1], other) + 1,
        _distance(one, other[:-1]) + 1,
        _distance(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if len(one) > 1 and len(other) > 1 and one[-2:] == other[-2:][::-1]:
        best = min(best, _distance(one[:-2], other[:-2]) + 1)
    return best


# Of these some pairs share a bit, others a low byte.
_SPELLED = st.text("абвсpԀa", min_size=1, max_size=5)


@given(_SPELLED, _SPELLED, st.integers(1, 2))
def test_words_are_near_if_so_many_edits_lead_from_one_to_the_other(
    one: str, other: str, distance: int
) -> None:
    assert within(one, other, distance) is (_distance(one, other) <= distance)


@given(st.lists(st.text("абвсерa", min_size=3, max_size=6), min_size=1, max_size=30, unique=True))
@settings(max_examples=20, deadline=None)
def test_a_dictionary_gives_the_forms_that_are_near(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    index = Index.create(tmp_path_factory.mktemp("forms") / "test.idx", extractor=None)
    with index.writer() as writer:
        writer.add(Article("", " ".join(words), language="ru", id="1"))
    index.refresh()
    (segment,) = index._snapshot.segments
    forms = [form.decode() for form in segment.forms]
    for distance in (1, 2):
        expansion = fuzzy(words[0], distance)
        assert expansion is not None
        text, allowed = expansion.texts[0], expansion.distance
        near = [
            row
            for row, form in enumerate(forms)
            if form[:1].isalnum() and within(form, text, allowed)
        ]
        assert form_rows(segment, expansion).tolist() == near


_PARTS = st.lists(
    st.tuples(st.sets(st.tuples(st.integers(0, 5), st.integers(0, 19))), st.integers(0, 3)),
    min_size=1,
    max_size=6,
)


@given(_PARTS, st.integers(20, 3000))
def test_the_intervals_of_many_parts_are_those_of_all_in_order(
    parts: list[tuple[set[tuple[int, int]], int]], room: int
) -> None:
    intervals = []
    for places, length in parts:
        begin = np.array(sorted((doc << 32) + place for doc, place in places), dtype=np.int64)
        intervals.append(Intervals(begin, begin + length if length else begin))
    found = Intervals.any_of(intervals, np.full(6, room, dtype=np.int64))
    wanted = {
        ((doc << 32) + place, (doc << 32) + place + length)
        for places, length in parts
        for doc, place in places
    }
    assert list(zip(found.begin.tolist(), found.end.tolist(), strict=True)) == sorted(wanted)


def test_an_or_of_many_words_scores_each_as_if_alone(make_index: MakeIndex) -> None:
    rng = random.Random(1)
    articles = [
        article(
            " ".join(rng.choices(WORDS, k=rng.randint(1, 9))), day=f"2025-08-{day:02}", id=f"{n}"
        )
        for n, day in enumerate(rng.choices(range(1, 29), k=300))
    ]
    index = make_index(articles, commits=2)
    alone: dict[str, float] = {}
    for word in (*WORDS, "городом"):
        for hit in index.search(word, limit=300):
            alone[hit.id] = alone.get(hit.id, 0.0) + hit.score
    query = " OR ".join([*WORDS, "городом"])
    for text in (query, f"({query}) date:2025-08-10..2025-08-12", f"({query}) мир"):
        results = index.search(text, limit=300)
        own = {hit.id: hit.score for hit in index.search("мир", limit=300)}
        assert results.total
        for hit in results:
            more = own[hit.id] if text.endswith(" мир") else 0.0
            assert hit.score == pytest.approx(alone[hit.id] + more, rel=1e-5)
    assert index.search(query).total == len(alone)


def test_forms_of_one_word_in_a_bracket_stand_at_its_places_once(make_index: MakeIndex) -> None:
    index = make_index([article("Города строят. Мир в городе.", id="1"), article("Город.", id="2")])
    found = index.search("SENTENCE((город OR городом OR города) мир)")
    once = index.search("SENTENCE(город мир)")
    assert [hit.id for hit in found] == [hit.id for hit in once] == ["1"]


def test_an_or_within_a_sentence_holds_as_many_words_as_a_phrase_and_says_so() -> None:
    words = [f"слово{number}" for number in range(MAX_WORDS + 1)]
    many = f"({' OR '.join(words[:40])} OR ({' OR '.join(words[40:])}))"
    (found,) = parse(f"SENTENCE({many} мир)", "UTC").diagnostics
    assert f"the first {MAX_WORDS}" in found.message
    tree = str(parse(f"{many} NEAR мир", "UTC").tree)
    assert f"text:{words[-2]})" in tree
    assert words[-1] not in tree
    assert not parse(f"SENTENCE(({' OR '.join(words[:MAX_WORDS])}) мир)", "UTC").diagnostics
    assert not parse(many, "UTC").diagnostics
