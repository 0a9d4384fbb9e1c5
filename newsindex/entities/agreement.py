"""Corrections of labels that the lists or the rest of the document are surer of than the tagger."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import numpy as np

from newsindex.entities import organisations, persons, places, vocabulary
from newsindex.entities.building import built
from newsindex.entities.labels import Labels, Mask, begin_of, end_of, where
from newsindex.entities.lexicon import first_name_spellings
from newsindex.entities.stems import stem
from newsindex.entities.tokens import OPENING_QUOTES
from newsindex.entities.weights import LABELS

_B_PER, _I_PER = LABELS.index("B-PER"), LABELS.index("I-PER")
_B_ORG, _I_ORG = LABELS.index("B-ORG"), LABELS.index("I-ORG")
_PLACE, _IN_PLACE = LABELS.index("B-LOC"), LABELS.index("I-LOC")
_SINGLE = frozenset((_B_PER, _B_ORG))
_BODY = frozenset((_B_ORG, _I_ORG))


def _later(labels: Labels) -> Mask:
    """Which of ``labels`` are those of the second or a further word of a name."""
    found: Mask = (labels > 0) & (labels % 2 == 0)  # as LABELS has them
    return found


def _before(mask: Mask) -> Mask:
    """For each token, ``mask`` of the one before."""
    found: Mask = np.concatenate(([False], mask[:-1]))
    return found


def _after(mask: Mask) -> Mask:
    """For each token, ``mask`` of the one after."""
    found: Mask = np.concatenate((mask[1:], [False]))
    return found


def _is_body(labels: Labels) -> Mask:
    found: Mask = (labels == _B_ORG) | (labels == _I_ORG)
    return found


def corrected(forms: Sequence[str], labels: Labels, capital: Mask, bounds: Sequence[int]) -> Labels:
    """The labels of some documents (see `Tokens` for their ``forms``) after every correction.

    ``capital`` tells which forms begin with a capital letter; a document is the forms between one
    of ``bounds`` and the next. Every correction looks only where labels and capitals let it: it
    finds those places in the arrays at once and reads the forms there.
    """
    labels = with_listed_places(forms, labels, capital)
    labels = with_countries(forms, labels, capital)
    labels = with_parted_places(forms, labels, capital)
    labels = with_parted_people(forms, labels, capital)
    labels = built(forms, labels, capital)
    labels = with_acquaintances(forms, labels, capital, bounds)
    labels = with_known_people(forms, labels, capital, bounds)
    return with_votes(forms, labels, capital, bounds)


def with_listed_places(forms: Sequence[str], labels: Labels, capital: Mask) -> Labels:
    """``labels`` with the places that the tagger missed though the gazetteer is sure of them.

    Sure are names that are neither a word nor a name of persons. Lists of results, tables and
    datelines have no context that would tell a place. A single word in quotation marks is left
    alone: it may be a team or a firm.
    """
    missed = capital & ((labels == 0) | (labels == _B_PER) | _is_body(labels))
    changed = labels.copy()
    for i in where(missed):
        if not is_sure_place(forms[i]):
            continue
        own, after = int(labels[i]), int(labels[i + 1])
        alone = own in _SINGLE and (after == 0 or after % 2 == 1)
        listed = own in _BODY and (forms[i - 1] == "," or forms[i + 1] == ",")
        if not own or ((alone or listed) and forms[i - 1] not in OPENING_QUOTES):
            changed[i] = _PLACE
            if after in _BODY and forms[i + 1] == ",":
                changed[i + 1] = 0
    return changed


def with_countries(forms: Sequence[str], labels: Labels, capital: Mask) -> Labels:
    """``labels`` with a country in the genitive as the end of the body that it follows.

    Секретариат по вопросам безопасности Японии is one name, Госдума России another.
    """
    changed = labels.copy()
    for i in where(capital & (labels == _PLACE) & _before(_is_body(labels))):
        if not _is_genitive(forms[i]):
            continue
        begin = begin_of(labels, i - 1)
        if any(map(organisations.is_head, forms[begin:i])):
            changed[i] = _I_ORG
    return changed


_REGIONS = frozenset(map(stem, "область обл район округ край громада".split()))
_STATES = frozenset(map(stem, "штат графство провинция провінція".split()))
_JOINING = frozenset((",", "и", "та", "й", "і", "або", "или"))


def with_parted_places(forms: Sequence[str], labels: Labels, capital: Mask) -> Labels:
    """``labels`` with a town and its region as two places, and with two countries as two.

    Малин Житомирської області, Толедо, штат Огайо, (допомога) США Україні; but Київська та Одеська
    області.
    """
    changed = labels.copy()
    for i in where(capital & (labels == _IN_PLACE)):
        before = forms[i - 1]
        region = labels[i + 1] == _IN_PLACE and stem(forms[i + 1]) in _REGIONS
        if region and before not in _JOINING and places.is_adjective(forms[i]):
            changed[i] = _PLACE
        if stem(before) in _STATES and forms[i - 2] == "," and labels[i - 2] == _IN_PLACE:
            changed[i - 2], changed[i - 1] = 0, _PLACE
        if places.is_country(before) and places.is_country(forms[i]):
            begin = begin_of(labels, i)
            # Соединённые Штаты Америки are one.
            if places.find(list(forms[begin : end_of(labels, begin)])) is None:
                changed[i] = _PLACE
    return changed


def with_parted_people(forms: Sequence[str], labels: Labels, capital: Mask) -> Labels:
    """``labels`` with a person apart from the name in the genitive that stands before.

    Советник Коваля Пётр Сова, губернатор Айовы Джон Смит, ректор КНУ Инесса Кравец; but
    Иванов Пётр Сергеевич and Фонд Бориса Ельцина are one name each.
    """
    inside = (labels == _I_PER) | (labels == _I_ORG)
    changed = labels.copy()
    for i in where(capital & inside & _after(capital)):
        before, name = forms[i - 1], forms[i]
        if not persons.is_first_name(name) or persons.is_patronymic(forms[i + 1]):
            continue
        three = labels[i + 1] == _I_PER and labels[i - 1] == _B_PER
        label = _label_before(before, name, int(labels[i - 1]), int(labels[i]), three)
        if label is not None:
            changed[i - 1], changed[i], changed[i + 1] = label, _B_PER, _I_PER
    return changed


def _label_before(before: str, name: str, was: int, label: int, three: bool) -> int | None:
    """What ``before`` is if it is no part of the name that ``name`` begins; None if it may be.

    ``three`` tells that the name goes on after ``name``: советника Трампа Пола Смита names two.
    """
    if label == _I_ORG:
        nominative = name in first_name_spellings() and name[-1] not in "ая"
        return was if nominative and before.isupper() and len(before) > 1 else None
    if was != _B_PER or persons.is_first_name(before) or persons.is_initial(before):
        return None
    if is_sure_place(before):
        return _PLACE
    declined = before[-1] in "аяуюыої"
    if declined and three and "v-common" not in vocabulary.flags(before):
        return _B_PER
    declined &= name[-1] not in "аяуюыої"
    return _B_PER if declined and persons.looks_like_surname(before) else None


def _is_genitive(form: str) -> bool:
    """Whether ``form`` is a country and not in the nominative (acronyms do not tell)."""
    return places.is_country(form) and (form.isupper() or form[-1] in "иыіїу")


@functools.lru_cache(maxsize=50_000)
def is_sure_place(form: str) -> bool:
    """Whether ``form`` by itself is a place of the gazetteer and can be nothing else."""
    place = places.find_word(form)
    if place is None or place.kind == "town" or len(form) < 3:
        return False  # a small town may share its name with a person
    if form.isupper():
        return form in places.acronyms()
    return (
        "v-common" not in (flags := vocabulary.flags(form))
        and "v-surname" not in flags
        and not persons.is_first_name(form)
    )


def with_acquaintances(
    forms: Sequence[str], labels: Labels, capital: Mask, bounds: Sequence[int]
) -> Labels:
    """``labels`` with two persons where a surname that the document knows stands before a name.

    The wife of Мандела is жена Манделы Граса Машел: one who is named in full elsewhere is no part
    of the name of another.
    """
    inside = labels == _I_PER
    known: dict[int, dict[str, set[str]]] = {}  # number of the document -> surname -> first names
    unclear: list[tuple[int, int, int]] = []  # document, first word, last word
    for i in where(capital & inside & ~_after(inside)):
        number, begin = bisect_right(bounds, i), begin_of(labels, i)
        full = persons.is_first_name(forms[begin])
        if not persons.is_initial(forms[i]):
            first = persons.first_key(forms[begin])
            surnames = known.setdefault(number, {})
            surnames.setdefault(persons.surname_key(forms[i]), set()).add(first)
        if begin < i and (i - begin > 1 or not full):
            unclear.append((number, begin, i))
    changed = labels
    for number, begin, i in unclear:
        surnames = known.get(number, {})
        parted = _second_person(forms, begin, i, surnames) if len(surnames) > 1 else 0
        if parted:
            changed = labels.copy() if changed is labels else changed
            changed[parted] = _B_PER
    return changed


_DECLINED = re.compile(r"\w{3}(?:[аяуюыи]|[оеиы]й|[оеиы]м)\Z")


def _second_person(
    forms: Sequence[str], begin: int, last: int, surnames: dict[str, set[str]]
) -> int:
    """Where a second person begins in the name from ``begin`` to ``last``; 0 if there is none."""
    if begin == last:
        return 0
    first, second = forms[begin : begin + 2]
    if persons.is_patronymic(second) or persons.is_patronymic(forms[last]):
        return 0
    if not persons.is_first_name(first):
        named = surnames.get(persons.surname_key(first))
        if named is None or persons.is_first_name(second) or persons.is_initial(second):
            return 0
        alike = persons.first_key(second) in named or first[-1] == second[-1]
        return begin + 1 if _DECLINED.search(first) and not alike else 0
    if last - begin == 2:
        own = persons.first_key(first)
        other = surnames.get(persons.surname_key(forms[last]), set()) - {own}
        return last if other and own in surnames.get(persons.surname_key(second), ()) else 0
    return 0


def with_known_people(
    forms: Sequence[str], labels: Labels, capital: Mask, bounds: Sequence[int]
) -> Labels:
    """``labels`` with the bare surnames of persons whom the document names in full.

    A surname alone is easily taken for a place or a firm; beside a first name it is not.
    """
    last = capital & (labels == _I_PER) & ~_after(labels == _I_PER)
    known: dict[int, set[str]] = {}  # number of the document -> keys of surnames
    for i in where(last):
        if not persons.is_initial(forms[i]):
            known.setdefault(bisect_right(bounds, i), set()).add(persons.surname_key(forms[i]))
    if not known:
        return labels
    alone = ((labels == _PLACE) | (labels == _B_ORG)) & ~_after(_later(labels))
    candidates = where(capital & ((labels == 0) | alone))
    changed = labels.copy()
    for number, surnames in known.items():
        low = bisect_left(candidates, bounds[number - 1])
        high = bisect_left(candidates, bounds[number])
        for i in candidates[low:high]:
            form = forms[i]
            named = len(form) >= 3 and persons.surname_key(form) in surnames
            if named and _may_be_bare(form, forms[i - 1], labels[i] == _PLACE):
                changed[i] = _B_PER
    return changed


def _may_be_bare(form: str, before: str, is_name: bool) -> bool:
    """Whether ``form`` can be a surname by itself: neither a common word (unless it ``is_name``
    of whatever kind, as Садового beside Александр Садовый), a place nor quoted."""
    return (
        before not in OPENING_QUOTES
        and not form.isupper()
        and not is_sure_place(form)
        and (
            "v-common" not in vocabulary.flags(form)
            or persons.is_listed(form)
            or (is_name and places.find_word(form) is None)
        )
    )


def with_votes(
    forms: Sequence[str], labels: Labels, capital: Mask, bounds: Sequence[int]
) -> Labels:
    """``labels`` with one kind for a word that its document takes for two, if most say which.

    Only names of one word change; a surname within a name in full has a vote, too.
    """
    last = (labels > 0) & ~_after(_later(labels))
    votes: dict[tuple[int, str], list[int]] = {}
    for i in where(capital & last & (~_later(labels) | (labels == _I_PER))):
        votes.setdefault((bisect_right(bounds, i), stem(forms[i])), []).append(i)
    changed = labels
    for same in votes.values():
        if len(same) < 3:
            continue
        kinds = [(int(labels[i]) - 1) // 2 for i in same]
        most = max(kinds, key=kinds.count)
        if len(kinds) > kinds.count(most) >= len(kinds) * 2 / 3:
            changed = changed.copy()
            for i in same:
                if labels[i] % 2 and forms[i - 1] not in OPENING_QUOTES:
                    changed[i] = 1 + 2 * most
    return changed
