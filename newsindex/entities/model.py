"""What all know of names: a mention, the version of the keys, and which of them are counted."""

from __future__ import annotations

import dataclasses
from typing import Literal

KEY_VERSION = "11-6270108bb35b"
"""The version of the key functions (raised whenever their rules change) and of their tables; an
index of another one needs reindexing."""

DEFAULT_EXTRACTOR = "crf"  # name of the extractor that ships
# Keys that only serve to find a person, or a body, begin so.
FINDING_PERSON = "person?"
FINDING_BODY = "org?"

Kind = Literal["person", "org", "place"]
Field = Literal["title", "text"]


@dataclasses.dataclass(frozen=True, slots=True)
class Mention:
    """A name in an article.

    ``start`` and ``stop`` count characters of the article's title or text (``field``), ``text`` is
    what stands there. ``key`` is the same for every mention of one person, body or place, in either
    language; ``name`` is what to show for it, in the nominative as far as rules can tell.
    """

    kind: Kind
    start: int
    stop: int
    field: Field
    text: str
    key: str
    name: str


def is_facet_key(key: str) -> bool:
    """Whether ``key`` is one that a mention can carry, not one that only serves to find it."""
    return not key.startswith((FINDING_PERSON, FINDING_BODY))
