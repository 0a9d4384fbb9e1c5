"""What every part of an index reads: one committed state of it, and the articles stored there."""

from __future__ import annotations

from typing import Any

from whoosh import query as q

from newsindex.arguments import require_id
from newsindex.engine.filters import Asked, Filters, asked
from newsindex.engine.parts import Searched
from newsindex.engine.statistics import statistics
from newsindex.entities import Mention
from newsindex.index.snapshot import Snapshot
from newsindex.model import Article


class Reading:
    """One committed state of an index, and what can be said of it without a query. ``place`` is
    where it is kept, for messages."""

    place: str

    def __init__(self, parts: Searched) -> None:
        self._parts = parts

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.place!r}: {len(self):,} articles>"

    def __len__(self) -> int:
        """Number of articles."""
        return self._parts.documents

    @property
    def timezone(self) -> str:
        """IANA name of the time zone in which the days of a search begin and end."""
        return self._parts.timezone

    @property
    def extractor(self) -> str:
        """Name of what finds persons, organisations and places in articles; empty if nothing."""
        return self._parts.extractor

    @property
    def generation(self) -> int:
        """Number of the commit that this value reads; it grows with every commit."""
        return self._parts.generation

    def get(self, identifier: str) -> Article | None:
        """The stored article with this id, or None."""
        found = self.record(identifier)
        return found[0] if found else None

    def mentions(self, identifier: str) -> tuple[Mention, ...]:
        """The names in the article with this id, in reading order; none if there is no article."""
        found = self.record(identifier)
        return found[1] if found else ()

    def record(self, identifier: str) -> tuple[Article, tuple[Mention, ...]] | None:
        """The stored article with this id and the names in it, in one reading; or None. Raises
        InvalidArgument for what is no string, as all that take an id do."""
        require_id(identifier)
        return next((found for found in self._parts.ask(_record, identifier) if found), None)

    def _asked(self, query: str | q.Query, filters: Filters) -> Asked:
        """What a query and its filters ask of this index. Raises as `asked` does."""
        return asked(query, filters, self.timezone, entities=bool(self.extractor))

    def stats(self) -> dict[str, Any]:
        """Numbers of the index: articles by language and source, first and last date, size."""
        return {"path": self.place, **statistics(self._parts)}


def _record(snapshot: Snapshot, identifier: str) -> tuple[Article, tuple[Mention, ...]] | None:
    found = snapshot.find(identifier)
    return found[0].article_and_mentions(found[1]) if found else None
