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
from newsindex.query.leaves import ENTITY_FIELDS, FIELDS, WORD_FIELDS, is_pattern
from newsindex.query.parts import Parts
from newsindex.query.spelling import SURE, Candidate, frequency, respelled, retyped
from newsindex.query.tidy import tidy
from newsindex.text import QueryToken, analyse_query
from newsindex.zones import time_zone

# Seconds of work after which nothing more is looked at; of this thread, so that a suggestion does
# not depend on what else the machine does.
TIME = 0.15
# Characters of a query, words of it that are wrong, spellings of each, and queries tried of them.
_LENGTH, _WORDS, _SPELLINGS, _TRIED = 300, 6, 4, 12
# A word that so few articles hold may be a mistake too, since some of those who wrote them made it;
# that is assumed last, and less is then asked of another spelling by this much of its score.
_RARE, _LENIENCE = 3, 8.0
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


def suggest(parts: Parts, query: str, finds: Callable[[str], bool]) -> str | None:
    """``query`` with the words put right that hardly any article holds, None if that does not help
    or takes longer than TIME; ``finds`` says whether a query finds anything.

    The likeliest spellings are tried together first. All else in the string stays as it is. An
    index that is damaged where no search has looked yet gives none.
    """
    try:
        return _suggest(parts, query, finds)
    except IndexCorrupt:
        return None


def _suggest(parts: Parts, query: str, finds: Callable[[str], bool]) -> str | None:
    until = time.thread_time() + TIME

    def in_time() -> bool:
        return time.thread_time() < until

    if len(query) > _LENGTH:
        return None
    zone = time_zone(parts.timezone)
    tidied, _ = tidy(query, lambda words: is_date(words, zone))
    for rare in (0, _RARE):
        wrong = list(itertools.islice(_wrong(parts, tidied, rare, in_time), _WORDS))
        for spellings in itertools.islice(_together(wrong), _TRIED):
            if not in_time():
                return None
            corrected = _put(query, wrong, spellings)
            if corrected != query and finds(corrected):
                return corrected
    return None


def _put(query: str, wrong: list[_Wrong], spellings: list[Candidate]) -> str:
    for place, spelling in reversed(list(zip(wrong, spellings, strict=True))):
        query = query[: place.start] + spelling.text + query[place.stop :]
    return query


def _together(wrong: list[_Wrong]) -> Iterator[list[Candidate]]:
    """One spelling of each word, the likeliest first."""
    if not wrong:
        return
    pending = [(-sum(w.spellings[0].score for w in wrong), (0,) * len(wrong))]
    seen = {pending[0][1]}
    while pending:
        _, chosen = heapq.heappop(pending)
        yield [w.spellings[i] for w, i in zip(wrong, chosen, strict=True)]
        for place in range(len(wrong)):
            others = (*chosen[:place], chosen[place] + 1, *chosen[place + 1 :])
            if others[place] < len(wrong[place].spellings) and others not in seen:
                seen.add(others)
                score = sum(w.spellings[i].score for w, i in zip(wrong, others, strict=True))
                heapq.heappush(pending, (-score, others))


def _wrong(parts: Parts, query: str, rare: int, in_time: Callable[[], bool]) -> Iterator[_Wrong]:
    """The words of ``query`` that at most ``rare`` articles hold and that have another spelling."""
    for start, stop in _written(query):
        text = query[start:stop]
        tokens = [token for token in analyse_query(text) if token.width == 1]
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
        least = math.log2(known) - _LENIENCE if known else -math.inf
        word = text[token.start : token.stop]
        spellings = [
            Candidate(_cased(form, word), score)
            for form, score in respelled(parts, word, in_time)[:_SPELLINGS]
            if score >= least
        ]
        if spellings:
            yield _Wrong(start + token.start, start + token.stop, spellings)


def _cased(form: str, typed: str) -> str:
    """``form`` with a capital where the word that was typed has one."""
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
