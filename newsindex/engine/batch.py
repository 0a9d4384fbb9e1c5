"""Batches: many queries in one go, a line each; a line that cannot be asked costs only itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from newsindex.engine.queryable import Queryable
from newsindex.errors import InvalidArgument, NewsIndexError

_TEXTS = ("since", "until", "recency", "after", "sort")
_LISTS = ("source", "language", "person", "org", "place")
_NUMBERS = ("limit", "offset")
_SWITCHES = ("cross", "collapse", "suggest")
_KNOWN = ("query", *_TEXTS, *_LISTS, *_NUMBERS, *_SWITCHES)


def run_batch(
    index: Queryable, lines: Iterable[bytes], *, limit: int = 10, **filters: Any
) -> Iterator[dict[str, Any]]:
    """For each line that is not blank its number (``line``, from 1), the ``query``, and what
    `Results.as_dict` says, JSON-ready; or its number and the ``error``.

    A line is UTF-8: a query, or (if it begins with a brace) a JSON object of "query" and the
    arguments of `Index.search` by their names. ``limit`` and ``filters`` hold for the lines that
    do not give their own; where they are wrong themselves, InvalidArgument is raised.
    """
    # What is wrong for every line is said once.
    index.search("", limit=min(limit, 0), **filters)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            query, options = _read(line)
            results = index.search(query, **{"limit": limit, **filters, **options})
        except NewsIndexError as error:
            yield {"line": number, "error": " ".join(str(error).split())}
        else:
            yield {"line": number, "query": query, **results.as_dict()}


def _read(line: bytes) -> tuple[str, dict[str, Any]]:
    """The query and the options of a line. Raises InvalidArgument."""
    try:
        text = line.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise InvalidArgument(
            f"expected UTF-8, found byte {line[error.start]:#04x} at {error.start}"
        ) from None
    if not text.startswith("{"):
        return text, {}
    try:
        options = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise InvalidArgument(
            f"expected a query or a JSON object, found broken JSON: {error}"
        ) from None
    for name, value in options.items():
        _check(name, value)
    return options.pop("query", ""), options


def _check(name: str, value: Any) -> None:
    if name not in _KNOWN:
        raise InvalidArgument(f"expected {', '.join(_KNOWN)}, found {name!r}")
    fits, expected = isinstance(value, str), "a string"
    if name in _LISTS:
        fits = fits or (isinstance(value, list) and all(isinstance(one, str) for one in value))
        expected = "a string or a list of strings"
    elif name in _NUMBERS:
        fits, expected = isinstance(value, int) and not isinstance(value, bool), "a whole number"
    elif name in _SWITCHES:
        fits, expected = isinstance(value, bool), "true or false"
    if not fits:
        raise InvalidArgument(f"{name}: expected {expected}, found {value!r}")
