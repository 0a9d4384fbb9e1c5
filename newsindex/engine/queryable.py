"""What can be asked of articles wherever they are kept: in a folder, in shards of a cluster."""

from __future__ import annotations

from newsindex.engine.exploring import Exploring
from newsindex.engine.searching import Searching


class Queryable(Searching, Exploring):
    """An index or a collection, as those see it who ask only."""

    def close(self) -> None:
        """Let go what is held for the answers; an index in a folder needs none of that."""
