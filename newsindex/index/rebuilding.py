"""Rebuilding an index from its stored articles: after a new analysis, and after damage."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from newsindex.entities import KEY_VERSION
from newsindex.entities.model import DEFAULT_EXTRACTOR
from newsindex.errors import IndexCorrupt, IndexWriteError, NewsIndexError
from newsindex.index.backups import copy_durably, make_folder
from newsindex.index.beside import BESIDE, verify_beside
from newsindex.index.check import check, problems_beside, problems_of_segment
from newsindex.index.files import reported_writing
from newsindex.index.manifest import (
    Manifest,
    SegmentEntry,
    read_manifest,
    write_manifest,
)
from newsindex.index.merge import merge_segments
from newsindex.index.salvage import documents_of, salvaged
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.index.sources import Sources
from newsindex.index.versions import differences
from newsindex.index.writer import Writer
from newsindex.model import DEFAULT_TIMEZONE, Article, GivenEntity
from newsindex.text import ANALYSIS_VERSION

# Says how many articles were read, of how many.
Progress = Callable[[int, int], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did: how many articles it wrote anew, and for what reasons, each a phrase;
    none of either where there was nothing to do."""

    articles: int
    reasons: tuple[str, ...]


def outdated(path: str | Path) -> tuple[str, ...]:
    """For what reasons `upgrade` would rebuild the index in ``path``, each a phrase; none if it
    is up to date. Raises IndexNotFound, IndexCorrupt, IndexVersionError for a newer format."""
    return differences(read_manifest(Path(path)))


def upgrade(path: str | Path, *, wait: float = 0.0, progress: Progress | None = None) -> Upgraded:
    """Make an index that another version of newsindex wrote one of this version, as `reindex` does;
    one that is up to date is left as it is. Alerts, deletions and the memory of files that were
    read are kept. Raises what `reindex` raises; IndexVersionError, with both numbers, where the
    format is newer than this newsindex."""
    reasons = outdated(path)
    return Upgraded(reindex(path, wait=wait, progress=progress) if reasons else 0, reasons)


def reindex(path: str | Path, *, wait: float = 0.0, progress: Progress | None = None) -> int:
    """Analyse the stored articles of the index in ``path`` anew and replace all its segments in
    one commit; the number of articles. No source files are needed. Until then, and if it is broken
    off, the index stands as it was.

    Names that were given with an article are kept, all others are looked for again. Raises
    IndexNotFound, IndexCorrupt, IndexVersionError, IndexLocked, IndexWriteError.
    """
    # Before a lock is laid into the folder: one that is no index is left as it is.
    read_manifest(Path(path))
    with _Rebuilder(Path(path), wait=wait) as writer:
        segments = writer.start_anew()
        total = sum(segment.live_documents for segment in segments)
        done = 0
        for segment in segments:
            for document in range(segment.documents):
                if segment.is_live(document):
                    article = stored_article(segment, document)
                    writer.add_again(article, int(segment.arrival[document]))
                    done += 1
                    if progress and done % 100 == 0:
                        progress(done, total)
    return done


class _Rebuilder(Writer):
    """Writes all articles of an index once more, whichever version wrote it."""

    def _committed(self) -> Manifest:
        return read_manifest(self.folder)

    def start_anew(self) -> list[Segment]:
        """The segments so far; the next commit has none of them, and is of the present analysis."""
        segments, self._segments = self._segments, []
        # Written anew as well: the table may be of an older format.
        self.remember_all(Sources.open(self.folder, self._manifest))
        self._manifest = dataclasses.replace(
            self._manifest,
            analysis=ANALYSIS_VERSION,
            entities=KEY_VERSION if self._manifest.extractor else "",
            reprints=None,
            reprints_size=0,
        )
        return segments

    def add_again(self, article: Article, arrival: int) -> None:
        """Add an article that came first in the segment of this number."""
        self._inverter.arrivals[article.id] = arrival
        self.add(article)


def stored_article(segment: Segment, document: int) -> Article:
    """An article as it was given to the index, the names that came with it included."""
    article, mentions = segment.article_and_mentions(document)
    if not segment.articles.fields(document).names_given:
        return article
    given = tuple(GivenEntity(m.kind, m.name, ((m.field, m.start, m.stop),)) for m in mentions)
    return dataclasses.replace(article, entities=given)


@dataclasses.dataclass(slots=True)
class Repaired:
    """What a repair saved: the articles of whole segments and those of damaged ones, how many of
    these had to do without a part (date, source, language, title, id), how many were lost, and what
    was damaged, one line a file. Where the manifest is damaged too, ``lost`` leaves out segments of
    which not even the number of articles is known."""

    articles: int = 0
    partial: int = 0
    lost: int = 0
    problems: list[str] = dataclasses.field(default_factory=list)


