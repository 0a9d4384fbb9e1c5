"""Spans: where a name begins and ends in the text, of whatever tokens the tagger marked."""

from __future__ import annotations

import numpy as np
import pytest

from newsindex.entities.spans import names_in
from newsindex.entities.tokens import tokenise
from newsindex.entities.weights import LABELS


def spans(text: str, kind: str, marked: str) -> list[str]:
    """What is found in ``text`` when all tokens of ``marked`` are labelled as one name."""
    tokens = tokenise(text)
    labels = np.zeros(len(tokens.forms), np.intp)
    low = text.index(marked)
    inside = [
        i
        for i, form in enumerate(tokens.forms)
        if form and low <= tokens.starts[i] < low + len(marked)
    ]
    labels[inside] = LABELS.index(f"I-{kind}")
    labels[inside[0]] = LABELS.index(f"B-{kind}")
    return [text[start:stop] for _, start, stop in names_in(text, tokens, labels)]


@pytest.mark.parametrize(
    ("text", "kind", "marked", "expected"),
    [
        ("🔸Дзен купит сервис.", "ORG", "🔸Дзен", ["Дзен"]),
        ("⚡️Минздрав решил.", "ORG", "⚡️Минздрав", ["Минздрав"]),
        ("Газета 😎 Искра вышла.", "ORG", "Газета 😎 Искра", ["Газета", "Искра"]),
        ("Канал | Крым", "ORG", "Канал | Крым", ["Канал", "Крым"]),
        ("• Олена Шевчук, лікарка", "PER", "• Олена Шевчук", ["Олена Шевчук"]),
        ("Про це пише ➡️«Зоря»!", "ORG", "➡️«Зоря»", ["«Зоря»"]),
        ("Школа № 15 відкрита.", "ORG", "Школа № 15", ["Школа № 15"]),
        ("Учит C++ и C#, Yahoo! тоже.", "ORG", "C++", ["C++"]),
        ("Приехал Ким Ч. И. вчера", "PER", "Ким Ч. И.", ["Ким Ч. И."]),
        ("🔥🔥🔥", "LOC", "🔥🔥🔥", []),
    ],
)
def test_signs_around_a_name_are_no_part_of_it_and_part_names_within(
    text: str, kind: str, marked: str, expected: list[str]
) -> None:
    assert spans(text, kind, marked) == expected
