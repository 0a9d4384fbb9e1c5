"""Pages out of WARC files (ISO 28500), the archives that crawlers write. Needs the extra ``warc``.

Taken are answers with status 200 and resources that are HTML or text, and texts that another
program took from pages (``conversion`` records, as in Common Crawl's WET files).
"""

from __future__ import annotations

import importlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsindex.documents.streams import BROKEN_STREAM, MAX_PAGE_BYTES
from newsindex.model import Skipped

_TEXT = ("text/html", "application/xhtml+xml", "text/plain")


@dataclass(frozen=True, slots=True)
class Capture:
    """A page as a crawler found it: its address and when it was fetched."""

    place: str
    data: bytes
    url: str
    fetched: datetime | None
    charset: str | None


def captures(stream: io.BufferedReader, place: str) -> Iterator[Capture | Skipped]:
    """The pages of a WARC file, unpacked; one Skipped at the end counts what holds no page."""
    try:
        warcio = importlib.import_module("warcio.archiveiterator")
        failures = importlib.import_module("warcio.exceptions")
    except ImportError:
        what = 'install the extra "warc" (pip install "newsindex[warc]")'
        yield Skipped(place, f"a WARC file: to read these, {what}")
        return
    others: Counter[str] = Counter()
    try:
        for record in warcio.ArchiveIterator(stream):
            found = _capture(record, place)
            if isinstance(found, str):
                others.update([found] if found else [])
            else:
                yield found
    except (*BROKEN_STREAM, failures.ArchiveLoadFailed, ValueError, AttributeError) as error:
        yield Skipped(place, f"the WARC file cannot be read further: {error}")
    if others.total():
        kinds = ", ".join(f"{count} {kind}" for kind, count in others.most_common(4))
        yield Skipped(place, f"{others.total()} records that are no pages: {kinds}")


def _capture(record: Any, place: str) -> Capture | Skipped | str:
    """The page of a record; or what it is instead, empty for what is never a page."""
    if record.rec_type not in ("response", "resource", "conversion"):
        return ""
    headers = record.rec_headers
    url = (headers.get_header("WARC-Target-URI") or "").strip("<> ")
    kind = headers.get_header("Content-Type") or ""
    if record.rec_type == "response":
        if record.http_headers is None:
            return "without HTTP headers"
        status = record.http_headers.get_statuscode()
        if status != "200":
            return f"status {status}"
        kind = record.http_headers.get_header("Content-Type") or ""
    kind, _, parameters = kind.lower().partition(";")
    if kind.strip() not in _TEXT:
        return kind.strip() or "of no stated type"
    here = f"{place}/{url}"
    try:
        data = record.content_stream().read(MAX_PAGE_BYTES + 1)
    except (*BROKEN_STREAM, ValueError) as error:
        return Skipped(here, f"cannot be unpacked: {error}")
    charset = parameters.partition("charset=")[2].strip(" \"';") or None
    try:
        fetched = datetime.fromisoformat(headers.get_header("WARC-Date") or "")
    except ValueError:
        fetched = None
    return Capture(here, data, url, fetched if fetched and fetched.tzinfo else None, charset)
