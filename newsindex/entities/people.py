"""Corrections of labels of persons: the parts of one name joined; `apart` parts what is two."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsindex.entities import lexicon, persons, places, vocabulary
from newsindex.entities.apart import parted
from newsindex.entities.labels import Labels, Mask, where
from newsindex.entities.lexicon import first_name_spellings
from newsindex.entities.stems import stem
from newsindex.entities.tokens import OPENING_QUOTES
from newsindex.entities.weights import LABELS

_B_PER, _I_PER = LABELS.index("B-PER"), LABELS.index("I-PER")
_B_ORG, _I_ORG = LABELS.index("B-ORG"), LABELS.index("I-ORG")
_PLACE, _IN_PLACE = LABELS.index("B-LOC"), LABELS.index("I-LOC")

# Between a first name and a surname, in small letters: Шарль де Голль, Тамим бен Хамад.
_PARTICLES = frozenset(
    "де ди ду дос дас дю дель дела делла ван вон фон дер ден тер бен бин бін ибн ібн ва"
    " ульд".split()
)
# The Arabic article before a name, with a hyphen: аз-Заркави, аль-Асад, эс-Сиси.
_ARTICLE = re.compile(r"(?:[аэеу][лсзнтршд]ь?|бин|бін|бен|ибн|ібн)-[А-ЯЁІЇЄҐ]")
_CASE = re.compile(r"(?:ом|ем|[аяуюе])\Z")  # what tells a case; nothing tells the nominative
_SOFT = str.maketrans("яюе", "ауо")


def people(forms: Sequence[str], labels: Labels, capital: Mask) -> None:
    """Correct ``labels`` of ``forms`` (see `Tokens`) in place by every rule of this module.

    ``capital`` tells which forms begin with a capital letter.
    """
    _join_articles(forms, labels, capital)
    _join_particles(forms, labels)
    _join_unknown(forms, labels)
    _join_agreeing(forms, labels)
    _join_after_patronymics(forms, labels)
    _join_towns(forms, labels)
    _join_koreans(forms, labels)
    parted(forms, labels)


def _may_be_name(form: str) -> bool:
    """Whether ``form`` has a capital and is no word of the dictionaries but a name."""
    if not form[:1].isupper() or form.isupper() or len(form) < 2:
        return False
    return persons.is_first_name(form) or (
        "v-common" not in vocabulary.flags(form) and places.find_word(form) is None
    )


def _join_articles(forms: Sequence[str], labels: Labels, capital: Mask) -> None:
    """Абу Мусаб аз-Заркави is one name, as is Момо аль-Итали."""
    small = ~capital & (labels != _I_PER)
    small[1:] &= capital[:-1] | (labels[:-1] > 0)
    for i in where(small):
        if "-" not in forms[i] or not _ARTICLE.match(forms[i]):
            continue
        before = labels[i - 1]
        inside = before in (_B_PER, _I_PER)
        alone = before == _B_ORG or (before == 0 and labels[i] in (0, _B_PER))
        if labels[i] in (_B_ORG, _PLACE) or not (inside or (alone and _may_be_name(forms[i - 1]))):
            continue
        if not inside:
            labels[i - 1] = _B_PER
        labels[i] = _I_PER


def _join_particles(forms: Sequence[str], labels: Labels) -> None:
    """Эдсон Арантис ду Насименту is one name, and Тамим бен Хамад Аль Тани."""
    for i in where((labels == _B_PER) | (labels == _I_PER)):
        end = i + 1
        if labels[end] == _I_PER or not forms[i][:1].isupper():
            continue
        after = end
        while forms[after] in _PARTICLES:
            after += 1
        if after > end and labels[after] in (0, _B_PER) and _may_be_name(forms[after]):
            labels[end : after + 1] = _I_PER
    for i in where(labels == _B_PER):
        if forms[i] in _PARTICLES and labels[i - 1] == 0 and _may_be_name(forms[i - 1]):
            labels[i - 1], labels[i] = _B_PER, _I_PER


def _join_unknown(forms: Sequence[str], labels: Labels) -> None:
    """Эльяна Мария Лось is one name, though the tagger knows no Эльяна."""
    for i in where((labels[:-2] == 0) & (labels[1:-1] == _B_PER) & (labels[2:] == _I_PER)):
        unknown, first = forms[i], forms[i + 1]
        inner = forms[i - 1] and forms[i - 1] not in OPENING_QUOTES and len(unknown) > 3
        if not (inner and persons.is_first_name(first) and _may_be_name(unknown)):
            continue
        if unknown[0].isascii() or lexicon.class_by_stem().get(stem(unknown)):
            continue
        if _case(unknown) == _case(first):
            labels[i], labels[i + 1] = _B_PER, _I_PER


def _join_agreeing(forms: Sequence[str], labels: Labels) -> None:
    """Нильса Хенрика Лунда is one, for a first name stands in the case of the next one."""
    inside = (labels == _B_PER) | (labels == _I_PER)
    for i in where(inside[:-1] & (labels[1:] == _B_PER)):
        if labels[i + 2] != _I_PER or not persons.is_first_name(forms[i + 1]):
            continue
        begin = i if labels[i] == _B_PER else i - 1
        names = forms[begin : i + 2]
        if labels[begin] == _B_PER and all(map(_tells_first, names)) and _agree(names):
            labels[i + 1] = _I_PER


def _tells_first(name: str) -> bool:
    return persons.is_first_name(name) or "v-first" in vocabulary.flags(name)


def _agree(names: Sequence[str]) -> bool:
    """Whether all ``names`` have the ending of one case."""
    return len(set(map(_case, names))) == 1


def _case(name: str) -> str:
    """The ending of ``name`` by which it agrees with another."""
    found = _CASE.search(name)
    return "" if found is None else found[0].translate(_SOFT)


def _join_after_patronymics(forms: Sequence[str], labels: Labels) -> None:
    """Аркадию Петровичу Зорину is one name, however little the tagger knows of Зорин."""
    for i in where((labels[:-2] == _B_PER) & (labels[1:-1] == _I_PER) & (labels[2:] != _I_PER)):
        surname, after = forms[i + 2], labels[i + 3]
        if labels[i + 2] not in (0, _B_PER, _PLACE, _B_ORG) or not _is_with_patronymic(forms, i):
            continue
        body = labels[i + 2] == _B_ORG and after == _I_ORG
        if after in (_I_PER, _IN_PLACE) or (body and forms[i + 3][0].isalnum()):
            continue
        named = surname[:1].isupper() and len(surname) > 2 and not surname.isupper()
        if named and persons.looks_like_surname(surname):
            labels[i + 2] = _I_PER
            end = i + 3
            while body and labels[end] == _I_ORG:
                labels[end] = 0
                end += 1


def _is_with_patronymic(forms: Sequence[str], i: int) -> bool:
    """Whether a first name and a patronymic stand at ``i``; the first name may be unknown."""
    first, second = forms[i : i + 2]
    if not persons.is_patronymic(second):
        return False
    return persons.is_first_name(first) or _agree(forms[i : i + 3])


def _join_towns(forms: Sequence[str], labels: Labels) -> None:
    """Лидия Рига, Милан Кундера: a town in the nominative beside a part of a name
    is the other one."""
    for i in where((labels[:-2] == _B_PER) & (labels[1:-1] == _PLACE)):
        first, place = forms[i], places.find_word(forms[i + 1])
        if place is None or place.kind == "country":
            continue
        named = forms[i + 1] in (place.ru, place.uk)
        alone = labels[i + 2] != _PLACE + 1  # as LABELS has them
        if named and alone and first in first_name_spellings() and not forms[i + 1].isupper():
            labels[i + 1] = _I_PER
    for i in where((labels[:-2] == _PLACE) & (labels[1:-1] == _B_PER) & (labels[2:] != _I_PER)):
        first, place = forms[i], places.find_word(forms[i])
        if place is None or place.kind == "country" or first not in (place.ru, place.uk):
            continue
        if first[-1] not in "аеиіоуюя" and "v-first" in vocabulary.flags(first):
            labels[i], labels[i + 1] = _B_PER, _I_PER


# Surnames of Korea, which stand before the two syllables of a first name: Ким Чон Нам.
_KOREAN = frozenset(
    "Ким Кім Ли Лі Пак Чхве Чой Чон Кан Чо Юн Юнь Чан Лим Лім Хан Мун Сон Хон Ю Ан Ян Но Сим Сім Ко"
    " Пэк Хо Нам Квон Хван Син Сін Рю О Бэ Тхэ Чхэ Хё Мин Мін".split()
)
_SYLLABLE = re.compile(r"[А-ЯІЇЄ][а-яіїє]{1,4}\Z")


def _join_koreans(forms: Sequence[str], labels: Labels) -> None:
    """Ким Чон Нам is one name, though Нам is a word."""
    for i in where((labels[:-2] == _B_PER) & (labels[1:-1] == _I_PER) & (labels[2:] != _I_PER)):
        if forms[i] not in _KOREAN or labels[i + 2] not in (0, _B_PER, _PLACE):
            continue
        alone = labels[i + 3] not in (_I_PER, _IN_PLACE)
        if alone and all(map(_SYLLABLE.match, forms[i + 1 : i + 3])):
            labels[i + 2] = _I_PER
