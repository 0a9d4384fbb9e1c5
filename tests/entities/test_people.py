"""Corrections of labels of persons, and how many words a place takes."""

from __future__ import annotations

import pytest

from newsindex.entities import persons, places
from tests.entities.labelled import names


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (
            "Боевик Абу Мусаб аз-Зарка убит.",
            ["PER Абу Мусаб"],
            ["PER Абу Мусаб аз-Зарка"],
        ),
        (
            "Умер Эдсон ду Насименту.",
            ["PER Эдсон"],
            ["PER Эдсон ду Насименту"],
        ),
        (
            "Шейх Тамим бен Хамад Аль Тани прилетел.",
            ["PER Тамим", "PER Хамад Аль Тани"],
            ["PER Тамим бен Хамад Аль Тани"],
        ),
        ("Министр Йостен ван Кампен ушёл.", ["PER ван Кампен"], ["PER Йостен ван Кампен"]),
        (
            "Ждём Нильса Хенрика Лося.",
            ["PER Нильса", "PER Хенрика Лося"],
            ["PER Нильса Хенрика Лося"],
        ),
        (
            "Орден Аркадию Петровичу Зорину.",
            ["PER Аркадию Петровичу"],
            ["PER Аркадию Петровичу Зорину"],
        ),
        ("Умер Милан Кундера.", ["LOC Милан", "PER Кундера"], ["PER Милан Кундера"]),
        ("Глава Милана Кундера.", ["LOC Милана", "PER Кундера"], ["LOC Милана", "PER Кундера"]),
        ("Партия Лидия Рига.", ["PER Лидия", "LOC Рига"], ["PER Лидия Рига"]),
        ("Он ван Кампен видел.", ["PER ван Кампен"], ["PER ван Кампен"]),
    ],
)
def test_a_particle_joins_names(text: str, found: list[str], expected: list[str]) -> None:
    assert names(text, *found) == expected


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Принцы Уильям и Гарри здесь.", "PER Уильям и Гарри", ["PER Уильям", "PER Гарри"]),
        ("Сестри Оксана та Ганна тут.", "PER Оксана та Ганна", ["PER Оксана", "PER Ганна"]),
        ("И Лосев ответил.", "PER И Лосев", ["PER Лосев"]),
        ("Король Марокко Мухаммед VI.", "PER Марокко Мухаммед", ["LOC Марокко", "PER Мухаммед"]),
        (
            "Глава Египта Адли Мансур здесь.",
            "PER Египта Адли Мансур",
            ["LOC Египта", "PER Адли Мансур"],
        ),
        (
            "С Тамарой Ивановой Панин знаком.",
            "PER Тамарой Ивановой Панин",
            ["PER Тамарой Ивановой", "PER Панин"],
        ),
        (
            "Мать Марины Ольга Лось ушла.",
            "PER Марины Ольга Лось",
            ["PER Марины", "PER Ольга Лось"],
        ),
        (
            "Ректор Роскомнадзора Вадим Лось.",
            "ORG Роскомнадзора Вадим Лось",
            ["ORG Роскомнадзора", "PER Вадим Лось"],
        ),
        ("Ждём Ивана Петровича Лося.", "PER Ивана Петровича Лося", ["PER Ивана Петровича Лося"]),
        ("Смерть Салиха альянс не спасла.", "PER Салиха альянс", ["PER Салиха"]),
    ],
)
def test_a_name_ends_where_another_begins(text: str, found: str, expected: list[str]) -> None:
    assert names(text, found) == expected


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (
            "Ждёт правительство Южной Кореи.",
            ["LOC Южной Кореи"],
            ["ORG правительство Южной Кореи"],
        ),
        ("Дело полиции Малайзии.", ["LOC Малайзии"], ["ORG полиции Малайзии"]),
        ("Больница Малайзии сгорела.", ["LOC Малайзии"], ["LOC Малайзии"]),
        ("В парламенте Украина обсуждалась.", ["LOC Украина"], ["LOC Украина"]),
    ],
)
def test_a_government_is_a_body(text: str, found: list[str], expected: list[str]) -> None:
    assert names(text, *found) == expected


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (
            "Житель Донского района Москвы.",
            ["LOC Донского района Москвы"],
            ["LOC Донского района", "LOC Москвы"],
        ),
        (
            "Саммит в Тринидаде и Тобаго начат.",
            ["LOC Тринидаде", "LOC Тобаго"],
            ["LOC Тринидаде и Тобаго"],
        ),
        ("Отели на Лазурном берегу полны.", ["LOC Лазурном"], ["LOC Лазурном берегу"]),
        ("Там Южная Сибирь мёрзнет.", ["LOC Сибирь"], ["LOC Южная Сибирь"]),
        ("Южные Лужки и север.", ["LOC Лужки"], ["LOC Южные Лужки"]),
        ("Договор с Республикой Куба готов.", ["LOC Куба"], ["LOC Республикой Куба"]),
        ("Красная Куба проиграла.", ["LOC Куба"], ["LOC Куба"]),
    ],
)
def test_a_place_is_whole(text: str, found: list[str], expected: list[str]) -> None:
    assert names(text, *found) == expected


@pytest.mark.parametrize(
    ("word", "place"),
    [
        ("Нигерии", "Нигерия"),
        ("Нигера", "Нигер"),
        ("Молдовы", "Молдова"),
        ("Женевы", "Женева"),
        ("Египта", "Египет"),
        ("Самаре", "Самара"),
        ("Аляской", "Аляска"),
        ("Альпах", "Альпы"),
        ("Малия", None),
        ("минской", None),
    ],
)
def test_a_case_form_is_of_one_place(word: str, place: str | None) -> None:
    found = places.find_word(word)
    assert (found and found.ru) == place


def test_a_country_is_one_by_its_full_name() -> None:
    for name in ("Королевство Марокко", "Марокко", "Королівства Марокко"):
        assert places.key_of(name.split())[0] == places.key_of(["Марокко"])[0]
    assert places.key_of(["Народная", "Республика"])[1] is None


def test_an_initial_of_two_letters_is_one() -> None:
    one, other = (persons.name_of(persons.split(n)) for n in ("Дж.Пауэлл", "Джером Пауэлл"))
    assert (one.initial, one.first) == ("д", "")
    assert persons.compatible(one, other)
    assert persons.name_of(persons.split("Ж.-К. Трише")).initial == "ж"
