"""How places and bodies are shown: in the nominative, without what is no part of the name."""

from __future__ import annotations

import pytest

from newsindex.entities.display import body_name, place_name
from newsindex.entities.places import key_of


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Малого театра", "Малый театр"),
        ("Большого симфонического оркестра", "Большой симфонический оркестр"),
        ("Верховного суда Чувашии", "Верховный суд Чувашии"),
        ("Верховної Ради", "Верховна Рада"),
        ("Российских войск", "Российские войска"),
        ("Городского архива", "Городского архива"),
        ("Росрыбнадзора", "Росрыбнадзор"),
        ("Роскачества", "Роскачество"),
        ("Минводхоза", "Минводхоз"),
        ("Держстандарту", "Держстандарт"),
        ("Міненергетики", "Міненергетики"),
        ("сеть ресторанов «Тарелка»", "сеть ресторанов «Тарелка»"),
        ('рейс выполнялся компанией "Крыло"', "Крыло"),
        ("НИИ «Вектор-2»", "НИИ «Вектор-2»"),
        ("фонду «Тёплый дом»", "фонд «Тёплый дом»"),
    ],
)
def test_a_body_is_shown_in_the_nominative(written: str, shown: str) -> None:
    assert body_name((written,), None, None) == shown


@pytest.mark.parametrize(
    ("written", "language", "shown"),
    [
        ("Соборной площади", "ru", "Соборная площадь"),
        ("Волоколамском шоссе", "ru", "Волоколамское шоссе"),
        ("Летнего дворца", "ru", "Летний дворец"),
        ("Сирецького району", "uk", "Сирецький район"),
        ("Метеоритним мостом", "uk", "Метеоритний міст"),
        ("Приморской", "ru", "Приморская"),
        ("Северной", "ru", "Северная"),
        ("Мартынове", "ru", "Мартыново"),
        ("Луной", "ru", "Луна"),
        ("Землёй", "ru", "Земля"),
        ("Мытниках", "ru", "Мытники"),
    ],
)
def test_an_unlisted_place_is_shown_in_the_nominative(
    written: str, language: str, shown: str
) -> None:
    assert place_name(written.split(), None, language) == shown


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("Гаазі", "Гаага"),
        ("Новій Каховці", "Нова Каховка"),
        ("Кривому Розі", "Кривий Ріг"),
        ("Волновасі", "Волноваха"),
        ("Керчю", "Керч"),
        ("Тернополем", "Тернопіль"),
        ("Раджастхане", "Раджастхан"),
        ("Харківського району", "Харківський район"),
        ("Іонічному морі", "Іонічне море"),
        ("Скелястих горах", "Скелясті гори"),
    ],
)
def test_a_listed_place_is_known_in_every_case(form: str, name: str) -> None:
    _, place = key_of(form.split())
    assert place is not None
    assert place.uk == name


@pytest.mark.parametrize(
    ("russian", "ukrainian"),
    [
        ("Куйбышевское водохранилище", "Куйбишевського водосховища"),
        ("Печенежское водохранилище", "Печенізьке водосховище"),
        ("Криворожский район", "Криворізькому районі"),
        ("Соломенский район", "Солом'янського району"),
        ("Нижняя Силезия", "Нижньої Сілезії"),
        ("Бискайский залив", "Біскайській затоці"),
        ("Гуанси", "Гуансі"),
        ("Тамилнад", "Таміл-Наду"),
        ("Змеиный", "острові Зміїний"),
        ("Станица Луганская", "Станиці Луганській"),
    ],
)
def test_a_place_has_one_key_in_both_languages(russian: str, ukrainian: str) -> None:
    assert key_of(russian.split())[0] == key_of(ukrainian.split())[0]


@pytest.mark.parametrize("word", ["Грозная", "Советы", "Торонтом", "Кому", "Которая", "Пушкина"])
def test_a_word_that_only_looks_like_a_form_is_no_place(word: str) -> None:
    assert key_of([word])[1] is None
