"""Snippets and highlights: the right words lit, at the right places."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsindex import to_ansi, to_html
from newsindex.query import parse
from newsindex.results.highlight import Highlighter, Match, merge_spans, patterns_of
from newsindex.results.snippet import SNIPPET_LENGTH, make_snippet
from tests.conftest import MakeIndex, article

TEXT = (
    "Киев и Токио начали оборонные консультации. Пакет документов для новых санкций готов, "
    "а санкции против банков отложены. Дроны-камикадзе Shahed-136 сбиты."
)


def lit(query: str, text: str = TEXT, language: str = "ru", *, in_title: bool = False) -> list[str]:
    patterns = patterns_of(parse(query, "Europe/Kyiv").tree)
    matches = Highlighter(patterns).find(text, language, in_title=in_title)
    return [text[a:b] for a, b in merge_spans([(m.start, m.stop) for m in matches])]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("консультация", ["консультации"]),
        ("санкциями", ["санкций", "санкции"]),
        ('"оборонных консультаций"', ["оборонные консультации"]),
        ('"консультации оборонные"', []),
        ('"пакет санкций"~4', ["Пакет документов для новых санкций"]),
        ('"пакет санкций"', []),
        ("=санкции", ["санкции"]),
        ('="новых санкций"', ["новых санкций"]),
        ("консульт*", ["консультации"]),
        ("дрон камикадзе", ["Дроны", "камикадзе"]),
        ("дрон-камикадзе", ["Дроны-камикадзе"]),
        ("Shahed-136", ["Shahed-136"]),
        ("санкции -банки", ["санкций", "санкции"]),
        ("банк OR токио", ["Токио", "банков"]),
        ("title:санкции", []),
        ("source:Киев lang:ru date:2025", []),
        ("*", []),
        # a function word only beside what is lit otherwise, unless nothing else is asked for
        ("документы для банков", ["документов", "для", "банков"]),
        ("для банков", ["банков"]),
        ("для", ["для"]),
        ("=для банков", ["для", "банков"]),
        ('"документов для" банки', ["документов для", "банков"]),
    ],
)
def test_what_is_lit(query: str, expected: list[str]) -> None:
    assert lit(query) == expected


def test_names_that_are_asked_for_are_lit(make_index: MakeIndex) -> None:
    index = make_index(
        [
            article(
                "Андрей Ермак прибыл в Токио. Ольга Ермакова осталась. Ермака встретили.",
                title="Єрмак у Японії",
                id="1",
            )
        ]
    )

    def shown(query: str, **filters: Any) -> tuple[list[str], list[str]]:
        (hit,) = index.search(query, **filters)
        return (
            [hit.title[a:b] for a, b in hit.title_spans],
            [hit.snippet[a:b] for a, b in hit.snippet_spans],
        )

    assert shown("person:Ермак") == (["Єрмак"], ["Андрей Ермак", "Ермака"])
    assert shown("встретить", person="Ермак")[1] == ["Андрей Ермак", "Ермака", "встретили"]
    assert shown("place:Токио -place:Киев") == ([], ["Токио"])
    assert shown("title:Ермак") == (["Єрмак"], [])


def test_title_queries_light_the_title() -> None:
    assert lit("title:санкции", in_title=True) == ["санкций", "санкции"]


def test_a_short_text_is_its_own_snippet() -> None:
    assert make_snippet("Мир.\n\nВойна.", []) == ("Мир. Война.", ())
    assert make_snippet("", []) == ("", ())
    assert make_snippet("Мир.\n\n\nВойна.", [Match(7, 12, 0)]) == ("Мир. Война.", ((5, 10),))


def test_the_snippet_shows_the_densest_stretch() -> None:
    filler = "Совсем другое предложение о погоде и урожае. " * 20
    text = f"Мир. {filler}Здесь мир и договор стоят рядом. {filler}"
    patterns = patterns_of(parse("мир договор", "Europe/Kyiv").tree)
    snippet, spans = make_snippet(text, Highlighter(patterns).find(text, "ru", in_title=False))
    assert [snippet[a:b] for a, b in spans] == ["мир", "договор"]
    assert snippet.startswith("…")
    assert snippet.endswith("…")
    assert "Здесь мир" in snippet
    assert len(snippet) < SNIPPET_LENGTH * 1.7


@given(
    text=st.text("абв .!?\n…", max_size=1500),
    places=st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 30), st.integers(0, 3))),
)
def test_spans_of_a_snippet_show_the_text_that_matched(
    text: str, places: list[tuple[int, int, int]]
) -> None:
    matches = sorted(
        (
            Match(start, min(start + length, len(text)), number)
            for start, length, number in places
            if start < len(text)
        ),
        key=lambda match: (match.start, match.stop),
    )
    snippet, spans = make_snippet(text, matches)
    flat = " ".join(text.split())
    whole = " ".join(snippet.strip("…").split())
    assert whole.strip("… ") in flat or not whole
    previous = 0
    for start, stop in spans:
        assert previous <= start <= stop <= len(snippet)
        previous = stop
    assert len(snippet) <= 2 * SNIPPET_LENGTH + 200


def test_rendering_escapes_what_a_page_may_hold() -> None:
    text = "<b>мир</b> & \x1b[31mвойна"
    assert to_html(text, [(3, 6)]) == "&lt;b&gt;<mark>мир</mark>&lt;/b&gt; &amp; \x1b[31mвойна"
    assert "\x1b[31m" not in to_ansi(text, [(3, 6)])
    assert "\x1b[1;33mмир\x1b[0m" in to_ansi(text, [(3, 6)])
