"""The most frequent words of a language, which say little about what a text is about.

The file is zlib-compressed UTF-8: a line with the magic, then a line for each language: its name, a
tab, and its words parted by blanks, most frequent first. ``newsindex.text.learn`` makes it.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Mapping, Sequence

from newsindex.text.files import data_file

_MAGIC = "newsindex-frequent-words 1"


def pack_frequent(words: Mapping[str, Sequence[str]]) -> bytes:
    """The bytes of the file for language -> words, most frequent first."""
    lines = [_MAGIC, *(f"{language}\t{' '.join(of)}" for language, of in words.items())]
    return zlib.compress("\n".join(lines).encode(), 9)


def unpack_frequent(data: bytes) -> dict[str, tuple[str, ...]]:
    """What `pack_frequent` packed. Raises ValueError for other bytes."""
    try:
        first, *lines = zlib.decompress(data).decode().split("\n")
    except zlib.error as error:
        raise ValueError(f"frequent.words: not compressed by zlib: {error}") from error
    if first != _MAGIC:
        raise ValueError(f"frequent.words: expected {_MAGIC!r}, found {first[:40]!r}")
    parts = (line.partition("\t") for line in lines)
    return {language: tuple(words.split(" ")) for language, _, words in parts}


@functools.cache
def frequent_words() -> dict[str, tuple[str, ...]]:
    """For "ru" and "uk" the 3,000 most frequent words, most frequent first."""
    return unpack_frequent(data_file("frequent.words"))
