"""Identity of organisations: stems without legal form and quotes, acronyms and aliases.

Which names are one body is told by the shipped table and, where the variable NEWSINDEX_ALIASES
names a file of the same form, by the user's lines.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
from collections.abc import Sequence
from typing import NamedTuple

from newsindex.entities.lexicon import Names, class_by_stem, parse_table, read_table, telling_words
from newsindex.entities.places import find as find_place
from newsindex.entities.places import find_word, phrase_starts, place_stem
from newsindex.entities.stems import fold, stem
from newsindex.errors import SourceError

ALIASES_VARIABLE = "NEWSINDEX_ALIASES"
_MAX_TABLE = 1 << 24  # bytes of a user's table

_WORD = re.compile(r"[^\W_]+(?:[-‐‑'’ʼ`&.][^\W_]+)*")
_QUOTED = re.compile(r"[«“„\"]\s*([^«»“”„\"]{2,})[»”“\"]?")
_SHORT = 3  # letters of an acronym that is read letter by letter, and has no case forms
_EMPTY = frozenset("и та й і по з в у для на при of the and".split())


class Body(NamedTuple):
    """An organisation of the tables: its key and its name in each language."""

    key: str
    ru: str
    uk: str


@functools.cache
def _pairs() -> dict[str, tuple[str, str]]:
    """Stem of a Ukrainian word -> stem of the Russian one that means the same; and what its forms
    begin with, unless a vowel comes and goes: військо has the stem of високий."""
    found: dict[str, tuple[str, str]] = {}
    for _, ru, uk, _ in read_table("organisation_words.tsv", labelled=False):
        words = uk[0].split()
        if len(words) == 1:
            key = stem(words[0])
            found.setdefault(key, (stem(ru[0]), key if fold(words[0]).startswith(key) else ""))
    return found


@functools.lru_cache(maxsize=50_000)
def word_key(word: str) -> str:
    """The key of one word of a body's name, the same in Russian and Ukrainian."""
    if word.isupper():
        word = _of_one_script(word)
    place = find_word(word) if word[0].isupper() else None
    if place is not None and place.kind == "country":
        return _country_key(place.ru)
    if word.isupper() and len(word) <= 6:
        return fold(word)  # СБУ has no ending
    key = stem(word)
    if word[1:2].islower():
        # Юнеско, Хамаса are acronyms; Нгуи and Бэби are no НГУ and БЭБ. МИДа has its capitals.
        folded = fold(word)
        if folded in _acronyms() or (key in _acronyms() and len(key) <= _SHORT):
            return folded
    # Теплові мережі: of adjectives the ending of the plural is that of a man's dative.
    plural = stem(word[:-1] + "ий") if word.endswith("ові") else ""
    meant, whole = _pairs().get(plural) or _pairs().get(key, (key, ""))
    return meant if fold(word).startswith(whole) else key


_ALIKE = ("ABCEHIKMOPTXY", "АВСЕНІКМОРТХУ")
_TO_CYRILLIC, _TO_LATIN = str.maketrans(*_ALIKE), str.maketrans(*_ALIKE[::-1])
_LATIN = re.compile("[A-Z]")


def _of_one_script(acronym: str) -> str:
    """``acronym`` with the letters of the other script that look the same put right: CША, СNN."""
    if acronym.isascii() or not _LATIN.search(acronym):
        return acronym
    cyrillic, latin = acronym.translate(_TO_CYRILLIC), acronym.translate(_TO_LATIN)
    return (
        acronym
        if _LATIN.search(cyrillic) and not latin.isascii()
        else (latin if latin.isascii() else cyrillic)
    )


@functools.cache
def _acronyms() -> frozenset[str]:
    """The keys of the acronyms of the shipped table that are no form of a telling word."""
    names = [name for row in read_table("organisations.tsv", labelled=False) for name in row.all]
    keys = {fold(n) for n in names if n.isupper() and n.isalpha() and len(n) <= 6}
    return frozenset(key for key in keys if key not in class_by_stem())


def _country_key(country: str) -> str:
    return "+".join(stem(part) for part in country.split())


@functools.cache
def _adjectives() -> dict[str, str]:
    """Stem of an adjective of a country -> the key of the country."""
    return {
        stem(adjective): _country_key(country)
        for country, ru, uk, _ in read_table("country_adjectives.tsv")
        for adjective in ru + uk
    }


@functools.cache
def country_keys() -> frozenset[str]:
    """The key of every country, as it stands in the keys of its bodies."""
    return frozenset(_adjectives().values())


