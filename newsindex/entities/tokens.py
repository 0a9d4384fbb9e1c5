"""Tokens for tagging: words, numbers, initials and single marks, cut into sentences, with spans.

Tagging reads what search ignores: quotation marks, dashes, capital letters, the dot of an initial.
"""

from __future__ import annotations

import itertools
import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

_CAPITAL = "А-ЯЁІЇЄҐA-Z"
# Abbreviations that a name follows; with their dot they are one token and end no sentence.
_ABBREVIATED = "ул|вул|просп|пл|пр|пер|пров|бул|обл|им|ім|г|м|с|р|пос|ст|д|корп|акад|проф|св|см|див"
_TOKEN = re.compile(
    rf"""((?=[\S\n])(?:                                       # no other blank begins a token
    \w++(?![-‐‑'’ʼ`&.\u0301\u00ad])                      # nearly all: a word and nothing else
    | (?:Дж|[{_CAPITAL}])\.(?:-[{_CAPITAL}]\.)?(?=[ \u00a0]?[{_CAPITAL}])  # an initial with its dot
    | (?<!\w)(?:{_ABBREVIATED})\.(?=[ \u00a0]?[{_CAPITAL}\d«"])
    | [\w\u0301\u00ad]++(?:[-‐‑'’ʼ`&][\w\u0301\u00ad]++|\.[a-zA-Z0-9]\w*+)*+
    | \n
    | [^\w\s]
    ))""",
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
    starts: npt.NDArray[np.intp]
    stops: npt.NDArray[np.intp]


def tokenise(text: str) -> Tokens:
    """The tokens of ``text``; ``starts`` and ``stops`` count its characters. Never raises."""
    # Gap, token, gap ...: the lengths summed up are the places, without a match object for each.
    parts: list[str] = _TOKEN.split(text)
    found = parts[1::2]
    forms = ["", ""]
    chosen: list[tuple[int, int]] = []  # the sentences, from one token to another
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
            forms += found[low:high]
            forms += ("", "")
            chosen.append((low, high))
        begin = max(end, begin) if found[i : i + 1] != ["\n"] else i + 1
    if max(map(len, forms)) > MAX_FORM:
        forms = [form[:MAX_FORM] for form in forms]
    ends = np.cumsum(np.fromiter(map(len, parts), np.intp, len(parts)))
    return Tokens(forms, *_placed(ends[0:-1:2], ends[1::2], chosen))


def _placed(
    starts: npt.NDArray[np.intp], stops: npt.NDArray[np.intp], sentences: list[tuple[int, int]]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The ``starts`` and ``stops`` of tokens with those of the empty ones around ``sentences``,
    each of which stands where the sentence before it stops."""
    begins, ends = np.array(sentences, np.intp).reshape(-1, 2).T
    sizes = ends - begins + 2
    firsts = np.cumsum(sizes) - sizes  # where each sentence begins among all tokens
    order = np.arange(sizes.sum()) + np.repeat(begins - firsts, sizes)
    empty = order >= np.repeat(ends, sizes)
    order = np.minimum(order, np.repeat(ends - 1, sizes))
    all_stops = stops[order]
    all_starts = np.where(empty, all_stops, starts[order])
    edge = np.zeros(2, np.intp)
    return np.concatenate((edge, all_starts)), np.concatenate((edge, all_stops))
