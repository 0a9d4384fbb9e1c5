"""The file of the alerts: their queries, under a checksum and a lock.

``alerts.json`` in the folder of the index is checked JSON (newsindex.index.checked): a list of
objects with ``name``, ``query``, ``filters``, ``added`` (ISO 8601), ``number`` (which no other
alert has) and ``mark`` (what arrived in a segment of this number or a later one is new to the alert
until it was run). How far they have come since is kept apart (newsindex.alerts.seen), for that
changes with every run. Format 1 had at first no ``number`` but ``reported``, the articles reported
so far: such alerts are numbered as they stand and go on where they were; only a later version of an
article that they have reported is then reported again.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import filelock

from newsindex.engine.filters import Filters
from newsindex.errors import IndexLocked
from newsindex.index.beside import ALERTS_NAME
from newsindex.index.checked import not_ours, read_checked, write_checked
from newsindex.index.files import reported_writing

_LOCK_NAME = "alerts.lock"
_VERSION, _OLDEST = 2, 1
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


@dataclasses.dataclass(frozen=True, slots=True)
class Watched:
    """An alert, its number and its mark: see the module."""

    alert: Alert
    number: int
    mark: int


def read_alerts(folder: Path) -> dict[str, Watched]:
    """The alerts of the index in ``folder`` by name, in the order in which they were added.

    Raises IndexCorrupt or IndexVersionError for a file that is not what it should be.
    """
    path = folder / ALERTS_NAME
    try:
        body = read_checked(path, "alerts", _VERSION, _ADVICE, oldest=_OLDEST)
        of_old = body["format"] == _OLDEST
        watched = [
            _watched(entry, n if of_old else None) for n, entry in enumerate(body["entries"], 1)
        ]
    except FileNotFoundError:
        return {}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise not_ours(path, "alerts", error, _ADVICE) from error
    return {each.alert.name: each for each in watched}


class Stored:
    """The alerts of the index in ``folder``, read again only when their file has been replaced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._state: tuple[int, int, int] | None = None
        self._alerts: dict[str, Watched] = {}

    def read(self) -> dict[str, Watched]:
        """What `read_alerts` gives; the caller may change it."""
        try:
            status = (self._folder / ALERTS_NAME).stat()
        except OSError:
            return read_alerts(self._folder)
        state = (status.st_ino, status.st_mtime_ns, status.st_size)
        if state != self._state:
            self._alerts = read_alerts(self._folder)
            self._state = state
        return dict(self._alerts)


def write_alerts(folder: Path, watched: Mapping[str, Watched]) -> None:
    """Replace the alerts of an index, atomically and durably. Raises IndexWriteError."""
    entries = [
        {
            "name": each.alert.name,
            "query": each.alert.query,
            "filters": each.alert.filters,
            "added": each.alert.added.isoformat(),
            "number": each.number,
            "mark": each.mark,
        }
        for each in watched.values()
    ]
    write_checked(folder / ALERTS_NAME, "alerts", _VERSION, {"entries": entries})


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


def _watched(entry: dict[str, Any], place: int | None) -> Watched:
    """The alert of an entry; ``place`` is its number where it has none, if it may have none."""
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
        _number(entry["number"] if place is None else entry.get("number", place), 1 << 32),
        _number(entry["mark"], 1 << 63),
    )


def _number(value: Any, limit: int) -> int:
    if not isinstance(value, int) or not 0 <= value < limit:
        raise ValueError(f"number {value!r}")
    return value
