"""Finding the headline among the lines of a page.

Evidence: the line stands on the page twice (or once more with the site's name behind it), a date
stands beside it, the sentences below share its words, the text begins soon after it.
"""

from __future__ import annotations

import re
from collections import Counter

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
    repeats = Counter(row.key for row in rows if row.words >= 3)
    with_site = Counter(without_site(row.text) for row in rows if row.words >= 4)
    # the article's words, to compare with: those of the sentences below the row
    below: set[str] = {s for row in rows if row.prose and row.sign is None for s in row.stems}
    best, best_score = None, 0.0
    # a page that was not scraped is a text: its headline is its first line or it has none
    for i, row in enumerate(rows[: _LOOKED_AT if scraped else 1]):
        if row.sign is not None or row.dateline or row.joined or row.words < 2:
            continue
        repeated = repeats[row.key] > 1 or (
            row.words >= 4 and with_site[row.key] > (without_site(row.text) == row.key)
        )
        dated = any(r.dateline for r in rows[max(0, i - _BESIDE) : i + _BESIDE + 1])
        if not _possible(row, i, first_prose, repeated, dated and scraped):
            continue
        gap = _gap(rows, i)
        score = 2.0 * min(1.0, overlap(row.stems, below if not row.prose else frozenset()) / 0.5)
        score += 1.5 * repeated + 0.7 * dated + 0.4 * (row.words >= 5)
        score -= 0.12 * min(gap, 15) + 0.7 * (i > first_prose) + 0.5 * row.prose
        score -= 0.5 * row.clock_first + 0.8 * _under_opener(rows, i)
        score = max(score, 0.05) + 0.3 * (1 - i / len(rows))
        if score > best_score + 0.01:
            best, best_score = i, score
    return best


def _possible(row: Row, index: int, first_prose: int, repeated: bool, dated: bool) -> bool:
    if row.words > 40 or (row.prose and not repeated and not dated):
        return False
    if index > first_prose and not repeated and not dated:
        return False
    return row.headline or repeated or (dated and row.words >= 3)


def _gap(rows: list[Row], index: int) -> int:
    """How many rows stand between the row and the next sentence, at most 15."""
    ahead = rows[index + 1 : index + 16]
    return next((n for n, r in enumerate(ahead) if r.prose and r.sign is None), len(ahead))


def _under_opener(rows: list[Row], index: int) -> bool:
    """Whether a list of links was opened above and no sentence or date stands between."""
    for row in reversed(rows[max(0, index - 40) : index]):
        if row.sign is not None and row.sign.opens:
            return True
        if row.prose or row.dateline:
            return False
    return False
