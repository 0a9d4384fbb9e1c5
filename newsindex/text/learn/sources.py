"""Lexemes and frequencies from the dictionaries that the tables are learned from.

Each reader gives `Lexeme` objects; the licences of the sources stand in NOTICE.
"""

from __future__ import annotations

import collections
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Lexeme(NamedTuple):
    """A word: part of speech (``noun``, ``adj``, ``verb`` or ``other``), lemma, form -> prior.

    The prior of a form says how likely the form is used as one of this lexeme, against other
    lexemes that have the same form: 1 usually, less for vocatives, imperatives, archaic forms.
    """

    part: str
    lemma: str
    forms: dict[str, float]


def normalise(word: str) -> str:
    """A dictionary word as the tokeniser would give it: lower case, ё as е, one apostrophe."""
    return re.sub("[’ʼ`]", "'", word.lower().replace("ё", "е").replace("\u0301", ""))


def frequencies_of(shares: Mapping[str, float]) -> dict[str, float]:
    """Word -> occurrences per 100 million words, from word -> share of all words of a text."""
    counts: dict[str, float] = collections.defaultdict(float)
    for word, share in shares.items():
        counts[normalise(word)] += share * 1e8
    return dict(counts)


# --- Russian: the compiled OpenCorpora dictionary of pymorphy3 --------------------

_RU_PARTS = {"INFN": "verb", "NOUN": "noun", "ADJF": "adj", "NUMR": "noun", "NPRO": "noun"}
_RU_PARTICIPLES = frozenset({"PRTF", "PRTS"})
_RU_ODD = frozenset({"Erro", "Dist", "Arch", "V-be", "V-en", "V-bi", "Slng"})
_RU_RARE = frozenset({"impr", "voct", "gen2", "loc2", "Cmp2", "V-oy", "V-ey"})


def read_pymorphy(analyzer: Any) -> list[Lexeme]:
    """The lexemes of a ``pymorphy3.MorphAnalyzer``, whose dictionary knows lexemes as paradigms.

    Superlatives and the two sexes of a patronymic are lexemes of their own, as in the treebanks.
    Of a participle that is also listed as an adjective, the adjective is the likelier reading.
    """
    dictionary = analyzer.dictionary
    tags: dict[int, list[frozenset[str]]] = {}
    lexemes: dict[tuple[str, int], list[tuple[str, frozenset[str]]]] = collections.defaultdict(list)
    for word, _, lemma, paradigm, index in dictionary.iter_known_words():
        if paradigm not in tags:
            size = len(dictionary.paradigms[paradigm]) // 3
            tags[paradigm] = [
                frozenset(re.split("[ ,]", str(dictionary.build_tag_info(paradigm, i))))
                for i in range(size)
            ]
        lexemes[lemma, paradigm].append((word, tags[paradigm][index]))
    result: list[Lexeme] = []
    for (lemma, _), forms in sorted(lexemes.items()):
        result.extend(_pymorphy_lexemes(normalise(lemma), forms))
    return result


def _pymorphy_lexemes(lemma: str, forms: list[tuple[str, frozenset[str]]]) -> Iterator[Lexeme]:
    of_lemma = [tags for word, tags in forms if normalise(word) == lemma] or [forms[0][1]]
    part = "other"
    for tag, name in _RU_PARTS.items():
        if any(tag in tags for tags in of_lemma):
            part = name
            break
    groups: dict[str, dict[str, float]] = collections.defaultdict(dict)
    for written, tags in forms:
        word = normalise(written)
        group = ""
        if "Supr" in tags:
            group = "greatest" if word.startswith("наи") else "great"
        elif "Patr" in tags and "femn" in tags:
            group = "daughter"
        prior = 1.0
        if tags & _RU_ODD:
            prior = 0.2
        elif tags & _RU_PARTICIPLES:
            prior = 0.1
        elif tags & _RU_RARE:
            prior = 0.3
        groups[group][word] = max(prior, groups[group].get(word, 0.0))
    for group, members in groups.items():
        own_lemma = lemma
        if group:
            endings = r"а\Z" if group == "daughter" else r"(ий|ый)\Z"
            own_lemma = next((w for w in sorted(members, key=len) if re.search(endings, w)), "")
            own_lemma = own_lemma or min(members)
        yield Lexeme(part, own_lemma, members)


# --- Ukrainian: a hunspell dictionary --------------------


