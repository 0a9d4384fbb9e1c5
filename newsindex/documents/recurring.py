"""Lines that the pages of one run share: menus, footers, the same list of the latest news.

A line that stands on many pages is furniture by evidence, whatever it says. The pages are gone
through twice: first every line is counted (here), then the pages are read, and a line's count is
one more thing that the judge knows of it. The count of a line is the number of pages it stands on;
the order of the pages does not matter, nor does who reads them. Beyond _IN_MEMORY lines the counts
are kept in temporary files, parted by hash, so memory stays bounded.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np
import numpy.typing as npt

from newsindex.documents.opening import fold

RECURS_FROM = 3  # pages
FEWEST_PAGES = 4  # of a run; fewer prove nothing
_IN_MEMORY = 4 << 20  # hashes of lines, 8 bytes each
_PARTS = 64

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class RecurringLines:
    """The lines that stand on RECURS_FROM pages or more: their hashes in order, and on how many of
    the ``pages`` that were looked at each stands."""

    hashes: Hashes
    counts: npt.NDArray[np.uint32]
    pages: int

    def counts_of(self, keys: Sequence[str]) -> list[int]:
        """On how many pages each line stands, given folded (opening.fold); 0 where on too few."""
        if not len(self.hashes) or not keys:
            return [0] * len(keys)
        wanted = np.array([_hash(key) for key in keys], dtype=np.uint64)
        at = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        found = np.where(self.hashes[at] == wanted, self.counts[at], 0)
        return [int(count) for count in found]


class LineCounter:
    """Counts on how many pages each line stands."""

    def __init__(self) -> None:
        self.pages = 0
        self._waiting: list[Hashes] = []
        self._size = 0
        self._files: list[IO[bytes]] = []

    def add(self, lines: Iterable[str]) -> None:
        """Count the lines of one page, each once."""
        keys = {fold(line) for line in lines}
        hashes = np.array([_hash(key) for key in keys if len(key) > 1], dtype=np.uint64)
        self.pages += 1
        self._waiting.append(hashes)
        self._size += len(hashes)
        if self._size >= _IN_MEMORY:
            self._spill()

    def finish(self) -> RecurringLines:
        """What was counted; nothing if the pages were fewer than FEWEST_PAGES. Ends the counter."""
        if self.pages < FEWEST_PAGES:
            return RecurringLines(np.empty(0, np.uint64), np.empty(0, np.uint32), self.pages)
        if self._files:
            self._spill()
            parts = [_counted(_contents(file)) for file in self._files]
            for file in self._files:
                file.close()
        else:
            parts = [_counted(np.concatenate(self._waiting))]
        hashes, counts = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return RecurringLines(hashes, counts, self.pages)

    def _spill(self) -> None:
        if not self._waiting:
            return
        if not self._files:
            # closed by finish
            self._files = [tempfile.TemporaryFile() for _ in range(_PARTS)]  # noqa: SIM115
        hashes = np.sort(np.concatenate(self._waiting))
        shift = np.uint64(64 - (_PARTS - 1).bit_length())
        # the parts are in the order of their hashes, so that what they give can be joined
        cuts = np.searchsorted(hashes >> shift, np.arange(1, _PARTS, dtype=np.uint64))
        for file, part in zip(self._files, np.split(hashes, cuts), strict=True):
            file.write(part.tobytes())
        self._waiting, self._size = [], 0


def _contents(file: IO[bytes]) -> Hashes:
    file.seek(0)
    return np.frombuffer(file.read(), dtype=np.uint64)


def _counted(hashes: Hashes) -> tuple[Hashes, npt.NDArray[np.uint32]]:
    found, counts = np.unique(hashes, return_counts=True)
    often = counts >= RECURS_FROM
    return found[often], counts[often].astype(np.uint32)


def _hash(key: str) -> int:
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")
