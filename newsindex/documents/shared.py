"""Which lines of a page are furniture because other pages have them too.

How many pages share a line is weighed against the page itself. Where much of its text stands on
other pages as well, it is an article that was fetched again or reprinted: lines then have to stand
on several times as many. A sentence has to stand beside other shared lines or on a good part of all
pages, because newsrooms repeat a background paragraph below their follow-ups; so has a line that
heads sentences, because subheadings repeat themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from newsindex.documents.lines import Row
from newsindex.documents.recurring import RECURS_FROM, RecurringLines

_OWN_SHARE = 0.25  # of the words in sentences: so many at least are taken for the page's own
_BESIDE_SHARE = 0.2  # of the pages that a neighbour stands on: furniture comes in blocks
_ALL_SHARE = 0.2  # of all pages


def shared_rows(rows: list[Row], recurring: RecurringLines) -> dict[int, str]:
    """The reasons against the rows that other pages have too, by row number."""
    counts = recurring.counts_of([row.key for row in rows])
    least = max(RECURS_FROM, RECURS_FROM * _own_count(rows, counts))
    reasons = {}
    for index, (row, count) in enumerate(zip(rows, counts, strict=True)):
        if count < least or row.dateline:
            continue
        often = count >= _ALL_SHARE * recurring.pages
        if row.prose or _heads_own_text(rows, counts, index):
            around = max(_around(counts, index), default=0)
            beside = around >= least and count >= _BESIDE_SHARE * around
            if not often and not (row.prose and beside):
                continue
        reasons[row.number] = f"stands on {count} of {recurring.pages} pages"
    return reasons


def _own_count(rows: list[Row], counts: list[int]) -> int:
    """On how many pages the page's own sentences stand: 1, unless it was fetched again."""
    prose = sorted((count, row.words) for row, count in zip(rows, counts, strict=True) if row.prose)
    seen, enough = 0, _OWN_SHARE * sum(words for _, words in prose)
    for count, words in prose:
        seen += words
        if seen >= enough:
            return max(1, count)
    return 1


def _around(counts: list[int], index: int) -> Iterable[int]:
    return (counts[at] for at in (index - 1, index + 1) if 0 <= at < len(counts))


def _heads_own_text(rows: list[Row], counts: list[int], index: int) -> bool:
    """Whether sentences of the page's own stand right above and right below the row."""
    return all(
        0 <= at < len(rows) and rows[at].prose and counts[at] < RECURS_FROM
        for at in (index - 1, index + 1)
    )
