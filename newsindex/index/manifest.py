"""The manifest: the one small JSON file that says which segments make up the index right now."""

from __future__ import annotations

import dataclasses
import re
import zlib
from pathlib import Path
from typing import Any

import orjson

from newsindex.errors import IndexCorrupt, IndexNotFound, IndexVersionError
from newsindex.index.files import FORMAT_VERSION, write_durably

MANIFEST_NAME = "manifest.json"
# File names are checked before they are joined to the folder: a manifest that a stranger
# sent must not reach outside it.
_FILE_NAME = re.compile(r"[0-9]{8}(-[0-9]{8})?\.(seg|del)")


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

    def files(self) -> set[str]:
        """Names of all the files the manifest refers to."""
        names = {entry.name for entry in self.segments}
        return names | {entry.deletions for entry in self.segments if entry.deletions}


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest of ``folder``, atomically and durably: this is the commit."""
    body = {"format": FORMAT_VERSION, **dataclasses.asdict(manifest)}
    content = orjson.dumps({"checksum": _checksum(body), "index": body}, option=orjson.OPT_INDENT_2)
    write_durably(folder / MANIFEST_NAME, content + b"\n")


def read_manifest(folder: Path) -> Manifest:
    """Read and check the manifest of the index in ``folder``.

    Raises IndexNotFound, IndexCorrupt or IndexVersionError.
    """
    path = folder / MANIFEST_NAME
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise IndexNotFound(
            f"{folder}: no index here (no {MANIFEST_NAME}); make one with"
            " `newsindex index SOURCE -i FOLDER`, or name its folder with -i/--index"
        ) from None
    except OSError as error:
        raise IndexCorrupt(f"{path}: cannot be read: {error.strerror}") from error
    try:
        document = orjson.loads(content)
        body = document["index"]
        version = body["format"]
        if version != FORMAT_VERSION:
            raise IndexVersionError(
                f"{path}: written in format {version}, this newsindex reads format"
                f" {FORMAT_VERSION}; use the newsindex that wrote it, or index the articles again"
            )
        if document["checksum"] != (found := _checksum(body)):
            raise IndexCorrupt(
                f"{path}: expected checksum {document['checksum']}, found {found};"
                " restore the file from a backup, or index the articles again"
            )
        return _manifest(body)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise IndexCorrupt(
            f"{path}: expected the manifest of an index, found something else ({error!s});"
            " restore the file from a backup, or index the articles again"
        ) from error


def _checksum(body: dict[str, Any]) -> str:
    return f"{zlib.crc32(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)):08x}"


def _manifest(body: dict[str, Any]) -> Manifest:
    segments = tuple(SegmentEntry(**entry) for entry in body["segments"])
    for entry in segments:
        for name in (entry.name, entry.deletions):
            if name is not None and not _FILE_NAME.fullmatch(name):
                raise ValueError(f"file name {name!r}")
        for number in (entry.size, entry.documents, entry.deletions_size, entry.deleted):
            if not isinstance(number, int) or number < 0:
                raise ValueError(f"number {number!r} for segment {entry.name}")
    return Manifest(
        generation=int(body["generation"]),
        next_file=int(body["next_file"]),
        timezone=str(body["timezone"]),
        analysis=str(body["analysis"]),
        extractor=str(body["extractor"]),
        entities=str(body["entities"]),
        segments=segments,
    )
