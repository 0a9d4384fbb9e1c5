"""The file of the alerts: their queries and what each has reported, under a checksum and a lock.

``alerts.json`` in the folder of the index is checked JSON (newsindex.index.checked): a list of
objects with ``name``, ``query``, ``filters``, ``added`` (ISO 8601), ``mark`` (articles that arrived
in a segment of this number or a later one were not looked at yet) and ``reported`` (the 64-bit
hashes of the ids that are not to be reported again, little-endian, in Base64).
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import filelock
import numpy as np

from newsindex.engine.filters import Filters
from newsindex.errors import IndexLocked
from newsindex.index.checked import not_ours, read_checked, write_checked
from newsindex.index.files import AnyArray, reported_writing

FILE_NAME = "alerts.json"
_LOCK_NAME = "alerts.lock"
_VERSION = 1
_ADVICE = "remove the file and add the alerts again"


@dataclasses.dataclass(frozen=True, slots=True)
class Alert:
    """A query that is watched: its name, the filters of a search that restrict it (JSON-ready), and
    when it was added (UTC)."""

    name: str
    query: str
    filters: Filters
    added: datetime

    def as_dict(self) -> dict[str, Any]:
        """The alert as JSON-ready values; ``added`` in ISO 8601."""
        return {
            "name": self.name,
            "query": self.query,
            **self.filters,
            "added": self.added.isoformat(timespec="seconds"),
        }


@dataclasses.dataclass(slots=True)
class Watched:
    """An alert and how far it has come: see the module for ``mark``; ``reported`` is ascending."""

    alert: Alert
    mark: int = 0
    reported: AnyArray = dataclasses.field(default_factory=lambda: np.empty(0, np.uint64))

    def report(self, hashes: AnyArray) -> None:
        """Note that the articles whose ids have these hashes need not be reported again."""
        self.reported = np.union1d(self.reported, hashes)


def read_alerts(folder: Path) -> dict[str, Watched]:
    """The alerts of the index in ``folder`` by name, in the order in which they were added.

    Raises IndexCorrupt or IndexVersionError for a file that is not what it should be.
    """
    path = folder / FILE_NAME
    try:
        body = read_checked(path, "alerts", _VERSION, _ADVICE)
        watched = [_watched(entry) for entry in body["entries"]]
    except FileNotFoundError:
        return {}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise not_ours(path, "alerts", error, _ADVICE) from error
    return {each.alert.name: each for each in watched}


def write_alerts(folder: Path, watched: Mapping[str, Watched]) -> None:
    """Replace the alerts of an index, atomically and durably. Raises IndexWriteError."""
    entries = [
        {
            "name": each.alert.name,
            "query": each.alert.query,
            "filters": each.alert.filters,
            "added": each.alert.added.isoformat(),
            "mark": each.mark,
            "reported": base64.b64encode(each.reported.astype("<u8").tobytes()).decode(),
        }
        for each in watched.values()
    ]
    write_checked(folder / FILE_NAME, "alerts", _VERSION, {"entries": entries})


@contextlib.contextmanager
def locked(folder: Path, wait: float) -> Iterator[None]:
    """Hold the alerts of an index, against other processes and threads.

    Raises IndexLocked if they are held by another for longer than ``wait`` seconds.
    """
    lock = filelock.FileLock(folder / _LOCK_NAME, timeout=wait)
    with reported_writing(folder):
        try:
            lock.acquire()
        except filelock.Timeout:
            raise IndexLocked(
                f"{folder}: another process runs or changes the alerts;"
                " wait until it has finished, or give a time to wait"
            ) from None
    try:
        yield
    finally:
        lock.release()


def _watched(entry: dict[str, Any]) -> Watched:
    reported = np.frombuffer(base64.b64decode(entry["reported"], validate=True), dtype="<u8")
    for name in ("name", "query"):
        if not isinstance(entry[name], str):
            raise TypeError(f"{name} {entry[name]!r}")
    return Watched(
        Alert(
            entry["name"],
            entry["query"],
            cast(Filters, dict(entry["filters"])),
            datetime.fromisoformat(entry["added"]),
        ),
        int(entry["mark"]),
        reported.astype(np.uint64),
    )
