"""Pruning: whether a part can hold what a query asks for, by the words that it holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from whoosh import query as q

from newsindex.query.leaves import WORD_FIELDS, Proximity, Word, leaf_words
from newsindex.query.recency import Recent

# How many articles hold a word, by the number of the group of shards.
Counts = Mapping[int, int]


def may_match(tree: q.Query, known: Callable[[Word], int | None]) -> bool:
    """Whether an article may match ``tree`` where ``known`` says how many hold a word (None if that
    is not known). Only words that every match must hold are looked at."""
    if isinstance(tree, (q.And, q.Require)):
        return all(may_match(child, known) for child in tree.children())
    if isinstance(tree, Proximity):
        return all(may_match(part, known) for part in tree.parts)
    if isinstance(tree, q.Or):
        return any(may_match(child, known) for child in tree.children())
    if isinstance(tree, (Recent, q.ConstantScoreQuery)):
        return may_match(tree.child, known)
    if isinstance(tree, (q.AndNot, q.AndMaybe)):
        return may_match(tree.a, known)
    if isinstance(tree, (q.Term, q.Phrase, q.Prefix)) and tree.fieldname in WORD_FIELDS:
        # A word joined within some languages only is held by no more articles than across them.
        return all(known(word) != 0 for word in leaf_words(tree, ()))
    return True
