"""The extractors: the one that ships, and those of other packages by entry point."""

from __future__ import annotations

import functools
import importlib.metadata
import itertools
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from newsindex.entities import weights
from newsindex.entities.agreement import corrected
from newsindex.entities.given import given_mentions
from newsindex.entities.homes import home_of
from newsindex.entities.lexicon import DATA
from newsindex.entities.mentions import Span, settle
from newsindex.entities.model import DEFAULT_EXTRACTOR, Field, Mention
from newsindex.entities.shouting import quieten
from newsindex.entities.spans import names_in
from newsindex.entities.tagger import CAPITAL, Tagger
from newsindex.entities.things import without_addresses
from newsindex.entities.tokens import tokenise
from newsindex.errors import ExtractorError, InvalidArgument, SourceError
from newsindex.model import Article

GROUP = "newsindex.extractors"
MODEL_VARIABLE = "NEWSINDEX_MODEL"
MAX_TEXT = 200_000  # characters of a title or text in which names are looked for
BATCH = 60_000  # characters of articles that are tagged together


class Extractor(Protocol):
    """What finds the names of an article; spans count characters of its title and text."""

    def __call__(self, article: Article, /) -> tuple[Mention, ...]: ...


@functools.cache
def _tagger() -> Tagger:
    path = os.environ.get(MODEL_VARIABLE)
    if not path:
        with (DATA / "weights.npz").open("rb") as file:
            return Tagger(weights.load(file, "the model of the package"))
    return load_tagger(path)


def load_tagger(path: Path | str) -> Tagger:
    """The tagger of a model file made by `train`; SourceError if it is none."""
    try:
        with Path(path).open("rb") as file:
            return Tagger(weights.load(file, str(path)))
    except OSError as error:
        raise SourceError(
            f"{path}: expected a model of names, found {error.strerror}; check {MODEL_VARIABLE}"
        ) from error


def extract(article: Article) -> tuple[Mention, ...]:
    """The persons, organisations and places that ``article`` names, title first, in reading order.

    Names are looked for in the first 200,000 characters of each. Offline and safe to call from
    several threads; the model is loaded at the first call, from the package or the file that the
    variable NEWSINDEX_MODEL names. Never raises for any article; SourceError if that file is no
    model. An article that comes with entities keeps those (`given_mentions`).
    """
    return next(extract_many([article]))


def extract_many(
    articles: Iterable[Article], name: str = DEFAULT_EXTRACTOR
) -> Iterator[tuple[Mention, ...]]:
    """The mentions of each of ``articles``, in order, by the extractor called ``name``.

    The one that ships takes several at a time, which is faster by half. An article that comes with
    entities keeps those. Raises InvalidArgument if there is no extractor of that name,
    ExtractorError if it fails.
    """
    if name != DEFAULT_EXTRACTOR:
        found = get_extractor(name)
        for article in articles:
            given = article.entities is not None
            yield given_mentions(article) if given else _found_by(name, found, article)
        return
    batch: list[Article] = []
    size = 0
    for article in articles:
        batch.append(article)
        size += len(article.title) + len(article.text)
        if size >= BATCH:
            yield from extract_with(None, batch)
            batch, size = [], 0
    yield from extract_with(None, batch)


def _found_by(name: str, extractor: Extractor, article: Article) -> tuple[Mention, ...]:
    """The mentions that an extractor of another package finds, each within the article."""
    try:
        found = tuple(extractor(article))
    except Exception as error:
        raise ExtractorError(
            f"the extractor {name} failed on article {article.id}: {type(error).__name__}: {error}"
        ) from error
    length = {"title": len(article.title), "text": len(article.text)}
    for mention in found:
        if not isinstance(mention, Mention) or not (
            0 <= mention.start < mention.stop <= length.get(mention.field, 0)
        ):
            raise ExtractorError(
                f"the extractor {name} failed on article {article.id}: expected mentions within its"
                f" title or text, found {mention!r}"
            )
    return found


