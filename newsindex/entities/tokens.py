"""Tokens for tagging: words, numbers, initials and single marks, cut into sentences, with spans.

Tagging reads what search ignores: quotation marks, dashes, capital letters, the dot of an initial.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_CAPITAL = "А-ЯЁІЇЄҐA-Z"
# Abbreviations that a name follows; with their dot they are one token and end no sentence.
_ABBREVIATED = "ул|вул|просп|пл|пр|пер|пров|бул|обл|им|ім|г|м|с|р|пос|ст|д|корп|акад|проф|св|см|див"
_TOKEN = re.compile(
    rf"""
    [{_CAPITAL}]\.(?=[ \u00a0]?[{_CAPITAL}])             # an initial, with its dot
    | (?<!\w)(?:{_ABBREVIATED})\.(?=[ \u00a0]?[{_CAPITAL}\d«"])
    | [\w\u0301\u00ad]++(?:[-‐‑'’ʼ`&][\w\u0301\u00ad]++|\.[a-zA-Z0-9]\w*+)*+
    | \n++
    | [^\w\s]
    """,
    re.VERBOSE,
)
_OPENS = frozenset('«"“„(—–-')
_ENDS = frozenset(".!?…")
MAX_FORM = 60  # characters; a longer word is no name
MAX_SENTENCE = 250  # tokens; a longer one is cut, so that the cost stays linear


class Tokens(NamedTuple):
    """Tokens of a text, with two empty ones before, between and after the sentences."""

    forms: list[str]
    starts: list[int]
    stops: list[int]


def tokenise(text: str) -> Tokens:
    """The tokens of ``text``; ``starts`` and ``stops`` count its characters. Never raises."""
    forms = ["", ""]
    starts = [0, 0]
    stops = [0, 0]
    length = 0  # of the sentence so far
    last = ""
    for match in _TOKEN.finditer(text):
        form = match.group()[:MAX_FORM]
        if form[0] == "\n":
            ended = True
        else:
            ended = length >= MAX_SENTENCE or (
                last in _ENDS and (form[0].isupper() or form in _OPENS)
            )
        if ended and length:
            forms += ("", "")
            starts += (0, 0)
            stops += (0, 0)
            length = 0
            last = ""
        if form[0] != "\n":
            forms.append(form)
            starts.append(match.start())
            stops.append(match.end())
            length += 1
            last = form
    if length:
        forms += ("", "")
        starts += (0, 0)
        stops += (0, 0)
    return Tokens(forms, starts, stops)
