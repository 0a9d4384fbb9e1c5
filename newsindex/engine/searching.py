"""Searching: the articles that match a query, ranked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

from whoosh import query as q

from newsindex import results
from newsindex.arguments import require_count
from newsindex.engine.filters import Asked, Filters
from newsindex.engine.parts import Wanted
from newsindex.engine.reading import Reading
from newsindex.errors import InvalidArgument
from newsindex.model import Article
from newsindex.query import Diagnostic
from newsindex.query.cursor import ORDERS, Cursor, Order
from newsindex.query.search import count
from newsindex.results import Hit, Results

if TYPE_CHECKING:
    from newsindex.results.export import ExportFormat


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

        ``filters`` restrict it: ``since``, ``until``, ``source``, ``language``, ``person``,
        ``org``, ``place``, ``cross``, ``recency``, ``now`` (see `newsindex.Filters`).
        ``sort`` is "relevance", "newest" or "oldest"; a query without words is listed newest
        first. ``after``, the ``cursor`` of the results before, goes on where they ended, at the
        same cost however far that is. With ``collapse`` of reprints that match only the first
        published is a hit and counts in the total, and says where all of them appeared
        (`Hit.cluster`). ``explain`` asks for the explanation of each score. Where a query string
        finds nothing, ``suggest`` looks for one that does (`Results.suggestion`), or says whether
        its dates, sources and languages take away what its words find (``diagnostics``). Raises
        InvalidArgument for a limit, offset, sort, cursor, date or recency that is none, and for
        values of other types; never for a query string.
        """
        require_count("limit", limit)
        require_count("offset", offset)
        cursor = None if after is None else Cursor.decode(after, _known(sort))
        question = self._asked(query, filters)
        wanted = Wanted(_known(sort), limit, offset, cursor, collapse, explain)
        page = self._parts.page(question, wanted)
        diagnostics, suggestion = question.diagnostics, None
        if suggest and not page.total and isinstance(query, str):
            reasons = self._reasons(question)
            suggestion = None if reasons else self._suggestion(query, filters)
            diagnostics += reasons
        follows = None if page.after is None else page.after.encode()
        return Results(page.hits, page.total, diagnostics, follows, suggestion)

    def _reasons(self, question: Asked) -> tuple[Diagnostic, ...]:
        """Why a question finds nothing though its words are there."""
        # Imported here because few searches have use for it.
        from newsindex.query.restrictions import why_nothing  # noqa: PLC0415

        return why_nothing(self._parts, question.tree, question.languages)

    def _suggestion(self, query: str, filters: Filters) -> str | None:
        """The query that may be meant by one that finds nothing."""
        # Imported here because few searches have use for it.
        from newsindex.query.suggestion import suggest  # noqa: PLC0415

        def found(other: str) -> int:
            asked = self._asked(other, filters)
            return sum(self._parts.ask(count, asked.tree, asked.languages))

        return suggest(self._parts, query, found)

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
        wanted = Wanted(_known(sort), collapse=collapse)
        return self._parts.hits(self._asked(query, filters), wanted)

    def articles(
        self, query: str | q.Query, *, sort: Order = "newest", **filters: Unpack[Filters]
    ) -> Iterator[Article]:
        """Every article that matches ``query``, whole, with the names that the index knows in it;
        otherwise as `scan`."""
        return self._parts.articles(self._asked(query, filters), Wanted(_known(sort)))

    def similar(self, identifier: str, *, limit: int = 10, **filters: Unpack[Filters]) -> Results:
        """The articles most like the one with this id, by its most telling words and names (see
        newsindex.results.similar); never itself. ``filters`` are those of `search`.

        Raises InvalidArgument for an id that no article has, and as `search` does.
        """
        found = self.record(identifier)
        if found is None:
            raise InvalidArgument(
                f"{self.place}: expected the id of one of its articles, found {identifier!r};"
                " every hit of a search has its id"
            )
        query = results.similar_query(self._parts, *found)
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
        return results.export_articles(articles, target, form or results.format_of(target), raw=raw)


def _known(sort: Order) -> Order:
    if sort not in ORDERS:
        raise InvalidArgument(f"sort must be one of {', '.join(ORDERS)}, found {sort!r}")
    return sort
