"""Raw pages with their gold: each line marked as headline, article or furniture.

The files in pages/ hold several pages each, in the manner of one invented site. A line begins with
``T `` (headline), ``+ `` (article) or ``- `` (not the article); braces within an article's line
hold an agency's dateline, which is no part of it. ``:define NAME`` begins lines that every page
repeats at ``:use NAME``; ``:page DATE LANGUAGE SOURCE [URL]`` begins a page, with ``none`` for what
it does not tell; ``:author NAME`` may follow.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

PAGES = Path(__file__).parent / "pages"
_DATELINE = re.compile(r"\{(.*?)\}")
_WORD = re.compile(r"\w+")


@dataclass
class GoldPage:
    """A page as text, and what a reader should make of it."""

    name: str
    published: str | None
    language: str
    source: str | None
    url: str | None
    author: str | None = None
    lines: list[tuple[str, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return _DATELINE.sub(r"\1", "\n".join(line for _, line in self.lines))

    @property
    def title(self) -> str:
        return next(line for mark, line in self.lines if mark == "T")

    @property
    def dateline(self) -> str | None:
        """The place of the agency's dateline: what stands before its first comma or full stop."""
        found = _DATELINE.search("\n".join(line for mark, line in self.lines if mark == "+"))
        return re.split(r"[,.]", found[1])[0] if found else None

    def words(self, mark: str) -> Counter[str]:
        lines = [_DATELINE.sub("", line) for own, line in self.lines if own == mark]
        return Counter(_WORD.findall(" ".join(lines).casefold()))


def words_of(text: str) -> Counter[str]:
    """The words of a text without case, counted."""
    return Counter(_WORD.findall(text.casefold()))


def gold_pages() -> Iterator[GoldPage]:
    """All pages of all files, in order."""
    for path in sorted(PAGES.glob("*.txt")):
        parts: dict[str, list[tuple[str, str]]] = {}
        lines: list[tuple[str, str]] = []
        page, count = None, 0
        for raw in path.read_text("utf-8").splitlines():
            if raw.startswith(":define "):
                lines = parts.setdefault(raw.split()[1], [])
            elif raw.startswith(":page "):
                if page is not None:
                    yield page
                count += 1
                published, language, rest = raw.removeprefix(":page ").split(" ", 2)
                source, _, url = rest.partition(" http")
                page = GoldPage(
                    f"{path.stem}:{count}",
                    None if published == "none" else published,
                    language,
                    None if source == "none" else source,
                    f"http{url}" if url else None,
                )
                lines = page.lines
            elif raw.startswith(":author ") and page is not None:
                page.author = raw.removeprefix(":author ")
            elif raw.startswith(":use "):
                lines.extend(parts[raw.split()[1]])
            else:
                lines.append((raw[:1], raw[2:]))
        if page is not None:
            yield page
