"""Matches: what one run of alerts finds among the new documents, in the order of its report."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from newsindex.alerts.seen import Seen
from newsindex.index.arrays import begins_run, distinct
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment

# A document of a segment and its id.
Row = tuple[Segment, int, str]


def fresh_documents(segment: Segment, mark: int) -> AnyArray:
    """The live documents of a segment that arrived in segment ``mark`` or later, ascending."""
    documents = np.flatnonzero(segment.arrival >= mark)
    if segment.live is not None:
        documents = documents[segment.live[documents]]
    return documents.astype(segment.docids.dtype)


class Matches:
    """Pairs of an alert, by its place among those of the run, and a document; ``numbers`` are the
    numbers under which ``seen`` knows these alerts."""

    def __init__(self, seen: Seen, numbers: AnyArray) -> None:
        self._seen = seen
        self._numbers = numbers
        self._rows: list[_Rows] = []

    def start(self, segment: Segment, documents: AnyArray) -> None:
        """What is added next are matches among these documents of a segment, ascending."""
        hashes = segment.hashes_of_all()[documents]
        self._rows.append(_Rows(segment, documents, hashes, self._seen.reported_by(hashes)))

    def add(self, which: int, documents: AnyArray) -> None:
        """An alert matches these documents."""
        self._rows[-1].add(which, documents, int(self._numbers[which]))

    def by_alert(self, *, updates: bool) -> Iterator[tuple[int, list[Row]]]:
        """Each alert that has matches, in order, with them, the newest first; those that it has
        reported before only with ``updates``."""
        tables = [rows.table(updates=updates) for rows in self._rows]
        if not tables:
            return
        which, published, hashes, places = map(np.concatenate, zip(*tables, strict=True))
        segment = np.repeat(np.arange(len(tables)), [len(table[0]) for table in tables])
        known = [rows.rows(table[-1]) for rows, table in zip(self._rows, tables, strict=True)]
        # ~ turns an order round, that of unsigned numbers too.
        order = np.lexsort((~hashes, ~published, which))
        which, segment, places = which[order], segment[order], places[order]
        bounds = [*np.flatnonzero(begins_run(which)).tolist(), len(which)]
        for low, high in pairwise(bounds if len(which) else []):
            pairs = zip(segment[low:high].tolist(), places[low:high].tolist(), strict=True)
            yield int(which[low]), [known[number][place] for number, place in pairs]

    def note(self) -> None:
        """Note in ``seen`` what was found, as reported."""
        found = [rows.table(updates=False) for rows in self._rows]
        self._seen.report([self._numbers[table[0]] for table in found], [t[2] for t in found])


class _Rows:
    """Matches among some documents of a segment."""

    def __init__(
        self,
        segment: Segment,
        documents: AnyArray,
        hashes: AnyArray,
        reported: dict[int, AnyArray],
    ) -> None:
        self._segment = segment
        self._documents = documents
        self._hashes = hashes
        # Of the alerts that reported some of them, by their numbers, which.
        self._reported = reported
        self._which: list[int] = []
        self._counts: list[int] = []
        self._found: list[AnyArray] = []
        self._again: list[AnyArray] = []

    def add(self, which: int, documents: AnyArray, number: int) -> None:
        places = np.searchsorted(self._documents, documents)
        self._which.append(which)
        self._counts.append(len(places))
        self._found.append(places)
        reported = self._reported.get(number)
        again = np.zeros(len(places), bool) if reported is None else np.isin(places, reported)
        self._again.append(again)

    def table(self, *, updates: bool) -> tuple[AnyArray, AnyArray, AnyArray, AnyArray]:
        """Of each match the alert, the date, the hash of the id, and the place of the document."""
        which = np.repeat(np.array(self._which, dtype=np.int64), self._counts)
        places = np.concatenate([np.empty(0, np.int64), *self._found])
        if not updates:
            new = ~np.concatenate([np.empty(0, bool), *self._again])
            which, places = which[new], places[new]
        published = self._segment.published[self._documents[places]]
        return which, published, self._hashes[places], places

    def rows(self, places: AnyArray) -> dict[int, Row]:
        """The documents at some places, once each."""
        chosen = distinct(places)
        documents = self._documents[chosen].tolist()
        ids = self._segment.ids
        return {
            place: (self._segment, document, ids[document].decode())
            for place, document in zip(chosen.tolist(), documents, strict=True)
        }
