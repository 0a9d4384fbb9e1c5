"""Suggestion: a query that finds nothing, with its misspelled words put right so that it does."""

from __future__ import annotations

import heapq
import itertools
import math
import re
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

from newsindex.errors import IndexCorrupt
from newsindex.query.dates import is_date
from newsindex.query.dictionary import read_spellings
from newsindex.query.leaves import ENTITY_FIELDS, FIELDS, WORD_FIELDS, is_pattern
from newsindex.query.parts import Parts
from newsindex.query.spelling import (
    SURE,
    Candidate,
    frequency,
    put_right,
    respelled,
    retyped,
    transliterated,
)
from newsindex.query.tidy import tidy
from newsindex.text import QueryToken, analyse_query
from newsindex.zones import time_zone

# Seconds of work, once the dictionary is read, after which nothing more is looked at; of this
# thread, so that a suggestion does not depend on what else the machine does.
TIME = 0.15
# Characters of a query, words of it that are wrong, spellings of each, and queries tried of them.
_LENGTH, _WORDS, _SPELLINGS, _TRIED = 300, 6, 4, 12
# A word that so few articles hold, or one in so many, may be a mistake too, since some of those who
# wrote them made it; what is then meant has to be likelier by this much of its score.
_RARE, _ONE_IN, _KNOWN = 3, 20_000, 4.0
_PART = re.compile(
    r"""
    (?<![^\s()\-])date:(?:[\[{][^\]}]*[\]}]|"[^"]*"|[^\s()]*)
    | (?<![^\s()])(?:AND|OR|NOT|И|ИЛИ|НЕ|І|ТА|АБО|(?:NEAR|РЯДОМ|ПОРУЧ)(?:/\d+)?)(?=[\s()]|$)
    | (?:SENTENCE|ПРЕДЛОЖЕНИЕ|РЕЧЕННЯ)(?=\()
    | (?P<sign>[-=]*)(?P<fields>(?:[a-z]+(?:,[a-z]+)*:)?)(?P<quoted>=?"[^"]*")
    | (?P<plain>[^\s()"]+)
    """,
    re.VERBOSE,
)
_PUNCTUATION = ",.;:!?"
_PLAIN = re.compile(
    r"(?P<sign>[-=]*)(?P<fields>[a-z]+(?:,[a-z]+)*:)?=?(?P<word>.*?)(?:[~^][\d.]*)*"
)


class _Wrong(NamedTuple):
    """A stretch of the query that may be meant otherwise, the likeliest first."""

    start: int
    stop: int
    spellings: list[Candidate]


def suggest(parts: Parts, query: str, count: Callable[[str], int]) -> str | None:
    """``query`` with the words put right that hardly any article holds, None if that does not help
    or takes longer than TIME; ``count`` says how many articles a query finds.

    All words that may be wrong are put right together, the likeliest spellings of each first; of
    what finds something that wins whose spellings are likeliest and which finds most. All else in
    the string stays as it is. An index that is damaged where no search has looked yet gives none.
    """
    try:
        return _suggest(parts, query, count)
    except IndexCorrupt:
        return None


def _suggest(parts: Parts, query: str, count: Callable[[str], int]) -> str | None:
    until = 0.0

    def in_time() -> bool:
        nonlocal until
        if not until:  # the first word that may be wrong; what is read once for all is not counted
            parts.ask(read_spellings)
            until = time.thread_time() + TIME
        return time.thread_time() < until

    if len(query) > _LENGTH:
        return None
    zone = time_zone(parts.timezone)
    tidied, _ = tidy(query, lambda words: is_date(words, zone))
    wrong = list(itertools.islice(_wrong(parts, tidied, in_time), _WORDS))
    best, suggested = -math.inf, None
    most = math.log2(max(1, parts.documents))
    for score, spellings in itertools.islice(_together(wrong), _TRIED):
        # What follows is no likelier, and finds every article at most.
        if suggested and (score + most <= best or not in_time()):
            break
        corrected = _put(query, wrong, spellings)
        found = count(corrected) if corrected != query else 0
        if found and score + math.log2(found) > best:
            best, suggested = score + math.log2(found), corrected
    return suggested and _polished(parts, suggested, in_time)


def _polished(parts: Parts, query: str, in_time: Callable[[], bool]) -> str:
    """``query`` with those words spelled as articles do that find the same in either spelling."""
    zone = time_zone(parts.timezone)
    tidied, _ = tidy(query, lambda words: is_date(words, zone))
    for start, stop in reversed(list(_written(tidied))):
        for token in reversed(_words(tidied[start:stop])):
            place = slice(start + token.start, start + token.stop)
            word = tidied[place]
            if word.isalpha() and in_time():
                spelled = _cased(put_right(parts, word), word)
                query = query[: place.start] + spelled + query[place.stop :]
    return query


