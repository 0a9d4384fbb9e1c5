"""Watching: which files below some folders are new or have changed, and have settled since.

By looking again and again: what an operating system reports of changes does not reach a computer
that has the folder over a network, and on a local disk it saves little.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from newsindex.documents import find_files
from newsindex.model import Skipped

_State = tuple[int, int]


class Watcher:
    """Looks through ``sources`` (as find_files does) at each `poll`."""

    def __init__(self, sources: Iterable[str | Path]) -> None:
        self._sources = list(sources)
        self._seen: dict[Path, _State] = {}
        self._told: dict[Path, _State] = {}
        self._skipped: set[Skipped] = set()
        self._states()
        self._told = dict(self._seen)

    def poll(self) -> tuple[list[Path], list[Skipped]]:
        """The files that are new or changed since they were told of and have been as they are now
        at the last poll too (whoever writes them has finished), and what cannot be read, once."""
        before = self._seen
        skipped = self._states()
        settled = [
            path
            for path, state in self._seen.items()
            if before.get(path) == state != self._told.get(path)
        ]
        # A file that is gone and comes again is new.
        self._told = {path: state for path, state in self._told.items() if path in self._seen}
        self._told.update((path, self._seen[path]) for path in settled)
        return settled, skipped

    def again(self, files: Iterable[Path]) -> None:
        """Tell of these files once more: they could not be read."""
        for path in files:
            self._told.pop(path, None)

    def _states(self) -> list[Skipped]:
        """Look at all files; what is skipped and was not before."""
        self._seen, new = {}, []
        for found in find_files(self._sources):
            if isinstance(found, Skipped):
                if found not in self._skipped:
                    self._skipped.add(found)
                    new.append(found)
                continue
            try:
                status = found.stat()
            except OSError:
                continue
            self._seen[found] = (status.st_size, status.st_mtime_ns)
        return new
