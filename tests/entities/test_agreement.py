"""Corrections of labels: the tokens of one document, and what is parted or joined in them."""

from __future__ import annotations

import numpy as np
import pytest

from newsindex.entities.agreement import corrected
from newsindex.entities.tokens import tokenise
from newsindex.entities.weights import LABELS


def names(text: str, *found: str) -> list[str]:
    """What the corrections make of ``found``, names in ``text`` as ``ORG СБУ``."""
    tokens = tokenise(text)
    labels = [0] * len(tokens.forms)
    for name in found:
        kind, _, form = name.partition(" ")
        start = text.index(form)
        for i, (low, high) in enumerate(zip(tokens.starts, tokens.stops, strict=True)):
            if start <= low < high <= start + len(form):
                labels[i] = LABELS.index(("B-" if low == start else "I-") + kind)
    given: list[str] = []
    forms = tokens.forms
    capital = np.array([form[:1].isupper() for form in forms])
    after = corrected(forms, np.array(labels), capital, [0, len(forms)])
    for form, label in zip(forms, after.tolist(), strict=True):
        if label and LABELS[label][0] == "B":
            given.append(f"{LABELS[label][2:]} {form}")
        elif label:
            given[-1] += f" {form}"
    return given


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (
            "У Малині Житомирської області дощ.",
            "LOC Малині Житомирської області",
            ["LOC Малині", "LOC Житомирської області"],
        ),
        (
            "Пожар в Толедо, штат Огайо, потушен.",
            "LOC Толедо, штат Огайо",
            ["LOC Толедо", "LOC штат Огайо"],
        ),
        (
            "Київська та Одеська області без світла.",
            "LOC Київська та Одеська області",
            ["LOC Київська та Одеська області"],
        ),
        (
            "Советник Кравчука Джон Смит ушёл.",
            "PER Кравчука Джон Смит",
            ["PER Кравчука", "PER Джон Смит"],
        ),
        (
            "Губернатор Айовы Джон Смит ушёл.",
            "PER Айовы Джон Смит",
            ["LOC Айовы", "PER Джон Смит"],
        ),
        ("Ректор КНУ Игорь Сова ушёл.", "ORG КНУ Игорь Сова", ["ORG КНУ", "PER Игорь Сова"]),
        (
            "Пришёл Иванов Пётр Сергеевич.",
            "PER Иванов Пётр Сергеевич",
            ["PER Иванов Пётр Сергеевич"],
        ),
        (
            "Деньги дал Фонд Бориса Ельцина.",
            "ORG Фонд Бориса Ельцина",
            ["ORG Фонд Бориса Ельцина"],
        ),
    ],
)
def test_names_that_only_stand_side_by_side_are_parted(
    text: str, found: str, expected: list[str]
) -> None:
    assert names(text, found) == expected


def test_a_country_in_the_genitive_ends_the_body_before_it() -> None:
    text = "Секретариат безопасности Японии закрыт."
    found = ["ORG Секретариат безопасности", "LOC Японии"]
    assert names(text, *found) == ["ORG Секретариат безопасности Японии"]


def test_a_bare_surname_is_the_person_named_in_full() -> None:
    text = "Пришла Анна Кривошлык. Слово взяла Кривошлык."
    assert names(text, "PER Анна Кривошлык") == ["PER Анна Кривошлык", "PER Кривошлык"]
