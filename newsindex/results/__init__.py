"""What a search gives back: hits with snippets and the spans to highlight, as plain values."""

from newsindex.results.facets import Facet, Facets
from newsindex.results.hits import Entity, Hit, Results, make_hit
from newsindex.results.render import to_ansi, to_html
from newsindex.results.reprints import Cluster, Duplicate

__all__ = [
    "Cluster",
    "Duplicate",
    "Entity",
    "Facet",
    "Facets",
    "Hit",
    "Results",
    "make_hit",
    "to_ansi",
    "to_html",
]
