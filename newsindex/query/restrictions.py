"""Restrictions: why a query finds nothing though its words stand in the index.

Dates, sources and languages restrict what words find. Where nothing is left, it is said what they
take away: articles without a date, or all that match.
"""

from __future__ import annotations

from whoosh import query as q

from newsindex.query.columns import is_column
from newsindex.query.diagnostic import Diagnostic
from newsindex.query.leaves import DATE, HAS, LANGUAGE, SOURCE, Languages
from newsindex.query.parts import Parts
from newsindex.query.search import count

_NAMES = {DATE: "date", SOURCE: "source", LANGUAGE: "language"}


def why_nothing(parts: Parts, tree: q.Query, languages: Languages) -> tuple[Diagnostic, ...]:
    """What to say of a tree that finds nothing: how many articles match without what restricts it;
    nothing where that is none too, or where nothing restricts it."""
    clauses = list(tree.subqueries) if isinstance(tree, q.And) else [tree]
    restricting = {clause: fields for clause in clauses if (fields := _restricted_by(clause))}
    kept = [clause for clause in clauses if clause not in restricting]
    rest = q.And(kept) if kept else q.Every()
    names = sorted({_NAMES[field] for fields in restricting.values() for field in fields})
    if languages and (found := _count(parts, tree, ())):
        return _said(
            f"{_articles(found)} if words are joined across the languages, which a search in one"
            " language (lang:, --lang, --no-cross) does not do"
        )
    dates = [clause for clause, fields in restricting.items() if fields == {DATE}]
    others = [clause for clause in restricting if clause not in dates]
    undated = q.And([rest, *others, q.Not(q.Term(HAS, DATE))])
    if dates and (found := _count(parts, undated, languages)):
        return _said(
            f"no article of these dates matches; {_articles(found)} without one, which date:none"
            " finds"
        )
    if not restricting or not kept:  # nothing but restrictions: that says it all
        return ()
    found = _count(parts, rest, ())
    said = f"{_articles(found)} without the limits on {' and '.join(names)}"
    return _said(said) if found else ()


def _restricted_by(clause: q.Query) -> set[str]:
    """The fields by which alone a clause restricts; none if it asks for anything else."""
    if isinstance(clause, q.NumericRange) and clause.fieldname == DATE:
        return {DATE}
    if is_column(clause) and clause.fieldname in (SOURCE, LANGUAGE):
        return {clause.fieldname}
    if isinstance(clause, q.Or) and clause.subqueries:
        parts = [_restricted_by(child) for child in clause.subqueries]
        return set().union(*parts) if all(parts) else set()
    return set()


def _count(parts: Parts, tree: q.Query, languages: Languages) -> int:
    return sum(parts.ask(count, tree, languages))


def _articles(number: int) -> str:
    return "1 article matches" if number == 1 else f"{number:,} articles match"


def _said(message: str) -> tuple[Diagnostic, ...]:
    return (Diagnostic(0, 0, message),)
