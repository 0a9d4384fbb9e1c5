"""The runtime: a connection to Ray, loaded only when an address is given, and tasks on it."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from newsindex.cluster.workers import Here, Result, Workers
from newsindex.errors import ClusterError, NewsIndexError

# Ray's own word for a cluster of this machine that lives as long as this process.
LOCAL = "local"
NAMESPACE = "newsindex"
# A task that its machine took down with it is run so many times more.
_RETRIES = 8
# Tasks that wait for each processor of the cluster.
_WAITING = 2


class _Connection:
    """The one connection to Ray that a process has, shared by all who need it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._ours = False

    def open(self, address: str) -> Any:
        """Ray, connected. Raises ClusterError."""
        with self._lock:
            ray = _load(address)
            if not ray.is_initialized():
                _connect(ray, address)
                self._ours = True
            self._users += 1
            return ray

    def close(self, ray: Any) -> None:
        with self._lock:
            self._users -= 1
            if not self._users and self._ours:
                self._ours = False
                ray.shutdown()


connection = _Connection()


def _load(address: str) -> Any:
    """The package. Nothing of what is run is reported to its makers."""
    if address == LOCAL and "ray" not in sys.modules:
        # What makes Ray listen to this machine alone; it is looked at when Ray is loaded.
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # What it would do from some version on it says on stderr, and does not concern us.
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray  # noqa: PLC0415 - of the extra "cluster"
    except ImportError as error:
        raise ClusterError(
            f"a cluster needs Ray, which is missing ({error}); install newsindex[cluster]"
        ) from None
    return ray


def _connect(ray: Any, address: str) -> None:
    own = {"include_dashboard": False} if address == LOCAL else {}
    try:
        ray.init(
            address=address,
            namespace=NAMESPACE,
            log_to_driver=False,
            logging_level=logging.ERROR,
            **own,
        )
    except Exception as error:
        text = " ".join(str(error).split())
        raise ClusterError(
            f"{address}: no Ray cluster could be reached there or started ({text}); expected its"
            " address, host:port, or local"
        ) from error


@contextlib.contextmanager
def connected(address: str) -> Iterator[Any]:
    """Ray, connected to the cluster at ``address``. Raises ClusterError."""
    ray = connection.open(address)
    try:
        yield ray
    finally:
        connection.close(ray)


@contextlib.contextmanager
def workers_at(address: str | None) -> Iterator[Workers]:
    """Those who do the tasks of a build: the cluster at an address, or this process for None."""
    if address is None:
        yield Here()
        return
    with connected(address) as ray:
        yield _RayWorkers(ray)


class _RayWorkers:
    """Does tasks on the machines of a cluster. One that a machine took down with it is run again
    elsewhere."""

    def __init__(self, ray: Any) -> None:
        self._ray = ray
        self._call = ray.remote(_call).options(
            num_cpus=1, max_retries=_RETRIES, scheduling_strategy="SPREAD"
        )

    def share(self, value: Any) -> Any:
        return self._ray.put(value)

    def run(
        self, function: Callable[..., Result], calls: Iterable[tuple[Any, ...]]
    ) -> Iterator[Result]:
        under_way: deque[Any] = deque()
        for arguments in calls:
            under_way.append(self._call.remote(function, *arguments))
            # Machines may have come or gone.
            if len(under_way) >= _WAITING * processors(self._ray):
                yield self._result(under_way.popleft())
        while under_way:
            yield self._result(under_way.popleft())

    def _result(self, reference: Any) -> Any:
        try:
            result = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            text = " ".join(str(error).split())
            raise ClusterError(f"a task failed on the cluster: {text[:500]}") from error
        if isinstance(result, Exception):
            raise result
        return result


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a task does; our own errors are results, since Ray would wrap them."""
    try:
        return function(*arguments)
    except (NewsIndexError, FileNotFoundError) as error:
        return error


def processors(ray: Any) -> int:
    """How many processors the cluster has now."""
    return max(1, int(ray.cluster_resources().get("CPU", 1)))
