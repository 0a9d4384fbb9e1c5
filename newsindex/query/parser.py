"""The parser: from a query string to a tree of whoosh.query nodes, and what it could not use."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from whoosh import qparser
from whoosh import query as q
from whoosh.qparser import syntax
from whoosh.qparser.common import attach

from newsindex.entities import query_keys
from newsindex.errors import InvalidArgument
from newsindex.index.postings import BODY_GAP
from newsindex.query import dates
from newsindex.query.leaves import (
    DATE,
    ENTITY_FIELDS,
    ID,
    LANGUAGE,
    SOURCE,
    TEXT,
    TITLE,
    WORD_FIELDS,
    ExactPhrase,
    ExactTerm,
    prefix_forms,
    words_of,
)
from newsindex.query.tidy import Diagnostic, tidy
from newsindex.text import analyse_query
from newsindex.zones import time_zone

MAX_SLOP = BODY_GAP - 1
_FIELDS = {
    "text": TEXT,
    "title": TITLE,
    "source": SOURCE,
    "lang": LANGUAGE,
    "language": LANGUAGE,
    "id": ID,
    **{field: field for field in ENTITY_FIELDS},
}
_FIELD = rf"(?<![^\s()\-=])(?P<text>{'|'.join(sorted(_FIELDS))}):(?=[^\s)])"


# Words of small letters, or with one capital at the start: no operator, no field, no sign.
_PLAIN_WORD = r"[^\W\d_]?[a-zа-яёіїєґ]{2,40}"
_PLAIN_WORDS = re.compile(rf"{_PLAIN_WORD}(?: {_PLAIN_WORD}){{0,19}}")


@dataclasses.dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query string as a tree, and what of it was ignored or guessed."""

    tree: q.Query
    diagnostics: tuple[Diagnostic, ...]


class _Node(syntax.TextNode):  # type: ignore[misc]  # Whoosh's syntax nodes are untyped
    """A leaf whose whole text becomes one query."""

    def __init__(self, text: str, make: Callable[[str, str], q.Query]) -> None:
        super().__init__(text)
        self._make = make

    def query(self, parser: Any) -> q.Query:
        query = self._make(_FIELDS.get(self.fieldname, TEXT), self.text)
        query.boost = self.boost
        return attach(query, self)


class _LeafPlugin(qparser.TaggingPlugin):  # type: ignore[misc]  # as above
    """Tags what matches an expression as a leaf."""

    def __init__(self, expr: str, make: Callable[[re.Match[str]], syntax.SyntaxNode]) -> None:
        self.expr = re.compile(expr)
        self._create = make

    def create(self, parser: Any, match: re.Match[str]) -> syntax.SyntaxNode:
        return self._create(match)


class _Refused(q.Term):  # type: ignore[misc]  # as above
    """Stands for a clause that cannot be used; its text says why."""


def _phrase(match: re.Match[str]) -> syntax.SyntaxNode:
    exact, slop = bool(match["exact"]), min(max(int(match["slop"] or 1), 1), MAX_SLOP)

    def make(field: str, text: str) -> q.Query:
        if field not in WORD_FIELDS:
            return q.Term(field, text)
        words = [
            text[token.start : token.stop] for token in analyse_query(text) if token.width == 1
        ]
        if len(words) == 1:
            return (ExactTerm if exact else q.Term)(field, words[0])
        return (ExactPhrase if exact else q.Phrase)(field, words, slop=slop)

    return _Node(match["text"], make)


def _exact(match: re.Match[str]) -> syntax.SyntaxNode:
    return _Node(match["text"], ExactTerm)


def _prefix(match: re.Match[str]) -> syntax.SyntaxNode:
    return _Node(match["text"], q.Prefix)


def _everything(_: re.Match[str]) -> syntax.SyntaxNode:
    return _Node("*", lambda _field, _text: q.Every())


