"""The entities that a record brings with it, as other tools write them, to those of an article.

Accepted is a list of objects, each with a name (``name``, ``text``, ``word``, ``value``), a type
(``type``, ``label``, ``kind``, ``entity_group``, ``tag``) and, if known, where it stands:
``start`` and ``end`` (or ``stop``), or ``spans`` (or ``span``), a list of such pairs; they count
characters of the record's text, or of its title where ``field`` is ``"title"``. Also accepted is an
object of lists of names: ``{"persons": ["Андрей Ермак"], "orgs": [...], "places": [...]}``.
Types are understood as PER, PERSON, ORG, ORGANIZATION, LOC, GPE, LOCATION and their like, B- and I-
before them passed over; other types (dates, sums) are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from newsindex.errors import InvalidArticle
from newsindex.model import GivenEntity

_KINDS = {
    name: kind
    for kind, names in {
        "person": "per pers person people персона",
        "org": "org organization organisation company media организация організація",
        "place": "loc place location gpe locorg country city region district state_or_province fac"
        " facility место місце",
    }.items()
    for name in names.split()
}
_NAME = ("name", "text", "word", "value", "normal")
_TYPE = ("type", "label", "kind", "entity_group", "tag", "category")


def given_entities(
    value: Any, record: Mapping[str, Any], title: str, text: str, remarks: list[str]
) -> tuple[GivenEntity, ...] | None:
    """The entities of ``record``, or None where it brings none; what is not understood is remarked.

    Spans are those of ``title`` and ``text``, what the record's own became in reading.
    """
    if value is None:
        return None
    found: list[GivenEntity] = []
    doubtful = 0
    for entry in _entries(value):
        kind, name, spans = _parts(entry, record)
        if kind == "":
            continue
        try:
            placed = [_placed(span, record, title, text) for span in spans]
            found.append(GivenEntity(kind or "", name, tuple(filter(None, placed))))
        except InvalidArticle:
            doubtful += 1
    if doubtful:
        remarks.append(f"{doubtful} of its entities not understood; they were left out")
    return tuple(found)


def _entries(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping) and not any(name in value for name in _TYPE):
        for kind, names in value.items():
            for name in names if isinstance(names, list) else [names]:
                yield {**name, "type": kind} if isinstance(name, Mapping) else (kind, name)
    elif isinstance(value, list):
        yield from value
    else:
        yield value


def _parts(entry: Any, record: Mapping[str, Any]) -> tuple[str | None, str, list[Any]]:
    """Kind ("" for one that is no concern of ours, None for none), name and raw spans."""
    if isinstance(entry, tuple):
        return _kind(entry[0]), entry[1] if isinstance(entry[1], str) else "", []
    if not isinstance(entry, Mapping):
        return None, "", []
    kind = None
    for key in _TYPE:
        if key in entry:
            kind = _kind(entry[key])
            break
    field = "title" if entry.get("field") == "title" else "text"
    pairs = entry.get("spans", entry.get("span"))
    if pairs is None and "start" in entry:
        pairs = [[entry["start"], entry.get("end", entry.get("stop"))]]
    elif isinstance(pairs, list) and pairs and not isinstance(pairs[0], list):
        pairs = [pairs]
    spans = [
        (field, pair[0], pair[1])
        for pair in (pairs if isinstance(pairs, list) else [])
        if isinstance(pair, list)
        and len(pair) == 2
        and type(pair[0]) is int
        and type(pair[1]) is int
    ]
    name = ""
    for key in _NAME:
        if isinstance(entry.get(key), str):
            name = entry[key]
            break
    if not name and spans:
        name = _raw(record, field)[spans[0][1] : spans[0][2]]
    return kind, name, spans


def _kind(label: Any) -> str | None:
    if not isinstance(label, str):
        return None
    if known := _KINDS.get(label):
        return known
    folded = label.strip().casefold()
    folded = folded[2:] if folded[:2] in ("b-", "i-") else folded
    return _KINDS.get(folded) or _KINDS.get(folded.removesuffix("s"), "")


def _raw(record: Mapping[str, Any], field: str) -> str:
    value = record.get(field)
    return value if isinstance(value, str) else ""


def _placed(
    span: tuple[str, int, int], record: Mapping[str, Any], title: str, text: str
) -> tuple[str, int, int] | None:
    """The span in the title or text as it was read; None where that was changed around it.

    Reading takes away and adds at the beginning (a dateline, a lead), so places count from the end.
    """
    field, start, stop = span
    raw, final = _raw(record, field).rstrip(), title if field == "title" else text
    shift = len(final) - len(raw)
    if not 0 <= start < stop <= len(raw) or start + shift < 0:
        return None
    same = raw[start:stop] == final[start + shift : stop + shift]
    return (field, start + shift, stop + shift) if same else None
