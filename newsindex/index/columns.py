"""Document columns: dates, sources, languages, lengths and hashes of ids, as arrays."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Collection, Sequence

import numpy as np

from newsindex.index.files import AnyArray, ArrayFileWriter, smallest_dtype
from newsindex.index.strings import write_strings

# What an undated article has for a date: it sorts before every real one.
UNDATED = -(1 << 63)


def id_hashes(identifiers: Collection[bytes]) -> AnyArray:
    """For each id the 64 bits that stand for it in a segment's lookup table, as uint64."""
    digests = [hashlib.blake2b(identifier, digest_size=8).digest() for identifier in identifiers]
    return np.frombuffer(b"".join(digests), dtype="<u8")


@dataclasses.dataclass(slots=True)
class Columns:
    """The columns of a segment that is about to be written, one entry a document, in its order.

    ``published`` int64 seconds since 1970 UTC or UNDATED; ``utc_offset`` int16 minutes;
    ``source`` and ``language`` are numbers into ``sources`` and ``languages`` (0 is "none");
    ``title_length`` and ``body_length`` count token positions; ``id_hash`` uint64.
    """

    published: AnyArray
    utc_offset: AnyArray
    source: AnyArray
    language: AnyArray
    title_length: AnyArray
    body_length: AnyArray
    id_hash: AnyArray
    sources: list[bytes]
    languages: list[bytes]

    def order(self) -> AnyArray:
        """The order of documents in a segment: by date, and by id hash within a date.

        It depends on the articles alone, not on the order in which they came.
        """
        return np.lexsort((self.id_hash, self.published))

    def reorder(self, order: AnyArray) -> None:
        for name in _NUMBERS:
            setattr(self, name, getattr(self, name)[order])

    def write(self, writer: ArrayFileWriter) -> None:
        writer.add("published", self.published.astype(np.int64))
        writer.add("utc_offset", self.utc_offset.astype(np.int16))
        for name in ("source", "language", "title_length", "body_length"):
            column = getattr(self, name)
            writer.add(name, column.astype(smallest_dtype(int(column.max(initial=0)))))
        by_hash = np.argsort(self.id_hash, kind="stable")
        writer.add("id_hash", self.id_hash[by_hash].astype(np.uint64))
        writer.add("id_document", by_hash.astype(smallest_dtype(max(len(by_hash) - 1, 0))))
        write_strings(writer, "source", self.sources)
        write_strings(writer, "language", self.languages)
        writer.meta["documents"] = len(self.published)
        writer.meta["title_positions"] = int(self.title_length.sum())
        writer.meta["body_positions"] = int(self.body_length.sum())


_NUMBERS = (
    "published",
    "utc_offset",
    "source",
    "language",
    "title_length",
    "body_length",
    "id_hash",
)


def numbered(values: Sequence[str | None]) -> tuple[AnyArray, list[bytes]]:
    """Replace strings by their number in a sorted table of the distinct ones; None is number 0."""
    distinct = sorted({value or "" for value in values} | {""})
    numbers = {value: number for number, value in enumerate(distinct)}
    codes = [numbers[value or ""] for value in values]
    return np.array(codes, dtype=np.int64), [value.encode() for value in distinct]
