"""Leftovers: files in the folder of an index that no committed state needs."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Set as AbstractSet
from pathlib import Path

# Every name that a writer gives to a file; what the manifest does not list may be removed.
_OWN_FILE = re.compile(
    r"([0-9]{8}(-[0-9]{8})?\.(seg|del|dup|src)|w[0-9]+-[0-9]+-[0-9]+\.new)(\..*)?"
)


def remove_leftovers(folder: Path, needed: AbstractSet[str], working: str | None) -> None:
    """Remove files of merged segments and of writers that died, but not the ``needed`` ones, nor
    those whose names begin with ``working``."""
    for path in folder.iterdir():
        if path.name in needed or (working is not None and path.name.startswith(working)):
            continue
        if _OWN_FILE.fullmatch(path.name):
            # Where a reader still has it open (Windows), a later commit will remove it.
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
