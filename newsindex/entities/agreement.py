"""Corrections of labels that the lists or the rest of the document are surer of than the tagger."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence

from newsindex.entities import organisations, persons, places, vocabulary
from newsindex.entities.lexicon import first_name_spellings
from newsindex.entities.stems import stem
from newsindex.entities.weights import LABELS

_B_PER, _I_PER = LABELS.index("B-PER"), LABELS.index("I-PER")
_B_ORG, _I_ORG = LABELS.index("B-ORG"), LABELS.index("I-ORG")
_PLACE, _IN_PLACE = LABELS.index("B-LOC"), LABELS.index("I-LOC")
_SINGLE = frozenset((_B_PER, _B_ORG))
_BODY = frozenset((_B_ORG, _I_ORG))
_LATER = frozenset(i for i, label in enumerate(LABELS) if label.startswith("I-"))
_INSIDE = frozenset((_I_PER, _I_ORG))
_OPENING = frozenset('«"“„')


def corrected(forms: Sequence[str], labels: Sequence[int]) -> Sequence[int]:
    """The labels of one document (see `Tokens` for its ``forms``) after every correction."""
    capital = [i for i, form in enumerate(forms) if form[:1].isupper()]
    labels = with_listed_places(forms, labels, capital)
    labels = with_countries(forms, labels, capital)
    labels = with_parted_places(forms, labels, capital)
    labels = with_parted_people(forms, labels, capital)
    return with_known_people(forms, labels, capital)


def with_listed_places(
    forms: Sequence[str], labels: Sequence[int], capital: Sequence[int]
) -> Sequence[int]:
    """``labels`` with the places that the tagger missed though the gazetteer is sure of them.

    Sure are names that are neither a word nor a name of persons. Lists of results, tables and
    datelines have no context that would tell a place. A single word in quotation marks is left
    alone: it may be a team or a firm. ``capital`` are the tokens that begin with a capital letter.
    """
    sure = [i for i in capital if is_sure_place(forms[i])]
    changed = list(labels)
    for i in sure:
        alone = labels[i] in _SINGLE and labels[i + 1] not in _LATER
        listed = labels[i] in _BODY and (forms[i - 1] == "," or forms[i + 1] == ",")
        if not labels[i] or ((alone or listed) and forms[i - 1] not in _OPENING):
            changed[i] = _PLACE
            if labels[i + 1] in _BODY:
                changed[i + 1] = 0 if forms[i + 1] == "," else changed[i + 1]
    return changed


def with_countries(
    forms: Sequence[str], labels: Sequence[int], capital: Sequence[int]
) -> Sequence[int]:
    """``labels`` with a country in the genitive as the end of the body that it follows.

    Секретариат по вопросам безопасности Японии is one name, Госдума России another.
    """
    changed: list[int] | None = None
    for i in capital:
        if labels[i] != _PLACE or labels[i - 1] not in _BODY or not _is_genitive(forms[i]):
            continue
        begin = i - 1
        while labels[begin] == _I_ORG:
            begin -= 1
        if any(map(organisations.is_head, forms[begin:i])):
            changed = list(labels) if changed is None else changed
            changed[i] = _I_ORG
    return labels if changed is None else changed


_REGIONS = frozenset(map(stem, "область обл район округ край громада".split()))
_STATES = frozenset(map(stem, "штат графство провинция провінція".split()))
_JOINING = frozenset((",", "и", "та", "й", "і", "або", "или"))


def with_parted_places(
    forms: Sequence[str], labels: Sequence[int], capital: Sequence[int]
) -> Sequence[int]:
    """``labels`` with a town and its region as two places.

    Малин Житомирської області, Толедо, штат Огайо; but Київська та Одеська області.
    """
    changed: list[int] | None = None
    for i in capital:
        if labels[i] != _IN_PLACE:
            continue
        before = forms[i - 1]
        region = labels[i + 1] == _IN_PLACE and stem(forms[i + 1]) in _REGIONS
        if region and before not in _JOINING and places.is_adjective(forms[i]):
            changed = list(labels) if changed is None else changed
            changed[i] = _PLACE
        if stem(before) in _STATES and forms[i - 2] == "," and labels[i - 2] == _IN_PLACE:
            changed = list(labels) if changed is None else changed
            changed[i - 2], changed[i - 1] = 0, _PLACE
    return labels if changed is None else changed


def with_parted_people(
    forms: Sequence[str], labels: Sequence[int], capital: Sequence[int]
) -> Sequence[int]:
    """``labels`` with a person apart from the name in the genitive that stands before.

    Советник Коваля Пётр Сова, губернатор Айовы Джон Смит, ректор КНУ Инесса Кравец; but
    Иванов Пётр Сергеевич and Фонд Бориса Ельцина are one name each.
    """
    changed: list[int] | None = None
    for i in capital:
        if labels[i] not in _INSIDE or not forms[i + 1][:1].isupper():
            continue
        before, name = forms[i - 1], forms[i]
        if not persons.is_first_name(name) or persons.is_patronymic(forms[i + 1]):
            continue
        label = _label_before(before, name, labels[i - 1], labels[i])
        if label is not None:
            changed = list(labels) if changed is None else changed
            changed[i - 1], changed[i], changed[i + 1] = label, _B_PER, _I_PER
    return labels if changed is None else changed


def _label_before(before: str, name: str, was: int, label: int) -> int | None:
    """What ``before`` is if it is no part of the name that ``name`` begins; None if it may be."""
    if label == _I_ORG:
        nominative = name in first_name_spellings() and name[-1] not in "ая"
        return was if nominative and before.isupper() and len(before) > 1 else None
    if was != _B_PER or persons.is_first_name(before) or persons.is_initial(before):
        return None
    if is_sure_place(before):
        return _PLACE
    declined = before[-1] in "аяуюыої" and name[-1] not in "аяуюыої"
    return _B_PER if declined and persons.looks_like_surname(before) else None


def _is_genitive(form: str) -> bool:
    """Whether ``form`` is a country and not in the nominative (acronyms do not tell)."""
    place = places.find_word(form)
    return place is not None and place.kind == "country" and (form.isupper() or form[-1] in "иыіїу")


@functools.lru_cache(maxsize=50_000)
def is_sure_place(form: str) -> bool:
    """Whether ``form`` by itself is a place of the gazetteer and can be nothing else."""
    place = places.find_word(form)
    if place is None or len(form) < 3:
        return False
    if form.isupper():
        return form in places.acronyms()
    return (
        "v-common" not in (flags := vocabulary.flags(form))
        and "v-surname" not in flags
        and not persons.is_first_name(form)
    )


def with_known_people(
    forms: Sequence[str], labels: Sequence[int], capital: Sequence[int]
) -> Sequence[int]:
    """``labels`` with the bare surnames of persons whom the document names in full.

    A surname alone is easily taken for a place or a firm; beside a first name it is not.
    """
    known: Counter[str] = Counter()
    for i in capital:
        if labels[i] == _I_PER and labels[i + 1] != _I_PER and not persons.is_initial(forms[i]):
            known[persons.surname_key(forms[i])] += 1
    if not known:
        return labels
    changed: list[int] | None = None
    for i in capital:
        form = forms[i]
        if len(form) < 3 or labels[i] in (_B_PER, _I_PER):
            continue
        alone = not labels[i] or (labels[i] in (_PLACE, _B_ORG) and labels[i + 1] not in _LATER)
        if alone and persons.surname_key(form) in known and _may_be_bare(form, forms[i - 1]):
            changed = list(labels) if changed is None else changed
            changed[i] = _B_PER
    return labels if changed is None else changed


def _may_be_bare(form: str, before: str) -> bool:
    """Whether ``form`` can be a surname by itself: neither a common word, a place nor quoted."""
    return (
        before not in _OPENING
        and not form.isupper()
        and not is_sure_place(form)
        and "v-common" not in vocabulary.flags(form)
    )
