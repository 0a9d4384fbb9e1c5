"""The percolator: of many queries, those that some of a segment's documents may match.

Queries are turned round (inverted matching): their clauses are kept by term, the terms of the new
documents are looked up among them, and whole rows of bits, one bit a document, are joined by OR to
clauses and by AND to queries. Of what is left, the phrases are looked for together
(newsindex.alerts.phrases). Only what is left then needs to be evaluated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from newsindex.alerts.clauses import COLUMNS, IN_TITLE, Clause, Clauses, Phrase
from newsindex.alerts.phrases import DocumentTerms, Phrases
from newsindex.alerts.tables import table, table_rows
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.query.leaves import LANGUAGE, SOURCE

# Documents whose bits are joined at once, and of those, how many make one round of candidates.
_BLOCK = 1024
_ROUND = 16 * _BLOCK


class Percolator:
    """Chooses candidates among queries given by their clauses, which are numbered from 0."""

    def __init__(self, queries: Iterable[Clauses]) -> None:
        self._terms: dict[bytes, int] = {}
        numbers: dict[Clause, int] = {}
        conditional: list[int] = []
        always: list[int] = []
        needed: list[list[int]] = []
        unwanted: list[list[int]] = []
        phrases: list[frozenset[Phrase]] = []
        for query, clauses in enumerate(queries):
            if not clauses.needed:
                always.append(query)
                continue
            conditional.append(query)
            needed.append([numbers.setdefault(c, len(numbers)) for c in clauses.needed])
            unwanted.append([numbers.setdefault(c, len(numbers)) for c in clauses.unwanted])
            phrases.append(clauses.phrases)
        self._always = always
        self._queries = np.array(conditional, dtype=np.int32)
        self._query_clause, self._query_start = table(needed)
        self._unwanted, self._unwanted_start = table(unwanted)
        self._phrases = Phrases(phrases, numbers)
        terms = [
            [self._terms.setdefault(term, len(self._terms)) for term in sorted(clause)]
            for clause in numbers
        ]
        self._clause_term, self._clause_start = table(terms)
        # Those terms that are no keys of the dictionary, by what they are of.
        self._title_terms = self._terms_of(IN_TITLE)
        self._column_terms = {name: self._terms_of(mark) for name, mark in COLUMNS.items()}

    def _terms_of(self, mark: bytes) -> dict[bytes, int]:
        return {
            term.removeprefix(mark): number
            for term, number in self._terms.items()
            if term.startswith(mark)
        }

    def candidates(self, segment: Segment, documents: AnyArray) -> Iterator[tuple[int, AnyArray]]:
        """Pairs of a query's number and those of ``documents`` (ascending) that may match it,
        ascending; every match is among them. A query may come several times, with other documents.
        """
        if not len(documents):
            return
        for query in self._always:
            yield query, documents
        numbers, row_of_term, rows, columns = self._occurrences(segment, documents)
        terms = DocumentTerms(segment, documents, numbers, self._clause_term, self._clause_start)
        by_column = np.argsort(columns, kind="stable")
        rows, columns = rows[by_column], columns[by_column]
        for start in range(0, len(documents), _ROUND):
            found = [
                self._block(row_of_term, rows[low:high], columns[low:high] - first, width, first)
                for first, width, low, high in _blocks(start, len(documents), columns)
            ]
            queries = np.concatenate([query for query, _ in found])
            places = np.concatenate([place for _, place in found])
            held = self._phrases.hold(terms, queries, places)
            queries, places = self._queries[queries[held]], places[held]
            order = np.argsort(queries, kind="stable")
            queries, places = queries[order], places[order]
            ends = np.flatnonzero(np.diff(queries, append=-1)) + 1
            low = 0
            for high in ends.tolist():
                yield int(queries[low]), documents[places[low:high]]
                low = high

    def _occurrences(
        self, segment: Segment, documents: AnyArray
    ) -> tuple[AnyArray, AnyArray, AnyArray, AnyArray]:
        """Where terms of clauses stand in ``documents``: the number in the segment of each term
        that does (-1: none, or no key), its row (0: none), and for each occurrence its row and its
        index into ``documents``."""
        first = int(documents[0])
        place = np.full(int(documents[-1]) + 1 - first, -1, dtype=np.int64)
        place[documents - documents.dtype.type(first)] = np.arange(len(documents))
        row_of_term = np.zeros(len(self._terms), dtype=np.int64)
        numbers = np.full(len(self._terms), -1, dtype=np.int64)
        found: list[AnyArray] = []
        counts = [0]
        for term, number, among in self._standing(segment, first, first + len(place)):
            indexes = place[among - among.dtype.type(first)]
            indexes = indexes[indexes >= 0]
            if len(indexes):
                row_of_term[term], numbers[term] = len(counts), number
                found.append(indexes)
                counts.append(len(indexes))
        columns = np.concatenate(found) if found else np.empty(0, dtype=np.int64)
        return numbers, row_of_term, np.repeat(np.arange(len(counts)), counts), columns

    def _standing(
        self, segment: Segment, first: int, stop: int
    ) -> Iterator[tuple[int, int, AnyArray]]:
        """The terms of clauses that stand in the documents ``first <= d < stop`` of a segment, by
        their numbers here and there (-1 for those that are no keys), and in which of these."""
        for number, text in self._known(segment):
            start, end, among = segment.docids.of(number, first, stop)
            if not len(among):
                continue
            term = self._terms.get(text)
            if term is not None:
                yield term, number, among
            term = self._title_terms.get(text)
            if term is not None:
                codes = segment.posting_frequency[start:end]
                yield term, -1, among[segment.title_frequency[codes] > 0]
        for field, names, column in (
            (SOURCE, segment.sources, segment.source),
            (LANGUAGE, segment.languages, segment.language),
        ):
            wanted = self._column_terms[field]
            numbers = [(wanted.get(name.casefold().encode()), n) for n, name in enumerate(names)]
            for term, number in numbers:
                if term is not None and names[number]:
                    among = np.flatnonzero(column[first:stop] == number) + first
                    yield term, -1, among.astype(segment.docids.dtype)

    def _known(self, segment: Segment) -> Iterator[tuple[int, bytes]]:
        """The keys that stand both in the segment and in a clause, with their numbers here; by a
        walk over the smaller of the two dictionaries."""
        if len(segment.terms) < 8 * len(self._terms):
            for number, text in enumerate(segment.terms):
                if text in self._terms or text in self._title_terms:
                    yield number, text
            return
        for text in self._terms.keys() | self._title_terms.keys():
            number = segment.term_number(text.decode())
            if number >= 0:
                yield number, text

    def _block(
        self, row_of_term: AnyArray, rows: AnyArray, columns: AnyArray, width: int, shift: int
    ) -> tuple[AnyArray, AnyArray]:
        """The candidates among ``width`` documents: pairs of a query (by its place among those that
        have clauses) and an index of a document, ``shift`` added to it. ``rows`` and ``columns``
        say which terms stand where."""
        bits = np.zeros((int(row_of_term.max(initial=0)) + 1, -(-width // 64) * 64), dtype=bool)
        bits[rows, columns] = True
        present = np.logical_or.reduce(bits, axis=1)
        # Most queries lack a clause in the whole block: those are left out by one bit each.
        has_term = present[row_of_term[self._clause_term]]
        has_clause = np.logical_or.reduceat(has_term, self._clause_start[:-1])
        if not len(self._queries):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        whole = np.logical_and.reduceat(has_clause[self._query_clause], self._query_start[:-1])
        chosen = np.flatnonzero(whole)
        clauses, clause_start = table_rows(self._query_clause, self._query_start, chosen)
        excluding = chosen[self._unwanted_start[chosen + 1] > self._unwanted_start[chosen]]
        unwanted, unwanted_start = table_rows(self._unwanted, self._unwanted_start, excluding)
        distinct, row = np.unique(np.concatenate([clauses, unwanted]), return_inverse=True)
        terms, term_start = table_rows(self._clause_term, self._clause_start, distinct)
        if not len(terms):
            return np.empty(0, np.int64), np.empty(0, np.int64)
        words = np.packbits(bits, axis=1).view(np.uint64)
        of_clause = np.bitwise_or.reduceat(words[row_of_term[terms]], term_start, axis=0)
        of_query = np.bitwise_and.reduceat(of_clause[row[: len(clauses)]], clause_start, axis=0)
        if len(excluding):
            out = np.bitwise_or.reduceat(of_clause[row[len(clauses) :]], unwanted_start, axis=0)
            of_query[np.searchsorted(chosen, excluding)] &= ~out
        left = np.flatnonzero(np.bitwise_or.reduce(of_query, axis=1))
        matched = np.unpackbits(of_query[left].view(np.uint8), axis=1)
        query, place = np.nonzero(matched)
        return chosen[left[query]], place + shift


def _blocks(start: int, documents: int, columns: AnyArray) -> Iterator[tuple[int, int, int, int]]:
    """The blocks of a round: first document and width of each, and its stretch of ``columns``."""
    for first in range(start, min(start + _ROUND, documents), _BLOCK):
        width = min(_BLOCK, documents - first)
        low, high = np.searchsorted(columns, [first, first + width]).tolist()
        yield first, width, low, high
