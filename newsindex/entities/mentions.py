"""From spans to mentions: keys and display names, settled within the document."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Sequence

from newsindex.entities import homes, organisations, persons, places
from newsindex.entities.display import body_name, place_name
from newsindex.entities.model import Field, Kind, Mention
from newsindex.entities.persons import Parts, PersonName

_UNKNOWN = ("", "")  # key and name, until they are settled
_WORD = re.compile(r"[^\W_]+(?:[-‐‑'’ʼ`][^\W_]+)*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_JOINED = 4  # characters between two names that и or a comma joins
MAX_KEY = 120  # characters
MAX_NAME = 300  # characters of a mention that its key and its name are made of


@dataclasses.dataclass(frozen=True, slots=True)
class Span:
    """A name as an extractor finds it, before its key is known."""

    kind: Kind
    start: int
    stop: int
    field: Field
    text: str


def settle(
    spans: Sequence[Span], language: str | None, home: str | None = None
) -> tuple[Mention, ...]:
    """Keys and display names for the names of one document, in the order given; ``home`` is the key
    of the country whose bodies it calls by bare names (see `homes.home_of`).

    A bare surname is taken for the person of that surname whom the document names in full, the one
    named last where there are several; an acronym for the body it abbreviates; a ministry without a
    country for that of the only country whose ministry the document names, else of ``home``.
    """
    whole = spans
    if any(len(s.text) > MAX_NAME for s in spans):
        spans = [dataclasses.replace(s, text=s.text[:MAX_NAME]) for s in spans]
    keyed = [_place(s.text, language) if s.kind == "place" else _UNKNOWN for s in spans]
    people = [i for i, s in enumerate(spans) if s.kind == "person"]
    if people:
        found = _people([spans[i] for i in people], language)
        for i, value in zip(people, found, strict=True):
            keyed[i] = value
    bodies = [i for i, s in enumerate(spans) if s.kind == "org"]
    if bodies:
        found = _bodies([spans[i].text for i in bodies], language, home)
        for i, value in zip(bodies, found, strict=True):
            keyed[i] = value
    return tuple(
        [
            Mention(s.kind, s.start, s.stop, s.field, s.text, clean_key(s.kind, key), name)
            for s, (key, name) in zip(whole, keyed, strict=True)
        ]
    )


@functools.lru_cache(maxsize=50_000)
def clean_key(kind: str, key: str) -> str:
    """``key`` under the prefix of its kind, without control characters, of bounded length."""
    return f"{kind}:{_CONTROL.sub(' ', key)[:MAX_KEY]}"


@functools.lru_cache(maxsize=50_000)
def _place(text: str, language: str | None) -> tuple[str, str]:
    words = _WORD.findall(text)
    key, place = places.key_of(words or [text])
    return key, place_name(words or [text], place, language)


def _bodies(texts: Sequence[str], language: str | None, home: str | None) -> list[tuple[str, str]]:
    found = list(map(organisations.key_of, texts))
    keys = [key for key, _ in found]
    full = {organisations.initials(text): i for i, text in enumerate(texts) if " " in text}
    if full:
        for i, text in enumerate(texts):
            if found[i][1] is None and text.isupper() and text in full:
                keys[i] = keys[full[text]]
    keys = homes.of_one_country(keys, home)
    forms: dict[str, dict[str, None]] = {}
    for key, text in zip(keys, texts, strict=True):
        forms.setdefault(key, {})[text] = None
    names = {
        key: body_name(tuple(own), organisations.body_of(key), language)
        for key, own in forms.items()
    }
    return [(key, names[key]) for key in keys]


def _people(spans: Sequence[Span], language: str | None) -> list[tuple[str, str]]:
    parts = [persons.split(span.text) for span in spans]
    _share_surnames(spans, parts)
    names = list(map(persons.name_of, parts))
    if not all(name.first for name in names) and len(names) > 1:
        _complete(names, parts)
    groups: dict[PersonName, list[Parts]] = {}
    for name, part in zip(names, parts, strict=True):
        groups.setdefault(name, []).append(part)
    shown = {
        name: persons.nominative(_own(group, name), language) for name, group in groups.items()
    }
    return [(person_key(name), shown[name]) for name in names]


def _share_surnames(spans: Sequence[Span], parts: list[Parts]) -> None:
    """Give the surname of a family to all who stand before it: Вера и Илья Политковские."""
    for i in range(len(spans) - 2, -1, -1):
        gap = spans[i + 1].start - spans[i].stop
        if not 0 < gap <= _JOINED or spans[i].field != spans[i + 1].field or parts[i].first:
            continue
        surname, first, rest = parts[i + 1]
        own = persons.of_one(surname, first) if first else ""
        if own and persons.is_first_name(parts[i].surname):
            parts[i + 1] = Parts(own, first, rest)
            parts[i] = Parts(persons.of_one(surname, parts[i].surname), parts[i].surname)


def _complete(names: list[PersonName], parts: Sequence[Parts]) -> None:
    """Put those whom a document names in full in the place of those whom it means by less."""
    full = _Known()
    for name in reversed(names):
        full.add(name)
    by_first = {n.first: n for n in names if n.first}
    known = _Known()
    for i, name in enumerate(names):
        if not name.first:
            names[i] = _person_meant(name, parts[i], (known, full), by_first)
        known.add(names[i])


class _Known:
    """Persons of whom a document tells a first name or an initial; the last one added is meant."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str | None], tuple[int, PersonName]] = {}
        self._added = 0

    def add(self, name: PersonName) -> None:
        self._added += 1
        if name.first or name.initial:
            self._names[name.surname, None] = self._added, name
        if name.first:
            self._names[name.surname, name.initial] = self._added, name

    def richer(self, name: PersonName) -> PersonName | None:
        """The person of whom ``name``, which has no first name, may be told with less."""
        initials = (name.initial, "") if name.initial else (None,)
        found = [self._names[key] for i in initials if (key := (name.surname, i)) in self._names]
        return max(found)[1] if found else None


def _own(group: list[Parts], name: PersonName) -> tuple[Parts, ...]:
    """The mentions of a group that hold its surname; a bare first name tells no surname."""
    if len(group) == 1:
        return (group[0],)
    own = tuple(dict.fromkeys(p for p in group if persons.name_of(p).surname == name.surname))
    return own or tuple(dict.fromkeys(group))


def _person_meant(
    name: PersonName,
    parts: Parts,
    known: Sequence[_Known],
    by_first: dict[str, PersonName],
) -> PersonName:
    found = _richer(name, known)
    if found is None and not parts.first:  # "Дональд" in a text that names Дональд Трамп
        found = by_first.get(persons.first_key(parts.surname))
        surname = persons.surname_key(parts.surname.split()[-1])
        if found is None and surname != name.surname:  # Микита, of Иван Микита
            found = _richer(name._replace(surname=surname), known)
    return found or name


def _richer(name: PersonName, known: Sequence[_Known]) -> PersonName | None:
    """The person that ``name`` means by less, of the first of ``known`` that has one."""
    return next(filter(None, (each.richer(name) for each in known)), None)


def person_key(name: PersonName) -> str:
    """The key of a person as far as the document tells: surname, initial, first name."""
    return "|".join(filter(None, (name.surname, name.initial, name.first)))
