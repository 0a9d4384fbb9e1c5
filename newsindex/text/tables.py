"""The learned table of one language: whole word, else longest suffix, gives a form its key.

A file is zlib-compressed UTF-8 text. Its first line is ``newsindex-suffix-table 1``; each other
line has four fields between tabs: letters to strip, letters to append, the whole words and the
suffixes with that action, both separated by single spaces. An empty suffix is written as ``^``.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

DEPTH = 12  # letters of the longest suffix
MAGIC = "newsindex-suffix-table 1"

Action = tuple[int, str]  # letters to strip from the end of a form, letters to append
_NOTHING: Action = (0, "")


_TAIL = 4  # letters by which `SuffixTable` knows which lengths of a suffix are worth looking for
_SHORT = tuple(range(_TAIL, -1, -1))
_ALL = tuple(range(DEPTH, -1, -1))
# To learn these lengths takes as long as to find so many forms without them.
_LEARNED_AFTER = 5_000


@dataclass(slots=True)
class SuffixTable:
    """Actions by whole word and by suffix, which never change."""

    words: Mapping[str, Action]
    suffixes: Mapping[str, Action]
    _lengths: dict[str, tuple[int, ...]] | None = field(
        default=None, init=False, repr=False, compare=False
    )
    _found: int = field(default=0, init=False, repr=False, compare=False)

    def find(self, form: str) -> tuple[str, Action]:
        """The rule for ``form``: the whole word or the longest suffix that has one, its action.

        An action that would leave fewer than two letters of the form is passed over: what rules
        long words say nothing of short ones.
        """
        action = self.words.get(form)
        if action is not None:
            return form, action
        if self._lengths is not None:
            lengths = self._lengths.get(form[-_TAIL:], _SHORT)
        else:
            lengths = _ALL
            self._found += 1
            if self._found == _LEARNED_AFTER:
                self._lengths = _lengths_of(self.suffixes)
        suffixes = self.suffixes
        length = len(form)
        for letters in lengths:
            if letters <= length:
                suffix = form[length - letters :]
                action = suffixes.get(suffix)
                if action is not None and action[0] < length - 1:
                    return suffix, action
        return "", _NOTHING

    def key(self, form: str) -> str:
        """The key of ``form``, not folded across languages."""
        strip, append = self.find(form)[1]
        return (form[:-strip] if strip else form) + append

    def pack(self) -> bytes:
        """The table as the content of a file; the same table gives the same bytes."""
        lines: dict[Action, tuple[list[str], list[str]]] = {}
        for word, action in self.words.items():
            lines.setdefault(action, ([], []))[0].append(word)
        for suffix, action in self.suffixes.items():
            lines.setdefault(action, ([], []))[1].append(suffix or "^")
        text = [MAGIC]
        for (strip, append), (words, suffixes) in sorted(lines.items()):
            text.append(
                f"{strip}\t{append}\t{' '.join(sorted(words))}\t{' '.join(sorted(suffixes))}"
            )
        return zlib.compress("\n".join(text).encode(), 9)

    @classmethod
    def unpack(cls, data: bytes) -> SuffixTable:
        """The table in the content of a file that `pack` wrote; ValueError if it is none."""
        try:
            first, *lines = zlib.decompress(data).decode().split("\n")
        except (zlib.error, UnicodeDecodeError) as error:
            raise ValueError(f"not a suffix table: {error}") from error
        if first != MAGIC:
            raise ValueError(f"not a suffix table: expected {MAGIC!r}, found {first[:40]!r}")
        words: dict[str, Action] = {}
        suffixes: dict[str, Action] = {}
        for line in lines:
            strip, append, some_words, some_suffixes = line.split("\t")
            action = (int(strip), append)
            if some_words:
                words.update(dict.fromkeys(some_words.split(" "), action))
            if some_suffixes:
                suffixes.update(dict.fromkeys(some_suffixes.split(" "), action))
        if "^" in suffixes:
            suffixes[""] = suffixes.pop("^")
        return cls(words, suffixes)


def _lengths_of(suffixes: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The lengths, longest first, of the suffixes that end with some letters, _TAIL of them; what
    ends with other letters has _SHORT ones alone."""
    found: dict[str, int] = {}
    for suffix in suffixes:
        if len(suffix) > _TAIL:
            tail = suffix[-_TAIL:]
            found[tail] = found.get(tail, 0) | 1 << len(suffix)
    # The same lengths are one tuple.
    tuples = {
        bits: tuple(n for n in range(bits.bit_length(), _TAIL, -1) if bits >> n & 1) + _SHORT
        for bits in set(found.values())
    }
    return {tail: tuples[bits] for tail, bits in found.items()}
