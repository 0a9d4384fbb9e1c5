"""The learner, on a small dictionary: what it learns, that it is reproducible, what it packs."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import newsindex.text
from newsindex.text.frequent import frequent_words, pack_frequent, unpack_frequent
from newsindex.text.language import MODEL_MAGIC
from newsindex.text.learn.model import learn_model, pack_model
from newsindex.text.learn.rules import action, learn, shares_of_keys
from newsindex.text.learn.sources import Lexeme, read_hunspell, read_irregular
from newsindex.text.learn.stems import key_of_lexeme
from newsindex.text.tables import SuffixTable

AFF = """SET UTF-8
SFX a Y 5
SFX a а и [^ж]а
SFX a а у а
SFX a а ою а
SFX a 0 м а
SFX a 0 х а
SFX j Y 4
SFX j ий ого ий
SFX j ий ому ий
SFX j ий а ий
SFX j ий і ий
SFX v Y 4
SFX v ти в ти
SFX v ти ла ти
SFX v ти ю ти
SFX v ти ли ти
"""
DIC = """9
книга/a
хмара/a
стіна/a
машина/a
новий/j
старий/j
чита́ти/v
співати/v
Путін
Путіна
Путіну
"""


@pytest.fixture
def lexemes(tmp_path: Path) -> list[Lexeme]:
    (tmp_path / "uk.aff").write_text(AFF, encoding="utf-8")
    (tmp_path / "uk.dic").write_text(DIC, encoding="utf-8")
    return read_hunspell(tmp_path / "uk.aff", tmp_path / "uk.dic")


def test_a_hunspell_entry_becomes_a_lexeme(lexemes: list[Lexeme]) -> None:
    by_lemma = {lexeme.lemma: lexeme for lexeme in lexemes}
    assert by_lemma["книга"].part == "noun"
    assert set(by_lemma["книга"].forms) == {"книга", "книги", "книгу", "книгою", "книгам", "книгах"}
    assert by_lemma["новий"].part == "adj"
    assert by_lemma["читати"].part == "verb"
    assert set(by_lemma["путін"].forms) == {"путін", "путіна", "путіну"}


def test_the_key_of_a_lexeme_is_stem_and_class(lexemes: list[Lexeme]) -> None:
    keys = {lexeme.lemma: key_of_lexeme(lexeme, "uk") for lexeme in lexemes}
    assert keys["книга"] == "книг"
    assert keys["новий"] == "нов/a"
    assert keys["читати"] == "чита/v"
    assert keys["путін"] == "путін"


def test_the_rules_learned_hold_for_words_not_in_the_dictionary(lexemes: list[Lexeme]) -> None:
    frequencies = {form: 100.0 for lexeme in lexemes for form in lexeme.forms}
    table = learn(shares_of_keys(lexemes, frequencies, "uk"), frequencies)
    assert table.key("цибулиною") == table.key("цибулину")
    assert table.key("гарного") == table.key("гарному")
    assert table.key("літала").endswith("/v")


FORMS = "книга книги книгу книгою хмара хмару хмарою стіни стіну стіною машина машиною".split()


def test_learning_twice_gives_the_same_bytes(lexemes: list[Lexeme]) -> None:
    frequencies = dict.fromkeys(FORMS, 10.0)
    packed = [learn(shares_of_keys(lexemes, frequencies, "uk"), frequencies).pack() for _ in "ab"]
    assert packed[0] == packed[1]


@given(st.text("абв", min_size=1), st.text("абв/", min_size=1))
def test_an_action_turns_the_form_into_the_key(form: str, key: str) -> None:
    strip, append = action(form, key)
    assert form[: len(form) - strip] + append == key


words = st.text("абвгд'", min_size=1, max_size=6)
actions = st.tuples(st.integers(0, 6), st.text("абв/", max_size=3))


@given(st.dictionaries(words, actions), st.dictionaries(words | st.just(""), actions))
def test_a_table_survives_packing(
    whole: dict[str, tuple[int, str]], suffixes: dict[str, tuple[int, str]]
) -> None:
    table = SuffixTable(whole, suffixes)
    assert SuffixTable.unpack(table.pack()) == table


@pytest.mark.parametrize("data", [b"", b"no zlib", zlib.compress(b"other 1\n0\t\ta\tb")])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a suffix table"):
        SuffixTable.unpack(data)


def test_the_longest_suffix_rules_and_short_words_are_spared() -> None:
    table = SuffixTable({"рік": (2, "ок")}, {"": (0, ""), "а": (1, ""), "ова": (1, "/a")})
    assert table.find("петрова") == ("ова", (1, "/a"))
    assert table.key("книга") == "книг"
    assert table.key("рік") == "рок"
    assert table.key("ба") == "ба"


def test_the_irregular_lexemes_are_readable() -> None:
    path = Path(newsindex.text.__file__).parent / "data" / "irregular.tsv"
    rows = list(read_irregular(path))
    assert {language for language, _, _ in rows} == {"ru", "uk"}
    assert all(key and len(forms) > 3 for _, key, forms in rows)
    for language in ("ru", "uk"):
        forms = [form for own, _, forms in rows if own == language for form in forms]
        assert len(forms) == len(set(forms)), "a form is listed twice"


def test_the_language_model_is_reproducible() -> None:
    russian, ukrainian = {"что": 90.0, "это": 50.0}, {"що": 90.0, "це": 50.0}
    scores = learn_model(russian, ukrainian)
    assert scores["що"] > 0 > scores["что"]
    assert pack_model(scores) == pack_model(learn_model(russian, ukrainian))
    assert zlib.decompress(pack_model(scores)).decode().startswith(MODEL_MAGIC)


def test_frequent_words_come_back_as_they_were_packed_and_the_shipped_ones_are_there() -> None:
    words = {"ru": ("и", "в"), "uk": ("і",)}
    assert unpack_frequent(pack_frequent(words)) == words
    assert {language: len(of) for language, of in frequent_words().items()} == {
        "ru": 3000,
        "uk": 3000,
    }
    for data in (b"no zlib", zlib.compress(b"other")):
        with pytest.raises(ValueError, match=r"frequent\.words"):
            unpack_frequent(data)
