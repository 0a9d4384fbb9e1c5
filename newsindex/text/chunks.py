"""Chunks: the rules by which a piece of text without a gap becomes tokens, each with its examples.

`split` is the slow path of tokenisation: what it finds is remembered by newsindex.text.tokens.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MAX_FORM = 60  # characters; what is longer is cut, it is no word of any language
MAX_PARTS = 16  # parts of one address or compound that get a position of their own

CAPITALS = "А-ЯЁІЇЄҐA-Z"
LETTERS = "а-яА-ЯёЁіїєґІЇЄҐa-zA-Z"
APOSTROPHES = "'’ʼ`‘´"
HYPHENS = "-\u2010\u2011"
SPACES = " \u00a0\u2009\u202f"
INVISIBLE = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"  # stress, soft hyphen, joiners
URL_END = '\\s<>"«»“”|'

PLAIN_WORD = re.compile(r"[а-яА-ЯёЁіїєґІЇЄҐ]+\Z|[a-zA-Z]+\Z")

_GROUPED = re.compile(rf"(\d[\d{SPACES}]*)((?:[.,]\d+)?)[{SPACES}]?(%?)\Z")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\Z")
_DOTTED_LETTERS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\Z")
_NUMBER_THEN_WORD = re.compile(r"(\d+)([а-яА-ЯёЁіїєґІЇЄҐ]+)\Z")
_WORD_PART = re.compile(rf"[^\W_][\w{INVISIBLE}{APOSTROPHES}]*")
_BETWEEN = re.compile(rf"[^{HYPHENS}._@&,:/]+")
_BETWEEN_HYPHENS = re.compile(rf"[^{HYPHENS}]+")
_APOSTROPHE_TABLE = str.maketrans(dict.fromkeys(APOSTROPHES, "'"))

# Letters that look alike, each in the case in which it does.
_CYRILLIC_TWIN = dict(zip("ABCEHIKMOPTXYaceiopxyïÏ", "АВСЕНІКМОРТХУасеіорхуїЇ", strict=True))
_LATIN_TWIN = {cyrillic: latin for latin, cyrillic in _CYRILLIC_TWIN.items()}
_ACRONYM = re.compile(r"(?:[А-ЯЁІЇЄҐ]{2,5}|[A-Z]{2,5})\Z")
_LATIN = re.compile(r"[A-Za-zïÏ]")
_CYRILLIC = re.compile(r"[\u0400-\u052f]")


class Piece(NamedTuple):
    """A token within its chunk: form, span within the chunk, position after the chunk's first."""

    form: str
    start: int
    stop: int
    offset: int
    width: int


class Split(NamedTuple):
    """The tokens of one chunk, and how many positions they take together."""

    pieces: tuple[Piece, ...]
    positions: int


def is_acronym(form: str) -> bool:
    """Whether ``form`` is that of an acronym: two to five capitals of one script."""
    return _ACRONYM.match(form) is not None


def split(chunk: str) -> Split:
    """The tokens of one chunk, as `_CHUNK` cuts them: each rule stands beside its examples."""
    for rule in (_plain, _number, _web_address, _mail_or_domain, _dotted_letters):
        found = rule(chunk)
        if found is not None:
            return found
    return _compound(chunk)


def _plain(chunk: str) -> Split | None:
    """Слово -> слово, п’ять -> п'ять, замо́к -> замок, Oзон (with a Latin O) -> озон."""
    if PLAIN_WORD.match(chunk):
        form = chunk if _ACRONYM.match(chunk) else chunk[:MAX_FORM].lower()
        return Split((Piece(plain_e(form), 0, len(chunk), 0, 1),), 1)
    if chunk.isalpha() or _one_word(chunk):
        return _pack([_word(chunk, 0, 0)])
    return None


def plain_e(form: str) -> str:
    return form.replace("ё", "е").replace("Ё", "Е")


def _one_word(chunk: str) -> bool:
    match = _WORD_PART.match(chunk)
    return (
        match is not None
        and match.end() == len(chunk)
        and "_" not in chunk
        and not _NUMBER_THEN_WORD.match(chunk)
    )


def _number(chunk: str) -> Split | None:
    """1 100 -> 1100, 25 % -> 25%, 3,5 -> 3,5: one token each."""
    match = _GROUPED.match(chunk)
    if match is None:
        return None
    digits = "".join(c for c in match[1] if c not in SPACES)
    form = (_clean(digits)[:MAX_FORM] + match[2][:MAX_FORM] + match[3])[:MAX_FORM]
    return _pack([Piece(form, 0, len(chunk), 0, 1)])


def _web_address(chunk: str) -> Split | None:
    """https://www.unian.net/war/a-1.html?x=1 -> unian.net/war/a-1.html, and unian, net, war ..."""
    prefix = re.match(r"(?:https?://)?(?:www\.)?", chunk, re.IGNORECASE)
    begin = prefix.end() if prefix else 0
    if not begin and "/" not in chunk.lstrip("0123456789/"):
        return None
    address = re.split(r"[?#]", chunk[begin : begin + 2_000], maxsplit=1)[0].rstrip(".,;:!?)]}'*/")
    if not address or not re.search(r"[^\W_]", address):
        return _compound(chunk[:begin].rstrip(":/.")) if begin else None
    return _whole_and_parts(address.lower(), address, begin)


def _mail_or_domain(chunk: str) -> Split | None:
    """press@sbu.gov.ua, Interfax.ru: whole, and each part."""
    if _EMAIL.match(chunk[:250]) or _DOMAIN.match(chunk[:250]):
        return _whole_and_parts(_clean(chunk, "@.-_"), chunk, 0)
    return None


