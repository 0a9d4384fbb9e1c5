"""Phrases of many queries, looked for in many documents at once.

To evaluate phrases one by one reads the positions of a frequent word again for each. Here every
term is read once for all documents in which some phrase may stand, and the phrases are followed
word by word together, as one array of places.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from newsindex.alerts.clauses import Clause, Phrase
from newsindex.alerts.tables import table, table_rows
from newsindex.index.arrays import begins_run, distinct, gather
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.query.sets import look_up

# Positions of one document lie in one stretch of this many numbers.
_STRETCH = 32


class Phrases:
    """The phrases that each query asks for; ``clauses`` numbers the clauses of their words."""

    def __init__(self, wanted: Iterable[Iterable[Phrase]], clauses: dict[Clause, int]) -> None:
        numbers: dict[Phrase, int] = {}
        rows = [[numbers.setdefault(p, len(numbers)) for p in phrases] for phrases in wanted]
        self._phrase, self._query_start = table(rows)
        self._clause, self._word_start = table(
            [[clauses.setdefault(c, len(clauses)) for c in phrase.words] for phrase in numbers]
        )
        self._offset, _ = table([list(phrase.offsets) for phrase in numbers])
        self._in_title = np.array([phrase.in_title for phrase in numbers], dtype=bool)

    def hold(self, terms: DocumentTerms, queries: AnyArray, places: AnyArray) -> AnyArray:
        """For each pair of a query and the place of a document whether all phrases of the query
        stand in it."""
        counts = self._query_start[queries + 1] - self._query_start[queries]
        held = np.ones(len(queries), dtype=bool)
        asking = np.flatnonzero(counts)
        if not len(asking):
            return held
        counts = counts[asking]
        phrases, starts = table_rows(self._phrase, self._query_start, queries[asking])
        width = len(terms)
        pairs = phrases.astype(np.int64) * width + places[asking].repeat(counts)
        wanted = distinct(pairs)
        found = self._standing(terms, wanted // width, wanted % width)
        held[asking] = np.logical_and.reduceat(found[np.searchsorted(wanted, pairs)], starts)
        return held

    def _standing(self, terms: DocumentTerms, phrases: AnyArray, places: AnyArray) -> AnyArray:
        """For each of some phrases whether it stands in the document at the place beside it."""
        first = self._word_start[phrases].astype(np.int64)
        length = self._word_start[phrases + 1] - first
        clauses = self._clause[gather(first, length)]
        positions = terms.positions(clauses, places.repeat(length))
        chain, start = positions.where(self._clause[first], places)
        for word in range(1, int(length.max(initial=0))):
            going = length[chain] > word
            own = chain[going]
            row = first[own] + word
            stands = np.ones(len(chain), dtype=bool)
            stands[going] = positions.stands(
                self._clause[row], places[own], start[going] + self._offset[row]
            )
            chain, start = chain[stands], start[stands]
        last = start + self._offset[first[chain] + length[chain] - 1]
        kept = ~self._in_title[phrases[chain]] | (last < terms.title_length[places[chain]])
        standing = np.zeros(len(phrases), dtype=bool)
        standing[chain[kept]] = True
        return standing


class DocumentTerms:
    """Some documents (ascending) of a segment, and the terms of clauses in them: ``numbers`` has
    the number in the segment of each term, -1 for one that is not there; ``clause_term``, cut at
    ``clause_start``, the terms of each clause."""

    def __init__(
        self,
        segment: Segment,
        documents: AnyArray,
        numbers: AnyArray,
        clause_term: AnyArray,
        clause_start: AnyArray,
    ) -> None:
        self._segment = segment
        self._documents = documents
        self._numbers = numbers
        self._clause_term = clause_term
        self._clause_start = clause_start
        self.title_length = segment.title_length[documents]

    def __len__(self) -> int:
        return len(self._documents)

    def of(self, clauses: AnyArray) -> tuple[AnyArray, AnyArray]:
        """The terms of some clauses that are in the segment, and for each which clause it is of."""
        terms, _ = table_rows(self._clause_term, self._clause_start, clauses)
        counts = self._clause_start[clauses + 1] - self._clause_start[clauses]
        which = np.arange(len(clauses)).repeat(counts)
        there = self._numbers[terms] >= 0
        return terms[there].astype(np.int64), which[there]

    def positions(self, clauses: AnyArray, places: AnyArray) -> _Positions:
        """Where terms of some clauses stand, each in the document at the place beside it."""
        terms, which = self.of(clauses)
        wanted = distinct(terms * len(self) + places[which])
        term, place = wanted // len(self), wanted % len(self)
        bounds = [*np.flatnonzero(begins_run(term)).tolist(), len(term)]
        rows, found = [], []
        for low, high in pairwise(bounds if len(term) else []):
            row, positions = self._read(int(self._numbers[term[low]]), place[low:high])
            rows.append(row + low)
            found.append(positions)
        return _Positions(self, wanted, _joined(rows), _joined(found))

    def _read(self, number: int, places: AnyArray) -> tuple[AnyArray, AnyArray]:
        """The occurrences of a term in the documents at some places: for each which of these, and
        its position; sorted by both."""
        documents = self._documents[places]
        first, last = int(documents[0]), int(documents[-1])
        start, _, among = self._segment.docids.of(number, first, last + 1)
        place, held = look_up(among, documents)
        hit = np.flatnonzero(held)
        index, positions = self._segment.occurrences.of(number, start + place[hit], documents[hit])
        return hit[index], positions


class _Positions:
    """Positions of terms in documents: ``wanted`` are the pairs of a term and a place that were
    looked for, as one number each, ascending; an occurrence has the row of its pair there."""

    def __init__(
        self, terms: DocumentTerms, wanted: AnyArray, rows: AnyArray, positions: AnyArray
    ) -> None:
        self._terms = terms
        self._wanted = wanted
        self._bounds = np.searchsorted(rows, np.arange(len(wanted) + 1))
        self._positions = positions
        self._occurring = (rows << _STRETCH) + positions

    def _rows(self, clauses: AnyArray, places: AnyArray) -> tuple[AnyArray, AnyArray]:
        """The rows of the terms of some clauses in the document at the place beside each, and for
        each row which clause it is of."""
        terms, which = self._terms.of(clauses)
        return np.searchsorted(self._wanted, terms * len(self._terms) + places[which]), which

    def where(self, clauses: AnyArray, places: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Where any term of a clause stands in the document at the place beside it: for each
        position which clause it is of, and the position."""
        rows, which = self._rows(clauses, places)
        counts = self._bounds[rows + 1] - self._bounds[rows]
        return which.repeat(counts), self._positions[gather(self._bounds[rows], counts)]

    def stands(self, clauses: AnyArray, places: AnyArray, positions: AnyArray) -> AnyArray:
        """Whether any term of a clause stands at the position beside it in the document at the
        place beside it."""
        rows, which = self._rows(clauses, places)
        asked = (rows << _STRETCH) + positions[which]
        _, hit = look_up(self._occurring, asked)
        standing = np.zeros(len(clauses), dtype=bool)
        standing[which[hit]] = True
        return standing


def _joined(parts: Sequence[AnyArray]) -> AnyArray:
    return np.concatenate([np.empty(0, dtype=np.int64), *parts])
