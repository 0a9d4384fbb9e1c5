"""An article from an HTML page: what its markup states first, then the text by its lines.

Title, time, site, address and author are taken from JSON-LD (schema.org), OpenGraph, microdata and
``<time>``, in this order, the author from ``rel="author"`` too. The main text is trafilatura's
(A. Barbaresi, "Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery and
Extraction", ACL 2021), and its lines are then judged as those of any other page, because what an
extractor takes for text may still be a list of links. Needs the extra ``html``.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape
from typing import Any

import orjson

from newsindex.documents.author import stated_author
from newsindex.documents.dates import parse_date
from newsindex.documents.encoding import Decoded, decode
from newsindex.documents.opening import fold
from newsindex.documents.page import parse_page
from newsindex.documents.recurring import RecurringLines
from newsindex.documents.sites import host_of, zone_of_host
from newsindex.errors import InvalidArticle
from newsindex.model import DEFAULT_TIMEZONE, Article

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report)$")
_SITE_SUFFIX = re.compile(r"\s+[|–—-]\s+[^|]{2,60}$")
_SHORT_TEXT = 250  # characters: an extractor that found less may have missed the text
_SHORTEST_TEXT = 5  # words of the longest line of a text
_INLINE = frozenset("a b i u s em strong span small sub sup font mark abbr time q cite".split())
_UNSEEN = frozenset("script style noscript template svg".split())
_DATE_META = (
    *("article:published_time", "og:published_time", "og:article:published_time", "datepublished"),
    *("pubdate", "publishdate", "publish_date", "publication_date", "dc.date.issued", "dc.date"),
    *("dcterms.created", "mediator_published_time", "sailthru.date", "article_date_original"),
)

_AUTHOR_META = (
    *("article:author", "og:article:author", "author", "mediator_author", "dc.creator"),
    *("dcterms.creator", "sailthru.author", "parsely-author", "cxenseparse:author", "byl"),
)


@dataclass(slots=True)
class _Stated:
    """What the markup says, each the first that was found; empty where it says nothing."""

    title: str = ""
    published: str = ""
    site: str = ""
    url: str = ""
    authors: list[Any] = field(default_factory=list)


def decode_html(data: bytes, charset: str | None = None) -> Decoded | None:
    """The text of an HTML file: UTF-8 if it is valid, else as declared (``charset`` is what the
    server said of it), else as encoding.decode."""
    try:
        return Decoded(data.decode(), "utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(data[:4096])
    name = (declared[1].decode() if declared else charset or "").lower()
    if name and name not in ("utf-8", "utf8"):
        try:
            return Decoded(data.decode(name), name)
        except (LookupError, ValueError):
            pass
    return decode(data)


def parse_html(
    html: str,
    *,
    timezone: str | None = None,
    now: datetime | None = None,
    url: str | None = None,
    recurring: RecurringLines | None = None,
) -> Article:
    """The article of an HTML page; arguments as for parse_page.

    Raises InvalidArticle where no text was found or the extra ``html`` is not installed.
    """
    try:
        trafilatura = importlib.import_module("trafilatura")
        lxml_html = importlib.import_module("lxml.html")
    except ImportError:
        raise InvalidArticle(
            'an HTML page: to read these, install the extra "html" (pip install "newsindex[html]")'
        ) from None
    try:
        tree = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=_parser())
    except (ValueError, lxml_html.etree.LxmlError) as error:
        raise InvalidArticle(f"not readable as HTML: {error}") from error
    stated = _stated(tree)
    url = url or stated.url or None
    heads = [" ".join(e.text_content().split()) for e in tree.iter("h1")]
    text = _main_text(trafilatura, html, {fold(head) for head in heads})
    if not text:
        raise InvalidArticle("no text on the HTML page that looks like an article")
    title = _title(stated, heads, tree)
    article = parse_page(
        text,
        timezone=timezone,
        now=now,
        url=url,
        source=stated.site or None,
        title=title or None,
        recurring=recurring,
    )
    read_date = functools.partial(
        parse_date,
        timezone=timezone or zone_of_host(host_of(url) if url else None),
        days=timezone or DEFAULT_TIMEZONE,
    )
    published = _published(stated, tree, functools.partial(read_date, now=now)) or article.published
    if published is None:
        # extensive, it takes the first year that the text names for the first of January
        found = trafilatura.extract_metadata(html, extensive=False)
        published = read_date(found.date) if found is not None and found.date else None
    return Article(
        title=article.title,
        text=article.text if not article.title or _has_text(article.text) else "",
        published=published,
        url=article.url,
        source=article.source,
        language=article.language,
        author=_author(stated, tree, (article.source, host_of(article.url or "")))
        or article.author,
        dateline=article.dateline,
    )


def _has_text(text: str) -> bool:
    """Whether there is more than a word or three on some line: a page with pictures alone has no
    text, and its menus are what is found then."""
    return any(len(line.split()) >= _SHORTEST_TEXT for line in text.splitlines())


def html_lines(html: str) -> list[str]:
    """The lines that a browser would show of a page, as far as that is needed to compare pages;
    none where the extra ``html`` is not installed or the page cannot be read."""
    try:
        lxml_html = importlib.import_module("lxml.html")
    except ImportError:
        return []
    try:
        tree = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=_parser())
    except (ValueError, lxml_html.etree.LxmlError):
        return []
    lines: list[str] = []
    parts: list[str] = []
    for event, element in importlib.import_module("lxml.etree").iterwalk(tree, ("start", "end")):
        inline = element.tag in _INLINE
        if event == "start":
            if not inline and parts:
                lines.append("".join(parts))
                parts = []
            if element.tag not in _UNSEEN and element.text:
                parts.append(element.text)
        else:
            if not inline and parts:
                lines.append("".join(parts))
                parts = []
            if element.tail:
                parts.append(element.tail)
    return lines


def _parser() -> Any:
    return importlib.import_module("lxml.html").HTMLParser(encoding="utf-8", huge_tree=False)


def _main_text(trafilatura: Any, html: str, heads: set[str]) -> str:
    """The text that trafilatura finds, a paragraph a line, without the headings of the page."""
    text = ""
    for recall in (False, True):
        if len(text) >= _SHORT_TEXT:
            break
        try:
            found = trafilatura.extract(
                html,
                include_comments=False,
                include_tables=True,
                deduplicate=False,
                favor_recall=recall,
            )
        except Exception as error:  # whatever a hostile page sets off in there costs this page
            raise InvalidArticle(f"not readable as HTML: {error!r}") from error
        text = max(text, found or "", key=len)
    return "\n\n".join(line for line in text.split("\n") if fold(line) not in heads)


def _stated(tree: Any) -> _Stated:
    stated = _Stated()
    for node in _linked_data(tree):
        kinds = node.get("@type")
        kinds = kinds if isinstance(kinds, list) else [kinds]
        if not any(isinstance(kind, str) and _ARTICLE_TYPES.search(kind) for kind in kinds):
            continue
        stated.title = stated.title or _string(node.get("headline"))
        stated.published = stated.published or _string(node.get("datePublished"))
        stated.site = stated.site or _string(node.get("publisher"))
        stated.url = stated.url or _address(node.get("url")) or _address(node.get("@id"))
        stated.authors.append(node.get("author"))
    meta: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("itemprop") or element.get("name")
        if name and element.get("content"):
            meta.setdefault(name.casefold(), element.get("content").strip())
    stated.title = stated.title or meta.get("og:title", "")
    stated.site = meta.get("og:site_name", "") or stated.site
    stated.url = (
        next(
            (_address(e.get("href")) for e in tree.iter("link") if e.get("rel") == "canonical"), ""
        )
        or _address(meta.get("og:url"))
        or stated.url
    )
    stated.authors += [meta[name] for name in _AUTHOR_META if name in meta]
    if not stated.published:
        stated.published = next((meta[name] for name in _DATE_META if name in meta), "")
    return stated


def _linked_data(tree: Any) -> Iterator[dict[str, Any]]:
    for script in tree.iter("script"):
        if (script.get("type") or "").casefold() != "application/ld+json" or not script.text:
            continue
        try:
            pending = [orjson.loads(script.text.strip().rstrip(";"))]
        except orjson.JSONDecodeError:
            continue
        while pending:
            node = pending.pop(0)
            if isinstance(node, list):
                pending.extend(node)
            elif isinstance(node, dict):
                yield node
                pending.extend(node[key] for key in ("@graph", "mainEntity") if key in node)


def _published(
    stated: _Stated,
    tree: Any,
    read_date: Callable[[str], datetime | None],
) -> datetime | None:
    candidates = [stated.published]
    for element in tree.iter():
        if element.get("itemprop") == "datePublished":
            candidates.append(element.get("datetime") or element.get("content") or element.text)
    candidates.extend(e.get("datetime") or e.text_content() for e in tree.iter("time"))
    for written in candidates:
        published = read_date(written) if written else None
        if published is not None:
            return published
    return None


def _author(stated: _Stated, tree: Any, sites: tuple[str | None, ...]) -> str | None:
    """The first that is an author of what JSON-LD, meta elements, microdata and links state."""
    for value in stated.authors:
        if author := stated_author(value, not_these=sites):
            return author
    named: list[str] = []
    for element in tree.iter():
        if element.get("itemprop") != "author" or "Organization" in element.get("itemtype", ""):
            continue
        inner = next((e for e in element.iter() if e.get("itemprop") == "name"), element)
        named.append(inner.get("content") or inner.text_content())
    links = [e.text_content() for e in tree.iter("a") if "author" in e.get("rel", "").split()]
    return stated_author(named, not_these=sites) or stated_author(links, not_these=sites)


def _title(stated: _Stated, heads: list[str], tree: Any) -> str:
    """The stated title without the site's name behind it; else the only h1, else <title>."""
    title = " ".join(stated.title.split())
    if title:
        bare = _SITE_SUFFIX.sub("", title)
        return bare if bare in heads else title
    if len(heads) == 1 and heads[0]:
        return heads[0]
    window = next((" ".join(e.text_content().split()) for e in tree.iter("title")), "")
    return _SITE_SUFFIX.sub("", window)


def _string(value: Any) -> str:
    if isinstance(value, list):
        return next(filter(None, map(_string, value)), "")
    if isinstance(value, dict):
        return _string(value.get("name"))
    return unescape(value).strip() if isinstance(value, str) else ""


def _address(value: Any) -> str:
    return value.strip() if isinstance(value, str) and value.strip().startswith("http") else ""
