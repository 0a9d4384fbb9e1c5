"""A scraped page of plain text, read as an article, with the verdict on each of its lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from newsindex.documents.author import Byline, find_byline
from newsindex.documents.dates import find_dates, parse_date
from newsindex.documents.judge import Judge
from newsindex.documents.lines import Row, rows_of
from newsindex.documents.naming import page_url, site_name
from newsindex.documents.opening import Opening, strip_opening
from newsindex.documents.recurring import RecurringLines
from newsindex.documents.shared import shared_rows
from newsindex.documents.sites import host_of, zone_of_host
from newsindex.documents.tail import Verdict
from newsindex.errors import InvalidArticle
from newsindex.model import DEFAULT_TIMEZONE, Article
from newsindex.text import detect

MAX_PAGE_LINES = 10_000
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
_UPDATED = re.compile(r"обновл|оновл|updated|изменен|змінен", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageLine:
    """The verdict on one line: its number from 1, its text, whether it is kept and why.

    ``score`` is from 0 (furniture) to 1 (article); a line is kept from 0.5 on. ``role`` is "title",
    "subtitle", "body", "subheading" or "list" for kept lines; for the others it says what they are
    ("related", "latest", "advertisement", "share", "date", "footer" ...).
    """

    number: int
    text: str
    kept: bool
    role: str
    score: float
    reason: str


def parse_page(
    text: str,
    *,
    timezone: str | None = None,
    now: datetime | None = None,
    url: str | None = None,
    source: str | None = None,
    title: str | None = None,
    recurring: RecurringLines | None = None,
) -> Article:
    """The article of a page of plain text.

    ``timezone`` (IANA name) holds for a date without an offset; None takes the one of the site (see
    sites.zone_of_host), and DEFAULT_TIMEZONE for a day without an hour. ``now`` is the aware time
    of the crawl, for dates such as "вчера". ``url``, ``source`` and ``title`` are what the caller
    knows of the page; else they are looked for on it.
    ``recurring`` are the lines that this page shares with others of its run.
    ``published`` is None where no date was found. Raises InvalidArticle for a page without text or
    of more than MAX_PAGE_LINES lines, InvalidArgument for an unknown time zone.
    """
    if text.count("\n") >= MAX_PAGE_LINES:
        raise InvalidArticle(f"more than {MAX_PAGE_LINES} lines: not the page of one article")
    url = url or page_url(text)
    zone = timezone or zone_of_host(host_of(url) if url else source)
    title = " ".join(title.split()) if title else ""
    judge, byline = _judged(
        f"{title}\n\n{text}" if title else text, zone, now, recurring, titled=bool(title)
    )
    title = judge.rows[judge.title].text if judge.title is not None else ""
    body = _body(judge)
    opening = strip_opening(body, title)
    site = source or (
        site_name(judge.rows, judge.title, opening.agency) if judge.scraped else opening.agency
    )
    opening = strip_opening(body, title, site)
    if not title and not opening.text:
        raise InvalidArticle("no article on the page: no line of it is a headline or a sentence")
    return Article(
        title=title,
        text=opening.text,
        published=_published(judge, opening, timezone, _host(url, site), now),
        url=url,
        source=site or opening.agency or (host_of(url) if url else None),
        language=detect(f"{title}\n{opening.text}")[0],
        author=byline.author if byline is not None else opening.author,
        dateline=opening.place,
    )


def explain_page(
    text: str,
    *,
    timezone: str | None = None,
    now: datetime | None = None,
    recurring: RecurringLines | None = None,
) -> list[PageLine]:
    """The verdict on every line that is not blank, by the same code that parse_page runs.

    Arguments as for parse_page. A page of more than MAX_PAGE_LINES lines raises InvalidArticle.
    """
    if text.count("\n") >= MAX_PAGE_LINES:
        raise InvalidArticle(f"more than {MAX_PAGE_LINES} lines: not the page of one article")
    judge, _ = _judged(text, timezone or zone_of_host(None), now, recurring)
    lines = []
    for row in judge.rows:
        verdict = judge.verdicts[row.number]
        lines.append(
            PageLine(
                row.number, row.text, verdict.kept, verdict.role, verdict.score, verdict.reason
            )
        )
    return lines


def _host(url: str | None, site: str | None) -> str | None:
    return host_of(url) if url else site


def _judged(
    text: str,
    zone: str,
    now: datetime | None,
    recurring: RecurringLines | None,
    *,
    titled: bool = False,
) -> tuple[Judge, Byline | None]:
    rows = rows_of(text, zone, now)
    shared = shared_rows(rows, recurring) if recurring is not None else {}
    judge = Judge(rows, shared, titled=titled)
    judge.judge()
    byline = find_byline(rows, judge.verdicts, judge.title)
    for number in byline.rows if byline is not None and judge.scraped else ():
        if judge.verdicts[number].kept:
            judge.verdicts[number] = Verdict("byline", 0.1, "says who wrote the article")
    return judge, byline


def _body(judge: Judge) -> str:
    parts: list[str] = []
    for index, row in enumerate(judge.rows):
        if index == judge.title or not judge.verdicts[row.number].kept:
            continue
        parts.append("\n\n" if row.blank_before and parts else "\n" if parts else "")
        parts.append(row.text)
    return "".join(parts)


def _published(
    judge: Judge, opening: Opening, timezone: str | None, host: str | None, now: datetime | None
) -> datetime | None:
    """The date of the page: one with an hour, near the headline, not that of an update."""
    zone, days = timezone or zone_of_host(host), timezone or DEFAULT_TIMEZONE
    anchor = judge.title or 0

    def preference(item: tuple[int, Row]) -> tuple[bool, bool, int, bool]:
        index, row = item
        updated = bool(_UPDATED.search(row.text[: row.date.start])) if row.date else True
        return updated, not (row.date and row.date.has_time), abs(index - anchor), index < anchor

    dated = [
        (index, row)
        for index, row in enumerate(judge.rows)
        if row.dateline
        and not judge.verdicts[row.number].kept
        and judge.verdicts[row.number].role in ("date", "byline", "counter", "caption")
    ]
    if dated:
        at, best = min(dated, key=preference)
        written = best.text
        if best.date is None or not best.date.has_time:  # the hour may stand on a line of its own
            beside = (judge.rows[i].text for i in (at - 1, at + 1) if 0 <= i < len(judge.rows))
            written += next((f" {text}" for text in beside if _CLOCK.fullmatch(text)), "")
        # once more, because the site and with it the zone was found only now
        return next((found.value for found in find_dates(written, zone, days=days, now=now)), None)
    return parse_date(opening.day, zone, days=days, now=now) if opening.day else None
