"""Actors: holders of parts that live on the machines of a Ray cluster, and outlive who asks them.

Each group of shards has some holders, on different machines where there are as many. Ray starts one
that died again, elsewhere if its machine is gone. Until then the others answer: any holder can
answer for any shards, since all read the same store; those of a group only have them open already.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import importlib
import os
import re
import threading
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from newsindex.cluster.holders import MISSING, Group, Holders, HoldersHere
from newsindex.cluster.holding import Holding, Request
from newsindex.cluster.runtime import LOCAL, NAMESPACE, connected, connection, processors
from newsindex.errors import ClusterBusy, ClusterError, NewsIndexError

# Questions that a holder has at once: those that it works on, and those that wait, too; beyond
# that it says that it is busy. Some more threads are there to say it.
_WORKED_ON, _WAITING, _THREADS = 2, 24, 40
# Parts of a collection, unless a number is asked for: one a processor, but no more than these.
_MOST_PARTS = 64
# Seconds after which another holder of the group is asked as well, whoever answers first, and after
# which anyone is; between looks at who has answered; for which one that died is asked last.
_PATIENCE, _LONG_PATIENCE, _LOOK, _SHUNNED = 1.0, 5.0, 0.2, 5.0
# Seconds in which holders should have opened their shards; those that do not open them when asked.
_LOADING = 60.0
_NAME = re.compile(r"holder-([0-9a-f]{16})-([0-9]+)x([0-9]+)-([0-9]+)")


class Busy:
    """What a holder answers that has too much to do."""


class Late:
    """What a holder answers if there was no time left when its turn came."""


class Holder:
    """The life of a holder: the class of the actor."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._holding = Holding(url)
        self._working = threading.BoundedSemaphore(_WORKED_ON)
        self._lock = threading.Lock()
        self._asked = 0
        self._answered = 0

    def answer(
        self, generation: int, shards: tuple[str, ...], request: Request, seconds: float
    ) -> Any:
        """What a function says of some shards; our own errors are answers."""
        with self._lock:
            if self._asked >= _WORKED_ON + _WAITING:
                return Busy()
            self._asked += 1
        try:
            if not self._working.acquire(timeout=max(0.0, seconds)):
                return Late()
            try:
                return self._holding.answer(generation, shards, request)
            except NewsIndexError as error:
                return error
            finally:
                self._working.release()
        finally:
            with self._lock:
                self._asked -= 1
                self._answered += 1

    def load(self, generation: int, shards: tuple[str, ...]) -> Any:
        """Open some shards, so that the first question does not wait for that."""
        try:
            self._holding.part(generation, shards)
        except NewsIndexError as error:
            return error
        return None

    def status(self) -> dict[str, Any]:
        """What it holds and does, JSON-ready."""
        ray: Any = importlib.import_module("ray")  # there, where this runs
        return {
            "node": ray.util.get_node_ip_address(),
            "node_id": ray.get_runtime_context().get_node_id(),
            "pid": os.getpid(),
            "memory": _resident(),
            "under_way": self._asked,
            "answered": self._answered,
            **self._holding.status(),
        }


