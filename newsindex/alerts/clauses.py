"""Clauses: terms of which every article that matches a query must hold at least one, or none.

A query is read as a conjunction of such clauses, each a set of terms of the dictionary: a word is
the set of its keys, a phrase one set a word, a disjunction the union of its parts' rarest sets. A
word in the title, a source and a language are terms of their own kind. What is excluded gives a
clause of which none may be there. What asks for no term (a date, the beginning of a word) gives
none. Phrases that every match must hold are given too. All this is a necessary condition: it
chooses the candidates of the percolator. Of a query of words, names, sources and phrases joined by
AND, OR and NOT it may be all that it asks; that is then said too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import NamedTuple

from whoosh import query as q

from newsindex import entities
from newsindex.index.postings import ENTITY_PREFIX
from newsindex.query.leaves import (
    ENTITY_FIELDS,
    LANGUAGE,
    SOURCE,
    TITLE,
    WORD_FIELDS,
    AtLeast,
    ExactPhrase,
    ExactTerm,
    Languages,
    Proximity,
    leaf_words,
)

Clause = frozenset[bytes]


class Phrase(NamedTuple):
    """Words that stand side by side, each any of the terms of a clause, at these distances from the
    first; perhaps in the title only."""

    words: tuple[Clause, ...]
    offsets: tuple[int, ...]
    in_title: bool


# What is no key of the dictionary begins with a character that no key has.
IN_TITLE = b"\0title:"
COLUMNS = {SOURCE: b"\0source:", LANGUAGE: b"\0language:"}
# The types are named one by one: what is not known to ask for all or any of its parts gives no
# clause, and the query is then a candidate everywhere.
_ALL = (q.And, q.Require)
_ANY = (q.Or, q.DisjunctionMax)
_WORDS = (q.Term, q.Phrase, ExactTerm, ExactPhrase)


@dataclasses.dataclass(frozen=True, slots=True)
class Clauses:
    """The clauses of a query: those of which an article must hold a term, and those of which it
    must hold none; the phrases that it must hold; ``exact`` says that an article which satisfies
    them matches."""

    needed: frozenset[Clause]
    exact: bool = False
    unwanted: frozenset[Clause] = frozenset()
    phrases: frozenset[Phrase] = frozenset()

    @property
    def is_one(self) -> bool:
        """Whether the query asks for any of some terms, and nothing else."""
        return self.exact and len(self.needed) == 1 and not (self.unwanted or self.phrases)


_NONE = Clauses(frozenset())


def clauses_of(tree: q.Query, languages: Languages, frequency: Callable[[Clause], int]) -> Clauses:
    """The clauses of a query tree whose words are joined within ``languages`` only, if there are
    any; ``frequency`` says about how many articles satisfy a clause."""
    kind = type(tree)
    if kind in _ALL:
        return _all_of([clauses_of(child, languages, frequency) for child in tree.children()])
    if kind in _ANY:
        return _any_of([clauses_of(c, languages, frequency) for c in tree.children()], frequency)
    if kind is Proximity:
        near = _all_of([clauses_of(part, languages, frequency) for part in tree.parts])
        return dataclasses.replace(near, exact=False)
    if kind is AtLeast:
        return _at_least([clauses_of(c, languages, frequency) for c in tree.children()], tree.count)
    if kind is q.Not:
        return _none_of(clauses_of(tree.query, languages, frequency))
    if kind is q.AndNot:
        unwanted = _none_of(clauses_of(tree.b, languages, frequency))
        return _all_of([clauses_of(tree.a, languages, frequency), unwanted])
    if kind is q.AndMaybe:
        return clauses_of(tree.a, languages, frequency)
    if kind is q.ConstantScoreQuery:
        return clauses_of(tree.child, languages, frequency)
    return _of_leaf(tree, languages) if kind in _WORDS else _NONE


def _all_of(parts: list[Clauses]) -> Clauses:
    needed: frozenset[Clause] = frozenset().union(*(part.needed for part in parts))
    unwanted: frozenset[Clause] = frozenset().union(*(part.unwanted for part in parts))
    phrases: frozenset[Phrase] = frozenset().union(*(part.phrases for part in parts))
    exact = bool(needed) and all(part.exact for part in parts)
    return Clauses(needed, exact, unwanted, phrases)


def _none_of(part: Clauses) -> Clauses:
    """What excludes a part: exactly, if this asks for any of some terms."""
    return Clauses(frozenset(), True, part.needed) if part.is_one else _NONE


def _any_of(parts: list[Clauses], frequency: Callable[[Clause], int]) -> Clauses:
    if not parts or not all(part.needed for part in parts):
        return _NONE
    if len(parts) == 1:
        return parts[0]
    rarest = [min(part.needed, key=frequency) for part in parts]
    return Clauses(frozenset([frozenset().union(*rarest)]), all(part.is_one for part in parts))


def _at_least(parts: list[Clauses], count: int) -> Clauses:
    """Of any so many parts that fewer than ``count`` are left, one must match."""
    usable = [part.needed for part in parts if part.needed]
    wanted = len(parts) - count + 1
    if count < 1 or len(usable) < wanted:
        return _NONE
    chosen = (next(iter(needed)) for needed in usable[:wanted])
    return Clauses(frozenset([frozenset().union(*chosen)]))


def _of_leaf(leaf: q.Query, languages: Languages) -> Clauses:
    if leaf.fieldname in ENTITY_FIELDS:
        keys = entities.query_keys(leaf.fieldname, leaf.text)
        terms = frozenset(ENTITY_PREFIX + key.encode() for key in keys)
        return Clauses(frozenset([terms]), True) if terms else _NONE
    if leaf.fieldname in COLUMNS and type(leaf) is q.Term:
        term = COLUMNS[leaf.fieldname] + leaf.text.casefold().strip().encode()
        return Clauses(frozenset([frozenset([term])]), True)
    if leaf.fieldname not in WORD_FIELDS:
        return _NONE
    words = leaf_words(leaf, languages)
    # A word that is spelled in some way may stand under any key.
    keyed = [word for word in words if word.keys and word.expansion is None]
    any_form = bool(words) and len(words) == len(keyed) and all(word.any_form for word in words)
    in_title = leaf.fieldname == TITLE
    mark = IN_TITLE if in_title else b""
    needed = frozenset(frozenset(mark + key.encode() for key in word.keys) for word in keyed)
    if len(words) == 1:
        return Clauses(needed, any_form)
    if len(words) > len(keyed) or getattr(leaf, "slop", 1) > 1:
        return Clauses(needed)
    plain = tuple(frozenset(key.encode() for key in word.keys) for word in words)
    phrase = Phrase(plain, tuple(word.offset for word in words), in_title)
    return Clauses(needed, any_form, phrases=frozenset([phrase] if words else ()))
