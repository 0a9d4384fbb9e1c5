"""Recency: scores that fade with the age of an article."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from whoosh import query as q

from newsindex.errors import InvalidArgument
from newsindex.index.columns import UNDATED
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment

_HALF_LIFE = re.compile(r"(\d{1,5}(?:\.\d{1,3})?)\s*([hdwMy])")
_DAYS = {"h": 1 / 24, "d": 1.0, "w": 7.0, "M": 30.0, "y": 365.0}


class Recent(q.Query):  # type: ignore[misc]  # Whoosh's classes are partly untyped
    """What ``child`` matches; its scores are halved with each ``half_life`` (seconds) that lies
    between an article and ``now`` (seconds since 1970 UTC)."""

    fieldname = None
    boost = 1.0

    def __init__(self, child: q.Query, half_life: float, now: int) -> None:
        self.child = child
        self.half_life = half_life
        self.now = now

    def __str__(self) -> str:
        return f"RECENT({self.child})"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recent) and (self.child, self.half_life, self.now) == (
            other.child,
            other.half_life,
            other.now,
        )

    def __hash__(self) -> int:
        return hash((self.child, self.half_life, self.now))

    def is_leaf(self) -> bool:
        return False

    def children(self) -> Iterator[Any]:
        yield self.child

    def factors(self, segment: Segment, documents: AnyArray) -> AnyArray:
        """By how much the score of each of ``documents`` is multiplied: from 1 of an article of
        now, or later, down; that of an undated one is that of an article ten half-lives old;
        float32."""
        published = segment.published[documents]
        lives = (self.now - published.astype(np.float64)) / self.half_life
        lives[published == UNDATED] = 10.0
        factors: AnyArray = np.exp2(-np.maximum(lives, 0.0)).astype(np.float32)
        return factors


def recent(tree: q.Query, half_life: str | timedelta, now: datetime | None) -> q.Query:
    """``tree`` with scores that fade; date ranges that every match must lie in stay outermost.

    ``half_life`` is a timedelta, or so many hours, days, weeks, months of 30 days or years of 365:
    12h, 30d, 2w, 6M, 1y. Raises InvalidArgument for another.
    """
    seconds = _seconds(half_life)
    moment = datetime.now(UTC) if now is None else now
    clauses = list(tree.subqueries) if isinstance(tree, q.And) and tree.boost == 1 else [tree]
    dates = [clause for clause in clauses if isinstance(clause, q.NumericRange)]
    rest = [clause for clause in clauses if not isinstance(clause, q.NumericRange)]
    if not rest:
        return tree
    child = rest[0] if len(rest) == 1 else q.And(rest)
    faded = Recent(child, seconds, int(moment.timestamp()))
    return q.And([faded, *dates]) if dates else faded


def _seconds(half_life: str | timedelta) -> float:
    if isinstance(half_life, timedelta):
        seconds = half_life.total_seconds()
    else:
        match = _HALF_LIFE.fullmatch(str(half_life).strip())
        seconds = float(match[1]) * _DAYS[match[2]] * 86_400 if match else 0.0
    if seconds <= 0:
        raise InvalidArgument(
            f"recency: expected the time in which a score is halved, such as 12h, 30d, 2w, 6M or"
            f" 1y, found {str(half_life)!r}"
        )
    return seconds