def _resident() -> int | None:
    """Bytes of memory that this process has; mapped files among them. None where unknown."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None


class _Layout(NamedTuple):
    """Into how many parts a collection is put, and how many holders each has."""

    parts: int
    replicas: int

    def name(self, url: str, number: int) -> str:
        """The name of a holder."""
        return f"holder-{_digest(url)}-{self.parts}x{self.replicas}-{number}"


def _digest(url: str) -> str:
    return hashlib.blake2b(url.encode(), digest_size=8).hexdigest()


def holders_at(address: str | None, url: str, parts: int | None, replicas: int | None) -> Holders:
    """Those who hold the collection of a store: actors of the cluster at an address, or this
    process for None. Where there are some already, and no numbers are given, it is these."""
    if address is None:
        return HoldersHere(url, parts or 1)
    return RayHolders(address, url, parts, replicas)


@dataclasses.dataclass(slots=True)
class _Asking:
    """One call: which holders were asked, since when the last one has been, and the answer."""

    group: Group
    request: Request
    tried: list[int] = dataclasses.field(default_factory=list)
    since: float = 0.0
    busy: int = 0
    answer: Any = MISSING
    done: bool = False


class RayHolders:
    """Asks actors. A holder that died, or does not answer for a while, is passed over for another
    one that can."""

    def __init__(self, address: str, url: str, parts: int | None, replicas: int | None) -> None:
        self._ray = connection.open(address)
        try:
            self._open(address, url, parts, replicas)
        except BaseException:
            connection.close(self._ray)
            raise

    def _open(self, address: str, url: str, parts: int | None, replicas: int | None) -> None:
        found = None if parts or replicas else _layout_of(self._ray, url)
        layout = found or _Layout(parts or min(processors(self._ray), _MOST_PARTS), replicas or 1)
        self.parts = layout.parts
        self._replicas = layout.replicas
        options: dict[str, Any] = {
            "num_cpus": 0,
            # Ray puts what needs nothing at all anywhere, whatever the strategy says.
            "memory": 1,
            "max_restarts": -1,
            "max_concurrency": _THREADS,
            "namespace": NAMESPACE,
            "get_if_exists": True,
        }
        if address != LOCAL:
            options["lifetime"] = "detached"
        actor = self._ray.remote(Holder)
        places = _places(self._ray, url)
        self._actors = [
            actor.options(
                name=layout.name(url, number),
                scheduling_strategy=places[number % len(places)],
                **options,
            ).remote(url)
            for number in range(layout.parts * layout.replicas)
        ]
        self._own = address == LOCAL
        self._turn = 0
        self._shunned: dict[int, float] = {}

    # Asking

    def answers(
        self, calls: Sequence[tuple[Group, Request]], generation: int, until: float
    ) -> list[Any]:
        asking = [_Asking(group, request) for group, request in calls]
        pending: dict[Any, tuple[_Asking, int]] = {}
        # Replicas take turns.
        self._turn += 1
        for each in asking:
            self._ask(each, generation, until, pending)
        while open_calls := [each for each in asking if not each.done]:
            left = until - time.monotonic()
            if left <= 0:
                break
            look = min(left, _LOOK)
            if pending:
                refs = list(pending)
                enough = min(len(refs), len(open_calls))
                ready, _ = self._ray.wait(refs, num_returns=enough, timeout=look)
            else:
                ready = []
                time.sleep(min(look, 0.05))
            for reference in ready:
                each, holder = pending.pop(reference)
                self._take(each, holder, reference)
            for each in asking:
                self._ask_another(each, generation, until, pending)
        for each in asking:
            if isinstance(each.answer, Exception):
                raise each.answer
        return [each.answer for each in asking]

    def _take(self, each: _Asking, holder: int, reference: Any) -> None:
        """Take in what a holder answered, or that it died."""
        if each.done:
            return
        try:
            answer = self._ray.get(reference)
        except self._ray.exceptions.RayTaskError as error:
            text = " ".join(str(error.cause).split())
            raise ClusterError(f"a holder failed: {text}") from error
        except self._ray.exceptions.RayError:
            # The actor died, or its machine with the answer.
            self._shunned[holder] = time.monotonic()
            each.since = 0.0
            return
        if isinstance(answer, Busy):
            each.busy += 1
            each.since = 0.0
            if each.busy > self._replicas:
                answer = ClusterBusy(
                    f"shards {', '.join(each.group.shards[:3])} ...: busy: their holders have as"
                    " many questions as they take; ask again, or serve with more replicas"
                )
            else:
                return
        each.answer = MISSING if isinstance(answer, Late) else answer
        each.done = True

    def _ask_another(
        self, each: _Asking, generation: int, until: float, pending: dict[Any, Any]
    ) -> None:
        """Ask one more holder, where the last one failed or takes long."""
        waits = any(other is each for other, _ in pending.values())
        patience = _PATIENCE if len(each.tried) < self._replicas else _LONG_PATIENCE
        patient = time.monotonic() - each.since < patience
        if each.done or (waits and (patient or len(each.tried) >= len(self._actors))):
            return
        if waits:
            # The next questions need not find out again.
            self._shunned[each.tried[-1]] = time.monotonic()
        elif len(each.tried) >= len(self._actors):
            each.tried.clear()  # all have failed: perhaps one is back
        self._ask(each, generation, until, pending)

    def _ask(self, each: _Asking, generation: int, until: float, pending: dict[Any, Any]) -> None:
        holder = self._next_holder(each)
        each.tried.append(holder)
        each.since = time.monotonic()
        seconds = until - each.since
        reference = self._actors[holder].answer.remote(
            generation, each.group.shards, each.request, seconds
        )
        pending[reference] = (each, holder)

    def _next_holder(self, each: _Asking) -> int:
        """The holder to ask next: those of the group first, in turn; those that died lately
        last."""
        now = time.monotonic()
        count = len(self._actors)
        first = each.group.number * self._replicas
        own = [first + (self._turn + step) % self._replicas for step in range(self._replicas)]
        others = [(first + step) % count for step in range(self._replicas, count)]
        left = [holder for holder in [*own, *others] if holder not in each.tried]
        return min(left, key=lambda h: now - self._shunned.get(h, -_SHUNNED) < _SHUNNED)

    # Living

    def load(self, groups: Sequence[Group], generation: int) -> None:
        """Have every holder open the shards of its group, as far as they are there. Raises what
        opening raises."""
        loading = [
            self._actors[group.number * self._replicas + replica].load.remote(
                generation, group.shards
            )
            for group in groups
            for replica in range(self._replicas)
        ]
        ready, _ = self._ray.wait(loading, num_returns=len(loading), timeout=_LOADING)
        for reference in ready:
            problem = None
            with contextlib.suppress(self._ray.exceptions.RayError):
                problem = self._ray.get(reference)
            if problem is not None:
                raise problem

    def status(self) -> list[dict[str, Any]]:
        asked = [actor.status.remote() for actor in self._actors]
        ready, _ = self._ray.wait(asked, num_returns=len(asked), timeout=5.0)
        found = []
        for number, reference in enumerate(asked):
            about: dict[str, Any] = {
                "part": number // self._replicas,
                "replica": number % self._replicas,
                "alive": False,
            }
            if reference in ready:
                with contextlib.suppress(self._ray.exceptions.RayError):
                    about.update(self._ray.get(reference), alive=True)
            found.append(about)
        return found

    def close(self) -> None:
        if self._own:
            for actor in self._actors:
                self._ray.kill(actor)
        self._actors = []
        connection.close(self._ray)


def _places(ray: Any, url: str) -> list[Any]:
    """For each machine that works what puts a holder there, or elsewhere once it is gone.

    Holders take them in turn, so that those of one group are on different machines, which Ray's own
    spreading does not see to. Another collection begins with another machine.
    """
    alive = [node for node in ray.nodes() if node["Alive"]]
    # A head that is to do no work says that it has no processor.
    working = [node for node in alive if node["Resources"].get("CPU")] or alive
    nodes = sorted(node["NodeID"] for node in working)
    first = int(_digest(url), 16) % len(nodes)
    strategies = importlib.import_module("ray.util.scheduling_strategies")
    return [
        strategies.NodeAffinitySchedulingStrategy(node, soft=True)
        for node in nodes[first:] + nodes[:first]
    ]


def _named(ray: Any, url: str) -> list[tuple[str, _Layout]]:
    """The names of the holders of a store, and the layout that each belongs to."""
    names = (
        entry["name"]
        for entry in ray.util.list_named_actors(all_namespaces=True)
        if entry["namespace"] == NAMESPACE
    )
    matches = (_NAME.fullmatch(name) for name in names)
    return [
        (match[0], _Layout(int(match[2]), int(match[3])))
        for match in matches
        if match and match[1] == _digest(url)
    ]


def _layout_of(ray: Any, url: str) -> _Layout | None:
    """The layout of the holders that a store has; None if it has none."""
    return max((layout for _, layout in _named(ray, url)), default=None)


def stop(address: str, url: str) -> int:
    """Let the holders of a store on the cluster at an address go; how many there were."""
    with connected(address) as ray:
        names = [name for name, _ in _named(ray, url)]
        for name in names:
            ray.kill(ray.get_actor(name, namespace=NAMESPACE))
        return len(names)
