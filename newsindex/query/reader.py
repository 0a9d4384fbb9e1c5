"""The reader: the tree that a query string asks for that is more than words, for the parser."""

from __future__ import annotations

import copy
import re
from datetime import datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from whoosh import query as q

from newsindex import entities
from newsindex.errors import InvalidArgument
from newsindex.query import dates
from newsindex.query.diagnostic import Diagnostic
from newsindex.query.expansion import LEAST_INFIX, MAX_DISTANCE, fuzzy, prefix, wildcard
from newsindex.query.grammar import DateText, Joined, Refused, field_names, query_parser
from newsindex.query.leaves import (
    DATE,
    ENTITY_FIELDS,
    FIELDS,
    HAS,
    HAS_WHAT,
    TEXT,
    WORD_FIELDS,
    AtLeast,
    ExactPhrase,
    ExactTerm,
    Fuzzy,
    Proximity,
    Wildcard,
    is_pattern,
    words_of,
)
from newsindex.query.tidy import tidy
from newsindex.text import analyse_query
from newsindex.zones import time_zone

# Words spelled by patterns or with errors that one query may hold: each looks through dictionaries.
MAX_EXPANSIONS = 24
# Words of one phrase.
MAX_WORDS = 64
# Parts of one NEAR: each may nearly double the stretches that have to be looked at.
MAX_NEAR = 8


def read(text: str, timezone: str, now: datetime | None) -> tuple[q.Query, list[Diagnostic]]:
    """The tree of a query string, and what of it was ignored or guessed (see parser.parse)."""
    zone = time_zone(timezone)
    tidied, diagnostics = tidy(text, lambda words: dates.is_date(words, zone))
    diagnostics += _unknown_fields(tidied)
    reader = _Reader(tidied, diagnostics, zone, now)
    tree = reader.tree()
    return tree, sorted(diagnostics, key=lambda d: (d.start, d.stop))


# What looks like the name of a field; not in quotation marks, not in an address on the web.
_FIELD_LIKE = re.compile(r'"[^"]*"|(?<![^\s()\-=])([a-z]+(?:,[a-z]+)*|[а-яёіїєґ]{2,}):(?=[^\s)/:])')


def _unknown_fields(text: str) -> list[Diagnostic]:
    """What is searched as a word although whoever wrote it may have meant a field."""
    return [
        Diagnostic(
            match.start(), match.end(), f"{match[1]}: is no field, so it is searched as a word"
        )
        for match in _FIELD_LIKE.finditer(text)
        if match[1] and not {DATE, *FIELDS}.issuperset(match[1].split(","))
    ]


