"""Searching a collection: the interface of an index, answered by those who hold its shards."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from newsindex.cluster.actors import holders_at
from newsindex.cluster.collection import Collection, read_collection
from newsindex.cluster.holders import groups_of
from newsindex.cluster.spread import Spread
from newsindex.cluster.store import open_store
from newsindex.engine.exploring import Exploring
from newsindex.engine.parts import Searched
from newsindex.engine.queryable import Queryable
from newsindex.engine.searching import Searching
from newsindex.errors import ClusterBusy, InvalidArgument
from newsindex.query import Diagnostic

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")
Method = Callable[Concatenate["Searcher", Arguments], Result]


def _one_question(
    method: Callable[Concatenate[Any, Arguments], Result],
) -> Method[Arguments, Result]:
    """A method of an index, asked as one question: all of it within the limit of time, and marked
    with the shards that are missing, where the result can be."""

    @functools.wraps(method)
    def asked(self: Any, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with self._question(partly=True) as question:
            result = method(self, *args, **kwargs)
            missing = question.missing_shards()
            return _marked(result, missing, question.collection) if missing else result

    return asked


def _marked(result: Any, missing: tuple[str, ...], collection: Collection) -> Any:
    """A result with the shards that did not answer, for programs and for people."""
    names = f"{', '.join(missing[:3])}{' ...' if len(missing) > 3 else ''}"
    message = (
        f"{len(missing)} of {len(collection.shards)} shards ({names}) did not answer in time: this"
        " is what the others know"
    )
    diagnostics = (*result.diagnostics, Diagnostic(0, 0, message))
    return dataclasses.replace(result, missing=missing, diagnostics=diagnostics)


def _whole(method: Method[Arguments, Result]) -> Method[Arguments, Result]:
    """A method of an index, asked as one question that all shards must answer."""

    @functools.wraps(method)
    def asked(self: Any, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with self._question(partly=False):
            return method(self, *args, **kwargs)

    return asked


class Searcher(Queryable):
    """A collection, searched as an `Index` is: the same methods, the same results.

    ``address`` is that of a Ray cluster, "local" for one on this machine, None for this process;
    ``store`` where the collection is (see `build`). The shards are put into ``parts`` groups (by
    default one a processor of the cluster), each held open by ``replicas`` holders (by default
    one) on different machines, which outlive this value on a cluster that has an address: there,
    without these numbers, those are asked that there are. A question is to be
    answered within ``limit`` seconds: of what was not, results name the shards (``missing``), and
    methods whose results cannot name them raise ClusterError, as do streams. More than ``queries``
    questions at once raise ClusterBusy.

    A Searcher reads one state until `refresh`; it may be shared between threads. Close it, or use
    it in a ``with`` block.
    """

    def __init__(
        self,
        address: str | None,
        store: str | Path,
        *,
        parts: int | None = None,
        replicas: int | None = None,
        limit: float = 30.0,
        queries: int = 64,
    ) -> None:
        numbers = (parts, replicas, queries)
        if limit <= 0 or any(number is not None and number < 1 for number in numbers):
            raise InvalidArgument(
                "parts, replicas and queries must be 1 or more and limit above 0, found"
                f" {parts}, {replicas}, {queries} and {limit}"
            )
        self._store = open_store(store)
        self.place = self._store.url
        collection = read_collection(self._store)
        self._limit = limit
        self._queries = queries
        self._free = threading.BoundedSemaphore(queries)
        self._asking = threading.local()
        self._holders = holders_at(address, self._store.url, parts, replicas)
        try:
            self._spread = self._spread_of(collection)
        except BaseException:
            self._holders.close()
            raise

    def _spread_of(self, collection: Collection) -> Spread:
        groups = groups_of(collection, self._holders.parts)
        self._holders.load(groups, collection.generation)
        return Spread(collection, groups, self._holders, self._limit)

    @property
    def _parts(self) -> Searched:  # type: ignore[override]
        question: Spread | None = getattr(self._asking, "question", None)
        return question or self._spread

    @contextlib.contextmanager
    def _question(self, *, partly: bool) -> Iterator[Spread]:
        """One question of this thread; within it, a further one is a part of it."""
        current: Spread | None = getattr(self._asking, "question", None)
        if current is not None:
            yield current
            return
        if not self._free.acquire(blocking=False):
            raise ClusterBusy(
                f"{self.place}: busy: {self._queries} questions are being answered; ask again"
            )
        try:
            self._asking.question = question = self._spread.question(partly=partly)
            yield question
        finally:
            self._asking.question = None
            self._free.release()

    @property
    def collection(self) -> Collection:
        """The state that is read."""
        return self._spread.collection

    def refresh(self) -> bool:
        """Read the newest state from now on; whether it is another one."""
        newest = read_collection(self._store)
        changed = newest.generation != self._spread.generation
        if changed:
            self._spread = self._spread_of(newest)
        return changed

    search = _one_question(Searching.search)
    similar = _one_question(Searching.similar)
    facets = _one_question(Exploring.facets)
    timeline = _one_question(Exploring.timeline)
    terms = _one_question(Exploring.terms)
    entities = _one_question(Exploring.entities)
    suggest = _whole(Exploring.suggest)
    duplicates = _whole(Exploring.duplicates)
    record = _whole(Searching.record)
    stats = _whole(Searching.stats)

    def holders(self) -> list[dict[str, Any]]:
        """What each holder says of itself, JSON-ready: its ``part`` and ``replica``, whether it is
        ``alive``, and if so its machine, memory, what it has open and what it does. None without a
        cluster."""
        return self._holders.status()

    def close(self) -> None:
        """Let the holders of this value go; those of a cluster that has an address stay."""
        self._holders.close()
