"""The language of a text: Russian, Ukrainian, or neither."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsindex.text import detect, passages


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Украина и Япония договорились о запуске регулярного механизма консультаций", "ru"),
        ("Україна та Японія домовилися про запуск регулярного механізму консультацій", "uk"),
        ("Президент провел переговоры с главой правительства", "ru"),
        ("Президент провів переговори з головою уряду", "uk"),
        ("Суд арестовал бывшего министра на два месяца", "ru"),
        ("Суд заарештував колишнього посадовця на два роки", "uk"),
        ("The president met the head of the government in Kyiv", None),
        ("Прэзідэнт сустрэўся з кіраўніком урада і абмеркаваў падрабязнасці", None),
        ("", None),
        ("25% 1 100 — 18:46", None),
    ],
)
def test_the_language_of_a_sentence(text: str, language: str | None) -> None:
    found, confidence = detect(text)
    assert found == language
    assert (confidence > 0.8) == (language is not None)


def test_a_footer_in_the_other_language_does_not_decide() -> None:
    page = "Руководитель Офиса президента Украины провел переговоры с министром обороны. " * 5
    assert detect(page + "UKR.NET- новини з усієї України")[0] == "ru"


def test_a_longer_text_is_surer() -> None:
    short = "Президент провел переговоры"
    assert detect(short * 5)[1] >= detect(short)[1] > 0.5


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    language, confidence = detect(text)
    assert language in ("ru", "uk", None)
    assert 0 <= confidence <= 1
    assert (confidence == 0) == (language is None)


def test_a_quotation_in_the_other_language_is_a_passage() -> None:
    russian = "Президент провел переговоры с премьером."
    ukrainian = "«Ми вдячні нашим партнерам за підтримку», — заявив він."
    text = f"{russian}\n{ukrainian}\n{russian}\nЄрмак\n"
    found = passages(text, "ru")
    assert [language for _, _, language in found] == ["ru", "uk", "ru"]
    assert text[found[1][0] : found[1][1]] == ukrainian + "\n"
    assert passages(russian, "ru") == [(0, len(russian), "ru")]


@given(st.text(st.sampled_from("аыіє \n\r\x85.")), st.sampled_from(["ru", "uk", None]))
def test_passages_are_the_whole_text(text: str, language: str | None) -> None:
    found = passages(text, language)
    assert "".join(text[start:stop] for start, stop, _ in found) == text
