"""Reading a file, a folder, an archive or standard input as articles, whatever is in it.

The content decides: packed data and archives by their magic, JSON by its first character, HTML and
feeds by their first tag, a table by the names in its first line, everything else is the plain text
of one article's page. Nothing in a file stops the reading of the others: what cannot be read comes
out as Skipped with its place, what was read with a doubt as Noted beside its article.
"""

from __future__ import annotations

import dataclasses
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from newsindex.documents.encoding import decode
from newsindex.documents.entries import Entry, entries
from newsindex.documents.feeds import read_feed
from newsindex.documents.fields import article_from, date_remark, records_within, require_article
from newsindex.documents.formats import archive_of, first_line, foreign_of
from newsindex.documents.html_page import decode_html, parse_html
from newsindex.documents.json_values import cut_values, outer_brackets
from newsindex.documents.markup import page_text
from newsindex.documents.page import parse_page
from newsindex.documents.reading import Reading
from newsindex.documents.rows import records_of
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
from newsindex.documents.together import kind_of, recurring_in
from newsindex.errors import InvalidArticle
from newsindex.model import Article, Noted, Skipped

Item = Article | Skipped | Noted

_TABLE_NAME = re.compile(r"\.[ct]sv(?:\.(?:gz|bz2|xz|zst))?$", re.IGNORECASE)
_NO_TABLE = (
    "no table: expected a first line that names columns such as title, text, date; others are named"
    " with --map title=COLUMN"
)


def read(
    source: str | Path,
    *,
    format: str | None = None,  # noqa: A002 - the word that a caller expects
    timezone: str | None = None,
    now: datetime | None = None,
    mapping: Mapping[str, str] | None = None,
    on_bytes: Callable[[int], None] | None = None,
) -> Iterator[Item]:
    """The articles of ``source``: a file, a folder (see find_files) or "-" for standard input.

    Yields an Article for each, Skipped for what could not be read (with its place: ``file``,
    ``file:line``, ``archive/member``), Noted before an article that was kept with a doubt: a date
    that was not understood or cannot be right, an encoding guessed, broken characters replaced.
    Reads as a stream: the memory needed does not grow with the file (limits in streams.py and
    archives.py). The pages of a folder or an archive are gone through twice: lines that many of
    them share are left out (recurring.py).

    ``format`` forces one of reading.FORMATS instead of looking: "page" (plain text, one article a
    file), "html" (an HTML page; needs the extra "html"), "jsonl" (one object a line), "json"
    (objects in an array, in an array of one object, or alone), "csv" (a table with named columns;
    comma, semicolon, tab or | between them), "feed" (RSS, Atom). Files packed with gzip, bzip2, xz
    or zstandard are unpacked; zip, tar and WARC archives (these need the extra "warc") are seen by
    their content, and ``format`` holds for what is in them.
    ``timezone`` (IANA name) holds for dates without an offset; None takes Europe/Moscow for sites
    under .ru, Europe/Kyiv for others (sites.zone_of_host). ``now`` is the aware time of the crawl,
    for "вчера, 14:05" and days without a year; None takes, for pages and feeds, when they were
    fetched (WARC) or their file last changed, and leaves such dates out for records.
    ``mapping`` gives names of columns or JSON fields that are not the usual ones:
    ``{"published": "pubdate"}``; the fields are those of fields.ALIASES. ``on_bytes`` is
    told the number of bytes consumed since its last call, as they are on the disk.

    Raises InvalidArgument for an unknown format, field or time zone or a ``now`` without one, and,
    when first advanced, SourceError where ``source`` itself is missing or cannot be opened.
    """
    reading = Reading(format, timezone, now, dict(mapping or {}))
    return read_with(reading, source, on_bytes)


