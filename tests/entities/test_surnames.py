"""The name to show for a person: the nominative, and never a stem that is no name."""

from __future__ import annotations

import pytest

from newsindex.entities.lexicon import read_table
from newsindex.entities.persons import nominative, split

RUSSIAN = {
    "Путиным": "Путин",
    "Владимиром Путиным": "Владимир Путин",
    "Байденом": "Байден",
    "Джо Байдена": "Джо Байден",
    "Илоном Маском": "Илон Маск",
    "Маском": "Маск",
    "Троцком": "Троцкий",
    "Реджепом Эрдоганом": "Реджеп Эрдоган",
    "Трампа": "Трамп",
    "Гитлера": "Гитлер",
    "Лавровым": "Лавров",
    "Лавра": "Лавра",
    "Дмитрия Кулебы": "Дмитрий Кулеба",
    "Дмитрию Кулебе": "Дмитрий Кулеба",
    "Олегом Дерипаской": "Олег Дерипаска",
    "Обаму": "Обама",
    "Ангелы Меркель": "Ангела Меркель",
    "Толстой": "Толстой",
    "Трубецкой": "Трубецкой",
    "Захаровой": "Захарова",
    "Романовская": "Романовская",
    "Евгенией Павловской": "Евгения Павловская",
    "Гарсия": "Гарсия",
    "Навальном": "Навальный",
    "Павла Дурова": "Павел Дуров",
    "Льва Троцкого": "Лев Троцкий",
    "Сергее Ткачуке": "Сергей Ткачук",
    "Дмитрии Гайдае": "Дмитрий Гайдай",
    "Иване Толстом": "Иван Толстый",
    "Дмитрии Кулебе": "Дмитрий Кулеба",
    "Дональде Трампе": "Дональд Трамп",
    "Павле Стрельце": "Павел Стрелец",
    "Сергея Кравца": "Сергей Кравец",
    "Марка Кунца": "Марк Кунц",
    "Олафом Шольцем": "Олаф Шольц",
    "Ивана Франко": "Иван Франко",
    "Белого": "Белый",
    "Джорджи Мелони": "Джорджи Мелони",
}
UKRAINIAN = {
    "Зеленська": "Зеленська",
    "Зеленську": "Зеленська",
    "Зеленського": "Зеленський",
    "Зеленським": "Зеленський",
    "Володимиру Зеленському": "Володимир Зеленський",
    "Олени Зеленської": "Олена Зеленська",
    "Кулеба": "Кулеба",
    "Кулеби": "Кулеба",
    "Дмитра Кулебу": "Дмитро Кулеба",
    "Дмитром Кулебою": "Дмитро Кулеба",
    "Дмитру Кулебі": "Дмитро Кулеба",
    "Андрія Єрмака": "Андрій Єрмак",
    "Єрмакові": "Єрмак",
    "Віталія Кличка": "Віталій Кличко",
    "Бойком": "Бойко",
    "Порошенком": "Порошенко",
    "Залужного": "Залужний",
    "Валерія Залужного": "Валерій Залужний",
    "Сирського": "Сирський",
    "Шмигалем": "Шмигаль",
    "Берлусконі": "Берлусконі",
    "Сергія Кравця": "Сергій Кравець",
    "Сергію Стрільцю": "Сергій Стрілець",
    "Андрієві Петрусеві": "Андрій Петрусь",
    "Орися": "Орися",
    "Волтера Мондейла": "Волтер Мондейл",
    "Івана Самойла": "Іван Самойло",
    "Федора Садового": "Федір Садовий",
    "Ользі Сумській": "Ольга Сумська",
}


@pytest.mark.parametrize(("form", "name"), RUSSIAN.items())
def test_the_nominative_of_a_russian_mention(form: str, name: str) -> None:
    assert nominative((split(form),), "ru") == name


@pytest.mark.parametrize(("form", "name"), UKRAINIAN.items())
def test_the_nominative_of_a_ukrainian_mention(form: str, name: str) -> None:
    assert nominative((split(form),), "uk") == name


@pytest.mark.parametrize(
    ("forms", "name"),
    [
        ("Кулеба Кулебу", "Кулеба"),
        ("Фрейда Фрейдом", "Фрейд"),
        ("Щербина Щербиной", "Щербина"),
        ("Лавра Лавром", "Лавр"),
    ],
)
def test_other_forms_of_the_document_tell_what_one_does_not(forms: str, name: str) -> None:
    assert nominative(tuple(map(split, forms.split())), "ru") == name


def cases(surname: str) -> list[str]:
    """The case forms of a man's surname that end as those do which decline so."""
    if surname.endswith(("ский", "цкий", "ський", "цький")):
        return [surname[:-2] + ending for ending in ("ого", "ому", "им")]
    if surname.endswith(("ов", "ев", "єв", "ин", "ін", "їн")):
        return [surname + ending for ending in ("а", "у", "ым", "им")]
    if surname[-1] in "бвгджзклмнпрстфх":
        return [surname + ending for ending in ("а", "у", "ом")]
    if surname[-1] == "а" and surname[-2] in "бвдзлмнпрт":
        return [surname[:-1] + ending for ending in ("у", "ою")]
    return [surname]


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_no_form_of_a_known_surname_is_shown_as_a_stem(language: str) -> None:
    rows = read_table("persons.tsv", labelled=False)
    surnames = {name.split()[-1] for row in rows for name in getattr(row, language)}
    wrong = {
        (form, shown)
        for surname in surnames
        for form in cases(surname)
        if (shown := nominative((split(form),), language)) not in (surname, form)
    }
    assert len(surnames) > 50
    assert wrong == set()


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("Набиуллину", "Набиуллина"),
        ("Путину", "Путин"),
        ("Ирину", "Ирина"),
        ("Ольги", "Ольга"),
        ("Шкодран Мустафи", "Шкодран Мустафи"),
    ],
)
def test_a_known_name_in_a_is_told_from_a_dative_in_u(form: str, name: str) -> None:
    assert nominative((split(form),), "ru") == name


@pytest.mark.parametrize(
    ("forms", "name"),
    [
        (("Новаку Джоковичу", "Djokovic"), "Новак Джокович"),
        (("Djokovic", "Джоковичем"), "Джокович"),
        (("Jeff Bezos", "Безос"), "Jeff Bezos"),
    ],
)
def test_a_name_is_shown_in_cyrillic_unless_only_latin_letters_tell_the_first_name(
    forms: tuple[str, ...], name: str
) -> None:
    assert nominative(tuple(map(split, forms)), "ru") == name
