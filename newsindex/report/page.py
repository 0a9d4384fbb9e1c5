"""The page of a report: its head, its sections, its hits."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Unpack
from zoneinfo import ZoneInfo

from newsindex.engine.filters import Filters
from newsindex.engine.queryable import Queryable
from newsindex.query import Diagnostic
from newsindex.query.cursor import Order
from newsindex.report.chart import chart, timeline_of
from newsindex.report.markup import count, escaped, isolated, language, link, marked, moment
from newsindex.results import Facet, Facets, Hit, Results
from newsindex.results.facets import FacetField
from newsindex.results.terms import Terms
from newsindex.zones import time_zone

_FACETS: tuple[tuple[FacetField, str], ...] = (
    ("person", "Persons"),
    ("org", "Organisations"),
    ("place", "Places"),
    ("source", "Sources"),
)
_TERMS = 24
# Names shown under a hit.
_NAMES = 6
_WORDS_OF_FILTERS = {"since": "from", "until": "to", "org": "organisation", "cross": "languages"}


@dataclasses.dataclass(frozen=True, slots=True)
class Report:
    """A page of HTML, how many articles match, and what of the query was ignored or guessed."""

    html: str
    total: int
    diagnostics: tuple[Diagnostic, ...]


def make_report(
    index: Queryable,
    query: str,
    *,
    title: str = "",
    limit: int = 50,
    top: int = 10,
    sort: Order = "relevance",
    **filters: Unpack[Filters],
) -> Report:
    """What ``query`` finds, as a page of HTML: up to ``limit`` hits in the order of ``sort``, a
    timeline, the ``top`` persons, organisations, places and sources, and the words that tell these
    articles from the others. Days and hours are those of the index's time zone.

    ``title`` stands above it instead of the query. Raises InvalidArgument as `Index.search` does.
    """
    results = index.search(query, sort=sort, limit=limit, **filters)
    zone = time_zone(index.timezone)
    sections = [("articles", "Articles", _articles(results, zone))]
    if results.total:
        timeline, by = timeline_of(index, query, filters)
        facets = [
            (heading, index.facets(query, by=field, top=top, **filters))
            for field, heading in _FACETS
        ]
        sections = [
            ("timeline", "When", chart(timeline, by)),
            ("names", "Who and where", _facets(facets)),
            ("terms", "In which words", _terms(index.terms(query, top=_TERMS, **filters))),
            *sections,
        ]
    heading = title or query.strip() or "All articles"
    header = _header(heading, query, results, index, dict(filters))
    page = _document(heading, header, [section for section in sections if section[2]])
    return Report(page, results.total, results.diagnostics)


def _document(title: str, header: str, sections: Sequence[tuple[str, str, str]]) -> str:
    style = _style()
    links = "".join(f'<a href="#{anchor}">{heading}</a>' for anchor, heading, _ in sections)
    nav = f'<nav aria-label="Sections">{links}</nav>' if len(sections) > 1 else ""
    body = "".join(
        f'<section id="{anchor}"><h2>{heading}</h2>{content}</section>\n'
        for anchor, heading, content in sections
    )
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="newsindex">
<title>{escaped(title)}</title>
<style>{style}</style>
</head>
<body>
{header}
{nav}
<main>
{body}</main>
</body>
</html>
"""


@cache
def _style() -> str:
    return (files("newsindex.report") / "style.css").read_text(encoding="utf-8")


def _header(
    heading: str, query: str, results: Results, index: Queryable, filters: dict[str, Any]
) -> str:
    asked = [("query", query)] if query.strip() and query.strip() != heading else []
    asked += [
        (_WORDS_OF_FILTERS.get(name, name), value)
        for name, values in filters.items()
        for value in _shown(name, values)
    ]
    rows = "".join(f"<li>{escaped(name)} {isolated(value)}</li>" for name, value in asked)
    made = datetime.now(time_zone(index.timezone))
    notes = "".join(
        f'<p class="note">In the query, character {diagnostic.start + 1}:'
        f" {isolated(diagnostic.message)}</p>"
        for diagnostic in results.diagnostics
    )
    return (
        f"<header><h1>{isolated(heading)}</h1>"
        f'<p class="found"><b>{count(results.total)}</b> of {len(index):,}</p>'
        + (f'<ul class="asked">{rows}</ul>' if rows else "")
        + notes
        + f'<p class="made">Made {moment(made)}; times are those of'
        f" {escaped(index.timezone)}.</p></header>"
    )


def _shown(name: str, values: Any) -> list[str]:
    """The values of a filter as a reader sees them; none for one that says nothing."""
    if name == "cross":
        return [] if values else ["kept apart"]
    if values is None:
        return []
    return [str(value) for value in ([values] if isinstance(values, str) else _listed(values))]


def _listed(values: Any) -> list[Any]:
    return list(values) if isinstance(values, (list, tuple, set)) else [values]


def _facets(facets: list[tuple[str, Facets]]) -> str:
    lists = [
        f"<div><h3>{heading}</h3><ol>{''.join(_facet(facet, found) for facet in found)}</ol></div>"
        for heading, found in facets
        if len(found)
    ]
    return f'<div class="facets">{"".join(lists)}</div>' if lists else ""


def _facet(facet: Facet, found: Facets) -> str:
    share = 100 * facet.count / found.facets[0].count
    spellings = "; ".join(facet.spellings)
    hint = f' title="{escaped(spellings)}"' if len(facet.spellings) > 1 else ""
    return (
        '<li><svg aria-hidden="true" viewBox="0 0 100 1" preserveAspectRatio="none">'
        f'<rect width="{share:.1f}" height="1"/></svg>'
        f"<span{hint}>{isolated(facet.name)}</span> <b>{facet.count:,}</b></li>"
    )


def _terms(terms: Terms) -> str:
    words = "".join(
        f"<li>{isolated(term.text)} <small>{term.count:,}</small></li>" for term in terms
    )
    if not words:
        return ""
    return (
        '<p class="hint">Words that these articles hold far more often than the rest of the index,'
        f' with the number of articles.</p><ul class="terms">{words}</ul>'
    )


def _articles(results: Results, zone: ZoneInfo) -> str:
    if not results.total:
        return "<p>No article matches.</p>"
    hits = "".join(_hit(hit, zone) for hit in results)
    shown = f"The first {len(results):,} of {results.total:,}."
    hint = f'<p class="hint">{shown}</p>' if len(results) < results.total else ""
    return f'{hint}<ol class="hits">{hits}</ol>'


def _hit(hit: Hit, zone: ZoneInfo) -> str:
    title = marked(hit.title, hit.title_spans) if hit.title.strip() else "Untitled"
    address = link(hit.url)
    if address:
        title = f'<a href="{address}" rel="noopener noreferrer">{title}</a>'
    about = [
        moment(hit.published.astimezone(zone)) if hit.published else "undated",
        *(isolated(value) for value in (hit.source, hit.language) if value),
    ]
    names = "".join(
        f'<li class="{escaped(entity.kind)}">{isolated(entity.name)}</li>'
        for entity in hit.entities[:_NAMES]
    )
    own = language(hit.language)
    return (
        f'<li><article{own}><h3>{title}</h3><p class="about" lang="en">{" · ".join(about)}</p>'
        f"<p>{marked(hit.snippet, hit.snippet_spans)}</p>"
        + (f'<ul class="names">{names}</ul>' if names else "")
        + "</article></li>"
    )
