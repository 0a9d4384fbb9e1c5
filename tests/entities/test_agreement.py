"""Corrections of labels: the tokens of one document, and what is parted or joined in them."""

from __future__ import annotations

import numpy as np
import pytest

from newsindex.entities.agreement import corrected
from tests.entities.labelled import names


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


def test_a_word_that_is_a_name_anyway_may_be_a_known_surname() -> None:
    text = "Пришёл Олег Садовый. Слово дали Садовому."
    assert names(text, "PER Олег Садовый", "LOC Садовому")[1:] == ["PER Садовому"]
    # No name, and a place that the gazetteer has.
    assert names(text, "PER Олег Садовый")[1:] == []
    text = "Пришёл Олег Киев. Ехали через Киев домой."
    assert names(text, "PER Олег Киев", "LOC Киев ")[1:] == ["LOC Киев"]


def test_a_word_is_what_its_document_mostly_takes_it_for() -> None:
    text = "Дромыш ждёт. Видели Дромыша. Дали Дромышу слово."
    found = ["PER Дромыш", "PER Дромыша", "LOC Дромышу"]
    assert names(text, *found) == ["PER Дромыш", "PER Дромыша", "PER Дромышу"]
    assert names(text, "PER Дромыш", "LOC Дромышу") == ["PER Дромыш", "LOC Дромышу"]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (
            "Пётр Мавделла умер. Вдова Мавделлы Кроса Нюшель плачет. Ей помог Иван Лось.",
            ["PER Пётр Мавделла", "PER Мавделлы Кроса Нюшель", "PER Иван Лось"],
            ["PER Пётр Мавделла", "PER Мавделлы", "PER Кроса Нюшель", "PER Иван Лось"],
        ),
        (
            "Пётр Крот бежал. После Петра Крота Лось правил. Иван Лось упал.",
            ["PER Пётр Крот", "PER Петра Крота Лось", "PER Иван Лось"],
            ["PER Пётр Крот", "PER Петра Крота", "PER Лось", "PER Иван Лось"],
        ),
        (
            "Виконав Кротко Петро. Його привітав Іван Кротко, а Олег Лось мовчав.",
            ["PER Кротко Петро", "PER Іван Кротко", "PER Олег Лось"],
            ["PER Кротко Петро", "PER Іван Кротко", "PER Олег Лось"],
        ),
    ],
)
def test_one_whom_the_document_knows_is_no_part_of_another(
    text: str, found: list[str], expected: list[str]
) -> None:
    assert names(text, *found) == expected


def test_marks_within_a_name_do_no_harm() -> None:
    text = "Пётр Лось ушёл. Лось --- Крот пришёл. Иван Крот спит."
    found = ["PER Пётр Лось", "PER Лось --- Крот", "PER Иван Крот"]
    assert names(text, *found)[0] == "PER Пётр Лось"


def test_labels_that_no_tagger_gives_do_no_harm() -> None:
    forms = ["", "", "Иван", "Лось", "", "", "Лось", "Крот", "", "", "Крот", "", ""]
    labels = np.array([0, 0, 1, 2, 0, 0, 1, 2, 0, 0, 2, 0, 0])
    capital = np.array([form != "" for form in forms])
    assert corrected(forms, labels, capital, [0, len(forms)])[2:4].tolist() == [1, 2]


def test_two_countries_are_two_places() -> None:
    text = "Пакет допомоги США Україні зріс, Соединённые Штаты Америки его одобрили."
    found = names(text, "LOC США Україні", "LOC Соединённые Штаты Америки")
    assert found == ["LOC США", "LOC Україні", "LOC Соединённые Штаты Америки"]


@pytest.mark.parametrize(
    ("text", "place", "whole"),
    [
        ("Ракеты северной Кореи.", "Кореи", "северной Кореи"),
        ("У східній Європі тепло.", "Європі", "східній Європі"),
        ("Живут в штате Вашингтон.", "Вашингтон", "штате Вашингтон"),
        ("На півдні України дощ.", "України", "України"),
        ("Жарко в южной Африке.", "Африке", "Африке"),
        ("Поездка в новую Украину.", "Украину", "Украину"),
    ],
)
def test_small_letters_are_part_of_a_place_that_is_listed_so(
    text: str, place: str, whole: str
) -> None:
    assert names(text, f"LOC {place}") == [f"LOC {whole}"]


def test_a_quotation_after_a_fund_or_a_company_names_a_body() -> None:
    assert names("Об этом сообщили в фонде «Круг добра».") == ["ORG « Круг добра »"]
    assert names("Директор компанії «Рога та копита» мовчить.") == ["ORG « Рога та копита »"]
    # What is no body, what has no capital, and what is never closed.
    assert names("В романе «Круг добра» сто страниц, в компании «своих» скучно.") == []
    assert names("В компании «Круг добра сто человек.") == []
