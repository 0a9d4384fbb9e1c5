"""Rendering of highlighted text for a terminal and for a web page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from newsindex.results.highlight import Span

_BOLD_YELLOW = "\x1b[1;33m"
_RESET = "\x1b[0m"


def to_html(text: str, spans: Sequence[Span]) -> str:
    """``text`` as HTML, the spans in ``<mark>``; everything else is escaped."""
    # Imported here because few searches have use for it.
    import html  # noqa: PLC0415

    return _render(text, spans, html.escape, lambda part: f"<mark>{html.escape(part)}</mark>")


def to_ansi(text: str, spans: Sequence[Span]) -> str:
    """``text`` for a terminal, the spans in bold yellow; control characters are left out."""
    return _render(
        text, spans, _printable, lambda part: f"{_BOLD_YELLOW}{_printable(part)}{_RESET}"
    )


def _printable(text: str) -> str:
    """Text from a stranger's page must not command the terminal."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


def _render(
    text: str, spans: Sequence[Span], plain: Callable[[str], str], marked: Callable[[str], str]
) -> str:
    parts = []
    done = 0
    for start, stop in spans:
        parts += [plain(text[done:start]), marked(text[start:stop])]
        done = stop
    return "".join([*parts, plain(text[done:])])