def simple_key(name: str) -> str:
    """The key of a name as it stands: the keys of its words, without the empty ones.

    A leading adjective of a country is the country: российский МИД is МИД России.
    """
    words = [w for w in _WORD.findall(name) if w.lower() not in _EMPTY]
    country = _adjectives().get(stem(words[0])) if len(words) > 1 else None
    keys = _word_keys(words[1 if country else 0 :])
    if country and country not in keys:
        keys.append(country)
    return " ".join(keys)


def _word_keys(words: Sequence[str]) -> list[str]:
    """The keys of ``words``, one for a country of several: Южной Кореи is in южнокорейский."""
    keys = []
    i = 0
    while i < len(words):
        size = next((n for n in (3, 2) if _is_country(words[i : i + n], n)), 1)
        place = find_place(list(words[i : i + size])) if size > 1 else None
        keys.append(_country_key(place.ru) if place is not None else word_key(words[i]))
        i += size
    return keys


def _is_country(words: Sequence[str], size: int) -> bool:
    if (
        len(words) < size
        or not words[0][0].isupper()
        or place_stem(words[0]) not in phrase_starts()
    ):
        return False
    place = find_place(list(words))
    return place is not None and place.kind == "country"


@functools.cache
def aliases() -> dict[str, Body]:
    """Key of every spelling in the tables -> its body; the user's table comes first."""
    rows = read_table("organisations.tsv", labelled=False)
    path = os.environ.get(ALIASES_VARIABLE)
    if path:
        rows = _user_rows(path) + rows
    found: dict[str, Body] = {}
    for _, ru, uk, en in rows:
        names = (*ru, *uk, *en)
        known = next((found[k] for k in map(simple_key, names[:1]) if k in found), None)
        shown_ru, shown_uk = (ru or uk or en)[0], (uk or ru or en)[0]
        body = known or Body(simple_key(shown_ru), shown_ru, shown_uk)
        for key in filter(None, map(simple_key, names)):
            found.setdefault(key, body)
    return found


def _user_rows(path: str) -> list[Names]:
    try:
        with open(path, "rb") as file:
            content = file.read(_MAX_TABLE + 1)
        if len(content) > _MAX_TABLE:
            raise ValueError(f"more than {_MAX_TABLE >> 20} MB")
        text = content.decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise SourceError(
            f"{path}: expected a table of organisations in UTF-8 ({ALIASES_VARIABLE}), "
            f"found {error}; name another file or unset the variable"
        ) from error
    return [row for row in parse_table(text, labelled=False) if any(map(simple_key, row.all))]


def core(name: str) -> str:
    """The part of ``name`` that tells the body: what is quoted, else without what describes.

    ТОВ «Нафта» -> Нафта; компания Ryanair -> Ryanair; Министерство обороны stays whole.
    """
    quoted = _QUOTED.findall(name)
    if quoted:
        return str(quoted[-1])  # of ДП «НАЕК «Енергоатом» the innermost
    words = _WORD.findall(name)
    legal = telling_words()["legal"]
    while len(words) > 1 and words[0].lower() in legal:
        words.pop(0)
    while len(words) > 1 and words[-1].lower() in legal:
        words.pop()
    while len(words) > 1 and _describes(words[0]) and _is_name(words[1:]):
        words.pop(0)
    named = next((i for i, word in enumerate(words) if not word[0].islower()), 0)
    if _only_describe(words[:named]) and _is_name(words[named:]):
        words = words[named:]  # британской телекоммуникационной компании Vodafone
    return " ".join(words)


def _only_describe(words: Sequence[str]) -> bool:
    """Whether ``words`` end in a noun that says what a body is and hold no other head."""
    heads = [word for word in words if is_head(word)]
    return bool(words) and is_description(words[-1]) and heads in ([], [words[-1]])


@functools.cache
def _descriptions() -> frozenset[str]:
    return frozenset(stem(word) for word in telling_words()["description"])


def is_description(word: str) -> bool:
    """Whether ``word`` is a noun that says what a body is (компания, партия)."""
    return stem(word) in _descriptions()


def _describes(word: str) -> bool:
    """Whether ``word`` only says what a body is (компания, партия); суд ЕС is not the ЕС."""
    key = stem(word)
    if not word[0].islower() or key in _adjectives():
        return False
    return key in _descriptions() or not is_head(word)


