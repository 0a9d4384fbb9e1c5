"""What the tagger sees of a word: attributes of its form, a coarse class, and phrases of the lists.

A token's evidence is a sum: of its own attributes, of its neighbours' (each under the prefix of
its distance), of pairs and triples of coarse classes, of the state of quotation marks and of the
phrases it belongs to. Nothing else joins two words, so that the tagger can keep one row of numbers
for each form it has met (`newsindex.entities.tagger`).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import NamedTuple

from newsindex.entities import clusters, lexicon, organisations, places, vocabulary
from newsindex.entities.stems import fold_all, stem_all
from newsindex.entities.tokens import CLOSING_QUOTES, OPENING_QUOTES

# Distances at which a word is evidence, each with the prefix of its attributes: of the word itself,
# of the token after it, before it, and of those one further off.
PREFIXES = ("", "-1|", "+1|", "-2|", "+2|")
MAX_FORM = 40  # characters of a form that are looked at

_OPEN, _EITHER = frozenset("«“„"), '"'
_DASHES = frozenset("-–—‐‑")
# Endings of stems of surnames and patronymics, and of forms of adjectives.
_SURNAME = tuple(
    "ов ев ив ин ск цк енк чук юк ович евич ич ян дзе швил сон ман берг штеин ко як аш уш ц".split()
)
_PATRONYMIC = ("ович", "евич", "овн", "евн", "ивн", "инич", "иничн")
_ADJECTIVE = frozenset(
    (
        "ая ее ей ею ея єе єй єю єя ие ий им их іе ій ім іх ое ої ой ою оя уе ую ые ый ым ых ыю юе"
        " юю яя его ему єго єму ими іми ого ому ыми"
    ).split()
)
_CLASSES = (
    "^ q Q , . - ( ) : p 1 l L F P S C T O B H A X G K I t b m y i g w d a & x V W E U".split()
)
CLASS_COUNT = len(_CLASSES)
_CLASS_NUMBER = {name: number for number, name in enumerate(_CLASSES)}
QUOTE_STATES = 3  # outside, within the first words of a quotation, deep within one
PHRASE_STATES = 5  # none; first and later word of a place; first and later word of a body
# What an unknown word does not show: its letters, and that the tables have a body of that name.
_LEXICAL = ("s=", "e3=", "e4=", "b2=", "b3=", "b4=", "t3=", "g=is-body")
_AND = frozenset("и та і й або или".split())
# What is known of a word in small letters that no list has.
_PLAIN = {name: ("h=x", "c=" + name) for name in "ax"}


class WordFeatures(NamedTuple):
    """Attributes of one form: its own, and those of them shown to a neighbour and further off."""

    own: tuple[str, ...]
    near: tuple[str, ...]
    far: tuple[str, ...]
    class_number: int


@cache
def _single_bodies() -> frozenset[str]:
    return frozenset(key for key in organisations.aliases() if " " not in key)


@cache
def _phrases() -> dict[str, tuple[tuple[tuple[str, ...], int], ...]]:
    """First stem -> phrases of places (1) and of bodies (3) that begin with it, longest first."""
    found: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for first, phrases in places.phrase_starts().items():
        found.setdefault(first, []).extend((p, 1) for p in phrases)
    for key in organisations.aliases():
        parts = tuple(key.split())
        if len(parts) > 1:
            found.setdefault(parts[0], []).append((parts, 3))
    return {k: tuple(sorted(v, key=lambda p: -len(p[0]))) for k, v in found.items()}


def shape(form: str) -> str:
    """The outline of a form: ``Xx``, ``X``, ``XX``, ``x``, ``1``, ``X-X`` ..., ``@`` if Latin."""
    if form.islower() and form.isalpha():  # most words
        return "@x" if form.isascii() else "x"
    if not form[0].isalnum():
        return form[0]
    if form[0].isdigit():
        return "1x" if any(c.isalpha() for c in form) else "1"
    latin = "@" if form.isascii() else ""
    if len(form) <= 2 and form[0].isupper() and (len(form) == 1 or form[1] == "."):
        return latin + ("X." if len(form) == 2 else "X")
    if form[-1] == "." and form[0].isupper():
        return latin + "X."  # Дж., Ж.-К.
    if "-" in form[1:-1]:
        return latin + "-".join("X" if p[:1].isupper() else "x" for p in form.split("-")[:3])
    if form.isupper():
        return latin + ("XX" if len(form) < 6 else "XXX")
    if form[0].isupper():
        return latin + ("Xx" if form[1:].islower() or form[1:] == form[1:].lower() else "XxX")
    return latin + ("x" if form.islower() or form == form.lower() else "xX")


class WordParts(NamedTuple):
    """What the attributes of a form come from; many forms share each part, but for the last."""

    known: tuple[str, ...]  # attributes of its outline, its class and the lists
    base: str  # its stem, "" for a mark
    beginning: str
    ending: tuple[str, bool]  # whether it is written as a name is: one capital, then small letters
    class_number: int


def word_parts(forms: Sequence[str]) -> list[WordParts]:
    """The parts of each of ``forms`` by itself; the empty one stands for the edge of a sentence."""
    forms = [form[:MAX_FORM] for form in forms]
    folded = fold_all(forms)
    return list(map(_word_parts, forms, folded, stem_all(forms, folded)))


def _word_parts(form: str, folded: str, base: str) -> WordParts:
    if form.isalpha() and form.islower() and not form.isascii():
        by_stem, by_form = lexicon.class_by_stem().get(base), lexicon.class_by_form().get(form)
        if by_stem is None and by_form is None and form not in _AND:  # most words
            name = "a" if len(form) > 4 and _like_adjective(form) else "x"
            known: tuple[str, ...] = _PLAIN[name]
            if vocabulary.is_verb(folded):
                known = (*known, "g=verb")
            ending = (folded[-4:], False)
            return WordParts(known, base, folded[:4], ending, _CLASS_NUMBER[name])
    if not form:
        return WordParts((), "", "", ("", False), 0)
    outline = shape(form)
    if not form[0].isalnum():
        return WordParts(("h=" + form,), "", "", ("", False), _CLASS_NUMBER[_mark_class(form)])
    lower = form.lower()
    flags = _flags(form, lower, folded, base, outline)
    name = _class(form, lower, outline, flags)
    known = ("h=" + outline, "c=" + name, *["g=" + flag for flag in flags])
    ending = (folded[-4:], outline.endswith("Xx"))
    return WordParts(known, base, folded[:4], ending, _CLASS_NUMBER[name])


Attributes = list[tuple[str, ...]]


def base_attributes(bases: Sequence[str]) -> Attributes:
    """The attributes that each of some stems tells."""
    return [
        ("s=" + base, "t2=" + base[-2:], "t3=" + base[-3:], *company)
        for base, company in zip(bases, clusters.attributes(bases), strict=True)
    ]


def beginning_attributes(beginnings: Iterable[str]) -> Attributes:
    """The attributes that the first four letters of each of some forms tell."""
    return [("b2=" + letters[:2], "b3=" + letters[:3], "b4=" + letters) for letters in beginnings]


def ending_attributes(endings: Iterable[tuple[str, bool]]) -> Attributes:
    """The attributes that the last four letters of each of some forms tell, and with them whether
    it is written as a name is."""
    found: Attributes = []
    for letters, titled in endings:
        last = letters[-2:]
        own = ("e1=" + letters[-1:], "e2=" + last, "e3=" + letters[-3:], "e4=" + letters)
        found.append((*own, "T" + last) if titled else own)
    return found


def word_features(form: str) -> WordFeatures:
    """The attributes of ``form``, by itself; the empty form stands for the edge of a sentence."""
    (word,) = word_parts([form])
    if not word.base:
        return WordFeatures(word.known, word.known, word.known, word.class_number)
    kind, *known = word.known
    (of_base,) = base_attributes([word.base])
    (of_beginning,) = beginning_attributes([word.beginning])
    (of_ending,) = ending_attributes([word.ending])
    own = (kind, *known, *of_base, *of_beginning, *of_ending)
    company = of_base[3:]  # its clusters
    near = (kind, "s=" + word.base, *known, "e2=" + word.ending[0][-2:], *company)
    far = ("s=" + word.base, *known, *company[2:])
    return WordFeatures(own, near, far, word.class_number)


def _flags(form: str, lower: str, folded: str, base: str, outline: str) -> list[str]:
    flags = list(lexicon.class_by_stem().get(base, ()))
    known = lexicon.class_by_form().get(lower, ())
    flags += [flag for flag in known if flag != "opener" or form[0].isupper()]
    if vocabulary.is_verb(folded):
        flags.append("verb")
    if not form[0].isupper():
        return flags
    flags += vocabulary.flags_of(folded, base)
    for entry in lexicon.first_names().get(base, ()):
        flags.append("first-" + entry.gender)
    place = places.find_word(form)
    if place is not None:
        flags.append("is-" + place.kind)
    if organisations.word_key(form) in _single_bodies():
        flags.append("is-body")
    if len(base) > 4 and base.endswith(_PATRONYMIC):
        flags.append("patronymic")
    elif len(base) > 3 and base.endswith(_SURNAME):
        flags.append("surname")
    if "-" not in outline and _like_adjective(lower):
        flags.append("adjective")
    return flags


def _mark_class(form: str) -> str:
    if form in OPENING_QUOTES:
        return "q"
    if form in CLOSING_QUOTES:
        return "Q"
    if form in _DASHES:
        return "-"
    return form if form in ",.():" else "p"


_CLASS_OF_FLAG = (
    ("title", "t"),
    ("body", "b"),
    ("into", "i"),
    ("say", "y"),
    ("legal", "g"),
    ("place", "m"),
    ("weapon", "w"),
    ("time", "d"),
)


def _class(form: str, lower: str, outline: str, flags: Sequence[str]) -> str:
    if outline.startswith("1"):
        return "1"
    if outline.startswith("@"):
        return "L" if form[0].isupper() else "l"
    if outline in ("X.", "X"):
        return "I" if outline == "X." or lower not in lexicon.class_by_form() else "i"
    if outline.startswith("XX"):
        return "G" if "is-body" in flags else "V" if _is_place(flags) else "K"
    if form[0].isupper():
        return _title_case_class(flags)
    for flag, name in _CLASS_OF_FLAG if flags else ():
        if flag in flags:
            return name
    if lower in _AND:
        return "&"
    return "a" if len(lower) > 4 and _like_adjective(lower) else "x"


def _like_adjective(lower: str) -> bool:
    return lower[-2:] in _ADJECTIVE or lower[-3:] in _ADJECTIVE


def _is_place(flags: Sequence[str]) -> bool:
    return any(flag.startswith("is-") and flag != "is-body" for flag in flags)


def _title_case_class(flags: Sequence[str]) -> str:
    if "first-m" in flags or "first-f" in flags:
        return "F"
    if "is-country" in flags or "is-region" in flags or "is-water" in flags:
        return "C"
    for flag, name in (
        ("is-city", "T"),
        ("body", "B"),
        ("is-body", "O"),
        ("title", "H"),
        ("patronymic", "P"),
        ("opener", "W"),
        ("into", "W"),
        ("say", "W"),
    ):
        if flag in flags:
            return name
    place = "v-geo" in flags or "v-town" in flags
    named = "v-surname" in flags or "v-geo" in flags
    if "v-common" in flags and not named:
        return "A" if "adjective" in flags else "W"
    if place and "v-surname" not in flags:
        return "E"
    if "adjective" in flags:
        return "A"
    if "surname" in flags or "v-surname" in flags:
        return "S"
    return "U" if "v-none" in flags else "X"


def is_quote(form: str) -> bool:
    """Whether ``form`` is a quotation mark, or the edge of a sentence, which closes quotations."""
    return not form or form in OPENING_QUOTES or form in CLOSING_QUOTES


def quote_states(forms: Sequence[str], marks: Sequence[int]) -> list[int]:
    """For each token 1 within the first six words of a quotation, 2 deeper, 0 outside.

    ``marks`` are the tokens, ascending, that `is_quote` holds for.
    """
    states = [0] * len(forms)
    since = -1
    for i, after in itertools.pairwise([*marks, len(forms)]):
        form = forms[i]
        opens = form in _OPEN or (form == _EITHER and since < 0)
        since = i if opens else -1
        if since >= 0 and after > i + 1:
            near = min(after, since + 7)
            states[i + 1 : after] = [1] * (near - i - 1) + [2] * (after - near)
    return states


def starts_phrase(form: str) -> bool:
    """Whether a listed name of several words may begin with ``form``."""
    return form[:1].isupper() and (
        places.place_stem(form) in _phrases() or organisations.word_key(form) in _phrases()
    )


def phrase_states(forms: Sequence[str], candidates: Sequence[int]) -> list[int]:
    """For each token its part in a listed phrase (see PHRASE_STATES); the longest phrase wins.

    ``candidates`` are the tokens, ascending, with which a phrase may begin (`starts_phrase`).
    """
    states = [0] * len(forms)
    table = _phrases()
    for i in candidates:
        after = forms[i + 1] if i + 1 < len(forms) else ""
        if states[i] or not after:
            continue
        # Some hundred bodies begin with Министерство: the second word tells nearly all apart.
        seconds = (places.place_stem(after), organisations.word_key(after))
        for parts, state in (
            *table.get(places.place_stem(forms[i]), ()),
            *table.get(organisations.word_key(forms[i]), ()),
        ):
            if parts[1] not in seconds:
                continue
            key = places.place_stem if state == 1 else organisations.word_key
            window = forms[i : i + len(parts)]
            if len(window) == len(parts) and all(
                form and key(form) == part for form, part in zip(window, parts, strict=True)
            ):
                states[i : i + len(parts)] = [state] + [state + 1] * (len(parts) - 1)
                break
    return states


def unknown(word: WordFeatures) -> WordFeatures:
    """``word`` as a word never met before would look: without what its own letters and the table
    of bodies tell, so that bodies of no table are learned from what stands around them."""
    return word._replace(
        own=tuple(a for a in word.own if not a.startswith(_LEXICAL)),
        near=tuple(a for a in word.near if not a.startswith(_LEXICAL)),
        far=tuple(a for a in word.far if not a.startswith(_LEXICAL)),
    )


def sentence_attributes(forms: Sequence[str], hidden: Collection[int] = ()) -> list[list[str]]:
    """The attributes of each token of one sentence, as the CRF is trained on them.

    The tokens numbered in ``hidden`` are shown as unknown words.
    """
    words = [word_features(form) for form in forms]
    for i in hidden:
        words[i] = unknown(words[i])
    quotes = quote_states(forms, [i for i, form in enumerate(forms) if is_quote(form)])
    phrases = phrase_states(forms, [i for i, form in enumerate(forms) if starts_phrase(form)])
    edge = WordFeatures((), (), (), 0)
    padded = [edge, edge, *words, edge, edge]
    rows = []
    for i in range(len(forms)):
        before2, before, word, after, after2 = padded[i : i + 5]
        row = list(word.own)
        row += ["-1|" + a for a in before.near]
        row += ["+1|" + a for a in after.near]
        row += ["-2|" + a for a in before2.far]
        row += ["+2|" + a for a in after2.far]
        c = (before2.class_number, before.class_number, word.class_number, after.class_number)
        row.append(f"p0:{c[1]}:{c[2]}")
        row.append(f"p1:{c[2]}:{c[3]}")
        row.append(f"p2:{c[1]}:{c[2]}:{c[3]}")
        row.append(f"p3:{c[0]}:{c[1]}:{c[2]}")
        if quotes[i]:
            row.append(f"quote:{quotes[i]}")
        if phrases[i]:
            row.append(f"phrase:{phrases[i]}")
        rows.append(row)
    return rows
