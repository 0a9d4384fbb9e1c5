"""The lock of the one writer: held by its process, and gone with it however it ends."""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime
from pathlib import Path

import filelock

from newsindex.errors import IndexLocked
from newsindex.index.files import reported_writing

_LOCK_NAME = "writer.lock"
_HOLDER_NAME = "writer.txt"


class WriterLock:
    """Locks the index in ``folder`` for writing, waiting up to ``wait`` seconds for another.

    The lock is one of the system on an open file: that of a process that died is free. Raises
    IndexLocked, saying which process holds it, on which machine, since when; IndexWriteError.
    """

    def __init__(self, folder: Path, wait: float) -> None:
        self._lock = filelock.FileLock(folder / _LOCK_NAME, timeout=wait)
        self._holder = folder / _HOLDER_NAME
        with reported_writing(folder):
            try:
                self._lock.acquire()
            except filelock.Timeout:
                raise IndexLocked(
                    f"{folder}: another writer holds the index ({self._who()});"
                    " wait until it has finished, or give a time to wait"
                ) from None
            since = datetime.now(UTC).isoformat(timespec="seconds")
            who = f"process {os.getpid()} on {socket.gethostname()} since {since}\n"
            try:
                self._holder.write_text(who, encoding="utf-8")
            except BaseException:
                self._lock.release()
                raise

    def _who(self) -> str:
        try:
            return self._holder.read_text(encoding="utf-8", errors="replace").strip() or "unknown"
        except OSError:
            return "unknown"

    @property
    def is_locked(self) -> bool:
        return self._lock.is_locked

    def release(self) -> None:
        """Release the lock; twice does nothing."""
        if self._lock.is_locked:
            self._holder.unlink(missing_ok=True)
            self._lock.release()
