"""Workers: what does the tasks of a build, this process or the machines of a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, TypeVar

Result = TypeVar("Result")


class Workers(Protocol):
    """Does tasks: calls of functions of modules, which may be made twice."""

    def share(self, value: Any) -> Any:
        """What to give as an argument to many calls instead of ``value``."""

    def run(
        self, function: Callable[..., Result], calls: Iterable[tuple[Any, ...]]
    ) -> Iterator[Result]:
        """The results of a function called with each of these arguments, in their order; no more
        are taken than are under way."""


class Here:
    """Does tasks in this process, one after another."""

    def share(self, value: Any) -> Any:
        return value

    def run(
        self, function: Callable[..., Result], calls: Iterable[tuple[Any, ...]]
    ) -> Iterator[Result]:
        for arguments in calls:
            yield function(*arguments)
