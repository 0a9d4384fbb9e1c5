"""Every construct of the query language finds what it says, in a small index."""

from __future__ import annotations

import itertools
import random
from datetime import datetime

import pytest
from whoosh import query as q

from newsindex import Article, GivenEntity, Index
from newsindex.query.leaves import AtLeast, Proximity
from tests.conftest import KYIV, MakeIndex, article

NOW = datetime(2025, 8, 14, 12, tzinfo=KYIV)  # a Thursday


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    articles = [
        article(
            "Пакет новых санкций согласован. Президент Зеленский прибыл в Киев.",
            title="Санкции",
            id="ru1",
            day="2025-08-13T10:00",
            source="interfax.com.ua",
            url="https://a.example/1",
        ),
        article(
            "Санкции отложены. Пакет документов о нефти готовят долго и трудно.",
            title="Нефть",
            id="ru2",
            day="2025-08-05T10:00",
            source="lenta.ru",
        ),
        article(
            "Прем'єр-міністр України приїхав. Новий пакет санкцій затверджено.",
            title="",
            id="uk1",
            day="2025-07-20T10:00",
            language="uk",
            source="unian.ua",
        ),
        article("Погода без осадков, ветер слабый.", title="Прогноз", id="ru3", day=None),
    ]
    index = Index.create(tmp_path_factory.mktemp("language") / "test.idx")
    with index.writer() as writer:
        for each in articles:
            writer.add(each)
    index.refresh()
    return index


def found(index: Index, query: str) -> set[str]:
    results = index.search(query, now=NOW)
    assert results.diagnostics == ()
    return {hit.id for hit in results}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("санкции", {"ru1", "ru2", "uk1"}),
        ('"пакет санкций"', {"uk1"}),
        ('"пакет санкций"~2', {"ru1", "uk1"}),
        ('"санкции пакет"~3', {"ru2"}),
        ("(санкции NEAR/2 пакет)", {"ru1", "ru2", "uk1"}),
        ("санкции NEAR/1 пакет", {"uk1"}),
        ("пакет РЯДОМ/2 санкций", {"ru1", "ru2", "uk1"}),
        ("пакет ПОРУЧ/2 (нефть OR новых)", {"ru1", "uk1"}),
        ('"пакет документов" NEAR/2 нефть', {"ru2"}),
        ("санкции NEAR/2 пакет NEAR/3 документов", {"ru2"}),
        ("SENTENCE(санкции пакет)", {"ru1", "uk1"}),
        ("ПРЕДЛОЖЕНИЕ(президент Киев)", {"ru1"}),
        ("РЕЧЕННЯ(президент пакет)", set()),
        ("-SENTENCE(санкции пакет)", {"ru2", "ru3"}),
        ('SENTENCE("новых санкций" пакет)', {"ru1"}),
        ('"пакет санкция нефть президент"/3', {"ru1", "ru2"}),
        ('"пакет санкция нефть президент"/2', {"ru1", "ru2", "uk1"}),
        ("пре*ент", {"ru1"}),
        ("д?кументов", {"ru2"}),
        ("*кумент*", {"ru2"}),
        ("пре*", {"ru1", "uk1"}),
        ('"пре*ент Зел*"', {"ru1"}),
        ("кто президент?", set()),
        ("президент?", {"ru1"}),
        ("Зеленькый~2", {"ru1"}),
        ("президннт~1", {"ru1"}),
        ("президннт~", {"ru1"}),
        ("пердзиент~1", set()),
        ("президентом~1", {"ru1"}),
        ("=санкции", {"ru1", "ru2"}),
        ("=санкций", {"ru1"}),
        ("санкции^2 пакет", {"ru1", "ru2", "uk1"}),
        ("title:санкции", {"ru1"}),
        ("title,text:санкции", {"ru1", "ru2", "uk1"}),
        ("source:lenta.ru", {"ru2"}),
        ("source:*fax*", {"ru1"}),
        ("source,lang:uk", {"uk1"}),
        ("lang:uk", {"uk1"}),
        ("id:ru1", {"ru1"}),
        ("person:Зеленський", {"ru1"}),
        ("person,place:Киев", {"ru1"}),
        ("has:person", {"ru1"}),
        ("has:place -has:person", {"uk1"}),
        ("has:url", {"ru1"}),
        ("-has:title", {"uk1"}),
        ("has:date", {"ru1", "ru2", "uk1"}),
        ("date:none", {"ru3"}),
        ("date:2025-08", {"ru1", "ru2"}),
        ("date:август 2025", {"ru1", "ru2"}),
        ("date:серпень", {"ru1", "ru2"}),
        ("date:вчера", {"ru1"}),
        ("date:прошлая неделя", {"ru2"}),
        ("date:прошлая неделя пакет", {"ru2"}),
        ("date:минулого місяця", {"uk1"}),
        ('date:"last month"', {"uk1"}),
        ("date:now-7d", {"ru1"}),
        ("date:[now-10d TO now-2d]", {"ru2"}),
        ("date:[20 июля 2025 TO 5 серпня 2025]", {"ru2", "uk1"}),
        ("date:>=август 2025", {"ru1", "ru2"}),
        ("date: >= август 2025", {"ru1", "ru2"}),
        ("date:июль..август 2025", {"ru1", "ru2", "uk1"}),
        ("date:2025-08..2025-09 санкции", {"ru1", "ru2"}),
        ("-date:2025-08 санкции", {"uk1"}),
        ("президент ИЛИ нефть", {"ru1", "ru2"}),
        ("санкции НЕ нефть", {"ru1", "uk1"}),
        ("санкції І нафта АБО президент", {"ru1"}),
        ("«новых санкций»", {"ru1"}),
        ("„новых санкций“", {"ru1"}),
        ("“новых санкций”", {"ru1"}),
        ("санкции && нефть", {"ru2"}),
        ("санкции ТА нефть", {"ru2"}),
        ("президент || нефть", {"ru1", "ru2"}),
        ("президент | нефть", {"ru1", "ru2"}),
        ("президент нефть OR пакет", {"ru1"}),
        ("санкции NOT нефть", {"ru1", "uk1"}),
        ("(президент OR нефть) санкции", {"ru1", "ru2"}),
        ("санкции NEAR президент", {"ru1"}),
        # The title is a sentence of its own.
        ("SENTENCE(нефть отложены)", set()),
        ("нефть отложены", {"ru2"}),
        ('="новых санкций"', {"ru1"}),
        ('="новые санкции"', set()),
        ('title:"санкции"', {"ru1"}),
        ("title:(санкции OR нефть)", {"ru1", "ru2"}),
        ("source:len*", {"ru2"}),
        ("language:uk", {"uk1"}),
        ('person:"Владимир Зеленский"', {"ru1"}),
        ("place:Київ", {"ru1"}),
        ("place:Украина", {"uk1"}),
        ("person,place:Украина", {"uk1"}),
        ("-has:place", {"ru2", "ru3"}),
        ("date:2025", {"ru1", "ru2", "uk1"}),
        ("date:2025-08-13T10:00", {"ru1"}),
        ("date:сьогодні OR date:вчера", {"ru1"}),
        ("date:учора", {"ru1"}),
        ("date:последние 7 дней", {"ru1"}),
        ("date:9 дней назад", {"ru2"}),
        ("date:5 серпня", {"ru2"}),
        ("date:20.07.2025", {"uk1"}),
        ("date:now-1M/M", {"uk1"}),
        ("date:[2025-08-01 TO 08.2025]", {"ru1", "ru2"}),
        ("date:{2025-08-05 TO *]", {"ru1"}),
        ("date:[ TO 2025-08-05}", {"uk1"}),
        ("date:>2025-08-05", {"ru1"}),
        ("date:<2025-08", {"uk1"}),
        ("date:<=2025-08-05", {"ru2", "uk1"}),
        ("*", {"ru1", "ru2", "uk1", "ru3"}),
    ],
)
def test_what_a_construct_finds(index: Index, query: str, expected: set[str]) -> None:
    assert found(index, query) == expected


