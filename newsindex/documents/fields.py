"""An article from the named fields of a record (a JSON object, a row of a table).

Names are compared without case, spaces, ``_``, ``-`` and ``.``: ``publishedAt``, ``published_at``
and ``Published At`` are one. Where a record holds several names of one field, the one that the
caller maps to it wins (``meta.date`` is the field ``date`` of the object ``meta``), else the first
of the list below that has a value. A lead (``lead``, ``summary`` ...) is put before the text,
unless the text begins with it, and is the text where there is none. ``entities`` are the names in
the article (see newsindex.documents.given).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from newsindex.documents.author import stated_author
from newsindex.documents.closing import without_calls
from newsindex.documents.dates import find_dates, from_calendar, from_timestamp, parse_date
from newsindex.documents.given import given_entities
from newsindex.documents.markup import plain_text
from newsindex.documents.messenger import without_marks
from newsindex.documents.opening import strip_opening
from newsindex.documents.sites import host_of, zone_of_host
from newsindex.documents.telegram import post_of
from newsindex.errors import InvalidArticle
from newsindex.model import DEFAULT_TIMEZONE, Article

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "_id", "guid", "uuid", "article_id", "news_id", "doc_id"),
    "url": (
        "url",
        "link",
        "href",
        "permalink",
        "canonical_url",
        "article_url",
        "ссылка",
        "посилання",
    ),
    "title": (
        "title",
        "headline",
        "heading",
        "header",
        "name",
        "subject",
        "заголовок",
        "название",
        "назва",
    ),
    "text": (
        *("text", "body", "content", "article_text", "article_body", "full_text", "main_text"),
        *("plain_text", "message", "content_html", "текст", "содержание", "зміст"),
    ),
    "lead": (
        *("lead", "summary", "description", "abstract", "subtitle", "annotation", "excerpt"),
        *(
            "snippet",
            "announce",
            "лид",
            "лід",
            "анонс",
            "аннотация",
            "анотація",
            "описание",
            "опис",
        ),
    ),
    "published": (
        *("published", "published_at", "date_published", "publication_date", "publish_date"),
        *("pub_date", "date_publish", "published_date", "datetime", "date_time", "date"),
        *("created_at", "date_created", "created", "timestamp", "time", "date_raw"),
        *("дата публикации", "дата публікації", "опубликовано", "опубліковано", "дата и время"),
        *("дата і час", "дата та час", "дата"),
    ),
    "source": (
        *("source", "source_name", "site", "site_name", "publisher", "outlet", "media"),
        *("channel", "domain", "источник", "джерело", "издание", "видання", "сми", "змі", "сайт"),
    ),
    "language": ("language", "lang", "locale", "in_language", "язык", "мова"),
    "author": (
        *("author", "authors", "author_name", "byline", "by_line", "creator", "dc:creator"),
        *("writer", "journalist", "reporter", "автор", "авторы", "автори", "журналист"),
        *("журналіст", "кореспондент", "корреспондент"),
    ),
    "dateline": ("dateline",),
    "entities": ("entities", "named_entities"),
}
_FOLDED = str.maketrans("", "", " _-.")
_RANK = {
    alias.translate(_FOLDED): (field, rank)
    for field, aliases in ALIASES.items()
    for rank, alias in reversed(list(enumerate(aliases)))
}
_LANGUAGES = {"ru": "ru", "rus": "ru", "russian": "ru", "русский": "ru"}
_LANGUAGES |= {"uk": "uk", "ukr": "uk", "ua": "uk", "ukrainian": "uk", "українська": "uk"}
_OF_AN_ARTICLE = ("text", "published")
_PLACE = re.compile(r"[^\W\d_][^\d\n]{1,60}")  # some systems call the date a dateline
_OLDEST_USUAL_YEAR = 1990  # news older than that is rarely on the web; a date so old is flagged


@functools.lru_cache(1024)
def _ranked(name: str) -> tuple[str, int]:
    """The field that the name is an alias of and its rank among them; ("", 0) for no alias."""
    return _RANK.get(name.casefold().translate(_FOLDED), ("", 0))


# For each field that names of a record stand for the places of these names, the best first.
_Places = dict[str, tuple[int, ...]]


def _places(names: tuple[str, ...]) -> _Places:
    ranked = [(*_ranked(name), place) for place, name in enumerate(names)]
    found: dict[str, list[int]] = {}
    for field, _, place in sorted(ranked, key=lambda each: each[1]):
        if field:
            found.setdefault(field, []).append(place)
    return {field: tuple(places) for field, places in found.items()}


_places_known = functools.lru_cache(64)(_places)


def _places_of(names: Iterable[str]) -> _Places:
    """As `_places`; the records of a file have the same names, one after the other."""
    names = tuple(map(str, names))
    usual = len(names) <= 50 and sum(map(len, names)) <= 1000
    return _places_known(names) if usual else _places(names)


def fields_named(names: Iterable[str], mapping: Mapping[str, str] | None = None) -> set[str]:
    """The fields of an article that are among the names, aliases and mapped names included."""
    fields = set(_places_of(names))
    if mapping:
        there = set(map(str, names))
        fields |= {field for field, name in mapping.items() if name.split(".")[0] in there}
    return fields


def article_from(
    record: Mapping[str, Any],
    *,
    timezone: str | None,
    now: datetime | None = None,
    mapping: Mapping[str, str] | None = None,
) -> tuple[Article, list[str]]:
    """The article of a record, and remarks on what was not understood and left out.

    ``timezone`` (IANA name) holds for dates without an offset; None takes that of the site (see
    sites.zone_of_host), and DEFAULT_TIMEZONE for a day without an hour. ``now`` is the time of the
    crawl, for dates such as "вчера" and the day
    of a dateline, which stands for the date where there is none. ``mapping``
    gives for fields of ALIASES the names that stand for them in this record. The source is
    the field, else the agency of the dateline, else the host of the url. A text that is a piece of
    HTML loses its marks; any text those of Markdown and the calls to subscribe (messenger.py) and
    to click (closing.py) that end it, unless the record brings entities. An author that is the site
    or an account is left out, and the dateline is the field, else the place that the text begins
    with. Raises InvalidArticle where there is neither title nor text.
    """
    record = post_of(record)
    chosen = _choose(record) | _mapped(record, mapping or {})
    title = " ".join(plain_text(_text(chosen.get("title"))).split())
    text = plain_text(_text(chosen.get("text")))
    lead = plain_text(_text(chosen.get("lead")))
    if "entities" not in chosen:  # whose places count characters of the text as it came
        text, lead = (without_calls(without_marks(part)) for part in (text, lead))
    if lead and not _squeeze(text).startswith(_squeeze(lead)):
        text = f"{lead}\n\n{text}" if text else lead
    opening = strip_opening(text, title)
    url = _text(chosen.get("url")) or None
    source = _text(chosen.get("source")) or opening.agency or (host_of(url) if url else None)
    zone = timezone or zone_of_host(host_of(url) if url else source)
    days = timezone or DEFAULT_TIMEZONE
    remarks: list[str] = []
    published = _published(chosen.get("published"), zone, days, now, remarks)
    if "published" not in chosen and opening.day:
        published = parse_date(opening.day, zone, days=days, now=now)
    sites = (source, host_of(url) if url else None)
    dateline = _text(chosen.get("dateline"))
    entities = given_entities(chosen.get("entities"), chosen, title, opening.text, remarks)
    article = Article(
        title=title,
        text=opening.text,
        published=published,
        url=url,
        source=source,
        language=_LANGUAGES.get(_text(chosen.get("language")).casefold().split("-")[0]),
        id=_text(chosen.get("id")),
        entities=entities,
        author=stated_author(chosen.get("author"), not_these=sites) or opening.author,
        dateline=dateline if _PLACE.fullmatch(dateline) else opening.place,
    )
    return article, remarks


def date_remark(published: datetime, now: datetime) -> str | None:
    """A remark on a date that can hardly be right: after ``now`` or long before the web."""
    if published > now + timedelta(days=1):
        return f"the date {published.isoformat()} lies in the future"
    if published.year < _OLDEST_USUAL_YEAR:
        return f"the date {published.isoformat()} is older than news on the web"
    return None


def _choose(record: Mapping[str, Any]) -> dict[str, Any]:
    chosen = {}
    values = list(record.values())
    for field, places in _places_of(record).items():
        for place in places:
            value = values[place]
            if value is not None and not (isinstance(value, str) and not value.strip()):
                chosen[field] = value
                break
    return chosen


def _mapped(record: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for field, name in mapping.items():
        value: Any = record.get(name)
        if value is None and "." in name:
            value = record
            for part in name.split("."):
                value = value.get(part) if isinstance(value, Mapping) else None
        if value is not None and value != "":
            found[field] = value
    return found


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "\n".join(filter(None, map(_text, value)))
    if isinstance(value, Mapping):
        inner = next((value[name] for name in ("name", "title", "text") if name in value), None)
        return inner.strip() if isinstance(inner, str) else ""
    if value is None or isinstance(value, bool):
        return ""
    return str(value)


def _squeeze(text: str) -> str:
    return " ".join(text.split()).rstrip(" .…")


def _published(
    value: Any,
    zone: str,
    days: str,
    now: datetime | None,
    remarks: list[str],
) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, date):
        published = from_calendar(value, zone, days=days)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        published = from_timestamp(value, zone)
    else:
        written = _text(value)
        published = parse_date(written, zone, days=days, now=now)
        if published is None:  # a byline beside the date, as scrapers leave it
            found = next(find_dates(written, zone, days=days, now=now), None)
            published = found.value if found else None
    if published is None:
        shown = repr(value) if len(repr(value)) <= 60 else repr(value)[:57] + "..."
        remarks.append(f"date not understood: {shown}; the article was kept undated")
    return published


def records_within(value: Any, mapping: Mapping[str, str] | None = None) -> list[Any]:
    """The records of a value of JSON: of a list its items, of an object that has itself neither a
    text nor a date but a list of such (a feed, a channel) the items of that; else the value."""
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping) and fields_named(value, mapping).isdisjoint(_OF_AN_ARTICLE):
        for held in value.values():
            first = held[:10] if isinstance(held, list) else ()
            found = (fields_named(each, mapping) for each in first if isinstance(each, Mapping))
            if any(
                fields & {"title", "text"} and fields & {"published", "url"} for fields in found
            ):
                return list(held)
    return [value]


def require_article(record: Any, mapping: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """The record itself if it is an object with a title or a text; else raises InvalidArticle."""
    if not isinstance(record, Mapping):
        raise InvalidArticle(f"expected a JSON object, found {type(record).__name__}")
    if fields_named(record, mapping).isdisjoint(("title", "text", "lead")):
        names = ", ".join(map(str, list(record)[:8])) or "none"
        raise InvalidArticle(f"no field for title or text; the fields are: {names}")
    return record