class _Reader:
    """Makes of a tidied string the tree that can be evaluated, and notes what it leaves out."""

    def __init__(
        self, text: str, diagnostics: list[Diagnostic], zone: ZoneInfo, now: datetime | None
    ) -> None:
        self._text = text
        self._diagnostics = diagnostics
        self._zone = zone
        self._now = now
        self._expansions = 0

    def tree(self) -> q.Query:
        try:
            tree = query_parser().parse(self._text, normalize=False)
        except (
            RecursionError,
            ArithmeticError,
            AttributeError,
            LookupError,
            TypeError,
            ValueError,
        ):
            # A tidied string should never upset Whoosh; if it does, its words are worth a search.
            self._note(None, "not understood; only its words are searched")
            tree = q.And([q.Term(TEXT, token.text) for token in analyse_query(self._text)])
        usable = self._usable(tree)
        return q.NullQuery if usable is None else usable.normalize()

    def _note(self, node: q.Query | None, why: str) -> None:
        start = getattr(node, "startchar", 0) or 0
        stop = getattr(node, "endchar", 0) or len(self._text)
        if all(why != each.message for each in self._diagnostics[-1:]):
            self._diagnostics.append(Diagnostic(start, stop, why))

    def _usable(self, node: q.Query) -> q.Query | None:
        """The part of a tree that can be evaluated, None if there is none."""
        if isinstance(node, Joined):
            return self._proximity(node)
        if isinstance(node, AtLeast):
            return self._at_least(node)
        if isinstance(node, (q.And, q.Or)):
            kept = self._all_usable(node.subqueries)
            # Whoosh's normalize lets Every swallow a conjunction; here it adds nothing to one.
            if isinstance(node, q.And):
                kept = [child for child in kept if not isinstance(child, q.Every)] or kept[:1]
            return type(node)(kept, boost=node.boost) if kept else None
        if isinstance(node, q.Not):
            child = self._usable(node.query)
            return None if child is None else q.Not(child)
        if isinstance(node, DateText):
            return self._date(node)
        return self._leaf(node)

    def _all_usable(self, nodes: list[q.Query]) -> list[q.Query]:
        return [child for child in map(self._usable, nodes) if child is not None]

    def _leaf(self, node: q.Query) -> q.Query | None:
        names = field_names(node.field()) if isinstance(node, (q.Term, q.Prefix)) else []
        if len(names) > 1:
            each = [copy.copy(node) for _ in names]
            for leaf, name in zip(each, names, strict=True):
                leaf.fieldname = name
            kept = self._all_usable(each)
            return q.Or(kept) if kept else None
        if names and not isinstance(node, Refused):
            node.fieldname = names[0]
        why = self._refusal(node)
        if why is None:
            return node
        start, stop = getattr(node, "startchar", 0) or 0, getattr(node, "endchar", 0) or 0
        said = self._text[start : stop or len(self._text)]
        if any(char.isalnum() for char in said) or isinstance(node, (q.Phrase, Wildcard)):
            self._note(node, why)
        return None

    def _refusal(self, node: q.Query) -> str | None:
        """Why a leaf cannot be evaluated, or None."""
        if isinstance(node, (q.Every, q.NumericRange)):
            return None
        if isinstance(node, q.Phrase):
            return self._refusal_of_phrase(node)
        if not isinstance(node, (q.Term, q.Prefix)):
            return "not understood and ignored"
        if isinstance(node, (q.Prefix, Wildcard, Fuzzy)):
            return self._refusal_of_expansion(node)
        if node.fieldname in ENTITY_FIELDS:
            usable = bool(entities.query_keys(node.fieldname, node.text))
        elif node.fieldname == HAS:
            node.text = node.text.strip('"').lower()
            if node.text not in HAS_WHAT:
                return f"has: expected one of {', '.join(HAS_WHAT)}, found {node.text}; ignored"
            usable = True
        else:
            usable = node.fieldname not in WORD_FIELDS or bool(words_of(node.text))
        return None if usable else f"{node.text} holds no word and was ignored"

    def _refusal_of_phrase(self, node: q.Phrase) -> str | None:
        if not node.words:
            return "a phrase without a word was ignored"
        if len(node.words) > MAX_WORDS:
            self._note(node, f"only the first {MAX_WORDS} words of the phrase are searched")
            del node.words[MAX_WORDS:]
        for word in node.words:
            if is_pattern(word) and (why := self._refusal(Wildcard(TEXT, word))):
                return why
        return None

    def _refusal_of_expansion(self, node: q.Query) -> str | None:
        star = "*" if isinstance(node, q.Prefix) else ""
        if node.fieldname in ENTITY_FIELDS or node.fieldname == HAS:
            return f"{node.fieldname}: takes no {star or '* or ?'}; {node.text}{star} was ignored"
        if node.fieldname not in WORD_FIELDS:
            return None
        self._expansions += 1
        if self._expansions > MAX_EXPANSIONS:
            return f"{node.text}{star} was ignored: a query may hold {MAX_EXPANSIONS} such words"
        if isinstance(node, q.Prefix):
            usable = prefix(node.text) is not None
            return None if usable else f"{node.text}* is the beginning of no word and was ignored"
        if isinstance(node, Wildcard):
            usable = wildcard(node.text) is not None
            return (
                None
                if usable
                else f"{node.text} was ignored: it needs a letter at its beginning, or"
                f" {LEAST_INFIX} in a row"
            )
        if not words_of(node.text):
            return f"{node.text} holds no word and was ignored"
        if fuzzy(node.text, node.distance) is None:
            self._note(node, f"{node.text} is no single word of three letters: searched as it is")
        elif node.distance > MAX_DISTANCE:
            self._note(node, f"at most {MAX_DISTANCE} letters may be wrong; so many are allowed")
            node.distance = MAX_DISTANCE
        return None

    def _date(self, node: DateText) -> q.Query | None:
        text = node.text.strip('"').replace("_", " ").strip()
        if text.lower() in ("none", "*"):
            known = q.Term(HAS, DATE)
            return known if text == "*" else q.Not(known)
        try:
            since, until = dates.written_range(text, self._zone, self._now)
        except InvalidArgument as error:
            self._note(node, f"the date was ignored: {error}")
            return None
        if since is not None and until is not None and since >= until:
            self._note(node, "the dates end before they begin, so nothing was published then")
        return q.NumericRange(DATE, since, until)

    def _at_least(self, node: AtLeast) -> q.Query | None:
        if len(node.subqueries) > MAX_WORDS:
            self._note(node, f"only the first {MAX_WORDS} words are searched")
        kept = self._all_usable(node.subqueries[:MAX_WORDS])
        kept = list(dict.fromkeys(kept))
        if not kept:
            self._note(node, "a list without a word was ignored")
            return None
        if not node.count:
            self._note(node, "at least one of the words is wanted, not 0")
        if node.count > len(kept):
            self._note(node, f"there are only {len(kept)} different words, so all are wanted")
        if node.count >= len(kept):
            return q.And(kept, boost=node.boost)
        if node.count <= 1:
            return q.Or(kept, boost=node.boost)
        return AtLeast(kept, node.count, boost=node.boost)

    def _proximity(self, node: Joined) -> q.Query | None:
        parts: list[q.Query] = []
        boost = node.boost
        for child in node.subqueries:
            # What stands in brackets: all of it has to be near.
            boost *= child.boost if isinstance(child, q.And) else 1.0
            for usable in self._all_usable(_conjuncts(child)):
                parts += _conjuncts(usable)
        kept = [self._shortened(p) for p in map(_positional, parts) if p is not None]
        if len(kept) < len(parts):
            what = "SENTENCE" if node.distance is None else "NEAR"
            self._note(node, f"{what} joins words, phrases and OR of them; the rest was ignored")
        if len(kept) < 2:
            return kept[0] if kept else None
        most = MAX_WORDS if node.distance is None else MAX_NEAR
        count = sum(width <= most for width in accumulate(map(_width, kept)))
        near = kept[:count]
        if count < len(kept):
            self._note(
                node, f"only the first {most} words must stand together, the others anywhere"
            )
        joined = Proximity(near, node.distance, boost=boost) if len(near) > 1 else near[0]
        far = [part for part in kept[count:] if part not in near]
        return q.And([joined, *far]) if far else joined

    def _shortened(self, part: q.Query) -> q.Query:
        """A part of NEAR or SENTENCE, of an OR no more words than a phrase may have: each of them
        brings all its positions."""
        choices = _disjuncts(part)
        if len(choices) <= MAX_WORDS:
            return part
        self._note(None, f"of an OR within NEAR or SENTENCE the first {MAX_WORDS} are searched")
        return q.Or(choices[:MAX_WORDS])


