"""Clauses: terms of which every article that matches a query must hold at least one.

A query is read as a conjunction of such clauses, each a set of terms of the dictionary: a word is
the set of its keys, a phrase one set a word, a disjunction the union of its parts' rarest sets.
What asks for no term (a negation, a date, the beginning of a word) gives none. The clauses are a
necessary condition, not a sufficient one: they choose the candidates of the percolator.
"""

from __future__ import annotations

from collections.abc import Callable

from whoosh import query as q

from newsindex.entities import query_keys
from newsindex.index.postings import ENTITY_PREFIX
from newsindex.query.leaves import (
    ENTITY_FIELDS,
    WORD_FIELDS,
    ExactPhrase,
    ExactTerm,
    leaf_words,
)

Clause = frozenset[str]
# The types are named one by one: what is not known to ask for all or any of its parts gives no
# clause, and the query is then a candidate everywhere.
_ALL = (q.And, q.Require)
_ANY = (q.Or, q.DisjunctionMax)
_FIRST = (q.AndNot, q.AndMaybe)
_WORDS = (q.Term, q.Phrase, ExactTerm, ExactPhrase)


def clauses_of(tree: q.Query, frequency: Callable[[Clause], int]) -> frozenset[Clause]:
    """The clauses of a query tree; ``frequency`` says about how many articles satisfy one."""
    kind = type(tree)
    if kind in _ALL:
        return frozenset().union(*(clauses_of(child, frequency) for child in tree.children()))
    if kind in _ANY:
        parts = [clauses_of(child, frequency) for child in tree.children()]
        if not parts or not all(parts):
            return frozenset()
        if len(parts) == 1:
            return parts[0]
        rarest = [min(part, key=frequency) for part in parts]
        return frozenset([frozenset().union(*rarest)])
    if kind in _FIRST:
        return clauses_of(tree.a, frequency)
    if kind is q.ConstantScoreQuery:
        return clauses_of(tree.child, frequency)
    if kind not in _WORDS:
        return frozenset()
    if tree.fieldname in ENTITY_FIELDS:
        keys = query_keys(tree.fieldname, tree.text)
        found = [frozenset(ENTITY_PREFIX.decode() + key for key in keys)]
    else:
        words = leaf_words(tree, ()) if tree.fieldname in WORD_FIELDS else ()
        found = [frozenset(word.keys) for word in words]
    return frozenset(clause for clause in found if clause)
