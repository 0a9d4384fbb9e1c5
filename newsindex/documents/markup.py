"""Text out of a piece of HTML, such as feeds and records hold, or a file of an article alone."""

from __future__ import annotations

import itertools
import re
from html import unescape
from html.parser import HTMLParser

_TAG = re.compile(
    r"</?(?:p|br|div|a|b|i|em|strong|span|img|figure|ul|ol|li|h[1-6]|blockquote|table)\b[^<>]*>",
    re.IGNORECASE,
)
_PARAGRAPH = re.compile(r"<(?:p|br|div|li)\b", re.IGNORECASE)
# A file that begins so, or has so many paragraphs marked, is a piece of HTML.
_BEGINS_AS_PIECE = re.compile(
    r"\s*(?:<!--.{0,2000}?-->\s*)*<(?:p|span|section|main|br|a|b|i|em|strong|u|font|center|ul|ol|li"
    r"|h[2-6]|blockquote|table|figure|img|picture|time|small|header)\b[^<>]{0,1000}>",
    re.IGNORECASE | re.DOTALL,
)
_PARAGRAPH_MARK = re.compile(r"</?p\b[^<>]{0,200}>|<br\s*/?>", re.IGNORECASE)
_MARKS_OF_PIECE = 3
_ENTITY = re.compile(
    r"&(?:nbsp|quot|amp|lt|gt|laquo|raquo|mdash|ndash|hellip|#\d{2,5}|#x[0-9a-f]{2,5});",
    re.IGNORECASE,
)
_BLOCKS = frozenset(
    "p br div li ul ol h1 h2 h3 h4 h5 h6 blockquote table tr figure section article hr".split()
)
_SILENT = frozenset("script style iframe noscript figcaption".split())
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")


def plain_text(value: str) -> str:
    """The text of ``value`` with its paragraphs on lines of their own, if it holds marks of HTML;
    else ``value`` itself. Never raises."""
    if not _TAG.search(value):
        return unescape(value) if _ENTITY.search(value) else value
    # where no tag parts the paragraphs, the line ends of the text do
    parser = _Text("" if _PARAGRAPH.search(value) else "\n")
    parser.feed(value)
    parser.close()
    lines = (_BLANKS.sub(" ", line).strip() for line in "".join(parser.parts).split("\n"))
    return "\n\n".join(line for line in lines if line)


def page_text(value: str) -> str:
    """The text of a page that a file holds: without its marks where it is a piece of HTML, which
    has no head and so is no HTML page."""
    marks = itertools.islice(_PARAGRAPH_MARK.finditer(value), _MARKS_OF_PIECE)
    if _BEGINS_AS_PIECE.match(value) or len(list(marks)) == _MARKS_OF_PIECE:
        return plain_text(value)
    return value


class _Text(HTMLParser):
    """Collects the text, a line break where a block begins or ends."""

    def __init__(self, line_end: str) -> None:
        super().__init__(convert_charrefs=True)
        self._line_end = line_end or " "
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data.replace("\n", self._line_end))
