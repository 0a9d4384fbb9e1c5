"""Finding the files to read: files as given, folders walked, everything else reported."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from newsindex.model import Skipped


def find_files(sources: Iterable[str | Path]) -> Iterator[Path | Skipped]:
    """The files of ``sources`` in the order given; a folder gives its files, sorted by path.

    Folders are walked to any depth. Within them hidden files and folders (a leading dot) are passed
    over in silence, and a folder reached twice by symbolic links is walked once. What is missing,
    unreadable or no regular file (a pipe, a device) comes out as Skipped. Never raises OSError.
    """
    for source in sources:
        yield from _walk(Path(source))


def show_path(path: Path | str) -> str:
    """The path as text that can be printed and stored: bytes that are not UTF-8 are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _walk(top: Path) -> Iterator[Path | Skipped]:
    seen: set[tuple[int, int]] = set()
    pending = [top]
    while pending:
        path = pending.pop()
        try:
            status = path.stat()
            if stat.S_ISREG(status.st_mode):
                yield path
                continue
            if not stat.S_ISDIR(status.st_mode):
                yield Skipped(show_path(path), "not a regular file or a folder")
                continue
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            names = sorted(name for name in os.listdir(path) if not name.startswith("."))
        except (OSError, ValueError) as error:
            yield Skipped(show_path(path), f"cannot be read: {_reason(error)}")
            continue
        pending.extend(path / name for name in reversed(names))


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
