"""The lines of a page as the page reader looks at them: words, endings, signs, dates, topic.

A line of a page is a headline, a sentence of the article, a label; what it is shows in how many
words it has, whether it ends as a sentence does, and whether it speaks of the article's topic.
"""

from __future__ import annotations

import functools
import importlib.resources
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from newsindex.documents.dates import FoundDate, find_dates
from newsindex.documents.opening import fold
from newsindex.documents.signs import Sign, sign_of

_WORD = re.compile(r"[^\W_]+(?:['’ʼ`-][^\W_]+)*")
_END_OF_SENTENCE = re.compile(r"[.!?…;:][\s\"'»”’“)\]*_]*$")
_INNER_SENTENCE = re.compile(r"[.!?…][\"»”]?\s+[—–-]?\s?[\"«“„А-ЯІЇЄҐA-Z]")
_GAP = re.compile(r"\s{4,}")  # a run of blanks so long would make other patterns slow
_NUMBER = re.compile(r"\d+")
_TEASER_END = re.compile(r"(?:\.{3}|…|\[…\]|\[\.\.\.\])$")
_BULLET = re.compile(r"^(?:[•·▪■◆●○*►✔✅–—-]|\d{1,2}[.)]|[а-яіїєa-z]\))\s")
_CLOCK_FIRST = re.compile(r"^\W{0,2}(?:[01]?\d|2[0-3]):[0-5]\d\b")
_TIED = re.compile(r"\w\s+(?:на|за|до|с|со|от|к|з|із|від|по|после|після)\s+$", re.IGNORECASE)
_FULL_STOP = re.compile(r"(?:(?<!\bг)(?<!\bр)(?<!\.)\.|[!?])$", re.IGNORECASE)
_UK = frozenset("іїєґІЇЄҐ")
_RU = frozenset("ыэъёЫЭЪЁ")
_SOME_DAY = datetime(2000, 6, 15, tzinfo=UTC)  # any: only whether there is a date is asked
_STEM = 5  # letters: enough to join the forms of a word, and to part most words

# A line of more words than this is prose, whatever its ending.
_LONG = 32
_PROSE = 8


@dataclass(slots=True)
class Row:
    """A line that is not blank, with what can be seen on it."""

    number: int
    text: str
    words: int
    blank_before: bool
    sign: Sign | None
    date: FoundDate | None
    date_residue: int
    clock: bool  # whether an hour stands with the date
    day_only: bool  # a date that needs the time of the crawl to be one: "8 августа", "вчера"
    stems: frozenset[str]
    key: str
    joined: bool = False  # a hard-wrapped line: goes with the one before it

    @property
    def ends_sentence(self) -> bool:
        return bool(_END_OF_SENTENCE.search(self.text))

    @property
    def prose(self) -> bool:
        """A sentence or several: what an article is made of and a list of links is not."""
        if self.joined or self.words >= _LONG:
            return True
        if self.words < _PROSE:
            return False
        return self.ends_sentence or bool(_INNER_SENTENCE.search(self.text) and self.words > 14)

    @property
    def headline(self) -> bool:
        """A line such as headlines are: some words that do not end as a sentence does."""
        first = self.text.lstrip("«\"“„'-–—• ")[:1]
        return (
            3 <= self.words < _LONG
            and not self.joined
            and not self.text.rstrip("\"'»”’)").endswith((".", ",", ";", ":"))
            and (first.isupper() or first.isdigit())
            and len(_NUMBER.findall(self.text)) <= 0.3 * self.words
        )

    @property
    def tabular(self) -> bool:
        """A short line of names and figures, such as the rows of a table are."""
        figures = len(_NUMBER.findall(self.text))
        free = self.sign is None and not self.dateline and not self.clock_first
        return free and 2 <= self.words <= 16 and figures > 0 and not self.headline

    @property
    def label(self) -> bool:
        """A word or three that stand alone: a section, a name, a button."""
        return self.words <= 3 and not self.ends_sentence and not self.joined

    @property
    def bullet(self) -> bool:
        return bool(_BULLET.match(self.text))

    @property
    def speech(self) -> bool:
        """A line of an interview, or a quotation."""
        return self.text[:1] in '-–—«"“„' and self.ends_sentence

    @property
    def teaser(self) -> bool:
        return bool(_TEASER_END.search(self.text))

    @property
    def clock_first(self) -> bool:
        return bool(_CLOCK_FIRST.match(self.text))

    @property
    def dateline(self) -> bool:
        """A date with next to nothing beside it, as it stands by a headline."""
        if self.date_residue and _FULL_STOP.search(self.text):
            return False  # a sentence with a date in it
        if self.date is None:
            return self.day_only and self.date_residue <= 2
        return self.date_residue <= (6 if self.date.has_time else 3)

    @property
    def language(self) -> str | None:
        """The language whose own letters stand in the line, None where none do."""
        uk = sum(letter in _UK for letter in self.text)
        ru = sum(letter in _RU for letter in self.text)
        return None if uk == ru else "uk" if uk > ru else "ru"


