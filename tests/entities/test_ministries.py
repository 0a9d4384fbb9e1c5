"""Ministries: whose МИД is meant where no country stands beside it."""

from __future__ import annotations

import pytest

from newsindex import Article
from newsindex.entities import Mention, document_keys, mentions_from_spans, query_keys


def mentioned(
    names: list[str], language: str = "ru", url: str | None = None
) -> tuple[Mention, ...]:
    text = "; ".join(names)
    starts = [sum(len(n) + 2 for n in names[:i]) for i in range(len(names))]
    spans = [("org", "text", s, s + len(n)) for s, n in zip(starts, names, strict=True)]
    return mentions_from_spans(Article("", text, language=language, url=url), spans)


def finds(query: str, mentions: tuple[Mention, ...]) -> bool:
    return not set(query_keys("org", query)).isdisjoint(document_keys(mentions))


RU, UA = "https://news.ru/1", "https://novyny.com.ua/1"


@pytest.mark.parametrize(
    ("bare", "language", "url", "whole"),
    [
        ("МИД", "ru", RU, "Министерство иностранных дел России"),
        ("Минфин", "ru", RU, "Минфин РФ"),
        ("Минэнерго", "ru", RU, "Министерство энергетики России"),
        ("Генпрокуратура", "ru", RU, "Генеральная прокуратура РФ"),
        ("МИД", "ru", UA, "Министерство иностранных дел Украины"),
        ("МЗС", "uk", None, "Міністерство закордонних справ України"),
        ("МВС", "uk", None, "МВД Украины"),
    ],
)
def test_a_bare_ministry_is_that_of_the_country_of_the_site(
    bare: str, language: str, url: str | None, whole: str
) -> None:
    (alone,) = mentioned([bare], language, url)
    (spelled,) = mentioned([whole])
    assert alone.key == spelled.key
    assert finds(whole, (alone,))
    assert finds(bare, (spelled,))


def test_where_nothing_tells_the_country_a_ministry_is_anyones() -> None:
    (bare,), (russian,) = mentioned(["МИД"]), mentioned(["МИД России"])
    assert bare.key != russian.key
    assert not finds("МИД России", (bare,))
    assert finds("МИД", (russian,))


def test_a_bare_ministry_is_the_only_one_that_the_text_names() -> None:
    first, second = mentioned(["МИД Германии", "МИД"], url=RU)
    assert first.key == second.key
    assert finds("МИД", (first, second))
    *_, undecided = mentioned(["МИД Германии", "МИД Франции", "МИД"], url=RU)
    (alone,) = mentioned(["МИД"])
    assert undecided.key == alone.key


def test_ministries_of_countries_that_are_named_are_apart() -> None:
    assert not finds("МИД Украины", mentioned(["МИД России"], url=UA))
    assert not finds("МИД", mentioned(["МИД Перу"]))
    assert finds("МИД Перу", mentioned(["Министерство иностранных дел Перу"]))


def test_what_only_one_country_has_is_not_moved() -> None:
    for name in ("СБУ", "МЧС", "Госдума", "Пентагон", "ООН", "Газпром"):
        (here,), (there,) = mentioned([name], url=RU), mentioned([name], url=UA)
        assert here.key == there.key
