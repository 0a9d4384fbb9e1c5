"""RSS and Atom: each item is an article; XML's tricks are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsindex.documents import read
from newsindex.model import Article, Skipped

RSS = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Речная газета</title>
<link>https://rika.example/</link><description>Новости реки</description>
<item><title>Уровень Днепра упал</title><link>https://rika.example/1</link>
<media:title>фото реки</media:title><guid>77</guid>
<pubDate>Fri, 08 Nov 2024 14:05:00 +0200</pubDate>
<description><![CDATA[Мели под Кременчугом]]></description>
<content:encoded><![CDATA[<p>Мели под Кременчугом.</p><p>Баржи стоят&nbsp;&mdash; ждут воды.</p>
<script>x()</script>]]></content:encoded></item>
<item><title>Порт &laquo;Заря&raquo; открыт</title><guid>https://rika.example/2</guid>
<description>&lt;p&gt;Порт работает.&lt;/p&gt;</description></item>
</channel></rss>
"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Карпатський вісник</title>
<entry><title>Сніг у горах</title><id>tag:x,1</id><updated>2024-11-09T08:00:00Z</updated>
<published>2024-11-08T08:00:00Z</published><link rel="self" href="https://x.example/self"/>
<link href="https://x.example/1"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Випав сніг.</p>
<p>Дороги &lt;слизькі&gt;.</p></div></content></entry></feed>
"""


def put(folder: Path, data: str | bytes) -> Path:
    path = folder / "feed.xml"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-u", "utf-16"])
def test_the_items_of_an_rss_feed_are_articles(tmp_path: Path, encoding: str) -> None:
    path = put(tmp_path, RSS.format(encoding=encoding).encode(encoding))
    first, second = read(path)
    assert isinstance(first, Article)
    assert (first.title, first.url) == ("Уровень Днепра упал", "https://rika.example/1")
    assert first.text == "Мели под Кременчугом.\n\nБаржи стоят — ждут воды."
    assert first.source == "Речная газета"
    assert first.published is not None
    assert first.published.isoformat() == "2024-11-08T14:05:00+02:00"
    assert isinstance(second, Article)
    assert (second.title, second.text) == ("Порт «Заря» открыт", "Порт работает.")
    assert second.url == "https://rika.example/2"


def test_a_feed_that_does_not_say_its_encoding_is_read(tmp_path: Path) -> None:
    text = RSS.replace(' encoding="{encoding}"', "")
    first = next(iter(read(put(tmp_path, text.encode("cp1251")))))
    assert isinstance(first, Article)
    assert first.title == "Уровень Днепра упал"


def test_the_entries_of_an_atom_feed_are_articles(tmp_path: Path) -> None:
    (article,) = read(put(tmp_path, ATOM))
    assert isinstance(article, Article)
    assert (article.title, article.source) == ("Сніг у горах", "Карпатський вісник")
    assert article.text == "Випав сніг.\n\nДороги <слизькі>."
    assert article.url == "https://x.example/1"
    assert article.published is not None
    assert article.published.isoformat() == "2024-11-08T08:00:00+00:00"


def test_broken_xml_keeps_the_items_before_it_and_names_the_line(tmp_path: Path) -> None:
    path = put(tmp_path, RSS.format(encoding="utf-8").replace("<guid>https", "<guid><https"))
    first, fault = read(path)
    assert isinstance(first, Article)
    assert isinstance(fault, Skipped)
    assert fault.place == f"{path}:11"
    assert "not readable as a feed" in fault.reason


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">',
        '<!ENTITY a SYSTEM "file:///etc/passwd">',
        '<!ENTITY % p SYSTEM "http://x.example/p.dtd"> %p;',
    ],
    ids=["entities that grow", "a file", "a parameter"],
)
def test_a_feed_that_declares_entities_is_refused(tmp_path: Path, declared: str) -> None:
    data = f"<?xml version='1.0'?><!DOCTYPE rss [{declared}]><rss><channel><item><title>a&b;"
    items = list(read(put(tmp_path, data + "</title></item></channel></rss>")))
    assert [type(item) for item in items] == [Skipped]
    assert "declares entities" in items[0].reason  # type: ignore[union-attr]  # Skipped, see above


def test_xml_that_is_no_feed_is_said_to_be_none(tmp_path: Path) -> None:
    (item,) = read(put(tmp_path, "<?xml version='1.0'?><urlset><url>a</url></urlset>"))
    assert isinstance(item, Skipped)
    assert item.reason == "XML, but neither a feed nor a page"
