"""Postings of one query word in one segment: merged over its keys, cut to a window of documents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from newsindex.index.arrays import begins_run
from newsindex.index.docids import members
from newsindex.index.files import AnyArray
from newsindex.index.impacts import TITLE_WEIGHT
from newsindex.index.segment import Segment
from newsindex.query.dictionary import form_rows
from newsindex.query.leaves import Word
from newsindex.query.lists import PostingList, together
from newsindex.query.many import summed
from newsindex.query.sets import contains, union

Documents = AnyArray
# From so many terms on their postings are read together.
_MANY = 24


class TermForms(NamedTuple):
    """A term of a segment's dictionary; ``codes`` restricts it to some surface forms."""

    term: int
    codes: frozenset[int] | None = None


def terms_of(segment: Segment, word: Word) -> list[TermForms]:
    """The terms of ``segment`` that ``word`` stands for."""
    numbers = sorted({segment.term_number(key) for key in word.keys} - {-1})
    if word.expansion:
        spelled = form_rows(segment, word.expansion)
        own = [row for number in numbers for row in segment.rows_of_term(number)]
        known = [row for row in own if word.accepts(segment.forms[row].decode())]
        return _by_term(
            segment, np.union1d(spelled, np.array(known, dtype=np.int64)) if known else spelled
        )
    if word.any_form:
        return [TermForms(number) for number in numbers]
    if word.forms:
        rows = [row for form in word.forms for row in segment.form_rows(form)]
    else:
        rows = [row for number in numbers for row in segment.rows_of_term(number)]
    wanted = [
        row
        for row in rows
        if int(segment.form_term[row]) in numbers and word.accepts(segment.forms[row].decode())
    ]
    return _by_term(segment, np.array(wanted, dtype=np.int64))


def _by_term(segment: Segment, rows: AnyArray) -> list[TermForms]:
    """Group rows of the form table by term; a term all of whose forms are there is unrestricted."""
    terms, codes = segment.form_term[rows], segment.form_code[rows]
    order = terms.argsort(kind="stable")
    terms, codes = terms[order], codes[order]
    starts = begins_run(terms).nonzero()[0]
    if not len(starts):
        return []
    terms, stops = terms[starts], np.append(starts[1:], len(terms))
    whole = stops - starts == segment.form_count[terms]
    return [
        TermForms(term, None if all_of_it else frozenset(codes[start:stop].tolist()))
        for term, all_of_it, start, stop in zip(
            terms.tolist(), whole.tolist(), starts.tolist(), stops.tolist(), strict=True
        )
    ]


