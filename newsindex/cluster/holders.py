"""Holders: those who hold the parts of a collection open and answer for them, here or elsewhere."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from typing import Any, Protocol

from newsindex.cluster.collection import Collection
from newsindex.cluster.holding import Holding, Request


@dataclasses.dataclass(frozen=True, slots=True)
class Group:
    """Shards that one holder answers for together, by their names; groups are numbered."""

    number: int
    shards: tuple[str, ...]


# What stands for the answer of a group that there is none of in time.
MISSING = object()


class Holders(Protocol):
    """Answers of groups of shards. ``parts`` is into how many groups the shards are best put."""

    parts: int

    def answers(
        self, calls: Sequence[tuple[Group, Request]], generation: int, until: float
    ) -> list[Any]:
        """What each group answers, or MISSING if it does not before ``until`` (time.monotonic).

        Raises what a function raises, ClusterBusy.
        """

    def load(self, groups: Sequence[Group], generation: int) -> None:
        """Open the shards of all groups, so that the first question does not wait for that. Raises
        IndexCorrupt, IndexNotFound, IndexVersionError, IndexReadError."""

    def status(self) -> list[dict[str, Any]]:
        """What each holder says of itself, JSON-ready."""

    def close(self) -> None: ...


class HoldersHere:
    """Holds all parts in this process; they answer one after another."""

    def __init__(self, url: str, parts: int = 1) -> None:
        self.parts = parts
        self._holding = Holding(url)

    def answers(
        self, calls: Sequence[tuple[Group, Request]], generation: int, until: float
    ) -> list[Any]:
        return [self._answer(group, request, generation, until) for group, request in calls]

    def _answer(self, group: Group, request: Request, generation: int, until: float) -> Any:
        if time.monotonic() > until:
            return MISSING
        answer = self._holding.answer(generation, group.shards, request)
        return answer if time.monotonic() < until else MISSING

    def load(self, groups: Sequence[Group], generation: int) -> None:
        for group in groups:
            self._holding.part(generation, group.shards)

    def status(self) -> list[dict[str, Any]]:
        return []

    def close(self) -> None:
        return


def groups_of(collection: Collection, parts: int) -> list[Group]:
    """The shards of a collection in at most so many groups; at least one.

    Neighbours in time go to different groups: what is asked for most, the latest months, is spread
    over all, and a new month moves no other shard.
    """
    names = [shard.name for shard in collection.shards]
    count = max(1, min(parts, len(names)))
    return [Group(number, tuple(names[number::count])) for number in range(count)]
