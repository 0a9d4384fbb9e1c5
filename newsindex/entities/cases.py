"""Cases: which of the forms of a name in running text, or of those made by rule, is its nominative.

A form speaks for a nominative if it can be a case form of it; the nominative is that for which most
forms speak. Александра alone may be she or his genitive, but beside Александр it is his: of his
name both are forms, of hers only the one.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

# What no nominative of a name ends in.
_OBLIQUE = re.compile(
    r".{2,}(?:ого|ому|его|ему|[оеє]ю|[оеє]ві|ым|ими|ыми|ої|ую|[сц]ь?ки[мх]|[сц]ь(?:ку|кій))\Z"
)
# How much of a form's voice a nominative gets that no text has, and how much more of it if rules
# made it of the forms in all articles.
_UNWRITTEN, _SHOWN = 0.7, 0.5
# Endings of the nominative and of the other cases, that a base keeps; the first that fits counts.
_PARADIGMS = [
    (re.compile(rf"(?:{ending})\Z"), frozenset(["", *cases.split()] if bare else cases.split()))
    for ending, cases, bare in (
        (
            "[иыоі]й",
            "ий ый ия ию ие ии ием ія ію ії ієм ой ій ого его ому ему им ым ім ом ем я ю и і є",
            False,
        ),
        ("(?<=[аеиіоуыюяєї])й", "й я ю ем єм ём ї и е і єві еві", False),
        ("ая", "ая ой ую ою ої", False),
        ("яя", "яя ей юю ею", False),
        ("ое", "ое ого ому ым им ом", False),
        ("ее", "ее его ему им ем", False),
        ("(?<=[иі])я", "я и й ю ей ею ї єю", False),
        ("а", "а ы и і е у ой ою ої ій ей ею", False),
        ("я", "я и і ї е є ю ей ею єю", False),
        ("о", "о а у ом е і ові ою", False),
        ("(?<=[ьицжшщ])е", "е я ю ем єм і и ї", False),
        ("[ыиі]", "ы и і ов ів ам ами ах ях ям ями ей", True),
        ("ь", "ь я ю ем ём ем е и і еві ові ью", False),
        ("(?<=[бвгґджзклмнпрстфхцчшщ])", "а у ом ым им е і ові ем ём еві ою ых", True),
    )
]
_FLEETING = re.compile(r"([оеёі])([бвгґджзклмнпрстфхцчшщ])\Z")
_PLAIN = str.maketrans("ёґ’ʼ`", "ег'''")


def nominative(
    written: Mapping[str, int], made: Mapping[str, int], known: Collection[str] = ()
) -> str | None:
    """The likeliest nominative of a name, of one or several words, out of the forms ``written`` in
    texts and those ``made`` by rule, each with the number of articles; words of ``known`` are
    nominatives that need not be written. Forms of as many words as most of those by rule have are
    looked at; None where there is none."""
    blanks: Counter[int] = Counter()
    for form, count in made.items():
        blanks[form.count(" ")] += count
    if not blanks:
        return None
    size = min(blanks, key=lambda number: (-blanks[number], number))
    return " ".join(
        _best(_words(written, size, place), _words(made, size, place), known)
        for place in range(size + 1)
    )


def _words(forms: Mapping[str, int], blanks: int, place: int) -> Counter[str]:
    """The words at one place of forms of so many blanks, with the number of articles."""
    counted: Counter[str] = Counter()
    for form, count in forms.items():
        if form.count(" ") == blanks:
            counted[form.split(" ")[place]] += count
    return counted


def _best(written: Counter[str], made: Counter[str], known: Collection[str]) -> str:
    plain: Counter[str] = Counter()
    for word, count in written.items():
        plain[_plain(word)] += count
    total = made.total()

    def votes(word: str) -> tuple[float, int, int, str]:
        covered = sum(count for form, count in plain.items() if form in _cases(_plain(word)))
        weight = 1.0 if word in written or word in known else _UNWRITTEN
        if word not in written and total:
            weight += _SHOWN * made[word] / total
        elif word not in known and _OBLIQUE.match(_plain(word)):
            weight = 0.0
        return round(covered * weight, 6), written[word], made[word], word

    return max({*written, *made}, key=votes)


def _plain(word: str) -> str:
    return word.lower().translate(_PLAIN)


@functools.lru_cache(maxsize=20_000)
def _cases(nominative_: str) -> frozenset[str]:
    """The forms that a word (small letters) can have, if it is a nominative; itself at least."""
    forms = {nominative_}
    for ending, cases in _PARADIGMS:
        match = ending.search(nominative_)
        if match is None:
            continue
        for base in _bases(nominative_, match.start()):
            forms.update(base + case for case in cases)
        break
    return frozenset(forms)


def _bases(nominative_: str, stop: int) -> Iterable[str]:
    """What stands before the endings: Павел and Павл-, Стрелец and Стрельц-, Федір and Федор-."""
    base = nominative_[:stop]
    yield base
    if stop == len(nominative_) or nominative_[stop:] == "ь":
        match = _FLEETING.search(base)
        if match is not None and match.start() > 1:
            for vowel in ("", "ь", *("ое" if match[1] == "і" else "")):
                yield base[: match.start()] + vowel + match[2]
