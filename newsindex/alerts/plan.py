"""The plan of a run: the trees of its queries, and the percolator that chooses among them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

from whoosh import query as q

from newsindex.alerts.clauses import COLUMNS, IN_TITLE, Clause, Clauses, clauses_of
from newsindex.alerts.percolator import Percolator
from newsindex.alerts.store import Alert
from newsindex.engine.filters import Asked, asked
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.search import matching_among


class Plan:
    """The queries of ``alerts``, by their number, made ready to be matched against new articles."""

    def __init__(self, snapshot: Snapshot, alerts: list[Alert]) -> None:
        self.alerts = alerts
        self._timezone = snapshot.manifest.timezone
        self._asked: list[Asked | None] = []
        self._exact: list[bool] = []
        frequency = functools.partial(_frequency, snapshot)
        self._percolator = Percolator(self._clauses(functools.cache(frequency)))

    def _clauses(self, frequency: Callable[[Clause], int]) -> Iterator[Clauses]:
        for alert in self.alerts:
            question = self._ask(alert)
            # A date may be said from today (the last week): then it is another one in each run.
            self._asked.append(None if _has_date(question.tree) else question)
            clauses = clauses_of(question.tree, question.languages, frequency)
            self._exact.append(clauses.exact and bool(clauses.needed))
            yield clauses

    def _ask(self, alert: Alert) -> Asked:
        return asked(alert.query, alert.filters, self._timezone)

    def asked(self, number: int) -> Asked:
        """What the query of this number asks, today."""
        return self._asked[number] or self._ask(self.alerts[number])

    def matches(
        self, snapshot: Snapshot, segment: Segment, documents: AnyArray
    ) -> Iterator[tuple[int, AnyArray]]:
        """Pairs of a query's number and those of the live ``documents`` (ascending) of a segment of
        ``snapshot`` that match it, as a search finds them."""
        for number, candidates in self._percolator.candidates(segment, documents):
            if self._exact[number]:
                yield number, candidates
                continue
            question = self.asked(number)
            matched = matching_among(
                snapshot, segment, candidates, question.tree, question.languages
            )
            if len(matched):
                yield number, matched


def _frequency(snapshot: Snapshot, clause: Clause) -> int:
    """About how many articles of ``snapshot`` hold a term of ``clause``; of a title at most."""
    if any(term.startswith(tuple(COLUMNS.values())) for term in clause):
        return snapshot.documents
    numbers = (
        (segment, segment.term_number(term.removeprefix(IN_TITLE).decode()))
        for segment in snapshot.segments
        for term in clause
    )
    return sum(segment.document_frequency(number) for segment, number in numbers if number >= 0)


def _has_date(tree: q.Query) -> bool:
    return any(isinstance(leaf, q.NumericRange) for leaf in tree.leaves())
