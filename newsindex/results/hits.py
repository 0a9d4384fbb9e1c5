"""Hits and results: what a search gives back, as frozen values."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from newsindex.query import Diagnostic
from newsindex.query.ordering import RankedDocument
from newsindex.results.highlight import Highlighter, Span, merge_spans
from newsindex.results.reprints import Cluster
from newsindex.results.snippet import make_snippet

if TYPE_CHECKING:
    from newsindex.query.explain import Explanation


class Entity(NamedTuple):
    """A person, organisation or place ("person", "org", "place"), and the name to show for it."""

    kind: str
    name: str


@dataclasses.dataclass(frozen=True, slots=True)
class Hit:
    """One article that a search found.

    ``published`` carries the offset from UTC at which the article was published. ``score`` is its
    BM25 score, 0.0 where the order is by date. The spans are ``(start, stop)`` character positions
    in ``title`` and in ``snippet``, in order and without overlaps. ``entities`` are the persons,
    organisations and places that the article names, each once, in reading order. ``cluster`` says
    of what reprints it is the first; None where the search did not collapse them. ``author`` and
    ``dateline`` are those of the article (see newsindex.Article). ``explanation`` says of what the
    score is made, if that was asked for.
    """

    id: str
    title: str
    published: datetime | None
    source: str | None
    language: str | None
    url: str | None
    score: float
    snippet: str
    title_spans: tuple[Span, ...]
    snippet_spans: tuple[Span, ...]
    entities: tuple[Entity, ...] = ()
    cluster: Cluster | None = None
    explanation: Explanation | None = None
    author: str | None = None
    dateline: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The hit as JSON-ready values; ``published`` in ISO 8601."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        values["published"] = self.published.isoformat() if self.published else None
        values["score"] = round(self.score, 4)
        values["entities"] = [entity._asdict() for entity in self.entities]
        if self.cluster is None:
            del values["cluster"]
        else:
            values["cluster"] = self.cluster._asdict()
        del values["explanation"]
        if self.explanation is not None:
            values["explanation"] = dataclasses.asdict(self.explanation)
        return values


@dataclasses.dataclass(frozen=True, slots=True)
class Results:
    """The hits of one search, ``total`` (how many articles match in all, exact), and what of the
    query string was ignored or guessed. ``cursor`` is the place after the last hit, to be given
    as ``after`` for the next ones; None if there are none (see newsindex.query.cursor).
    ``suggestion`` is the query string with its misspelled words put right, where it finds nothing
    as it is and finds something so; else None (see newsindex.query.suggestion). ``missing`` names
    the shards of a cluster that did not answer in time, of which nothing is here; of an index in a
    folder there are none."""

    hits: tuple[Hit, ...]
    total: int
    diagnostics: tuple[Diagnostic, ...] = ()
    cursor: str | None = None
    suggestion: str | None = None
    missing: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, number: int) -> Hit:
        return self.hits[number]

    def as_dict(self) -> dict[str, Any]:
        """The results as JSON-ready values."""
        values = {
            "total": self.total,
            "diagnostics": [dataclasses.asdict(diagnostic) for diagnostic in self.diagnostics],
            "cursor": self.cursor,
            "suggestion": self.suggestion,
            "hits": [hit.as_dict() for hit in self.hits],
        }
        return {**values, "missing": list(self.missing)} if self.missing else values


def make_hit(
    ranked: RankedDocument, highlighter: Highlighter, cluster: Cluster | None = None
) -> Hit:
    """The hit for a ranked document: its fields, its snippet, and where the query matched."""
    article, mentions = ranked.segment.article_and_mentions(ranked.document)
    in_title = highlighter.find(article.title, article.language, mentions, in_title=True)
    in_body = highlighter.find(article.text, article.language, mentions, in_title=False)
    snippet, snippet_spans = make_snippet(article.text, in_body)
    entities: dict[str, Entity] = {}
    for mention in mentions:
        entities.setdefault(mention.key, Entity(mention.kind, mention.name))
    return Hit(
        id=article.id,
        title=article.title,
        published=article.published,
        source=article.source,
        language=article.language,
        url=article.url,
        score=ranked.score,
        snippet=snippet,
        title_spans=merge_spans([(match.start, match.stop) for match in in_title]),
        snippet_spans=snippet_spans,
        entities=tuple(entities.values()),
        cluster=cluster,
        author=article.author,
        dateline=article.dateline,
    )
