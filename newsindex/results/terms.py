"""The terms of a query: what tells the articles that match it from the whole index."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
from whoosh import query as q

from newsindex.index.snapshot import Snapshot
from newsindex.query import Diagnostic
from newsindex.query.leaves import Languages
from newsindex.query.search import matching
from newsindex.results.highlight import patterns_of, words_of_patterns
from newsindex.results.significance import NOBODY, Groups, Significance, Term


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """Words and, apart from them, names, each the most significant first, and how many articles
    match. Iterating gives the words."""

    words: tuple[Term, ...]
    names: tuple[Term, ...]
    total: int
    diagnostics: tuple[Diagnostic, ...] = ()

    def __iter__(self) -> Iterator[Term]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)


def find_terms(
    snapshot: Snapshot,
    tree: q.Query,
    top: int,
    languages: Languages = (),
    diagnostics: tuple[Diagnostic, ...] = (),
) -> Terms:
    """The ``top`` words and names that the articles that match ``tree`` hold far more often than
    the others of the index, the query's own words left out (see results.significance)."""
    found = {id(segment): documents for segment, documents in matching(snapshot, tree, languages)}
    total = sum(map(len, found.values()))
    labels = []
    for segment in snapshot.segments:
        label = np.zeros(segment.documents, dtype=np.uint8)
        label[segment.deleted] = NOBODY
        label[found.get(id(segment), [])] = 1
        labels.append((segment, label))
    groups = Groups(labels, [snapshot.documents - total, total])
    counted = Significance(snapshot, groups)
    words, names = counted.of(1, top, list(words_of_patterns(patterns_of(tree, languages))))
    return Terms(words, names, total, diagnostics)
