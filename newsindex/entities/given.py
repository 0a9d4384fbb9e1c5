"""Mentions of the entities that an article brings with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from newsindex.entities.mentions import Span, settle
from newsindex.entities.model import Field, Kind, Mention
from newsindex.entities.stems import stem
from newsindex.entities.tokens import Tokens, tokenise
from newsindex.model import Article, GivenEntity


def given_mentions(article: Article) -> tuple[Mention, ...]:
    """The mentions of ``article.entities``, title first, in reading order, with keys and names.

    An entity without spans is looked for in the title and the text, in any case form; one that
    stands nowhere has one mention of no characters, at the beginning of the text.
    """
    spans: dict[tuple[str, str, int, int], Span] = {}
    sought: list[GivenEntity] = []
    for entity in article.entities or ():
        placed = [span for span in entity.spans if _is_within(article, span)]
        for field, start, stop in placed:
            _keep(spans, article, entity.kind, field, start, stop)
        if not placed:
            sought.append(entity)
    if sought:
        _look_for(sought, article, spans)
    ordered = sorted(spans.values(), key=lambda span: (span.field != "title", span.start))
    return settle(ordered, article.language)


def _is_within(article: Article, span: tuple[str, int, int]) -> bool:
    field, start, stop = span
    return field in ("title", "text") and 0 <= start < stop <= len(getattr(article, field))


def _keep(
    spans: dict[tuple[str, str, int, int], Span],
    article: Article,
    kind: str,
    field: str,
    start: int,
    stop: int,
    name: str = "",
) -> None:
    text = name or getattr(article, field)[start:stop]
    where = (kind, name or field, start, stop)
    spans.setdefault(where, Span(_kind(kind), start, stop, _field(field), text))


def _kind(kind: str) -> Kind:
    return "person" if kind == "person" else "org" if kind == "org" else "place"


def _field(field: str) -> Field:
    return "title" if field == "title" else "text"


def _look_for(
    sought: list[GivenEntity], article: Article, spans: dict[tuple[str, str, int, int], Span]
) -> None:
    wanted: defaultdict[str, list[tuple[list[str], GivenEntity]]] = defaultdict(list)
    for entity in sought:
        stems = [stem(form) for form in _words(tokenise(entity.name))]
        if stems:
            wanted[stems[0]].append((stems, entity))
    seen: set[int] = set()
    for field in ("title", "text"):
        tokens = tokenise(getattr(article, field))
        stems = [stem(form) if form else "" for form in tokens.forms]
        for i, first in enumerate(stems):
            for parts, entity in wanted.get(first, ()):
                if tokens.forms[i][:1].isupper() and stems[i : i + len(parts)] == parts:
                    start, stop = int(tokens.starts[i]), int(tokens.stops[i + len(parts) - 1])
                    _keep(spans, article, entity.kind, field, start, stop)
                    seen.add(id(entity))
    for entity in sought:
        if id(entity) not in seen:
            _keep(spans, article, entity.kind, "text", 0, 0, entity.name)


def _words(tokens: Tokens) -> Iterator[str]:
    return (form for form in tokens.forms if form)
