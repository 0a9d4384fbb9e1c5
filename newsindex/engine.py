"""The index as its users see it: create, open, write, search, look up, check."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from whoosh import query as q

from newsindex.entities import KEY_VERSION, Mention
from newsindex.entities.keys import KINDS
from newsindex.entities.mentions import DEFAULT_EXTRACTOR
from newsindex.errors import IndexExists, IndexVersionError, InvalidArgument, NewsIndexError
from newsindex.index.check import check
from newsindex.index.columns import UNDATED
from newsindex.index.files import reported_writing
from newsindex.index.manifest import MANIFEST_NAME, Manifest, read_manifest, write_manifest
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.model import DEFAULT_TIMEZONE, Article
from newsindex.query import Diagnostic, parse, search
from newsindex.query.dates import Day, period
from newsindex.query.leaves import DATE, LANGUAGE, SOURCE, Languages
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
from newsindex.text import ANALYSIS_VERSION, LANGUAGES
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
        since: Day | None = None,
        until: Day | None = None,
        source: str | Sequence[str] = (),
        language: str | Sequence[str] = (),
        person: str | Sequence[str] = (),
        org: str | Sequence[str] = (),
        place: str | Sequence[str] = (),
        cross: bool = True,
        sort: Order = "relevance",
        limit: int = 10,
        offset: int = 0,
    ) -> Results:
        """The articles that match ``query`` (see newsindex.query for the language).

        ``since`` and ``until`` bound the publication, both included: a date, a datetime (naive ones
        in the index's time zone), or a string such as 2025, 2025-08, 2025-08-01 or an ISO 8601
        moment. ``source`` and ``language`` name one or several, any of which will do;
        ``person``, ``org`` and ``place`` name one or several, all of which must be named in the
        article, in whatever form, spelling or language. ``cross`` joins words and names across
        the two languages (Киев and Київ), unless ``language`` restricts the search to one.
        ``sort`` is "relevance", "newest" or "oldest"; a query without words is listed newest
        first. Raises InvalidArgument for a limit, offset, sort or date that is none; never for a
        query string.
        """
        if limit < 0 or offset < 0:
            raise InvalidArgument(f"limit and offset must be 0 or more, found {limit} and {offset}")
        if sort not in ORDERS:
            raise InvalidArgument(f"sort must be one of {', '.join(ORDERS)}, found {sort!r}")
        names = {"person": person, "org": org, "place": place}
        tree, diagnostics = self._tree(query, since, until, source, language, names)
        languages = _strict_languages(tree, cross)
        with _damage_reported(self._snapshot) as snapshot:
            ranking = search(
                snapshot, tree, order=sort, limit=limit, offset=offset, languages=languages
            )
            highlighter = Highlighter(patterns_of(tree, languages))
            hits = tuple(make_hit(document, highlighter) for document in ranking.documents)
        return Results(hits, ranking.total, diagnostics)

    def facets(
        self,
        query: str | q.Query,
        *,
        by: FacetField,
        top: int = 10,
        since: Day | None = None,
        until: Day | None = None,
        source: str | Sequence[str] = (),
        language: str | Sequence[str] = (),
        person: str | Sequence[str] = (),
        org: str | Sequence[str] = (),
        place: str | Sequence[str] = (),
        cross: bool = True,
    ) -> Facets:
        """The ``top`` most frequent values of ``by`` ("person", "org", "place", "source" or
        "language") among all articles that match, each with the exact number of these articles.

        All other arguments are those of `search`. Raises InvalidArgument as `search` does.
        """
        if by not in FACET_FIELDS:
            raise InvalidArgument(f"by must be one of {', '.join(FACET_FIELDS)}, found {by!r}")
        if top < 0:
            raise InvalidArgument(f"top must be 0 or more, found {top}")
        names = {"person": person, "org": org, "place": place}
        tree, diagnostics = self._tree(query, since, until, source, language, names)
        with _damage_reported(self._snapshot) as snapshot:
            return count_facets(
                snapshot, tree, by, top, _strict_languages(tree, cross), diagnostics
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

    def _tree(
        self,
        query: str | q.Query,
        since: Day | None,
        until: Day | None,
        source: str | Sequence[str],
        language: str | Sequence[str],
        names: Mapping[str, str | Sequence[str]],
    ) -> tuple[q.Query, tuple[Diagnostic, ...]]:
        """One tree of a query and its filters, and what of the query was ignored."""
        diagnostics: tuple[Diagnostic, ...] = ()
        if isinstance(query, str):
            parsed = parse(query, self.timezone)
            query, diagnostics = parsed.tree, parsed.diagnostics
        filters = [
            *self._date_filter(since, until),
            *_any_of(SOURCE, source),
            *_any_of(LANGUAGE, language),
            *(q.Term(field, name) for field in names for name in _listed(names[field])),
        ]
        return _conjunction([query, *filters]), diagnostics

    def _date_filter(self, since: Day | None, until: Day | None) -> list[q.Query]:
        if since is None and until is None:
            return []
        zone = time_zone(self.timezone)
        first = None if since is None else period(since, zone)[0]
        stop = None if until is None else period(until, zone)[1]
        return [q.NumericRange(DATE, first, stop)]

    def stats(self) -> dict[str, Any]:
        """Numbers of the index: articles by language and source, first and last date, size."""
        with _damage_reported(self._snapshot) as snapshot:
            return self._stats(snapshot.segments)

    def _stats(self, segments: list[Segment]) -> dict[str, Any]:
        languages: Counter[str] = Counter()
        sources: Counter[str] = Counter()
        dated: list[tuple[int, Segment, int]] = []
        undated = 0
        for segment in segments:
            live = np.arange(segment.documents)
            if segment.live is not None:
                live = live[segment.live]
            languages.update(_counts(segment.languages, segment.language[live]))
            sources.update(_counts(segment.sources, segment.source[live]))
            with_date = live[segment.published[live] != UNDATED]
            undated += len(live) - len(with_date)
            for document in with_date[[0, -1]].tolist() if len(with_date) else []:
                dated.append((int(segment.published[document]), segment, document))
        by_date = [
            segment.published_time(document)
            for _, segment, document in sorted(dated, key=lambda entry: entry[0])
        ]
        return {
            "path": str(self.path),
            "articles": len(self),
            "undated": undated,
            "first": by_date[0].isoformat() if by_date and by_date[0] else None,
            "last": by_date[-1].isoformat() if by_date and by_date[-1] else None,
            "languages": dict(languages.most_common()),
            "sources": dict(sources.most_common()),
            "segments": len(segments),
            "deleted": sum(len(segment.deleted) for segment in segments),
            "bytes": sum(s.entry.size + s.entry.deletions_size for s in segments),
            "generation": self.generation,
            "timezone": self.timezone,
        }

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


def _conjunction(clauses: list[q.Query]) -> q.Query:
    """One flat tree of clauses that all must hold."""
    flat: list[q.Query] = []
    for clause in clauses:
        if isinstance(clause, q.And) and clause.boost == 1:
            flat += clause.subqueries
        elif not isinstance(clause, q.Every):
            flat.append(clause)
    if len(flat) == 1:
        return flat[0]
    return q.And(flat) if flat else q.Every()


def _strict_languages(tree: q.Query, cross: bool) -> Languages:
    """The languages within which alone words are joined: all for a search that is not to cross
    them, the one that a search is restricted to, else none."""
    if not cross:
        return LANGUAGES
    for clause in tree.subqueries if isinstance(tree, q.And) else [tree]:
        wanted = clause.subqueries[0] if isinstance(clause, q.Or) and len(clause) == 1 else clause
        if isinstance(wanted, q.Term) and wanted.fieldname == LANGUAGE and wanted.text in LANGUAGES:
            return (wanted.text,)
    return ()


def _any_of(field: str, values: str | Sequence[str]) -> list[q.Query]:
    wanted = _listed(values)
    return [q.Or([q.Term(field, value) for value in wanted])] if wanted else []


def _listed(values: str | Sequence[str]) -> list[str]:
    return [values] if isinstance(values, str) else list(values)


def _counts(names: list[str], numbers: Any) -> dict[str, int]:
    counts = np.bincount(numbers, minlength=len(names)).tolist()
    return {name or "unknown": count for name, count in zip(names, counts, strict=True) if count}
