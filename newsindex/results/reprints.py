"""Reprints as they are shown: the cluster beside a hit, and the list of an article's duplicates."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from newsindex.index.columns import UNDATED, id_hashes
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.signatures import SIGNATURE_KEYS, resemblance
from newsindex.index.snapshot import Snapshot
from newsindex.query.parts import Parts


class Cluster(NamedTuple):
    """An article and its reprints: how many they are, and where they appeared, each source once,
    that of the first published one first. All of the index count, matching or not."""

    articles: int
    sources: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Duplicate:
    """One article of a cluster; ``similarity`` (0 to 1) is the estimated share of the words of it
    and of the article asked about, frequent words aside, that both have."""

    id: str
    title: str
    published: datetime | None
    source: str | None
    url: str | None
    similarity: float

    def as_dict(self) -> dict[str, Any]:
        """The duplicate as JSON-ready values; ``published`` in ISO 8601."""
        values = dataclasses.asdict(self)
        values["published"] = self.published.isoformat() if self.published else None
        values["similarity"] = round(self.similarity, 2)
        return values


# The order of articles in a cluster: undated ones last, by date, those of one date by the hashes of
# their ids.
_Place = tuple[bool, int, int]


def clusters_of(parts: Parts, hashes: Sequence[int]) -> list[Cluster]:
    """The clusters of some articles, by the hashes of their ids; of one article, where it has no
    reprints."""
    found: list[list[tuple[_Place, str]]] = [[] for _ in hashes]
    for own in parts.ask(_members, list(hashes)) if hashes else ():
        for members, more in zip(found, own, strict=True):
            members.extend(more)
    return [_cluster(members) for members in found]


def _cluster(members: list[tuple[_Place, str]]) -> Cluster:
    sources = (source for _, source in sorted(members))
    return Cluster(len(members), tuple(dict.fromkeys(source for source in sources if source)))


def _members(snapshot: Snapshot, hashes: Sequence[int]) -> list[list[tuple[_Place, str]]]:
    """For each article the members of its cluster in one part: their places and sources."""
    return [
        [
            (_place(segment, document), segment.sources[segment.source[document]])
            for segment, document in _documents(snapshot, id_hash)
        ]
        for id_hash in hashes
    ]


def _documents(snapshot: Snapshot, id_hash: int) -> list[tuple[Segment, int]]:
    """The documents of the cluster of an article; itself, where it has none and is here."""
    return snapshot.clusters.cluster_with(id_hash) or [
        (segment, document)
        for segment in snapshot.segments
        for document in segment.find_hash(np.uint64(id_hash))
        if segment.is_live(document)
    ]


def _place(segment: Segment, document: int) -> _Place:
    published = int(segment.published[document])
    return published == UNDATED, published, int(segment.hashes_of(np.array([document]))[0])


def duplicates_of(parts: Parts, identifier: str) -> tuple[Duplicate, ...]:
    """The cluster of the article with this id, itself among them, first published first (undated
    ones last); none if it has no reprints or is not there."""
    signatures = [found for found in parts.ask(_signature, identifier) if found is not None]
    if not signatures:
        return ()
    id_hash = int(id_hashes([identifier.encode("utf-8", "replace")])[0])
    found = [member for own in parts.ask(_duplicates, id_hash, signatures[0]) for member in own]
    return tuple(each for _, each in sorted(found, key=itemgetter(0))) if len(found) > 1 else ()


def _signature(snapshot: Snapshot, identifier: str) -> AnyArray | None:
    """The signature of an article, one row; None if it is not here."""
    found = snapshot.find(identifier)
    return None if found is None else _row(*found)


def _row(segment: Segment, document: int) -> AnyArray:
    return segment.signatures.rows(np.array([document]), SIGNATURE_KEYS)


def _duplicates(
    snapshot: Snapshot, id_hash: int, signature: AnyArray
) -> list[tuple[_Place, Duplicate]]:
    """The members of an article's cluster in one part, with their places."""
    return [
        (_place(segment, document), _duplicate(segment, document, signature))
        for segment, document in _documents(snapshot, id_hash)
    ]


def _duplicate(segment: Segment, document: int, signature: AnyArray) -> Duplicate:
    article, _ = segment.article_and_mentions(document)
    return Duplicate(
        id=article.id,
        title=article.title,
        published=article.published,
        source=article.source,
        url=article.url,
        similarity=float(resemblance(_row(segment, document), signature)[0]),
    )
