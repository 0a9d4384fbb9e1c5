"""The terms of a query: what tells the articles that match it from the whole index."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
from whoosh import query as q

from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query import Diagnostic
from newsindex.query.leaves import Languages
from newsindex.query.parts import Parts
from newsindex.query.search import count, matching
from newsindex.results.highlight import patterns_of, words_of_patterns
from newsindex.results.significance import NOBODY, Significance, Term


@dataclasses.dataclass(frozen=True, slots=True)
class Terms:
    """Words and, apart from them, names, each the most significant first, and how many articles
    match; ``missing`` as in newsindex.results.Results. Iterating gives the words."""

    words: tuple[Term, ...]
    names: tuple[Term, ...]
    total: int
    diagnostics: tuple[Diagnostic, ...] = ()
    missing: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Term]:
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)


@dataclasses.dataclass(frozen=True, slots=True)
class _Matching:
    """Group 1 are the articles that match, group 0 the others."""

    tree: q.Query
    languages: Languages

    def labels(self, snapshot: Snapshot) -> list[tuple[Segment, AnyArray]]:
        found = {id(s): documents for s, documents in matching(snapshot, self.tree, self.languages)}
        labels = []
        for segment in snapshot.segments:
            label = np.zeros(segment.documents, dtype=np.uint8)
            label[segment.deleted] = NOBODY
            label[found.get(id(segment), [])] = 1
            labels.append((segment, label))
        return labels


def find_terms(
    parts: Parts,
    tree: q.Query,
    top: int,
    languages: Languages = (),
    diagnostics: tuple[Diagnostic, ...] = (),
) -> Terms:
    """The ``top`` words and names that the articles that match ``tree`` hold far more often than
    the others of the index, the query's own words left out (see results.significance)."""
    total = sum(parts.within(tree).ask(count, tree, languages))
    counted = Significance(parts, _Matching(tree, languages), [parts.documents - total, total])
    words, names = counted.of(1, top, list(words_of_patterns(patterns_of(tree, languages))))
    return Terms(words, names, total, diagnostics)
