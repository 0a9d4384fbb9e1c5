"""Alerts as their users see them: add, list, remove, and run over what was committed since."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Unpack

import numpy as np
import orjson

from newsindex.alerts.matches import Matches, fresh_documents
from newsindex.alerts.plan import Plan
from newsindex.alerts.seen import Seen
from newsindex.alerts.store import Alert, Stored, Watched, locked, write_alerts
from newsindex.arguments import require_text
from newsindex.engine.filters import Asked, Filters, asked
from newsindex.engine.index import Index
from newsindex.engine.parts import damage_reported, highlighter_of
from newsindex.errors import InvalidArgument
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.ordering import RankedDocument
from newsindex.query.search import matching
from newsindex.results import Hit, make_hit
from newsindex.results.highlight import Highlighter

_LONGEST_NAME = 200


@dataclasses.dataclass(frozen=True)
class AlertMatch:
    """An article that newly matches an alert: the alert's name, and the article's id."""

    alert: str
    id: str
    _make_hit: Callable[[], Hit] = dataclasses.field(repr=False, compare=False)

    @functools.cached_property
    def hit(self) -> Hit:
        """The hit a search would give, made when it is first asked for; its score is 0.0, for
        matches are in the order of their dates."""
        return self._make_hit()

    def as_dict(self) -> dict[str, Any]:
        """The match as JSON-ready values: the hit with the name of the alert before it."""
        return {"alert": self.alert, **self.hit.as_dict()}


class Alerts:
    """The alerts of the index in the folder ``path``; they are kept beside it, in
    ``alerts.json``, and what they have reported in ``alerts.seen``.

    Raises what `Index.open` raises; every method may raise IndexCorrupt or IndexVersionError for a
    damaged file of alerts, and those that change it IndexLocked (where another process holds the
    alerts for longer than ``wait`` seconds) and IndexWriteError.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        index = Index.open(path)
        self._timezone = index.timezone
        self._entities = bool(index.extractor)
        self._plan: Plan | None = None
        self._stored = Stored(self.path)

    @property
    def timezone(self) -> str:
        """IANA name of the time zone of the index."""
        return self._timezone

    def __iter__(self) -> Iterator[Alert]:
        """The alerts, in the order in which they were added."""
        return iter([each.alert for each in self._stored.read().values()])

    def __len__(self) -> int:
        return len(self._stored.read())

    def add(
        self,
        name: str,
        query: str,
        *,
        existing: bool = False,
        replace: bool = False,
        wait: float = 0.0,
        **filters: Unpack[Filters],
    ) -> Asked:
        """Watch ``query``, restricted by ``filters`` as a search is, under a name.

        Articles that match already are not reported, unless ``existing``: then the first run
        reports them too. Returns what is asked of each article, with the ``diagnostics`` of the
        query. Raises InvalidArgument for a date that is none, a name that is empty, longer than
        200 characters or not printable, or one that another alert has, unless ``replace``.
        """
        (result,) = self.add_many(
            [(name, query, filters)], existing=existing, replace=replace, wait=wait
        )
        if isinstance(result, Exception):
            raise result
        return result

    def add_many(
        self,
        alerts: Iterable[tuple[str, str, Filters]],
        *,
        existing: bool = False,
        replace: bool = False,
        wait: float = 0.0,
    ) -> list[Asked | InvalidArgument]:
        """Add alerts given by name, query and filters, all at once. Returns for each what `add`
        returns, or the error for which it was left out."""
        results: list[Asked | InvalidArgument] = []
        with locked(self.path, wait):
            watched = self._stored.read()
            numbers = _numbers(watched.values())
            seen = Seen.read(self.path)
            seen.keep_only(numbers)
            number = int(numbers.max(initial=0))
            snapshot = Snapshot.open(self.path)
            found: list[tuple[AnyArray, AnyArray]] = []
            mark = 0 if existing else snapshot.manifest.next_file
            for name, query, filters in alerts:
                try:
                    _check_name(name, () if replace else watched)
                    require_text("query", query)
                    plain = _json_ready(filters)
                    question = asked(query, plain, self._timezone, entities=self._entities)
                except (InvalidArgument, TypeError) as error:
                    results.append(InvalidArgument(str(error)))
                    continue
                number += 1
                watched[name] = Watched(Alert(name, query, plain, datetime.now(UTC)), number, mark)
                if not existing:
                    for hashes in _matching_already(snapshot, question):
                        found.append((np.full(len(hashes), number, np.uint32), hashes))
                results.append(question)
            if any(isinstance(result, Asked) for result in results):
                seen.report([owners for owners, _ in found], [hashes for _, hashes in found])
                # In this order: what is seen by an alert that is not there does no harm.
                seen.write(self.path)
                write_alerts(self.path, watched)
        return results

    def remove(self, *names: str, wait: float = 0.0) -> list[str]:
        """Forget alerts, and what they reported; the names among ``names`` that were there."""
        with locked(self.path, wait):
            watched = self._stored.read()
            known = [name for name in dict.fromkeys(names) if watched.pop(name, None) is not None]
            if known:
                write_alerts(self.path, watched)
        return known

    def run(self, *names: str, updates: bool = False, wait: float = 0.0) -> Iterator[AlertMatch]:
        """What is new to the alerts of these names (all, if there are none) since their last run:
        alert by alert in the order in which they were added, the newest article first.

        An article is reported once by each alert, whatever its date; a later version of it is
        reported if none was before, or with ``updates`` again. Only when the last match was taken
        is it noted that they were reported: a loop that is broken off, or killed, finds the same
        again. Raises InvalidArgument for a name that there is none of.
        """
        with locked(self.path, wait):
            watched = self._stored.read()
            for name in names:
                if name not in watched:
                    raise InvalidArgument(f"{self.path}: there is no alert called {name!r}")
            snapshot = Snapshot.open(self.path)
            chosen = [watched[name] for name in dict.fromkeys(names)] or list(watched.values())
            seen = Seen.read(self.path)
            numbers = _numbers(chosen)
            marks = seen.marks_of(numbers, np.array([each.mark for each in chosen], np.int64))
            new = Matches(seen, numbers)
            with damage_reported(snapshot):
                self._find(snapshot, chosen, marks, new)
                yield from self._reported(new, chosen, updates)
            if np.any(marks != snapshot.manifest.next_file):
                new.note()
                seen.advance(numbers, snapshot.manifest.next_file)
                seen.write(self.path)

    def _find(
        self, snapshot: Snapshot, chosen: list[Watched], marks: AnyArray, new: Matches
    ) -> None:
        """Put into ``new`` what the chosen alerts, with these marks, have not looked at and what
        matches them."""
        least = int(marks.min(initial=snapshot.manifest.next_file))
        fresh = [(segment, fresh_documents(segment, least)) for segment in snapshot.segments]
        if not any(len(documents) for _, documents in fresh):
            return
        plan = self._plan_of(snapshot, [each.alert for each in chosen])
        later = set(np.flatnonzero(marks > least).tolist())
        for segment, documents in fresh:
            if not len(documents):
                continue
            new.start(segment, documents)
            for which, matched in plan.matches(snapshot, segment, documents):
                is_new = segment.arrival[matched] >= marks[which] if which in later else slice(None)
                new.add(which, matched[is_new])

    def _reported(self, new: Matches, chosen: list[Watched], updates: bool) -> Iterator[AlertMatch]:
        plan = self._plan
        for which, rows in new.by_alert(updates=updates):
            if plan is None:  # there are no rows without one
                return
            name, hit = chosen[which].alert.name, _HitsOf(functools.partial(plan.asked, which))
            for segment, document, identifier in rows:
                yield AlertMatch(name, identifier, functools.partial(hit.of, segment, document))

    def _plan_of(self, snapshot: Snapshot, alerts: list[Alert]) -> Plan:
        """The plan for these alerts: that of the last run, if they are the same."""
        if self._plan is None or self._plan.alerts != alerts:
            self._plan = Plan(snapshot, alerts)
        return self._plan


