"""Sources: the files that an index has read, so that a later run reads only what has changed.

The table is a file of the index that each commit replaces together with the articles: a run that
was killed remembers nothing that it did not commit. A file is unchanged if it has the size and the
time of its last change that it had when it was read, and would be read in the same way. One that
had been changed within _RACY_NS before it was read could have been changed once more within the
same tick of its file system's clock: of such a file the content is compared as well.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import orjson

from newsindex.errors import IndexCorrupt
from newsindex.index.files import ArrayFile, ArrayFileWriter
from newsindex.index.manifest import Manifest
from newsindex.index.strings import Strings, write_strings

if TYPE_CHECKING:
    # A search, which comes this way too, has no use for what reads documents.
    from newsindex.documents.reading import Reading

SOURCES_KIND = "sources"
# Ticks of clocks are up to two seconds long (FAT, some network disks).
_RACY_NS = 2_000_000_000
_CHUNK = 1 << 20


@dataclasses.dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was when it was read: its size in bytes, when it was changed (nanoseconds since
    1970 UTC), the choices it was read with, its content if its time alone would not tell (0 if it
    does), and the id of its article if it held exactly one (else empty)."""

    size: int
    changed: int
    choices: int
    content: int = 0
    article: str = ""


def choices_of(reading: Reading) -> int:
    """A number for what ``reading`` makes of any file; another one for other choices."""
    chosen = [reading.format, reading.timezone, sorted(reading.mapping.items())]
    return _number(orjson.dumps(chosen))


def state_of(path: Path, choices: int) -> SourceFile:
    """The file as it is now, before it is read. Raises OSError."""
    status = path.stat()
    racy = status.st_mtime_ns > time.time_ns() - _RACY_NS
    content = _content_of(path) if racy else 0
    return SourceFile(status.st_size, status.st_mtime_ns, choices, content)


class Sources:
    """Files by their absolute paths, as they were when they were read."""

    def __init__(self, files: dict[bytes, SourceFile] | None = None) -> None:
        self._files = {} if files is None else files

    def __len__(self) -> int:
        return len(self._files)

    @classmethod
    def open(cls, folder: Path, manifest: Manifest) -> Sources:
        """The table of an index. Raises IndexCorrupt or IndexVersionError."""
        if manifest.sources is None:
            return cls()
        path = folder / manifest.sources
        try:
            file = ArrayFile(path, SOURCES_KIND, size=manifest.sources_size)
        except FileNotFoundError:
            raise IndexCorrupt(
                f"{path}: expected this file, found none; restore it from a backup, or index the"
                " articles again"
            ) from None
        file.verify()
        numbers = (file[name].tolist() for name in ("size", "changed", "choices", "content"))
        articles = (article.decode() for article in Strings(file, "article"))
        rows = zip(Strings(file, "path"), zip(*numbers, articles, strict=True), strict=True)
        return cls({path: SourceFile(*row) for path, row in rows})

    def write(self, path: Path) -> int:
        """Write the table as a file; its size in bytes."""
        rows = sorted(self._files.items())
        with ArrayFileWriter(path, SOURCES_KIND) as writer:
            write_strings(writer, "path", [place for place, _ in rows])
            write_strings(writer, "article", [file.article.encode() for _, file in rows])
            for name, dtype in (
                ("size", np.uint64),
                ("changed", np.int64),
                ("choices", np.uint64),
                ("content", np.uint64),
            ):
                writer.add(name, np.array([getattr(file, name) for _, file in rows], dtype=dtype))
            return writer.finish()

    def updated(self, others: Sources) -> Sources:
        """This table with what ``others`` know better."""
        return Sources(self._files | others._files)

    def replaced_articles(self, others: Sources) -> set[str]:
        """The ids of articles that files held before ``others`` and no file holds after."""
        before = {self._files[path].article for path in others._files.keys() & self._files.keys()}
        if before:
            before -= {file.article for file in self.updated(others)._files.values()}
        return before - {""}

    def remember(self, path: Path, file: SourceFile) -> None:
        self._files[_place(path)] = file

    def is_unchanged(self, path: Path, choices: int) -> bool:
        """Whether the file is as it was when it was read; False if it was not, or is gone."""
        known = self._files.get(_place(path))
        if known is None or known.choices != choices:
            return False
        try:
            status = path.stat()
            if (status.st_size, status.st_mtime_ns) != (known.size, known.changed):
                return False
            return not known.content or _content_of(path) == known.content
        except OSError:
            return False

    def changed(self, files: Iterable[Path], choices: int) -> tuple[list[Path], list[Path]]:
        """The files that have to be read, and those that have not changed."""
        parts: tuple[list[Path], list[Path]] = ([], [])
        for path in files:
            parts[self.is_unchanged(path, choices)].append(path)
        return parts


def _place(path: Path) -> bytes:
    return os.fsencode(path.absolute())


def _content_of(path: Path) -> int:
    digest = hashlib.blake2b(digest_size=8)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return int.from_bytes(digest.digest(), "little") or 1


def _number(content: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest(), "little")
