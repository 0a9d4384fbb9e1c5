"""Cases: the nominative out of the forms that stand in texts."""

from __future__ import annotations

import pytest

from newsindex import Article
from newsindex.entities import extract
from newsindex.entities.cases import nominative
from newsindex.entities.display import balanced, body_name


@pytest.mark.parametrize(
    ("written", "made", "shown"),
    [
        # Of Александра the masculine is told by Александр, the feminine by Александры.
        ("Александра Дуды*3|Александр Дуда", "Александра Дуда*3", "Александр Дуда"),
        ("Александра Иванова*2|Александры Ивановой", "Александра Иванова", "Александра Иванова"),
        ("Камала Харрис*3|Камалы Харрис", "Камал Харрис*3", "Камала Харрис"),
        ("Валентина Ким*4|Валентине Ким", "Валентина Ким*2|Валентин Ким", "Валентина Ким"),
        ("Реджепом Эрдоганом|Реджеп Эрдоган", "Реджеп Эрдоганом*2", "Реджеп Эрдоган"),
        ("Шойгу*5", "Шойга*2|Шойгу*3", "Шойгу"),
        ("Дмитра Кулебу|Дмитро Кулеба|Кулеби", "Дмитро Кулеба", "Дмитро Кулеба"),
        ("Павла Дурова*3|Павел Дуров", "Павла Дурова*3|Павел Дуров", "Павел Дуров"),
        ("Федора Вовка|Федір Вовк", "Федора Вовка", "Федір Вовк"),
        # What rules made of oblique forms alone stays.
        ("Байдена*3|Байдену", "Байден*4", "Байден"),
        ("Валерія Залужного*3", "Валерій Залужний*3", "Валерій Залужний"),
        ("Кличка|Кличку", "Кличко*2", "Кличко"),
        # Bodies and places
        ("Кремля*3|Кремле|Кремль", "Кремля*3|Кремле|Кремль", "Кремль"),
        ("Запорізьку АЕС*3|Запорізької АЕС|Запорізька АЕС", "Запорізьку АЕС*4", "Запорізька АЕС"),
        ("Крымском мосту*3|Крымский мост", "Крымском мосту*3|Крымский мост", "Крымский мост"),
        ("Азовсталі*2|Азовсталь|Азовсталлю", "Азовсталі*2", "Азовсталь"),
        ("ЗСУ*3", "ЗСУ", "ЗСУ"),
    ],
)  # fmt: skip
def test_the_nominative_is_what_most_forms_are_cases_of(
    written: str, made: str, shown: str
) -> None:
    assert nominative(counted(written), counted(made), {"Валерій"}) == shown


def counted(forms: str) -> dict[str, int]:
    pairs = (form.partition("*") for form in forms.split("|"))
    return {form: int(count or 1) for form, _, count in pairs}


def test_of_no_form_there_is_no_nominative() -> None:
    assert nominative({}, {}) is None


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Фонд «Круг добра", "Фонд «Круг добра»"),
        ("ДП «НАЕК «Енергоатом»", "ДП «НАЕК «Енергоатом»»"),
        ("«Восток» и «Юг", "«Восток» и «Юг»"),
        ('телеканал "Дождь', 'телеканал "Дождь"'),
        ("«Юг»", "Юг"),
        ("„Азов“", "Азов"),
        ("“Азов”", "Азов"),
        ('Азову"', "Азову"),
        ("Юг»", "Юг"),
        ('ЗАТ "Оболонь"', 'ЗАТ "Оболонь"'),
        ("Рога и копыта", "Рога и копыта"),
    ],
)
def test_quotation_marks_are_balanced(written: str, shown: str) -> None:
    assert balanced(written) == shown
    assert balanced(shown) == shown


def test_the_head_before_a_quoted_name_is_a_nominative() -> None:
    assert body_name(("Президентского фонда «Круг добра",), None, "ru") == (
        "Президентский фонд «Круг добра»"
    )
    assert body_name(("Полтавська ОВА",), None, "uk") == "Полтавська ОВА"


def found(text: str, language: str = "ru") -> set[tuple[str, str]]:
    return {(m.kind, m.text) for m in extract(Article("", text, language=language))}


def test_a_name_reaches_to_where_its_quotation_mark_is_closed() -> None:
    text = "Детей поддержит Президентский фонд «Круг добра», сообщил Иван Петров."
    assert ("org", "Президентский фонд «Круг добра»") in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Президент заявил, что Президента поддержат.",
        "Премьер-министр и Губернатор приехали. Министра не было.",
        "Прем'єр-міністр приїхав до Президента.",
    ],
)
def test_an_office_alone_names_nobody(text: str) -> None:
    assert found(text, "uk" if "і" in text else "ru") == set()


def test_a_surname_that_is_an_office_too_names_a_person() -> None:
    assert ("person", "Наталья Король") in found("Пришла Наталья Король.")
    assert ("person", "Президент Иван Петров") not in found("Приехал президент Иван Петров.")
    assert ("person", "Иван Петров") in found("Приехал президент Иван Петров.")
