"""Tagging: the best labels of a text's tokens under a trained model, in numpy.

What CRFsuite computes token by token is here a sum of rows kept per form (`WordRows`), so that a
form costs its look-up of attributes once, and the Viterbi algorithm (Viterbi, IEEE Transactions on
Information Theory 1967) goes through all sentences of a text at once.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from newsindex.entities import features
from newsindex.entities.features import CLASS_COUNT, OFFSETS, PHRASE_STATES, QUOTE_STATES
from newsindex.entities.weights import LABELS, Weights

_MAX_FORMS = 200_000  # rows kept; about 40 MB when full, then the store starts afresh
_COUNT = len(LABELS)
_Floats = npt.NDArray[np.float32]
_Numbers = npt.NDArray[np.intp]


class WordRows:
    """Rows of evidence for the forms met so far: for each form and distance, a weight a label."""

    def __init__(self, weights: Weights) -> None:
        self.numbers: dict[str, int] = {}
        self.rows: _Floats = np.zeros((1024, len(OFFSETS), _COUNT), np.float32)
        self.classes: _Numbers = np.zeros(1024, np.intp)
        self.starts: set[int] = set()  # forms that may begin a phrase of the lists
        self._weights = weights
        self.add("")

    def add(self, form: str) -> int:
        """The number of ``form``, computed if it is new (under the lock of the tagger)."""
        number = self.numbers.get(form)
        if number is not None:
            return number
        number = len(self.numbers)
        if number == len(self.classes):
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
            self.classes = np.concatenate([self.classes, np.zeros_like(self.classes)])
        word = features.word_features(form)
        attributes, state = self._weights.attributes, self._weights.state
        for i, prefix in enumerate(features.PREFIXES):
            shown = (word.own, word.near, word.near, word.far, word.far)[i]
            found = [attributes[p] for a in shown if (p := prefix + a) in attributes]
            self.rows[number, i] = state[found].sum(axis=0)
        self.classes[number] = word.class_number
        if features.starts_phrase(form):
            self.starts.add(number)
        self.numbers[form] = number
        return number


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
                numbers = [words.add(form) for form in forms]
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
        quotes = features.quote_states(forms)
        if any(quotes):
            score += self._quotes[quotes]
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
