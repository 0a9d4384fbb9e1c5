"""The parser: from a query string to a tree of whoosh.query nodes, and what it could not use."""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from whoosh import query as q

from newsindex.query.diagnostic import Diagnostic
from newsindex.query.leaves import TEXT

# Words of small letters, or with one capital at the start: no operator, no field, no sign.
_PLAIN_WORD = r"[^\W\d_]?[a-zа-яёіїєґ]{2,40}"
_PLAIN_WORDS = re.compile(rf"{_PLAIN_WORD}(?: {_PLAIN_WORD}){{0,19}}")
# A date in figures with its year. A number alone may begin words (5 серпня, 3 дня назад), as may a
# range (2025-08 .. вчера).
_DAY = r"(?:\d{4}-\d[\d:T-]*|\d{1,2}\.\d{1,2}\.\d{4}|\d{4}(?=\.\.|\s*(?:\)|$)))"
_FIGURES = re.compile(rf"date:(?:[<>]=?)?{_DAY}(?:\.\.{_DAY})?(?![^\s)]|\s*\.\.)")


class ParsedQuery(NamedTuple):
    """A query string as a tree, and what of it was ignored or guessed."""

    tree: q.Query
    diagnostics: tuple[Diagnostic, ...]


def parse(text: str, timezone: str, now: datetime | None = None) -> ParsedQuery:
    """Parse a query string. Never raises, whatever the string; the tree of one in which nothing
    makes sense matches nothing, that of an empty one matches every article.

    ``timezone`` (an IANA name) says when the days of ``date:`` begin; ``now`` is the moment from
    which it counts ``вчера`` and the like, the present if it is None.
    """
    # What a date in words means changes with time: only one in figures is remembered.
    lasting = "date:" not in text or text.count("date:") == len(_FIGURES.findall(text))
    return _remembered(text, timezone) if lasting else _parse(text, timezone, now)


@lru_cache(maxsize=2048)
def _remembered(text: str, timezone: str) -> ParsedQuery:
    return _parse(text, timezone, None)


def _parse(text: str, timezone: str, now: datetime | None) -> ParsedQuery:
    if not text.strip():
        return ParsedQuery(q.Every(), ())
    if _PLAIN_WORDS.fullmatch(text):
        # What most people type needs no parser; a test holds that it would say the same.
        words = [q.Term(TEXT, word) for word in dict.fromkeys(text.split())]
        return ParsedQuery(words[0] if len(words) == 1 else q.And(words), ())
    # Imported here because it takes a while: most searches have no use for a grammar.
    from newsindex.query.reader import read  # noqa: PLC0415

    tree, diagnostics = read(text, timezone, now)
    return ParsedQuery(tree, tuple(diagnostics))
