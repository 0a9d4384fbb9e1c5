"""Tokenisation: text to normalised forms at their positions, one rule set for index and query.

Nearly every token of running text is a plain word. One compiled expression cuts the text into
chunks, a memo turns a plain chunk into its form, and only what is left (compounds, numbers,
addresses, words seen for the first time) takes the slow path through `split`.

A *form* is the normalised surface of a token: lower case, ё as е, every apostrophe as U+0027,
without stress marks, soft hyphens and invisible characters, a number without its grouping spaces.
An acronym keeps its capitals in the form (``СБУ``), which is how the key tells it from a word;
`surface_forms` gives both spellings to those who compare forms.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

MAX_FORM = 60  # characters; what is longer is cut, it is no word of any language
MAX_PARTS = 16  # parts of one address or compound that get a position of their own

_CAPITALS = "А-ЯЁІЇЄҐA-Z"
_LETTERS = "а-яА-ЯёЁіїєґІЇЄҐa-zA-Z"
_APOSTROPHES = "'’ʼ`‘´"
_HYPHENS = "-\u2010\u2011"
_SPACES = " \u00a0\u2009\u202f"
_INVISIBLE = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff"  # stress, soft hyphen, joiners
_URL_END = '\\s<>"«»“”|'

# Every quantifier over text is possessive or bounded: the time is linear on any input.
_CHUNK = re.compile(
    rf"""
    # a plain word, not followed by anything that could join it to the next
    [{_LETTERS}]++(?![\w{_INVISIBLE}]|[-‐‑{_APOSTROPHES}.@&]\w|://)
    # an address on the web
    | (?:[Hh][Tt][Tt][Pp][Ss]?://|[Ww]{{3}}\.)[^{_URL_END}]++
    | [A-Za-z0-9][A-Za-z0-9-]*+(?:\.[A-Za-z0-9-]++)++/[^{_URL_END}]*+
    # 1 100 000,5 %
    | \d{{1,3}}+(?:[{_SPACES}]\d{{3}}(?!\d))++(?:[.,]\d++)?(?:[{_SPACES}]?%)?
    # everything else: words and numbers joined by hyphens, apostrophes, dots ...
    | [^\W_][\w{_INVISIBLE}]*+
      (?:(?:[-‐‑{_APOSTROPHES}.@&]|(?<=\d)[,:/](?=\d))\w[\w{_INVISIBLE}]*+)*+
      (?:(?<=\d)[{_SPACES}]?%)?
    """,
    re.VERBOSE,
)

# A headline set in capitals: several words without a small letter between them.
_CAPITAL_RUN = re.compile(
    rf"[{_CAPITALS}]{{2,24}}+(?!\w)(?:[^\w\n.;:()]{{1,4}}+[{_CAPITALS}]{{1,24}}+(?!\w))++"
)
_LONG_CAPITALS = re.compile(rf"[{_CAPITALS}]{{6}}")
_ACRONYM = re.compile(r"(?:[А-ЯЁІЇЄҐ]{2,5}|[A-Z]{2,5})\Z")

_PLAIN_WORD = re.compile(r"[а-яА-ЯёЁіїєґІЇЄҐ]+\Z|[a-zA-Z]+\Z")

_GROUPED = re.compile(rf"(\d[\d{_SPACES}]*)((?:[.,]\d+)?)[{_SPACES}]?(%?)\Z")
_DECIMAL = re.compile(r"\d+[.,]\d+\Z")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}\Z")
_DOTTED_LETTERS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+\Z")
_NUMBER_THEN_WORD = re.compile(r"(\d+)([а-яА-ЯёЁіїєґІЇЄҐ]+)\Z")
_WORD_PART = re.compile(rf"[^\W_][\w{_INVISIBLE}{_APOSTROPHES}]*")
_BETWEEN = re.compile(rf"[^{_HYPHENS}._@&,:/]+")
_BETWEEN_HYPHENS = re.compile(rf"[^{_HYPHENS}]+")
_APOSTROPHE_TABLE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))

# Letters that look alike, each in the case in which it does.
_CYRILLIC_TWIN = dict(zip("ABCEHIKMOPTXYaceiopxyïÏ", "АВСЕНІКМОРТХУасеіорхуїЇ", strict=True))
_LATIN_TWIN = {cyrillic: latin for latin, cyrillic in _CYRILLIC_TWIN.items()}
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


_MEMO_LIMIT = 400_000  # chunks; about 60 MB when full, then it starts afresh


class _Forms(dict[str, str]):
    """chunk -> its form, if the form is all there is to know of it, else "" (see `_split_memo`)."""

    def __missing__(self, chunk: str) -> str:
        if len(chunk) > MAX_FORM or chunk in _splits:
            return ""
        found = split(chunk)
        if len(self) + len(_splits) >= _MEMO_LIMIT:
            self.clear()
            _splits.clear()
        pieces = found.pieces
        if found.positions == len(pieces) == 1 and pieces[0][1:3] == (0, len(chunk)):
            self[chunk] = pieces[0].form
            return pieces[0].form
        _splits[chunk] = found
        return ""


_splits: dict[str, Split] = {}
_forms = _Forms()


def scan(text: str) -> tuple[list[str], list[int]]:
    """The forms of ``text`` in reading order, and the position of each (from 0, ascending).

    Gives the same forms and positions as `pieces_of`, without spans: the fast path of indexing.
    Never raises, whatever characters the text holds; linear in the length of the text.
    """
    chunks = _CHUNK.findall(_hush(text))
    known = list(map(_forms.__getitem__, chunks))
    if "" not in known:
        return known, list(range(len(known)))
    forms: list[str] = []
    positions: list[int] = []
    done = position = 0
    end = len(known)
    known.append("")
    while (other := known.index("", done)) < end:
        forms += known[done:other]
        ahead = position + other - done
        positions += range(position, ahead)
        done = other + 1
        pieces, count = _split_memo(chunks[other])
        for piece in pieces:
            forms.append(piece[0])
            positions.append(ahead + piece[3])
        position = ahead + count
    forms += known[done:end]
    positions += range(position, position + end - done)
    return forms, positions


def pieces_of(text: str) -> Iterator[Piece]:
    """The tokens of ``text`` with spans in the text itself and absolute positions (``offset``)."""
    position = 0
    for match in _CHUNK.finditer(_hush(text)):
        begin = match.start()
        known = _forms[match.group()]
        if known:
            yield Piece(known, begin, match.end(), position, 1)
            position += 1
            continue
        pieces, count = _split_memo(match.group())
        for form, start, stop, offset, width in pieces:
            yield Piece(form, begin + start, begin + stop, position + offset, width)
        position += count


def surface_forms(form: str) -> tuple[str, ...]:
    """All spellings under which an index may know the surface ``form``: as word and as acronym.

    Exact matching compares surfaces without regard to case, so it asks for each of these.
    """
    lower, upper = form.lower(), form.upper()
    return (lower, upper) if _ACRONYM.match(upper) else (lower,)


def is_acronym(form: str) -> bool:
    """Whether ``form`` is that of an acronym: two to five capitals of one script."""
    return _ACRONYM.match(form) is not None


def _split_memo(chunk: str) -> Split:
    return _splits.get(chunk) or split(chunk)


def _hush(text: str) -> str:
    """``text`` with shouted lines in small letters, so that their words are not taken for acronyms.

    A run of capitals is shouted if it holds a word too long for an acronym, or more than three
    words: ``МВД РФ`` and ``ГУ МВД РФ`` are names, ``СУД ВЫНЕС ПРИГОВОР`` is a headline.
    """
    pieces: list[str] = []
    done = 0
    for match in _CAPITAL_RUN.finditer(text):
        run = match.group()
        if _LONG_CAPITALS.search(run) or len(run.split()) > 3:
            pieces += text[done : match.start()], run.lower()
            done = match.end()
    return "".join([*pieces, text[done:]]) if done else text


def split(chunk: str) -> Split:
    """The tokens of one chunk, as `_CHUNK` cuts them: each rule stands beside its examples."""
    for rule in (_plain, _number, _web_address, _mail_or_domain, _dotted_letters):
        found = rule(chunk)
        if found is not None:
            return found
    return _compound(chunk)


def _plain(chunk: str) -> Split | None:
    """Слово -> слово, п’ять -> п'ять, замо́к -> замок, Oзон (with a Latin O) -> озон."""
    if _PLAIN_WORD.match(chunk):
        form = chunk if _ACRONYM.match(chunk) else chunk[:MAX_FORM].lower()
        return Split((Piece(_plain_e(form), 0, len(chunk), 0, 1),), 1)
    if chunk.isalpha() or _one_word(chunk):
        return _pack([_word(chunk, 0, 0)])
    return None


def _plain_e(form: str) -> str:
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
    digits = "".join(c for c in match[1] if c not in _SPACES)
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
    while start < stop and raw[start] in _APOSTROPHES:
        start += 1
    while stop > start and raw[stop - 1] in _APOSTROPHES:
        stop -= 1
    word = raw[start : min(stop, start + 4 * MAX_FORM)]
    if not (word.isascii() and word.isalpha()):
        word = _one_script(_compose(word))
    if _ACRONYM.match(word):
        return Piece(_plain_e(word), begin + start, begin + stop, offset, 1)
    return Piece(_clean(word, "'")[:MAX_FORM], begin + start, begin + stop, offset, 1)


def _compose(word: str) -> str:
    """Composed and without marks: и + breve is й, but а + acute is а; styled letters are plain."""
    return "".join(
        c for c in unicodedata.normalize("NFKC", word) if c.isalnum() or c in _APOSTROPHES
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
