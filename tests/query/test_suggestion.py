"""Suggestions: what a query that finds nothing may mean, by the words of the index itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsindex import Index, IndexCorrupt, InvalidArgument
from newsindex.query import spelling, suggestion
from newsindex.query.keyboard import are_neighbours, in_other_layouts, with_slips
from newsindex.query.mistyped import penalty
from tests.conftest import MakeIndex, article

TEXTS = [
    (
        "Президент Зеленский прибыл в Киев. Привет от правительства. Пакет санкций готов.",
        "ru",
    ),
    ("Президент провёл консультации об обороне. Нет санкций без решения.", "ru"),
    ("Санкции согласованы.", "ru"),
    ("Україна готує відповідь. Сьогодні у Харкові вибори, є рішення, сильні бої.", "uk"),
    ("Новий пакет санкцій затверджено. Україна чекає.", "uk"),
    ("Hello world: OpenAI представила новую модель.", "ru"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    index = Index.create(tmp_path_factory.mktemp("suggestion") / "test.idx")
    for half in (TEXTS[:3], TEXTS[3:]):  # in two segments
        with index.writer() as writer:
            for text, language in half:
                writer.add(article(text, language=language, source="ukr.example"))
    index.refresh()
    return index


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # a letter more, less, another, two swapped
        ("прездент", "президент"),
        ("Зелленский", "Зеленский"),
        ("консультоции", "консультации"),
        ("прездент Зелинский", "президент Зеленский"),
        # typed in another layout
        ("ghbdtn", "привет"),
        ("Ghbdtn", "Привет"),
        ("руддщ", "hello"),
        ("руддщ цщкдв", "hello world"),
        ("erhf]yf", "україна"),
        ("j,jhjyt", "обороне"),
        ("ghbdtn, ghfdbntkmcndf", "привет, правительства"),
        # letters of the other language, and some that look alike
        ("сьогодны", "сьогодні"),
        ("украъна", "україна"),
        ("рэшення", "рішення"),
        # what is not a word stays
        ('"пакет санкцый"~3 -вайна', '"пакет санкций"~3 -вайна'),
        ("=прездент", "=президент"),
        ("text:прездент OR text:вайна", "text:президент OR text:вайна"),
        ("date:2025-08 прездент^2", "date:2025-08 президент^2"),
        ("date:[2025 TO 2026] прездент", "date:[2025 TO 2026] президент"),
        ("SENTENCE(прездент киев)", "SENTENCE(президент киев)"),
        ("прездент NEAR/3 зеленский", "президент NEAR/3 зеленский"),
        # nothing is made of names of sources, of dates, of patterns and of what is far from a word
        ("source:ukr.exampel президент", None),
        ("date:2024 президент", None),
        ("президэ*нт", None),
        ("щщщщщщщщ", None),
        ("", None),
    ],
)
def test_a_query_that_finds_nothing_is_put_right(
    index: Index, query: str, expected: str | None
) -> None:
    results = index.search(query)
    assert results.suggestion == expected
    assert results.as_dict()["suggestion"] == expected
    if expected is not None:
        assert index.search(expected).total


def test_what_is_shown_of_a_word_is_short_and_not_rare(make_index: MakeIndex) -> None:
    forms = ["президента"] * 4 + ["президент"] * 3 + ["президентом"]
    index = make_index(article(f"О {form}.", id=str(i)) for i, form in enumerate(forms))
    assert [(each.text, each.count) for each in index.suggest("през").words] == [("президент", 8)]


def test_a_word_that_only_resembles_another_is_not_put_right(make_index: MakeIndex) -> None:
    index = make_index([article("Марков приехал.", id="1")])
    assert index.search("Харьков").suggestion is None  # two letters, the first among them
    assert index.search("Марковв").suggestion == "Марков"
    assert index.search("Варков").suggestion == "Марков"


@pytest.mark.parametrize(
    ("query", "filters", "said"),
    [
        ("мир", {"since": "2024", "until": "2024"}, "2 articles match without the limits on date"),
        ("мир date:2024", {"source": "я"}, "2 articles match without the limits on date and"),
        ("мир lang:uk", {}, "2 articles match without the limits on language"),
        ("Киев", {"language": "uk"}, "1 article matches if words are joined across the languages"),
        ("Киев lang:uk date:2024", {}, "1 article matches without the limits on date and language"),
        ("погода", {"since": "1990"}, "1 article matches without one, which date:none finds"),
        ("абракадабра", {"since": "1990"}, None),
        ("date:2024 lang:ru", {}, "1 article matches without one"),
        ("date:2024 lang:uk", {}, None),
        ("", {"since": "2030"}, "1 article matches without one, which date:none finds"),
    ],
)  # fmt: skip
def test_what_takes_away_all_hits_is_said(
    make_index: MakeIndex, query: str, filters: Any, said: str | None
) -> None:
    index = make_index(
        [
            article("Мир в мире.", id="1"),
            article("Мир, дружба.", id="2"),
            article("Зустріч у Києві відбулася вчора.", id="3", language="uk"),
            article("Погода без даты.", id="4", day=None),
        ]
    )
    results = index.search(query, **filters)
    assert results.total == 0
    assert results.suggestion is None
    messages = [diagnostic.message for diagnostic in results.diagnostics]
    assert len(messages) == (said is not None)
    assert said is None or said in messages[0]
    assert index.search(query, suggest=False, **filters).diagnostics == ()


def test_what_finds_something_gets_no_suggestion(index: Index) -> None:
    assert index.search("президент").suggestion is None
    assert index.search("президент OR прездент").suggestion is None
    assert index.search("прездент", suggest=False).suggestion is None


def test_a_suggestion_finds_something_under_the_same_filters(index: Index) -> None:
    assert index.search("прездент", language="ru").suggestion == "президент"
    assert index.search("прездент", language="uk").suggestion is None
    assert index.search("прездент", since="2026").suggestion is None


def test_a_mistake_that_the_index_makes_too_is_one_where_nothing_else_helps(
    make_index: MakeIndex,
) -> None:
    texts = ["Прездент приехал."] + ["Президент подписал указ."] * 40
    index = make_index(article(text, id=str(i)) for i, text in enumerate(texts))
    assert index.search("прездент указ").suggestion == "президент указ"
    assert index.search("прездент").total == 1


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Words as often as in real news: what is meant is more frequent than what resembles it."""
    index = Index.create(tmp_path_factory.mktemp("suggestion") / "news.idx")
    texts = {
        "Новые санкции против России.": 60,
        "Россия не согласна. Обстрел Харькова.": 300,
        "Цены стали расти, и рации подорожали.": 20,
        "Растим детей. Против течения.": 20,
        "Санкцыям нет конца.": 1,
        "Ракетний обстріл України, окупанти обстріляли Харків.": 40,
        "Землетрясение и наводнение. Электростанция работает.": 5,
        "ВСУ атаковали завод.": 9,
        "Указ о санкционной политике. Редкий Расин.": 2,
    }
    with index.writer() as writer:
        for text, count in texts.items():
            for number in range(count):
                language = "uk" if "і" in text else "ru"
                writer.add(article(text, id=f"{text}{number}", language=language))
    index.refresh()
    return index


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # A vowel without stress and a doubled letter are likelier than one letter of another word.
        ("санкции против Расии", "санкции против России"),
        # санкцыи finds what санкции finds, but is put right too.
        ("санкцыи против Расии", "санкции против России"),
        ("новыи санкции протиф Росии", "новые санкции против Росии"),
        ("апстрел Харкова", "обстрел Харкова"),
        ("окупанти обстрилялы Харкив", "окупанти обстріляли Харків"),
        ("ракетнй абстріл Украйни", "ракетний обстріл України"),
        ("землитресение наводненее", "землетрясение наводнение"),
        # Wrong at the first letter by its sound, and at another.
        ("елктростанция", "электростанция"),
        # In Latin letters.
        ("Kharkiv", "Харків"),
        ("obstrel Rossii", "обстрел России"),
        # What is written in capitals stays so.
        ("ВСУ атоковали", "ВСУ атаковали"),
        ("САНКЦЫИ против Расии", "САНКЦИИ против России"),
        # What finds more wins: Расин is no nearer to it than России, but nobody writes of both.
        ("обстрел Расии", "обстрел России"),
        # A rare word that is right stays.
        ("Расин пталитика", None),
        ("редкий Расин палитика", "редкий Расин политике"),
    ],
)
def test_all_misspelled_words_are_put_right_by_what_is_likely_meant(
    news: Index, query: str, expected: str | None
) -> None:
    assert news.search(query).suggestion == expected


