"""A Ray cluster of three nodes within this machine, on its loopback address, for tests."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# Nothing is reported to anybody.
os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"
# No token is looked for, or written, in a home.
os.environ["RAY_AUTH_MODE"] = "disabled"
# Otherwise what else the machine does comes first.
os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 - spelled so
# All of it listens to this machine alone.
os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
NODE = {"num_cpus": 1, "object_store_memory": 80 << 20}


class Nodes:
    """The nodes of the cluster: ``address`` is where it is reached; all but the first may die."""

    def __init__(self, cluster: Any) -> None:
        self._cluster = cluster
        self.address: str = cluster.address
        self._others: list[Any] = []
        self.complete()

    def kill_one(self) -> str:
        """One node loses its power: all its processes are killed. The id that it had."""
        gone = self._others.pop(0)
        self._cluster.remove_node(gone, allow_graceful=False)
        node_id: str = gone.node_id
        return node_id

    def complete(self) -> None:
        """Replace the nodes that are gone."""
        while len(self._others) < 2:
            self._others.append(patiently(self._cluster.add_node, **NODE))


def patiently(start: Callable[..., Any], **arguments: Any) -> Any:
    """Start a node; Ray gives up after half a minute, which a busy machine may take."""
    for _ in range(3):
        try:
            return start(**arguments)
        except Exception as error:
            if "timed out" not in str(error):
                raise
    return start(**arguments)


@pytest.fixture(scope="module")
def nodes() -> Iterator[Nodes]:
    pytest.importorskip("ray", reason="Ray (newsindex[cluster]) is not installed")
    from ray.cluster_utils import Cluster

    with warnings.catch_warnings():
        # Ray leaves files and processes to the garbage collector.
        warnings.simplefilter("ignore")
        head = {**NODE, "include_dashboard": False}
        cluster = patiently(Cluster, initialize_head=True, head_node_args=head)
        try:
            yield Nodes(cluster)
        finally:
            with contextlib.suppress(Exception):
                cluster.shutdown()
