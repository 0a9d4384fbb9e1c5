"""Tagging: the best labels of a text's tokens under a trained model, in numpy.

What CRFsuite computes token by token is here a sum of rows kept per form (`WordRows`), so that a
form costs its look-up of attributes once, and the Viterbi algorithm (Viterbi, IEEE Transactions on
Information Theory 1967) goes through all sentences of a text at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from newsindex.entities import features
from newsindex.entities.features import CLASS_COUNT, PHRASE_STATES, PREFIXES, QUOTE_STATES
from newsindex.entities.weights import LABELS, Weights

_MAX_FORMS = 200_000  # rows kept; about 40 MB when full, then the store starts afresh
_COUNT = len(LABELS)
_Floats = npt.NDArray[np.float32]
_Numbers = npt.NDArray[np.intp]


class WordRows:
    """Rows of evidence for the forms met so far: for each form and distance, a weight a label."""

    def __init__(self, weights: Weights) -> None:
        self.numbers: dict[str, int] = {}
        self.rows: _Floats = np.zeros((1024, len(PREFIXES), _COUNT), np.float32)
        self.classes: _Numbers = np.zeros(1024, np.intp)
        self.quotes: npt.NDArray[np.bool_] = np.zeros(1024, bool)
        self.starts: set[int] = set()  # forms that may begin a phrase of the lists
        self._attributes, self._state = _by_distance(weights)
        self.add([""])

    def add(self, forms: Iterable[str]) -> None:
        """Compute the rows of those ``forms`` that are new (under the lock of the tagger)."""
        new = [form for form in dict.fromkeys(forms) if form not in self.numbers]
        first = len(self.numbers)
        self._grow(first + len(new))
        found: list[int] = []
        starts = []
        get = self._attributes.get
        for number, form in enumerate(new, first):
            word = features.word_features(form)
            starts.append(len(found))
            found += [get(attribute, 0) for attribute in word.own] or (0,)
            self.classes[number] = word.class_number
            self.quotes[number] = features.is_quote(form)
            if features.starts_phrase(form):
                self.starts.add(number)
        if new:
            self.rows[first : first + len(new)] = np.add.reduceat(self._state[found], starts)
        # Last, so that another thread sees no number without its row.
        self.numbers.update(zip(new, range(first, first + len(new)), strict=True))

    def _grow(self, count: int) -> None:
        while count > len(self.classes):
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
            self.classes = np.concatenate([self.classes, np.zeros_like(self.classes)])
            self.quotes = np.concatenate([self.quotes, np.zeros_like(self.quotes)])


def _by_distance(weights: Weights) -> tuple[dict[str, int], _Floats]:
    """Attribute without the prefix of a distance -> its row by distance and label; 0 has none.

    An attribute that is not shown at some distance was never trained there and weighs nothing.
    """
    numbers: dict[str, int] = {}
    places = []
    for attribute in weights.attributes:
        prefix = attribute[:3] if attribute[:3] in PREFIXES else ""
        number = numbers.setdefault(attribute[len(prefix) :], len(numbers) + 1)
        places.append((number, PREFIXES.index(prefix)))
    state: _Floats = np.zeros((len(numbers) + 1, len(PREFIXES), _COUNT), np.float32)
    if places:
        rows, distances = np.array(places, np.intp).T
        state[rows, distances] = weights.state
    return numbers, state


class Tagger:
    """A trained model ready to tag; safe to share between threads."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._lock = threading.Lock()
        self._words = WordRows(weights)
        self._transitions = weights.transitions
        self._left = self._dense("p0", CLASS_COUNT, CLASS_COUNT)
        self._right = self._dense("p1", CLASS_COUNT, CLASS_COUNT)
        self._around = self._dense("p2", CLASS_COUNT, CLASS_COUNT, CLASS_COUNT)
        self._before = self._dense("p3", CLASS_COUNT, CLASS_COUNT, CLASS_COUNT)
        self._quotes = self._dense("quote", QUOTE_STATES)
        self._phrases = self._dense("phrase", PHRASE_STATES)

    def _dense(self, prefix: str, *sizes: int) -> _Floats:
        """The weights of the attributes ``prefix:i:j`` as an array by i, j and label."""
        table = np.zeros((*sizes, _COUNT), np.float32)
        for attribute, row in self._weights.attributes.items():
            if attribute.startswith(prefix + ":"):
                place = tuple(map(int, attribute.split(":")[1:]))
                if len(place) == len(sizes) and all(map(int.__lt__, place, sizes)):
                    table[place] = self._weights.state[row]
        return table

    def evidence(self, forms: Sequence[str]) -> _Floats:
        """For each of ``forms`` (sentences set apart by two empty ones) a score for each label."""
        words = self._words
        numbers = list(map(words.numbers.get, forms))
        if None in numbers:
            with self._lock:
                if len(words.numbers) > _MAX_FORMS:
                    words = WordRows(self._weights)
                words.add(forms)
                numbers = list(map(words.numbers.get, forms))
                self._words = words
        rows, classes, starts = words.rows, words.classes, words.starts
        ids = np.array(numbers, np.intp)
        score: _Floats = rows[ids, 0]
        score[1:] += rows[ids[:-1], 1]
        score[:-1] += rows[ids[1:], 2]
        score[2:] += rows[ids[:-2], 3]
        score[:-2] += rows[ids[2:], 4]
        c = classes[ids]
        inner = score[2:-2]
        inner += self._left[c[1:-3], c[2:-2]]
        inner += self._right[c[2:-2], c[3:-1]]
        inner += self._around[c[1:-3], c[2:-2], c[3:-1]]
        inner += self._before[c[:-4], c[1:-3], c[2:-2]]
        marks = np.flatnonzero(words.quotes[ids])
        if any(forms[i] for i in marks.tolist()):
            score += self._quotes[features.quote_states(forms, marks.tolist())]
        if not starts.isdisjoint(numbers):
            candidates = [i for i, number in enumerate(numbers) if number in starts]
            phrases = features.phrase_states(forms, candidates)
            if any(phrases):
                score += self._phrases[phrases]
        return score

    def tag(self, forms: Sequence[str]) -> list[int]:
        """For each of ``forms`` the number of its label in LABELS; 0 for the empty ones."""
        if len(forms) < 5:
            return [0] * len(forms)
        return self._viterbi(self.evidence(forms), np.array([bool(form) for form in forms]))

    def _viterbi(self, score: _Floats, words: npt.NDArray[np.bool_]) -> list[int]:
        """The best path through each sentence (a run of ``words``), all sentences in step."""
        labels = np.zeros(len(words), np.intp)
        edges = np.flatnonzero(np.diff(words.astype(np.int8), prepend=0, append=0))
        begins, ends = edges[::2], edges[1::2]
        if not len(begins):
            return [0] * len(words)
        order = np.argsort(begins - ends, kind="stable")  # the longest first
        begins, ends = begins[order], ends[order]
        lengths = ends - begins
        moves = self._transitions
        best = score[begins]
        steps = int(lengths[0])
        active = np.searchsorted(-lengths, -np.arange(1, steps + 1), side="right")
        back: list[_Numbers] = []
        for step in range(1, steps):
            count = active[step]
            paths = best[:count, :, None] + moves
            choice = paths.argmax(axis=1)
            back.append(choice)
            best[:count] = paths.max(axis=1) + score[begins[:count] + step]
        current = best.argmax(axis=1)
        for step in range(steps - 1, -1, -1):
            count = active[step]
            labels[begins[:count] + step] = current[:count]
            if step:
                current[:count] = back[step - 1][np.arange(count), current[:count]]
        found: list[int] = labels.tolist()
        return found
