"""The index as its users see it: create, open, write, search, look up, check."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from whoosh import query as q

from newsindex.engine.filters import Filters, asked
from newsindex.engine.statistics import statistics
from newsindex.entities import KEY_VERSION, Mention
from newsindex.entities.keys import KINDS
from newsindex.entities.mentions import DEFAULT_EXTRACTOR
from newsindex.errors import IndexExists, IndexVersionError, InvalidArgument, NewsIndexError
from newsindex.index.check import check
from newsindex.index.files import reported_writing
from newsindex.index.manifest import MANIFEST_NAME, Manifest, read_manifest, write_manifest
from newsindex.index.snapshot import Snapshot
from newsindex.model import DEFAULT_TIMEZONE, Article
from newsindex.query import search
from newsindex.query.search import ORDERS, Order
from newsindex.results import Results, make_hit
from newsindex.results.facets import (
    FACET_FIELDS,
    FacetField,
    Facets,
    count_facets,
    find_entities,
)
from newsindex.results.highlight import Highlighter, patterns_of
from newsindex.text import ANALYSIS_VERSION
from newsindex.zones import time_zone

if TYPE_CHECKING:
    from newsindex.index.writer import Writer


class Index:
    """An index in a folder. Make one with `Index.create`, open one with `Index.open`.

    An Index reads one committed state until `refresh`; it may be shared between threads. Any
    number of readers may be open while one `writer` works.
    """

    def __init__(self, path: Path, snapshot: Snapshot) -> None:
        self.path = path
        self._snapshot = snapshot

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        timezone: str = DEFAULT_TIMEZONE,
        extractor: str | None = DEFAULT_EXTRACTOR,
    ) -> Index:
        """Create an empty index in the folder ``path``, which must be empty or not exist yet.

        ``timezone`` (an IANA name) is that in which the days of a search begin and end.
        ``extractor`` finds the names of persons, organisations and places in articles (see
        newsindex.entities.get_extractor); with None they are not indexed. Raises IndexExists,
        IndexWriteError, or InvalidArgument for an unknown time zone or extractor.
        """
        if extractor is not None:
            # Imported here for the same reason as the writer below.
            from newsindex.entities.extractor import get_extractor  # noqa: PLC0415

            get_extractor(extractor)
        folder = Path(path)
        time_zone(timezone)
        if (folder / MANIFEST_NAME).exists():
            raise IndexExists(
                f"{folder}: there is an index already; open it, or choose another folder"
            )
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise IndexExists(
                f"{folder}: expected an empty folder or none, found"
                f" {'other files in it' if folder.is_dir() else 'a file'}; choose another folder"
            )
        with reported_writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        write_manifest(
            folder,
            Manifest(
                generation=0,
                next_file=1,
                timezone=timezone,
                analysis=ANALYSIS_VERSION,
                extractor=extractor or "",
                entities=KEY_VERSION if extractor else "",
            ),
        )
        return cls.open(folder)

    @classmethod
    def open(cls, path: str | Path) -> Index:
        """Open the index in the folder ``path`` at its newest committed state.

        Raises IndexNotFound, IndexCorrupt or IndexVersionError.
        """
        folder = Path(path)
        manifest = read_manifest(folder)
        if manifest.analysis != ANALYSIS_VERSION:
            raise IndexVersionError(
                f"{folder}: its words were analysed by version {manifest.analysis}, this newsindex"
                f" analyses by version {ANALYSIS_VERSION} and would not find them; index the"
                " articles again, or use the newsindex that wrote it"
            )
        if manifest.entities not in ("", KEY_VERSION):
            raise IndexVersionError(
                f"{folder}: its names were joined by version {manifest.entities}, this newsindex"
                f" joins by version {KEY_VERSION} and would not find them; index the articles"
                " again, or use the newsindex that wrote it"
            )
        time_zone(manifest.timezone)
        return cls(folder, Snapshot.open(folder))

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

    def writer(self, *, wait: float = 0.0) -> Writer:
        """Open the index for writing; use it in a ``with`` block, which commits at its end.

        Raises IndexLocked if another writer holds the index for longer than ``wait`` seconds.
        What is written shows in this value only after `refresh`.
        """
        # Imported here because a search from the shell has no use for it, and it takes a while.
        from newsindex.index.writer import Writer  # noqa: PLC0415

        return Writer(self.path, wait=wait)

    def refresh(self) -> bool:
        """Read the newest committed state from now on; whether it is another one."""
        newest = Snapshot.open(self.path, known=self._snapshot)
        changed = newest.manifest.generation != self._snapshot.manifest.generation
        if changed:
            self._snapshot = newest
        return changed

    def get(self, identifier: str) -> Article | None:
        """The stored article with this id, or None."""
        with _damage_reported(self._snapshot) as snapshot:
            return snapshot.article(identifier)

    def search(
        self,
        query: str | q.Query,
        *,
        sort: Order = "relevance",
        limit: int = 10,
        offset: int = 0,
        **filters: Unpack[Filters],
    ) -> Results:
        """The articles that match ``query`` (see newsindex.query for the language).

        ``filters`` restrict it by date, source, language and names (see `Filters`).
        ``sort`` is "relevance", "newest" or "oldest"; a query without words is listed newest
        first. Raises InvalidArgument for a limit, offset, sort or date that is none; never for a
        query string.
        """
        if limit < 0 or offset < 0:
            raise InvalidArgument(f"limit and offset must be 0 or more, found {limit} and {offset}")
        if sort not in ORDERS:
            raise InvalidArgument(f"sort must be one of {', '.join(ORDERS)}, found {sort!r}")
        question = asked(query, filters, self.timezone)
        with _damage_reported(self._snapshot) as snapshot:
            ranking = search(
                snapshot,
                question.tree,
                order=sort,
                limit=limit,
                offset=offset,
                languages=question.languages,
            )
            highlighter = Highlighter(patterns_of(question.tree, question.languages))
            hits = tuple(make_hit(document, highlighter) for document in ranking.documents)
        return Results(hits, ranking.total, question.diagnostics)

    def facets(
        self,
        query: str | q.Query,
        *,
        by: FacetField,
        top: int = 10,
        **filters: Unpack[Filters],
    ) -> Facets:
        """The ``top`` most frequent values of ``by`` ("person", "org", "place", "source" or
        "language") among all articles that match, each with the exact number of these articles.

        ``filters`` are those of `search`. Raises InvalidArgument as `search` does.
        """
        if by not in FACET_FIELDS:
            raise InvalidArgument(f"by must be one of {', '.join(FACET_FIELDS)}, found {by!r}")
        if top < 0:
            raise InvalidArgument(f"top must be 0 or more, found {top}")
        question = asked(query, filters, self.timezone)
        with _damage_reported(self._snapshot) as snapshot:
            return count_facets(
                snapshot, question.tree, by, top, question.languages, question.diagnostics
            )

    def entities(self, prefix: str = "", *, kind: str | None = None, limit: int = 20) -> Facets:
        """The persons, organisations and places (or those of one ``kind``) a name of which has a
        word that begins with ``prefix``, most frequent first, with the number of articles that
        name them and the spellings seen. Raises InvalidArgument for a kind or limit that is none.
        """
        if kind is not None and kind not in KINDS:
            raise InvalidArgument(f"kind must be one of {', '.join(KINDS)}, found {kind!r}")
        if limit < 0:
            raise InvalidArgument(f"limit must be 0 or more, found {limit}")
        with _damage_reported(self._snapshot) as snapshot:
            return find_entities(snapshot, prefix, kind, limit)

    def mentions(self, identifier: str) -> tuple[Mention, ...]:
        """The names in the article with this id, in reading order; none if there is no article."""
        with _damage_reported(self._snapshot) as snapshot:
            found = snapshot.find(identifier)
            return found[0].mentions(found[1]) if found else ()

    def stats(self) -> dict[str, Any]:
        """Numbers of the index: articles by language and source, first and last date, size."""
        with _damage_reported(self._snapshot) as snapshot:
            return {"path": str(self.path), **statistics(snapshot)}

    def check(self) -> list[str]:
        """Verify every checksum and the fit of all arrays; what is wrong, one line a file."""
        return check(self.path)


@contextlib.contextmanager
def _damage_reported(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Arrays that do not fit together show as all sorts of errors: name the damaged file."""
    try:
        yield snapshot
    except NewsIndexError:
        raise
    except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError):
        for segment in snapshot.segments:
            segment.verify()
        raise
