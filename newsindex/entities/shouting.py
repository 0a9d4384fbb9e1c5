"""Lines set in capitals, given the letters that the same words have elsewhere, for tagging."""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Sequence

from newsindex.entities.lexicon import first_names
from newsindex.entities.places import find
from newsindex.entities.stems import stem

_LEAST = 3  # words in capitals, one of them too long for an acronym, make a line a shouted one


def quieten(forms: Sequence[str], bounds: Sequence[int]) -> Sequence[str]:
    """``forms`` with the sentences that are all capitals in the letters of running text.

    A word is written as the rest of its document writes it; else with a capital if it is a first
    name or a place of the lists; else small. What is not shouted is given back as it is. Documents
    are the forms between one of ``bounds`` and the next.
    """
    capitals = itertools.compress(range(len(forms)), map(str.isupper, forms))
    loud = [i for i in capitals if len(forms[i]) > 5]
    if not loud:
        return forms
    quiet = list(forms)
    for number in sorted({bisect_right(bounds, i) for i in loud}):
        begin, end = bounds[number - 1], bounds[number]
        quiet[begin:end] = _quieten_document(quiet[begin:end])
    return quiet


def _quieten_document(forms: list[str]) -> list[str]:
    shouted: list[tuple[int, int]] = []
    start = 0
    for i in range(len(forms) + 1):
        if i == len(forms) or not forms[i]:
            if _is_shouted(forms[start:i]):
                shouted.append((start, i))
            start = i + 1
    if not shouted:
        return forms
    quiet = list(forms)
    within = {i for a, b in shouted for i in range(a, b)}
    known: dict[str, str] = {}
    for i, form in enumerate(forms):
        # The first word of a sentence tells nothing about its own letters.
        if form and i not in within and i and forms[i - 1]:
            known.setdefault(form.upper(), form)
            known.setdefault(stem(form), form)
    for i in within:
        form = forms[i]
        if form.isupper() and len(form) > 1 and not form.endswith("."):
            quiet[i] = _as_written(form, known)
    return quiet


def _is_shouted(forms: Sequence[str]) -> bool:
    words = [form for form in forms if form[0].isalpha() and len(form) > 1]
    capital = [form for form in words if form.isupper()]
    return (
        len(capital) >= _LEAST
        and len(capital) * 10 >= len(words) * 8
        and any(len(form) > 5 for form in capital)
    )


def _as_written(form: str, known: dict[str, str]) -> str:
    seen = known.get(form) or known.get(stem(form))
    if seen is not None:
        return form.lower() if seen.islower() else form if seen.isupper() else form.title()
    title = "-".join(part.capitalize() for part in form.split("-"))
    place = find([title])
    if place is not None:
        return form if place.ru.isupper() else title
    if stem(form) in first_names():
        return title
    return form if len(form) < 5 and _vowels(form) == 0 else form.lower()


def _vowels(form: str) -> int:
    return sum(c in "АОУЕИІЇЄЫЭЮЯЁ" for c in form)
