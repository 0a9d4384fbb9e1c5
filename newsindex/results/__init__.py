"""Results: what a search gives back, and what is made of it: snippets, facets, timelines, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsindex.later import load_later
from newsindex.results.hits import Entity, Hit, Results, make_hit
from newsindex.results.render import to_ansi, to_html
from newsindex.results.reprints import Cluster, Duplicate, duplicates_of

if TYPE_CHECKING:
    from newsindex.results.completions import find_completions
    from newsindex.results.export import export_articles, format_of
    from newsindex.results.facets import FACET_FIELDS, Facet, Facets, count_facets, find_entities
    from newsindex.results.similar import similar_query
    from newsindex.results.terms import find_terms
    from newsindex.results.timeline import PERIOD_LENGTHS, make_timeline

__all__ = [
    "FACET_FIELDS",
    "PERIOD_LENGTHS",
    "Cluster",
    "Duplicate",
    "Entity",
    "Facet",
    "Facets",
    "Hit",
    "Results",
    "count_facets",
    "duplicates_of",
    "export_articles",
    "find_completions",
    "find_entities",
    "find_terms",
    "format_of",
    "make_hit",
    "make_timeline",
    "similar_query",
    "to_ansi",
    "to_html",
]

# What a search does without is loaded when it is first used (PEP 562).
_LATER = {
    "FACET_FIELDS": "newsindex.results.facets",
    "Facet": "newsindex.results.facets",
    "Facets": "newsindex.results.facets",
    "PERIOD_LENGTHS": "newsindex.results.timeline",
    "count_facets": "newsindex.results.facets",
    "export_articles": "newsindex.results.export",
    "find_completions": "newsindex.results.completions",
    "find_entities": "newsindex.results.facets",
    "find_terms": "newsindex.results.terms",
    "format_of": "newsindex.results.export",
    "make_timeline": "newsindex.results.timeline",
    "similar_query": "newsindex.results.similar",
}

__getattr__ = load_later(__name__, _LATER)
