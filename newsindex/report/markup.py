"""Markup: what others wrote, made safe to stand in a page."""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from urllib.parse import urlsplit

from newsindex.results import to_html
from newsindex.results.highlight import Span

_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def escaped(text: str) -> str:
    """Text that a stranger wrote, for content and attributes alike; control characters are blanks,
    and a change of the direction of writing ends with the element."""
    return html.escape(_visible(text))


def isolated(text: str) -> str:
    """Escaped text amid other text, which its direction of writing must not turn round."""
    return f"<bdi>{escaped(text)}</bdi>"


def marked(text: str, spans: Iterable[Span]) -> str:
    """Escaped text with its spans in ``<mark>``."""
    return to_html(_visible(text), tuple(spans))


def _visible(text: str) -> str:
    """The text, as long as it was, without control characters and halves of characters."""
    return "".join(" " if unicodedata.category(char) in ("Cc", "Cs") else char for char in text)


def link(url: str | None) -> str | None:
    """The address of an article, escaped, if it is one that a browser may safely be sent to."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return escaped(url or "")


def language(code: str | None) -> str:
    """The attribute that names the language of an element; empty where it is not known."""
    return f' lang="{escaped(code)}"' if code else ""


def moment(published: datetime) -> str:
    """A date and a time of day, for people and for machines."""
    shown = f"{day(published.date())}, {published:%H:%M}"
    return f'<time datetime="{published.isoformat()}">{shown}</time>'


def day(when: date) -> str:
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def month(when: date) -> str:
    return f"{_MONTHS[when.month - 1]} {when.year}"


def count(number: int, one: str = "article", many: str = "articles") -> str:
    """A number and what it counts."""
    return f"{number:,} {one if number == 1 else many}"
