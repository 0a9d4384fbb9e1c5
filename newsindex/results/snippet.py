"""Snippets: the stretch of an article that shows best why it was found."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from newsindex.results.highlight import Match, Span, merge_spans

SNIPPET_LENGTH = 240
# How far a snippet may grow or shrink to begin and end with a sentence.
_SENTENCE_REACH = 90
_SENTENCE_END = re.compile(r"[.!?…][»”\"')]*\s+|\n+")
_BLANKS = re.compile(r"\s+")
_ELLIPSIS = "…"


def make_snippet(text: str, matches: Sequence[Match]) -> tuple[str, tuple[Span, ...]]:
    """The best stretch of about SNIPPET_LENGTH characters, and the spans to highlight in it.

    The window is chosen that holds most different parts of the query, then most matches, then the
    earliest; it is cut at sentences where they are near, else at words. Without matches it is the
    beginning of the text. A run of blanks and line breaks becomes one blank.
    """
    if len(text) <= SNIPPET_LENGTH:
        start, stop = 0, len(text)
    else:
        start, stop = _cut(text, *_best_window(matches))
    # Blanks at the ends are not worth showing.
    while start < stop and text[start].isspace():
        start += 1
    while start < stop and text[stop - 1].isspace():
        stop -= 1
    before = _ELLIPSIS if text[:start].strip() else ""
    after = _ELLIPSIS if text[stop:].strip() else ""
    shift = len(before) - start
    inside = [
        (match.start + shift, match.stop + shift)
        for match in matches
        if match.start >= start and match.stop <= stop
    ]
    return _on_one_line(before + text[start:stop] + after, merge_spans(inside))


def _on_one_line(text: str, spans: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    """The text with every run of blanks and line breaks as one blank, and the spans moved along."""
    # Where a run was shortened, and how many characters have gone by its end.
    stops: list[int] = [0]
    gone: list[int] = [0]
    for match in _BLANKS.finditer(text):
        stops.append(match.end())
        gone.append(gone[-1] + match.end() - match.start() - 1)

    def moved(index: int) -> int:
        return index - gone[bisect.bisect_right(stops, index) - 1]

    return _BLANKS.sub(" ", text), tuple((moved(low), moved(high)) for low, high in spans)


def _best_window(matches: Sequence[Match]) -> Span:
    """The first and last character of the matches that a snippet should show."""
    best, best_score = (0, 0), (0, 0)
    stop = 0
    for i, first in enumerate(matches):
        stop = max(stop, i + 1)
        while stop < len(matches) and matches[stop].stop - first.start <= SNIPPET_LENGTH:
            stop += 1
        window = matches[i:stop]
        score = (len({match.pattern for match in window}), len(window))
        if score > best_score:
            best, best_score = (first.start, max(match.stop for match in window)), score
    return best


def _cut(text: str, first: int, last: int) -> Span:
    """Grow the stretch ``first`` to ``last`` to a readable snippet."""
    room = max(0, SNIPPET_LENGTH - (last - first))
    # A little more before than after would hide what follows the match.
    low = max(0, first - min(room // 3, _SENTENCE_REACH))
    starts = [m.end() for m in _SENTENCE_END.finditer(text, max(0, first - SNIPPET_LENGTH), first)]
    near = [start for start in starts if first - start <= _SENTENCE_REACH + room // 3]
    start = near[0] if near else (0 if first <= _SENTENCE_REACH else _word_start(text, low))
    high = min(len(text), max(last, start + SNIPPET_LENGTH))
    ends = [m.start() + len(m.group().rstrip()) for m in _SENTENCE_END.finditer(text, last, high)]
    if high == len(text):
        return start, high
    if ends and high - ends[-1] <= _SENTENCE_REACH:
        return start, ends[-1]
    return start, max(last, _word_stop(text, high))


def _word_start(text: str, index: int) -> int:
    """The first beginning of a word at or after ``index``."""
    while 0 < index < len(text) and not text[index - 1].isspace():
        index += 1
    return index


def _word_stop(text: str, index: int) -> int:
    """The last end of a word at or before ``index``."""
    while 0 < index < len(text) and not text[index].isspace():
        index -= 1
    return index
