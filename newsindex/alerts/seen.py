"""Seen: how far each alert has come, and which articles it has reported.

``alerts.seen`` in the folder of the index is an array file (newsindex.index.files) that each run
replaces, with these arrays:

===============  ======  ===========================================================================
alert            uint32  numbers of alerts (those of alerts.json), ascending
mark             int64   of each: what arrived in a segment of this number or a later one, it has
                         not looked at yet
reported_hash    uint64  hashes of the ids of articles that were reported, ascending
reported_alert   uint32  for each of them the number of the alert that did
===============  ======  ===========================================================================

An alert that is not in it has the mark with which it was added, and has reported nothing: where the
file is lost, alerts report again what came since they were added.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from newsindex.errors import IndexCorrupt
from newsindex.index.beside import SEEN_KIND, SEEN_NAME
from newsindex.index.files import AnyArray, ArrayFile, ArrayFileWriter
from newsindex.index.header import ADVICE

_ADVICE = "remove it, and the alerts report again what came since they were added"


def _none(dtype: type[np.generic]) -> AnyArray:
    return np.empty(0, dtype=dtype)


@dataclasses.dataclass(slots=True)
class Seen:
    """The arrays of the file: of the same length and in the same order are ``alerts`` and
    ``marks``, ``hashes`` and ``owners``."""

    alerts: AnyArray = dataclasses.field(default_factory=lambda: _none(np.uint32))
    marks: AnyArray = dataclasses.field(default_factory=lambda: _none(np.int64))
    hashes: AnyArray = dataclasses.field(default_factory=lambda: _none(np.uint64))
    owners: AnyArray = dataclasses.field(default_factory=lambda: _none(np.uint32))

    @classmethod
    def read(cls, folder: Path) -> Seen:
        """What the alerts of the index in ``folder`` have seen; nothing where there is no file.
        Raises IndexReadError, IndexCorrupt, IndexVersionError."""
        try:
            file = ArrayFile(folder / SEEN_NAME, SEEN_KIND)
            # Copied, for a mapped file cannot be replaced everywhere.
            seen = cls(
                file["alert"].astype(np.uint32),
                file["mark"].astype(np.int64),
                file["reported_hash"].astype(np.uint64),
                file["reported_alert"].astype(np.uint32),
            )
        except FileNotFoundError:
            return cls()
        except IndexCorrupt as error:
            raise IndexCorrupt(str(error).replace(ADVICE, _ADVICE)) from error
        if not seen._fits():
            raise IndexCorrupt(
                f"{file.path}: expected arrays that fit together, found others; {_ADVICE}"
            )
        return seen

    def _fits(self) -> bool:
        return (
            len(self.alerts) == len(self.marks)
            and len(self.hashes) == len(self.owners)
            and bool(np.all(self.alerts[1:] > self.alerts[:-1]))
            and bool(np.all(self.hashes[1:] >= self.hashes[:-1]))
        )

    def write(self, folder: Path) -> None:
        """Replace the file, atomically and durably. Raises IndexWriteError."""
        with ArrayFileWriter(folder / SEEN_NAME, SEEN_KIND) as writer:
            writer.add("alert", self.alerts)
            writer.add("mark", self.marks)
            writer.add("reported_hash", self.hashes)
            writer.add("reported_alert", self.owners)
            writer.finish()

    def marks_of(self, numbers: AnyArray, initial: AnyArray) -> AnyArray:
        """The marks of some alerts; ``initial`` are those with which they were added."""
        place = np.searchsorted(self.alerts, numbers)
        known = place < len(self.alerts)
        known[known] = self.alerts[place[known]] == numbers[known]
        marks: AnyArray = initial.copy()
        marks[known] = self.marks[place[known]]
        return marks

    def advance(self, numbers: AnyArray, mark: int) -> None:
        """Note that some alerts have looked at everything before ``mark``."""
        alerts = np.union1d(self.alerts, numbers).astype(np.uint32)
        marks = np.full(len(alerts), mark, dtype=np.int64)
        marks[np.searchsorted(alerts, self.alerts)] = self.marks
        marks[np.searchsorted(alerts, numbers)] = mark
        self.alerts, self.marks = alerts, marks

    def reported_by(self, hashes: AnyArray) -> dict[int, AnyArray]:
        """By the numbers of alerts, which of the articles with these hashes they have reported:
        indexes into ``hashes``."""
        first = np.searchsorted(self.hashes, hashes, side="left")
        stop = np.searchsorted(self.hashes, hashes, side="right")
        found: dict[int, list[int]] = {}
        for index in np.flatnonzero(stop > first).tolist():
            for owner in self.owners[first[index] : stop[index]].tolist():
                found.setdefault(owner, []).append(index)
        return {owner: np.array(indexes) for owner, indexes in found.items()}

    def report(self, numbers: Sequence[AnyArray], hashes: Sequence[AnyArray]) -> None:
        """Note that alerts of these numbers have reported the articles with these hashes."""
        if not hashes:
            return
        new, owners = np.concatenate(hashes), np.concatenate(numbers).astype(np.uint32)
        order = np.argsort(new, kind="stable")
        place = np.searchsorted(self.hashes, new[order])
        self.hashes = np.insert(self.hashes, place, new[order])
        self.owners = np.insert(self.owners, place, owners[order])

    def keep_only(self, numbers: AnyArray) -> None:
        """Forget all other alerts than those of these numbers."""
        kept = np.isin(self.alerts, numbers)
        self.alerts, self.marks = self.alerts[kept], self.marks[kept]
        kept = np.isin(self.owners, numbers)
        self.hashes, self.owners = self.hashes[kept], self.owners[kept]