def _dotted_letters(chunk: str) -> Split | None:
    """т.е -> т.е as one token; capitals are initials, each its own: А.Б -> а, б."""
    if not _DOTTED_LETTERS.match(chunk) or not chunk.islower():
        return None
    return _pack([Piece(_clean(chunk, ".")[:MAX_FORM], 0, len(chunk), 0, 1)])


def _compound(chunk: str) -> Split:
    """Су-34 -> су-34, су, 34; г.Киев -> г, киев; 18:46 -> 18:46, 18, 46; 2024г -> 2024г, 2024, г.

    Words joined by a hyphen, and whatever holds digits, an underscore or an ampersand, are found
    whole and by their parts; words that only lack the space after a full stop are just words.
    """
    if "_" in chunk or "&" in chunk or (re.search(r"[.,:/]", chunk) and re.search(r"\d", chunk)):
        return _whole_and_parts(_clean(chunk, "@._&,:/-"), chunk, 0)
    pieces: list[Piece] = []
    position = 0
    for match in re.finditer(r"[^.@,:/]+", chunk):
        for piece in (found := _hyphenated(match.group())).pieces:
            begin = match.start()
            pieces.append(
                Piece(
                    piece.form,
                    begin + piece.start,
                    begin + piece.stop,
                    position + piece.offset,
                    piece.width,
                )
            )
        position += found.positions
    return Split(tuple(pieces), position)


def _hyphenated(word: str) -> Split:
    """пресс-секретарь -> пресс-секретарь, пресс, секретарь."""
    match = _NUMBER_THEN_WORD.match(word)
    spans = [match.span(1), match.span(2)] if match else []
    if not spans:
        spans = [part.span() for part in _BETWEEN_HYPHENS.finditer(word)]
    parts = [_word(word[start:stop], start, n) for n, (start, stop) in enumerate(spans)]
    if len(parts) > 1 and len(word) <= MAX_FORM and len(parts) <= 6:
        joint = "" if match else "-"
        whole = joint.join(part.form.lower() for part in parts)
        parts.insert(0, Piece(whole, 0, len(word), 0, len(parts)))
    return _pack(parts)


def _whole_and_parts(whole: str, chunk: str, begin: int) -> Split:
    parts = []
    for n, match in enumerate(_BETWEEN.finditer(chunk)):
        if n == MAX_PARTS:
            break
        parts.append(_word(match.group(), begin + match.start(), n))
    parts = [part for part in parts if part.form]
    if len(parts) > 1 or not parts:
        whole_piece = Piece(whole[:MAX_FORM], begin, begin + len(chunk), 0, max(len(parts), 1))
        parts.insert(0, whole_piece)
    return _pack(parts)


def _pack(pieces: list[Piece]) -> Split:
    """The pieces that have a form, moved up where one has none (it held only marks)."""
    kept: list[Piece] = []
    count = 0
    for piece in pieces:
        if not piece.form:
            continue
        if piece.width > 1:
            kept.append(piece)
        else:
            kept.append(piece._replace(offset=count))
            count += 1
    if len(kept) > 1 and kept[0].width > count:
        kept[0] = kept[0]._replace(width=max(count, 1))
    return Split(tuple(kept), max(count, 1) if kept else 0)


def _word(raw: str, begin: int, offset: int) -> Piece:
    """One word without joints, as a piece: script repaired, acronym kept, else lower case."""
    start, stop = 0, len(raw)
    while start < stop and raw[start] in APOSTROPHES:
        start += 1
    while stop > start and raw[stop - 1] in APOSTROPHES:
        stop -= 1
    word = raw[start : min(stop, start + 4 * MAX_FORM)]
    if not (word.isascii() and word.isalpha()):
        word = _one_script(_compose(word))
    if _ACRONYM.match(word):
        return Piece(plain_e(word), begin + start, begin + stop, offset, 1)
    return Piece(_clean(word, "'")[:MAX_FORM], begin + start, begin + stop, offset, 1)


def _compose(word: str) -> str:
    """Composed and without marks: и + breve is й, but а + acute is а; styled letters are plain."""
    return "".join(
        c for c in unicodedata.normalize("NFKC", word) if c.isalnum() or c in APOSTROPHES
    )


def _clean(word: str, keep: str = "'") -> str:
    """Lower case, ё as е, one apostrophe, nothing that is neither letter, digit nor in ``keep``."""
    word = unicodedata.normalize("NFKC", word[: 4 * MAX_FORM]).translate(_APOSTROPHE_TABLE)
    word = word.lower().replace("ё", "е")
    if word.isalpha():
        return word
    return "".join(c for c in word if c.isalnum() or c in keep)


def _one_script(word: str) -> str:
    """``word`` in one script, if every letter of the other one has a twin in it; else unchanged."""
    latin = _LATIN.findall(word)
    if not latin:
        return word
    cyrillic = _CYRILLIC.findall(word)
    if not cyrillic:
        return word
    to_cyrillic = all(c in _CYRILLIC_TWIN for c in latin)
    to_latin = all(c in _LATIN_TWIN for c in cyrillic)
    if to_cyrillic and (not to_latin or len(cyrillic) >= len(latin)):
        return "".join(_CYRILLIC_TWIN.get(c, c) for c in word)
    if to_latin:
        return "".join(_LATIN_TWIN.get(c, c) for c in word)
    return word
