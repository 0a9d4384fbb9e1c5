"""Bytes to text: UTF-8, UTF-16 and UTF-32 by their marks, else windows-1251 or KOI8-U."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSED = ("cp1251", "koi8-u")
_SAMPLE = 1 << 16
# The commonest letters of both languages: read in the wrong one of the two code pages, a text has
# few of them, and its small letters turn into capitals.
_COMMON = frozenset("оаеинтсрвлкміу")
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]{1,3}")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding it was read in, and a remark where that was a guess or bytes were lost."""

    text: str
    encoding: str
    remark: str | None = None


def byte_order_mark(start: bytes) -> str | None:
    """The encoding that the first bytes announce with a mark, or None where there is no mark."""
    return next((name for mark, name in _MARKS if start.startswith(mark)), None)


def decode(data: bytes) -> Decoded | None:
    """The text of ``data``, or None where it is none (a binary file, an encoding not known here).

    UTF-8 with some broken bytes stays UTF-8, each of them replaced by U+FFFD and counted in the
    remark; what is not mostly UTF-8 is read as windows-1251 or KOI8-U, whichever gives more of the
    letters that Russian and Ukrainian use most. Never raises.
    """
    marked = byte_order_mark(data)
    if marked is not None:
        text = data.decode(marked, "replace")
        return None if _is_binary(text) else Decoded(text.lstrip("\ufeff"), marked, _lost(text))
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _decode_broken(data)
    return None if _is_binary(text) else Decoded(text, "utf-8")


def _decode_broken(data: bytes) -> Decoded | None:
    if b"\x00" in data[:_SAMPLE]:
        return None
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if broken <= sum(1 for _ in _MULTIBYTE.finditer(data)):
        return None if _is_binary(text) else Decoded(text, "utf-8", _lost(text))
    sample = data[:_SAMPLE]
    best = max(_GUESSED, key=lambda name: _likeness(sample.decode(name, "replace")))
    text = data.decode(best, "replace")
    high = sum(byte >= 0x80 for byte in sample)
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in text[:_SAMPLE])
    if _is_binary(text) or cyrillic < 0.7 * high:
        return None
    return Decoded(text, best, f"not UTF-8: read as {best}, by its letters")


def _likeness(text: str) -> int:
    return sum((letter.lower() in _COMMON) + 2 * (letter in _COMMON) for letter in text)


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE]
    return "\x00" in sample or len(_CONTROL.findall(sample)) > len(sample) / 50


def _lost(text: str) -> str | None:
    broken = text.count("\ufffd")
    return f"{broken} broken characters replaced by U+FFFD" if broken else None
