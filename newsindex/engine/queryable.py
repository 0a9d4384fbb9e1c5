"""What can be asked of articles wherever they are kept: in a folder, in shards of a cluster."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from newsindex.engine.exploring import Exploring
from newsindex.engine.searching import Searching


class Queryable(Searching, Exploring):
    """An index or a collection, as those see it who ask only. A ``with`` block closes it."""

    def close(self) -> None:
        """Let go what is held for the answers; an index in a folder needs none of that."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
