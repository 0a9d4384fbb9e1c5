"""Tidying: what makes no sense in a query string is blanked out, and said, before it is parsed.

Every replacement keeps the length of the string, so positions stay those of what the user typed.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

from newsindex.query.diagnostic import Diagnostic
from newsindex.query.leaves import FIELDS

MAX_LENGTH = 4096
MAX_DEPTH = 20

_QUOTES = str.maketrans(dict.fromkeys("«»„“”‟＂", '"'))
# The operators, as expressions: in capitals, in three languages, or as signs.
_AND, _OR = r"(?:AND|И|І|ТА|&&?)", r"(?:OR|ИЛИ|АБО|\|\|?)"
AND = rf"(?<=[\s()]){_AND}(?=[\s()])"
OR = rf"(?<=[\s()]){_OR}(?=[\s()])"
NOT = r"(?:^|(?<=[\s()]))(?:(?:NOT|НЕ)(?=[\s()])|-(?=[^\s\-)]))"
NEAR = r"(?<=[\s()])(?:NEAR|РЯДОМ|ПОРУЧ)(?:/(?P<distance>\d{1,6}))?(?=[\s()])"
SENTENCE = r"(?:^|(?<=[\s(\-]))(?:SENTENCE|ПРЕДЛОЖЕНИЕ|РЕЧЕННЯ)(?=\()"
_NAME = rf"(?:{'|'.join(sorted(FIELDS))})"
# A list of fields.
NAMES = rf"{_NAME}(?:,{_NAME})*"
_TOKEN = re.compile(
    rf"""
    (?P<date>(?<![^\s()\-])date:(?:[\[{{][^\]}}]*[\]}}]|"[^"]*"|[^\s()]*))
    | (?P<phrase>"[^"]*"(?:[~/]\d+)?)
    | (?P<open>\()
    | (?P<close>\))
    | (?P<not>(?<![^\s()])(?:NOT|НЕ)(?=[\s()]|$))
    | (?P<infix>(?<![^\s()])(?:{_AND}|{_OR})(?=[\s()]|$))
    | (?P<near>(?<![^\s()])(?:NEAR|РЯДОМ|ПОРУЧ)(?:/\d{{1,6}})?(?=[\s()]|$))
    | (?P<scope>(?<![^\s(\-])(?:SENTENCE|ПРЕДЛОЖЕНИЕ|РЕЧЕННЯ)(?=\())
    | (?P<negated>(?<![^\s()])-(?=[^\s\-)])(?:(?!["()])\S)*)
    | (?P<word>(?:(?!["()])\S)+)
    """,
    re.VERBOSE,
)


@dataclasses.dataclass(slots=True, eq=False)
class _Token:
    kind: str
    start: int
    stop: int


def tidy(text: str, is_date: Callable[[str], bool]) -> tuple[str, list[Diagnostic]]:
    """A string of the same length that parses cleanly, and what was left out of it.

    A date of several words that stands behind ``date:`` without quotation marks is joined to one
    word by low lines; ``is_date`` tells whether some words are one."""
    diagnostics: list[Diagnostic] = []
    text = "".join(" " if not char.isprintable() else char for char in text.translate(_QUOTES))
    if len(text) > MAX_LENGTH:
        diagnostics.append(
            Diagnostic(MAX_LENGTH, len(text), f"only the first {MAX_LENGTH} characters are read")
        )
        text = text[:MAX_LENGTH]
    chars = list(text)

    def blank(start: int, stop: int, why: str) -> None:
        diagnostics.append(Diagnostic(start, stop, why))
        chars[start:stop] = " " * (stop - start)

    if text.count('"') % 2:
        last = text.rindex('"')
        blank(last, last + 1, "a quotation mark without its partner was ignored")
        text = "".join(chars)
    text = _put_together(text)
    chars = list(text)
    for start, stop in _dates_of_words(text, is_date):
        chars[start:stop] = re.sub(r"\s", "_", text[start:stop])
    for start, stop, why in _useless_signs("".join(chars)):
        blank(start, stop, why)
    text = "".join(chars)
    tokens = [
        _Token(match.lastgroup or "", match.start(), match.end()) for match in _TOKEN.finditer(text)
    ]
    for token in _unbalanced(tokens):
        blank(token.start, token.stop, "a bracket without its partner was ignored")
        tokens.remove(token)
    while useless := _useless(tokens):
        for token in useless:
            what = (
                "brackets with nothing in them were"
                if token.kind in _BRACKETS
                else (f"{text[token.start : token.stop]} with nothing to join was")
            )
            if token.kind != "close":
                diagnostics.append(Diagnostic(token.start, token.stop, f"{what} ignored"))
            chars[token.start : token.stop] = " " * (token.stop - token.start)
            tokens.remove(token)
    return "".join(chars), diagnostics


_BRACKETS = ("open", "close")
_QUOTED = r'"[^"]*"'
_OPERAND = rf"(?=[^\s)])(?!(?:{_AND}|{_OR})(?:[\s()]|$))"
_APART = re.compile(
    rf"""
    {_QUOTED}
    | (?<![^\s()\-=])(?P<field>(?:{NAMES}|date):(?:(?<=date:)[<>]=?)?)(?P<blank>\s+){_OPERAND}
    | (?<![^\s(\-])(?P<scope>SENTENCE|ПРЕДЛОЖЕНИЕ|РЕЧЕННЯ)(?P<gap>\s+)(?=\()
    | (?<![^\s()\-])(?P<within>title:|text:)(?P<sentence>SENTENCE|ПРЕДЛОЖЕНИЕ|РЕЧЕННЯ)(?=\()
    """,
    re.VERBOSE,
)
_USELESS_SIGN = re.compile(
    rf"""
    {_QUOTED}
    | (?<![^\s()\-=])(?P<field>(?:{NAMES}|date):)(?:(?=[\s)])|$)
    | (?<=[^\s(^])(?P<boost>\^+(?!(?<=[^^]\^)\d+(?:\.\d+)?(?:[\s)]|$))[^\s()"]*)
    """,
    re.VERBOSE,
)
_COMMA = re.compile(rf"{_QUOTED}|(?P<before>(?<=[^\s(])\^\d+),(?=\d+(?:[\s)]|$))")


def _put_together(text: str) -> str:
    """The text with blanks moved from where they hide what is meant to where they do not: behind
    the name of a field, before the bracket of SENTENCE. A title is one sentence, so there the word
    says nothing. The comma of a boost is a point."""

    def moved(match: re.Match[str]) -> str:
        if match["field"]:
            return match["blank"] + match["field"]
        if match["scope"]:
            return match["gap"] + match["scope"]
        if match["within"] == "title:":
            return " " * len(match["sentence"]) + match["within"]
        if match["within"]:
            return " " * len(match["within"]) + match["sentence"]
        return match[0]

    # Twice: what is moved may leave another blank, as in date: >= 2025.
    text = _APART.sub(moved, _APART.sub(moved, text))
    return _COMMA.sub(lambda m: f"{m['before']}." if m["before"] else m[0], text)


def _useless_signs(text: str) -> list[tuple[int, int, str]]:
    """Names of fields with nothing behind them and boosts that are no numbers: where, and why they
    are left out."""
    return [
        (*match.span("field"), f"{match['field']} with nothing behind it was ignored")
        if match["field"]
        else (*match.span("boost"), f"{match['boost']} was ignored: expected a number, as in ^2")
        for match in _USELESS_SIGN.finditer(text)
        if match["field"] or match["boost"]
    ]


# It looks ahead only: another date may stand among the words.
_DATE_OF_WORDS = re.compile(
    r"(?<![^\s()\-])date:(?:[<>]=?)?(?=([^\s()\[\]{}\"]+(?:\s+[^\s()\"]+){1,5}))"
)


def _dates_of_words(text: str, is_date: Callable[[str], bool]) -> list[tuple[int, int]]:
    """Where dates of several words stand; of each as many words as make a date."""
    found = []
    for match in _DATE_OF_WORDS.finditer(text):
        start, stop = match.span(1)
        while (stop := start + len(text[start:stop].rstrip())) > start:
            words = text[start:stop]
            if not re.search(r"\s", words):
                break
            if is_date(" ".join(words.split())):
                found.append((start, stop))
                break
            stop = start + len(re.sub(r"\S+$", "", words))
    return found


def _unbalanced(tokens: list[_Token]) -> list[_Token]:
    """Brackets without a partner, and pairs nested deeper than MAX_DEPTH."""
    pending: list[_Token] = []
    result = []
    for token in tokens:
        if token.kind == "open":
            pending.append(token)
        elif token.kind == "close":
            if not pending:
                result.append(token)
                continue
            partner = pending.pop()
            if len(pending) >= MAX_DEPTH:
                result += [partner, token]
    return sorted(result + pending, key=lambda token: token.start)


def _useless(tokens: list[_Token]) -> list[_Token]:
    """The first operator without an operand where it needs one, or empty pair of brackets."""
    for i, token in enumerate(tokens):
        before = tokens[i - 1].kind if i else "open"
        after = tokens[i + 1].kind if i + 1 < len(tokens) else "end"
        if token.kind == "open" and after == "close":
            return [token, tokens[i + 1]]
        dangling = after in ("close", "infix", "near", "end")
        if token.kind in ("infix", "near") and (dangling or before in ("open", "not")):
            return [token]
        if token.kind == "near" and after in ("not", "negated"):
            return [token]
        if token.kind == "scope" and after != "open":
            return [token]
        if token.kind == "not" and (dangling or after == "not"):
            return [token]
    return []
