"""What a page says of itself: the name of its site and its own address."""

from __future__ import annotations

import re
import urllib.parse

from newsindex.documents.headline import without_site
from newsindex.documents.lines import Row
from newsindex.documents.opening import fold
from newsindex.documents.signs import sign_of

_URL_LINE = re.compile(
    r"^(?:(?:url|адрес|адреса|ссылка|посилання|источник|джерело"
    r"|постоянная ссылка|постійне посилання|оригинал|оригінал|canonical|link|permalink)\s*[:—-]\s*)?(https?://[^\s<>\"]{4,500})$",
    re.IGNORECASE,
)
_SHARING = re.compile(
    r"(?:^|\.)(?:t\.me|telegram\.\w+|facebook\.com|twitter\.com|x\.com|vk\.com|ok\.ru|youtube\.com"
    r"|youtu\.be|instagram\.com|viber\.com|whatsapp\.com|wa\.me|google\.\w+|pic\.twitter\.com)$"
)
_DOMAIN = re.compile(
    r"\b[\w-]+(?:\.[\w-]+)*\.(?:com\.ua|ua|ru|com|net|org|info|news|media|рф|укр|by|kz)\b", re.I
)
_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright|^\W*(?:19|20)\d\d\s?[-–—]\s?20\d\d\b(?=.{2,60}$))", re.IGNORECASE
)
_YEARS = re.compile(r"(?:19|20)\d\d(?:\s*[-–—]\s*(?:20\d\d|\d\d))?(?:\s*(?:гг?|рр?)\.)?")
_LEGAL = re.compile(
    r"\b(?:ооо|оао|зао|пао|ао|тов|пп|ип|фоп|ао|чп|llc|ltd|inc|copyright)\b"
    r"|(?:все|всі|усі) права.*|all rights.*|(?:при |любое |будь-яке )?(?:использован|використан"
    r"|копирован|копіюван|передрук|перепечат|цитирован|цитуван).*"
    r"|\b(?:информационное агентство|інформаційне агентство"
    r"|інформагентство|информагентство|интернет-издание|інтернет-видання|онлайн-видання|онлайн-издание"
    r"|сетевое издание|мережеве видання|новостной портал|інформаційний портал|информационный портал"
    r"|новинний портал|издание|видання|газета|редакция|редакція|сайт|портал)\b",
    re.IGNORECASE,
)
_QUOTES = "«»\"“”„' \t.,;:|/—–-©"
_LONGEST = 200  # characters of what may name a site
_DOTTED = re.compile(r"[^\W\d]\w+(?:\.[^\W\d]\w+)+")
_NO_NAME = re.compile(r"[$€₴₽°]|[+−-]\d|(?:обновл|оновл|опубл|додано|добавл)", re.IGNORECASE)
_SLOGAN = re.compile(r"\s[|—–/»>-]\s|:\s")
_SHORT_TOP = 16  # rows above the headline; more are menus, and the first of them names no site
_ENOUGH = 2.0


def page_url(text: str) -> str | None:
    """The page's own address, where it stands on a line of its own; None where there is none.

    Only an address with a path counts, and only where the page has one such line (a list of links
    says nothing of the page); buttons to share it are no address.
    """
    found = set()
    for line in text.splitlines():
        match = _URL_LINE.match(line.strip()) if "http" in line else None
        if match is None:
            continue
        try:
            parts = urllib.parse.urlsplit(match[1])
        except ValueError:
            continue
        if len(parts.path) > 1 and not _SHARING.search(parts.netloc.casefold()):
            found.add(match[1])
    return found.pop() if len(found) == 1 else None


def site_name(rows: list[Row], title: int | None, agency: str | None = None) -> str | None:
    """The name of the site as the page writes it, or None.

    Weighed: a short line at the top or beside the date above the headline, what stands behind the
    headline in the title of the window, the owner in the copyright line, the ``agency`` of the
    dateline, a domain. Ties go to the
    line nearer the top.
    """
    weights: dict[str, float] = {}
    names: dict[str, str] = {}

    def vote(name: str, weight: float) -> None:
        name = name.strip(_QUOTES + "\u00a0")
        key = fold(name)
        # what names the same site again, longer or shorter, speaks for the name found first
        key = next(
            (k for k in weights if min(len(k), len(key)) > 3 and (k in key or key in k)), key
        )
        if len(key) >= 2 and len(name.split()) <= 5 and any(c.isalpha() for c in name):
            weights[key] = weights.get(key, 0.0) + weight
            names.setdefault(key, name)

    above = rows[: title if title is not None else 6]
    unsigned = [i for i, row in enumerate(above) if row.sign is None and not row.dateline]
    footer = {s for r in rows if r.sign is not None and r.sign.role == "footer" for s in r.stems}
    for i, row in enumerate(above):
        with_headline = title is not None and without_site(row.text) == rows[title].key
        if row.sign is not None or row.ends_sentence or with_headline:
            continue
        text = row.text
        if row.date is not None:
            text = text[: row.date.start] + "|" + text[row.date.stop :]
            parts = [part for part in re.split(r"[|•·/]|\s{2,}", text) if sign_of(part) is None]
            text = max(parts, key=len, default="")
        text = _SLOGAN.split(text)[0]
        if len(text) > _LONGEST:
            continue
        beside = any(r.dateline for r in rows[max(0, i - 1) : i + 2])
        weight = (
            (2.0 if len(above) <= _SHORT_TOP else 0.5) * (i in unsigned[:1])
            + 1.5 * beside
            + 2.0 * bool(_DOMAIN.search(text) or _DOTTED.fullmatch(text))
        )
        weight += 1.0 * (row.stems != frozenset() and row.stems <= footer)
        elsewhere = (r for r in rows[len(above) :] if len(row.key) > 3 and row.key in r.key)
        weight += 1.0 * (next(elsewhere, None) is not None)
        if len(text.split()) <= 5 and not _NO_NAME.search(text):
            vote(text, weight + 0.5)
    if title is not None:
        headline = rows[title]
        for row in rows:
            if row is not headline and without_site(row.text) == headline.key != row.key:
                vote(re.split(r"\s[|–—-]\s", row.text)[-1], 3.0)
    for row in rows[(title or 0) + 1 :]:
        caption = row.sign is not None and row.sign.role == "caption"
        if row.words <= 40 and not caption and _COPYRIGHT.search(row.text):
            left, _, right = _COPYRIGHT.sub("©", row.text).partition("©")
            owner, other = _name_in(right), _name_in(left)
            vote(owner or other, 3.0)
            if owner and other:  # "Радіо Простір © 2025 RP, Inc."
                vote(other, 2.0)
    if agency:
        vote(agency, 2.5)
    if not weights:
        return None
    best = max(weights, key=lambda key: weights[key])
    return names[best] if weights[best] >= _ENOUGH else None


def _name_in(text: str) -> str:
    """The name in a part of a copyright line: without years, legal forms and rights reserved."""
    bare = _YEARS.sub("|", text)
    quoted = re.search(r"[«\"“„]([^»\"”“]{2,50})[»\"”“]", bare)
    if quoted:
        return quoted[1]
    parts = [
        _LEGAL.sub("", part).strip(_QUOTES) for part in re.split(r"[|,;]|\.\s|\s[–—-]\s", bare)
    ]
    return next((part for part in parts if part), "")