@lru_cache(maxsize=64)
def _parser(timezone: str) -> qparser.QueryParser:
    zone = time_zone(timezone)

    def date(match: re.Match[str]) -> syntax.SyntaxNode:
        def make(_field: str, text: str) -> q.Query:
            try:
                since, until = dates.written_range(text, zone)
            except InvalidArgument as error:
                return _Refused(DATE, f"the date was ignored: {error}")
            return q.NumericRange(DATE, since, until)

        return _Node(match["text"], make)

    return qparser.QueryParser(
        TEXT,
        schema=None,
        plugins=[
            qparser.WhitespacePlugin(),
            _LeafPlugin(
                r"(?<![^\s()\-])date:(?P<text>[\[{][^\]}]*[\]}]|\"[^\"]*\"|[^\s()]+)", date
            ),
            qparser.FieldsPlugin(expr=_FIELD, remove_unknown=False),
            _LeafPlugin(r'(?P<exact>=?)"(?P<text>[^"]*)"(?:~(?P<slop>\d{1,6}))?', _phrase),
            _LeafPlugin(r'(?<![^\s():\-])=(?P<text>[^\s()"=]+)', _exact),
            _LeafPlugin(r'(?P<text>(?<![^\s():\-])[^\s()"*:]+)\*(?=[\s)]|$)', _prefix),
            _LeafPlugin(r"(?<![^\s(])\*(?::\*)?(?=[\s)]|$)", _everything),
            qparser.GroupPlugin(),
            qparser.OperatorsPlugin(
                And=r"(?<=[\s()])(?:AND|И|І|ТА)(?=[\s()])",
                Or=r"(?<=[\s()])(?:OR|ИЛИ|АБО)(?=[\s()])",
                Not=r"(?:^|(?<=[\s()]))(?:(?:NOT|НЕ)(?=[\s()])|-(?=[^\s\-)]))",
                AndNot=None,
                AndMaybe=None,
                Require=None,
            ),
            qparser.BoostPlugin(),
        ],
    )


@lru_cache(maxsize=2048)
def parse(text: str, timezone: str) -> ParsedQuery:
    """Parse a query string. Never raises, whatever the string; the tree of one in which nothing
    makes sense matches nothing, that of an empty one matches every article.

    ``timezone`` (an IANA name) says when the days of ``date:`` begin.
    """
    if not text.strip():
        return ParsedQuery(q.Every(), ())
    if _PLAIN_WORDS.fullmatch(text):
        # What most people type needs no parser; a test holds that it would say the same.
        words = [q.Term(TEXT, word) for word in dict.fromkeys(text.split())]
        return ParsedQuery(words[0] if len(words) == 1 else q.And(words), ())
    tidied, diagnostics = tidy(text)
    tree = _parse_tidied(tidied, timezone, diagnostics)
    return ParsedQuery(tree, tuple(sorted(diagnostics, key=lambda d: (d.start, d.stop))))


def _parse_tidied(text: str, timezone: str, diagnostics: list[Diagnostic]) -> q.Query:
    try:
        tree = _parser(timezone).parse(text, normalize=False)
    except (RecursionError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        # A tidied string should never upset Whoosh; if it does, its words are worth a search.
        diagnostics.append(Diagnostic(0, len(text), "not understood; only its words are searched"))
        tree = q.And([q.Term(TEXT, token.text) for token in analyse_query(text)])
    usable = _usable(tree, text, diagnostics)
    return q.NullQuery if usable is None else usable.normalize()


def _usable(node: q.Query, text: str, diagnostics: list[Diagnostic]) -> q.Query | None:
    """The part of a tree that can be evaluated, None if there is none; says what it drops."""
    if isinstance(node, (q.And, q.Or)):
        children = [_usable(child, text, diagnostics) for child in node.subqueries]
        kept = [child for child in children if child is not None]
        # Whoosh's normalize lets Every swallow a whole conjunction; here it adds nothing to one.
        if isinstance(node, q.And):
            kept = [child for child in kept if not isinstance(child, q.Every)] or kept[:1]
        return type(node)(kept, boost=node.boost) if kept else None
    if isinstance(node, q.Not):
        child = _usable(node.query, text, diagnostics)
        return None if child is None else q.Not(child)
    why = _refusal(node)
    if why is None:
        return node
    start, stop = getattr(node, "startchar", 0) or 0, getattr(node, "endchar", 0) or len(text)
    if any(char.isalnum() for char in text[start:stop]) or isinstance(node, q.Phrase):
        diagnostics.append(Diagnostic(start, stop, why))
    return None


def _refusal(node: q.Query) -> str | None:
    """Why a leaf cannot be evaluated, or None. Gives a field its one name on the way."""
    if isinstance(node, _Refused):
        return str(node.text)
    if isinstance(node, q.Prefix):
        node.fieldname = _FIELDS.get(node.fieldname, TEXT)
        usable = node.fieldname not in WORD_FIELDS or bool(prefix_forms(node.text))
        return None if usable else f"{node.text}* is the beginning of no word and was ignored"
    if isinstance(node, q.Phrase):
        return None if node.words else "a phrase without a word was ignored"
    if isinstance(node, q.Term):
        node.fieldname = _FIELDS.get(node.fieldname, TEXT)
        if node.fieldname in ENTITY_FIELDS:
            usable = bool(query_keys(node.fieldname, node.text))
        else:
            usable = node.fieldname not in WORD_FIELDS or bool(words_of(node.text))
        return None if usable else f"{node.text} holds no word and was ignored"
    if isinstance(node, (q.Every, q.NumericRange)):
        return None
    return "not understood and ignored"
