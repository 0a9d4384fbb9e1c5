"""Extraction: what the shipped model finds in raw news, with spans, keys and names."""

import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsindex.entities import Mention, extract, extract_many, get_extractor, tagger, weights
from newsindex.entities.extractor import extract_with
from newsindex.entities.lexicon import DATA
from newsindex.errors import InvalidArgument
from newsindex.model import Article


def names(text: str, language: str | None = None, title: str = "") -> set[tuple[str, str]]:
    """Kind and display name of everything found."""
    return {(m.kind, m.name) for m in extract(Article(title, text, language=language))}


RUSSIAN = [
    ("Министр обороны Рустем Умеров прибыл в Брюссель.", {("person", "Рустем Умеров")}),
    ("Об этом сообщила СБУ во вторник.", {("org", "СБУ")}),
    ("Взрывы прогремели в Харькове и Одессе.", {("place", "Харьков"), ("place", "Одесса")}),
    ("С президентом Андреем Ковалем встретились послы.", {("person", "Андрей Коваль")}),
    ("Компания «Северсталь» снизила добычу, пишет Reuters.", {("org", "Reuters")}),
    ("Госдума приняла закон - Володин", {("person", "Володин")}),
]
UKRAINIAN = [
    ("Міністр оборони Рустем Умєров прибув до Брюсселя.", {("person", "Рустем Умєров")}),
    ("Про це повідомила СБУ у вівторок.", {("org", "СБУ")}),
    ("Вибухи пролунали у Харкові та Одесі.", {("place", "Харків"), ("place", "Одеса")}),
    ("З мером Андрієм Ковалем зустрілися посли.", {("person", "Андрій Коваль")}),
    ("Верховна Рада ухвалила закон - Стефанчук", {("person", "Стефанчук")}),
]


@pytest.mark.parametrize(("text", "expected"), RUSSIAN)
def test_russian_news(text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= names(text, "ru")


@pytest.mark.parametrize(("text", "expected"), UKRAINIAN)
def test_ukrainian_news(text: str, expected: set[tuple[str, str]]) -> None:
    assert expected <= names(text, "uk")


def test_weapons_and_plain_text_are_no_names() -> None:
    text = "Истребители F-16 сбили дроны Shahed-136. Новые правила вступят в силу в понедельник."
    assert not names(text, "ru")


CLAUSES = [
    ("Зеленський звільнив керівників СБУ.", {("person", "Зеленський"), ("org", "СБУ")}),
    ("Банк внесли в санкционный список США.", {("place", "США")}),
    ("Военные нанесли удары по Запорожской области.", {("place", "Запорожская область")}),
    ("Пожежники врятували мешканця Полтави.", {("place", "Полтава")}),
    ("Пожар был в СНТ «Горицвет».", {("org", "СНТ «Горицвет»")}),
]


@pytest.mark.parametrize(("text", "expected"), CLAUSES)
def test_a_body_does_not_swallow_the_clause_about_it(
    text: str, expected: set[tuple[str, str]]
) -> None:
    assert names(text) == expected


def test_the_country_of_a_code_of_laws_is_a_place() -> None:
    assert ("place", "РФ") in names("Дело возбуждено по статье 158 УК РФ.", "ru")
    assert ("place", "Україна") in names("Справу відкрито за статтею 111 КК України.", "uk")


def test_a_bare_surname_joins_the_full_name() -> None:
    article = Article("", "Депутат Ольга Бондаренко выступила. Бондаренко раскритиковала бюджет.")
    keys = {m.key for m in extract(article) if m.kind == "person"}
    assert len(keys) == 1


def test_many_articles_at_once_give_what_each_gives_alone() -> None:
    articles = [Article("Новини", text) for text, _ in RUSSIAN + UKRAINIAN] * 40
    assert list(extract_many(articles)) == [extract(a) for a in articles]
    assert list(extract_many([])) == []


def test_spans_hold_the_text_of_their_field() -> None:
    article = Article("Зеленский посетил Львов", "Володимир Зеленський прибув до Львова.")
    found = extract(article)
    assert {m.field for m in found} == {"title", "text"}
    for m in found:
        assert getattr(article, m.field)[m.start : m.stop] == m.text


def test_a_headline_in_capitals_is_read_as_the_text_writes_it() -> None:
    article = Article(
        "ЗЕЛЕНСКИЙ ВСТРЕТИЛСЯ С МАКРОНОМ В ПАРИЖЕ",
        "Президент Украины Владимир Зеленский встретился с Эммануэлем Макроном. "
        "Разговор Зеленского и Макрона прошёл в Париже.",
        language="ru",
    )
    in_title = {(m.kind, m.name) for m in extract(article) if m.field == "title"}
    assert ("place", "Париж") in in_title
    assert ("person", "Владимир Зеленский") in in_title


def test_the_seed_page(seed_text: str) -> None:
    found = names(seed_text, "ru")
    by_kind = {k: {n for kind, n in found if kind == k} for k in ("person", "org", "place")}
    assert by_kind["person"] == {"Андрей Ермак", "Масатака Окано"}
    assert by_kind["place"] == {"Украина", "Япония", "РФ", "Пхеньян", "США"}
    assert by_kind["org"] == {
        "Офис президента Украины",
        "Секретариат по вопросам национальной безопасности Японии",
        "Кабинет министров Японии",
        "ЕС",
    }


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60))
def test_any_text_is_taken_and_every_span_lies_within_it(text: str, title: str) -> None:
    if not (text.strip() or title.strip()):
        return
    article = Article(title, text)
    for m in extract(article):
        assert isinstance(m, Mention)
        assert getattr(article, m.field)[m.start : m.stop] == m.text != ""


