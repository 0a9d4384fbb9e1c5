"""The values that pass between the layers: an article, and an item that could not become one."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime
from typing import Any

from newsindex.errors import InvalidArticle

DEFAULT_TIMEZONE = "Europe/Kyiv"


ENTITY_KINDS = ("person", "org", "place")


@dataclasses.dataclass(frozen=True, slots=True)
class GivenEntity:
    """A name that an article brings with it, found by whoever made the article.

    ``kind`` is person, org or place, ``name`` any form of the name; ``spans`` are where it stands,
    as (field, start, stop) in characters of the article's title or text; where there are none, the
    name is looked for in any case form. Raises InvalidArticle for another kind or an empty name.
    """

    kind: str
    name: str
    spans: tuple[tuple[str, int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in ENTITY_KINDS:
            raise InvalidArticle(
                f"expected an entity that is one of {', '.join(ENTITY_KINDS)}, found {self.kind!r}"
            )
        if not isinstance(self.name, str) or not self.name.strip():
            raise InvalidArticle(f"expected the name of a {self.kind}, found {self.name!r}")
        _require_unicode("the name of an entity", self.name)


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """One news item, cleaned: what the index stores and what a search gives back.

    ``published`` is a timezone-aware datetime, of which the index keeps the seconds, or None where
    the date is unknown. ``language`` is
    ``"ru"``, ``"uk"`` or None (unknown; the index then detects it). An empty ``id`` is replaced by
    a hash of the url, or of title, date and text where there is no url, so that reading the same
    article twice gives the same id. ``author`` is who wrote it, several with ", " between them, as
    the page writes them; ``dateline`` the place of an agency's dateline ("Москва", "КИЕВ"), as
    written; neither counts for the ``id``. ``entities``, if not None, are the names in it, which
    then are taken as they are instead of being looked for; stored with the article are the mentions
    made of them. Raises InvalidArticle for values that make no article.
    """

    title: str
    text: str
    published: datetime | None = None
    url: str | None = None
    source: str | None = None
    language: str | None = None
    id: str = ""
    entities: tuple[GivenEntity, ...] | None = dataclasses.field(default=None, compare=False)
    author: str | None = None
    dateline: str | None = None

    def __post_init__(self) -> None:
        for name in ("title", "text", "id"):
            value = getattr(self, name)
            if not isinstance(value, str):
                raise InvalidArticle(f"{name} must be a string, found {type(value).__name__}")
            _require_unicode(name, value)
        for name in ("url", "source", "language", "author", "dateline"):
            value = getattr(self, name)
            if value is not None:
                if not isinstance(value, str):
                    raise InvalidArticle(
                        f"{name} must be a string or None, found {type(value).__name__}"
                    )
                _require_unicode(name, value)
        if not (self.title.strip() or self.text.strip()):
            raise InvalidArticle("an article needs a title or a text, found neither")
        if self.published is not None:
            if not isinstance(self.published, datetime):
                raise InvalidArticle(
                    "published must be a datetime with a time zone or None, found"
                    f" {type(self.published).__name__} {str(self.published)[:40]!r}"
                )
            if self.published.utcoffset() is None:
                raise InvalidArticle(f"published must carry a time zone, found {self.published!s}")
            _require_storable(self.published)
        if self.entities is not None:
            for entity in self.entities:
                if not isinstance(entity, GivenEntity):
                    raise InvalidArticle(
                        f"entities must be GivenEntity values, found {type(entity).__name__}"
                    )
        if not self.id:
            object.__setattr__(self, "id", self._default_id())

    def _default_id(self) -> str:
        if self.url:
            identity = self.url
        else:
            published = self.published.timestamp() if self.published else ""
            identity = f"{self.title}\n{published}\n{self.text}"
        return hashlib.blake2b(identity.encode(), digest_size=10).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """The article as JSON-ready values, ``published`` in ISO 8601 with its own offset."""
        return {
            "id": self.id,
            "url": self.url,
            "title": self.title,
            "text": self.text,
            "published": self.published.isoformat() if self.published else None,
            "source": self.source,
            "language": self.language,
            "author": self.author,
            "dateline": self.dateline,
        }


def _require_storable(published: datetime) -> None:
    """Raises InvalidArticle for a moment that has no second of UTC: at the ends of the calendar."""
    try:
        datetime.fromtimestamp(int(published.timestamp()), UTC).astimezone(published.tzinfo)
    except (OverflowError, ValueError, OSError) as error:
        raise InvalidArticle(f"published is beyond the calendar of UTC: {published!s}") from error


def require_article(value: object) -> None:
    """Raises InvalidArticle for a ``value`` that is no Article."""
    if not isinstance(value, Article):
        raise InvalidArticle(
            f"expected an Article, found {type(value).__name__}; newsindex.articles_from makes"
            " articles of dicts and frames"
        )


def _require_unicode(name: str, value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidArticle(f"{name} is not valid Unicode: {error.reason}") from error


@dataclasses.dataclass(frozen=True, slots=True)
class Skipped:
    """An item that was not read: where it stood (``file`` or ``file:line``) and why."""

    place: str
    reason: str


@dataclasses.dataclass(frozen=True, slots=True)
class Noted:
    """A remark on an article that was kept: where it stands (``file`` or ``file:line``) and what.

    A date that was not understood, a guessed encoding, a broken byte that was replaced: the article
    goes on without it, and whoever runs the indexing is told.
    """

    place: str
    reason: str
