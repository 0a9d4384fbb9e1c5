"""Stems of names: one spelling for every case form of a name, Russian and Ukrainian alike.

Names decline more regularly than common words but are in no dictionary, so they have rules of their
own beside `newsindex.text`: fold the letters in which the two languages differ, then take off the
longest case ending. The same function serves the index and the query.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Iterable, Sequence

_DROPPED = dict.fromkeys("ьъ'’ʼ`\u0301\u00ad.")
_LETTERS = {"і": "и", "ї": "и", "ы": "и", "й": "и", "є": "е", "э": "е", "ё": "е", "ґ": "г"}
_FOLD = str.maketrans({**_DROPPED, **_LETTERS})
_DOUBLED = re.compile(r"(.)\1+")
_SOFT_O = re.compile(r"[ьй]о|(?<=[чшжщ])о")  # Соловьёв, Соловйов; Хрущёв, Хрущов

# Case endings in folded letters, of nouns and of adjectives.
_ENDINGS = frozenset(
    (
        "иями иеви ями ами ого его ому ему ими иею иеи ием иям иях ови еви ою ею ои еи ом ем им ам"
        " ям ах ях их ая яя ую юю ое ее ия ию ие ии аи аем аю ае аеви ея еем а я о е и у ю"
    ).split()
)
_LAST_LETTERS = frozenset(ending[-1] for ending in _ENDINGS)
# Endings that a bare name may also end in by itself: Максим, Аллах. Taken off wherever they stand,
# so that Максима and Максим meet.
_SECOND = frozenset("ом ем им ам ям ах ях их".split())
_VOWELS = frozenset("аеиоуюя")
_FEMININE = ("овій", "евій", "євій", "ОВІЙ", "ЕВІЙ", "ЄВІЙ")
_HARD, _SOFT = ("ів", "ІВ"), ("їв", "ЇВ")
# Once folded they would look like the dative of a man: Садовий as Петрові.
_ADJECTIVE = tuple("овий евий євий овый евый ОВИЙ ЕВИЙ ЄВИЙ ОВЫЙ ЕВЫЙ".split())
# Endings that `stem` puts otherwise before it folds.
_REWRITTEN = (*_HARD, *_SOFT, *_FEMININE, *_ADJECTIVE)
_FLEETING = re.compile(r"(?<=.{2})[ое](?=[кц]\Z)")  # Кравець, Кравця; Волчок, Волчка

_LATIN = [
    (re.compile(pattern), letters)
    for pattern, letters in (
        (r"shch", "щ"),
        (r"sch", "ш"),
        (r"(?<=[sc]k)(?:y[iy]|iy|ij|y)\b", "ии"),
        (r"sh", "ш"),
        (r"zh", "ж"),
        (r"ch", "ч"),
        (r"kh", "х"),
        (r"th", "т"),
        (r"ph", "ф"),
        (r"ck", "к"),
        (r"ts|cz", "ц"),
        (r"y[ao]|ia", "я"),
        (r"yu|iu", "ю"),
        (r"ye|ie", "е"),
        (r"yi|ii|iy|yy", "ии"),
        (r"c(?=[eiy])", "с"),
        (r"x", "кс"),
        (r"qu|q", "к"),
        (r"w", "в"),
    )
]
_LATIN_LETTERS = str.maketrans("abcdefghijklmnoprstuvyz", "абкдефгхижклмнопрстувиз")


@functools.lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """``word`` in small letters, without the letters that only tell the two languages apart.

    Лёвочкин and Льовочкін, Слов'янськ and Славянск come nearer to each other; double letters and
    soft signs go. Takes and gives any string; never raises.
    """
    lower = word.lower()
    if "о" in lower:
        lower = _SOFT_O.sub("е", lower)
    folded = lower.translate(_FOLD)
    # Most words have no doubled letter, and to see that needs no expression.
    return _DOUBLED.sub(r"\1", folded) if any(map(operator.eq, folded, folded[1:])) else folded


def fold_all(words: Iterable[str]) -> list[str]:
    """`fold` of each of ``words``, of which none has a line feed: several at once are faster."""
    lower = _SOFT_O.sub("е", "\n".join(words).lower())
    return _DOUBLED.sub(r"\1", lower.translate(_FOLD)).split("\n")


@functools.lru_cache(maxsize=100_000)
def stem(word: str, least: int = 3) -> str:
    """The stem of one word of a name: the same for Ермак, Ермака, Єрмаком; for Київ and Києва.

    Hyphenated names are stemmed part by part (Ивано-Франковска). Latin letters stay Latin.
    ``least`` letters are left of a name that may end in -ам, -им (Панама needs four, Рахим three).
    """
    if "-" in word[1:-1]:
        return "-".join(stem(part, least) for part in word.split("-") if part)
    if word.endswith(_HARD) and len(word) > 4:
        word = word[:-2] + "ов"  # Харків, Харкова
    elif word.endswith(_SOFT):
        word = word[:-2] + "єв"  # Київ, Києва
    elif word.endswith(_FEMININE) and len(word) > 5:
        word = word[:-2] + "а"  # Петровій is Петрова, Єрмакові a man
    elif word.endswith(_ADJECTIVE):
        word = word[:-2] + "ого"
    return _without_ending(fold(word), word, least)


def stem_all(words: Sequence[str], folded: Sequence[str]) -> list[str]:
    """`stem` of each of ``words``, given `fold_all` of them."""
    return [
        stem(word) if "-" in word or word.endswith(_REWRITTEN) else _without_ending(fold_, word, 3)
        for word, fold_ in zip(words, folded, strict=True)
    ]


def _without_ending(folded: str, word: str, least: int) -> str:
    folded = folded or word.lower()  # ъъ is a name as well
    if folded.isascii():
        return folded
    short = _take_off(_ENDINGS, folded, 2) if folded[-1] in _LAST_LETTERS else folded
    if len(short) == 3 and short[-1] == "и" and short != folded:
        short = short[:2]  # Юрием, as Юрия
    if short[-1] in "мх":
        short = _take_off(_SECOND, short, least)
    return _FLEETING.sub("", short) if short[-1] in "кц" else short


def _take_off(endings: frozenset[str], word: str, least: int) -> str:
    """``word`` without the longest of ``endings`` that leaves enough of it."""
    for start in range(max(len(word) - 4, 2), len(word)):
        if word[start:] in endings:
            ended = len(word) - start
            long = ended > 2 or (word[-1] in "мх" and word[start - 1] not in _VOWELS)
            if start >= (3 if long else least):
                return word[:start]  # Цоем, Кимом; but Грэм is a name as it stands
    return word


_CHANGED = {"к": "ц", "г": "з", "х": "с"}


@functools.cache
def locative(name: str) -> str | None:
    """The Ukrainian locative of a name if its last consonant changes there: в Новій Каховці, у
    Празі, у Кривому Розі, and as it the dative, Ользі; None for another name."""
    base = name.removesuffix("а")
    if base[-1:] not in _CHANGED:
        return None
    base = base[:-2] + "ог" if base.endswith("іг") else base
    return base[:-1] + _CHANGED[base[-1]] + "і"


def from_latin(word: str) -> str:
    """A Latin-script name in Cyrillic letters, by the common romanisations of both languages.

    ``Zelenskyy`` gives ``зеленскии``, which has the stem of Зеленский. A guess: names of other
    languages (Macron, Johnson) need an entry in the table of persons.
    """
    word = word.lower()
    for pattern, letters in _LATIN:
        word = pattern.sub(letters, word)
    return word.translate(_LATIN_LETTERS)
