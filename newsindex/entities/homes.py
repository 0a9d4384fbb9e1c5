"""Bodies that every country has one of: whose is meant where a text does not say."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from newsindex.entities.organisations import Body, aliases, bodies_by_key, country_keys
from newsindex.entities.stems import stem

_MINISTRY = stem("министерство") + " "
# Domain of a site -> the key of its country.
_HOMES = {domain: stem("Россия") for domain in ("ru", "рф", "su")} | {"ua": stem("Украина")}
_BARE = tuple(f" {country}" for country in _HOMES.values())


@functools.cache
def _common() -> dict[str, Body]:
    """By their keys the bodies of the tables that every country has: a ministry without a country,
    and what is another body of the tables with a country behind it (МИД, МИД России)."""
    countries, bodies = country_keys(), bodies_by_key()
    # МЧС России is МЧС in the table: that body has its country already.
    of_one = {body.key for k, body in aliases().items() if not countries.isdisjoint(k.split(" "))}
    return {
        key: body
        for key, body in bodies.items()
        if key not in of_one
        and (
            key.startswith(_MINISTRY) or any(f"{key} {country}" in bodies for country in countries)
        )
    }


def common_part(key: str) -> str | None:
    """Of the key of one country's МИД that of every МИД; None for a body that is no such one."""
    rest, _, country = key.rpartition(" ")
    return rest if country in country_keys() and rest in _common() else None


def bare_part(key: str) -> str | None:
    """`common_part` of a body that the news in these languages call by its bare name: МИД alone is
    that of Russia or Ukraine, and rarely that of Peru."""
    return common_part(key) if key.endswith(_BARE) else None


def of_one_country(keys: Sequence[str], home: str | None) -> list[str]:
    """``keys``, those of the bodies that a document names, a bare МИД taken for that of the only
    country whose МИД the document names, else for that of ``home`` (see `home_of`), if any."""
    named: dict[str, set[str]] = {}
    for key in keys:
        rest = common_part(key)
        if rest is not None:
            named.setdefault(rest, set()).add(key)
    return [_of_country(key, named.get(key, set()), home) for key in keys]


def _of_country(key: str, named: set[str], home: str | None) -> str:
    if key not in _common() or len(named) > 1:
        return key
    return next(iter(named), f"{key} {home}" if home else key)


def home_of(language: str | None, url: str | None, source: str | None) -> str | None:
    """The key of the country whose bodies an article calls by their bare names: that of its site,
    else, of one in Ukrainian, Ukraine; None where nothing tells."""
    host = re.sub(r"\A[a-z]+://|[/:?#].*", "", (url or source or "").lower(), flags=re.DOTALL)
    domain = host.rpartition(".")[2] if "." in host else ""
    return _HOMES.get(domain) or (_HOMES["ua"] if language == "uk" else None)
