"""Articles from JSON objects: names of fields, values of every kind, what is reported."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from newsindex.documents import articles_from, read
from newsindex.documents.page import parse_page
from newsindex.model import Article, Noted


def of(tmp_path: Path, record: dict[str, Any]) -> tuple[Article, list[str]]:
    path = tmp_path / "a.jsonl"
    path.write_bytes(orjson.dumps(record))
    *notes, article = read(path)
    assert isinstance(article, Article)
    return article, [note.reason for note in notes if isinstance(note, Noted)]


@pytest.mark.parametrize(
    ("record", "field", "expected"),
    [
        ({"Headline": "А"}, "title", "А"),
        ({"name": "Б", "title": "А"}, "title", "А"),
        ({"articleBody": "А"}, "text", "А"),
        ({"body": ["А", "Б"]}, "text", "А\nБ"),
        ({"summary": "Коротко."}, "text", "Коротко."),
        ({"lead": "Коротко.", "text": "Длинно."}, "text", "Коротко.\n\nДлинно."),
        ({"lead": "Коротко.", "text": "Коротко. И дальше."}, "text", "Коротко. И дальше."),
        ({"title": "", "headline": "А"}, "title", "А"),
        ({"title": "А", "ID": 17}, "id", "17"),
        ({"title": "А", "link": "https://www.site.ua/1"}, "url", "https://www.site.ua/1"),
        ({"title": "А", "link": "https://www.site.ua/1"}, "source", "site.ua"),
        ({"title": "А", "publisher": {"name": "Газета"}}, "source", "Газета"),
        ({"title": "А", "lang": "uk-UA"}, "language", "uk"),
        ({"title": "А", "lang": "en"}, "language", None),
        ({"title": "А", "text": "А\nТекст."}, "text", "Текст."),
        ({"title": "А у Б", "text": "А у БТекст."}, "text", "Текст."),
        ({"title": "А", "text": "А в поле."}, "text", "А в поле."),
        ({"text": "Москва. 8 августа. INTERFAX.RU - В столице."}, "text", "В столице."),
        ({"text": "Москва. 8 августа. INTERFAX.RU - В столице."}, "source", "INTERFAX.RU"),
        ({"text": "КИЕВ, 5 мар - РИА Новости. Дождь."}, "source", "РИА Новости"),
        ({"text": "Київ. Укрінформ. Уряд ухвалив."}, "text", "Уряд ухвалив."),
        ({"text": "Київ. Столиця зустріла весну."}, "text", "Київ. Столиця зустріла весну."),
    ],
)
def test_a_field_is_understood(
    tmp_path: Path, record: dict[str, Any], field: str, expected: str | None
) -> None:
    assert getattr(of(tmp_path, record)[0], field) == expected


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("2025-08-01 18:46", "2025-08-01T18:46:00+03:00"),
        (1722500000, "2024-08-01T11:13:20+03:00"),
        (1722500000.5, "2024-08-01T11:13:20.500000+03:00"),
        (1722500000123, "2024-08-01T11:13:20.123000+03:00"),
        ("публицист 10 Октября 2017, 09:15 ...", "2017-10-10T09:15:00+03:00"),
    ],
)
@pytest.mark.parametrize("name", ["published", "pubDate", "created_at", "datetime"])
def test_a_date_field_is_read(tmp_path: Path, name: str, value: str | float, meant: str) -> None:
    article, notes = of(tmp_path, {"title": "А", name: value})
    assert article.published is not None
    assert article.published.isoformat() == meant
    assert notes == []


def test_a_date_that_is_not_understood_is_reported_and_the_article_kept(tmp_path: Path) -> None:
    article, notes = of(tmp_path, {"title": "А", "date": "на днях"})
    assert article.published is None
    assert notes == ["date not understood: 'на днях'; the article was kept undated"]


@pytest.mark.parametrize("date", ["2095-01-01", "1914-07-28"])
def test_a_date_that_can_hardly_be_right_is_kept_and_flagged(tmp_path: Path, date: str) -> None:
    article, notes = of(tmp_path, {"title": "А", "date": date})
    assert article.published is not None
    assert len(notes) == 1
    assert date in notes[0]


@pytest.mark.parametrize(
    ("url", "offset"),
    [("https://a.ua/1", "+03:00"), ("https://a.ru/1", "+03:00"), ("https://a.kz/1", "+05:00")],
)
def test_the_time_zone_is_that_of_the_site(tmp_path: Path, url: str, offset: str) -> None:
    article, _ = of(tmp_path, {"title": "А", "url": url, "date": "2025-08-01 12:00"})
    assert article.published is not None
    assert article.published.isoformat() == f"2025-08-01T12:00:00{offset}"


@pytest.mark.parametrize(
    "day", ["2025-01-15", "15 января 2025", "2025-01-15T00:00:00", "15.01.2025 00:00"]
)
def test_a_day_without_an_hour_is_that_day_in_a_search_wherever_the_site_is(day: str) -> None:
    rows = [
        {"title": "Саммит", "text": "Текст.", "date": day, "url": f"https://site.{domain}/1"}
        for domain in ("ru", "com.ua", "kz", "pl")
    ]
    for article in articles_from(rows):
        assert isinstance(article, Article)
        assert article.published is not None
        kyiv = article.published.astimezone(ZoneInfo("Europe/Kyiv"))
        assert kyiv.date().isoformat() == "2025-01-15", (article.url, article.published)
    (moscow,) = articles_from(rows[:1], timezone="Europe/Moscow")
    assert isinstance(moscow, Article)
    assert moscow.published == datetime(2025, 1, 15, tzinfo=ZoneInfo("Europe/Moscow"))


def test_winter_parts_moscow_and_kyiv(tmp_path: Path) -> None:
    hours = []
    for url in ("https://a.ua/1", "https://a.ru/1"):
        article, _ = of(tmp_path, {"title": "А", "url": url, "date": "2025-01-01 12:00"})
        assert article.published is not None
        hours.append(article.published.isoformat()[-6:])
    assert hours == ["+02:00", "+03:00"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("У Києві говорив Зеленський Читати далі", "У Києві говорив Зеленський"),
        ("Говорил Путин. Читать далее →", "Говорил Путин."),
        ("Говорил Путин. Подробнее: https://site.ua/1", "Говорил Путин."),
        ("Говорив Кулеба.\nЧитайте також:\nЙого чули.", "Говорив Кулеба.\nЙого чули."),
        ("Говорив Кулеба. Детальніше за посиланням 👇", "Говорив Кулеба."),
        ("Smith spoke in Kyiv. Read more", "Smith spoke in Kyiv."),
        ("Він радив: «Читати далі»", "Він радив: «Читати далі»"),
        ("Учитель велел читать далее", "Учитель велел читать далее"),
        ("Об этом он рассказал подробнее", "Об этом он рассказал подробнее"),
    ],
)
def test_calls_to_click_that_end_a_line_are_no_text(tmp_path: Path, text: str, kept: str) -> None:
    assert of(tmp_path, {"title": "Т", "text": text})[0].text == kept
    assert of(tmp_path, {"title": "Т", "lead": text, "text": "Далі текст."})[0].text.startswith(
        kept
    )


def test_a_text_with_entities_keeps_its_calls(tmp_path: Path) -> None:
    text = "Говорив Кулеба.\nЧитайте також:\nІ Єрмак."
    record = {"text": text, "entities": [{"type": "PER", "start": 33, "end": 38}]}
    article = of(tmp_path, record)[0]
    assert article.text == text
    assert article.entities is not None
    assert article.entities[0].name == "Єрмак"


@pytest.mark.parametrize(
    "piece", ["КИЕВа-", "Киев. 6 марта. А-", "А-А ", "http://!", "М. И. ", "А.", "1.", "а-"]
)
def test_lines_that_could_be_read_in_many_ways_are_read_at_once(tmp_path: Path, piece: str) -> None:
    """An expression that tries all the ways would not come back from these."""
    text = f"Новость.\n{piece * 3000} x"
    article, _ = of(tmp_path, {"title": "А", "text": text})
    assert article.text.startswith("Новость.")
    page = f"Сайт\n18:46 01.08.2025\nЗаголовок статьи\n{piece * 3000} x\n\nТекст новости.\n"
    assert "Текст новости." in parse_page(page).text
