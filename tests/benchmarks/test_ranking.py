"""The measures of the benchmark of ranking."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.ranking import Item, Values, chance, known_items, stories, without_headline


def _values(*values: float) -> Values:
    return Values(np.array(values), np.ones(len(values)))


def test_measures_are_taken_for_each_query() -> None:
    items = [Item(headline, "", "ru", story) for headline, story in ("aA", "bA", "bB", "cB")]
    answers = {"a": [1, 0], "b": [3, 2, 1], "c": []}
    ranks = known_items(items, lambda headline, limit: answers[headline][:limit])
    assert ranks.values.tolist() == [0.5, 0.5, 0.0]
    assert ranks.times.tolist() == [1, 2, 1]
    assert ranks.mean == pytest.approx(0.375)
    precision = stories(items, lambda headline, limit: answers[headline][:limit])
    assert precision.values.tolist() == [1.0, 0.0, 1.0, 0.0]


def test_a_difference_is_by_chance_or_is_not() -> None:
    same = _values(*[0.5, 1.0] * 10)
    assert chance(same, same) == 1.0
    assert chance(same, _values(*[0.6, 0.9] * 10)) == 1.0
    assert chance(same, _values(*[0.4, 0.9] * 10)) < 0.001
    assert chance(_values(1.0), _values(0.0)) == 1.0


def test_the_headline_is_cut_where_a_line_begins_with_it() -> None:
    assert without_headline("Мир, война!\nИ мир, война", "мир война") == " \nИ мир, война"