def rows_of(text: str, timezone: str, now: datetime | None) -> list[Row]:
    """The lines of a page that are not blank, in order, numbered from 1 over all its lines."""
    rows: list[Row] = []
    blank = True
    for number, raw in enumerate(text.splitlines(), 1):
        line = _GAP.sub("   ", raw.strip().strip("\ufeff\u200b"))
        if not line:
            blank = True
            continue
        words = _WORD.findall(line)
        # a date deep within a long line is the article's own business
        date = next(find_dates(line, timezone, now=now), None) if len(words) <= 16 else None
        vague = date
        if date is None and now is None and len(words) <= 16:
            vague = next(find_dates(line, timezone, now=_SOME_DAY), None)
        rows.append(
            Row(
                number=number,
                text=line,
                words=len(words),
                blank_before=blank,
                sign=sign_of(line),
                date=date,
                date_residue=_residue(line, vague),
                clock=vague is not None and vague.has_time,
                day_only=date is None and vague is not None,
                stems=stems_of(words),
                key=fold(line),
            )
        )
        blank = False
    _join_wrapped(rows)
    return rows


def _residue(line: str, date: FoundDate | None) -> int:
    """How many words stand beside the date; many, where it is tied to them by a preposition."""
    if date is None:
        return 0
    before, after = line[: date.start], line[date.stop :]
    if _TIED.search(before):
        return 99  # "Курс валют на 6 марта 2025": a headline, not the date of one
    words = [word for word in _WORD.findall(f"{before} {after}") if len(word) > 2]
    names = not after.strip() and all(word.istitle() for word in words)
    return min(len(words), 2) if names else len(words)


def stems_of(words: Iterable[str]) -> frozenset[str]:
    """The beginnings of the longer words: enough to see whether two lines speak of one thing."""
    stems = (
        word[:_STEM].casefold().replace("ё", "е")
        for word in words
        if len(word) >= _STEM - 1 or (len(word) >= 2 and word.isupper())
    )
    return frozenset(stems) - _common_stems()


@functools.cache
def _common_stems() -> frozenset[str]:
    """The stems of words that any two texts share: pronouns, prepositions, verbs of saying."""
    file = importlib.resources.files("newsindex.documents") / "common_stems.txt"
    return frozenset(file.read_text("utf-8").split())


def overlap(stems: frozenset[str], topic: frozenset[str] | set[str]) -> float:
    """The share of ``stems`` that the topic has too; 0 for a line without any."""
    return len(stems & topic) / len(stems) if stems else 0.0


def _join_wrapped(rows: list[Row]) -> None:
    """Mark the continuation lines of a text that was wrapped at a fixed width.

    Such a text shows itself: several lines of nearly full width end in mid-sentence and the next
    line, with no blank between, goes on in small letters.
    """
    pairs = [
        (before, after)
        for before, after in itertools.pairwise(rows)
        if not after.blank_before and len(before.text) >= 40
    ]
    broken = [
        after
        for before, after in pairs
        if after.text[:1].islower()
        and not before.ends_sentence
        and before.words >= 4
        and before.sign is None
        and (after.words > 2 or after.ends_sentence)
    ]
    if not broken:
        return
    width = max(len(row.text) for row in rows)
    wrapped_page = len(broken) >= 4 and width <= 130 and len(broken) >= 0.3 * len(pairs)
    lower = {id(row) for row in broken}
    for before, after in pairs:
        # a line that begins anew below one that broke off is the next of a list
        anew = after.text[:1].isupper() and not before.ends_sentence
        full = wrapped_page and len(before.text) >= 0.72 * width and not (after.bullet or anew)
        if id(after) in lower or full:
            before.joined = after.joined = True
            after.sign = None if id(after) in lower else after.sign
