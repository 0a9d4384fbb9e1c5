"""What a search gives back: hits with snippets and the spans to highlight, as plain values."""

from newsindex.results.hits import Hit, Results, make_hit
from newsindex.results.render import to_ansi, to_html

__all__ = ["Hit", "Results", "make_hit", "to_ansi", "to_html"]
