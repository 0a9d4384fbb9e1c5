"""Tokens: what is one, what is found by its parts, where it stands; for any text whatever."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsindex.text import Words, analyse, analyse_query, scan, scan_by, surface_forms, tokens

HERE = Path(__file__).parent
LETTERS = (
    "абвёієїґйьъыэАБВЁІЄЇҐ abcXYZ 0123456789 .,:;-‐’'`ʼ@/_&%№\u0301\u00ad\u00a0\u202f\n\0😀אش漢"
)


def golden() -> list[tuple[str, str, str]]:
    cases = []
    for language in ("ru", "uk"):
        for line in (HERE / f"golden_{language}.txt").read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                text, _, expected = line.partition(" -> ")
                cases.append((language, text.replace("\\u00ad", "\u00ad"), expected))
    return cases


@pytest.mark.parametrize(("language", "text", "expected"), golden())
def test_golden(language: str, text: str, expected: str) -> None:
    found = [
        f"{token.text}={token.key}" + (f"~{token.width}" if token.width > 1 else "")
        for token in analyse(text, language)
    ]
    assert " ".join(found) == expected


def forms(text: str) -> list[str]:
    return scan(text)[0]


@pytest.mark.parametrize("apostrophe", "'’ʼ`")
def test_an_apostrophe_is_one_in_every_coding(apostrophe: str) -> None:
    assert forms(f"п{apostrophe}ять") == ["п'ять"]


def test_quotation_marks_are_no_apostrophes() -> None:
    assert forms("'слово' «слово» ’слово’") == ["слово"] * 3


def test_letters_written_with_combining_marks_are_themselves() -> None:
    assert forms("\u0456\u0308жак и\u0306од е\u0308лка") == ["їжак", "йод", "елка"]


@pytest.mark.parametrize("space", " \u00a0\u202f\u2009")
def test_a_space_groups_the_digits_of_one_number(space: str) -> None:
    assert forms(f"1{space}100{space}000 грн") == ["1100000", "грн"]


def test_a_year_before_a_number_is_not_part_of_it() -> None:
    assert forms("в 2020 100 человек") == ["в", "2020", "100", "человек"]


def test_the_whole_of_a_compound_stands_at_its_first_part() -> None:
    tokens = analyse("глава пресс-службы сказал", "ru")
    assert [(t.text, t.position, t.width) for t in tokens] == [
        ("глава", 0, 1),
        ("пресс-службы", 1, 2),
        ("пресс", 1, 1),
        ("службы", 2, 1),
        ("сказал", 3, 1),
    ]


def test_a_machine_is_found_with_and_without_its_hyphen() -> None:
    keys = [analyse(text, "ru")[0].key for text in ("Су-34", "Су34", "F-16", "F16")]
    assert keys == ["су34", "су34", "f16", "f16"]


def test_spans_point_into_the_text_as_it_was_given() -> None:
    text = "В\u00a0Києві за\u0301мок — 1 100 грн, Rocія; press@sbu.gov.ua!"
    spans = [text[t.start : t.stop] for t in analyse(text, "uk")]
    assert spans[:5] == ["В", "Києві", "за\u0301мок", "1 100", "грн"]
    assert "press@sbu.gov.ua" in spans


def test_a_headline_in_capitals_makes_no_acronyms() -> None:
    assert forms("СУД ВЫНЕС ПРИГОВОР\nГлава МВД РФ") == [
        *("суд", "вынес", "приговор"),
        *("глава", "МВД", "РФ"),
    ]


def test_an_acronym_and_its_small_letters_are_one_surface() -> None:
    assert surface_forms("сбу") == surface_forms("СБУ") == ("сбу", "СБУ")
    assert surface_forms("сбербанк") == ("сбербанк",)


def test_look_alike_letters_are_repaired_only_if_all_have_a_twin() -> None:
    assert forms("Oзон") == ["озон"]
    assert forms("СOVID") == ["COVID"]
    assert forms("SMSки") == ["smsки"]


@given(st.text(st.sampled_from(LETTERS)) | st.text())
def test_bulk_and_single_analysis_agree_on_any_text(text: str) -> None:
    for language in ("ru", "uk", None):
        tokens = analyse(text, language)
        assert scan(text) == ([t.text for t in tokens], [t.position for t in tokens])
        for token in tokens:
            assert 0 <= token.start < token.stop <= len(text)
            assert 0 < len(token.key) <= 60
            assert token.key.isprintable()
            assert token.text.strip() == token.text
    spans = [(t.start, t.stop, t.position) for t in analyse_query(text)]
    assert spans == [(t.start, t.stop, t.position) for t in analyse(text, None)]


@given(st.text(st.sampled_from(LETTERS)))
def test_positions_ascend_without_gaps(text: str) -> None:
    positions = scan(text)[1]
    assert sorted(positions) == positions
    assert set(positions) == set(range(len(set(positions))))


@given(st.lists(st.sampled_from("Київ Ермак СБУ 1,5 пресс-служба Су-34 т.е. г.".split())))
def test_a_text_is_the_sum_of_its_lines(words: list[str]) -> None:
    assert forms("\n".join(words)) == [form for word in words for form in forms(word)]


@pytest.mark.parametrize(
    "unit",
    ["а", "А", "1", "а'", "а-", "1.", "1 ", "a.b/", "_", "\u0301", "АБ ", "а1", "100 ", "а@", "-"],
)
def test_time_is_linear_on_hostile_text(unit: str) -> None:
    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        begin = time.process_time()
        scan(text)
        return time.process_time() - begin

    seconds(1_000)
    assert seconds(200_000) < 60 * max(seconds(20_000), 0.001)


def test_a_monstrous_word_is_cut_to_one_key() -> None:
    (token,) = analyse("ж" * 1_000_000, "ru")
    assert token.text == "ж" * 60
    assert (token.start, token.stop) == (0, 1_000_000)


def test_what_is_remembered_of_words_is_bounded_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "_WORDS_KEPT", 5)
    words = Words(str, "")
    for n in range(30):
        text = f"Слово, слово «{'а' * (n % 7 + 1)}» СБУ из-за {n} {'б' * (n + 1)}."
        assert scan_by(words, text) == scan(text)
        assert len(words) <= 5
