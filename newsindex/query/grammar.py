"""The grammar: plugins that make Whoosh's query parser read the language of newsindex.

What they make is a tree of ``whoosh.query`` nodes, some of them to be looked over by the parser:
field names may be lists, dates are text, and proximity may join what cannot stand near anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from whoosh import qparser
from whoosh import query as q
from whoosh.qparser import syntax
from whoosh.qparser.common import attach

from newsindex.index.postings import BODY_GAP
from newsindex.query.leaves import (
    DATE,
    FIELDS,
    TEXT,
    TITLE,
    WORD_FIELDS,
    AtLeast,
    ExactPhrase,
    ExactTerm,
    Fuzzy,
    Wildcard,
    is_pattern,
)
from newsindex.query.tidy import AND, NAMES, NEAR, NOT, OR, SENTENCE
from newsindex.text import analyse_query

MAX_SLOP = BODY_GAP - 1
# How far NEAR reaches if it does not say.
NEAR_DISTANCE = 10
_FIELD = rf"(?<![^\s()\-=])(?P<text>{NAMES}):(?=[^\s)])"
_WORD_START = r"(?<![^\s():\-])"
_WORD_END = r"(?=[\s()^]|$)"


class DateText(q.Term):  # type: ignore[misc]  # Whoosh's classes are partly untyped
    """What stands behind ``date:``, not yet read."""


class Refused(q.Term):  # type: ignore[misc]  # as above
    """Stands for a clause that cannot be used; its text says why."""


class Joined(q.compound.CompoundQuery):  # type: ignore[misc]  # as above
    """Clauses that should stand near each other (see leaves.Proximity), whatever they are."""

    def __init__(
        self, subqueries: Sequence[q.Query], boost: float = 1.0, distance: int | None = None
    ) -> None:
        super().__init__(list(subqueries), boost=boost)
        self.distance = distance


def field_names(names: str | None) -> list[str]:
    """The fields that a list of names stands for, each once; a word in the title is in the text."""
    found = dict.fromkeys(FIELDS.get(name, TEXT) for name in (names or TEXT).split(","))
    if TEXT in found:
        found.pop(TITLE, None)
    return list(found)


class _Node(syntax.TextNode):  # type: ignore[misc]  # Whoosh's syntax nodes are untyped
    """A leaf whose whole text becomes one query, or one in each of several fields."""

    def __init__(self, text: str, make: Callable[[str, str], q.Query]) -> None:
        super().__init__(text)
        self._make = make

    def query(self, parser: Any) -> q.Query:
        made = [self._make(field, self.text) for field in field_names(self.fieldname)]
        for query in made:
            attach(query, self)
        query = made[0] if len(made) == 1 else attach(q.Or(made), self)
        query.boost = self.boost
        return query


class _LeafPlugin(qparser.TaggingPlugin):  # type: ignore[misc]  # as above
    """Tags what matches an expression as a leaf."""

    def __init__(self, expr: str, make: Callable[[re.Match[str]], syntax.SyntaxNode]) -> None:
        self.expr = re.compile(expr)
        self._create = make

    def create(self, parser: Any, match: re.Match[str]) -> syntax.SyntaxNode:
        return self._create(match)


class _JoinedGroup(syntax.GroupNode):  # type: ignore[misc]  # as above
    qclass = Joined
    merging = False


class _SentenceGroup(_JoinedGroup):
    pass


class _Near(syntax.InfixOperator):  # type: ignore[misc]  # as above
    """NEAR/n between two clauses."""

    distance = NEAR_DISTANCE

    def replace_self(self, parser: Any, group: Any, position: int) -> int:
        if not 0 < position < len(group) - 1:
            del group[position]
            return position
        sides = [group[position - 1], group[position + 1]]
        group[position - 1 : position + 2] = [_JoinedGroup(sides, distance=self.distance)]
        return position


class _NearTagger(qparser.OperatorsPlugin.OpTagger):  # type: ignore[misc]  # as above
    def create(self, parser: Any, match: re.Match[str]) -> syntax.SyntaxNode:
        operator = _Near(match.group(), _JoinedGroup)
        if match["distance"]:
            operator.distance = min(max(int(match["distance"]), 1), MAX_SLOP)
        return operator


def _phrase(match: re.Match[str]) -> syntax.SyntaxNode:
    exact, slop = bool(match["exact"]), min(max(int(match["slop"] or 1), 1), MAX_SLOP)
    count = None if match["count"] is None else int(match["count"])

    def make(field: str, text: str) -> q.Query:
        if field not in WORD_FIELDS:
            return q.Term(field, text)
        words = words_within(text)
        if count is not None:
            each = [(ExactTerm if exact else _word)(field, word) for word in words]
            return AtLeast(each, count)
        if len(words) == 1:
            return (ExactTerm if exact else _word)(field, words[0])
        return (ExactPhrase if exact else q.Phrase)(field, words, slop=slop)

    return _Node(match["text"], make)


def _word(field: str, text: str) -> q.Query:
    return (Wildcard if is_pattern(text) else q.Term)(field, text)


def words_within(text: str) -> list[str]:
    """The words in quotation marks; a compound is its parts, patterns stay as they are."""
    if not is_pattern(text):
        return [text[token.start : token.stop] for token in analyse_query(text) if token.width == 1]
    words: list[str] = []
    for piece in text.split():
        stripped = piece.strip('.,;:!()"')
        if is_pattern(stripped) and any(char.isalnum() for char in stripped):
            words.append(stripped)
        else:
            # Neither sign is left, so this goes no deeper.
            words += words_within(piece.replace("*", " ").replace("?", " "))
    return words


def _exact(match: re.Match[str]) -> syntax.SyntaxNode:
    return _Node(match["text"], ExactTerm)


def _pattern(match: re.Match[str]) -> syntax.SyntaxNode:
    text = match["text"]
    if text.find("*") == len(text) - 1 and "?" not in text:
        return _Node(text[:-1], q.Prefix)
    return _Node(text, Wildcard)


def _fuzzy(match: re.Match[str]) -> syntax.SyntaxNode:
    distance = int(match["distance"] or 1)

    def make(field: str, text: str) -> q.Query:
        return Fuzzy(field, text, distance) if field in WORD_FIELDS else q.Term(field, text)

    return _Node(match["text"], make)


def _date(match: re.Match[str]) -> syntax.SyntaxNode:
    return _Node(match["text"], lambda _field, text: DateText(DATE, text))


def _everything(_: re.Match[str]) -> syntax.SyntaxNode:
    return _Node("*", lambda _field, _text: q.Every())


@cache
def query_parser() -> qparser.QueryParser:
    """Whoosh's parser with the plugins of the language; it may be shared between threads."""
    operator = qparser.OperatorsPlugin.OpTagger
    return qparser.QueryParser(
        TEXT,
        schema=None,
        plugins=[
            qparser.WhitespacePlugin(),
            _LeafPlugin(
                r"(?<![^\s()\-])date:(?P<text>[\[{][^\]}]*[\]}]|\"[^\"]*\"|[^\s()]+)", _date
            ),
            qparser.FieldsPlugin(expr=_FIELD, remove_unknown=False),
            _LeafPlugin(
                r'(?P<exact>=?)"(?P<text>[^"]*)"(?:~(?P<slop>\d{1,6})|/(?P<count>\d{1,6}))?',
                _phrase,
            ),
            _LeafPlugin(_WORD_START + r'=(?P<text>[^\s()"=^]+)', _exact),
            _LeafPlugin(
                _WORD_START + r'(?P<text>[^\s()"*?:~^]+)~(?P<distance>\d{0,2})(?![^\s()^])',
                _fuzzy,
            ),
            _LeafPlugin(
                _WORD_START
                + r"(?P<text>(?=[^\s()\"^]*[\w])[\w'’ʼ.,&/\-]*"
                + r"(?:\*|\?++(?=[\w'’ʼ.*\-]))[\w'’ʼ.,&/*?\-]*)"
                + _WORD_END,
                _pattern,
            ),
            _LeafPlugin(r"(?<![^\s(])\*(?::\*)?(?=[\s)]|$)", _everything),
            qparser.GroupPlugin(),
            qparser.OperatorsPlugin(
                [
                    (operator(SENTENCE, _SentenceGroup, syntax.PrefixOperator), 0),
                    (_NearTagger(NEAR, _JoinedGroup), 0),
                ],
                And=AND,
                Or=OR,
                Not=NOT,
                AndNot=None,
                AndMaybe=None,
                Require=None,
            ),
            qparser.BoostPlugin(),
        ],
    )
