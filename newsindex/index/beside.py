"""Beside: the files in the folder of an index that are part of no commit, those of its alerts."""

from __future__ import annotations

from pathlib import Path

from newsindex.index.checked import verify_checked
from newsindex.index.files import ArrayFile

ALERTS_NAME = "alerts.json"  # checked JSON
SEEN_NAME = "alerts.seen"  # an array file
SEEN_KIND = "alerts"
# Each is replaced whole, never changed in place.
BESIDE = (ALERTS_NAME, SEEN_NAME)


def verify_beside(path: Path) -> None:
    """Compare the checksums of one of these files. Raises FileNotFoundError, IndexReadError,
    IndexCorrupt, IndexVersionError."""
    if path.name == SEEN_NAME:
        ArrayFile(path, SEEN_KIND).verify()
    else:
        verify_checked(path)
