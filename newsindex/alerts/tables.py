"""Tables: rows of numbers of various lengths, one after another in one array."""

from __future__ import annotations

import numpy as np

from newsindex.index.arrays import gather
from newsindex.index.files import AnyArray


def table(rows: list[list[int]]) -> tuple[AnyArray, AnyArray]:
    """Rows of various lengths, one after another, int32, and where each begins and the last one
    ends."""
    flat = np.array([number for row in rows for number in row], dtype=np.int32)
    return flat, np.cumsum([0, *map(len, rows)])


def table_rows(flat: AnyArray, starts: AnyArray, chosen: AnyArray) -> tuple[AnyArray, AnyArray]:
    """The rows ``chosen`` of a table of rows of various lengths (``flat``, cut at ``starts``), one
    after another, and where each begins."""
    counts = starts[chosen + 1] - starts[chosen]
    return flat[gather(starts[chosen], counts)], np.cumsum(counts) - counts
