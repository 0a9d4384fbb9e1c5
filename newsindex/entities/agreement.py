"""Corrections of labels that the lists or the rest of the document are surer of than the tagger."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence

from newsindex.entities import organisations, persons, places, vocabulary
from newsindex.entities.weights import LABELS

_B_PER, _I_PER = LABELS.index("B-PER"), LABELS.index("I-PER")
_B_ORG, _I_ORG = LABELS.index("B-ORG"), LABELS.index("I-ORG")
_PLACE = LABELS.index("B-LOC")
_SINGLE = frozenset((_B_PER, _B_ORG))
_BODY = frozenset((_B_ORG, _I_ORG))
_LATER = frozenset(i for i, label in enumerate(LABELS) if label.startswith("I-"))
_OPENING = frozenset('«"“„')


def corrected(forms: Sequence[str], labels: Sequence[int]) -> Sequence[int]:
    """The labels of one document (see `Tokens` for its ``forms``) after every correction."""
    labels = with_listed_places(forms, labels)
    labels = with_countries(forms, labels)
    return with_known_people(forms, labels)


def with_listed_places(forms: Sequence[str], labels: Sequence[int]) -> Sequence[int]:
    """``labels`` with the places that the tagger missed though the gazetteer is sure of them.

    Sure are names that are neither a word nor a name of persons. Lists of results, tables and
    datelines have no context that would tell a place. A single word in quotation marks is left
    alone: it may be a team or a firm.
    """
    sure = [i for i, form in enumerate(forms) if form[:1].isupper() and is_sure_place(form)]
    changed = list(labels)
    for i in sure:
        alone = labels[i] in _SINGLE and labels[i + 1] not in _LATER
        listed = labels[i] in _BODY and (forms[i - 1] == "," or forms[i + 1] == ",")
        if not labels[i] or ((alone or listed) and forms[i - 1] not in _OPENING):
            changed[i] = _PLACE
            if labels[i + 1] in _BODY:
                changed[i + 1] = 0 if forms[i + 1] == "," else changed[i + 1]
    return changed


def with_countries(forms: Sequence[str], labels: Sequence[int]) -> Sequence[int]:
    """``labels`` with a country in the genitive as the end of the body that it follows.

    Секретариат по вопросам безопасности Японии is one name, Госдума России another.
    """
    changed: list[int] | None = None
    head = False  # whether the name before began with a noun that heads bodies
    for i, label in enumerate(labels):
        if label == _B_ORG:
            head = organisations.is_head(forms[i])
        elif label == _I_ORG:
            head = head or organisations.is_head(forms[i])
        elif label == _PLACE and head and labels[i - 1] in _BODY and _is_genitive(forms[i]):
            changed = list(labels) if changed is None else changed
            changed[i] = _I_ORG
            head = False
        else:
            head = False
    return labels if changed is None else changed


def _is_genitive(form: str) -> bool:
    """Whether ``form`` is a country and not in the nominative (acronyms do not tell)."""
    place = places.find([form])
    return place is not None and place.kind == "country" and (form.isupper() or form[-1] in "иыіїу")


@functools.lru_cache(maxsize=50_000)
def is_sure_place(form: str) -> bool:
    """Whether ``form`` by itself is a place of the gazetteer and can be nothing else."""
    place = places.find([form])
    if place is None or len(form) < 3:
        return False
    if form.isupper():
        return form in places.acronyms()
    return (
        "v-common" not in (flags := vocabulary.flags(form))
        and "v-surname" not in flags
        and not persons.is_first_name(form)
    )


def with_known_people(forms: Sequence[str], labels: Sequence[int]) -> Sequence[int]:
    """``labels`` with the bare surnames of persons whom the document names in full.

    A surname alone is easily taken for a place or a firm; beside a first name it is not.
    """
    known: Counter[str] = Counter()
    for i, label in enumerate(labels):
        if label == _I_PER and labels[i + 1] != _I_PER and not persons.is_initial(forms[i]):
            known[persons.surname_key(forms[i])] += 1
    if not known:
        return labels
    changed: list[int] | None = None
    for i, form in enumerate(forms):
        if not form[:1].isupper() or len(form) < 3 or labels[i] in (_B_PER, _I_PER):
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
