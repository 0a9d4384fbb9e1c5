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

from newsindex.alerts.plan import Plan
from newsindex.alerts.store import Alert, Watched, locked, read_alerts, write_alerts
from newsindex.engine.filters import Asked, Filters, asked
from newsindex.engine.index import Index
from newsindex.engine.parts import damage_reported
from newsindex.errors import InvalidArgument
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.search import RankedDocument, matching
from newsindex.results import Hit, make_hit
from newsindex.results.highlight import Highlighter, patterns_of

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


@dataclasses.dataclass(frozen=True, slots=True)
class _Found:
    """New documents of a segment, and the hashes of their ids."""

    segment: Segment
    documents: AnyArray
    hashes: AnyArray


class Alerts:
    """The alerts of the index in the folder ``path``; they are kept beside it, in ``alerts.json``.

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

    def __iter__(self) -> Iterator[Alert]:
        """The alerts, in the order in which they were added."""
        return iter([each.alert for each in read_alerts(self.path).values()])

    def __len__(self) -> int:
        return len(read_alerts(self.path))

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
            watched = read_alerts(self.path)
            snapshot = Snapshot.open(self.path)
            for name, query, filters in alerts:
                try:
                    _check_name(name, () if replace else watched)
                    plain = _json_ready(filters)
                    question = asked(query, plain, self._timezone, entities=self._entities)
                except (InvalidArgument, TypeError) as error:
                    results.append(InvalidArgument(str(error)))
                    continue
                alert = Alert(name, query, plain, datetime.now(UTC))
                watched[name] = new = Watched(alert)
                if not existing:
                    new.mark = snapshot.manifest.next_file
                    with damage_reported(snapshot):
                        found = matching(snapshot, question.tree, question.languages)
                        for segment, documents in found:
                            new.report(segment.hashes_of_all()[documents])
                results.append(question)
            if any(isinstance(result, Asked) for result in results):
                write_alerts(self.path, watched)
        return results

    def remove(self, *names: str, wait: float = 0.0) -> list[str]:
        """Forget alerts, and what they reported; the names among ``names`` that were there."""
        with locked(self.path, wait):
            watched = read_alerts(self.path)
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
            watched = read_alerts(self.path)
            for name in names:
                if name not in watched:
                    raise InvalidArgument(f"{self.path}: there is no alert called {name!r}")
            snapshot = Snapshot.open(self.path)
            chosen = [watched[name] for name in dict.fromkeys(names)] or list(watched.values())
            with damage_reported(snapshot):
                yield from self._new(snapshot, chosen, updates)
            for each in chosen:
                each.mark = snapshot.manifest.next_file
            if chosen:
                write_alerts(self.path, watched)

    def _new(
        self, snapshot: Snapshot, chosen: list[Watched], updates: bool
    ) -> Iterator[AlertMatch]:
        """The matches of some alerts among the articles that they have not looked at; notes in each
        what it reports."""
        mark = min((each.mark for each in chosen), default=0)
        fresh = [(segment, _fresh(segment, mark)) for segment in snapshot.segments]
        if not any(len(documents) for _, documents in fresh):
            return
        plan = self._plan_of(snapshot, [each.alert for each in chosen])
        found: dict[int, list[_Found]] = {}
        for segment, documents in fresh:
            hashes = segment.hashes_of_all() if len(documents) else documents
            for number, matched in plan.matches(snapshot, segment, documents):
                each = chosen[number]
                new = (
                    matched[segment.arrival[matched] >= each.mark] if each.mark > mark else matched
                )
                if not updates and len(each.reported):
                    new = new[~np.isin(hashes[new], each.reported)]
                if len(new):
                    found.setdefault(number, []).append(_Found(segment, new, hashes[new]))
        for number in sorted(found):
            each = chosen[number]
            yield from _matches(
                each.alert.name, functools.partial(plan.asked, number), found[number]
            )
            for some in found[number]:
                each.report(some.hashes)

    def _plan_of(self, snapshot: Snapshot, alerts: list[Alert]) -> Plan:
        """The plan for these alerts: that of the last run, if they are the same."""
        if self._plan is None or self._plan.alerts != alerts:
            self._plan = Plan(snapshot, alerts)
        return self._plan


def _matches(name: str, asks: Callable[[], Asked], found: list[_Found]) -> Iterator[AlertMatch]:
    """The matches of one alert, the newest first, as a search lists them."""

    @functools.cache
    def highlighter() -> Highlighter:
        question = asks()
        return Highlighter(patterns_of(question.tree, question.languages))

    newest_first = sorted(
        (
            (published, number, some.segment, document)
            for some in found
            for published, number, document in zip(
                some.segment.published[some.documents].tolist(),
                some.hashes.tolist(),
                some.documents.tolist(),
                strict=True,
            )
        ),
        key=lambda entry: entry[:2],
        reverse=True,
    )
    for _, _, segment, document in newest_first:
        yield AlertMatch(
            name,
            segment.ids[document].decode(),
            lambda segment=segment, document=document: make_hit(  # type: ignore[misc]
                RankedDocument(segment, document, 0.0), highlighter()
            ),
        )


def _fresh(segment: Segment, mark: int) -> AnyArray:
    """The live documents of a segment that arrived in segment ``mark`` or later, ascending."""
    documents = np.flatnonzero(segment.arrival >= mark)
    if segment.live is not None:
        documents = documents[segment.live[documents]]
    return documents.astype(segment.docids.dtype)


def _check_name(name: str, taken: Iterable[str]) -> None:
    if not name.strip() or not name.isprintable() or len(name) > _LONGEST_NAME:
        raise InvalidArgument(
            f"the name of an alert must be 1 to {_LONGEST_NAME} printable characters,"
            f" found {name!r}"
        )
    if name in taken:
        raise InvalidArgument(
            f"there is an alert called {name!r} already; remove it, or ask to replace it"
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
