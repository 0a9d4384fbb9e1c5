"""From labelled tokens to spans: where in the text each name begins and ends."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from newsindex.entities import persons, places, vocabulary
from newsindex.entities.lexicon import class_by_stem
from newsindex.entities.model import Kind
from newsindex.entities.stems import stem
from newsindex.entities.tokens import CLOSING_QUOTES, OPENING_QUOTES, Tokens
from newsindex.entities.weights import LABELS

_KINDS: dict[str, Kind] = {"PER": "person", "ORG": "org", "LOC": "place"}
_INSIDE = [LABELS.index("I-" + label[2:]) if label != "O" else 0 for label in LABELS]
_PAIRS = (("«", "»"), ("„", "“"), ("“", "”"), ('"', '"'))
_QUOTED = 60  # characters within which a quotation mark is closed
_ALL_QUOTES = "'\"«»“”„"
_ENDING = "!+#\u0301"  # Yahoo!, C++, C#; an accent


def names_in(
    text: str, tokens: Tokens, labels: npt.NDArray[np.intp]
) -> Iterator[tuple[Kind, int, int]]:
    """The names that ``labels`` mark in ``tokens`` of ``text``: kind, start and stop in the text.

    Quotation marks around a name are no part of it, and an emoji or a bullet parts two. An office
    (Президент, Премьер-министр) that is neither quoted nor a surname or a town names nobody by
    itself.
    """
    forms = tokens.forms
    marked = np.flatnonzero(labels)
    numbers = labels[marked].tolist()
    # A name goes on while its own label of later words does, without a gap.
    inner: list[tuple[int, int, int]] = []
    for i, label in zip(marked.tolist(), numbers, strict=True):
        if not forms[i] or _is_sign(forms[i]):
            continue
        if inner and inner[-1][2] == i and label == _INSIDE[inner[-1][0]]:
            inner[-1] = (inner[-1][0], inner[-1][1], i + 1)
        else:
            inner.append((label, i, i + 1))
    if not inner:
        return
    starts = tokens.starts[[begin for _, begin, _ in inner]].tolist()
    stops = tokens.stops[[end - 1 for _, _, end in inner]].tolist()
    limits = [*starts[1:], len(text)]
    for (label, _, _), low, high, limit in zip(inner, starts, stops, limits, strict=True):
        kind = _KINDS[LABELS[label][2:]]
        start, stop = _trimmed(text, kind, low, high)
        if kind == "org" and text[stop - 1] not in CLOSING_QUOTES:
            stop = _closed(text, start, stop, limit)
        quoted = text[max(0, start - 1) : start] in OPENING_QUOTES
        if start < stop and (quoted or not _is_office(text[start:stop])):
            yield kind, start, stop


@functools.lru_cache(maxsize=50_000)
def _is_sign(form: str) -> bool:
    """Whether a token is an emoji, a bullet or the like, which stands in no name."""
    if len(form) > 1 or form.isalnum():
        return False
    return form in "|•*\ufe0f" or (unicodedata.category(form) in ("So", "Cf", "Cn") and form != "№")


def _closed(text: str, start: int, stop: int, limit: int) -> int:
    """Where a name ends that a quotation mark within it goes on from: Фонд «Круг | добра»."""
    for opening, closing in _PAIRS:
        name = text[start:stop]
        is_open = (
            name.count('"') % 2 if opening == '"' else name.rfind(opening) > name.rfind(closing)
        )
        if is_open:
            end = text.find(closing, stop, min(limit, stop + _QUOTED))
            if end >= 0 and not any(c in "\n.!?" + opening for c in text[stop:end]):
                return end + 1
    return stop


@functools.lru_cache(maxsize=50_000)
def _is_office(name: str) -> bool:
    """Whether ``name`` is one word that tells an office and nothing else."""
    return (
        "title" in class_by_stem().get(stem(name), ())
        and "v-surname" not in vocabulary.flags(name)
        and not persons.is_first_name(name)
        and places.find_word(name) is None
    )


def _trimmed(text: str, kind: Kind, start: int, stop: int) -> tuple[int, int]:
    """Where the name from ``start`` to ``stop`` begins and ends, without the marks, signs and emoji
    around it; an empty span if it has no letter or digit."""
    quoted = _ALL_QUOTES if kind == "org" and any(c in text[start:stop] for c in '«“„"') else ""
    ending = quoted + (_ENDING + "." if kind == "person" else _ENDING)
    while start < stop and not (text[start].isalnum() or text[start] in quoted):
        start += 1
    while start < stop and not (text[stop - 1].isalnum() or text[stop - 1] in ending):
        stop -= 1
    return (start, stop) if any(c.isalnum() for c in text[start:stop]) else (start, start)
