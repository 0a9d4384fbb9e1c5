"""What inverter, merge and segment share about postings: forms, frequencies, position numbering."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from newsindex.index.files import AnyArray, ArrayFileWriter, smallest_dtype
from newsindex.index.strings import write_strings

SEGMENT_KIND = "segment"
# Positions of a document: the title's tokens from 0, this many unused ones, then the body's.
# No phrase may reach across, so no slop may be as large.
BODY_GAP = 100


@dataclasses.dataclass(slots=True)
class FormTable:
    """The surface forms of a segment, sorted by text and term.

    A form belongs to a term; within its term it has a ``code``, and beside each position of the
    term stands the code of the form that was found there.
    """

    texts: list[bytes]
    term: AnyArray
    code: AnyArray
    _numbers: dict[tuple[bytes, int], int]

    @classmethod
    def build(cls, entries: Sequence[tuple[bytes, int]]) -> FormTable:
        """From (form, term number) pairs in any order, repeated ones among them."""
        ordered = sorted(set(entries))
        terms = np.array([term for _, term in ordered], dtype=np.int64)
        by_term = np.argsort(terms, kind="stable")
        grouped = terms[by_term]
        code = np.empty(len(terms), dtype=np.int64)
        code[by_term] = np.arange(len(terms)) - np.searchsorted(grouped, grouped)
        return cls(
            texts=[text for text, _ in ordered],
            term=terms.astype(smallest_dtype(int(terms.max(initial=0)))),
            code=code.astype(smallest_dtype(int(code.max(initial=0)))),
            _numbers={entry: number for number, entry in enumerate(ordered)},
        )

    def numbers_of(self, entries: Sequence[tuple[bytes, int]]) -> AnyArray:
        """The row of each of ``entries``."""
        return np.array([self._numbers[entry] for entry in entries], dtype=np.int64)

    def write(self, writer: ArrayFileWriter) -> None:
        write_strings(writer, "form", self.texts)
        writer.add("form_term", self.term)
        writer.add("form_code", self.code)


def frequency_table(
    frequencies: AnyArray, title_frequencies: AnyArray
) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Replace each posting's pair (frequency, frequency in the title) by one small code.

    Returns the frequency of each code, its title frequency, and the codes: there are few distinct
    pairs, so one byte a posting nearly always carries both.
    """
    pairs = frequencies * (1 << 32) + title_frequencies
    distinct, codes = np.unique(pairs, return_inverse=True)
    frequency = distinct >> 32
    title_frequency = distinct & 0xFFFFFFFF
    return (
        frequency.astype(smallest_dtype(int(frequency.max(initial=0)))),
        title_frequency.astype(smallest_dtype(int(title_frequency.max(initial=0)))),
        codes.astype(smallest_dtype(len(distinct))),
    )
