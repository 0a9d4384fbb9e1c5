"""The surface forms of a segment: which term each belongs to, and its code within the term.

The table is sorted by form and term. Beside each occurrence of a term stands the code of the form
that was found there; codes count a term's forms in the order of the table.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence

import numpy as np

from newsindex.index.files import AnyArray, ArrayFileWriter, smallest_dtype
from newsindex.index.strings import StringsWriter


def sorted_entries(
    texts: Sequence[bytes], numbers: AnyArray
) -> tuple[list[bytes], AnyArray, AnyArray]:
    """The distinct pairs (text, number) in their order: their texts, their numbers; and the place
    there of each of the given ones. Fast where the texts are given in long runs that are sorted."""
    order = np.array(sorted(range(len(texts)), key=texts.__getitem__), dtype=np.int64)
    found = [texts[entry] for entry in order.tolist()]
    first = np.ones(len(found), dtype=bool)
    differs = map(operator.ne, found[1:], found)
    first[1:] = np.fromiter(differs, dtype=bool, count=max(len(found) - 1, 0))
    if not first.all():
        order = order[np.lexsort((numbers[order], np.cumsum(first)))]
    grouped = numbers[order]
    first[1:] |= grouped[1:] != grouped[:-1]
    place = np.empty(len(found), dtype=np.int64)
    place[order] = np.cumsum(first) - 1
    return [found[i] for i in np.flatnonzero(first).tolist()], grouped[first], place


class FormWriter:
    """Writes the table of surface forms, in pieces that follow each other."""

    def __init__(self, writer: ArrayFileWriter, terms: int) -> None:
        self._writer = writer
        self._texts = StringsWriter(writer, "form")
        self._terms: list[AnyArray] = []
        self._codes: list[AnyArray] = []
        self._next_code = np.zeros(terms, dtype=np.uint32)

    def append(self, texts: Sequence[bytes], terms: AnyArray) -> AnyArray:
        """Append distinct forms, sorted by text and term; the code of each, as uint32."""
        by_term = np.argsort(terms, kind="stable")
        grouped = terms[by_term]
        places = np.arange(len(terms)) - np.searchsorted(grouped, grouped)
        codes = np.empty(len(terms), dtype=np.uint32)
        codes[by_term] = self._next_code[grouped] + places
        self._next_code += np.bincount(terms, minlength=len(self._next_code)).astype(np.uint32)
        self._texts.append(texts)
        self._terms.append(terms.astype(np.uint32))
        self._codes.append(codes)
        return codes

    def finish(self) -> np.dtype[np.generic]:
        """Finish the table; the dtype that holds every code."""
        self._texts.finish()
        terms, codes = (
            np.concatenate([np.empty(0, np.uint32), *arrays])
            for arrays in (self._terms, self._codes)
        )
        for name, values in (("form_term", terms), ("form_code", codes)):
            self._writer.add(name, values.astype(smallest_dtype(int(values.max(initial=0)))))
        return smallest_dtype(int(codes.max(initial=0)))
