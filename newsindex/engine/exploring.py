"""Exploring: what the articles that match a query are about, as counts over all of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Unpack

from whoosh import query as q

from newsindex import results
from newsindex.arguments import require_count, require_id, require_text
from newsindex.engine.filters import NO_ENTITIES, Filters
from newsindex.engine.reading import Reading
from newsindex.errors import InvalidArgument
from newsindex.model import ENTITY_KINDS
from newsindex.zones import time_zone

if TYPE_CHECKING:
    from newsindex.results.completions import Completions
    from newsindex.results.facets import FacetField, Facets
    from newsindex.results.reprints import Duplicate
    from newsindex.results.terms import Terms
    from newsindex.results.timeline import PeriodLength, Timeline


class Exploring(Reading):
    """The part of an index that sums up what was found."""

    def facets(
        self,
        query: str | q.Query,
        *,
        by: FacetField,
        top: int = 10,
        **filters: Unpack[Filters],
    ) -> Facets:
        """The ``top`` most frequent values of ``by`` ("person", "org", "place", "source", or
        "language", "lang" for short) among all articles that match, each with the exact number of
        these articles.

        ``filters`` are those of `search`; every reprint counts. Raises InvalidArgument as `search`
        does.
        """
        if by not in results.FACET_FIELDS:
            raise InvalidArgument(
                f"by must be one of {', '.join(results.FACET_FIELDS)}, found {by!r}"
            )
        require_count("top", top)
        asked = self._asked(query, filters)
        diagnostics = asked.diagnostics
        if by in ENTITY_KINDS and not self.extractor and NO_ENTITIES not in diagnostics:
            diagnostics += (NO_ENTITIES,)
        return results.count_facets(self._parts, asked.tree, by, top, asked.languages, diagnostics)

    def duplicates(self, identifier: str) -> tuple[Duplicate, ...]:
        """The reprints of the article with this id and itself, first published first, undated ones
        last (see newsindex.index.reprints); none if it has no reprints or is not there."""
        require_id(identifier)
        return results.duplicates_of(self._parts, identifier)

    def timeline(
        self,
        query: str | q.Query,
        *,
        by: PeriodLength = "month",
        peaks: int = 3,
        **filters: Unpack[Filters],
    ) -> Timeline:
        """How many of the articles that match were published in each ``by`` ("day", "week",
        "month" or "year") of the index's time zone, empty periods among them; up to ``peaks`` of
        the highest with the terms that tell them from the others (see newsindex.results.timeline).

        ``filters`` are those of `search`; dates they name are covered although nothing was found
        there. Raises InvalidArgument as `search` does, and for more than 50,000 periods.
        """
        if by not in results.PERIOD_LENGTHS:
            raise InvalidArgument(
                f"by must be one of {', '.join(results.PERIOD_LENGTHS)}, found {by!r}"
            )
        # The group of a document is a byte (see newsindex.results.significance).
        require_count("peaks", peaks)
        if peaks > 100:
            raise InvalidArgument(f"peaks must be from 0 to 100, found {peaks}")
        asked = self._asked(query, filters)
        zone = time_zone(self.timezone)
        return results.make_timeline(
            self._parts, asked.tree, by, peaks, zone, asked.languages, asked.diagnostics
        )

    def terms(self, query: str | q.Query, *, top: int = 20, **filters: Unpack[Filters]) -> Terms:
        """The ``top`` words and the ``top`` names that the articles that match hold far more often
        than the rest of the index, most significant first (see newsindex.results.significance).

        ``filters`` are those of `search`. Raises InvalidArgument as `search` does.
        """
        require_count("top", top)
        asked = self._asked(query, filters)
        return results.find_terms(self._parts, asked.tree, top, asked.languages, asked.diagnostics)

    def suggest(self, prefix: str, *, limit: int = 10) -> Completions:
        """The ``limit`` most frequent words that begin with ``prefix`` (with its last word, if it
        has several), each by one of its forms, and the ``limit`` most frequent names a word of
        which begins with it; if none does, those that it means (see `entities`).

        Raises InvalidArgument for a limit that is none.
        """
        require_text("prefix", prefix)
        require_count("limit", limit)
        return results.find_completions(self._parts, prefix, limit)

    def entities(self, prefix: str = "", *, kind: str | None = None, limit: int = 20) -> Facets:
        """The persons, organisations and places (or those of one ``kind``) a name of which has a
        word that begins with ``prefix``, and those that it means in the other language, in another
        case or in Latin letters, most frequent first, with the number of articles that name them
        and the spellings seen. Raises InvalidArgument for a kind or limit that is none.
        """
        if kind is not None and kind not in ENTITY_KINDS:
            raise InvalidArgument(f"kind must be one of {', '.join(ENTITY_KINDS)}, found {kind!r}")
        require_text("prefix", prefix)
        require_count("limit", limit)
        found = results.find_entities(self._parts, prefix, kind, limit)
        return found if self.extractor else dataclasses.replace(found, diagnostics=(NO_ENTITIES,))
