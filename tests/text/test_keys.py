"""Keys: the forms of a word meet, names meet across the languages, other words stay apart."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsindex.text
from newsindex.text import (
    ANALYSIS_VERSION,
    analyse_query,
    explain,
    key_of,
    key_table,
    query_keys,
    scan,
    strict_key,
)
from newsindex.text.keys import KeyTable

RU = """
консультация консультации консультаций консультациями
оборонный оборонные оборонных
подписал подписала подписать:подписывает подписывают
человек людей людям
ребенок дети детьми
идти шел шла идут
Киев Киева Киеве
Зеленский Зеленского Зеленскому
"""
UK = """
консультація консультації консультацій консультаціями
оборонний оборонні оборонних
підписав підписала підписати
людина люди людьми
дитина діти дітей
око очі очима
Київ Києва Києві
Зеленський Зеленського Зеленському
"""


def groups() -> list[tuple[str, list[str]]]:
    found = []
    for language, block in (("ru", RU), ("uk", UK)):
        for line in block.strip().splitlines():
            found += [(language, part.split()) for part in line.split(":")]
    return [(language, forms) for language, forms in found if len(forms) > 1]


@pytest.mark.parametrize(("language", "words"), groups())
def test_the_forms_of_a_word_have_one_key(language: str, words: list[str]) -> None:
    assert len({key_of(scan(word)[0][0], language) for word in words}) == 1


@pytest.mark.parametrize(
    ("russian", "ukrainian"),
    [
        ("Зеленский", "Зеленського"),
        ("Киев", "Києві"),
        ("Харькова", "Харків"),
        ("Украина", "Україною"),
        ("Россия", "Росії"),
        ("Александра", "Олександром"),
        ("Одессе", "Одеса"),
        ("Шмыгаль", "Шмигаля"),
        ("Львове", "Львів"),
        ("Япония", "Японії"),
        ("Путин", "Путіна"),
        ("Порошенко", "Порошенка"),
    ],
)
def test_a_name_is_found_in_the_other_language(russian: str, ukrainian: str) -> None:
    ru_form, uk_form = scan(russian)[0][0], scan(ukrainian)[0][0]
    assert key_of(uk_form, "uk") in query_keys(ru_form)
    assert key_of(ru_form, "ru") in query_keys(uk_form)


def test_strict_keys_stay_within_their_language() -> None:
    for russian, ukrainian in (("киева", "києва"), ("россии", "росії"), ("япония", "японія")):
        assert strict_key(russian, "ru") != strict_key(ukrainian, "uk")
        assert strict_key(russian, "ru") == strict_key(russian, None)


def test_words_of_one_root_and_another_class_stay_apart() -> None:
    keys = {key_of(form, "ru") for form in ("стал", "сталь", "стали", "стальной")}
    assert len(keys) == 3  # стали is read as the verb


def test_a_ukrainian_word_in_a_russian_document_is_keyed_as_ukrainian() -> None:
    assert key_of("києві", "ru") == key_of("києві", "uk")
    assert key_of("крымом", "uk") == key_of("крымом", "ru")


def test_an_unknown_language_takes_the_table_of_the_letters() -> None:
    assert key_of("книзі", None) == key_of("книзі", "uk")
    assert key_of("книгой", "xx") == key_of("книгой", "ru")


def test_an_acronym_is_not_stemmed_and_is_found_in_small_letters() -> None:
    assert key_of("СБУ", "uk") == "сбу"
    assert key_of("ППО", "uk") == "ппо"
    for typed in ("СБУ", "сбу", "НАТО", "нато"):
        (token,) = analyse_query(typed)
        assert key_of(typed.upper(), "ru") in token.keys
        assert key_of(typed.lower(), "uk") in token.keys


def test_latin_words_are_stemmed_as_english() -> None:
    assert key_of("reports", "ru") == key_of("reporting", "uk") == "report"
    assert key_of("erdoğan", "ru") == key_of("erdogan", "ru")


@pytest.mark.parametrize(
    ("form", "language", "rule"),
    [
        ("СБУ", "uk", "acronym"),
        ("людьми", "ru", "ru whole word: -людьми +человек"),
        ("дронами", "ru", "ru suffix"),
        ("reports", "ru", "snowball english"),
        ("1100", "ru", "number"),
        ("олександром", "uk", "name pair"),
        ("пресс-служба", "ru", "compound of its parts"),
    ],
)
def test_the_rule_behind_a_key_is_told(form: str, language: str, rule: str) -> None:
    assert rule in explain(form, language)


@given(st.text(min_size=1, max_size=80))
def test_any_form_has_a_printable_key(form: str) -> None:
    for language in ("ru", "uk", None):
        for key in (key_of(form, language), strict_key(form, language)):
            assert 0 < len(key) <= 60
            assert key.isprintable()
        assert explain(form, language)
    assert key_of(form, None)


@given(st.text(st.sampled_from("абвгдиіїйєеыэъь'-0123 "), min_size=1))
def test_a_query_asks_for_the_key_of_a_document_of_any_language(text: str) -> None:
    for form in scan(text)[0]:
        keys = query_keys(form)
        assert len(set(keys)) == len(keys)
        assert {key_of(form, language) for language in ("ru", "uk", None)} <= set(keys)


def test_a_key_table_stays_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsindex.text.keys.MEMO_LIMIT", 100)
    table = KeyTable("ru")
    for number in range(1_000):
        assert table[f"{number}"] == f"{number}"
    assert len(table) <= 100


def test_a_key_table_gives_what_key_of_gives() -> None:
    table = key_table("uk")
    assert [table[form] for form in ("книгою", "СБУ")] == ["книг", "сбу"]


def test_the_version_of_the_analysis_names_its_data() -> None:
    """New tables give new keys: an index must be able to tell. For new rules raise the number."""
    digest = hashlib.blake2b(digest_size=4)
    folder = Path(newsindex.text.__file__).parent / "data"
    for name in ("ru.table", "uk.table", "names.tsv"):
        digest.update((folder / name).read_bytes())
    number, _, data = ANALYSIS_VERSION.partition(".")
    assert number.isdecimal()
    assert data == digest.hexdigest(), "the data changed: put this digest into ANALYSIS_VERSION"


def test_the_tables_take_little_memory() -> None:
    code = (
        "import tracemalloc\n"
        "from importlib import resources\n"
        "from newsindex.text import tables\n"
        "tracemalloc.start()\n"
        "for n in ('ru', 'uk'):\n"
        "    data = resources.files('newsindex.text').joinpath('data', n + '.table').read_bytes()\n"
        "    globals()[n] = tables.SuffixTable.unpack(data)\n"
        "print(tracemalloc.get_traced_memory()[0])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 10_000_000
