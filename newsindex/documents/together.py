"""Pages looked at together: the lines they share, and the verdict on every line of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from newsindex.documents.encoding import decode
from newsindex.documents.entries import STANDARD_INPUT, Entry, entries
from newsindex.documents.find import show_path
from newsindex.documents.formats import foreign_of, format_of
from newsindex.documents.html_page import decode_html, html_lines
from newsindex.documents.markup import page_text
from newsindex.documents.page import PageLine, explain_page
from newsindex.documents.reading import Reading
from newsindex.documents.recurring import LineCounter, RecurringLines
from newsindex.documents.streams import MAX_PAGE_BYTES, read_at_most
from newsindex.errors import InvalidArticle, SourceError
from newsindex.model import Skipped


def kind_of(start: bytes, reading: Reading) -> str:
    """The format that a stream which begins so is read in, as formats.format_of."""
    return reading.format or format_of(start, reading.mapping)


def recurring_in(sources: Iterable[str | Path], reading: Reading) -> RecurringLines:
    """The lines that the pages of all ``sources`` share; none where the pages are too few.

    Standard input, which can be read only once, is left out, as is what cannot be read.
    """
    counter = LineCounter()
    for source in sources:
        if str(source) == STANDARD_INPUT:
            continue
        try:
            for entry in entries(source, lambda _count: None):
                if not isinstance(entry, Skipped):
                    _count_lines(entry, reading, counter)
        except SourceError:
            continue
    return counter.finish()


def explain_pages(
    sources: Sequence[str | Path], reading: Reading
) -> Iterator[tuple[str, list[PageLine]]]:
    """The place of each page of plain text in ``sources`` and the verdict on every line of it.

    Sources as for `read`; of several pages, the lines they share are known to each. What is no such
    page is left out. Raises SourceError if none of it is one, or a source is missing.
    """
    if reading.recurring is None:
        reading = dataclasses.replace(reading, recurring=recurring_in(sources, reading))
    found = False
    for source in sources:
        for entry in entries(source, lambda _count: None):
            text = None if isinstance(entry, Skipped) else _page_text(entry, reading)
            if text is None or isinstance(entry, Skipped):
                continue
            try:
                lines = explain_page(
                    text,
                    timezone=reading.timezone,
                    now=reading.now or entry.crawled,
                    recurring=reading.recurring,
                )
            except InvalidArticle:
                continue
            found = True
            yield entry.place, lines
    if not found:
        places = ", ".join(show_path(str(source)) for source in sources)
        raise SourceError(f"{places}: expected the text of a page, found something else")


def _page_text(entry: Entry, reading: Reading) -> str | None:
    """The text of an entry that is a page of plain text; None for anything else."""
    if (
        not entry.start.strip()
        or kind_of(entry.start, reading) != "page"
        or foreign_of(entry.start)
    ):
        return None
    data, broken = read_at_most(entry.stream, MAX_PAGE_BYTES)
    decoded = decode(data) if len(data) <= MAX_PAGE_BYTES and broken is None else None
    return page_text(decoded.text) if decoded is not None else None


def _count_lines(entry: Entry, reading: Reading, counter: LineCounter) -> None:
    if entry.start.strip() and kind_of(entry.start, reading) == "html":
        data, _ = read_at_most(entry.stream, MAX_PAGE_BYTES)
        decoded = decode_html(data, entry.charset) if len(data) <= MAX_PAGE_BYTES else None
        if decoded is not None:
            counter.add(html_lines(decoded.text))
        return
    text = _page_text(entry, reading)
    if text is not None:
        counter.add(text.splitlines())
