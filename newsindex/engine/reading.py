"""What every part of an index reads: one committed state of it, and the articles stored there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from whoosh import query as q

from newsindex.engine.filters import Asked, Filters, asked
from newsindex.engine.statistics import statistics
from newsindex.entities import Mention
from newsindex.errors import IndexCorrupt, NewsIndexError
from newsindex.index.check import problems_of
from newsindex.index.snapshot import Snapshot
from newsindex.model import Article


class Reading:
    """One committed state of the index at ``path``, and what can be said of it without a query."""

    def __init__(self, path: Path, snapshot: Snapshot) -> None:
        self.path = path
        self._snapshot = snapshot

    def __len__(self) -> int:
        """Number of articles."""
        return self._snapshot.documents

    @property
    def timezone(self) -> str:
        """IANA name of the time zone in which the days of a search begin and end."""
        return self._snapshot.manifest.timezone

    @property
    def extractor(self) -> str:
        """Name of what finds persons, organisations and places in articles; empty if nothing."""
        return self._snapshot.manifest.extractor

    @property
    def generation(self) -> int:
        """Number of the commit that this value reads; it grows with every commit."""
        return self._snapshot.manifest.generation

    def refresh(self) -> bool:
        """Read the newest committed state from now on; whether it is another one."""
        newest = Snapshot.open(self.path, known=self._snapshot)
        changed = newest.manifest.generation != self._snapshot.manifest.generation
        if changed:
            self._snapshot = newest
        return changed

    def get(self, identifier: str) -> Article | None:
        """The stored article with this id, or None."""
        found = self.record(identifier)
        return found[0] if found else None

    def mentions(self, identifier: str) -> tuple[Mention, ...]:
        """The names in the article with this id, in reading order; none if there is no article."""
        found = self.record(identifier)
        return found[1] if found else ()

    def record(self, identifier: str) -> tuple[Article, tuple[Mention, ...]] | None:
        """The stored article with this id and the names in it, in one reading; or None."""
        with damage_reported(self._snapshot) as snapshot:
            found = snapshot.find(identifier)
            return found[0].article_and_mentions(found[1]) if found else None

    def _asked(self, query: str | q.Query, filters: Filters) -> Asked:
        """What a query and its filters ask of this index. Raises as `asked` does."""
        return asked(query, filters, self.timezone, entities=bool(self.extractor))

    def stats(self) -> dict[str, Any]:
        """Numbers of the index: articles by language and source, first and last date, size."""
        with damage_reported(self._snapshot) as snapshot:
            return {"path": str(self.path), **statistics(snapshot)}


@contextlib.contextmanager
def damage_reported(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Arrays that do not fit together show as all sorts of errors: name the damaged file."""
    try:
        yield snapshot
    except NewsIndexError:
        raise
    except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError) as error:
        # Damage is found by its checksum before it does harm; what has right checksums and does not
        # fit together was made so by somebody (or by a fault of ours).
        kind = f"{type(error).__name__}: {error}"
        folder = snapshot.segments[0].file.path.parent if snapshot.segments else "the index"
        unknown = f"{folder}: expected arrays that fit together, found others ({kind})"
        raise IndexCorrupt(next(problems_of(snapshot), unknown)) from error