def _disjuncts(node: q.Query) -> list[q.Query]:
    """What an OR joins, those within it taken apart; else the clause itself."""
    if not isinstance(node, q.Or):
        return [node]
    return [part for child in node.subqueries for part in _disjuncts(child)]


def _conjuncts(node: q.Query) -> list[q.Query]:
    """What a conjunction joins, those within it taken apart; else the clause itself."""
    if not isinstance(node, q.And):
        return [node]
    return [part for child in node.subqueries for part in _conjuncts(child)]


def _width(node: q.Query) -> int:
    """How many parts stand near each other in a clause that stands at positions."""
    if isinstance(node, q.Or):
        return max(map(_width, node.subqueries))
    near = isinstance(node, Proximity) and node.distance is not None
    return sum(map(_width, node.parts)) if near else 1


def _positional(node: q.Query) -> q.Query | None:
    """A clause that stands at positions of the text, or None."""
    if isinstance(node, (q.And, q.Or)) and len(node.subqueries) == 1:
        return _positional(node.subqueries[0])
    if isinstance(node, q.Or):
        kept = [part for part in map(_positional, node.subqueries) if part is not None]
        return q.Or(kept) if kept else None
    if isinstance(node, Proximity):
        return node
    leaf = isinstance(node, (q.Term, q.Prefix, q.Phrase, ExactTerm, ExactPhrase))
    return node if leaf and node.fieldname in WORD_FIELDS else None
