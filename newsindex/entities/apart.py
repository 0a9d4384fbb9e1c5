"""Corrections of labels of persons: a name parted where two persons meet, cut where it ends."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsindex.entities import organisations, persons, places
from newsindex.entities.labels import Labels, end_of, where
from newsindex.entities.lexicon import first_name_spellings
from newsindex.entities.stems import stem
from newsindex.entities.weights import LABELS

_B_PER, _I_PER = LABELS.index("B-PER"), LABELS.index("I-PER")
_B_ORG, _I_ORG = LABELS.index("B-ORG"), LABELS.index("I-ORG")
_PLACE = LABELS.index("B-LOC")

_LETTERS = frozenset("АВЗИІЙКОСУЯ")  # words of one letter
_AND = frozenset(("и", "та", "і", "й"))
_MALE_OBLIQUE = re.compile(r"(?:[аяуюеі]|[оыиіе][мй]|[ое]го|[ое]му|[ое]ві|єм)\Z")
_FEMALE_OBLIQUE = re.compile(r"(?:[оеє][йю]|ую|ої|у|ю|ы|и|і)\Z")
_MALE_NOMINATIVE = re.compile(r"(?:[бвгджзйклмнпрстфцчшщ]|[кч]о)\Z")
_PLURAL = re.compile(r"[ыиі]х\Z")
_INSTRUMENTAL = re.compile(r"(?:[^аеиоу][ое]м|[ие]ей|ией|ією)\Z")
_ADJECTIVE = re.compile(r"[сц]ь?к(?:ий|ого|ому|им|ім|ая|ой|ую|ою|ої|ій|их|им|ими)\Z")
# After these the adjective of a land or a see stands before the name: герцог Эссекский Ян.
_LORDS = frozenset(
    map(
        stem,
        "герцог герцогиня принц принцесса принцеса граф графиня князь княгиня митрополит"
        " архиепископ архієпископ епископ єпископ патриарх патріарх".split(),
    )
)


def parted(forms: Sequence[str], labels: Labels) -> None:
    """Correct ``labels`` of ``forms`` (see `Tokens`) in place by every rule of this module."""
    _part_pairs(forms, labels)
    _part_conjunctions(forms, labels)
    _cut_endings(forms, labels)
    _part_countries(forms, labels)
    _part_lords(forms, labels)
    _part_cases(forms, labels)
    _part_instrumentals(forms, labels)
    _part_from_known_bodies(forms, labels)
    _drop_words(forms, labels)


def _part_pairs(forms: Sequence[str], labels: Labels) -> None:
    """Уильям и Гарри are two."""
    for i in where(labels == _I_PER):
        if forms[i] in _AND:
            labels[i] = 0
            if labels[i + 1] == _I_PER:
                labels[i + 1] = _B_PER


def _part_conjunctions(forms: Sequence[str], labels: Labels) -> None:
    """И Шмелёв ответил: a letter without a dot that begins a sentence is no initial."""
    for i in where((labels[:-1] == _B_PER) & (labels[1:] == _I_PER)):
        if forms[i] in _LETTERS and not (forms[i - 1] and forms[i - 1].isalnum()):
            labels[i], labels[i + 1] = 0, _B_PER


def _cut_endings(forms: Sequence[str], labels: Labels) -> None:
    """Салиха альянс распался: a word in small letters ends no name, nor does a colon."""
    inside = (labels > 0) & (labels % 2 == 0)  # as LABELS has them
    for i in where(inside[:-1] & ~inside[1:]):
        if forms[i] in ":;,":
            labels[i] = 0
    for last in where((labels[:-1] == _I_PER) & (labels[1:] != _I_PER)):
        end = last + 1
        while labels[end - 1] == _I_PER and forms[end - 1].islower():
            end -= 1
        labels[end : last + 1] = 0


def _part_countries(forms: Sequence[str], labels: Labels) -> None:
    """Король Марокко Мухаммед VI: a country that is not in the nominative is no first name."""
    for i in where((labels[:-1] == _B_PER) & (labels[1:] == _I_PER)):
        place = places.find_word(forms[i])
        if place is None or place.kind != "country" or forms[i] in first_name_spellings():
            continue
        if forms[i] not in (place.ru, place.uk) or forms[i][-1] in "оеиу" or forms[i].isupper():
            labels[i], labels[i + 1] = _PLACE, _B_PER


def _part_cases(forms: Sequence[str], labels: Labels) -> None:
    """Вместе с Тамарой Ивановой Панин снял фильм: two, for they stand in two cases."""
    for i in where(labels == _B_PER):
        if end_of(labels, i) != i + 3:
            continue
        first, second, third = forms[i : i + 3]
        if _are_apart(first, second):
            labels[i + 1] = _B_PER
        elif persons.is_patronymic(second) or persons.is_patronymic(third):
            continue
        elif _is_oblique(first, second) and _is_nominative(third):
            labels[i + 2] = _B_PER


def _is_oblique(first: str, surname: str) -> bool:
    """Whether a first name, or an initial, and the surname after it are not in the nominative."""
    if persons.is_initial(first):
        return surname[-1:] in "ауяю"
    genders = persons.genders_of(first)
    if not genders or first in first_name_spellings():
        return False
    ending = _FEMALE_OBLIQUE if genders == {"f"} else _MALE_OBLIQUE
    return ending.search(surname) is not None and not persons.is_first_name(surname)


def _is_nominative(name: str) -> bool:
    """Whether ``name`` is a man's surname or first name in the nominative."""
    if not _MALE_NOMINATIVE.search(name) or _PLURAL.search(name):
        return False
    if persons.is_first_name(name):
        return name in first_name_spellings()
    return persons.looks_like_surname(name)


