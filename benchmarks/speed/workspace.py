"""The folder of a run: what is made in it is made once, and taken up again if the folder is kept.

Each thing that was finished has its measures in a JSON file beside it; what has none was broken off
and is made anew.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from newsindex.entities import KEY_VERSION
from newsindex.text import ANALYSIS_VERSION

_STAMP = "corpus.json"
_FORMAT = 1  # of the corpus and its keys


class WorkspaceError(Exception):
    """The folder cannot be taken up; the message says what to do."""


class Workspace:
    """A folder for one corpus. Raises WorkspaceError if it is another one's."""

    def __init__(self, folder: Path, corpus: dict[str, Any]) -> None:
        self.folder = folder
        versions = {"analysis": ANALYSIS_VERSION, "entities": KEY_VERSION, "format": _FORMAT}
        wanted = {**corpus, **versions}
        folder.mkdir(parents=True, exist_ok=True)
        stamp = folder / _STAMP
        if not stamp.exists():
            if any(folder.iterdir()):
                raise WorkspaceError(f"{folder}: expected an empty folder or one kept by --keep")
            stamp.write_bytes(orjson.dumps(wanted))
        found = orjson.loads(stamp.read_bytes())
        if found != wanted:
            raise WorkspaceError(
                f"{folder}: kept for {found}, asked for {wanted}; delete it or choose another one"
            )

    def path(self, name: str) -> Path:
        """Where the thing called ``name`` lies."""
        return self.folder / name

    def once(self, name: str, make: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
        """The measures that ``make`` gave for the thing called ``name``, which it makes at that
        path; with ``made_in``, the seconds it took."""
        measures = self.folder / f"{name}.measures"
        if not measures.exists():
            path = self.path(name)
            if path.is_dir():
                shutil.rmtree(path)
            start = time.perf_counter()
            made = make(path)
            made["made_in"] = round(time.perf_counter() - start, 1)
            part = measures.with_suffix(".part")
            part.write_bytes(orjson.dumps(made))
            part.replace(measures)
        found: dict[str, Any] = orjson.loads(measures.read_bytes())
        return found
