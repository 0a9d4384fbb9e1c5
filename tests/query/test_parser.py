"""The parser: any string parses, and what was ignored is said with its place."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from whoosh import query as q

from newsindex.query import parse, parser
from newsindex.query.grammar import MAX_SLOP

ZONE = "Europe/Kyiv"


def tree(text: str) -> str:
    return str(parse(text, ZONE).tree)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("мир", "text:мир"),
        ("мир война", "(text:мир AND text:война)"),
        ("мир AND война", "(text:мир AND text:война)"),
        ("мир И война", "(text:мир AND text:война)"),
        ("мир або війна", "(text:мир AND text:або AND text:війна)"),
        ("мир АБО війна", "(text:мир OR text:війна)"),
        ("a мир OR война", "(text:a AND (text:мир OR text:война))"),
        ("-мир война", "(NOT text:мир AND text:война)"),
        ("«мир и война»", 'text:"мир и война"'),
        ("„мир“", "text:мир"),
        ('мир * "и"', "(text:мир AND text:и)"),
        ("title:мир", "title:мир"),
        ("title:(мир война)", "(title:мир AND title:война)"),
        ("source:Лента.ру", "source:Лента.ру"),
        ("language:uk", "lang:uk"),
        ("мир*", "text:мир*"),
        ("18:46", "text:18:46"),
        ("https://a.example/b", "text:https://a.example/b"),
        ("п'ять", "text:п'ять"),
        ("п’ять", "text:п’ять"),
        ("Ростов-на-Дону", "text:Ростов-на-Дону"),
        ("мир - война", "(text:мир AND text:война)"),
        ("", "None:*"),
        ("   ", "None:*"),
        ("*", "None:*"),
        ("*:*", "None:*"),
        ("мир && война", "(text:мир AND text:война)"),
        ("мир || война", "(text:мир OR text:война)"),
        ("мир | война", "(text:мир OR text:война)"),
        ("title: мир война", "(title:мир AND text:война)"),
        ("title:  (мир OR война)", "(title:мир OR title:война)"),
        ('title: "мир и война"', 'title:"мир и война"'),
        ("person: Ермак", "person:Ермак"),
        ("SENTENCE (мир война)", "SENTENCE(text:мир text:война)"),
        ("SENTENCE(мир AND (война газ))", "SENTENCE(text:мир text:война text:газ)"),
        ("мир NEAR/3 (война И газ)", "NEAR/3(text:мир text:война text:газ)"),
        ("title:SENTENCE(мир война)", "(title:мир AND title:война)"),
        ("text:SENTENCE(мир война)", "SENTENCE(text:мир text:война)"),
        ("мир^2,5 война", "(text:мир^2.5 AND text:война)"),
        ('"title: мир"', 'text:"title мир"'),
    ],
)
def test_strings_and_their_trees(text: str, expected: str) -> None:
    parsed = parse(text, ZONE)
    assert str(parsed.tree) == expected
    assert parsed.diagnostics == ()


@pytest.mark.parametrize(
    ("text", "same_as", "place", "message"),
    [
        ('мир "война', "мир война", (4, 5), "quotation mark"),
        ("(мир война", "мир война", (0, 1), "bracket"),
        ("мир) война", "мир война", (3, 4), "bracket"),
        ("мир AND", "мир", (4, 7), "AND with nothing to join"),
        ("OR мир", "мир", (0, 2), "OR with nothing to join"),
        ("мир OR OR война", "мир OR война", (4, 6), "OR with nothing to join"),
        ("мир NOT", "мир", (4, 7), "NOT with nothing to join"),
        ("мир ()", "мир", (4, 5), "brackets with nothing in them"),
        ("мир date:никогда", "мир", (4, 16), "expected a date"),
        ("мир date:2025-02-30", "мир", (4, 19), "expected a date"),
        ("мир date:[2025 TO вчерась]", "мир", (4, 26), "expected a date"),
        ('мир ""', "мир", (4, 6), "phrase without a word"),
        ('мир "!"', "мир", (4, 7), "phrase without a word"),
        ("мир title:", "мир", (4, 10), "title: with nothing behind it"),
        ("(мир lang: )", "мир", (5, 10), "lang: with nothing behind it"),
        ("мир^-1 война", "мир война", (3, 6), "expected a number"),
        ("мир^^2", "мир", (3, 6), "expected a number"),
        ('"мир война"/0', "мир OR война", (0, 13), "at least one"),
    ],
)
def test_what_makes_no_sense_is_left_out_and_named(
    text: str, same_as: str, place: tuple[int, int], message: str
) -> None:
    parsed = parse(text, ZONE)
    assert str(parsed.tree) == tree(same_as)
    assert [(d.start, d.stop) for d in parsed.diagnostics] == [place]
    assert message in parsed.diagnostics[0].message


def test_dates_that_end_before_they_begin_are_named() -> None:
    (said,) = parse("date:[2025 TO 2024] мир", ZONE).diagnostics
    assert (said.start, said.stop) == (0, 19)
    assert "end before they begin" in said.message


@pytest.mark.parametrize("text", ['"', "(((", "AND", "!!!", "NOT", "-", '" "', "date:nonsense"])
def test_a_query_without_sense_matches_nothing(text: str) -> None:
    assert parse(text, ZONE).tree == q.NullQuery


@pytest.mark.parametrize(
    "text", ["мир", "мир война", "Киев мир", "мир мир", "Ермак и СБУ", "НАТО", "є мова", "a b"]
)
def test_plain_words_need_no_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parser._remembered.cache_clear()
    short = parse(text, ZONE)
    parser._remembered.cache_clear()
    monkeypatch.setattr(parser, "_PLAIN_WORDS", re.compile("never"))
    assert parse(text, ZONE) == short
    parser._remembered.cache_clear()


def test_a_slop_is_bounded_so_that_no_phrase_leaves_its_field() -> None:
    assert parse('"a b"~3', ZONE).tree.slop == 3
    assert parse('"a b"~999999', ZONE).tree.slop == MAX_SLOP


def test_very_long_and_very_deep_queries() -> None:
    parsed = parse("мир " * 5000, ZONE)
    assert "characters are read" in parsed.diagnostics[0].message
    assert parse("(" * 1000 + "мир" + ")" * 1000, ZONE).tree == q.Term("text", "мир")


SHREDS = st.lists(
    st.sampled_from(
        "мир війна \" « » ( ) AND OR NOT НЕ - * ~2 ^2 title: date: source: lang:uk = : п'ять "
        "[2025 2026] date:[ TO ] { } id: \\ / + .. сло* *о \0 \t \n ~1 ~ /2 NEAR/3 SENTENCE( ? "
        "с?о с*о *лов* has: person,org: date:вчера date:прошлая неделя РЯДОМ = ^ ,".split(" ")
    ),
    max_size=20,
)


@settings(max_examples=1500, deadline=None)
@example('"?:"')
@given(text=st.one_of(st.text(max_size=60), SHREDS.map("".join), SHREDS.map(" ".join)))
def test_any_string_parses(text: str) -> None:
    parsed = parse(text, ZONE)
    for diagnostic in parsed.diagnostics:
        assert 0 <= diagnostic.start <= diagnostic.stop <= len(text)
        assert diagnostic.message != "not understood; only its words are searched"


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(st.text(max_size=60), SHREDS.map("".join), SHREDS.map(" ".join)))
def test_any_string_can_be_searched(text: str, searched: object) -> None:
    searched.search(text)  # type: ignore[attr-defined]  # the fixture below gives an Index


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> object:
    from newsindex import Article, Index

    index = Index.create(tmp_path_factory.mktemp("strings") / "test.idx")
    with index.writer() as writer:
        writer.add(Article("мир и п'ять", "слово о войне", language="ru"))
        writer.add(Article("війна", "п’ять слов", language="uk"))
    index.refresh()
    return index


@pytest.mark.parametrize(
    "query", ["author:Иванов", "мир -author:Иванов", "title,author:Иванов", "автор:Иванов"]
)
def test_what_looks_like_a_field_and_is_none_is_named(query: str) -> None:
    (found,) = parse(query, "Europe/Kyiv").diagnostics
    assert ": is no field" in found.message
    assert query[found.start : found.stop].endswith(("author:", "автор:"))


@pytest.mark.parametrize(
    "query", ["https://a.example/b?c=1", "18:46", '"author:Иванов"', "title:мир", "Киев: мир"]
)
def test_a_colon_alone_makes_no_field(query: str) -> None:
    assert parse(query, "Europe/Kyiv").diagnostics == ()


def test_a_near_of_many_words_looks_for_the_first_of_them_together_and_says_so() -> None:
    words = "мир война армия дом лес река гора поле город стол".split()
    parsed = parse(" NEAR/3 ".join(words), "UTC")
    assert [str(each) for each in parsed.tree.children()][1:] == ["text:город", "text:стол"]
    (found,) = parsed.diagnostics
    assert "only the first 8 words" in found.message
    assert not parse(" NEAR/3 ".join(words[:8]), "UTC").diagnostics
    assert not parse(f"SENTENCE({' '.join(words)})", "UTC").diagnostics