class _HitsOf:
    """Makes the hits of one alert, with its highlighting."""

    def __init__(self, asks: Callable[[], Asked]) -> None:
        self._asks = asks

    @functools.cached_property
    def _highlighter(self) -> Highlighter:
        return highlighter_of(self._asks())

    def of(self, segment: Segment, document: int) -> Hit:
        return make_hit(RankedDocument(segment, document, 0.0), self._highlighter)


def _numbers(watched: Iterable[Watched]) -> AnyArray:
    return np.array([each.number for each in watched], dtype=np.uint32)


def _matching_already(snapshot: Snapshot, question: Asked) -> Iterator[AnyArray]:
    """The hashes of the ids of articles that match, segment by segment."""
    with damage_reported(snapshot):
        for segment, documents in matching(snapshot, question.tree, question.languages):
            yield segment.hashes_of_all()[documents]


def _check_name(name: str, taken: Iterable[str]) -> None:
    if not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise InvalidArgument(
            f"the name of an alert must be 1 to {_LONGEST_NAME} printable characters,"
            f" found {name!r}"
        )
    if name in taken:
        raise InvalidArgument(
            f"there is an alert called {name!r} already; remove it, or add with --replace"
        )


def _json_ready(filters: Mapping[str, Any]) -> Filters:
    """Filters as JSON keeps them: dates in ISO 8601, names in lists; those that say nothing out."""
    if "now" in filters:
        raise InvalidArgument("an alert is asked anew at each run; its now cannot be given")
    plain = {
        name: value.isoformat()
        if isinstance(value, date)
        else value
        if isinstance(value, (str, bool, int, float)) or value is None
        else list(value)
        for name, value in filters.items()
    }
    kept = {n: v for n, v in plain.items() if v not in (None, [], ()) and (n, v) != ("cross", True)}
    return orjson.loads(orjson.dumps(kept))  # type: ignore[no-any-return]  # the same keys
