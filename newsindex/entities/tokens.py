"""Tokens for tagging: words, numbers, initials and single marks, cut into sentences, with spans.

Tagging reads what search ignores: quotation marks, dashes, capital letters, the dot of an initial.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

_CAPITAL = "А-ЯЁІЇЄҐA-Z"
# Abbreviations that a name follows; with their dot they are one token and end no sentence.
_ABBREVIATED = "ул|вул|просп|пл|пр|пер|пров|бул|обл|им|ім|г|м|с|р|пос|ст|д|корп|акад|проф|св|см|див"
_TOKEN = re.compile(
    rf"""(
    \w++(?![-‐‑'’ʼ`&.\u0301\u00ad])                      # nearly all: a word and nothing else
    | (?:Дж|[{_CAPITAL}])\.(?:-[{_CAPITAL}]\.)?(?=[ \u00a0]?[{_CAPITAL}])  # an initial with its dot
    | (?<!\w)(?:{_ABBREVIATED})\.(?=[ \u00a0]?[{_CAPITAL}\d«"])
    | [\w\u0301\u00ad]++(?:[-‐‑'’ʼ`&][\w\u0301\u00ad]++|\.[a-zA-Z0-9]\w*+)*+
    | \n
    | [^\w\s]
    )""",
    re.VERBOSE,
)
# Quotation marks that open, or may.
OPENING_QUOTES = frozenset('«"“„')
CLOSING_QUOTES = frozenset("»”")  # that surely close
_OPENS = frozenset('«"“„(—–-')
_BREAKS = frozenset(".!?…\n")
MAX_FORM = 60  # characters; a longer word is no name
MAX_SENTENCE = 250  # tokens; a longer one is cut, so that the cost stays linear


class Tokens(NamedTuple):
    """Tokens of a text, with two empty ones before, between and after the sentences.

    ``starts`` and ``stops`` count characters, and ascend.
    """

    forms: list[str]
    starts: list[int]
    stops: list[int]


def tokenise(text: str) -> Tokens:
    """The tokens of ``text``; ``starts`` and ``stops`` count its characters. Never raises."""
    # Gap, token, gap ...: the lengths summed up are the places, without a match object for each.
    parts: list[str] = _TOKEN.split(text)
    ends = list(itertools.accumulate(map(len, parts)))
    found, all_starts, all_stops = parts[1::2], ends[0:-1:2], ends[1::2]
    forms, starts, stops = ["", ""], [0, 0], [0, 0]
    begin = 0
    breaks = itertools.compress(range(len(found)), map(_BREAKS.__contains__, found))
    for i in [*breaks, len(found)]:
        end = i
        if i < len(found) and found[i] != "\n":
            end = i + 1
            after = found[end] if end < len(found) else "\n"
            if not (after == "\n" or after[0].isupper() or after in _OPENS):
                continue
        for low in range(begin, end, MAX_SENTENCE):
            high = min(low + MAX_SENTENCE, end)
            last = (all_stops[high - 1],) * 2
            forms += found[low:high]
            forms += ("", "")
            starts += all_starts[low:high]
            starts += last
            stops += all_stops[low:high]
            stops += last
        begin = max(end, begin) if found[i : i + 1] != ["\n"] else i + 1
    if max(map(len, forms)) > MAX_FORM:
        forms = [form[:MAX_FORM] for form in forms]
    return Tokens(forms, starts, stops)