class WordPostings:
    """The documents of one segment, within a window, in which a word stands.

    ``documents`` is ascending, of the segment's own dtype; ``weights`` float32 beside it: the
    occurrences, those in the title counted TITLE_WEIGHT times. With ``title_only`` nothing but the
    title is looked at.
    """

    def __init__(
        self,
        segment: Segment,
        terms: list[TermForms],
        first: int,
        stop: int,
        *,
        title_only: bool = False,
    ) -> None:
        self.segment = segment
        self.title_only = title_only
        self._window = first, stop
        self._terms = terms
        # Documents that all hold the word, and the numbers of its postings there if known.
        self._known: tuple[Documents, AnyArray | None] | None = None

    @cached_property
    def _lists(self) -> list[tuple[TermForms, PostingList]]:
        return [(term, PostingList(self.segment, term.term)) for term in self._terms]

    @cached_property
    def size(self) -> int:
        """An upper bound of the number of documents, whatever the window."""
        return self.segment.postings_of([term.term for term in self._terms])

    @cached_property
    def _ranges(self) -> list[tuple[TermForms, int, int, Documents]]:
        """For each term its postings within the window: first, stop and documents."""
        docids = self.segment.docids
        ranges = [(term, *docids.of(term.term, *self._window)) for term, _ in self._lists]
        return [entry for entry in ranges if entry[1] < entry[2]]

    @property
    def plain(self) -> bool:
        """Whether one unrestricted posting list is all there is."""
        return len(self._ranges) == 1 and self._ranges[0][0].codes is None and not self.title_only

    @cached_property
    def _merged(self) -> tuple[Documents, AnyArray | None]:
        if len(self._terms) > _MANY:
            return self._summed
        if self.plain:
            return self._ranges[0][3], None
        parts = [self._part(*entry) for entry in self._ranges]
        if not parts:
            return np.empty(0, self.segment.docids.dtype), np.empty(0, np.float32)
        return together(parts)

    @cached_property
    def _summed(self) -> tuple[Documents, AnyArray]:
        whole = [term.term for term in self._terms if term.codes is None]
        some = [(term.term, code) for term in self._terms for code in term.codes or ()]
        return summed(
            self.segment,
            np.array(whole, dtype=np.int64),
            np.array(some, dtype=np.int64).reshape(-1, 2).T,
            self._window,
            title_only=self.title_only,
        )

    def _part(
        self, term: TermForms, start: int, end: int, documents: Documents
    ) -> tuple[Documents, AnyArray]:
        segment = self.segment
        if term.codes is not None:
            return self._restricted(term, start, end, documents)
        codes = segment.posting_frequency[start:end]
        if self.title_only:
            kept = np.flatnonzero((segment.title_frequency > 0)[codes])
            weight = (TITLE_WEIGHT * segment.title_frequency).astype(np.float32)
            return documents[kept], weight[codes[kept]]
        return documents, segment.weight_of_code.take(codes)

    def _restricted(
        self, term: TermForms, start: int, end: int, documents: Documents
    ) -> tuple[Documents, AnyArray]:
        """Documents and weights of a term's postings, counting only some of its surface forms."""
        index, positions = occurrences(self.segment, term, np.arange(start, end), documents)
        in_title = positions < self.segment.title_length[documents[index]]
        weight = np.where(in_title, TITLE_WEIGHT, 0.0 if self.title_only else 1.0)
        totals = np.bincount(index, weights=weight, minlength=end - start)
        kept = (totals > 0).nonzero()[0]
        return documents[kept], totals[kept].astype(np.float32)

    @cached_property
    def candidates(self) -> Documents:
        """Documents among which ``documents`` are: the same, but for surface forms and title, which
        a phrase looks at only where all its words meet."""
        if len(self._terms) > _MANY:
            return self._summed[0]
        if len(self._ranges) == 1:
            return self._ranges[0][3]
        parts = [documents for _, _, _, documents in self._ranges]
        return union(parts, self.segment.documents) if parts else self.documents

    def may_hold(self, documents: Documents) -> AnyArray:
        """For each of ``documents`` (ascending) whether it is one of the candidates."""
        if len(self._terms) > _MANY:
            return contains(self._summed[0], documents, self.segment.documents)
        found = [each.holds(documents) for _, each in self._lists]
        if len(found) == 1:
            return found[0]
        held: AnyArray = np.logical_or.reduce(found) if found else np.zeros(len(documents), bool)
        return held

    def meeting(self, documents: Documents) -> tuple[AnyArray, AnyArray | None]:
        """Which of ``documents`` (ascending) are among the candidates: their indexes, ascending;
        and the numbers of the word's postings in them, where these come by the way."""
        if len(self._lists) == 1:
            return self._lists[0][1].meeting(documents)
        return self.may_hold(documents).nonzero()[0], None

    def in_all(self, others: Sequence[WordPostings]) -> Documents | None:
        """The documents of this and of ``others``, where each is one dense list; else None."""
        bitmaps: list[AnyArray] = []
        for each in (self, *others):
            if each.only_list is None or each.only_list.bitmap is None:
                return None
            bitmaps.append(each.only_list.bitmap)
        found = members(np.bitwise_and.reduce(bitmaps), *self._window)
        return found.astype(self.segment.docids.dtype)

    @property
    def only_list(self) -> PostingList | None:
        """The only posting list, if there are not several."""
        return self._lists[0][1] if len(self._lists) == 1 else None

    @property
    def numbers(self) -> AnyArray | None:
        """The number of the posting in each of the candidates of an only list; else None."""
        if len(self._lists) != 1 or not self._ranges:
            return None
        return np.arange(*self._ranges[0][1:3])

    def remember(self, documents: Documents, numbers: AnyArray | None) -> None:
        """The only list has postings in all of ``documents``, and if they are known these are their
        ``numbers``: nobody need look for them."""
        if self.only_list is not None:
            self._known = documents, numbers

    @property
    def documents(self) -> Documents:
        return self._merged[0]

    def weights(self) -> AnyArray:
        """The weight of each of ``documents``, float32."""
        weights = self._merged[1]
        if weights is None:
            _, start, end, _ = self._ranges[0]
            return self.segment.weight_of_code.take(self.segment.posting_frequency[start:end])
        return weights

    def positions_in(self, documents: Documents) -> tuple[AnyArray, AnyArray]:
        """Where the word stands in ``documents`` (ascending, each holding it or not): for each
        place the index into ``documents`` and the position; sorted by both. Several of the word's
        terms may stand at one place, a compound and its first part: it is given once."""
        parts = []
        for term, each in self._lists:
            hit, held, postings = self._held(each, documents)
            if not len(held):
                continue
            index, positions = occurrences(self.segment, term, postings, held)
            if hit is not None:
                index = hit[index]
            if self.title_only:
                kept = positions < self.segment.title_length[documents[index]]
                index, positions = index[kept], positions[kept]
            parts.append((index, positions))
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        # A stable sort merges what is sorted, ten times faster than it sorts the rest.
        where = np.concatenate([(index << 32) + positions for index, positions in parts])
        where.sort(kind="stable")
        where = where[begins_run(where)]
        return where >> 32, where & 0xFFFF_FFFF

    def _held(
        self, each: PostingList, documents: Documents
    ) -> tuple[AnyArray | None, Documents, AnyArray]:
        """Which of ``documents`` a list holds: their indexes (None if it holds all), themselves,
        and the numbers of its postings in them."""
        if self._known is not None and self._known[0] is documents:
            known = self._known[1]
            return None, documents, each.numbers(documents) if known is None else known
        hit = each.holds(documents).nonzero()[0]
        if len(hit) == len(documents):
            return None, documents, each.numbers(documents)
        return hit, documents[hit], each.numbers(documents[hit])

    def places_in(self, documents: Documents, numbers: AnyArray, bits: int, shift: int) -> AnyArray:
        """Where the word stands in ``documents`` (ascending, each holding it or not), each place
        once, ascending: the document's number of ``numbers``, and below it in so many ``bits`` the
        position and ``shift``; of their dtype. There is no gap before the body, and also where only
        the title is looked at the body's places are among them."""
        parts = []
        for term, each in self._lists:
            hit, held, postings = self._held(each, documents)
            if not len(held):
                continue
            own = numbers if hit is None else numbers[hit]
            counts, positions = self.segment.occurrences.raw(term.term, postings, held)
            places: AnyArray = (own << bits) + own.dtype.type(shift)
            if len(positions) > len(places):
                places = places.repeat(counts)
            places += positions
            if term.codes is not None:
                places = places[_of_forms(self.segment, term.term, term.codes, postings)]
            parts.append(places)
        if len(parts) == 1:
            return parts[0]
        joint: AnyArray = np.concatenate([numbers[:0], *parts])
        joint.sort(kind="stable")
        distinct: AnyArray = joint[begins_run(joint)]
        return distinct


def occurrences(
    segment: Segment, term: TermForms, postings: AnyArray, documents: Documents
) -> tuple[AnyArray, AnyArray]:
    """The occurrences in some of a term's postings (their numbers, ascending, and their documents):
    for each the index into ``postings`` and the position, restricted to the term's surface forms;
    int64 both."""
    index, positions = segment.occurrences.of(term.term, postings, documents)
    if term.codes is not None:
        kept = _of_forms(segment, term.term, term.codes, postings)
        index, positions = index[kept], positions[kept]
    return index, positions


def _of_forms(segment: Segment, term: int, codes: frozenset[int], postings: AnyArray) -> AnyArray:
    """For each occurrence in some of a term's postings whether its form is one of ``codes``."""
    found = segment.occurrences.forms_of(term, term + 1)
    wanted: AnyArray = np.zeros(1 << (8 * found.dtype.itemsize), dtype=bool)
    wanted[list(codes)] = True
    kept: AnyArray = wanted[segment.occurrences.select(term, postings, found)]
    return kept
