"""Searching: the articles that match a query, ranked."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar, Unpack

from whoosh import query as q

from newsindex.engine.filters import Asked, Filters
from newsindex.engine.reading import Reading, damage_reported
from newsindex.errors import InvalidArgument
from newsindex.index.snapshot import Snapshot
from newsindex.model import Article, GivenEntity
from newsindex.query import RankedDocument, search
from newsindex.query.cursor import ORDERS, Cursor, Order
from newsindex.query.explain import explain as explain_score
from newsindex.query.search import matching, stream
from newsindex.results import Hit, Results, make_hit
from newsindex.results.export import ExportFormat, export_articles, format_of
from newsindex.results.highlight import Highlighter, patterns_of
from newsindex.results.reprints import cluster_of
from newsindex.results.similar import similar_query

Item = TypeVar("Item")


class Searching(Reading):
    """The part of an index that finds articles."""

    def search(
        self,
        query: str | q.Query,
        *,
        sort: Order = "relevance",
        limit: int = 10,
        offset: int = 0,
        after: str | None = None,
        collapse: bool = False,
        explain: bool = False,
        suggest: bool = True,
        **filters: Unpack[Filters],
    ) -> Results:
        """The articles that match ``query`` (see newsindex.query for the language).

        ``filters`` restrict it by date, source, language and names (see `Filters`).
        ``sort`` is "relevance", "newest" or "oldest"; a query without words is listed newest
        first. ``after``, the ``cursor`` of the results before, goes on where they ended, at the
        same cost however far that is. With ``collapse`` of reprints that match only the first
        published is a hit and counts in the total, and says where all of them appeared
        (`Hit.cluster`). ``explain`` asks for the explanation of each score. Where a query string
        finds nothing, ``suggest`` looks for one that does (`Results.suggestion`). Raises
        InvalidArgument for a limit, offset, sort, cursor, date or recency that is none; never for a
        query string.
        """
        if limit < 0 or offset < 0:
            raise InvalidArgument(f"limit and offset must be 0 or more, found {limit} and {offset}")
        cursor = None if after is None else Cursor.decode(after, _known(sort))
        question = self._asked(query, filters)
        with damage_reported(self._snapshot) as snapshot:
            ranking = search(
                snapshot,
                question.tree,
                order=_known(sort),
                limit=limit,
                offset=offset,
                after=cursor,
                languages=question.languages,
                collapse=collapse,
            )
            highlighter = Highlighter(patterns_of(question.tree, question.languages))
            make = _hit_maker(snapshot, highlighter, collapse)
            hits = tuple(map(make, ranking.documents))
            if explain and sort == "relevance":
                hits = self._explained(snapshot, question, ranking.documents, hits)
            follows = None
            if ranking.more and ranking.documents:
                follows = ranking.documents[-1].cursor(sort).encode()
            suggestion = None
            if suggest and not ranking.total and isinstance(query, str):
                suggestion = self._suggestion(snapshot, query, filters)
        return Results(hits, ranking.total, question.diagnostics, follows, suggestion)

    def _suggestion(self, snapshot: Snapshot, query: str, filters: Filters) -> str | None:
        """The query that may be meant by one that finds nothing."""
        # Imported here because few searches have use for it.
        from newsindex.query.suggestion import suggest  # noqa: PLC0415

        def finds(other: str) -> bool:
            asked = self._asked(other, filters)
            return any(len(d) for _, d in matching(snapshot, asked.tree, asked.languages))

        return suggest(snapshot, query, finds)

    @staticmethod
    def _explained(
        snapshot: Snapshot,
        question: Asked,
        documents: Sequence[RankedDocument],
        hits: Sequence[Hit],
    ) -> tuple[Hit, ...]:
        return tuple(
            dataclasses.replace(
                hit,
                explanation=explain_score(
                    snapshot, found.segment, found.document, question.tree, question.languages
                ),
            )
            for hit, found in zip(hits, documents, strict=True)
        )

    def scan(
        self,
        query: str | q.Query,
        *,
        sort: Order = "newest",
        collapse: bool = False,
        **filters: Unpack[Filters],
    ) -> Iterator[Hit]:
        """Every hit of ``query``, one after another, each read when it is asked for.

        There is no limit of depth: what is held is some 30 bytes an article that matches and one
        hit at a time. The iterator reads the state at which it was made, whatever is refreshed or
        written meanwhile. Raises as `search` does, at once.
        """
        question = self._asked(query, filters)
        highlighter = Highlighter(patterns_of(question.tree, question.languages))
        snapshot = self._snapshot
        make = _hit_maker(snapshot, highlighter, collapse)
        return _streamed(snapshot, question, sort, make, collapse)

    def articles(
        self, query: str | q.Query, *, sort: Order = "newest", **filters: Unpack[Filters]
    ) -> Iterator[Article]:
        """Every article that matches ``query``, whole, with the names that the index knows in it;
        otherwise as `scan`."""
        question = self._asked(query, filters)
        named = bool(self.extractor)
        return _streamed(self._snapshot, question, sort, lambda found: _whole_article(found, named))

    def similar(self, identifier: str, *, limit: int = 10, **filters: Unpack[Filters]) -> Results:
        """The articles most like the one with this id, by its most telling words and names (see
        newsindex.results.similar); never itself. ``filters`` are those of `search`.

        Raises InvalidArgument for an id that no article has, and as `search` does.
        """
        with damage_reported(self._snapshot) as snapshot:
            found = snapshot.find(identifier)
            if found is None:
                raise InvalidArgument(f"expected the id of an article, found {identifier!r}")
            query = similar_query(snapshot, *found[0].article_and_mentions(found[1]))
        return self.search(query, limit=limit, **filters)

    def export(
        self,
        query: str | q.Query,
        path: str | Path,
        *,
        form: ExportFormat | None = None,
        raw: bool = False,
        sort: Order = "newest",
        **filters: Unpack[Filters],
    ) -> int:
        """Write every article that matches to the file ``path``, whole and atomically, as ``form``
        ("jsonl", "csv", "parquet"; by default what its name ends with); their number. ``raw`` is
        for CSV (see newsindex.results.export).

        Raises IndexWriteError, InvalidArgument for a form that is none or lacks its package, and
        as `search` does.
        """
        target = Path(path)
        articles = self.articles(query, sort=sort, **filters)
        return export_articles(articles, target, form or format_of(target), raw=raw)


def _hit_maker(
    snapshot: Snapshot, highlighter: Highlighter, collapse: bool
) -> Callable[[RankedDocument], Hit]:
    """What makes the hit for a ranked document, with its cluster if reprints are collapsed."""

    def make(ranked: RankedDocument) -> Hit:
        cluster = cluster_of(snapshot, ranked.segment, ranked.document) if collapse else None
        return make_hit(ranked, highlighter, cluster)

    return make


def _whole_article(found: RankedDocument, named: bool) -> Article:
    """The article of a document; if the index looks for names, with those found in it."""
    article, mentions = found.segment.article_and_mentions(found.document)
    if not named:
        return article
    names = tuple(
        GivenEntity(each.kind, each.name, ((each.field, each.start, each.stop),))
        for each in mentions
    )
    return dataclasses.replace(article, entities=names)


def _streamed(
    snapshot: Snapshot,
    question: Asked,
    sort: Order,
    make: Callable[[RankedDocument], Item],
    collapse: bool = False,
) -> Iterator[Item]:
    """What ``make`` makes of each document that matches, in order."""
    order = _known(sort)

    def items() -> Iterator[Item]:
        with damage_reported(snapshot):
            for document in stream(
                snapshot,
                question.tree,
                order=order,
                languages=question.languages,
                collapse=collapse,
            ):
                yield make(document)

    return items()


def _known(sort: Order) -> Order:
    if sort not in ORDERS:
        raise InvalidArgument(f"sort must be one of {', '.join(ORDERS)}, found {sort!r}")
    return sort