def repair(path: str | Path, new: str | Path) -> Repaired:
    """Save every article of the index in ``path`` whose text is whole into a new index
    in ``new``; ``path`` is not changed.

    Segments without damage are taken over. Of the others each article is read alone and analysed
    anew; where its date, source, language, title or id is damaged, it goes without. What cannot be
    told from damage is lost: the articles that share 16 KB with a byte that changed, those
    compressed against a dictionary that changed, and a segment of which more than one bit of the
    header changed (its first few KB). Deletions that cannot be read are forgotten: the articles are
    back. Where the manifest is damaged, all segments in the folder are read. The files of the
    alerts are taken along if they are whole. Raises IndexNotFound where there is neither manifest
    nor segment, IndexExists, IndexWriteError.
    """
    folder, target = Path(path), Path(new)
    manifest, problems = _state(folder)
    is_current = not differences(manifest)
    repaired = Repaired(problems=problems)
    make_folder(target)
    empty = dataclasses.replace(
        manifest,
        segments=(),
        reprints=None,
        reprints_size=0,
        sources=None,
        sources_size=0,
        analysis=ANALYSIS_VERSION,
        entities=KEY_VERSION if manifest.extractor else "",
    )
    write_manifest(target, empty)
    with Writer(target) as writer, _spare_folder(target) as spare:
        damaged = []
        for number, entry in enumerate(manifest.segments):
            if not is_current or not _is_whole(folder, entry):
                damaged.append(entry)
            elif entry.documents > entry.deleted:
                name = f"w{os.getpid()}-0-{number}.new"
                merged = merge_segments(target / name, [Segment(folder, entry)])
                # Only where the manifest is lost may an article be there twice.
                age = np.full(len(merged.origin), -number, dtype=np.int64)
                writer.adopt(name, merged.size, age)
        writer.settle()
        writer.commit()
        known = Snapshot.open(target)
        # The newest last: where deletions are lost an article may be in several.
        for entry in sorted(damaged, key=lambda entry: entry.name):
            for article in _saved(folder, entry, Path(spare), repaired):
                # What is in a whole segment is the newer one: here it was deleted.
                if known.find(article.id) is None:
                    writer.add(article)
        if not problems:  # else the files are to be read again
            writer.remember_all(Sources.open(folder, manifest))
    repaired.articles = Snapshot.open(target).documents
    repaired.problems += [each for each in problems_beside(folder) if each not in problems]
    for name in BESIDE:
        with contextlib.suppress(FileNotFoundError, NewsIndexError):
            verify_beside(folder / name)
            with reported_writing(target):
                copy_durably(folder / name, target / name, link=False)
    return repaired


def _spare_folder(target: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder for copies, beside what will be as large; gone at the end."""
    with reported_writing(target):
        return tempfile.TemporaryDirectory(dir=target, ignore_cleanup_errors=True)


def _state(folder: Path) -> tuple[Manifest, list[str]]:
    """The manifest, or one of all the segments in the folder; and what is damaged."""
    try:
        return read_manifest(folder), check(folder)
    except IndexCorrupt as error:
        problems = [str(error)]
    entries = []
    # The newest first: it stands for an article that is in several.
    for path in sorted(folder.glob("[0-9]*.seg"), reverse=True):
        try:
            documents = documents_of(path)
        except NewsIndexError as error:
            problems.append(str(error))
            continue
        deletions = max(folder.glob(f"{path.stem}-[0-9]*.del"), default=None)
        entries.append(
            SegmentEntry(
                path.name,
                path.stat().st_size,
                documents,
                deletions.name if deletions else None,
                deletions.stat().st_size if deletions else 0,
            )
        )
    last = max((int(path.name[:8]) for path in folder.glob("[0-9]*.*")), default=0)
    return Manifest(
        generation=0,
        next_file=last + 1,
        timezone=DEFAULT_TIMEZONE,
        analysis=ANALYSIS_VERSION,
        extractor=DEFAULT_EXTRACTOR,
        entities=KEY_VERSION,
        segments=tuple(entries),
    ), problems


def _saved(folder: Path, entry: SegmentEntry, spare: Path, repaired: Repaired) -> Iterator[Article]:
    """The articles of a damaged segment that can be read; counts the others."""
    try:
        for found in salvaged(folder, entry, spare):
            if found is None:
                repaired.lost += 1
                continue
            article, is_partial = found
            repaired.partial += is_partial
            yield article
    except IndexWriteError:
        raise
    except (FileNotFoundError, NewsIndexError):
        repaired.lost += entry.documents - entry.deleted


def _is_whole(folder: Path, entry: SegmentEntry) -> bool:
    try:
        return not problems_of_segment(Segment(folder, entry))
    except (FileNotFoundError, NewsIndexError):
        return False
