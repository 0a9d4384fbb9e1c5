"""Comparing: the reprints among what a writer has not committed yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from newsindex.index.files import AnyArray
from newsindex.index.manifest import Manifest
from newsindex.index.reprints import Pairs, open_reprints, updated_pairs
from newsindex.index.segment import Segment


class Comparing:
    """Which segments have articles that were not compared with others yet, the hashes of the ids of
    those that are gone, and the pairs of reprints found since the last commit."""

    def __init__(self) -> None:
        self._new: set[str] = set()
        self._gone: list[AnyArray] = []
        self.pairs: Pairs | None = None  # if they are not those of the last commit

    def add(self, segment: Segment) -> None:
        """The articles of a segment are new."""
        self._new.add(segment.entry.name)

    def remove(self, hashes: AnyArray) -> None:
        """The articles with these hashes of their ids are deleted or replaced."""
        self._gone.append(hashes)

    def replace(self, names: set[str], merged: Segment) -> None:
        """A segment came in the place of those that it was made of."""
        if names & self._new:
            self._new = (self._new - names) | {merged.entry.name}

    def find(self, folder: Path, manifest: Manifest, segments: Sequence[Segment]) -> None:
        """Compare what is new with all articles of ``segments``; ``manifest`` is that of the last
        commit."""
        pairs = self.pairs
        if pairs is None:
            pairs = Pairs.read(open_reprints(folder, manifest))
        found = updated_pairs(pairs, self._gone, segments, self._new)
        self.pairs = self.pairs if found is None else found
        self._new, self._gone = set(), []