@pytest.mark.parametrize(
    ("typed", "likelier", "other"),
    [
        ("карова", "корова", "карета"),
        ("расия", "россия", "рация"),
        ("програма", "программа", "програмка"),
        ("обьезд", "объезд", "обед"),
        ("сталица", "столица", "стадия"),
        ("президкнт", "президент", "президинт"),  # neighbours on the keyboard
        ("презиеднт", "президент", "презент"),
        ("гурт", "курт", "торт"),
        ("ведпустка", "відпустка", "випустка"),
        ("обыдва", "обидва", "обидва!"),
    ],
)
def test_usual_errors_weigh_less(typed: str, likelier: str, other: str) -> None:
    assert 0 < penalty(typed, likelier) < penalty(typed, other)
    assert penalty(typed, typed) == 0
    assert penalty(typed, likelier) == penalty(likelier, typed)


def test_keys_that_touch_are_neighbours() -> None:
    assert are_neighbours("а", "в")
    assert are_neighbours("а", "м")
    assert are_neighbours("і", "в")
    assert are_neighbours("s", "w")
    assert not are_neighbours("а", "т")
    assert not are_neighbours("q", "p")


@settings(max_examples=60, deadline=None)
@given(query=st.text(st.sampled_from(list('абвіїpzt ,.;[]"()~/^*?=-:0date')), max_size=30))
def test_no_query_upsets_it_and_a_suggestion_always_finds(index: Index, query: str) -> None:
    suggested = index.search(query).suggestion
    assert suggested is None or index.search(suggested).total


