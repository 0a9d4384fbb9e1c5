"""Reading a file, a folder or standard input as articles, whatever is in it.

The content decides: gzip by its magic, JSON by its first character, HTML by its first tag, a
table by the names in its first line, everything else is the plain text of one article's page.
Nothing in a file stops the reading of the others: what cannot be read comes out as Skipped with its
place, what was read with a doubt as Noted beside its article.
"""

from __future__ import annotations

import io
import itertools
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from newsindex.documents.encoding import decode
from newsindex.documents.fields import article_from, date_remark, require_article
from newsindex.documents.find import find_files, show_path
from newsindex.documents.html_page import decode_html, parse_html
from newsindex.documents.json_values import cut_values, outer_brackets
from newsindex.documents.page import PageLine, explain_page, parse_page
from newsindex.documents.streams import (
    BROKEN_STREAM,
    MAX_PAGE_BYTES,
    MAX_RECORD_BYTES,
    PEEK_BYTES,
    Broken,
    Line,
    describe_break,
    open_stream,
    read_at_most,
    read_lines,
)
from newsindex.documents.tables import delimiter_of, read_table
from newsindex.errors import InvalidArgument, InvalidArticle, SourceError
from newsindex.model import Article, Noted, Skipped
from newsindex.zones import time_zone

FORMATS = ("page", "html", "jsonl", "json", "csv")
STANDARD_INPUT = "-"

Item = Article | Skipped | Noted

_ARCHIVES = {
    b"PK\x03\x04": "a zip archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"\x1f\x8b": "gzip within gzip",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a zstandard archive",
    b"SQLite format 3": "an SQLite database",
}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype html|html|head|body|meta|article|div|h1)\b",
    re.IGNORECASE | re.DOTALL,
)


