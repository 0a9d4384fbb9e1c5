"""Sentences: where they begin in a text; one rule for the index, the queries and the snippets."""

from __future__ import annotations

import re

# A full stop ends a sentence where a capital, a figure or a quotation follows; a line break where
# no small letter does. Every quantifier is possessive or bounded: the time is linear. All begin
# with one set of characters, by which the regex engine finds them fast.
_STOPS = ".!?…"
_END = re.compile(
    rf"[{_STOPS}\n](?:"
    rf"(?<!\n)[{_STOPS}]*+[»”\"'’)\]]*+\s++"
    r"(?=[«„“\"'(\[]?[А-ЯЁІЇЄҐA-Z0-9]|[–—-]\s?[А-ЯЁІЇЄҐA-Z0-9«„“\"])"
    r"|(?<=\n)\s*+(?![а-яёіїєґa-z]))"
)
# Before these a full stop is followed by a name or a number more often than by a sentence.
_ABBREVIATIONS = frozenset(
    "гг им ім ул вул бул пл пер просп пр проф акад доц св ген полк подп пп см стр рис табл ст тов"
    " пос сел смт обл гл напр mr mrs ms dr st".split()
)
_LAST_WORD = re.compile(r"[^\W\d_]{1,6}\Z")


def sentence_starts(text: str) -> list[int]:
    """Where the sentences of ``text`` begin, ascending, 0 the first; blanks belong to the sentence
    before them."""
    starts = [0]
    for match in _END.finditer(text):
        stop = match.start()
        if text[stop] == "." and text[stop + 1] not in _STOPS and _abbreviated(text, stop):
            continue
        if starts[-1] < match.end() < len(text):
            starts.append(match.end())
    return starts


def _abbreviated(text: str, stop: int) -> bool:
    """Whether the full stop at ``stop`` belongs to an initial or an abbreviation."""
    word = _LAST_WORD.search(text, max(0, stop - 7), stop)
    if word is None:
        return False
    begin = word.start()
    if begin and (text[begin - 1].isalnum() or text[begin - 1] == "_"):
        return False
    return len(word.group()) == 1 or word.group().lower() in _ABBREVIATIONS
