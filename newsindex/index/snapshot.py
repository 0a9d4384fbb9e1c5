"""A snapshot: the segments of one committed state, and the statistics of the whole collection."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from newsindex.errors import IndexCorrupt
from newsindex.index.clusters import Clusters
from newsindex.index.columns import id_hashes
from newsindex.index.manifest import Manifest, read_manifest
from newsindex.index.reprints import Pairs, open_reprints
from newsindex.index.segment import Segment
from newsindex.index.versions import require_current

# A writer may replace the segments between our reading of the manifest and our opening of them;
# then there is a newer manifest to read.
_ATTEMPTS = 20


class Snapshot:
    """One committed state of an index, open for reading for as long as this value lives."""

    def __init__(self, folder: Path, manifest: Manifest, segments: list[Segment]) -> None:
        self.manifest = manifest
        self.segments = segments
        # Opened at once, like the segments: a later commit may remove the file.
        self.reprints = open_reprints(folder, manifest)

    @classmethod
    def open(cls, folder: Path, known: Snapshot | None = None) -> Snapshot:
        """Open the newest committed state; segments already open in ``known`` are taken over.

        Raises IndexNotFound, IndexCorrupt, or IndexVersionError where it is not of this newsindex.
        """
        opened = {segment.entry: segment for segment in known.segments} if known else {}
        missing: OSError | None = None
        manifest = read_manifest(folder)
        for _ in range(_ATTEMPTS):
            require_current(folder, manifest)
            try:
                return cls(
                    folder,
                    manifest,
                    [opened.get(entry) or Segment(folder, entry) for entry in manifest.segments],
                )
            except FileNotFoundError as error:
                missing = error
            newer = read_manifest(folder)
            if newer.generation == manifest.generation:
                break
            manifest = newer
        raise IndexCorrupt(
            f"{folder}: expected the file {missing.filename if missing else '?'}, found none;"
            " restore it from a backup, or index the articles again"
        )

    @cached_property
    def clusters(self) -> Clusters:
        """Which articles are reprints of each other."""
        pairs = Pairs.read(self.reprints) if self.reprints else Pairs.none()
        return Clusters(self.segments, pairs)

    def verify(self) -> None:
        """Read and check every byte. Raises IndexCorrupt."""
        for segment in self.segments:
            segment.verify()
        if self.reprints:
            self.reprints.verify()

    @cached_property
    def documents(self) -> int:
        """Number of live articles."""
        return sum(segment.live_documents for segment in self.segments)

    @cached_property
    def positions(self) -> tuple[int, int]:
        """Token positions in all live titles and in all live bodies."""
        lengths = [segment.live_positions for segment in self.segments]
        return sum(title for title, _ in lengths), sum(body for _, body in lengths)

    def find(self, identifier: str) -> tuple[Segment, int] | None:
        """The live document with this id, as its segment and number."""
        wanted = [identifier.encode("utf-8", "replace")]
        hashes = id_hashes(wanted)
        for segment in self.segments:
            for document in segment.find(wanted, hashes):
                if segment.is_live(document):
                    return segment, document
        return None
