"""The key of a lexeme: its stem and its class.

The stem of a noun is what most of its forms begin with, so that Київ, Києва, Києвом have the stem
``києв``; that of an adjective or a verb is the lemma without its ending. The class (``/a`` for
adjectives, ``/v`` for verbs, ``/w`` for reflexive verbs, none for the rest) keeps apart the words
of one root.
"""

from __future__ import annotations

import collections
import re

from newsindex.text.learn.sources import Lexeme

MAJORITY = 0.65  # share of a noun's forms that begin with its stem: Нідерланд-, not Нідерланда-

_ADJECTIVE = {
    "ru": re.compile(r"(ый|ий|ой|ая|яя|ое|ее|ые|ие)\Z"),
    "uk": re.compile(r"(ий|ій|їй|а|я|е|є|і|ї)\Z"),
}
_INFINITIVE = {"ru": re.compile(r"(ть|ти|чь)\Z"), "uk": re.compile(r"ти\Z")}


def key_of_lexeme(lexeme: Lexeme, language: str) -> str:
    """The key (without folding across languages) under which all forms of ``lexeme`` belong."""
    part, lemma = lexeme.part, lexeme.lemma
    if part == "noun" and _declines_as_adjective(lexeme):
        part = "adj"
    if part == "verb":
        active = re.sub(r"(ся|сь)\Z", "", lemma)
        stem = _INFINITIVE[language].sub("", active) or active
        return stem + ("/v" if active == lemma else "/w")
    if part == "adj":
        return (_ADJECTIVE[language].sub("", lemma) or lemma) + "/a"
    if part == "noun":
        return _noun_stem(lemma, list(lexeme.forms))
    return lemma


def _declines_as_adjective(lexeme: Lexeme) -> bool:
    """Сырский, рабочий, столовая: nouns in grammar, adjectives in form."""
    forms, lemma = lexeme.forms, lexeme.lemma
    if re.search(r"[иыоії]й\Z", lemma):
        return any(re.search(r"[оеь]го\Z", form) for form in forms)
    return lemma.endswith(("ая", "яя")) and any(form.endswith(("ую", "юю")) for form in forms)


def _noun_stem(lemma: str, forms: list[str]) -> str:
    if len(forms) <= 2:
        return lemma
    begins: collections.Counter[str] = collections.Counter()
    for form in forms:
        begins.update(form[:n] for n in range(1, len(form) + 1))
    shared = [begin for begin, count in begins.items() if count >= MAJORITY * len(forms)]
    stem = max(shared, key=len, default="")
    if lemma == stem and lemma.endswith("ь"):
        stem = stem[:-1]
    return stem if len(stem) > 1 else lemma
