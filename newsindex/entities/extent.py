"""Corrections of labels of places: how many words of the text a place takes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsindex.entities import persons, places
from newsindex.entities.labels import Labels, end_of, where
from newsindex.entities.lexicon import class_by_stem
from newsindex.entities.stems import stem
from newsindex.entities.tokens import OPENING_QUOTES
from newsindex.entities.weights import LABELS

_B_LOC, _I_LOC = LABELS.index("B-LOC"), LABELS.index("I-LOC")
_B_PER, _B_ORG = LABELS.index("B-PER"), LABELS.index("B-ORG")

_DIRECTION = re.compile(
    r"(?:[Сс]еверн|[Юю]жн|[Вв]осточн|[Зз]ападн|[Цц]ентральн|[Дд]альн|[Дд]алек|[Бб]лижн|[Бб]лизьк|[Сс]редн|[Пп]івнічн|[Пп]івденн|[Сс]хідн"
    r"|[Зз]ахідн|[Сс]ередн|[Вв]ерхн|[Нн]ижн)[а-яёіїє]{2,4}\Z"
)

_REGIONS = frozenset(
    map(stem, "район область край округ повет повіт уезд улус воеводство воєводство".split())
)


def extended(forms: Sequence[str], labels: Labels) -> None:
    """Correct ``labels`` of ``forms`` (see `Tokens`) in place by every rule of this module."""
    _join_listed(forms, labels)
    _join_mistaken(forms, labels)
    _join_directions(forms, labels)
    _join_states(forms, labels)
    _part_regions(forms, labels)


def _join(labels: Labels, begin: int, end: int) -> None:
    """Make one place of the words from ``begin`` to ``end``, what follows in it a part of it."""
    labels[begin], labels[begin + 1 : end] = _B_LOC, _I_LOC


def _join_listed(forms: Sequence[str], labels: Labels) -> None:
    """Тринидад и Тобаго, Лазурный берег are places of the gazetteer as a whole."""
    for i in where(labels == _B_LOC):
        for begin in (i, i - 1):
            if begin < i and (labels[begin] != 0 or not forms[begin][:1].isupper()):
                continue
            for end in places.phrase_ends(forms, begin):
                # Its words belong to no person and no body.
                if all(label in (0, _B_LOC, _I_LOC) for label in labels[begin:end]):
                    if labels[end] != _I_LOC:
                        _join(labels, begin, end)
                    break


def _join_mistaken(forms: Sequence[str], labels: Labels) -> None:
    """Коста Рика is no woman, and Объединённые [Арабские Эмираты] are no body: a name that is all
    of a place of the gazetteer, or its end, is that place."""
    for i in where((labels == _B_PER) | (labels == _B_ORG)):
        end = end_of(labels, i)
        for begin in (i, i - 1):
            if end - begin < 2 or not forms[begin][:1].isupper():
                continue
            if begin < i and labels[begin] != 0:
                continue
            if end in places.phrase_ends(forms, begin) and _is_sure(forms, begin, end):
                _join(labels, begin, end)
                break


def _is_sure(forms: Sequence[str], begin: int, end: int) -> bool:
    """Whether the place of several words that stands there can be nobody and no team."""
    place = places.find(list(forms[begin:end]))
    return (
        place is not None
        and place.kind != "town"
        and forms[end - 1][:1].isupper()
        and forms[begin - 1] not in OPENING_QUOTES
        and not persons.is_first_name(forms[begin])
    )


def _join_directions(forms: Sequence[str], labels: Labels) -> None:
    """Средний Урал, Южная Сибирь: an adjective with a capital is a part of the place; in small
    letters it is one if the gazetteer has the place as a whole: северной Кореи, штате Вашингтон."""
    for i in where(labels == _B_LOC):
        before, named = forms[i - 1], forms[i][:1].isupper() and not forms[i].isupper()
        if labels[i - 1] or not named:
            continue
        direction = before[:1].isupper() and _DIRECTION.match(before)
        if direction or (_tells_part(before) and places.is_listed([before, forms[i]])):
            _join(labels, i - 1, i + 1)


def _tells_part(word: str) -> bool:
    """Whether ``word``, in small letters, tells which part of the world or what kind of place."""
    if not word.islower():
        return False
    return _DIRECTION.match(word) is not None or "place" in class_by_stem().get(stem(word), ())


def _join_states(forms: Sequence[str], labels: Labels) -> None:
    """Королевство Марокко, Федеративная Республика Германия: what a country calls itself."""
    for i in where(labels == _B_LOC):
        begin = i
        while labels[begin - 1] == 0 and places.tells_state(forms[begin - 1]):
            begin -= 1
        place = places.find_word(forms[i]) if begin < i else None
        named = place is not None and place.kind in ("country", "region")
        if named and any(map(places.is_state, forms[begin:i])):
            _join(labels, begin, i + 1)


def _part_regions(forms: Sequence[str], labels: Labels) -> None:
    """Донского района Москвы: a district and its town are two places."""
    for i in where((labels[:-1] == _I_LOC) & (labels[1:] == _I_LOC)):
        after = forms[i + 1]
        region = forms[i].islower() and stem(forms[i]) in _REGIONS
        if region and after[:1].isupper() and places.is_adjective(forms[i - 1]):
            labels[i + 1] = _B_LOC