def test_it_gives_up_quietly(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    assert index.search("прездент " * 40).suggestion is None
    monkeypatch.setattr(suggestion, "TIME", 0.0)
    assert index.search("прездент").suggestion is None


def test_the_layouts_and_the_slips() -> None:
    assert "привет" in in_other_layouts("ghbdtn")
    assert "україна" in in_other_layouts("erhf]yf")
    assert "hello" in in_other_layouts("руддщ")
    assert "сэр" not in in_other_layouts("сэр")
    assert "сильні" in with_slips("сильны")
    assert "сегодня" in with_slips("cегoдня")
    assert len(with_slips("и" * 100)) <= 200


def test_a_beginning_is_completed_by_the_most_frequent_words(index: Index) -> None:
    # Three forms in two languages are one word, which a search for any of them finds.
    found = index.suggest("санк")
    assert [(each.text, each.kind, each.count) for each in found.words] == [("санкций", "word", 4)]
    for word in index.suggest("п", limit=50).words:
        assert word.text.startswith("п")
        assert word.count == index.search(word.text).total
    president = index.suggest("През").words[0]
    assert (president.text, president.count) == ("президент", 2)
    assert len(index.suggest("п", limit=2).words) == 2


def test_names_are_completed_too(index: Index) -> None:
    names = index.suggest("Зеле").names
    assert [(name.text, name.kind) for name in names] == [("Зеленский", "person")]
    # Of the spellings of a name one is shown that begins so.
    assert all("укра" in name.text.casefold() for name in index.suggest("укра").names)
    assert [name.text for name in index.suggest("об обороне зеле").names] == []
    assert [word.text for word in index.suggest("прибыл в ки").words] == ["киев"]
    assert len(index.suggest("ыыы")) == 0
    assert list(index.suggest("", limit=0)) == []
    with pytest.raises(InvalidArgument):
        index.suggest("а", limit=-1)


def test_deleted_articles_complete_nothing(make_index: MakeIndex) -> None:
    index = make_index([article("Консультации.", id="a"), article("Погода.", id="b")])
    with index.writer() as writer:
        writer.delete("a")
    index.refresh()
    assert len(index.suggest("конс")) == 0
    assert index.search("кансультации").suggestion is None


@pytest.mark.parametrize("query", ["date:none", "date:None", '"a" OR date:none', "-has:date"])
def test_date_none_finds_the_undated_alone(make_index: MakeIndex, query: str) -> None:
    dated = [article(f"Новость {i}.", id=f"d{i}", day=f"2025-08-0{i + 1}") for i in range(4)]
    alone = make_index(dated[:1], name="one.idx")
    assert alone.search(query).total == 0
    assert [hit.id for hit in alone.search(f"новость {query}")] == []
    both = [*dated, article("Новость без даты.", id="u", day=None)]
    for commits in (1, 5):
        index = make_index(both, commits=commits, name=f"{commits}.idx")
        for _ in range(2):
            assert [hit.id for hit in index.search(query)] == ["u"]
            assert index.search(query, since="1990").total == 0
            assert index.search(query, until="2030").total == 0
            assert index.search("date:*").total == 4
        with index.writer() as writer:
            writer.delete("u")
        index.refresh()
        assert index.search(query).total == 0


def test_a_damaged_dictionary_of_forms_gives_no_suggestion(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> None:
        raise IndexCorrupt("damaged")

    monkeypatch.setattr(spelling, "form_rows", damaged)
    assert index.search("прездент").suggestion is None
