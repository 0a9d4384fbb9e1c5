"""What a stream of bytes is, seen from how it begins."""

from __future__ import annotations

import re
from collections.abc import Mapping

from newsindex.documents.encoding import decode
from newsindex.documents.json_values import outer_brackets
from newsindex.documents.tables import delimiter_of

# What cannot be read, by its first bytes.
_FOREIGN = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"RIFF": "an image, a sound or a video",
    b"\x1f\x8b": "packed twice",
    b"BZh": "packed twice",
    b"\xfd7zXZ": "packed twice",
    b"\x28\xb5\x2f\xfd": "packed twice",
    b"SQLite format 3": "an SQLite database",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"PAR1": "a Parquet file",
    b"\x7fELF": "a program",
    b"MZ": "a program",
}
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)*"
    rb"<(?:!doctype html|html|head|body|meta|article|div|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"\s*<(?:\?xml\b|rss\b|feed\b|rdf:RDF\b)", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|(?:\w+:)(?:feed|RDF))[\s>]")
_ARTICLE_FIELD = re.compile(rb'"(?:title|headline|text|body|content)"\s*:', re.IGNORECASE)
_TAR_MAGIC = slice(257, 262)


def archive_of(start: bytes) -> str | None:
    """The kind of archive that begins so: "zip", "tar" or "warc"; None for none of these."""
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if start[_TAR_MAGIC] == b"ustar":
        return "tar"
    return "warc" if start.startswith(b"WARC/") else None


def foreign_of(start: bytes) -> str | None:
    """What the file is, where its first bytes say that it is nothing to read here."""
    return next((what for magic, what in _FOREIGN.items() if start.startswith(magic)), None)


def format_of(start: bytes, mapping: Mapping[str, str]) -> str:
    """The format of a stream that begins so: one of reading.FORMATS, or "xml" for XML that is no
    feed. ``mapping`` as for `read`: the names of columns that are known by it."""
    text = start.lstrip()
    if text[:1] == b"[" and text[1:].lstrip()[:1] in (b"{", b"]"):
        return "json"
    if text[:1] != b"{" or text[1:].lstrip()[:1] not in (b'"', b"}"):
        if _HTML.match(start):
            return "html"
        if _XML.match(start):
            return "feed" if _FEED.search(start) else "xml"
        return "csv" if delimiter_of(first_line(start), mapping) else "page"
    first, newline, rest = text.partition(b"\n")
    if first.rstrip().endswith(b"}") and (not newline or not rest.strip() or b"{" in rest[:9]):
        return "json" if _wraps_articles(first) else "jsonl"
    # one object over several lines, or a line longer than what was looked at
    return "json" if newline or _wraps_articles(text) else "jsonl"


def first_line(start: bytes) -> str:
    """The first line that is not blank, as far as it can be read."""
    line = start.lstrip().partition(b"\n")[0].rstrip(b"\r")
    decoded = decode(line)  # spreadsheets write windows-1251
    return (decoded.text if decoded else line.decode("utf-8", "replace")).replace("\x00", "")


def _wraps_articles(line: bytes) -> bool:
    if outer_brackets(line) != b"{[":
        return False
    head = line[: line.index(b"[")]
    return _ARTICLE_FIELD.search(head) is None