def test_a_boost_changes_the_order(make_index: MakeIndex) -> None:
    index = make_index([article("мир мир война", id="a"), article("мир война война", id="b")])
    for query, order in (("мир^5 война", ["a", "b"]), ("мир война^5", ["b", "a"])):
        assert [hit.id for hit in index.search(query)] == order


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('"дрон* сегодня"', {"b"}),
        ('"вчера дрон*"', {"a"}),
        ('"дрон* вчера"', set()),
        ('"дрон* город"', set()),
        ('"дрон* камикадзе"', {"a", "c", "d", "e"}),
        ('"дронов-камикадзе сегодня"', {"a", "d"}),
        ("дрон* NEAR/1 сегодня", {"b", "c"}),
        ("SENTENCE(дрон* город)", {"d", "e"}),
    ],
)
def test_a_beginning_that_a_compound_and_its_first_part_share_stands_there_once(
    make_index: MakeIndex, query: str, expected: set[str]
) -> None:
    texts = {
        "a": "Вчера дронов-камикадзе сегодня сбили",
        "b": "Вчера ушли дроны сегодня",
        "c": "сегодня дронов-камикадзе вчера",
        "d": "дронов-камикадзе сегодня город",
        "e": "дроны шли дронов-камикадзе и город сегодня",
    }
    index = make_index([article(text, id=name, language="ru") for name, text in texts.items()])
    assert found(index, query) == expected


