"""The lists of names and telling words that ship with the package, looked up by stem."""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple

from newsindex.entities.stems import locative, stem

DATA: Traversable = resources.files("newsindex.entities") / "data"


class Names(NamedTuple):
    """One line of a table: a label, and the spellings in Russian, Ukrainian and English."""

    label: str
    ru: tuple[str, ...]
    uk: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.ru + self.uk + self.en))


def read_table(name: str, labelled: bool = True) -> list[Names]:
    """The lines of the shipped table ``name``; ``labelled`` if its first column is a label."""
    return parse_table((DATA / name).read_text(encoding="utf-8"), labelled)


def parse_table(text: str, labelled: bool) -> list[Names]:
    """The lines of a tab-separated table, blank lines and lines of remark (#) left out."""
    rows = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        cells = line.split("\t")
        label = cells.pop(0) if labelled else ""
        spellings = [tuple(n.strip() for n in cell.split("|") if n.strip()) for cell in cells]
        spellings += [()] * (3 - len(spellings))
        rows.append(Names(label, *spellings[:3]))
    return rows


@functools.cache
def telling_words() -> dict[str, dict[str, None]]:
    """Classes of telling words (``title``, ``body`` ...): the words of each, in the nominative."""
    table = tomllib.loads((DATA / "words.toml").read_text(encoding="utf-8"))
    return {name: dict.fromkeys(entry["words"].split()) for name, entry in table.items()}


_DECLINED = ("title", "body", "place", "weapon")


@functools.cache
def class_by_stem() -> dict[str, tuple[str, ...]]:
    """stem -> the classes of telling words that decline (offices, bodies, kinds of place)."""
    found: dict[str, list[str]] = {}
    for name in _DECLINED:
        for word in telling_words()[name]:
            classes = found.setdefault(stem(word), [])
            if name not in classes:
                classes.append(name)
    return {key: tuple(classes) for key, classes in found.items()}


@functools.cache
def class_by_form() -> dict[str, tuple[str, ...]]:
    """Lower-case form -> the classes of telling words that are listed as they stand."""
    found: dict[str, list[str]] = {}
    for name, words in telling_words().items():
        if name not in (*_DECLINED, "description"):
            for word in words:
                found.setdefault(word, []).append(name)
    return {form: tuple(dict.fromkeys(classes)) for form, classes in found.items()}


_OBLIQUE = "~"  # before a form that is no nominative


class FirstName(NamedTuple):
    """A first name: its key, its gender (``m``, ``f``) and its nominative in both languages."""

    key: str
    gender: str
    ru: str
    uk: str


@functools.cache
def first_names() -> dict[str, tuple[FirstName, ...]]:
    """stem -> the first names that have it (Александр and Александра share one)."""
    found: dict[str, list[FirstName]] = {}
    for gender, ru, uk, _ in read_table("first_names.tsv"):
        key = stem(ru[0])
        pairs = [(form, (form, uk[0])) for form in ru] + [(form, (ru[0], form)) for form in uk]
        for form, shown in pairs:
            spelling = form.removeprefix(_OBLIQUE)
            name = FirstName(key, gender, *(shown if spelling == form else (ru[0], uk[0])))
            # Ибрахимом keeps some of what looks like an ending in Ибрахим.
            longer = [stem(spelling + "а")] if spelling[-1] in "мх" else []
            for base in dict.fromkeys([stem(spelling), *longer]):
                entries = found.setdefault(base, [])
                if all(e.gender != gender for e in entries):
                    entries.append(name)
    for gender, ru, uk, _ in read_table("first_names.tsv"):
        # Ользі, Вероніці: a woman's dative, where it is no form of another name.
        for spelling in filter(None, map(locative, uk if gender == "f" else ())):
            found.setdefault(stem(spelling), [FirstName(stem(ru[0]), gender, ru[0], uk[0])])
    return {key: tuple(entries) for key, entries in found.items()}


@functools.cache
def first_name_spellings() -> frozenset[str]:
    """Every nominative of a first name in the table, as it is written."""
    names = (name for row in read_table("first_names.tsv") for name in row.all)
    return frozenset(name for name in names if not name.startswith(_OBLIQUE))