def _is_name(words: list[str]) -> bool:
    """Whether ``words`` can stand without the small-letter word before them."""
    return simple_key(" ".join(words)) in aliases() or (
        all(w[0].isupper() or w[0].isdigit() or w.isascii() for w in words)
        and (words[0].isascii() or words[0].isupper())
        and find_place(words) is None
    )


@functools.lru_cache(maxsize=50_000)
def key_of(name: str) -> tuple[str, Body | None]:
    """The key of an organisation, without its prefix, and its body if a table knows it."""
    table = aliases()
    for candidate in (name, core(name)):
        key = simple_key(candidate)
        body = table.get(key) or table.get(_spelled_out(candidate, key))
        if body is not None:
            return body.key, body
    return _spelled_out(name, literal_key(name)), None


def _spelled_out(name: str, key: str) -> str:
    """``key`` of ``name`` with the acronyms of the tables spelled out: МИД Перу, Минфин Чили.

    Not those of one country's bodies: the Генштаб of a text is anyone's.
    """
    if " " not in key:
        return key
    table = aliases()
    written = {word_key(w) for w in _WORD.findall(name) if w[0].isupper()}
    countries = country_keys()
    return " ".join(
        body.key
        if word in written
        and (body := table.get(word)) is not None
        and countries.isdisjoint(body.key.split(" "))
        else word
        for word in key.split(" ")
    )


@functools.cache
def bodies_by_key() -> dict[str, Body]:
    """The bodies of the tables by their keys."""
    return {body.key: body for body in aliases().values()}


def body_of(key: str) -> Body | None:
    """The body of the tables that has this key."""
    return bodies_by_key().get(key)


def with_capitals(name: str) -> str:
    """``name``, if typed all small, with capitals: acronyms of the tables whole, else the first."""
    if not name.islower():
        return name
    table = aliases()
    words = []
    for word in name.split():
        upper = word.upper()
        acronym = len(word) <= 6 and word_key(upper) in table and not is_description(word)
        words.append(upper if acronym else word.capitalize())
    return " ".join(words)


def is_head(word: str) -> bool:
    """Whether ``word`` is a noun that heads names of bodies (министерство, суд, партия)."""
    key = stem(word)
    if "body" not in class_by_stem().get(key, ()) or not fold(word).startswith(_kept(key)):
        return False
    # A мэр is no мэрия, a парта no партия: those have their и in every form.
    return key not in _in_iya() or fold(word)[len(key) :].startswith("и")


@functools.cache
def _kept(key: str) -> str:
    """``key`` if every head noun of that stem begins with it: войско, військо, and not высокий."""
    nouns = [fold(noun) for noun in telling_words()["body"] if stem(noun) == key]
    return key if all(noun.startswith(key) for noun in nouns) else ""


@functools.cache
def _in_iya() -> frozenset[str]:
    """The stems that only head nouns in -ия, -ія have."""
    long = {stem(noun) for noun in telling_words()["body"] if noun.endswith(("ия", "ія"))}
    others = {stem(noun) for noun in telling_words()["body"] if not noun.endswith(("ия", "ія"))}
    return frozenset(long - others)


@functools.lru_cache(maxsize=50_000)
def literal_key(name: str) -> str:
    """The key of a name by its own words, whatever the tables say of it."""
    return simple_key(core(name)) or simple_key(name) or name.strip().lower()


@functools.cache
def _user_bodies() -> dict[str, list[tuple[str, ...]]]:
    """Key of every spelling in the user's table -> the keys of the spellings of each of its lines,
    which its keys share: they take no more room than the table."""
    path = os.environ.get(ALIASES_VARIABLE)
    found: dict[str, list[tuple[str, ...]]] = {}
    for row in _user_rows(path) if path else []:
        keys = tuple(dict.fromkeys(filter(None, map(simple_key, row.all))))
        for key in keys:
            found.setdefault(key, []).append(keys)
    return found


def user_keys(name: str) -> tuple[str, ...]:
    """The keys of the spellings that the user's table joins with ``name``.

    A query asks for them too, so that a new line of the table needs no new index.
    """
    lines = _user_bodies().get(simple_key(name), ())
    return tuple(dict.fromkeys(itertools.chain.from_iterable(lines)))


@functools.lru_cache(maxsize=50_000)
def initials(name: str) -> str:
    """The acronym that a name would have: Центр противодействия дезинформации -> ЦПД."""
    return "".join(w[0].upper() for w in _WORD.findall(name) if w.lower() not in _EMPTY)
