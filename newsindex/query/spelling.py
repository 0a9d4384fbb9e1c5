"""Spelling: the words of an index that a query may mean, and those that begin as a query does.

Candidates are surface forms of the dictionary, by edit distance (newsindex.query.dictionary), by
keyboard layout and by letters that are taken for each other (newsindex.query.keyboard), and out of
Latin letters (newsindex.entities.stems). Each is
weighed by how many articles hold the word, in powers of two, less a penalty for what went wrong
(newsindex.query.mistyped): the noisy channel (M. Kernighan, K. Church, W. Gale, "A Spelling
Correction Program Based on a Noisy Channel Model", 1990).
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import numpy as np
from whoosh import query as q

from newsindex.entities.stems import from_latin
from newsindex.index.arrays import distinct
from newsindex.index.files import AnyArray
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.dictionary import form_rows
from newsindex.query.expansion import MAX_DISTANCE, Expansion, fuzzy, prefix, within
from newsindex.query.keyboard import in_other_layouts, with_slips
from newsindex.query.leaves import TEXT, words_of
from newsindex.query.mistyped import SLIP, begin_alike, penalty
from newsindex.query.parts import Parts, frequencies
from newsindex.query.search import matching

# How many times as frequent a word must be to win over one typed in the right layout, or script, as
# a power of two.
_LAYOUT = 4.0
# A candidate of this score is a frequent word: that the layout was wrong is then sure.
SURE = 0.0
# Letters of a word that is taken for one in another script.
_LEAST_IN_LATIN = 4
# Two letters wrong leave too little of a word shorter than this.
_LEAST_FOR_TWO = 5
# Terms the forms of which are weighed by what is wrong in them, and of which counted; occurrences
# read for that in a segment.
_WEIGHED, _TERMS, _OCCURRENCES = 200, 24, 4_000_000
# Words with a beginning that are looked at in a segment, for each that is shown.
_COMPLETED = 4
# How many times as rare as the most frequent form of a word one may be that is shown for it.
_USUAL = 4


class Candidate(NamedTuple):
    """Another spelling, and how likely it is meant: the higher the score the likelier."""

    text: str
    score: float


# Surface forms: those that an expansion stands for, or these very ones.
_Forms = Expansion | tuple[str, ...]


def frequency(parts: Parts, text: str) -> int:
    """About how many articles hold the words of ``text``, each in any form: the fewest of them."""
    return min((parts.frequency(word) for word in words_of(text)), default=0)


def retyped(parts: Parts, typed: str) -> list[Candidate]:
    """What the keys that gave ``typed`` give in another layout, where that is a word of the index;
    likeliest first."""
    found = [
        Candidate(other, math.log2(count) - _LAYOUT)
        for other in in_other_layouts(typed)
        if _is_word(other) and (count := frequency(parts, other))
    ]
    return sorted(found, key=lambda each: (-each.score, each.text))


def _is_word(text: str) -> bool:
    return all(char.isalpha() or char in "-'" for char in text) and text[:1].isalpha()


def respelled(parts: Parts, word: str, in_time: Callable[[], bool]) -> list[Candidate]:
    """The forms that may be meant by ``word``, one word, likeliest first. ``in_time`` says whether
    there is time to look further."""
    word = word.lower()
    best = _scored(parts, _slipped(word), lambda form: min(SLIP, penalty(word, form)))
    most, least_wrong = math.log2(max(1, parts.documents)), 2 * SLIP
    for distance in range(1, MAX_DISTANCE + 1):
        expansion = fuzzy(word, distance)
        if expansion is None or expansion.distance < distance or not in_time():
            break
        # What two letters are wrong in may still be likelier, if it is in most articles.
        sure = max(best.values(), default=-math.inf) > most - least_wrong
        if distance > 1 and (len(word) < _LEAST_FOR_TWO or sure):
            break
        for form, score in _scored(parts, expansion, functools.partial(penalty, word)).items():
            # With its first letter and another one wrong a word is not meant, but resembled.
            if begin_alike(word, form) or within(form, word, 1):
                best[form] = max(score, best.get(form, -math.inf))
    found = [Candidate(form, score) for form, score in best.items() if form != word]
    return sorted(found, key=lambda each: (-each.score, each.text))


def transliterated(parts: Parts, word: str, in_time: Callable[[], bool]) -> list[Candidate]:
    """The forms that may be meant by ``word``, one word in Latin letters, as Cyrillic ones:
    Zelensky, Kharkiv; likeliest first."""
    if not (word.isascii() and word.isalpha() and len(word) >= _LEAST_IN_LATIN):
        return []
    cyrillic = from_latin(word)
    found = respelled(parts, cyrillic, in_time)
    if count := frequency(parts, cyrillic):
        found.append(Candidate(cyrillic, math.log2(count)))
    found = [Candidate(form, score - _LAYOUT) for form, score in found]
    return sorted(found, key=lambda each: (-each.score, each.text))


def put_right(parts: Parts, word: str) -> str:
    """``word``, or, if no article spells it so, the form of the same keys that differs by letters
    that are taken for each other: санкцыи finds what санкции finds, but nobody writes it."""
    word = word.lower()
    keys = {key for each in words_of(word) for key in each.keys}
    others = [other for other in with_slips(word) if keys & set(words_of(other)[0].keys)]
    scores = _scored(parts, (word, *others), functools.partial(penalty, word)) if others else {}
    if word in scores:
        return word
    return max(scores, key=lambda form: (scores[form], form), default=word)


def _slipped(word: str) -> tuple[str, ...]:
    """What differs from ``word`` by letters taken for each other only; what has the keys of the
    word would find what the word finds."""
    own = {key for each in words_of(word) for key in each.keys}
    return tuple(
        other
        for other in with_slips(word)
        if not any(own.issuperset(each.keys) for each in words_of(other))
    )


def _rows(segment: Segment, forms: _Forms) -> AnyArray:
    """Where ``forms`` stand in the form table of a segment; int64."""
    if isinstance(forms, Expansion):
        return form_rows(segment, forms)
    rows = [row for form in forms for row in segment.form_rows(form)]
    return np.array(rows, dtype=np.int64)


def _scored(parts: Parts, forms: _Forms, wrong: Callable[[str], float]) -> dict[str, float]:
    """Those of ``forms`` that there are, with their scores; ``wrong`` gives the penalty of each. Of
    the forms of a word the more frequent ones are the likelier, a little."""
    if forms == ():
        return {}
    spelled: dict[str, set[str]] = {}
    for own in parts.ask(_forms_by_key, forms):
        for key, found in own.items():
            spelled.setdefault(key, set()).update(found)
    # Of a word that no article holds any more nothing is left to be meant.
    held = _most_frequent(parts, [set(spelled)], _WEIGHED)
    likely = {key: math.log2(held[key]) - min(map(wrong, spelled[key])) for key in held}
    kept = sorted(likely, key=lambda key: (-likely[key], key))[:_TERMS]
    scores: dict[str, float] = {}
    for (key, form), count in _occurrences(parts, forms, kept).items():
        score = math.log2(held[key]) - wrong(form) + math.log2(count) / 16
        scores[form] = max(score, scores.get(form, -math.inf))
    return scores


def _forms_by_key(snapshot: Snapshot, forms: _Forms) -> dict[str, set[str]]:
    """The keys of the forms that there are, each with its own."""
    found: dict[str, set[str]] = {}
    for segment in snapshot.segments:
        rows = _rows(segment, forms)
        for row, term in zip(rows.tolist(), segment.form_term[rows].tolist(), strict=True):
            key = segment.terms[term].decode()
            found.setdefault(key, set()).add(segment.forms[row].decode())
    return found


def _most_frequent(parts: Parts, keys: Sequence[set[str]], limit: int) -> dict[str, int]:
    """The keys that most articles hold, any one at least, with the number of these."""
    counted = frequencies(parts, sorted(set().union(*keys)))
    held = [item for item in counted.items() if item[1]]
    return dict(sorted(held, key=lambda item: (-item[1], item[0]))[:limit])


def completions(parts: Parts, begun: str, limit: int) -> list[tuple[str, int]]:
    """The ``limit`` words most often found that begin with ``begun``: of the forms of each the one
    to show, and the number of articles that hold the word in any form, as a search finds it."""
    expansion = prefix(begun)
    if expansion is None or not limit:
        return []
    found = parts.ask(_frequent_keys, expansion, _COMPLETED * (limit + _TERMS))
    terms = _most_frequent(parts, found, limit + _TERMS)
    shown: Counter[str] = Counter()
    for (_, form), count in _occurrences(parts, expansion, terms).items():
        shown[form] += count
    likely = [_form_to_show(forms) for forms in _by_word(shown)]
    held = zip(likely, zip(*parts.ask(_holding, likely), strict=True), strict=True)
    words = [(form, sum(counts)) for form, counts in held]
    return sorted((w for w in words if w[1]), key=lambda word: (-word[1], word[0]))[:limit]


def _by_word(shown: Counter[str]) -> list[dict[str, int]]:
    """Forms and how often they occur, put together where a search for one finds the other."""
    words: list[dict[str, int]] = []
    word_of_key: dict[str, dict[str, int]] = {}
    for form, count in sorted(shown.items(), key=lambda item: (-item[1], item[0])):
        keys = [key for each in words_of(form) for key in each.keys]
        own = next((word_of_key[key] for key in keys if key in word_of_key), None)
        if own is None:
            own = {}
            words.append(own)
        own[form] = count
        for key in keys:
            word_of_key.setdefault(key, own)
    return words


def _form_to_show(forms: dict[str, int]) -> str:
    """Of the forms of a word the shortest that is not rare beside the others: in both languages
    most often the one that a dictionary lists."""
    most = max(forms.values())
    usual = [form for form, count in forms.items() if count * _USUAL >= most]
    return min(usual, key=lambda form: (len(form), -forms[form], form))


def _frequent_keys(snapshot: Snapshot, expansion: Expansion, most: int) -> set[str]:
    """The keys of the forms that an expansion stands for: of each segment those of the ``most``
    frequent words."""
    keys: set[str] = set()
    for segment in snapshot.segments:
        terms = distinct(segment.form_term[form_rows(segment, expansion)]).astype(np.int64)
        starts = segment.posting_start.astype(np.int64)
        counts = starts[terms + 1] - starts[terms]
        kept = terms[np.argsort(-counts, kind="stable")[:most]]
        keys.update(segment.terms[term].decode() for term in kept.tolist())
    return keys


def _holding(snapshot: Snapshot, words: Sequence[str]) -> list[int]:
    """How many articles hold each of these words, in any form."""
    return [
        sum(len(documents) for _, documents in matching(snapshot, q.Term(TEXT, word)))
        for word in words
    ]


def _occurrences(parts: Parts, forms: _Forms, terms: Collection[str]) -> Counter[tuple[str, str]]:
    """How often those of ``forms`` occur that belong to ``terms``, by term and form; deleted
    articles count until they are merged away."""
    shown: Counter[tuple[str, str]] = Counter()
    for own in parts.ask(_occurring, forms, list(terms)) if terms else ():
        shown.update(own)
    return shown


def _occurring(snapshot: Snapshot, forms: _Forms, terms: Sequence[str]) -> Counter[tuple[str, str]]:
    """What `_occurrences` says of one part."""
    shown: Counter[tuple[str, str]] = Counter()
    for segment in snapshot.segments:
        own = _rows(segment, forms)
        numbers = {segment.term_number(key): key for key in terms}
        belongs = segment.form_term[own]
        left = _OCCURRENCES
        for number in (number for number in numbers if number >= 0):
            wanted = own[belongs == number]
            if not len(wanted) or left < 0:
                continue
            occurring = segment.occurrences.forms_of(number, number + 1)
            left -= len(occurring)
            counts = np.bincount(occurring, minlength=int(segment.form_count[number])).tolist()
            for row in wanted.tolist():
                form = segment.forms[row].decode()
                shown[numbers[number], form] += counts[int(segment.form_code[row])]
    return +shown
