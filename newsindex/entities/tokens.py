"""Tokens for tagging: words, numbers, initials and single marks, cut into sentences, with spans.

Tagging reads what search ignores: quotation marks, dashes, capital letters, the dot of an initial.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_CAPITAL = "А-ЯЁІЇЄҐA-Z"
_TOKEN = re.compile(
    rf"""
    [{_CAPITAL}]\.(?=[ \u00a0]?[{_CAPITAL}])             # an initial, with its dot
    | [\w\u0301\u00ad]++(?:[-‐‑'’ʼ`&][\w\u0301\u00ad]++|\.[a-zA-Z0-9]\w*+)*+
    | \n++
    | [^\w\s]
    """,
    re.VERBOSE,
)
_OPENS = frozenset('«"“„(—–-')
_ENDS = frozenset(".!?…")
_ABBREVIATED = frozenset(
    "г ул им ст тыс млн млрд обл р пл просп м т тис вул ім див см св о акад проф".split()
)
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
    before = last = ""
    for match in _TOKEN.finditer(text):
        form = match.group()
        if form[0] == "\n":
            ended = True
        else:
            ended = length >= MAX_SENTENCE or (
                last in _ENDS
                and (form[0].isupper() or form in _OPENS)
                and not (last == "." and before in _ABBREVIATED)
            )
        if ended and length:
            forms += ("", "")
            starts += (0, 0)
            stops += (0, 0)
            length = 0
            before = last = ""
        if form[0] != "\n":
            forms.append(form)
            starts.append(match.start())
            stops.append(match.end())
            length += 1
            before, last = last, form
    if length:
        forms += ("", "")
        starts += (0, 0)
        stops += (0, 0)
    return Tokens(forms, starts, stops)
