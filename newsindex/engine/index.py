"""The index as its users see it: create, open, write, search, look up, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from newsindex.engine.parts import State
from newsindex.engine.queryable import Queryable
from newsindex.entities import KEY_VERSION
from newsindex.entities.model import DEFAULT_EXTRACTOR
from newsindex.index.manifest import Manifest, write_manifest
from newsindex.index.snapshot import Snapshot
from newsindex.model import DEFAULT_TIMEZONE
from newsindex.text import ANALYSIS_VERSION
from newsindex.zones import time_zone

if TYPE_CHECKING:
    from newsindex.index.writer import Writer


class Index(Queryable):
    """An index in a folder. Make one with `Index.create`, open one with `Index.open`.

    An Index reads one committed state until `refresh`; it may be shared between threads. Any
    number of readers may be open while one `writer` works.
    """

    def __init__(self, path: Path, snapshot: Snapshot) -> None:
        super().__init__(State(snapshot))
        self.path = path
        self.place = str(path)
        self._snapshot = snapshot

    def refresh(self) -> bool:
        """Read the newest committed state from now on; whether it is another one."""
        newest = Snapshot.open(self.path, known=self._snapshot)
        changed = newest.manifest.generation != self._snapshot.manifest.generation
        if changed:
            self._snapshot = newest
            self._parts = State(newest)
        return changed

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        timezone: str = DEFAULT_TIMEZONE,
        extractor: str | None = DEFAULT_EXTRACTOR,
    ) -> Index:
        """Create an empty index in the folder ``path``, which must be empty or not exist yet.

        ``timezone`` (an IANA name) is that in which the days of a search begin and end.
        ``extractor`` finds the names of persons, organisations and places in articles (see
        newsindex.entities.get_extractor); with None they are not indexed. Raises IndexExists,
        IndexWriteError, or InvalidArgument for an unknown time zone or extractor.
        """
        if extractor is not None:
            # Imported here for the same reason as the writer below.
            from newsindex.entities.extractor import get_extractor  # noqa: PLC0415

            get_extractor(extractor)
        from newsindex.index.backups import make_folder  # noqa: PLC0415

        folder = Path(path)
        time_zone(timezone)
        make_folder(folder)
        write_manifest(
            folder,
            Manifest(
                generation=0,
                next_file=1,
                timezone=timezone,
                analysis=ANALYSIS_VERSION,
                extractor=extractor or "",
                entities=KEY_VERSION if extractor else "",
            ),
        )
        return cls.open(folder)

    @classmethod
    def open(cls, path: str | Path) -> Index:
        """Open the index in the folder ``path`` at its newest committed state.

        Raises IndexNotFound, IndexCorrupt or IndexVersionError.
        """
        folder = Path(path)
        snapshot = Snapshot.open(folder)
        time_zone(snapshot.manifest.timezone)
        return cls(folder, snapshot)

    def writer(self, *, wait: float = 0.0, memory: int | None = None) -> Writer:
        """Open the index for writing; use it in a ``with`` block, which commits at its end.

        ``memory`` is what the process may take, in bytes, about; by default 512 MB. What is
        written shows in this value only after `refresh`. Raises IndexLocked if another writer
        holds the index for longer than ``wait`` seconds, InvalidArgument for less than 256 MB.
        """
        # Imported here because a search from the shell has no use for it, and it takes a while.
        from newsindex.index.memory import checked  # noqa: PLC0415
        from newsindex.index.writer import Writer  # noqa: PLC0415

        return Writer(self.path, wait=wait, memory=None if memory is None else checked(memory))

    def backup(self, path: str | Path, *, link: bool = True) -> int:
        """Copy the newest committed state into ``path``, a new or empty folder, while writers and
        readers go on; the number of its files. They are hard links where that is possible, unless
        ``link`` is False. Raises IndexExists, IndexCorrupt, IndexWriteError. See
        `newsindex.restore`."""
        from newsindex.index.backups import backup  # noqa: PLC0415

        return backup(self.path, Path(path), link=link)

    def check(self) -> list[str]:
        """Verify every checksum and the fit of all arrays; what is wrong, one line a file."""
        from newsindex.index.check import check  # noqa: PLC0415

        return check(self.path)
