"""Searching: the articles that match a query, ranked."""

from __future__ import annotations

from typing import Unpack

from whoosh import query as q

from newsindex.engine.filters import Filters, asked
from newsindex.engine.reading import Reading, damage_reported
from newsindex.errors import InvalidArgument
from newsindex.query import search
from newsindex.query.search import ORDERS, Order
from newsindex.results import Results, make_hit
from newsindex.results.highlight import Highlighter, patterns_of


class Searching(Reading):
    """The part of an index that finds articles."""

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
        with damage_reported(self._snapshot) as snapshot:
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