def test_names_of_bodies_and_of_more_than_one_kind(make_index: MakeIndex) -> None:
    given = (GivenEntity("org", "Верховная Рада"),)
    kept = GivenEntity("person", "Андрей Ермак")
    other = GivenEntity("person", "Виталий Ермак")
    articles = [
        Article("", "Верховная Рада приняла закон.", id="a", entities=given),
        Article("", "Андрей Ермак дал интервью.", id="b", entities=(kept,)),
        Article("", "Виталий Ермак дал интервью.", id="c", entities=(other,)),
    ]
    index = make_index(articles)
    for query, expected in (
        ("org:Рада", {"a"}),
        ("person,org:Рада", {"a"}),
        ("person:Рада", set()),
        ("has:org", {"a"}),
        ("person:Ермак", {"b", "c"}),
        ('person:"Андрей Ермак"', {"b"}),
        ('person:"Андрій Єрмак"', {"b"}),
    ):
        assert found(index, query) == expected, query


def test_filters_understand_the_same_words(index: Index) -> None:
    week = index.search("", since="прошлая неделя", until="вчера", now=NOW)
    assert {hit.id for hit in week} == {"ru1", "ru2"}
    assert [hit.id for hit in index.search("", until="минулого місяця", now=NOW)] == ["uk1"]


@pytest.mark.parametrize(
    "date",
    [
        "вчера",
        "1 день назад",
        "13 августа",
        "13 серпня",
        "2025-08-13..вчера",
        "2025-08-13 .. вчера",
    ],
)
def test_a_relative_date_is_not_remembered(make_index: MakeIndex, date: str) -> None:
    index = make_index([article("мир", id="a", day="2025-08-13T10:00")])
    for _ in range(2):
        assert index.search(f"date:{date} мир", now=NOW).total == 1
        later = index.search(f"date:{date}", now=datetime(2027, 8, 14, tzinfo=KYIV))
        assert later.total == int(".." in date)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("*а*", "2 in a row"),
        ("has:everything", "has: expected one of"),
        ("person:Ерм*", "takes no *"),
        ("мир NEAR -война", "NEAR with nothing to join"),
        ("мир NEAR source:a", "joins words"),
        ('"а б"/3', "only 2 different words"),
        ("слово~7", "at most 2 letters"),
        ("я~1", "searched as it is"),
        (" ".join(f"сло{letter}*" for letter in "абвгдежзиклмнопрстуфхцчшщ"), "24 such words"),
        ('"' + "мир и " * 50 + '"', "first 64 words"),
    ],
)
def test_what_was_ignored_or_guessed_is_said(index: Index, query: str, message: str) -> None:
    messages = [diagnostic.message for diagnostic in index.search(query).diagnostics]
    assert any(message in said for said in messages), messages


LETTERS = "мир война договор закон".split()


def test_proximity_equals_counting_by_hand(make_index: MakeIndex) -> None:
    rng = random.Random(5)
    texts = {
        f"d{number}": [
            [rng.choice([*LETTERS, *["слово"] * 6]) for _ in range(rng.randint(1, 9))]
            for _ in range(rng.randint(1, 4))
        ]
        for number in range(300)
    }
    index = make_index(
        [
            Article(
                "", " ".join(" ".join(s).capitalize() + "." for s in text), id=name, language="ru"
            )
            for name, text in texts.items()
        ],
        commits=2,
    )

    def is_near(text: list[list[str]], words: tuple[str, ...], distance: int) -> bool:
        flat = [word for sentence in text for word in sentence]
        at = [[i for i, word in enumerate(flat) if word == wanted] for wanted in words]
        for first, second, *rest in itertools.product(*at):
            low, high = min(first, second), max(first, second)
            if low == high or high - low > distance:
                continue
            if all(
                third not in (low, high) and max(low, third) - min(high, third) <= distance
                for third in rest
            ):
                return True
        return False

    for words in [
        *itertools.permutations(LETTERS, 2),
        ("мир", "мир"),
        *itertools.permutations(LETTERS, 3),
    ]:
        leaves = [q.Term("text", word) for word in words]
        for distance in (1, 2, 4):
            expected = {name for name, text in texts.items() if is_near(text, words, distance)}
            got = index.search(Proximity(leaves, distance), limit=400)
            assert {hit.id for hit in got} == expected, (words, distance)
        expected = {
            name
            for name, text in texts.items()
            if any(set(words) <= set(sentence) for sentence in text)
        }
        got = index.search(Proximity(leaves, None), limit=400)
        assert {hit.id for hit in got} == expected, words
        for count in (1, 2):
            expected = {
                name
                for name, text in texts.items()
                if len({*words} & {word for sentence in text for word in sentence}) >= count
            }
            if len({*words}) == len(words):
                got = index.search(AtLeast(leaves, count), limit=400)
                assert {hit.id for hit in got} == expected, (words, count)