def _put(query: str, wrong: list[_Wrong], spellings: list[Candidate]) -> str:
    for place, spelling in reversed(list(zip(wrong, spellings, strict=True))):
        query = query[: place.start] + spelling.text + query[place.stop :]
    return query


def _together(wrong: list[_Wrong]) -> Iterator[tuple[float, list[Candidate]]]:
    """One spelling of each word with the sum of their scores, the likeliest first."""
    if not wrong:
        return
    pending = [(-sum(w.spellings[0].score for w in wrong), (0,) * len(wrong))]
    seen = {pending[0][1]}
    while pending:
        missing, chosen = heapq.heappop(pending)
        yield -missing, [w.spellings[i] for w, i in zip(wrong, chosen, strict=True)]
        for place in range(len(wrong)):
            others = (*chosen[:place], chosen[place] + 1, *chosen[place + 1 :])
            if others[place] < len(wrong[place].spellings) and others not in seen:
                seen.add(others)
                score = sum(w.spellings[i].score for w, i in zip(wrong, others, strict=True))
                heapq.heappush(pending, (-score, others))


def _wrong(parts: Parts, query: str, in_time: Callable[[], bool]) -> Iterator[_Wrong]:
    """The words of ``query`` that hardly any article holds and that have another spelling."""
    rare = max(_RARE, parts.documents // _ONE_IN)
    for start, stop in _written(query):
        text = query[start:stop]
        tokens = _words(text)
        if tokens and all(frequency(parts, t.text) > rare for t in tokens):
            continue
        keyed = _retyped(parts, start, text)
        if keyed and keyed.spellings[0].score >= SURE:
            yield keyed
            continue
        found = list(_respelled(parts, start, text, tokens, rare, in_time))
        likeliest = max((w.spellings[0].score for w in found), default=-math.inf)
        if keyed and keyed.spellings[0].score > likeliest:
            yield keyed
        else:
            yield from found


def _words(text: str) -> list[QueryToken]:
    return [token for token in analyse_query(text) if token.width == 1]


def _retyped(parts: Parts, start: int, text: str) -> _Wrong | None:
    """What stands at ``start`` of a query as it is in another layout of the keyboard."""
    found = [
        _Wrong(start, start + len(typed), spellings[:_SPELLINGS])
        # A comma may be a letter in another layout, and it may be a comma.
        for typed in dict.fromkeys((text, text.rstrip(_PUNCTUATION)))
        if (spellings := retyped(parts, typed))
    ]
    return max(found, key=lambda wrong: wrong.spellings[0].score, default=None)


def _respelled(
    parts: Parts,
    start: int,
    text: str,
    tokens: list[QueryToken],
    rare: int,
    in_time: Callable[[], bool],
) -> Iterator[_Wrong]:
    """Those of the words of ``text``, which stands at ``start``, that are misspelled."""
    for token in tokens:
        known = frequency(parts, token.text)
        if known > rare or not any(char.isalpha() for char in token.text) or not in_time():
            continue
        word = text[token.start : token.stop]
        spellings = [Candidate(word, math.log2(known) + _KNOWN)] if known else []
        found = respelled(parts, word, in_time) + transliterated(parts, word, in_time)
        spellings += [Candidate(_cased(form, word), score) for form, score in found]
        spellings.sort(key=lambda spelling: -spelling.score)
        if spellings:
            yield _Wrong(start + token.start, start + token.stop, spellings[:_SPELLINGS])


def _cased(form: str, typed: str) -> str:
    """``form`` with a capital, or in capitals, where the word that was typed is so."""
    if len(typed) > 1 and typed.isupper():
        return form.upper()
    return form[:1].upper() + form[1:] if typed[:1].isupper() else form


def _written(query: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a tidied query: first character and the one after the last. What names a
    date, a source, a language or an id, and what gives a spelling by a pattern, is left out."""
    for part in _PART.finditer(query):
        if part["quoted"] is not None:
            if _takes_words(part["fields"]):
                first = part.start("quoted")
                for word in re.finditer(r'[^\s"=]+', part["quoted"]):
                    if not is_pattern(word.group()):
                        yield first + word.start(), first + word.end()
        elif part["plain"] is not None:
            plain = _PLAIN.fullmatch(part["plain"])
            if plain and _takes_words(plain["fields"] or "") and not is_pattern(plain["word"]):
                yield part.start() + plain.start("word"), part.start() + plain.end("word")


def _takes_words(fields: str) -> bool:
    """Whether words stand behind ``fields`` (names, commas, a colon; or nothing)."""
    names = [FIELDS.get(name, "") for name in fields.rstrip(":").split(",") if name]
    return all(name == "" or name in WORD_FIELDS | ENTITY_FIELDS for name in names)
