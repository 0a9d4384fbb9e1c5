"""HTML pages: what the markup states, what the text holds, in whatever encoding."""

from __future__ import annotations

import contextlib
import importlib
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsindex.documents import parse_html, read
from newsindex.documents.html_page import html_lines
from newsindex.errors import InvalidArticle
from newsindex.model import Article, Skipped

pytest.importorskip("trafilatura", reason='needs the extra "html"')

BODY = """
<p>Агентство водных путей предупредило капитанов о мелях ниже Кременчуга. За две недели Днепр
опустился на двадцать сантиметров, и баржи с полной загрузкой рискуют сесть на грунт.</p>
<p>Читайте также</p><ul><li><a href="/1">Сом весом в сорок килограммов попал в сети</a></li></ul>
<p>В агентстве объясняют: осень выдалась сухой, а водохранилища берегут запас к зиме.</p>
<p>Углублять русло начнут в марте, сообщил руководитель агентства Остап Вербицкий.</p>
"""
H1 = "Уровень Днепра у Кременчуга упал"


def page(head: str = "", top: str = "", body: str = BODY) -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{H1} | Речная газета</title>{head}</head><body>"
        f"<nav><a href='/'>Главная</a> <a href='/n'>Новости</a></nav><article><h1>{H1}</h1>{top}"
        f"{body}</article><aside><h3>Популярное</h3><p>Цирк уехал</p></aside></body></html>"
    )


PIECES = [
    "<p>",
    "</p>",
    "<div>",
    "<script type='application/ld+json'>[{",
    "<meta charset=x",
    "<h1>",
]
PIECES += ["<time datetime='0001-01-01'>", "<!--", "<table><tr>", "\x00", "&#0;", BODY, "<title>"]
LINKED = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
{"@type": "WebSite", "name": "x"}, {"@type": ["NewsArticle"], "headline": "Днепр &quot;упал&quot;",
"datePublished": "2024-11-08T14:05:00+02:00", "publisher": {"name": "Речная газета"}}]}</script>"""


def test_linked_data_states_title_time_and_site() -> None:
    article = parse_html(page(LINKED))
    assert article.title == 'Днепр "упал"'
    assert article.published is not None
    assert article.published.isoformat() == "2024-11-08T14:05:00+02:00"
    assert article.source == "Речная газета"
    assert article.language == "ru"


@pytest.mark.parametrize(
    ("head", "top"),
    [
        ('<meta property="article:published_time" content="2024-11-08T14:05:00+02:00">', ""),
        ('<meta itemprop="datePublished" content="2024-11-08 14:05">', ""),
        ("", '<time datetime="2024-11-08T12:05:00Z">8 ноября</time>'),
        ("", "<time>8 ноября 2024, 14:05</time>"),
        ("", '<span itemprop="datePublished">08.11.2024 14:05</span>'),
        ('<script type="application/ld+json">{broken</script>', "<time>14:05 08.11.2024</time>"),
    ],
)
def test_the_time_is_found_where_the_markup_has_it(head: str, top: str) -> None:
    published = parse_html(page(head, top)).published
    assert published is not None
    assert published.timestamp() == 1731067500


def test_without_statements_heading_and_address_serve() -> None:
    article = parse_html(page('<link rel="canonical" href="https://www.rechnaya.example.ru/n/17">'))
    assert article.title == H1
    assert article.url == "https://www.rechnaya.example.ru/n/17"
    assert article.source == "rechnaya.example.ru"


def test_a_year_that_the_text_names_is_no_date_of_the_page() -> None:
    body = "<p>Верфь основали в 1978 году, и с 1997 года ее суда ходят по Днепру и по Дунаю.</p>"
    assert parse_html(page(body=BODY + body)).published is None


def test_a_page_of_pictures_alone_has_no_text_rather_than_its_menus() -> None:
    cities = "".join(f"<p><a href='/{n}'>{n}</a></p>" for n in "Киев Днепр Львов Одесса".split())
    body = f"<body><div>{cities}</div><h1>{H1}</h1></body>"
    article = parse_html(f"<html><head><title>{H1}</title></head>{body}</html>")
    assert (article.title, article.text) == (H1, "")


def test_links_within_the_text_and_the_furniture_around_it_are_dropped() -> None:
    text = parse_html(page(LINKED)).text
    assert text.startswith("Агентство водных путей")
    assert text.endswith("Остап Вербицкий.")
    assert not [word for word in ("Сом", "Цирк", "Главная", "Читайте") if word in text]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-u", "utf-16"])
@pytest.mark.parametrize("declared", [True, False])
def test_the_encoding_is_the_declared_or_the_likely_one(
    tmp_path: Path, encoding: str, declared: bool
) -> None:
    html = page(f'<meta charset="{encoding}">' if declared else "")
    path = tmp_path / "a.html"
    path.write_bytes(html.encode(encoding))
    articles = [item for item in read(path) if isinstance(item, Article)]
    assert [article.title for article in articles] == [H1]
    assert "Кременчуга" in articles[0].text


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=30).map("".join))
def test_no_html_makes_the_reader_fail(html: str) -> None:
    with contextlib.suppress(InvalidArticle):
        parse_html(f"<html>{html}")


@pytest.mark.parametrize("html", ["<html></html>", "<html><body><nav>Меню</nav></body></html>"])
def test_a_page_without_text_is_reported(tmp_path: Path, html: str) -> None:
    path = tmp_path / "a.html"
    path.write_text(html)
    (item,) = read(path)
    assert isinstance(item, Skipped)
    assert re.match("no (text|article) on the", item.reason)


def test_without_the_extra_the_page_is_reported_with_the_way_to_read_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def absent(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(InvalidArticle, match=re.escape('pip install "newsindex[html]"')):
        parse_html(page())


@pytest.mark.parametrize("html", ["", "<!-- nothing -->", "<html></html>"])
def test_a_page_without_anything_has_no_lines(html: str) -> None:
    assert html_lines(html) == []
