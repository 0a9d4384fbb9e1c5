"""Checking: every checksum of an index, and whether its arrays fit together."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from newsindex.errors import NewsIndexError
from newsindex.index.beside import BESIDE, verify_beside
from newsindex.index.files import ArrayFile
from newsindex.index.manifest import Manifest, SegmentEntry, read_manifest
from newsindex.index.reprints import open_reprints
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.index.sources import Sources


def check(folder: Path) -> list[str]:
    """What is wrong with the index in ``folder``, one line a damaged file; empty if nothing is.

    Raises IndexNotFound where there is no index.
    """
    manifest = read_manifest(folder)
    problems = []
    for entry in manifest.segments:
        problems += _problems(functools.partial(_entry_problems, folder, entry))
    problems += _problems(lambda: _verified(open_reprints(folder, manifest)))
    problems += problems_beside(folder)
    return problems + _problems(functools.partial(_sources_problems, folder, manifest))


def problems_beside(folder: Path) -> list[str]:
    """What is wrong with the files that are no part of a commit, one line each."""
    problems = []
    for name in BESIDE:
        try:
            verify_beside(folder / name)
        except FileNotFoundError:
            continue
        except NewsIndexError as error:
            problems.append(str(error))
    return problems


def problems_of(snapshot: Snapshot) -> Iterator[str]:
    """What is wrong with the segments and the reprints of an open snapshot, one line each."""
    for segment in snapshot.segments:
        yield from _problems(functools.partial(problems_of_segment, segment))
    yield from _problems(lambda: _verified(snapshot.reprints))


def _problems(look: Callable[[], list[str]]) -> list[str]:
    """What ``look`` finds, or what stops it."""
    try:
        return look()
    except FileNotFoundError as error:
        return [f"{error.filename}: expected this file, found none"]
    except NewsIndexError as error:
        return [str(error)]


def _sources_problems(folder: Path, manifest: Manifest) -> list[str]:
    Sources.open(folder, manifest)
    return []


def _verified(file: ArrayFile | None) -> list[str]:
    if file is not None:
        file.verify()
    return []


def _entry_problems(folder: Path, entry: SegmentEntry) -> list[str]:
    return problems_of_segment(Segment(folder, entry))


def problems_of_segment(segment: Segment) -> list[str]:
    """Promises of the format (see newsindex.index) that a segment does not keep. Raises
    IndexCorrupt for a checksum that differs."""
    segment.verify()
    return [
        f"{segment.file.path}: expected {promise}, found otherwise; index the articles again"
        for promise, kept in _PROMISES.items()
        if not _holds(kept, segment)
    ]


def _holds(kept: Callable[[Segment], bool], segment: Segment) -> bool:
    try:
        return kept(segment)
    except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError):
        return False  # arrays so far from what they should be that they cannot be compared


def _ascending_within_terms(segment: Segment) -> bool:
    documents = segment.docids.whole(0, len(segment.terms)).astype(np.int64)
    first = np.zeros(len(documents) + 1, dtype=bool)
    first[segment.posting_start] = True
    return bool(np.all((documents[1:] > documents[:-1]) | first[1:-1]))


_PROMISES: dict[str, Callable[[Segment], bool]] = {
    "documents in the order of their dates": lambda s: bool(
        np.all(s.published[1:] >= s.published[:-1])
    ),
    "one entry a document in every column": lambda s: all(
        len(column) == s.documents
        for column in (s.published, s.source, s.language, s.title_length, s.body_length, s.ids)
    ),
    "an arrival of every document, or of none": lambda s: len(s.arrival) == s.documents,
    "a signature of every document": lambda s: (
        len(s.signatures.starts) == s.documents + 1
        and int(s.signatures.starts[-1]) == len(s.signatures.values)
        and int(s.signatures.counts.min(initial=0)) >= 0
    ),
    "a sorted dictionary": lambda s: list(s.terms) == sorted(set(s.terms)),
    "sorted surface forms": lambda s: list(s.forms) == sorted(s.forms),
    "postings of every term": lambda s: (
        len(s.posting_start) == len(s.terms) + 1
        and int(s.posting_start[-1]) == len(s.docids) == len(s.posting_frequency)
        and bool(np.all(s.posting_start[1:] >= s.posting_start[:-1]))
    ),
    "document numbers below the number of documents": lambda s: (
        int(s.docids.whole(0, len(s.terms)).max(initial=0)) < max(s.documents, 1)
    ),
    "documents of a term in ascending order": _ascending_within_terms,
    "as many positions as the frequencies say": lambda s: (
        int(s.frequency[s.posting_frequency].sum(dtype=np.int64)) == len(s.occurrences)
        and len(s.occurrences.forms_of(0, len(s.terms))) == int(s.position_start[-1])
        and int(s.position_start[-1]) == len(s.occurrences)
    ),
    "deleted documents that exist": lambda s: (
        not len(s.deleted) or int(s.deleted.max()) < s.documents
    ),
}
