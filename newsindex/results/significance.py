"""Significant terms: the words and names that some articles hold far more often than others do.

The measure is the log-likelihood ratio G2 (T. Dunning, "Accurate Methods for the Statistics of
Surprise and Coincidence", 1993) of the numbers of articles that hold a term, among the articles in
question and among those they are held against. It asks for evidence, so one that stands in three
articles by chance does not win; only terms at least LIFT times as frequent as elsewhere are looked
at, so the words of every text do not either. All postings are counted: nothing is a sample.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from newsindex.entities import is_facet_key
from newsindex.index.files import AnyArray
from newsindex.index.postings import ENTITY_PREFIX
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.leaves import Word
from newsindex.query.parts import Parts
from newsindex.results.function_words import FUNCTION_WORDS
from newsindex.results.names import entity_names, entity_spellings
from newsindex.text import analyse_query

LIFT = 1.5
# A term stands in at least so many of the articles (all where there are fewer), and one in so many.
_LEAST, _ONE_IN = 3, 100
# Postings that are counted at once: 40 MB.
_CHUNK = 1 << 22
# Terms that are read at once.
_TERMS = 1 << 16
# A group of documents: numbers of groups by document of a segment. NOBODY belongs to none.
NOBODY = 255
# A word is part of a name if so large a part of the articles that hold it hold the name.
_PART_OF_NAME = 0.5


@dataclasses.dataclass(frozen=True, slots=True)
class Term:
    """A word or a name that tells some articles from others.

    ``text`` is the most frequent surface form of the word in these articles, or the name to show;
    ``kind`` "word", "person", "org" or "place". ``count`` of these articles hold it, ``background``
    of all they were held against, themselves included; ``score`` is G2.
    """

    text: str
    kind: str
    count: int
    background: int
    score: float


@dataclasses.dataclass(frozen=True, slots=True)
class Counted:
    """A key of the dictionary and what is counted for it: see Term."""

    key: bytes
    count: int
    background: int
    score: float


class Labelling(Protocol):
    """What puts documents in numbered groups, at most 255."""

    def labels(self, snapshot: Snapshot) -> list[tuple[Segment, AnyArray]]:
        """For segments the group of each of their documents: uint8, NOBODY for none."""


class Significance:
    """The counts of terms in groups of documents; made once, asked for each group but the first,
    number 0, to which belong the other documents that they are held against. ``sizes`` says how
    many documents each group has."""

    def __init__(self, parts: Parts, labelling: Labelling, sizes: Sequence[int]) -> None:
        self._parts = parts
        self._labelling = labelling
        self._sizes = sizes
        self._keys, self._totals = _pooled(parts, labelling, sizes)

    def of(
        self, group: int, top: int, asked: Sequence[Word] = ()
    ) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """The ``top`` words and the ``top`` names that tell the documents of ``group`` from those
        of all groups, most significant first. What the words ``asked`` of a query find is left
        out."""
        return self.shown(group, self.ranked(group), top, asked)

    def ranked(self, group: int) -> list[Counted]:
        """The keys of words and names that tell the documents of ``group`` from those of all
        groups, most significant first."""
        size = self._sizes[group]
        if not size:
            return []
        counts, background = self._totals[group], self._totals.sum(axis=0)
        score, lift = log_likelihood(counts, background, size, sum(self._sizes))
        score[counts < _least(size)] = 0
        order = np.argsort(-score, kind="stable")
        chosen = order[(lift[order] >= LIFT) & (score[order] > 0)].tolist()
        return [
            Counted(self._keys[i], int(counts[i]), int(background[i]), float(score[i]))
            for i in chosen
        ]

    def shown(
        self, group: int, ranked: Sequence[Counted], top: int, asked: Sequence[Word] = ()
    ) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """The first ``top`` words and the first ``top`` names of what is ``ranked`` for a group, as
        people read them; neither function words nor parts of the names, nor what the words
        ``asked`` find."""
        if not top:
            return (), ()
        names = [entry for entry in ranked if entry.key.startswith(ENTITY_PREFIX)]
        entities = self._named(names[:top])
        in_names = self._parts_of_names(names[: 10 * top])
        candidates = [
            entry
            for entry in ranked
            if not entry.key.startswith(ENTITY_PREFIX)
            and in_names.get(entry.key.decode(), 0) < _PART_OF_NAME * entry.count
            and not any(entry.key.decode() in word.keys for word in asked)
        ]
        words: list[Term] = []
        while candidates and len(words) < top:
            # As many as are wanted yet; some turn out to be no words.
            step = top - len(words)
            forms = self._forms([entry.key for entry in candidates[:step]], group)
            for entry, form in zip(candidates, forms, strict=False):
                if _is_word(form) and not any(w.finds(form, entry.key.decode()) for w in asked):
                    words.append(_term(form, "word", entry))
            candidates = candidates[step:]
        return tuple(words), entities

    def _named(self, entries: Sequence[Counted]) -> tuple[Term, ...]:
        keys = [entry.key[1:].decode() for entry in entries]
        names = entity_names(self._parts, keys)
        return tuple(
            _term(names[key][0], key.partition(":")[0], entry)
            for key, entry in zip(keys, entries, strict=True)
        )

    def _parts_of_names(self, entries: Sequence[Counted]) -> dict[str, int]:
        """For the keys of the words in names, in how many of the documents such a name stands."""
        counts = {entry.key[1:].decode(): entry.count for entry in entries}
        parts: dict[str, int] = {}
        for key, spellings in entity_spellings(self._parts, list(counts)).items():
            for token in analyse_query(" ".join(spellings[:10])):
                for part in token.keys:
                    parts[part] = max(parts.get(part, 0), counts[key])
        return parts

    def _forms(self, keys: list[bytes], group: int) -> list[str]:
        """The most frequent surface form of each word in the documents of a group."""
        counted: list[Counter[str]] = [Counter() for _ in keys]
        for own in self._parts.ask(_forms, self._labelling, keys, group):
            for forms, more in zip(counted, own, strict=True):
                forms.update(more)
        return [
            min(forms, key=lambda form: (-forms[form], len(form), form), default="")
            for forms in counted
        ]


def _forms(
    snapshot: Snapshot, labelling: Labelling, keys: Sequence[bytes], group: int
) -> list[Counter[str]]:
    """How often each word has each surface form in the documents of a group."""
    counted: list[Counter[str]] = [Counter() for _ in keys]
    for segment, labels in labelling.labels(snapshot):
        for key, forms in zip(keys, counted, strict=True):
            term = segment.terms.find(key)
            if term < 0:
                continue
            start, _, documents = segment.docids.of(term)
            postings = start + np.flatnonzero(labels[documents] == group)
            occurring = segment.occurrences.forms_of(term, term + 1)
            codes = np.bincount(segment.occurrences.select(term, postings, occurring)).tolist()
            for row in segment.rows_of_term(term):
                code = int(segment.form_code[row])
                if code < len(codes) and codes[code]:
                    forms[segment.forms[row].decode()] += codes[code]
    return counted


def _pooled(
    parts: Parts, labelling: Labelling, sizes: Sequence[int]
) -> tuple[list[bytes], AnyArray]:
    """The terms that enough documents of a group hold, and some more, sorted; and for each group
    and each of them the documents that hold it."""
    # A term that so many hold is held in one part at least by its share of them.
    found = parts.ask(_candidates, labelling, sizes, parts.count)
    if len(found) == 1:
        return found[0]
    keys = sorted(set().union(*(own for own, _ in found)))
    counted = parts.ask(_counted, labelling, keys, len(sizes))
    return keys, np.sum(counted, axis=0)


def _candidates(
    snapshot: Snapshot, labelling: Labelling, sizes: Sequence[int], parts: int
) -> tuple[list[bytes], AnyArray]:
    """The terms of one part that may be among those of `_pooled`, and their documents here."""
    labelled = labelling.labels(snapshot)
    counted = [_counts(segment, labels, len(sizes)) for segment, labels in labelled]
    found: set[bytes] = set()
    for (segment, _), counts in zip(labelled, counted, strict=True):
        wanted = np.zeros(counts.shape[1], dtype=bool)
        for group, size in enumerate(sizes[1:], 1):
            wanted |= counts[group] >= max(1, -(-_least(size) // (parts * len(counted))))
        found.update(segment.terms[number] for number in np.flatnonzero(wanted).tolist())
    keys = sorted(key for key in found if _countable(key))
    return keys, _added(labelled, counted, keys, len(sizes))


def _counted(
    snapshot: Snapshot, labelling: Labelling, keys: Sequence[bytes], groups: int
) -> AnyArray:
    """For each group and each of ``keys`` the documents of one part that hold it."""
    labelled = labelling.labels(snapshot)
    counted = [_counts(segment, labels, groups) for segment, labels in labelled]
    return _added(labelled, counted, keys, groups)


def _added(
    labelled: list[tuple[Segment, AnyArray]],
    counted: list[AnyArray],
    keys: Sequence[bytes],
    groups: int,
) -> AnyArray:
    """The counts of ``keys`` in all segments, for each group."""
    totals = np.zeros((groups, len(keys)), dtype=np.int64)
    places = {key: place for place, key in enumerate(keys)}
    for (segment, _), counts in zip(labelled, counted, strict=True):
        for first in range(0, len(segment.terms), _TERMS):
            # One pass over the dictionary costs less than a search in it for every term.
            own = segment.terms[first : first + _TERMS]
            there = [number for number, key in enumerate(own, first) if key in places]
            where = [places[own[number - first]] for number in there]
            totals[:, where] += counts[:, there]
    return totals


def _term(text: str, kind: str, entry: Counted) -> Term:
    return Term(text, kind, entry.count, entry.background, round(entry.score, 2))


def _counts(segment: Segment, labels: AnyArray, groups: int) -> AnyArray:
    """For each group and each term of the segment the documents that hold it: int32."""
    starts = segment.posting_start.astype(np.int64)
    terms = len(starts) - 1
    counts = np.zeros((groups, terms), dtype=np.int32)
    first = 0
    while first < terms:
        border = int(np.searchsorted(starts, starts[first] + _CHUNK, side="right")) - 1
        stop = min(terms, max(first + 1, border))
        of_posting = labels[segment.docids.whole(first, stop)]
        where = starts[first:stop] - starts[first]
        for group in range(groups):
            counts[group, first:stop] = np.add.reduceat(of_posting == group, where, dtype=np.int32)
        first = stop
    return counts


def _least(size: int) -> int:
    """How many articles of a group of so many must hold a term."""
    return max(min(_LEAST, size), size // _ONE_IN)


def _countable(key: bytes) -> bool:
    if key.startswith(ENTITY_PREFIX):
        return is_facet_key(key[1:].decode())
    return not key[:1].isdigit()


def _is_word(form: str) -> bool:
    plain = form.replace("-", "").replace("'", "")
    return len(plain) > 2 and plain.isalpha() and form not in FUNCTION_WORDS


def log_likelihood(
    counts: AnyArray, background: AnyArray, size: int, everything: int
) -> tuple[AnyArray, AnyArray]:
    """G2 and lift of terms: how much more frequent they are in a group than in the rest.

    ``counts`` of the ``size`` documents of the group hold each, ``background`` of ``everything``,
    the group included."""
    others = everything - size
    rest = background - counts
    # Against nothing nothing is telling.
    if not others:
        return np.zeros(len(counts)), np.zeros(len(counts))
    expected = background * (size / everything)
    expected_rest = background * (others / everything)
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(counts > 0, counts * np.log(counts / expected), 0.0)
        part += np.where(rest > 0, rest * np.log(rest / expected_rest), 0.0)
        lift = (counts / size) / (rest / others)
    return 2 * part, lift
