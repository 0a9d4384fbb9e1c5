"""Reprints as they are shown: the cluster beside a hit, and the list of an article's duplicates."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any, NamedTuple

from newsindex.index.reprints import similarity
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot


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


def cluster_of(snapshot: Snapshot, segment: Segment, document: int) -> Cluster:
    """The cluster of a document; of one article, where it has no reprints."""
    members = snapshot.clusters.members(segment, document)
    sources = (own.sources[own.source[number]] for own, number in members)
    return Cluster(len(members), tuple(dict.fromkeys(source for source in sources if source)))


def duplicates_of(snapshot: Snapshot, identifier: str) -> tuple[Duplicate, ...]:
    """The cluster of the article with this id, itself among them, first published first (undated
    ones last); none if it has no reprints or is not there."""
    found = snapshot.find(identifier)
    if found is None:
        return ()
    members = snapshot.clusters.members(*found)
    return tuple(_duplicate(member, found) for member in members) if len(members) > 1 else ()


def _duplicate(member: tuple[Segment, int], asked: tuple[Segment, int]) -> Duplicate:
    article, _ = member[0].article_and_mentions(member[1])
    return Duplicate(
        id=article.id,
        title=article.title,
        published=article.published,
        source=article.source,
        url=article.url,
        similarity=similarity(member, asked),
    )
