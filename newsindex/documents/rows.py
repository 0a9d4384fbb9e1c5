"""Rows in memory as records: mappings as they are, frames of pandas and polars row by row.

Neither library is imported: a frame is known by the methods it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newsindex.errors import InvalidArgument


def records_of(rows: Any) -> Iterator[Any]:
    """The rows one by one; cells without a value (None, NaN, NaT) are left out.

    Raises InvalidArgument for what cannot be gone through row by row.
    """
    if hasattr(rows, "iter_rows"):  # polars
        found = rows.iter_rows(named=True)
    elif hasattr(rows, "itertuples") and hasattr(rows, "columns"):  # pandas
        names = list(map(str, rows.columns))
        found = (
            dict(zip(names, values, strict=True))
            for values in rows.itertuples(index=False, name=None)
        )
    elif hasattr(rows, "__iter__") and not isinstance(rows, str | bytes | Mapping):
        found = iter(rows)
    else:
        raise InvalidArgument(
            f"expected rows (an iterable of dicts, a frame), found {type(rows).__name__}"
        )
    return map(_without_gaps, found)


def _without_gaps(record: Any) -> Any:
    if not isinstance(record, Mapping):
        return record
    return {name: _plain(value) for name, value in record.items() if not _missing(value)}


def _missing(value: Any) -> bool:
    # NaN and NaT are told by being unlike themselves; pandas.NA refuses to answer
    try:
        return value is None or bool(value != value)  # noqa: PLR0124 - see above
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def _plain(value: Any) -> Any:
    """A number or string of numpy's as Python's own."""
    return (
        value.item()
        if type(value).__module__ == "numpy"
        and hasattr(value, "item")
        and not getattr(value, "ndim", 0)
        else value
    )
