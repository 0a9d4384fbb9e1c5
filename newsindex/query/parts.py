"""Parts: what is searched, as stretches of segments each of which answers for itself.

An index in a folder is one part. Where there are several, on several machines, what is asked of all
of them is a function of a snapshot; its answers are put together by whoever asked. So the same few
functions answer for one part and for many.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, Protocol, Self, TypeVar

from whoosh import query as q

from newsindex.index.snapshot import Snapshot
from newsindex.query.leaves import Word
from newsindex.query.statistics import Statistics

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class Parts(Protocol):
    """What is searched. ``timezone`` is the IANA name of the zone in which days begin."""

    @property
    def documents(self) -> int:
        """Number of live articles in all parts."""

    @property
    def count(self) -> int:
        """Number of the parts."""

    @property
    def timezone(self) -> str: ...

    def ask(
        self,
        function: Callable[Concatenate[Snapshot, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> list[Answer]:
        """What ``function``, a module's own, says of the snapshot of each part."""

    def frequency(self, word: Word) -> int:
        """How many articles of all parts hold a word (see Statistics.frequency)."""

    def within(self, tree: q.Query) -> Self:
        """The parts in which articles may be that match ``tree``; perhaps none."""


class OnePart:
    """A snapshot as the only part."""

    count = 1

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @property
    def documents(self) -> int:
        return self.snapshot.documents

    @property
    def timezone(self) -> str:
        return self.snapshot.manifest.timezone

    def ask(
        self,
        function: Callable[Concatenate[Snapshot, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> list[Answer]:
        return [function(self.snapshot, *args, **kwargs)]

    def frequency(self, word: Word) -> int:
        return Statistics.of(self.snapshot).frequency(word)

    def within(self, tree: q.Query) -> Self:
        return self


def frequencies(parts: Parts, keys: Sequence[str]) -> dict[str, int]:
    """Number of articles that hold each key, or, behind a blank, name an entity."""
    counted = parts.ask(_document_frequencies, list(keys))
    return {key: sum(counts) for key, counts in zip(keys, zip(*counted, strict=True), strict=True)}


def _document_frequencies(snapshot: Snapshot, keys: Sequence[str]) -> list[int]:
    counts = [0] * len(keys)
    for segment in snapshot.segments:
        for place, key in enumerate(keys):
            number = segment.term_number(key)
            if number >= 0:
                counts[place] += segment.document_frequency(number)
    return counts
