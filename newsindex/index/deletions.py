"""Deletions: which documents of a segment were deleted since it was written, in their own file."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from newsindex.index.files import AnyArray, ArrayFileWriter
from newsindex.index.manifest import SegmentEntry

DELETIONS_KIND = "deletions"


def with_deletions(entry: SegmentEntry, numbers: AnyArray, path: Path) -> SegmentEntry:
    """The entry of a segment of which the documents ``numbers`` (ascending) are deleted; they are
    written as the file ``path``."""
    with ArrayFileWriter(path, DELETIONS_KIND) as writer:
        writer.add("document", numbers.astype(np.uint32))
        size = writer.finish()
    return dataclasses.replace(
        entry, deletions=path.name, deletions_size=size, deleted=len(numbers)
    )
