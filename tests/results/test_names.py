"""The name that lists show for an entity: the one that most of some articles show."""

from __future__ import annotations

import pytest

from newsindex import Article
from newsindex.model import GivenEntity
from newsindex.results.names import best_spelling
from tests.conftest import MakeIndex, article


def about(number: int, name: str, language: str = "uk", hour: int | None = None) -> Article:
    """An article with ``name`` as the only person in it."""
    hour = number % 24 if hour is None else hour
    made = article(
        f"{name} виступив перед послами, запис {number}.",
        title=f"Виступ {number}",
        language=language,
        day=f"2025-{1 + number % 12:02}-{1 + number % 28:02}T{hour:02}:00",
        id=str(number),
    )
    entity = GivenEntity("person", name, (("text", 0, len(name)),))
    return Article(
        made.title,
        made.text,
        published=made.published,
        language=language,
        id=made.id,
        entities=(entity,),
    )


MIXED = [
    *(about(n, "Вереба") for n in range(20)),
    *(about(n, "Веребі") for n in range(20, 27)),
]


def test_most_articles_name_whom_a_list_shows(make_index: MakeIndex) -> None:
    index = make_index(MIXED)
    (facet,) = index.facets("", by="person")
    assert (facet.name, facet.spellings) == ("Вереба", ("Вереба", "Веребі"))
    assert [found.name for found in index.entities("вере")] == ["Вереба"]
    assert [found.text for found in index.suggest("вере").names] == ["Вереба"]


@pytest.mark.parametrize("dates", ["many", "one"])
def test_the_name_does_not_depend_on_how_the_index_is_parted(
    make_index: MakeIndex, dates: str
) -> None:
    # As many of either, so that the articles that are asked decide.
    hour = 12 if dates == "one" else None
    for first in range(0, 60, 20):
        articles = [
            about(n if hour is None else 28 * 12 * n, "Вереба" if n % 2 else "Веребі", hour=hour)
            for n in range(first, first + 20)
        ]
        shown = {
            make_index(articles, commits=commits, name=f"{first}-{commits}.idx")
            .facets("", by="person")
            .facets[0]
            .name
            for commits in (1, 3, 10)
        }
        assert len(shown) == 1


def test_deleted_articles_are_not_asked(make_index: MakeIndex) -> None:
    index = make_index(MIXED)
    with index.writer() as writer:
        for number in range(20):
            writer.delete(str(number))
    index.refresh()
    assert index.facets("", by="person").facets[0].name == "Веребі"


def test_names_are_those_of_the_language_of_what_matches(make_index: MakeIndex) -> None:
    index = make_index(
        [
            *(about(n, "Володимир Зеленський") for n in range(6)),
            *(about(n, "Владимир Зеленский", "ru") for n in range(6, 10)),
        ]
    )
    for query, name in (("", "Володимир Зеленський"), ("lang:ru", "Владимир Зеленский")):
        assert [facet.name for facet in index.facets(query, by="person")] == [name]
    assert index.entities("зел").facets[0].name == "Володимир Зеленський"


@pytest.mark.parametrize(
    ("spellings", "best"),
    [
        (("Зеленськ", "Зеленський", "Зеленська"), "Зеленський"),
        (("Кулеб", "Кулеба"), "Кулеба"),
        (("Ермака", "Ермак", "Ермаком"), "Ермак"),
        (("Володимир Зеленськ", "Володимир Зеленський"), "Володимир Зеленський"),
    ],
)
def test_of_spellings_alone_no_bare_stem_is_chosen(spellings: tuple[str, ...], best: str) -> None:
    assert best_spelling("person", spellings, spellings) == best


def test_thinning_out_the_articles_of_one_who_is_named_often_changes_no_name(
    make_index: MakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = make_index([about(n, "Вереба" if n % 2 else "Веребі") for n in range(300)])
    shown = index.facets("", by="person")
    monkeypatch.setattr("newsindex.results.names._MANY", 100)
    assert index.facets("", by="person") == shown
