"""Finding the headline among the lines of a page.

Evidence: the line stands on the page twice (or once more with the site's name behind it), a date
stands beside it, the sentences below share its words, the text begins soon after it.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterable

from newsindex.documents.lines import Row, overlap
from newsindex.documents.opening import fold

_SITE_SUFFIX = re.compile(r"\s+[|–—-]\s+[^|]{2,60}$")
_LOOKED_AT = 400  # rows from the top: no headline stands below so many
_BESIDE = 3  # rows between the headline and its date


def without_site(line: str) -> str:
    """The line without " | Site" or " - Site" at its end, for comparison (folded)."""
    return fold(_SITE_SUFFIX.sub("", line))


def find_headline(rows: list[Row], scraped: bool) -> int | None:
    """The index of the row that is the headline, or None where no row looks like one."""
    first_prose = next((i for i, r in enumerate(rows) if r.prose and r.sign is None), len(rows))
    first_sentence = next((i for i, r in enumerate(rows) if _is_sentence(r)), len(rows))
    repeats = Counter(row.key for row in rows if row.words >= 3)
    with_site = Counter(without_site(row.text) for row in rows if row.words >= 4)
    # the article's words, to compare with: those of the sentences below the row
    below: set[str] = {s for row in rows if row.prose and row.sign is None for s in row.stems}
    prose_words = [row.words if row.prose and row.sign is None else 0 for row in rows]
    above = list(itertools.accumulate(prose_words, initial=0))
    scores: dict[int, float] = {}
    # a page that was not scraped is a text: its headline is its first line or it has none
    for i, row in enumerate(rows[: _LOOKED_AT if scraped else 1]):
        if scores and row.sign is not None and row.sign.role == "summary":
            break  # the headline stands above it
        if row.sign is not None or row.dateline or row.joined or row.words < 2:
            continue
        repeated = repeats[row.key] > 1 or (
            row.words >= 4 and with_site[row.key] > (without_site(row.text) == row.key)
        )
        share_above = above[i] / max(1, above[-1])
        if share_above > 0.4:
            break  # most of the text stands above: what follows are other articles' headlines
        dated = _dated(rows, i)
        if not _possible(row, i, first_prose, repeated, dated and scraped):
            continue
        gap = _gap(rows, i)
        score = 2.0 * min(1.0, overlap(row.stems, below if not row.prose else frozenset()) / 0.5)
        score += (
            (0.5 if _twice_at_once(rows, i) else 1.5) * repeated
            + 0.7 * dated
            + 0.4 * (row.words >= 5)
        )
        score -= 3.0 * share_above
        score -= 0.12 * min(gap, 15) + 0.7 * (i > first_sentence) + 0.5 * row.prose
        score -= 0.8 * (row.date is not None and (not repeated or _twice_at_once(rows, i)))
        score -= 0.5 * row.clock_first + (0.4 if dated else 0.8) * under_opener(rows, i)
        score += 0.4 * _between_date_and_text(rows, i) - 1.0 * (
            row.text.endswith(".") and not repeated
        )
        scores[i] = max(score, 0.05) + 0.3 * (1 - i / len(rows))
    if any(rows[i].headline for i in scores):  # then no sentence beside a date is one
        scores = {i: s for i, s in scores.items() if rows[i].headline or repeats[rows[i].key] > 1}
    if not scores:
        return None
    best = max(scores, key=lambda i: (round(scores[i], 2), -i))
    return _first_of_block(rows, best, scores, below)


def _first_of_block(rows: list[Row], best: int, scores: dict[int, float], below: set[str]) -> int:
    """The headline rather than the subtitle beneath it, and its first mention of several."""
    above = best - 1
    if (
        above in scores
        and rows[above].headline
        and scores[above] >= scores[best] - 1.6
        and overlap(rows[above].stems, below) >= 0.25
        and rows[above].key != rows[best].key
    ):
        best = above
    elif (
        above > 0
        and above in scores
        and rows[above].headline
        and rows[best].headline
        and _heads_block(rows, above - 1)
        and not under_opener(rows, above)
        and rows[above].key != rows[best].key
        and scores[best] < 3.5
    ):
        best = above  # right below the date and what goes with it: the second line is the subtitle
    for i in range(max(0, best - _BESIDE - 1), best):
        if rows[i].key == rows[best].key and i in scores:
            return i
    return best


def _twice_at_once(rows: list[Row], index: int) -> bool:
    """Whether the row stands twice, one below the other, and nowhere else: a picture's caption."""
    same = [at for at, row in enumerate(rows) if row.key == rows[index].key]
    return len(same) == 2 and same[1] - same[0] == 1


def _heads_block(rows: list[Row], index: int) -> bool:
    """Whether the row, or the one above it if it has no words, is a date or a sign."""
    row = rows[index - 1] if not rows[index].words and index else rows[index]
    return row.dateline or row.sign is not None


def _between_date_and_text(rows: list[Row], index: int) -> bool:
    """Whether a date stands right above the row and the text begins right below it."""
    below = rows[index + 1 : index + 2]
    return (
        index > 0
        and rows[index - 1].dateline
        and bool(below)
        and (below[0].prose or below[0].ends_sentence)
    )


def _possible(row: Row, index: int, first_prose: int, repeated: bool, dated: bool) -> bool:
    if row.words > 40 or (row.prose and not repeated and not dated):
        return False
    if index > first_prose and not dated and (not repeated or row.prose):
        return False  # a sentence that stands twice within a text is set off from it
    return row.headline or repeated or (dated and row.words >= 3)


def _dated(rows: list[Row], index: int) -> bool:
    """Whether a date stands within a few rows, with no sentence of the text between."""
    above = reversed(rows[max(0, index - _BESIDE) : index])
    # captions and buttons between a headline and its date do not count
    below = (
        r for r in rows[index + 1 : index + 16] if r.sign is None or r.sign.opens or r.dateline
    )
    return _meets_date(above) or _meets_date(itertools.islice(below, _BESIDE))


def _meets_date(rows: Iterable[Row]) -> bool:
    for row in rows:
        if row.dateline:
            return True
        if _is_sentence(row):
            return False
    return False


def _is_sentence(row: Row) -> bool:
    return row.sign is None and (row.prose or (row.ends_sentence and row.words >= 4))


def _gap(rows: list[Row], index: int) -> int:
    """How many rows stand between the row and the next sentence, at most 15."""
    ahead = rows[index + 1 : index + 16]
    text = (n for n, r in enumerate(ahead) if (r.prose or r.ends_sentence) and r.sign is None)
    return next(text, len(ahead))


def under_opener(rows: list[Row], index: int) -> bool:
    """Whether a list of links was opened above and no sentence or date stands between."""
    for row in reversed(rows[max(0, index - 40) : index]):
        if row.sign is not None and row.sign.opens:
            return True
        if row.prose or row.dateline:
            return False
    return False
