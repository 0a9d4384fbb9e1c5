"""Who wrote an article and where it was sent from: found where it is stated, else not guessed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsindex import Article, Index
from newsindex.documents import articles_from, parse_html, parse_page, read
from newsindex.documents.author import stated_author
from tests.conftest import MakeIndex

TITLE = "В Полтаве открыли новый мост через Ворсклу"
TEXT = (
    "Мост через реку Ворскла открыли в Полтаве после двух лет строительства.\n"
    "Длина моста составляет двести метров, по нему уже ездят автобусы."
)


def page(*above: str, below: tuple[str, ...] = (), text: str = TEXT) -> str:
    head = ("Вестник Полтавы", "12:30, 5 марта 2024", TITLE, *above)
    return "\n\n".join([*head, text, *below, "© 2024 Вестник Полтавы"])


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Автор: Иван Петров", "Иван Петров"),
        ("Автор материала — Ольга Ким", "Ольга Ким"),
        ("Автор: Редакция", "Редакция"),
        ("Авторы: Иван Петров и Ольга Ким", "Иван Петров, Ольга Ким"),
        ("Текст: Иван Петров. Фото: Анна Белова", "Иван Петров"),
        ("Текст: И. Петров, корреспондент", "И. Петров"),
        ("Підготувала Олена Коваль", "Олена Коваль"),
        ("Беседовал Матвей Крылов", "Матвей Крылов"),
        ("Корреспондент: Анна Белова-Седых", "Анна Белова-Седых"),
        ("Иван Петров, Вестник Полтавы", "Иван Петров"),
        ("Олена Коваль, кореспондентка", "Олена Коваль"),
        ("Иван Петров", "Иван Петров"),
        # none of these is one
        ("Автор: admin", None),
        ("Автор: Вестник Полтавы", None),
        ("Автор фото: Анна Белова", None),
        ("Фото: Анна Белова", None),
        ("Редактор: Анна Белова", None),
        ("Мнения и колонки", None),
        ("Иван Петров, губернатор области", None),
        ("Текст: Конституция", None),
        ("Большой Полтавский", None),
    ],
)
def test_a_byline_between_headline_and_text(line: str, author: str | None) -> None:
    article = parse_page(page(line))
    assert article.author == author
    assert article.title == TITLE
    if author is not None:
        assert article.text == TEXT  # the byline is no part of it


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("Автор: Иван Петров", "Иван Петров"),
        ("Иван Петров, Вестник Полтавы", "Иван Петров"),
        ("Иван Петров", None),  # a tag, or who is in the picture above
    ],
)
def test_a_byline_below_the_text(line: str, author: str | None) -> None:
    article = parse_page(page(below=(line,)))
    assert article.author == author
    assert article.text == TEXT


def test_authors_of_the_links_below_are_not_of_the_article() -> None:
    links = ("Читайте также", "Как вырастить лук на балконе", "Автор: Ольга Ким")
    assert parse_page(page(below=links)).author is None


def test_a_person_of_the_article_alone_on_a_line_is_a_caption() -> None:
    text = f"{TEXT}\nПо словам мэра Ивана Петрова, ремонт обошёлся в два миллиона гривен."
    assert parse_page(page("Иван Петров", text=text)).author is None


@pytest.mark.parametrize(
    ("opening", "dateline", "author"),
    [
        ("Москва. 8 августа. INTERFAX.RU - ", "Москва", None),
        ("КИЕВ, 5 мар - ", "КИЕВ", None),
        ("Київ. Укрінформ. ", "Київ", None),
        ("КИЕВ, 5 мар - РИА Новости. ", "КИЕВ", None),
        ("КИЕВ, 5 мар - РИА Новости, Иван Петров. ", "КИЕВ", "Иван Петров"),
        ("", None, None),
    ],
)
def test_the_place_of_a_dateline(opening: str, dateline: str | None, author: str | None) -> None:
    for article in (
        parse_page(page(text=opening + TEXT)),
        next(iter(articles_from([{"title": TITLE, "text": opening + TEXT}]))),
    ):
        assert isinstance(article, Article)
        assert (article.dateline, article.author) == (dateline, author)
        assert article.text == TEXT


@pytest.mark.parametrize(
    ("value", "author"),
    [
        (" Иван  Петров ", "Иван Петров"),
        ("Автор: Иван Петров", "Иван Петров"),
        ("ivan@site.example (Иван Петров)", "Иван Петров"),
        (["Иван Петров", {"name": "Ольга Ким"}, "Иван Петров"], "Иван Петров, Ольга Ким"),
        ({"@type": "Person", "name": "Ольга Ким"}, "Ольга Ким"),
        ("Редакция", "Редакция"),
        ({"@type": "Organization", "name": "Завод имени Кирова"}, None),
        ("https://facebook.com/ivan", None),
        ("ivan@site.example", None),
        ("Zaxid.net", None),
        ("Вестник", None),
        ("admin", None),
        ("17", None),
        ("Слово " * 50, None),
        (17, None),
        ({}, None),
        (None, None),
    ],
)
def test_a_stated_author(value: object, author: str | None) -> None:
    assert stated_author(value, not_these=("Вестник", None)) == author


@pytest.mark.parametrize("name", ["author", "byline", "Автор", "authors", "dc:creator"])
def test_a_field_of_a_record(name: str) -> None:
    (article,) = articles_from([{"title": TITLE, "text": TEXT, name: "Иван Петров"}])
    assert isinstance(article, Article)
    assert article.author == "Иван Петров"


def test_a_dateline_that_is_a_date_is_no_place() -> None:
    (article,) = articles_from([{"title": TITLE, "text": TEXT, "dateline": "1709640000"}])
    assert isinstance(article, Article)
    assert article.dateline is None


@pytest.mark.parametrize(
    "element",
    [
        "<author>ivan@site.example (Иван Петров)</author>",
        "<dc:creator>Иван Петров</dc:creator>",
        "<author><name>Иван Петров</name><uri>https://site.example/</uri></author>",
    ],
)
def test_an_item_of_a_feed(tmp_path: Path, element: str) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        '<?xml version="1.0"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>Вестник</title><item><title>{TITLE}</title><description>{TEXT}</description>"
        f"{element}</item></channel></rss>",
        encoding="utf-8",
    )
    (article,) = read(feed)
    assert isinstance(article, Article)
    assert article.author == "Иван Петров"


def test_several_creators_of_an_item(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        '<?xml version="1.0"?><rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item>'
        f"<title>{TITLE}</title><description>{TEXT}</description>"
        "<dc:creator>Иван Петров</dc:creator><dc:creator>Ольга Ким</dc:creator>"
        "</item></channel></rss>",
        encoding="utf-8",
    )
    (article,) = read(feed)
    assert isinstance(article, Article)
    assert article.author == "Иван Петров, Ольга Ким"


LINKED = json.dumps(
    {"@type": "NewsArticle", "author": [{"@type": "Person", "name": "Иван Петров"}]},
    ensure_ascii=False,
)


@pytest.mark.parametrize(
    ("head", "body", "author"),
    [
        (f'<script type="application/ld+json">{LINKED}</script>', "", "Иван Петров"),
        ('<meta name="author" content="Иван Петров">', "", "Иван Петров"),
        (
            '<meta property="article:author" content="https://facebook.com/ivan">',
            '<a rel="author" href="/ivan">Иван Петров</a>',
            "Иван Петров",
        ),
        (
            "",
            '<span itemprop="author" itemscope><b itemprop="name">Иван Петров</b></span>',
            "Иван Петров",
        ),
        ('<meta name="author" content="Вестник">', "", None),
    ],
)
def test_an_html_page(head: str, body: str, author: str | None) -> None:
    pytest.importorskip("trafilatura")
    paragraphs = "".join(f"<p>{line} {line}</p>" for line in TEXT.split("\n"))
    article = parse_html(
        f'<html><head><meta property="og:site_name" content="Вестник">{head}</head><body>'
        f"<article><h1>{TITLE}</h1>{body}{paragraphs}</article></body></html>"
    )
    assert article.author == author


def test_the_real_pages_name_their_authors(data: Path) -> None:
    pytest.importorskip("trafilatura")
    pages = data / "html_pages_ru_uk"
    for country, file in (
        ("ru", "fundus_ru_Kommersant"),
        ("ua", "fundus_ua_Pravda"),
    ):
        (path,) = pages.glob(f"fundus_{country}_*.html")
        (gold,) = json.loads((pages / f"{file}.json").read_text("utf-8")).values()
        assert parse_html(path.read_text("utf-8")).author == ", ".join(gold["authors"])


def made(text: str, author: str | None) -> Article:
    return Article(TITLE, text, url="https://site.example/1", author=author, dateline="КИЕВ")


def test_the_index_keeps_both_through_merges_and_updates(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "news.idx")
    first = made(TEXT, "Иван Петров")
    assert first.id == made(TEXT, None).id
    other = Article("Другая новость", TEXT, url="https://b.example")
    for articles in ([first], [made(TEXT, "Ольга Ким"), other]):
        with index.writer() as writer:
            for article in articles:
                writer.add(article)
    with index.writer() as writer:
        writer.optimize()
    index.refresh()
    kept = index.get(first.id)
    assert kept is not None
    assert (kept.author, kept.dateline) == ("Ольга Ким", "КИЕВ")
    hits = {hit.title: (hit.author, hit.dateline) for hit in index.search("мост")}
    assert hits == {TITLE: ("Ольга Ким", "КИЕВ"), "Другая новость": (None, None)}


@pytest.mark.parametrize("name", ["news.jsonl", "news.csv", "news.parquet"])
def test_an_export_holds_both(make_index: MakeIndex, tmp_path: Path, name: str) -> None:
    article = made(TEXT, "Иван Петров")
    make_index([article]).export("", tmp_path / name)
    if name.endswith("parquet"):
        rows = pytest.importorskip("pyarrow.parquet").read_table(tmp_path / name).to_pylist()
        (again,) = articles_from(rows)
    else:
        (again,) = read(tmp_path / name)
    assert isinstance(again, Article)
    assert (again.author, again.dateline) == ("Иван Петров", "КИЕВ")
    assert again.id == article.id