def read_hunspell(aff: Path, dic: Path) -> list[Lexeme]:
    """The lexemes of a Ukrainian hunspell dictionary: each entry with all its suffixes applied.

    Only what these dictionaries use is read: UTF-8, one-character flags, suffix rules without
    continuation. The part of speech is told from the shape of the forms, the flags mean too many
    things for that. Some words are listed as single forms without flags: surnames in -ов and -ін
    are put together again, single small-letter forms that look inflected are left out.
    """
    suffixes = _read_suffixes(aff)
    lexemes = []
    single: set[str] = set()
    with dic.open(encoding="utf-8") as lines:
        for line in lines:
            entry = line.split("\t")[0].strip()
            if not entry or entry.isdigit():
                continue
            word, _, flags = entry.partition("/")
            if not flags and word[:1].isupper() and not word.isupper():
                single.add(normalise(word))
                continue
            lexeme = _hunspell_lexeme(word, _expand(word, flags.split(" ")[0], suffixes))
            if lexeme is not None:
                lexemes.append(lexeme)
    return lexemes + list(_surnames(single))


_SURNAME_ENDINGS = ("", *"а у ові ом им ім і е ої ій ою их ими".split())


def _surnames(single: set[str]) -> Iterator[Lexeme]:
    """The names among single forms: those declined as a surname is, then all that are left."""
    grouped: set[str] = set()
    for word in sorted(single):
        if re.search(r"([іїи]н|[оеє]в)\Z", word) and word + "а" in single:
            forms = [word + ending for ending in _SURNAME_ENDINGS if word + ending in single]
            grouped.update(forms)
            yield Lexeme("noun", word, dict.fromkeys(forms, 1.0))
    for word in sorted(single - grouped):
        yield Lexeme("noun", word, {word: 1.0})


_Suffix = tuple[str, str, re.Pattern[str]]


def _read_suffixes(aff: Path) -> dict[str, list[_Suffix]]:
    suffixes: dict[str, list[_Suffix]] = collections.defaultdict(list)
    with aff.open(encoding="utf-8") as lines:
        for line in lines:
            fields = line.split()
            if len(fields) < 5 or fields[0] != "SFX":
                continue  # a header has four fields
            strip = "" if fields[2] == "0" else fields[2]
            add = "" if fields[3] == "0" else fields[3].split("/")[0]
            suffixes[fields[1]].append((strip, add, re.compile(f"(?:{fields[4]})\\Z")))
    return suffixes


def _expand(word: str, flags: Iterable[str], suffixes: dict[str, list[_Suffix]]) -> list[str]:
    forms = [word]
    for flag in flags:
        for strip, add, condition in suffixes.get(flag, ()):
            if word.endswith(strip) and condition.search(word):
                forms.append(word[: len(word) - len(strip)] + add)
    return forms


def _hunspell_lexeme(word: str, expanded: list[str]) -> Lexeme | None:
    lemma = normalise(word)
    forms = dict.fromkeys(map(normalise, expanded), 1.0)
    past = any(re.search(r"л[аио](ся|сь)?\Z", form) for form in forms)
    if past and len(forms) > 3 and re.search(r"ти(ся|сь)?\Z", lemma):
        forms = {f: 0.5 if f != lemma and _imperative(f) else 1.0 for f in forms}
        return Lexeme("verb", lemma, forms)
    if re.search(r"[иії]й\Z", lemma) and any(re.search(r"[оь]го\Z", form) for form in forms):
        return Lexeme("adj", lemma, forms)
    if len(forms) == 1:
        if word[:1].islower():
            return (
                None
                if re.search(r"(ся|сь|ть|ло|ли|ла)\Z", lemma)
                else Lexeme("other", lemma, forms)
            )
        return Lexeme("noun", lemma, forms)
    for form in forms:
        vocative = form.endswith(("е", "о")) and not lemma.endswith(("е", "о"))
        if form != lemma and (vocative or re.search(r"[оеє]ві\Z", form)):
            forms[form] = 0.3  # -ові is an adjective's plural far more often than a noun's dative
    return Lexeme("noun", lemma, forms)


def _imperative(form: str) -> bool:
    if re.search(r"(ли|[ия]ть|ють|уть)\Z", form):
        return False
    return re.search(r"(и|і|й|іть|ймо|імо|йте|ь)\Z", form) is not None


# --- written by hand --------------------


def read_irregular(path: Path) -> Iterator[tuple[str, str, list[str]]]:
    """(language, key, forms) from the file of irregular lexemes: tab-separated, # comments."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                language, key, forms = line.rstrip("\n").split("\t")
                yield language, key, forms.split()