def extract_with(tagger: Tagger | None, articles: Sequence[Article]) -> list[tuple[Mention, ...]]:
    """`extract` for each of ``articles`` by a given tagger, which goes through all at once.

    None is the tagger that `extract` takes; it is loaded if an article does not bring its entities.
    """
    own = [a for a in articles if a.entities is None]
    found = iter(_tagged(tagger or _tagger(), own) if own else ())
    return [next(found) if a.entities is None else given_mentions(a) for a in articles]


def _tagged(tagger: Tagger, articles: Sequence[Article]) -> list[tuple[Mention, ...]]:
    """The mentions of ``articles``, which are tokenised, tagged and corrected as one text."""
    pieces = [t[:MAX_TEXT] for a in articles for t in (a.title, a.text)]
    text = "\n".join(pieces)  # no token and no sentence reaches across the end of a line
    begins = list(itertools.accumulate((len(piece) + 1 for piece in pieces), initial=0))
    tokens = tokenise(text)
    # The first token of each article, and the end of the last.
    bounds = np.searchsorted(tokens.starts, begins[2::2]).tolist()
    bounds = [0, *bounds[:-1], len(tokens.forms)]
    forms = quieten(tokens.forms, bounds)
    tagged = tagger.tag(forms)
    labels = without_addresses(text, tokens, tagged.labels)
    labels = corrected(forms, labels, (tagged.marks & CAPITAL).astype(bool), bounds)
    found: list[list[Span]] = [[] for _ in articles]
    number, begin = 0, 0
    for kind, start, stop in names_in(text, tokens, labels):
        while start >= begins[number + 1]:
            number += 1
            begin = begins[number]
        field: Field = "text" if number % 2 else "title"
        span = Span(kind, start - begin, stop - begin, field, text[start:stop])
        found[number // 2].append(span)
    return [
        settle(spans, a.language, home_of(a.language, a.url, a.source)) if spans else ()
        for a, spans in zip(articles, found, strict=True)
    ]


def get_extractor(name: str = DEFAULT_EXTRACTOR) -> Extractor:
    """The extractor called ``name``: ``crf`` is the one that ships.

    Others come from installed packages, as entry points of the group ``newsindex.extractors`` that
    name a callable: article in, tuple of Mention out (`mentions_from_spans` makes them of spans).
    Raises InvalidArgument if there is none of that name, ExtractorError if it cannot be loaded.
    """
    if name == DEFAULT_EXTRACTOR:
        return extract
    entries = importlib.metadata.entry_points(group=GROUP)
    for entry in entries:
        if entry.name == name:
            try:
                found: Extractor = entry.load()
            except Exception as error:
                raise ExtractorError(
                    f"the extractor {name} cannot be loaded from {entry.value}:"
                    f" {type(error).__name__}: {error}"
                ) from error
            return found
    known = ", ".join(sorted({DEFAULT_EXTRACTOR, *(entry.name for entry in entries)}))
    raise InvalidArgument(f"expected an extractor out of {known}, found {name!r}")


_SURE = re.compile(r"(person|org|place)\Z")


def mentions_from_spans(
    article: Article, spans: list[tuple[str, str, int, int]]
) -> tuple[Mention, ...]:
    """Mentions of spans (kind, field, start, stop) that come from elsewhere, with keys and names.

    For other extractors, and for articles that bring their entities. Raises InvalidArgument for a
    kind, a field or a span that cannot be.
    """
    checked = []
    for kind, field, start, stop in spans:
        if not _SURE.match(kind) or field not in ("title", "text"):
            raise InvalidArgument(
                f"expected a kind out of person, org, place and a field out of title, text; "
                f"found {kind!r} in {field!r}"
            )
        text = article.title if field == "title" else article.text
        if not 0 <= start < stop <= len(text):
            raise InvalidArgument(
                f"expected a span within the {len(text)} characters of the {field}, "
                f"found {start}-{stop}"
            )
        checked.append(Span(kind, start, stop, field, text[start:stop]))  # type: ignore[arg-type]  # both checked above
    checked.sort(key=lambda span: (span.field != "title", span.start))
    home = home_of(article.language, article.url, article.source)
    return settle(checked, article.language, home)
