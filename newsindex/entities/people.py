"""Corrections of labels of persons: names joined by particles, parted where two persons meet."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsindex.entities import lexicon, organisations, persons, places, vocabulary
from newsindex.entities.labels import Labels, where
from newsindex.entities.lexicon import first_name_spellings
from newsindex.entities.stems import stem
from newsindex.entities.weights import LABELS

_B_PER, _I_PER = LABELS.index("B-PER"), LABELS.index("I-PER")
_B_ORG, _I_ORG = LABELS.index("B-ORG"), LABELS.index("I-ORG")
_PLACE = LABELS.index("B-LOC")

_LETTERS = frozenset("АВЗИІЙКОСУЯ")  # words of one letter
_AND = frozenset(("и", "та", "і", "й"))
# Between a first name and a surname, in small letters: Шарль де Голль, Тамим бен Хамад.
_PARTICLES = frozenset("де ди ду дос дю дель делла ван вон фон дер ден бен бин бін ибн ібн".split())
# The Arabic article before a name, with a hyphen: аз-Заркави, аль-Асад, эс-Сиси.
_ARTICLE = re.compile(r"(?:[аэеу][лсзнтршд]ь?|бин|бін|бен|ибн|ібн)-[А-ЯЁІЇЄҐ]")
_MALE_OBLIQUE = re.compile(r"(?:[аяуюеі]|[оыиіе][мй]|[ое]го|[ое]му|[ое]ві|єм)\Z")
_FEMALE_OBLIQUE = re.compile(r"(?:[оеє][йю]|ую|ої|у|ю|ы|и|і)\Z")
_MALE_NOMINATIVE = re.compile(r"(?:[бвгджзйклмнпрстфцчшщ]|[кч]о)\Z")
_CASE = re.compile(r"(?:ом|ем|[аяуюе])\Z")  # what tells a case; nothing tells the nominative
_SOFT = str.maketrans("яюе", "ауо")
_PLURAL = re.compile(r"[ыиі]х\Z")


def people(forms: Sequence[str], labels: Labels) -> None:
    """Correct ``labels`` of ``forms`` (see `Tokens`) in place by every rule of this module."""
    _join_articles(forms, labels)
    _join_particles(forms, labels)
    _join_agreeing(forms, labels)
    _join_after_patronymics(forms, labels)
    _part_pairs(forms, labels)
    _part_conjunctions(forms, labels)
    _cut_endings(forms, labels)
    _join_towns(forms, labels)
    _part_countries(forms, labels)
    _part_cases(forms, labels)
    _part_from_known_bodies(forms, labels)


def _end(labels: Labels, begin: int) -> int:
    """Where the person's name that begins at ``begin`` ends."""
    end = begin + 1
    while labels[end] == _I_PER:
        end += 1
    return end


def _may_be_name(form: str) -> bool:
    """Whether ``form`` has a capital and is no word of the dictionaries but a name."""
    if not form[:1].isupper() or form.isupper() or len(form) < 2:
        return False
    return persons.is_first_name(form) or (
        "v-common" not in vocabulary.flags(form) and places.find_word(form) is None
    )


def _join_articles(forms: Sequence[str], labels: Labels) -> None:
    """Абу Мусаб аз-Заркави is one name, as is Момо аль-Итали."""
    for i in [i for i, form in enumerate(forms) if "-" in form and _ARTICLE.match(form)]:
        if labels[i] == _I_PER:
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


def _join_agreeing(forms: Sequence[str], labels: Labels) -> None:
    """Нильса Хенрика Лунда is one, for a first name stands in the case of the next one."""
    for i in where((labels[:-1] == _B_PER) & (labels[1:] == _B_PER)):
        first, second = forms[i : i + 2]
        known = persons.is_first_name(first) or "v-first" in vocabulary.flags(first)
        both = known and persons.is_first_name(second)
        if both and labels[i + 2] == _I_PER and _case(first) == _case(second):
            labels[i + 1] = _I_PER


def _case(name: str) -> str:
    """The ending of ``name`` by which it agrees with another."""
    found = _CASE.search(name)
    return "" if found is None else found[0].translate(_SOFT)


def _join_after_patronymics(forms: Sequence[str], labels: Labels) -> None:
    """Аркадию Петровичу Зорину is one name, however little the tagger knows of Зорин."""
    for i in where((labels[:-2] == _B_PER) & (labels[1:-1] == _I_PER) & (labels[2:] != _I_PER)):
        surname, outside = forms[i + 2], labels[i + 2] in (0, _B_PER, _PLACE)
        whole = persons.is_first_name(forms[i]) and persons.is_patronymic(forms[i + 1])
        single = labels[i + 3] not in (_I_PER, _PLACE + 1)  # as LABELS has them
        named = surname[:1].isupper() and len(surname) > 2 and not surname.isupper()
        if whole and outside and single and named and persons.looks_like_surname(surname):
            labels[i + 2] = _I_PER


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
        if _end(labels, i) != i + 3:
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
    entries = lexicon.first_names().get(stem(first), ())
    if not entries or first in first_name_spellings():
        return False
    genders = {entry.gender for entry in entries}
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
    genders = {entry.gender for entry in lexicon.first_names().get(stem(second), ())}
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