def test_hostile_texts_cost_little() -> None:
    extract(Article("", "А" * 300_000))
    extract(Article("", "Киев " * 30_000))
    extract(Article("", "«" * 100_000))
    extract(Article("", "".join(f"Слово{i}щ " for i in range(3_000))))


def test_threads_share_the_model() -> None:
    article = Article("", "Мэр Харькова Игорь Терехов обратился к министру Денису Шмыгалю.")
    expected = extract(article)
    results: list[tuple[Mention, ...]] = []

    def work() -> None:
        results.extend(extract(article) for _ in range(20))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 80
    assert set(results) == {expected}


def test_the_default_extractor_has_a_name_and_unknown_ones_are_refused() -> None:
    assert get_extractor("crf") is extract
    with pytest.raises(InvalidArgument, match="crf"):
        get_extractor("no-such-extractor")


@pytest.mark.parametrize(
    "unit",
    [
        *("Иван А. Б.•", '"(Корея О\'№"', '"@a А. Б.Хь', "Іван Петрович ", "А.", "@", "www.a.ua/"),
        *("🔸«Зоря» ", "Ким Чен Ын II, ", "Министерство по делам ", "де аль-", "Южная "),
    ],
)
def test_the_time_grows_with_the_length_of_the_text(unit: str) -> None:
    def seconds(length: int) -> float:
        begin = time.process_time()
        extract(Article("", (unit * (length // len(unit) + 1))[:length]))
        return time.process_time() - begin

    seconds(1_000)
    assert seconds(60_000) < 60 * max(seconds(6_000), 0.01)


def test_more_words_than_are_kept_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [text for text, _ in RUSSIAN + UKRAINIAN]
    articles = [
        Article("", f"{texts[i % len(texts)]} И {i}-е слово{'абвгдежзик'[i % 10] * (i % 7 + 1)}.")
        for i in range(60)
    ]
    expected = [extract(article) for article in articles]
    with (DATA / "weights.npz").open("rb") as file:
        short = tagger.Tagger(weights.load(file, "the model of the package"))
    for kept in (40, 90):
        monkeypatch.setattr(tagger, "_MAX_FORMS", kept)
        assert [extract_with(short, [article])[0] for article in articles] == expected
        assert len(short._words.numbers) < kept + 40
