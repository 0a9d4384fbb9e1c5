"""What the harness asks of an engine: build an index, translate a query, run it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from benchmarks.speed.queries import Query

# A hit: the number of the document, its title, its date in seconds since 1970 UTC.
Row = tuple[int, str, int]


class Engine(Protocol):
    """An engine over an index folder, open for queries."""

    #: The engine whose index this one queries, where that is another.
    index_of: str
    #: Whether it indexes texts, not their keys.
    takes_texts: bool

    def __init__(self, folder: Path) -> None: ...

    @staticmethod
    def build(folder: Path, documents: Iterator[Any]) -> None:
        """Index documents in the empty ``folder``, durably: values of Document for an engine that
        takes texts, else of Keyed."""

    @staticmethod
    def version() -> str:
        """Name and version of the library."""

    def translate(self, query: Query) -> Any:
        """A query in the form in which `rows` takes it, a string wherever the engine has a
        language of its own; None if it cannot ask this. Not timed."""

    def rows(self, asked: Any) -> list[Row]:
        """The hits, from string to title and date. Timed."""

    def count(self, asked: Any) -> int:
        """The exact number of hits. Timed."""

    def numbers(self, asked: Any) -> np.ndarray:
        """The numbers of all documents that match, in any order. Not timed."""

    def facts(self) -> dict[str, int]:
        """What else is to be said of the index: its segments, bytes of stored articles."""

    def close(self) -> None:
        """Let go of the index."""


def joined(words: tuple[tuple[str, ...], ...], operator: str, quote: Callable[[str], str]) -> str:
    """Words as a query string: each in brackets with its keys joined by OR if it has several."""
    parts = []
    for keys in words:
        written = [quote(key) for key in keys]
        parts.append(written[0] if len(written) == 1 else f"({' OR '.join(written)})")
    return f" {operator} ".join(parts)
