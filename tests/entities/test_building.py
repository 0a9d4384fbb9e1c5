"""Corrections of labels by how names are built."""

from __future__ import annotations

import pytest

from tests.entities.labelled import names


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Доклад М. С. Лобова принят.", ["PER Лобова"], ["PER М. С. Лобова"]),
        ("Доклад М. С. Лобова принят.", ["LOC М. С. Лобова"], ["PER М. С. Лобова"]),
        ("Дом на ул. М. Лобова сдан.", ["LOC ул. М. Лобова"], ["LOC ул. М. Лобова"]),
        (
            "Землю дали Кривоносу Игорю Васильевичу.",
            ["PER Игорю Васильевичу"],
            ["PER Кривоносу Игорю Васильевичу"],
        ),
        (
            "Ділянка у ФОП Качаненко Наталії Вікторівни.",
            ["ORG ФОП Качаненко", "PER Наталії Вікторівни"],
            ["PER Качаненко Наталії Вікторівни"],
        ),
        (
            "Вдову Кривоноса Игорь Васильевич знал.",
            ["PER Кривоноса", "PER Игорь Васильевич"],
            ["PER Кривоноса", "PER Игорь Васильевич"],
        ),
    ],
)
def test_a_person_has_all_parts_of_the_name(
    text: str, found: list[str], expected: list[str]
) -> None:
    assert names(text, *found) == expected


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Потом Герстман молчал.", ["PER Потом Герстман"], ["PER Герстман"]),
        (
            "Смерть Ким Чен Ира КНДР не изменит.",
            ["PER Ким Чен Ира КНДР"],
            ["PER Ким Чен Ира", "LOC КНДР"],
        ),
        (
            "Совладелец холдинга Вега Медиа Игорь Рудич ушёл.",
            ["ORG холдинга Вега Медиа Игорь Рудич"],
            ["ORG холдинга Вега Медиа", "PER Игорь Рудич"],
        ),
        (
            "Глава Агентства развития Японии Дзиро Накамурой.",
            ["ORG Агентства развития Японии Дзиро Накамурой"],
            ["ORG Агентства развития Японии", "PER Дзиро Накамурой"],
        ),
        (
            "Совладелец ЗАО «Игорь Рудич» ушёл.",
            ["ORG ЗАО «Игорь Рудич»"],
            ["ORG ЗАО «Игорь Рудич»"],
        ),
    ],
)
def test_what_stands_beside_a_name_is_no_part_of_it(
    text: str, found: list[str], expected: list[str]
) -> None:
    assert [name.replace("« ", "«").replace(" »", "»") for name in names(text, *found)] == expected


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (
            "Рішення Господарського суду Сумської області набуло чинності.",
            ["ORG Господарського суду", "LOC Сумської області"],
            ["ORG Господарського суду Сумської області"],
        ),
        (
            "Глава Департамента культуры Москвы ушёл.",
            ["ORG Департамента культуры", "LOC Москвы"],
            ["ORG Департамента культуры Москвы"],
        ),
        (
            "Письмо Министерства обороны Москва не читала.",
            ["ORG Министерства обороны", "LOC Москва"],
            ["ORG Министерства обороны", "LOC Москва"],
        ),
        (
            "Позов подала Макарівська районна рада вчора.",
            ["PER Макарівська"],
            ["ORG Макарівська районна рада"],
        ),
        (
            "В театре имени Вахтангова пожар.",
            ["PER Вахтангова"],
            ["ORG театре имени Вахтангова"],
        ),
        ("Премия имени Вахтангова вручена.", ["PER Вахтангова"], ["PER Вахтангова"]),
    ],
)
def test_a_body_has_its_region_and_whom_it_is_named_after(
    text: str, found: list[str], expected: list[str]
) -> None:
    assert names(text, *found) == expected


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("На вулиці Івана Франка затор.", ["PER Івана Франка"], ["LOC вулиці Івана Франка"]),
        ("На улице Иван Франко пел.", ["PER Иван Франко"], ["PER Иван Франко"]),
        ("Взрыв в городе Хилтон Хэд.", ["PER Хилтон Хэд"], ["LOC Хилтон Хэд"]),
        ("Мэр города Хилтон пришёл.", ["PER Хилтон"], ["PER Хилтон"]),
        ("В Хоххайме (Hochheim am Main) дождь.", ["LOC Хоххайме", "ORG Hochheim am Main"], None),
    ],
)
def test_a_place_is_told_by_what_stands_before_it(
    text: str, found: list[str], expected: list[str] | None
) -> None:
    assert names(text, *found) == (expected or ["LOC Хоххайме", "LOC Hochheim am Main"])
