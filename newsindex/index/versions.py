"""Versions: what wrote an index, and whether this newsindex finds what is in it.

Three things may differ: the format of the files, the analysis of words, the keys of names. An index
is searched only where all three are those of this newsindex. Where they are older, its stored
articles are read and written anew (newsindex.index.rebuilding): this is the one step between all
versions, of formats too, so a new format needs no converter of its own. It needs that the former
ones stay readable so far: whoever raises FORMAT_VERSION (header.py) keeps OLDEST_FORMAT, and with
it what `reindex` reads of a segment (ids, dates, texts, the names in them, arrivals, deletions) and
of the table of sources; and freezes an index of the new format (``python -m tests.index.freeze``),
for the tests upgrade each that was ever frozen.
"""

from __future__ import annotations

from pathlib import Path

from newsindex.entities import KEY_VERSION
from newsindex.errors import IndexVersionError
from newsindex.index.header import FORMAT_VERSION
from newsindex.index.manifest import Manifest
from newsindex.text import ANALYSIS_VERSION


def differences(manifest: Manifest) -> tuple[str, ...]:
    """For what reasons an index is to be rebuilt, each a phrase; none if it is up to date."""
    reasons = (
        (
            manifest.format != FORMAT_VERSION,
            f"its files are of format {manifest.format}, this newsindex writes {FORMAT_VERSION}",
        ),
        (
            manifest.analysis != ANALYSIS_VERSION,
            f"its words were analysed by version {manifest.analysis}, this newsindex analyses by"
            f" version {ANALYSIS_VERSION}",
        ),
        (
            manifest.entities not in ("", KEY_VERSION),
            f"its names were joined by version {manifest.entities}, this newsindex joins by version"
            f" {KEY_VERSION}",
        ),
    )
    return tuple(reason for differs, reason in reasons if differs)


def require_current(folder: Path, manifest: Manifest) -> None:
    """Raise IndexVersionError for an index that this newsindex would not search rightly."""
    reasons = differences(manifest)
    if not reasons:
        return
    command = "upgrade" if manifest.format != FORMAT_VERSION else "reindex"
    raise IndexVersionError(
        f"{folder}: {'; '.join(reasons)} and would not find them; run `newsindex {command}"
        f" -i {folder}`, or use the newsindex that wrote it"
    )
