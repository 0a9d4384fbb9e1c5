"""The manifest: the one small JSON file that says which segments make up the index right now."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

from newsindex.errors import IndexNotFound
from newsindex.index.checked import not_ours, read_checked, write_checked
from newsindex.index.header import FORMAT_VERSION, OLDEST_FORMAT

MANIFEST_NAME = "manifest.json"
_ADVICE = "index the articles again"
# File names are checked before they are joined to the folder: a manifest that a stranger
# sent must not reach outside it.
_FILE_NAME = re.compile(r"[0-9]{8}(-[0-9]{8})?\.(seg|del|dup|src)")


@dataclasses.dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One live segment: its file, its size in bytes, and the file of its deletions, if any."""

    name: str
    size: int
    documents: int
    deletions: str | None = None
    deletions_size: int = 0
    deleted: int = 0


@dataclasses.dataclass(frozen=True, slots=True)
class Manifest:
    """The committed state of an index. ``generation`` grows by one with every commit."""

    generation: int
    next_file: int
    timezone: str
    analysis: str
    # The extractor of names and the version of their keys; empty where names are not indexed.
    extractor: str = ""
    entities: str = ""
    segments: tuple[SegmentEntry, ...] = ()
    # The file of the pairs of reprints and its size; none while there is no pair.
    reprints: str | None = None
    reprints_size: int = 0
    # The table of the files that were read, and its size.
    sources: str | None = None
    sources_size: int = 0
    # The format of its files; what is written is always of the newest.
    format: int = FORMAT_VERSION

    def files(self) -> set[str]:
        """Names of all the files the manifest refers to."""
        names = {entry.name for entry in self.segments}
        names |= {entry.deletions for entry in self.segments if entry.deletions}
        return names | {name for name in (self.reprints, self.sources) if name}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest of ``folder``, atomically and durably: this is the commit."""
    body = dataclasses.asdict(dataclasses.replace(manifest, format=FORMAT_VERSION))
    write_checked(folder / MANIFEST_NAME, "manifest", FORMAT_VERSION, body)


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of the index in ``folder``.

    Raises IndexNotFound, IndexCorrupt or IndexVersionError.
    """
    path = folder / MANIFEST_NAME
    try:
        body = read_checked(path, "manifest", FORMAT_VERSION, _ADVICE, oldest=OLDEST_FORMAT)
        return _manifest(body)
    except (FileNotFoundError, NotADirectoryError):
        raise IndexNotFound(
            f"{folder}: no index here (no {MANIFEST_NAME}); make one with"
            " `newsindex index SOURCE -i FOLDER`, or name its folder with -i/--index"
        ) from None
    except (KeyError, TypeError, ValueError) as error:
        raise not_ours(path, "manifest", error, _ADVICE) from error


def _manifest(body: dict[str, Any]) -> Manifest:
    segments = tuple(SegmentEntry(**entry) for entry in body["segments"])
    for entry in segments:
        _check_name(entry.name)
        if entry.deletions is not None:
            _check_name(entry.deletions)
        for number in (entry.size, entry.documents, entry.deletions_size, entry.deleted):
            if not isinstance(number, int) or number < 0:
                raise ValueError(f"number {number!r} for segment {entry.name}")
    for name in (body["reprints"], body["sources"]):
        if name is not None:
            _check_name(name)
    return Manifest(
        generation=int(body["generation"]),
        next_file=int(body["next_file"]),
        timezone=str(body["timezone"]),
        analysis=str(body["analysis"]),
        extractor=str(body["extractor"]),
        entities=str(body["entities"]),
        segments=segments,
        reprints=body["reprints"],
        reprints_size=int(body["reprints_size"]),
        sources=body["sources"],
        sources_size=int(body["sources_size"]),
        format=int(body["format"]),
    )


def _check_name(name: str) -> None:
    if not _FILE_NAME.fullmatch(name):
        raise ValueError(f"file name {name!r}")
