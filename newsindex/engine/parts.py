"""Parts as an index searches them: a page of hits, every hit; a committed state as one part."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import Concatenate, NamedTuple, Protocol

from newsindex.engine.filters import Asked
from newsindex.errors import IndexCorrupt, NewsIndexError
from newsindex.index.columns import id_hashes
from newsindex.index.snapshot import Snapshot
from newsindex.model import Article, GivenEntity
from newsindex.query import RankedDocument, search
from newsindex.query.cursor import Cursor, Order
from newsindex.query.parts import Answer, Arguments, OnePart, Parts
from newsindex.query.search import stream
from newsindex.results import Hit, make_hit
from newsindex.results.highlight import Highlighter, patterns_of
from newsindex.results.reprints import clusters_of


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the hits, in which order, and what is to be said of them."""

    order: Order
    limit: int = 0
    offset: int = 0
    after: Cursor | None = None
    collapse: bool = False
    explain: bool = False


class Page(NamedTuple):
    """Some hits, how many there are in all, and the place of the last if more follow."""

    hits: tuple[Hit, ...]
    total: int
    after: Cursor | None


class Searched(Parts, Protocol):
    """What an index reads: its parts, as one."""

    @property
    def extractor(self) -> str:
        """Name of what finds persons, organisations and places in articles; empty if nothing."""

    @property
    def generation(self) -> int:
        """Number of the commit."""

    def page(self, question: Asked, wanted: Wanted) -> Page:
        """The wanted hits."""

    def hits(self, question: Asked, wanted: Wanted) -> Iterator[Hit]:
        """Every hit, in order."""

    def articles(self, question: Asked, wanted: Wanted) -> Iterator[Article]:
        """Every article that matches, in order, with the names that the index knows in it."""


class State(OnePart):
    """One committed state of an index in a folder: a single part."""

    @property
    def extractor(self) -> str:
        return self.snapshot.manifest.extractor

    @property
    def generation(self) -> int:
        return self.snapshot.manifest.generation

    def ask(
        self,
        function: Callable[Concatenate[Snapshot, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> list[Answer]:
        with damage_reported(self.snapshot):
            return super().ask(function, *args, **kwargs)

    def page(self, question: Asked, wanted: Wanted) -> Page:
        with damage_reported(self.snapshot) as snapshot:
            ranking = search(
                snapshot,
                question.tree,
                order=wanted.order,
                limit=wanted.limit,
                offset=wanted.offset,
                after=wanted.after,
                languages=question.languages,
                collapse=wanted.collapse,
            )
            hits = hits_of(snapshot, ranking.documents, question, wanted)
            hits = with_clusters(self, hits) if wanted.collapse else hits
        follows = ranking.documents[-1].cursor(wanted.order) if ranking.more and hits else None
        return Page(hits, ranking.total, follows)

    def hits(self, question: Asked, wanted: Wanted) -> Iterator[Hit]:
        highlighter = highlighter_of(question)
        for found in self._ranked(question, wanted):
            hit = make_hit(found, highlighter)
            yield with_clusters(self, (hit,))[0] if wanted.collapse else hit

    def articles(self, question: Asked, wanted: Wanted) -> Iterator[Article]:
        for found in self._ranked(question, wanted):
            yield whole_article(found, named=bool(self.extractor))

    def _ranked(self, question: Asked, wanted: Wanted) -> Iterator[RankedDocument]:
        with damage_reported(self.snapshot) as snapshot:
            yield from stream(
                snapshot,
                question.tree,
                order=wanted.order,
                languages=question.languages,
                collapse=wanted.collapse,
            )


def highlighter_of(question: Asked) -> Highlighter:
    """What shows where a question matched."""
    return Highlighter(patterns_of(question.tree, question.languages))


def hits_of(
    snapshot: Snapshot, documents: Sequence[RankedDocument], question: Asked, wanted: Wanted
) -> tuple[Hit, ...]:
    """The hits for ranked documents, with explanations if they are wanted and there are scores."""
    highlighter = highlighter_of(question)
    hits = tuple(make_hit(found, highlighter) for found in documents)
    if not wanted.explain or wanted.order != "relevance":
        return hits
    # Imported here because few searches have use for it.
    from newsindex.query.explain import explain  # noqa: PLC0415

    tree, languages = question.tree, question.languages
    return tuple(
        dataclasses.replace(
            hit,
            explanation=explain(snapshot, found.segment, found.document, tree, languages),
        )
        for hit, found in zip(hits, documents, strict=True)
    )


def with_clusters(parts: Parts, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Hits with the clusters of which they are the first."""
    clusters = clusters_of(parts, id_hashes([hit.id.encode() for hit in hits]).tolist())
    return tuple(
        dataclasses.replace(hit, cluster=cluster)
        for hit, cluster in zip(hits, clusters, strict=True)
    )


def whole_article(found: RankedDocument, *, named: bool) -> Article:
    """The article of a document; if the index looks for names, with those found in it."""
    article, mentions = found.segment.article_and_mentions(found.document)
    if not named:
        return article
    names = tuple(
        GivenEntity(each.kind, each.name, ((each.field, each.start, each.stop),))
        for each in mentions
    )
    return dataclasses.replace(article, entities=names)


@contextlib.contextmanager
def damage_reported(snapshot: Snapshot) -> Iterator[Snapshot]:
    """Arrays that do not fit together show as all sorts of errors: name the damaged file."""
    try:
        yield snapshot
    except NewsIndexError:
        raise
    except (ArithmeticError, LookupError, MemoryError, TypeError, ValueError) as error:
        # Damage is found by its checksum before it does harm; what has right checksums and does not
        # fit together was made so by somebody (or by a fault of ours).
        from newsindex.index.check import problems_of  # noqa: PLC0415

        kind = f"{type(error).__name__}: {error}"
        folder = snapshot.segments[0].file.path.parent if snapshot.segments else "the index"
        unknown = f"{folder}: expected arrays that fit together, found others ({kind})"
        raise IndexCorrupt(next(problems_of(snapshot), unknown)) from error
