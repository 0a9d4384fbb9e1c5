"""Results: what a search gives back, and what is made of it: snippets, facets, timelines, files."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

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
    "FACET_FIELDS": "facets",
    "Facet": "facets",
    "Facets": "facets",
    "PERIOD_LENGTHS": "timeline",
    "count_facets": "facets",
    "export_articles": "export",
    "find_completions": "completions",
    "find_entities": "facets",
    "find_terms": "terms",
    "format_of": "export",
    "make_timeline": "timeline",
    "similar_query": "similar",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        module = importlib.import_module(f"newsindex.results.{_LATER[name]}")
        value = globals()[name] = getattr(module, name)
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