def read(
    source: str | Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that a caller expects
    timezone: str | None = None,
    now: datetime | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[Item]:
    """The articles of ``source``: a file, a folder (see find_files) or "-" for standard input.

    Yields an Article for each, Skipped for what could not be read (with its place, ``file`` or
    ``file:line``), Noted before an article that was kept with a doubt: a date that was not
    understood or cannot be right, an encoding guessed, broken characters replaced. Reads as a
    stream: the memory needed does not grow with the file (limits in streams.py).

    ``format`` forces one of FORMATS instead of looking: "page" (plain text, one article a file),
    "html" (an HTML page; needs the extra "html"), "jsonl" (one object a line), "json" (objects in
    an array, in an array of one object, or alone), "csv" (a table with named columns; comma,
    semicolon, tab or | between them).
    ``timezone`` (IANA name) holds for dates without an offset; None takes Europe/Moscow for sites
    under .ru, Europe/Kyiv for others (sites.zone_of_host). ``now`` is the aware time of the crawl,
    for "вчера, 14:05" and days without a year, which are left undated without it. ``on_bytes`` is
    told the number of bytes consumed since its last call, as they are on the disk.

    Raises InvalidArgument for an unknown format or time zone or a ``now`` without one, and, when
    first advanced, SourceError where ``source`` itself is missing or cannot be opened.
    """
    if format is not None and format not in FORMATS:
        raise InvalidArgument(f"format {format!r} is not known: expected {', '.join(FORMATS)}")
    if timezone is not None:
        time_zone(timezone)
    if now is not None and now.utcoffset() is None:
        raise InvalidArgument(f"now must carry a time zone, found {now!s}")
    reader = _Reader(format, timezone, now, on_bytes or (lambda _count: None))
    return reader.read(source)


def read_records(
    lines: Iterable[Line], place: str, *, timezone: str | None = None
) -> Iterator[Item]:
    """The articles of some lines of the JSON lines file called ``place``, as `read` gives them."""
    reader = _Reader("jsonl", timezone, None, lambda _count: None)
    for line in lines:
        yield from reader.record(line, place)


def holds_json_lines(path: Path, form: str | None) -> bool:
    """Whether `read` would take the file for JSON lines; False if it cannot be opened."""
    try:
        with path.open("rb", buffering=0) as file:
            start = open_stream(file).peek(PEEK_BYTES)[:PEEK_BYTES]
    except BROKEN_STREAM:
        return False
    return bool(start.strip()) and (form or _format_of(start)) == "jsonl"


def explain_file(source: str | Path, *, timezone: str | None = None) -> list[PageLine]:
    """The verdict on every line of the page in the file ``source`` ("-" for standard input).

    Raises SourceError if it cannot be read or is no page of plain text, InvalidArgument for an
    unknown time zone.
    """
    if timezone is not None:
        time_zone(timezone)
    try:
        if str(source) == STANDARD_INPUT:
            data, broken = read_at_most(open_stream(sys.stdin.buffer), MAX_PAGE_BYTES)
        else:
            with Path(source).open("rb") as file:
                data, broken = read_at_most(open_stream(file), MAX_PAGE_BYTES)
    except OSError as error:
        raise SourceError(
            f"{show_path(source)}: cannot be read: {error.strerror or error}"
        ) from error
    decoded = decode(data) if len(data) <= MAX_PAGE_BYTES and broken is None else None
    if decoded is None:
        raise SourceError(f"{show_path(source)}: expected the text of a page, found something else")
    try:
        return explain_page(decoded.text, timezone=timezone)
    except InvalidArticle as error:
        raise SourceError(f"{show_path(source)}: {error}") from error


class _Reader:
    """One run over a source: what holds for all its files."""

    def __init__(
        self,
        forced: str | None,
        timezone: str | None,
        now: datetime | None,
        on_bytes: Callable[[int], None],
    ) -> None:
        self._format = forced
        self._timezone = timezone
        self._now = now
        self._on_bytes = on_bytes
        self._started = datetime.now(UTC)

    def read(self, source: str | Path) -> Iterator[Item]:
        if str(source) == STANDARD_INPUT:
            yield from self._stream(open_stream(sys.stdin.buffer, self._on_bytes), "<stdin>")
            return
        top = Path(source)
        for path in find_files([top]):
            if isinstance(path, Skipped):
                if path.place == show_path(top):
                    raise SourceError(f"{path.place}: {path.reason}")
                yield path
                continue
            try:
                file = path.open("rb", buffering=0)
            except OSError as error:
                reason = f"cannot be read: {error.strerror or error}"
                if path == top:
                    raise SourceError(f"{show_path(path)}: {reason}") from error
                yield Skipped(show_path(path), reason)
                continue
            with file:
                yield from self._stream(open_stream(file, self._on_bytes), show_path(path))

    def _stream(self, stream: io.BufferedReader, place: str) -> Iterator[Item]:
        try:
            start = stream.peek(PEEK_BYTES)[:PEEK_BYTES]
        except BROKEN_STREAM as error:
            yield Skipped(place, describe_break(error))
            return
        if not start or (self._format is None and not start.strip()):
            yield from self._blank(stream, place)
            return
        kind = self._format or _format_of(start)
        if kind in ("page", "html"):
            yield from self._page(stream, place, kind == "html")
            return
        try:
            if kind == "csv":
                yield from self._table(stream, start, place)
                return
            lines = read_lines(stream) if kind == "jsonl" else _json_objects(stream)
            for line in lines:
                yield from self.record(line, place)
        except Broken as broken:
            yield Skipped(f"{place}:{broken.line}", str(broken))

    def _blank(self, stream: io.BufferedReader, place: str) -> Iterator[Item]:
        data, broken = read_at_most(stream, MAX_PAGE_BYTES)
        if broken is not None:
            yield Skipped(place, describe_break(broken))
        elif data.strip():
            yield Skipped(place, f"begins with more than {PEEK_BYTES} blank characters")
        else:
            yield Skipped(place, "empty: nothing to read")

    def _page(self, stream: io.BufferedReader, place: str, html: bool) -> Iterator[Item]:
        data, broken = read_at_most(stream, MAX_PAGE_BYTES)
        if broken is not None and not data:
            yield Skipped(place, describe_break(broken))
            return
        known = next((what for magic, what in _ARCHIVES.items() if data.startswith(magic)), None)
        if known is not None:
            yield Skipped(place, f"{known}: expected text, JSON lines or gzip of these")
            return
        if len(data) > MAX_PAGE_BYTES:
            yield Skipped(place, f"longer than a page can be ({MAX_PAGE_BYTES >> 20} MB)")
            return
        decoded = decode_html(data) if html else decode(data)
        if decoded is None:
            yield Skipped(place, "binary, or in an encoding that is not known here")
            return
        try:
            parse = parse_html if html else parse_page
            article = parse(decoded.text, timezone=self._timezone, now=self._now)
        except InvalidArticle as error:
            yield Skipped(place, str(error))
            return
        remarks = [decoded.remark, describe_break(broken) if broken is not None else None]
        yield from self._with_remarks(article, remarks, place)

    def record(self, line: Line, place: str) -> Iterator[Item]:
        """The articles of one line of JSON."""
        here = f"{place}:{line.number}"
        if line.data is None:
            yield Skipped(
                here, f"longer than {MAX_RECORD_BYTES >> 20} MB, or cut off before its end"
            )
            return
        if not line.data.strip():
            return
        try:
            value, remark = _parse_json(line.data)
        except InvalidArticle as error:
            yield Skipped(here, str(error))
            return
        for record in value if isinstance(value, list) else [value]:
            yield from self._article(record, remark, here)

    def _table(self, stream: io.BufferedReader, start: bytes, place: str) -> Iterator[Item]:
        delimiter = delimiter_of(_first_line(start))
        if delimiter is None:
            reason = "no table: expected a first line that names columns such as title, text, date"
            yield Skipped(f"{place}:1", reason)
            return
        for row in read_table(stream, delimiter):
            here = f"{place}:{row.line}"
            if row.fault is not None:
                yield Skipped(here, row.fault)
            else:
                yield from self._article(row.values, row.remark, here)

    def _article(self, record: Any, remark: str | None, place: str) -> Iterator[Item]:
        try:
            article, remarks = article_from(
                require_article(record), timezone=self._timezone, now=self._now
            )
        except InvalidArticle as error:
            yield Skipped(place, str(error))
        else:
            yield from self._with_remarks(article, [remark, *remarks], place)

    def _with_remarks(
        self, article: Article, remarks: list[str | None], place: str
    ) -> Iterator[Item]:
        if article.published is not None:
            remarks.append(date_remark(article.published, self._now or self._started))
        for remark in remarks:
            if remark is not None:
                yield Noted(place, remark)
        yield article


def _format_of(start: bytes) -> str:
    """The format of a stream that begins so: one of FORMATS."""
    text = start.lstrip()
    if text[:1] == b"[" and text[1:].lstrip()[:1] in (b"{", b"]"):
        return "json"
    if text[:1] != b"{" or text[1:].lstrip()[:1] not in (b'"', b"}"):
        if _HTML.match(start):
            return "html"
        return "csv" if delimiter_of(_first_line(start)) else "page"
    first, newline, rest = text.partition(b"\n")
    if first.rstrip().endswith(b"}") and (not newline or not rest.strip() or b"{" in rest[:9]):
        return "json" if _wraps_articles(first) else "jsonl"
    # one object over several lines, or a line longer than what was looked at
    return "json" if newline or _wraps_articles(text) else "jsonl"


def _first_line(start: bytes) -> str:
    line = start.lstrip().partition(b"\n")[0].rstrip(b"\r")
    return line.decode("utf-8", "replace").replace("\x00", "")


def _wraps_articles(line: bytes) -> bool:
    if outer_brackets(line) != b"{[":
        return False
    head = line[: line.index(b"[")]
    return re.search(rb'"(?:title|headline|text|body|content)"\s*:', head, re.IGNORECASE) is None


def _json_objects(stream: io.BufferedReader) -> Iterator[Line]:
    """The objects of a JSON file that is not one object a line, with the lines they begin on."""
    data, broken = read_at_most(stream, MAX_RECORD_BYTES)
    whole = broken is None and len(data) <= MAX_RECORD_BYTES
    outer = outer_brackets(data)
    if whole and outer == b"{[":
        try:
            require_article(orjson.loads(data))
        except (orjson.JSONDecodeError, InvalidArticle):
            pass
        else:
            outer = b""  # the outer object is an article itself; the list within is its own matter
    line = 1
    rest = iter(lambda: stream.read1(PEEK_BYTES), b"") if broken is None else iter(())
    objects = cut_values(itertools.chain([data], rest), outer, MAX_RECORD_BYTES)
    try:
        for found in objects:
            line = found.number
            yield found
    except BROKEN_STREAM as error:
        raise Broken(line, error) from error
    if broken is not None:
        raise Broken(line, broken)


def _parse_json(data: bytes) -> tuple[Any, str | None]:
    """The value and a remark on its encoding; InvalidArticle names the column of a fault."""
    remark = None
    try:
        data.decode()
    except UnicodeDecodeError:
        decoded = decode(data)
        if decoded is None:
            raise InvalidArticle("not JSON: binary, or in an unknown encoding") from None
        data, remark = decoded.text.encode(), decoded.remark
    try:
        return orjson.loads(data), remark
    except orjson.JSONDecodeError as error:
        message = str(error).partition(": line ")[0]
        raise InvalidArticle(f"not JSON: {message} at column {error.colno}") from None
