"""Words of the dictionaries as bit sets: is this form a common word, this stem a known name?

Each set is a Bloom filter (Bloom, CACM 1970): a few hundred kilobytes for some 100,000 words, sure
of what is absent and wrong about one absent word in some hundreds. The sets are evidence for the
tagger and nothing else. `newsindex.entities.learn_vocabulary` makes the file.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from newsindex.entities.lexicon import DATA
from newsindex.entities.stems import fold, stem

SETS = ("common", "surname", "geo", "proper", "first", "town")
HASHES = 7


def positions(word: str, size: int) -> list[int]:
    """The bits of ``word`` in a set of ``size`` bits (double hashing of two CRC-32 sums)."""
    one, two = _sums(word)
    return [(one + i * two) % size for i in range(HASHES)]


def _sums(word: str) -> tuple[int, int]:
    data = word.encode()
    return zlib.crc32(data), zlib.crc32(data, 0x9E3779B9) | 1


def bits_of(words: Iterable[str], size: int) -> npt.NDArray[np.uint8]:
    """The set of ``words`` in ``size`` bits, eight to a byte."""
    bits = np.zeros(size, bool)
    for word in words:
        bits[positions(word, size)] = True
    return np.packbits(bits)


@functools.cache
def _bits() -> dict[str, bytes]:
    with (DATA / "vocabulary.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
        return {name: arrays[name].tobytes() for name in (*SETS, "verb")}


@functools.cache
def _sets() -> list[tuple[str, bytes, int]]:
    """The flag of each set, its bits, and how many they are."""
    bits = _bits()
    return [("v-" + name, bits[name], len(bits[name]) * 8) for name in SETS]


def _holds(data: bytes, size: int, one: int, two: int) -> bool:
    for _ in range(HASHES):
        bit = one % size
        if not data[bit >> 3] >> (7 - (bit & 7)) & 1:
            return False
        one += two
    return True


def common_key(form: str) -> str:
    """What the set of common words holds for ``form``."""
    return fold(form)


def is_verb(key: str) -> bool:
    """Whether the form with the `common_key` ``key`` can only be a verb's: сообщила, звільнив."""
    data = _bits()["verb"]
    return _holds(data, len(data) * 8, *_sums(key))


def flags(form: str) -> list[str]:
    """The sets that hold ``form`` (common) or its stem (the others), as ``v-`` flags."""
    return flags_of(common_key(form), stem(form))


def flags_of(key: str, base: str) -> list[str]:
    """`flags` of a form, given its `common_key` and its stem."""
    (flag, data, size), *others = _sets()
    found = [flag] if _holds(data, size, *_sums(key)) else []
    one, two = _sums(base)
    for flag, data, size in others:
        bit = one % size  # most words are out at the first bit
        if data[bit >> 3] >> (7 - (bit & 7)) & 1 and _holds(data, size, one, two):
            found.append(flag)
    return found or ["v-none"]
