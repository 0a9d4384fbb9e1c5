"""Tagging: the best labels of a text's tokens under a trained model, in numpy.

What CRFsuite computes token by token is here a sum of rows kept per form (`WordRows`), so that a
form costs its look-up of attributes once, and the Viterbi algorithm (Viterbi, IEEE Transactions on
Information Theory 1967) goes through all sentences of a text at once.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from newsindex.entities import features
from newsindex.entities.features import (
    CLASS_COUNT,
    PHRASE_STATES,
    PREFIXES,
    QUOTE_STATES,
)
from newsindex.entities.weights import LABELS, STATES, Weights

# Rows kept; about 60 MB when full, then only those of forms that were met again stay.
_MAX_FORMS = 120_000
_COUNT = len(STATES)
# For each state the number of its label: the last word of a name and a single one are as others.
_LABEL_OF = np.array([LABELS.index(s.replace("S-", "B-").replace("E-", "I-")) for s in STATES])
_DISTANCES = {prefix: number for number, prefix in enumerate(PREFIXES) if prefix}
CAPITAL, QUOTE, START = 1, 2, 4  # a form begins with a capital; is a quotation mark; may begin a
# phrase of the lists
# Attributes of several words together, of the quotation and of the phrase: how many of each there
# are.
_TABLES = {
    "p0": (CLASS_COUNT,) * 2,
    "p1": (CLASS_COUNT,) * 2,
    "p2": (CLASS_COUNT,) * 3,
    "p3": (CLASS_COUNT,) * 3,
    "quote": (QUOTE_STATES,),
    "phrase": (PHRASE_STATES,),
}
_Floats = npt.NDArray[np.float32]
_Numbers = npt.NDArray[np.intp]
_Scalar = TypeVar("_Scalar", bound=np.generic)
_Part = TypeVar("_Part", bound=Hashable)


class WordRows:
    """Rows of evidence for the forms met so far: for each form and distance, a weight a state.

    A row is the sum of those of the form's parts (`features.WordParts`), which are kept as well.
    """

    def __init__(self, attributes: dict[str, int], state: _Floats) -> None:
        """``attributes`` and ``state`` are those of `_by_distance`."""
        self.numbers: dict[str, int] = {}
        self.rows: _Floats = np.zeros((1024, len(PREFIXES), _COUNT), np.float32)
        self.classes: _Numbers = np.zeros(1024, np.intp)
        self.marks: npt.NDArray[np.uint8] = np.zeros(1024, np.uint8)  # CAPITAL, QUOTE, START
        self.again: npt.NDArray[np.bool_] = np.zeros(1024, bool)  # met since it was added
        self._parts: _Floats = np.zeros((1024, len(PREFIXES), _COUNT), np.float32)
        self._part_count = 1  # the first one weighs nothing: that of what a mark has not
        self._known: dict[tuple[str, ...], int] = {}
        self._bases = {"": 0}
        self._beginnings = {"": 0}
        self._endings = {("", False): 0}
        self._attributes, self._state = attributes, state
        self.add([""])

    def renewed(self) -> WordRows:
        """A store of those forms alone that were met again, unless they are nearly all."""
        new = WordRows(self._attributes, self._state)
        again = np.flatnonzero(self.again[1 : len(self.numbers)]) + 1
        if len(again) < _MAX_FORMS * 3 // 4:
            forms = list(self.numbers)
            kept = np.concatenate(([0], again))  # the first is the empty form
            new.rows, new.classes = self.rows[kept], self.classes[kept]
            new.marks, new.again = self.marks[kept], np.zeros(len(kept), bool)
            new.numbers = {forms[i]: number for number, i in enumerate(kept.tolist())}
        return new

    def add(self, forms: Iterable[str]) -> None:
        """Compute the rows of those ``forms`` that are new (under the lock of the tagger)."""
        new = [form for form in dict.fromkeys(forms) if form not in self.numbers]
        if not new:
            return
        known, bases, beginnings, endings, classes = zip(*features.word_parts(new), strict=True)
        begin, end = len(self.numbers), len(self.numbers) + len(new)
        self.rows = _grown(self.rows, end)
        self.classes = _grown(self.classes, end)
        self.marks = _grown(self.marks, end)
        self.again = _grown(self.again, end)
        parts = (
            self._part_numbers(known, self._known, list),
            self._part_numbers(bases, self._bases, features.base_attributes),
            self._part_numbers(beginnings, self._beginnings, features.beginning_attributes),
            self._part_numbers(endings, self._endings, features.ending_attributes),
        )
        self.rows[begin:end] = sum(self._parts.take(numbers, axis=0) for numbers in parts)
        self.classes[begin:end] = classes
        self.marks[begin:end] = [_marks_of(form) for form in new]
        self.again[begin:end] = False
        # Last, so that another thread sees no number without its row.
        self.numbers.update(zip(new, range(begin, end), strict=True))

    def _part_numbers(
        self,
        parts: Sequence[_Part],
        numbers: dict[_Part, int],
        attributes_of: Callable[[list[_Part]], features.Attributes],
    ) -> list[int]:
        """The numbers of ``parts`` of one kind; the rows of new ones are computed."""
        fresh = [part for part in dict.fromkeys(parts) if part not in numbers]
        if fresh:
            begin = self._part_count
            self._compute(attributes_of(fresh))
            numbers.update(zip(fresh, range(begin, self._part_count), strict=True))
        return [numbers[part] for part in parts]

    def _compute(self, fresh: features.Attributes) -> None:
        """Add the rows of ``fresh`` parts, each given by its attributes."""
        get = self._attributes.get
        found = [get(attribute, 0) for part in fresh for attribute in part or ("",)]
        sizes = itertools.accumulate((len(part) or 1 for part in fresh), initial=0)
        begin, end = self._part_count, self._part_count + len(fresh)
        self._parts = _grown(self._parts, end)
        starts = list(sizes)[:-1]
        np.add.reduceat(self._state.take(found, axis=0), starts, out=self._parts[begin:end])
        self._part_count = end


def _grown(rows: npt.NDArray[_Scalar], count: int) -> npt.NDArray[_Scalar]:
    """``rows`` with room for ``count`` of them."""
    while count > len(rows):
        more = np.empty((2 * len(rows), *rows.shape[1:]), rows.dtype)
        more[: len(rows)] = rows
        rows = more
    return rows


def _marks_of(form: str) -> int:
    """What the form tells of the text around it: CAPITAL, QUOTE, START, as bits."""
    if form[:1].isupper():
        return CAPITAL | START if features.starts_phrase(form) else CAPITAL
    return QUOTE if features.is_quote(form) else 0


def _by_distance(weights: Weights) -> tuple[dict[str, int], _Floats]:
    """Attribute without the prefix of a distance -> its row by distance and state; 0 has none.

    An attribute that is not shown at some distance was never trained there and weighs nothing.
    """
    numbers: dict[str, int] = {}
    rows, distances = [], []
    for attribute in weights.attributes:
        distance = _DISTANCES.get(attribute[:3], 0)
        name = attribute[3:] if distance else attribute
        rows.append(numbers.setdefault(name, len(numbers) + 1))
        distances.append(distance)
    state: _Floats = np.zeros((len(numbers) + 1, len(PREFIXES), _COUNT), np.float32)
    state[rows, distances] = weights.state
    return numbers, state


def _dense(weights: Weights) -> dict[str, _Floats]:
    """The weights of the attributes ``name:i:j`` of each table as an array by i, j and state."""
    tables = {name: np.zeros((*sizes, _COUNT), np.float32) for name, sizes in _TABLES.items()}
    for attribute, row in weights.attributes.items():
        name, *numbers = attribute.split(":")
        sizes = _TABLES.get(name)
        if sizes is None or len(numbers) != len(sizes):
            continue
        # A model may come from anybody: what is no place in the table is left out.
        if all(n.isdecimal() and len(n) < 9 for n in numbers):
            place = tuple(map(int, numbers))
            if all(map(int.__lt__, place, sizes)):
                tables[name][place] = weights.state[row]
    return tables


class Tagged(NamedTuple):
    """What `Tagger.tag` finds for each form."""

    labels: _Numbers  # number of its label in LABELS, 0 for the empty forms
    marks: npt.NDArray[np.uint8]  # CAPITAL, QUOTE, START as bits


class Tagger:
    """A trained model ready to tag; safe to share between threads."""

    def __init__(self, weights: Weights) -> None:
        self._lock = threading.Lock()
        self._words = WordRows(*_by_distance(weights))
        self._transitions = weights.transitions
        tables = _dense(weights)
        around = tables["p2"] + tables["p0"][:, :, None] + tables["p1"]
        self._around = around.reshape(-1, _COUNT)
        self._before = tables["p3"].reshape(-1, _COUNT)
        self._quotes, self._phrases = tables["quote"], tables["phrase"]

    def tag(self, forms: Sequence[str]) -> Tagged:
        """The labels of ``forms``: sentences, with two empty forms before, between and after."""
        words, numbers = self._numbered(forms)
        marks = words.marks.take(numbers)
        if len(forms) < 5:
            return Tagged(np.zeros(len(forms), np.intp), marks)
        score = self._evidence(words, numbers)
        quotes = np.flatnonzero(marks & QUOTE).tolist()
        if any(forms[i] for i in quotes):
            score += self._quotes.take(features.quote_states(forms, quotes), axis=0)
        starts = np.flatnonzero(marks & START).tolist()
        if starts:
            phrases = features.phrase_states(forms, starts)
            if any(phrases):
                score += self._phrases.take(phrases, axis=0)
        states = self._viterbi(score, numbers != words.numbers[""])
        return Tagged(_LABEL_OF[states], marks)

    def _numbered(self, forms: Sequence[str]) -> tuple[WordRows, _Numbers]:
        """The store that has the rows of all ``forms``, and the number of each there."""
        words = self._words
        if len(words.numbers) > _MAX_FORMS:
            with self._lock:
                if words is self._words:  # no other thread was first
                    self._words = words.renewed()
                words = self._words
        numbers = list(map(words.numbers.get, forms))
        before = len(words.numbers)
        new = [i for i, number in enumerate(numbers) if number is None]
        if new:
            with self._lock:
                words.add([forms[i] for i in new])
            for i in new:
                numbers[i] = words.numbers[forms[i]]
        found = np.array(numbers, np.intp)
        words.again[found[found < before]] = True
        return words, found

    def _evidence(self, words: WordRows, numbers: _Numbers) -> _Floats:
        """For each form a score for each state, from it and those around it."""
        rows = words.rows.take(numbers, axis=0)
        score: _Floats = rows[:, 0].copy()
        score[1:] += rows[:-1, 1]
        score[:-1] += rows[1:, 2]
        score[2:] += rows[:-2, 3]
        score[:-2] += rows[2:, 4]
        c = words.classes.take(numbers)
        pairs = c[:-1] * CLASS_COUNT + c[1:]
        inner = score[2:-2]
        inner += self._around.take(pairs[1:-2] * CLASS_COUNT + c[3:-1], axis=0)
        inner += self._before.take(pairs[:-3] * CLASS_COUNT + c[2:-2], axis=0)
        return score

    def _viterbi(self, score: _Floats, words: npt.NDArray[np.bool_]) -> _Numbers:
        """The best path through each sentence (a run of ``words``), all sentences in step."""
        states: _Numbers = np.zeros(len(words), np.intp)
        edges = np.flatnonzero(np.diff(words.astype(np.int8), prepend=0, append=0))
        begins, ends = edges[::2], edges[1::2]
        if not len(begins):
            return states
        order = np.argsort(begins - ends, kind="stable")  # the longest first
        begins, ends = begins[order], ends[order]
        lengths = ends - begins
        moves = self._transitions[:, :, None]
        steps = int(lengths[0])
        active = np.searchsorted(-lengths, -np.arange(1, steps + 1), side="right").tolist()
        columns = np.ascontiguousarray(score.T)  # state by token: what is added is contiguous
        best = columns[:, begins]
        seen = [best]
        for step in range(1, steps):
            count = active[step]
            paths = best[:, None, :count] + moves
            best = np.maximum.reduce(paths, axis=0)
            best += columns[:, begins[:count] + step]
            seen.append(best)
        # Of each path only the last state is known; which one came before is asked going back.
        current = _last(seen, active).argmax(axis=0)
        back = self._transitions.T
        for step in range(steps - 1, -1, -1):
            count = active[step]
            states[begins[:count] + step] = current[:count]
            if step:
                paths = seen[step - 1][:, :count].T + back[current[:count]]
                current[:count] = paths.argmax(axis=1)
        return states


def _last(seen: Sequence[_Floats], active: Sequence[int]) -> _Floats:
    """The scores of each sentence at its last token; ``seen`` are those of each step."""
    last = seen[0].copy()
    for best, count in zip(seen[1:], active[1:], strict=True):
        last[:, :count] = best
    return last
