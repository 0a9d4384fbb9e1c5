"""RSS and Atom feeds as records, item by item, in bounded memory.

The parser is expat without anything that XML can be abused for: a feed that declares entities is
refused, nothing outside the file is ever loaded.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import Any
from xml.parsers import expat

from newsindex.documents.encoding import decode
from newsindex.documents.streams import BROKEN_STREAM, MAX_RECORD_BYTES, PEEK_BYTES, describe_break

# The names of elements, without their prefix, and the fields they become; of several that an item
# has, the first of a field in this list with a value is taken.
_FIELDS = {
    "title": "title",
    "encoded": "text",
    "full-text": "text",
    "content": "text",
    "description": "lead",
    "summary": "lead",
    "pubdate": "published",
    "published": "published",
    "date": "published",
    "issued": "published",
    "updated": "published",
    "creator": "author",
    "author": "author",
    "link": "url",
    "guid": "id",
    "id": "id",
}
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]+)")
_ATOM_NAME = re.compile(r"<name>([^<]*)</name>")
_RANK = {name: rank for rank, name in enumerate(_FIELDS)}


@dataclass(frozen=True, slots=True)
class Entry:
    """An item with the line it begins on: its fields, or the fault that ends the feed."""

    line: int
    fields: dict[str, str]
    fault: str | None = None


def read_feed(stream: io.BufferedReader, start: bytes) -> Iterator[Entry]:
    """The items of a feed that begins with ``start``, which has not been taken from the stream.

    The source is the title of the feed. A fault in the XML ends the reading, with its line.
    """
    builder = _Builder(_encoding(start))
    while True:
        try:
            data = stream.read1(PEEK_BYTES)
        except BROKEN_STREAM as error:
            yield Entry(builder.line, {}, describe_break(error))
            return
        try:
            builder.parser.Parse(data, not data)
        except (expat.ExpatError, _Refused) as error:
            yield from builder.take()
            yield Entry(builder.line, {}, f"not readable as a feed: {error}")
            return
        yield from builder.take()
        if not data:
            return


def _encoding(start: bytes) -> str | None:
    """The encoding of a feed that does not say it and is not UTF-8; None lets expat decide."""
    declared = _DECLARED.match(start)
    if declared is not None:
        # a stream in UTF-16 comes here as UTF-8, whatever it says of itself
        return "utf-8" if declared[1].lower().startswith((b"utf-16", b"utf-32")) else None
    decoded = decode(start)
    return decoded.encoding if decoded is not None and decoded.encoding != "utf-8" else None


def _person(value: str) -> str:
    """The name within the author of an Atom entry, which may have an address beside it."""
    named = _ATOM_NAME.search(value)
    return html.unescape(named[1]).strip() if named else value


class _Refused(Exception):
    """Something that no feed needs."""


class _Builder:
    """Builds the records of the items as the parser meets them."""

    def __init__(self, encoding: str | None) -> None:
        self.parser: Any = expat.ParserCreate(encoding)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = self._refuse
        # Names such as &nbsp;, which HTML knows and XML does not, are then told instead of refused.
        self.parser.UseForeignDTD(True)
        self.parser.ExternalEntityRefHandler = lambda *_arguments: 1
        self.parser.SkippedEntityHandler = self._entity
        self._ready: list[Entry] = []
        self._path: list[str] = []
        self._item: dict[str, tuple[int, str]] | None = None
        self._line = 1
        self._field = ""
        self._depth = 0  # of the element whose text is being collected
        self._parts: list[str] = []
        self._size = 0
        self._source = ""

    @property
    def line(self) -> int:
        return int(self.parser.CurrentLineNumber)

    def take(self) -> list[Entry]:
        """The items that were finished since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        # what a feed says of its pictures and sounds is not the article's
        local = name if prefix in ("media", "itunes") else local.lower()
        self._path.append(local)
        if self._field:  # markup within a text, as XHTML in Atom
            self._add(f"<{local}>")
        elif local in ("item", "entry") and self._item is None:
            self._item, self._line, self._size = {}, self.line, 0
        elif self._item is not None and self._path[-2] in ("item", "entry") and local in _FIELDS:
            if local == "link" and attributes.get("href"):
                if attributes.get("rel", "alternate") == "alternate":
                    self._put("link", attributes["href"])
                return
            self._field, self._depth, self._parts = local, len(self._path), []
        elif (
            self._item is None and local == "title" and self._path[-2:-1] in (["channel"], ["feed"])
        ):
            self._field, self._depth, self._parts = local, len(self._path), []

    def _end(self, name: str) -> None:
        local = self._path.pop()
        if self._field:
            if len(self._path) >= self._depth:
                self._add(f"</{local}>")
                return
            value = "".join(self._parts).strip()
            if self._item is None:
                self._source = self._source or " ".join(value.split())
            else:
                self._put(self._field, value)
            self._field, self._parts = "", []
        elif local in ("item", "entry") and self._item is not None:
            fields = {field: value for field, (_, value) in self._item.items()}
            if fields.get("url"):
                fields.pop("id", None)
            elif fields.get("id", "").startswith("http"):
                fields["url"] = fields.pop("id")
            if self._source:
                fields["source"] = self._source
            fault = None
            if self._size > MAX_RECORD_BYTES:
                fault = f"an item longer than {MAX_RECORD_BYTES >> 20} MB"
            self._ready.append(Entry(self._line, {} if fault else fields, fault))
            self._item = None

    def _put(self, name: str, value: str) -> None:
        field, rank = _FIELDS[name], _RANK[name]
        if field == "author":
            value = _person(value)
            if self._item is not None and value and self._item.get(field, (-1, ""))[0] == rank:
                value = f"{self._item.pop(field)[1]}, {value}"  # one element for each of several
        if value and self._item is not None and rank < self._item.get(field, (len(_RANK), ""))[0]:
            self._item[field] = rank, value

    def _text(self, data: str) -> None:
        if self._field:
            inside = len(self._path) > self._depth
            self._add(html.escape(data, quote=False) if inside else data)

    def _add(self, data: str) -> None:
        self._size += len(data)
        if self._size <= MAX_RECORD_BYTES:
            self._parts.append(data)

    def _entity(self, name: str, _is_parameter: bool) -> None:
        if self._field:
            self._add(html5.get(f"{name};", ""))

    def _refuse(self, *_arguments: object) -> None:
        raise _Refused("it declares entities, which no feed needs")