def read_with(
    reading: Reading, source: str | Path, on_bytes: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """As `read`, with everything said in ``reading``. Lines that pages share are looked for in a
    folder or archive only where ``reading`` does not bring them."""
    if reading.recurring is None:
        reading = dataclasses.replace(reading, recurring=recurring_in([source], reading))
    reader = _Reader(reading)
    for entry in entries(source, on_bytes or (lambda _count: None)):
        if isinstance(entry, Skipped):
            yield entry
        else:
            yield from reader.entry(entry)


def read_records(lines: Iterable[Line], place: str, reading: Reading) -> Iterator[Item]:
    """The articles of some lines of the JSON lines file called ``place``, as `read` gives them."""
    reader = _Reader(reading)
    for line in lines:
        yield from reader.record(line, place)


def holds_json_lines(path: Path, reading: Reading) -> bool:
    """Whether `read` would take the file for JSON lines; False if it cannot be opened."""
    return _format_of_file(path, reading) == "jsonl"


def holds_page(path: Path, reading: Reading) -> bool:
    """Whether `read` would take the file for one page, of which there is one article; False if it
    cannot be opened."""
    return _format_of_file(path, reading) in ("page", "html")


def _format_of_file(path: Path, reading: Reading) -> str | None:
    try:
        with path.open("rb", buffering=0) as file:
            start = open_stream(file).peek(PEEK_BYTES)[:PEEK_BYTES]
    except BROKEN_STREAM:
        return None
    return kind_of(start, reading) if start.strip() and archive_of(start) is None else None


class _Reader:
    """Reads entries; what holds for all of them is in ``reading``."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._started = datetime.now(UTC)

    def entry(self, entry: Entry) -> Iterator[Item]:
        """The articles of one entry."""
        start, stream, place = entry.start, entry.stream, entry.place
        if not start or (self._reading.format is None and not start.strip()):
            yield from self._blank(stream, place)
            return
        kind = kind_of(start, self._reading)
        now = self._reading.now or entry.crawled
        try:
            if kind in ("page", "html"):
                yield from self._page(entry, kind == "html", now)
            elif kind == "xml":
                yield Skipped(place, "XML, but neither a feed nor a page")
            elif kind == "feed":
                yield from self._feed(stream, start, place, now)
            elif kind == "csv":
                yield from self._table(stream, start, place)
            else:
                lines = read_lines(stream) if kind == "jsonl" else self._json_objects(stream)
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

    def _page(self, entry: Entry, html: bool, now: datetime | None) -> Iterator[Item]:
        place = entry.place
        foreign = foreign_of(entry.start)
        if foreign is not None:
            yield Skipped(place, f"{foreign}: expected a page, a feed, JSON, a table or an archive")
            return
        if self._reading.format is None and _TABLE_NAME.search(place):
            yield Skipped(f"{place}:1", _NO_TABLE)
            return
        data, broken = read_at_most(entry.stream, MAX_PAGE_BYTES)
        if broken is not None and not data:
            yield Skipped(place, describe_break(broken))
            return
        if len(data) > MAX_PAGE_BYTES:
            yield Skipped(place, f"longer than a page can be ({MAX_PAGE_BYTES >> 20} MB)")
            return
        decoded = decode_html(data, entry.charset) if html else decode(data)
        if decoded is None:
            yield Skipped(place, "binary, or in an encoding that is not known here")
            return
        try:
            article = (parse_html if html else parse_page)(
                decoded.text if html else page_text(decoded.text),
                timezone=self._reading.timezone,
                now=now,
                url=entry.url,
                recurring=self._reading.recurring,
            )
        except InvalidArticle as error:
            yield Skipped(place, str(error))
            return
        remarks = [decoded.remark, describe_break(broken) if broken is not None else None]
        yield from self._with_remarks(article, remarks, place)

    def record(self, line: Line, place: str) -> Iterator[Item]:
        """The articles of one line of JSON. When a file of records was changed says nothing of when
        each was fetched: only a time that the caller gives counts."""
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
        for record in records_within(value, self._reading.mapping):
            yield from self.article(record, remark, here, self._reading.now)

    def _json_objects(self, stream: io.BufferedReader) -> Iterator[Line]:
        """The objects of a JSON file that is not one object a line, and where they begin."""
        data, broken = read_at_most(stream, MAX_RECORD_BYTES)
        whole = broken is None and len(data) <= MAX_RECORD_BYTES
        outer = outer_brackets(data)
        if whole and outer == b"{[":
            try:
                value = orjson.loads(data)
                require_article(value, self._reading.mapping)
            except (orjson.JSONDecodeError, InvalidArticle):
                pass
            else:
                if records_within(value, self._reading.mapping)[0] is value:
                    outer = b""  # it is an article itself; the list within is its own
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

    def _feed(
        self, stream: io.BufferedReader, start: bytes, place: str, now: datetime | None
    ) -> Iterator[Item]:
        for item in read_feed(stream, start):
            here = f"{place}:{item.line}"
            if item.fault is not None:
                yield Skipped(here, item.fault)
            else:
                yield from self.article(item.fields, None, here, now)

    def _table(self, stream: io.BufferedReader, start: bytes, place: str) -> Iterator[Item]:
        delimiter = delimiter_of(first_line(start), self._reading.mapping)
        if delimiter is None:
            yield Skipped(f"{place}:1", _NO_TABLE)
            return
        for row in read_table(stream, delimiter):
            here = f"{place}:{row.line}"
            if row.fault is not None:
                yield Skipped(here, row.fault)
            else:
                yield from self.article(row.values, row.remark, here, self._reading.now)

    def article(
        self, record: Any, remark: str | None, place: str, now: datetime | None
    ) -> Iterator[Item]:
        """The article of one record."""
        mapping = self._reading.mapping
        try:
            article, remarks = article_from(
                require_article(record, mapping),
                timezone=self._reading.timezone,
                now=now,
                mapping=mapping,
            )
        except InvalidArticle as error:
            yield Skipped(place, str(error))
        else:
            yield from self._with_remarks(article, [remark, *remarks], place)

    def _with_remarks(
        self, article: Article, remarks: list[str | None], place: str
    ) -> Iterator[Item]:
        if article.published is not None:
            remarks.append(date_remark(article.published, self._reading.now or self._started))
        for remark in remarks:
            if remark is not None:
                yield Noted(place, remark)
        yield article


def articles_from(
    rows: Any,
    *,
    mapping: Mapping[str, str] | None = None,
    timezone: str | None = None,
    now: datetime | None = None,
) -> Iterator[Item]:
    """The articles of rows that are in memory: dicts, or a pandas or polars frame.

    ``rows`` is an iterable of mappings with the fields of an article (fields.ALIASES), or a frame
    with such columns; one after another is taken, so it may be a generator. Dates may be datetime
    objects. The other arguments, and what is yielded, as for `read`; places are ``row 1`` and so
    on. Raises InvalidArgument as `read` does.
    """
    reader = _Reader(Reading(None, timezone, now, dict(mapping or {})))
    return itertools.chain.from_iterable(
        reader.article(record, None, f"row {number}", now)
        for number, record in enumerate(records_of(rows), 1)
    )


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
