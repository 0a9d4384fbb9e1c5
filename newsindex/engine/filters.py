"""The filters of a search, and the one tree that they and the query make."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypedDict

from whoosh import query as q

from newsindex.arguments import require_text
from newsindex.errors import InvalidArgument
from newsindex.query import Diagnostic, parse
from newsindex.query.leaves import DATE, ENTITY_FIELDS, HAS, LANGUAGE, SOURCE, Languages
from newsindex.query.recency import recent
from newsindex.text import LANGUAGES
from newsindex.zones import time_zone

if TYPE_CHECKING:
    from newsindex.query.dates import Day


class Filters(TypedDict, total=False):
    """What restricts a search; all of it optional, None as good as left out.

    ``since`` and ``until`` bound the publication, both included: a date, a datetime (naive ones in
    the index's time zone), or a string such as 2025, 2025-08, 2025-08-01 or an ISO 8601 moment.
    ``source`` and ``language`` name one or several, any of which will do; ``person``, ``org`` and
    ``place`` name one or several, all of which must be named in the article, in whatever form,
    spelling or language. ``cross`` (True unless given) joins words and names across the two
    languages (Киев and Київ), unless ``language`` restricts the search to one. ``now`` is the
    moment from which relative dates (вчера, now-7d) and ages count, the present unless given.
    ``recency`` is the age by which the score of an article is halved: a timedelta, or 12h, 30d, 2w,
    6M, 1y; without it age does not count.
    """

    since: Day | None
    until: Day | None
    source: str | Collection[str] | None
    language: str | Collection[str] | None
    person: str | Collection[str] | None
    org: str | Collection[str] | None
    place: str | Collection[str] | None
    cross: bool | None
    now: datetime | None
    recency: str | timedelta | None


class Asked(NamedTuple):
    """What is asked of the index: one tree of the query and its filters, what of the query string
    was ignored or guessed, and the languages within which alone words are joined (none: across)."""

    tree: q.Query
    diagnostics: tuple[Diagnostic, ...]
    languages: Languages


def asked(query: str | q.Query, filters: Filters, timezone: str, *, entities: bool = True) -> Asked:
    """What a query string (or tree) and its filters ask; days are those of ``timezone``.

    Where the index has no ``entities``, a question after names gets a diagnostic that says so.
    Raises TypeError for a filter that there is none of, InvalidArgument for a date that is none
    or a value of another type; never for a query string.
    """
    if not isinstance(query, (str, q.Query)):
        raise InvalidArgument(f"expected a query string, found {type(query).__name__}")
    filters = _given(filters)
    diagnostics: tuple[Diagnostic, ...] = ()
    if isinstance(query, str):
        parsed = parse(query, timezone, filters.get("now"))
        query, diagnostics = parsed.tree, parsed.diagnostics
    dates = _date_filter(filters, timezone)
    if any(None not in (each.start, each.end) and each.start >= each.end for each in dates):
        diagnostics += (_REVERSED,)
    tree = _conjunction(
        [
            query,
            *dates,
            *_any_of(SOURCE, filters.get("source")),
            *_any_of(LANGUAGE, filters.get("language")),
            *(q.Term("person", name) for name in _listed(filters.get("person"))),
            *(q.Term("org", name) for name in _listed(filters.get("org"))),
            *(q.Term("place", name) for name in _listed(filters.get("place"))),
        ]
    )
    if not entities and asks_for_names(tree):
        diagnostics += (NO_ENTITIES,)
    languages = _strict_languages(tree, cross=bool(filters.get("cross", True)))
    half_life = filters.get("recency")
    if half_life is not None:
        tree = recent(tree, half_life, filters.get("now"))
    return Asked(tree, diagnostics, languages)


def _given(filters: Filters) -> Filters:
    """The filters that are given: not those that are None. Raises as `asked` does."""
    unknown = filters.keys() - Filters.__annotations__.keys()
    if unknown:
        raise TypeError(
            f"no filter is called {', '.join(sorted(unknown))}; there are"
            f" {', '.join(Filters.__annotations__)}"
        )
    given: Filters = {name: value for name, value in filters.items() if value is not None}  # type: ignore[assignment]  # of the same names
    for name in ("source", "language", "person", "org", "place"):
        value = given.get(name, ())
        if not isinstance(value, Collection) or isinstance(value, (bytes, Mapping)):
            raise InvalidArgument(f"{name} must be a string or several, found {value!r}")
        for each in _listed(value):
            require_text(name, each)
    now = given.get("now")
    if now is not None and not isinstance(now, datetime):
        raise InvalidArgument(f"now must be a datetime, found {now!r}")
    return given


_REVERSED = Diagnostic(0, 0, "the dates end before they begin: nothing lies between them")
NO_ENTITIES = Diagnostic(
    0,
    0,
    "this index was made without entities (--no-entities), so no person, org or place is found in"
    " it; index the articles into a new one to find them",
)


def asks_for_names(tree: q.Query) -> bool:
    """Whether a person, an organisation or a place is asked for anywhere in ``tree``."""
    if isinstance(tree, q.Not):
        return asks_for_names(tree.query)
    if isinstance(tree, (q.And, q.Or)):
        return any(map(asks_for_names, tree.subqueries))
    field = getattr(tree, "fieldname", None)
    return field in ENTITY_FIELDS or (field == HAS and tree.text in ENTITY_FIELDS)


def _date_filter(filters: Filters, timezone: str) -> list[q.NumericRange]:
    since, until, now = filters.get("since"), filters.get("until"), filters.get("now")
    if since is None and until is None:
        return []
    zone = time_zone(timezone)
    # Imported here because few searches have use for it.
    from newsindex.query.dates import period  # noqa: PLC0415

    first = None if since is None else period(since, zone, now)[0]
    stop = None if until is None else period(until, zone, now)[1]
    return [q.NumericRange(DATE, first, stop)]


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


def _strict_languages(tree: q.Query, *, cross: bool) -> Languages:
    """The languages within which alone words are joined: all for a search that is not to cross
    them, the one that a search is restricted to, else none."""
    if not cross:
        return LANGUAGES
    for clause in tree.subqueries if isinstance(tree, q.And) else [tree]:
        wanted = clause.subqueries[0] if isinstance(clause, q.Or) and len(clause) == 1 else clause
        if isinstance(wanted, q.Term) and wanted.fieldname == LANGUAGE and wanted.text in LANGUAGES:
            return (wanted.text,)
    return ()


def _any_of(field: str, values: str | Collection[str] | None) -> list[q.Query]:
    wanted = _listed(values)
    return [q.Or([q.Term(field, value) for value in wanted])] if wanted else []


def _listed(values: str | Collection[str] | None) -> list[str]:
    return [values] if isinstance(values, str) else list(values or ())
