"""The runtime: Ray, which places tasks and holders, and is loaded only when an address is given."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from newsindex.cluster.holders import Holders, HoldersHere
from newsindex.cluster.workers import Here, Workers
from newsindex.errors import ClusterError


@contextlib.contextmanager
def workers_at(address: str | None) -> Iterator[Workers]:
    """Those who do the tasks of a build: the cluster at an address, or this process for None."""
    _only_here(address)
    yield Here()


def holders_at(address: str | None, url: str, parts: int | None, replicas: int) -> Holders:
    """Those who hold the collection of a store: actors of the cluster at an address, or this
    process for None."""
    _only_here(address)
    return HoldersHere(url, parts or 1)


def _only_here(address: str | None) -> None:
    if address is not None:
        raise ClusterError(f"{address}: expected no address; this version builds and searches here")
