"""Keys: under which an article is found by its names, and which a filter of a query asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsindex.entities import homes, organisations, persons, places
from newsindex.entities.mentions import clean_key, person_key
from newsindex.entities.model import FINDING_BODY, FINDING_PERSON, Mention, is_facet_key
from newsindex.errors import InvalidArgument
from newsindex.model import ENTITY_KINDS

_WORD = re.compile(r"[^\W_]+(?:[-‐‑'’ʼ`][^\W_]+)*")


def document_keys(mentions: Iterable[Mention]) -> dict[str, str]:
    """Every key under which an article with ``mentions`` is found -> the name to show for it.

    Among them is each mention's own ``key``, one a person, body or place: those are what a facet
    counts. Besides, a person is found by surname alone (``person?ермак``), or by either half of one
    with a hyphen, by surname and initial (``person?ермак|а``, where no table has the first name
    also ``person?ермак|а|~``), and by first name and the sound of a foreign surname
    (``person?~штнмр|франк-валтер``), a body by the words that stand there (``org?сбу``); their
    names are those of the person or body, too.
    """
    keys: dict[str, str] = {}
    for mention in mentions:
        keys.setdefault(mention.key, mention.name)
        if mention.kind == "person":
            surname, *given = mention.key.removeprefix("person:").split("|")
            for part in (surname, *filter(None, surname.split("-"))):
                keys.setdefault(finding_key(part), mention.name)
                if given:
                    keys.setdefault(finding_key(f"{part}|{given[0]}"), mention.name)
                if given[1:] and persons.is_guess(given[1]):
                    keys.setdefault(finding_key(f"{part}|{given[0]}|~"), mention.name)
            if given[1:] and (sound := persons.sound_of(surname)):
                keys.setdefault(finding_key(f"~{sound}|{given[1]}"), mention.name)
        elif mention.kind == "org":
            literal = clean_key("org", organisations.literal_key(mention.text))
            keys.setdefault(literal.replace("org:", FINDING_BODY, 1), mention.name)
            # What the words alone would be, where the document told more.
            bare = homes.bare_part(mention.key.removeprefix("org:"))
            for own in (organisations.key_of(mention.text)[0], bare):
                if own is not None and clean_key("org", own) != mention.key:
                    found = clean_key("org", own).replace("org:", FINDING_BODY, 1)
                    keys.setdefault(found, mention.name)
    return keys


def finding_key(key: str) -> str:
    """``key`` of a person as one that is there to be found by, not to be counted."""
    return FINDING_PERSON + clean_key("person", key).removeprefix("person:")


def query_keys(kind: str, text: str) -> tuple[str, ...]:
    """The keys that a filter asks for; an article that has any of them matches.

    ``kind`` is person, org or place. ``person:Ермак`` asks for everyone of that surname;
    ``person:"Андрей Ермак"`` for him, for А. Ермак, and for an Ермак whose first name the article
    does not tell, or tells by a word in А that is in no table. Empty for a text without letters or
    digits. Raises InvalidArgument for another kind.
    """
    if kind not in ENTITY_KINDS:
        raise InvalidArgument(
            f"expected a kind of name out of {', '.join(ENTITY_KINDS)}, found {kind!r}"
        )
    words = _WORD.findall(text)
    if not words:
        return ()
    if kind == "person":
        return tuple(dict.fromkeys(_person_keys(text)))
    if kind == "place":
        # Typed small, сша is the acronym all the same.
        spelled = [words, [w.upper() if w.upper() in places.acronyms() else w for w in words]]
        keys = [places.key_of(s)[0] for s in spelled]
    else:
        keys = []
        for name in dict.fromkeys((text, organisations.with_capitals(text))):
            keys += organisations.key_of(name)[0], organisations.literal_key(name)
            keys += organisations.user_keys(name)
    found = [clean_key(kind, key) for key in keys]
    if kind == "org":
        found += [key.replace("org:", FINDING_BODY, 1) for key in found]
    return tuple(dict.fromkeys(found))


def meant_keys(kind: str, text: str) -> tuple[str, ...]:
    """The keys that mentions of what ``text`` names can have; one that ends in ``|`` is what keys
    begin with. For who is typed in the other language, in another case or in Latin letters.

    Empty for a text without letters or digits. Raises InvalidArgument for another kind.
    """
    keys = query_keys(kind, text)
    if kind != "person" or not keys:
        return tuple(filter(is_facet_key, keys))
    person = clean_key(kind, person_key(persons.name_of(persons.split(text))))
    return person, person + "|"


def _person_keys(text: str) -> list[str]:
    parts = persons.split(text)
    name = persons.name_of(parts)
    if not name.initial:  # Павла may be a first name or a surname
        surname = persons.surname_key(parts.surname.split()[-1])
        return [finding_key(name.surname), finding_key(surname)]
    if not name.first:
        return [
            finding_key(f"{name.surname}|{name.initial}"),
            clean_key("person", name.surname),
        ]
    known = "" if persons.is_guess(name.first) else "|~"
    sound = persons.sound_of(name.surname)
    alike = [finding_key(f"~{sound}|{name.first}")] if sound else []
    return [
        clean_key("person", person_key(name)),
        clean_key("person", f"{name.surname}|{name.initial}"),
        clean_key("person", name.surname),
        # A first name that no table has is spelled in many ways: its initial is enough.
        finding_key(f"{name.surname}|{name.initial}{known}"),
        *alike,
    ]