def _are_apart(first: str, second: str) -> bool:
    """Whether two first names stand in two cases: мать Марины Ольга, знакомый Марины Дмитрий."""
    if first in first_name_spellings() or not persons.is_first_name(first):
        return False
    if first[-1] not in "аяуюыиїеєімй":
        return False  # Иоанн Павел
    genders = persons.genders_of(second)
    surely = _MALE_NOMINATIVE.search(second) is not None or genders == {"f"}
    return second in first_name_spellings() and surely


def _part_from_known_bodies(forms: Sequence[str], labels: Labels) -> None:
    """Пресс-секретарь Роскомнадзора Вадим Сухов: a body of the tables ends where it ends."""
    for i in where((labels[:-2] == _I_ORG) & (labels[1:-1] == _I_ORG) & (labels[2:] != _I_ORG)):
        if labels[i - 1] != _B_ORG or not forms[i + 1][:1].isupper():
            continue
        name = forms[i]
        nominative = name in first_name_spellings() and _MALE_NOMINATIVE.search(name)
        if nominative and organisations.word_key(forms[i - 1]) in organisations.aliases():
            labels[i], labels[i + 1] = _B_PER, _I_PER


def _part_lords(forms: Sequence[str], labels: Labels) -> None:
    """Герцогиня Эссекская Анна Лось: the adjective of a land is no part of the name after it."""
    for i in where((labels[:-1] == _B_PER) & (labels[1:] > 0) & (labels[1:] <= _I_PER)):
        lord = stem(forms[i - 1] or ".") in _LORDS
        if lord and _ADJECTIVE.search(forms[i]) and persons.is_first_name(forms[i + 1]):
            labels[i], labels[i + 1] = 0, _B_PER


def _part_instrumentals(forms: Sequence[str], labels: Labels) -> None:
    """С Арчилом Оксана дружит: two, for the first one stands in the instrumental."""
    for i in where((labels[:-1] == _B_PER) & (labels[1:] == _I_PER)):
        first, second = forms[i : i + 2]
        if len(first) < 5 or not _INSTRUMENTAL.search(first) or first in first_name_spellings():
            continue
        genders = persons.genders_of(second)
        if second in first_name_spellings() and len(genders) == 1 and second[-1] not in "иіуе":
            labels[i + 1] = _B_PER


def _drop_words(forms: Sequence[str], labels: Labels) -> None:
    """SQL-запросы and a common word that begins its sentence name nobody: Напоминаем о курсе."""
    for i in where((labels[:-1] == _B_PER) & (labels[1:] != _I_PER)):
        form = forms[i]
        latin, _, noun = form.partition("-")
        if (latin.isascii() and noun[:1].islower() and not noun.isascii()) or (
            not forms[i - 1]
            and len(form) > 3
            and form.istitle()
            and persons.is_common(form)
            and not persons.looks_like_surname(form)
        ):
            labels[i] = 0
