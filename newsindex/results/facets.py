"""Facets: how often each person, organisation, place, source or language stands among the hits."""

from __future__ import annotations

import dataclasses
import weakref
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, Literal, get_args

import numpy as np
from whoosh import query as q

from newsindex.entities import is_facet_key, meant_keys
from newsindex.index.files import AnyArray
from newsindex.index.postings import ENTITY_PREFIX
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.model import ENTITY_KINDS
from newsindex.query import Diagnostic
from newsindex.query.leaves import Languages
from newsindex.query.parts import Parts, frequencies
from newsindex.query.search import matching
from newsindex.results.names import entity_names

FacetField = Literal["person", "org", "place", "source", "language", "lang"]
FACET_FIELDS: tuple[FacetField, ...] = get_args(FacetField)


@dataclasses.dataclass(frozen=True, slots=True)
class Facet:
    """A value and the number of articles that have it. Of an entity, ``kind`` is "person", "org"
    or "place", ``key`` what its mentions share, and ``spellings`` the names seen for it."""

    name: str
    count: int
    kind: str = ""
    key: str = ""
    spellings: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Facets:
    """Facets, the most frequent first, and in how many articles they were counted; ``missing`` as
    in newsindex.results.Results."""

    facets: tuple[Facet, ...]
    total: int
    diagnostics: tuple[Diagnostic, ...] = ()
    missing: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Facet]:
        return iter(self.facets)

    def __len__(self) -> int:
        return len(self.facets)


def count_facets(
    parts: Parts,
    tree: q.Query,
    by: FacetField,
    top: int,
    languages: Languages = (),
    diagnostics: tuple[Diagnostic, ...] = (),
) -> Facets:
    """The ``top`` values of ``by`` among the articles that match ``tree``; counts are exact."""
    counts: Counter[str] = Counter()
    written: Counter[str] = Counter()
    total = 0
    for own, matched, own_written in parts.within(tree).ask(_counted, tree, by, languages):
        counts.update(own)
        written.update(own_written)
        total += matched
    best = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:top]
    if by in ENTITY_KINDS:
        # The names are those of the language in which most of what matches is written.
        language = min(written, key=lambda one: (-written[one], one), default=None)
        return Facets(tuple(_facets(parts, best, language)), total, diagnostics)
    return Facets(tuple(Facet(name, count) for name, count in best), total, diagnostics)


def _counted(
    snapshot: Snapshot, tree: q.Query, by: FacetField, languages: Languages
) -> tuple[dict[str, int], int, dict[str, int]]:
    """How many of the articles that match have each value, how many match, and, where entities are
    counted, how many of them are in each language."""
    counts: Counter[str] = Counter()
    written: Counter[str] = Counter()
    total = 0
    for segment, documents in matching(snapshot, tree, languages):
        total += len(documents)
        if by in ENTITY_KINDS:
            _count_entities(segment, documents, by, counts)
            _count_values(segment.languages, segment.language[documents], written)
            continue
        names, column = (
            (segment.sources, segment.source)
            if by == "source"
            else (segment.languages, segment.language)
        )
        _count_values(names, column[documents], counts)
    return dict(counts), total, dict(written)


def _count_values(names: Sequence[str], numbers: AnyArray, counts: Counter[str]) -> None:
    """Add how often each of ``names`` stands in a column of their numbers; "" is none."""
    by_number = np.bincount(numbers, minlength=len(names)).tolist()
    for name, count in zip(names, by_number, strict=True):
        if name and count:
            counts[name] += count


def find_entities(parts: Parts, prefix: str, kind: str | None, limit: int) -> Facets:
    """The entities a name of which has a word that begins with ``prefix``, case aside, and those
    that a filter by ``prefix`` means: Scholz is written Шольц."""
    keys = _beginning(parts, prefix, kind) | _meant(parts, prefix, kind)
    return _listed(parts, keys, limit)


def complete_names(parts: Parts, begun: str, limit: int) -> Facets:
    """`find_entities` of any kind for a search box, which asks at every key: what ``begun`` means
    is looked for only if nothing begins so."""
    keys = _beginning(parts, begun, None) or _meant(parts, begun, None)
    return _listed(parts, keys, limit)


def _listed(parts: Parts, keys: set[str], limit: int) -> Facets:
    """The most frequent of the entities that have ``keys``."""
    # Those that are named so in one place count wherever they are named.
    counts = frequencies(parts, [f" {key}" for key in sorted(keys)])
    found = [(key[1:], count) for key, count in counts.items() if count]
    best = sorted(found, key=lambda item: (-item[1], item[0]))[:limit]
    return Facets(tuple(_facets(parts, best)), parts.documents)


def _beginning(parts: Parts, prefix: str, kind: str | None) -> set[str]:
    """The keys of the entities a name of which has a word that begins with ``prefix``."""
    return set().union(*parts.ask(_named_so, " ".join(prefix.casefold().split()), kind))


def _meant(parts: Parts, text: str, kind: str | None) -> set[str]:
    """The keys of the entities that a filter by ``text`` means."""
    kinds = ENTITY_KINDS if kind is None else (kind,)
    meant = [key for each in kinds for key in meant_keys(each, text)]
    return set().union(*parts.ask(_with_keys, meant)) if meant else set()


def _named_so(snapshot: Snapshot, wanted: str, kind: str | None) -> set[str]:
    """The keys of the entities a name of which begins so."""
    keys = set()
    for segment in snapshot.segments:
        first = segment.form_prefix_rows(ENTITY_PREFIX.decode()).start
        lines = list(_lines_with(f" {wanted}", _folded_names(segment)))
        for number in set(segment.form_term[first:][lines].tolist()):
            key = segment.terms[number][1:].decode()
            if is_facet_key(key) and kind in (None, _kind_of(key)):
                keys.add(key)
    return keys


def _with_keys(snapshot: Snapshot, wanted: Sequence[str]) -> set[str]:
    """The keys of entities that are ``wanted`` (see `meant_keys`)."""
    keys: set[str] = set()
    for segment in snapshot.segments:
        for key in wanted:
            term = ENTITY_PREFIX + key.encode()
            rows = segment.terms.prefix(term) if key[-1] == "|" else [segment.terms.find(term)]
            keys.update(segment.terms[row][1:].decode() for row in rows if row >= 0)
    return keys


# Made at the first question after names, for a search box asks at every key.
_FOLDED: weakref.WeakKeyDictionary[Segment, str] = weakref.WeakKeyDictionary()


def _folded_names(segment: Segment) -> str:
    """The names of a segment's entities, one a line, as `begins` compares them."""
    names = _FOLDED.get(segment)
    if names is None:
        rows = segment.form_prefix_rows(ENTITY_PREFIX.decode())
        lines = b"\n".join(segment.forms[rows.start : rows.stop])
        names = _FOLDED[segment] = _folded(lines.decode())
    return names


def _lines_with(wanted: str, text: str) -> Iterator[int]:
    """The numbers of the lines of ``text`` that hold ``wanted``."""
    line = end = 0
    place = text.find(wanted)
    while place >= 0:
        line += text.count("\n", end, place)
        yield line
        end = text.find("\n", place)
        place = text.find(wanted, end) if end >= 0 else -1


def begins(name: str, wanted: str) -> bool:
    """Whether a word of ``name`` (which begins with a blank) begins with ``wanted``, casefolded."""
    return f" {wanted}" in _folded(name)


def _folded(name: str) -> str:
    return name.casefold().replace("«", " ").replace('"', " ")


def _kind_of(key: str) -> str:
    return key.partition(":")[0]


def _count_entities(segment: Segment, documents: AnyArray, kind: str, counts: Counter[str]) -> None:
    """Add the number of ``documents`` that name each entity of ``kind``."""
    terms = segment.terms.prefix(ENTITY_PREFIX + f"{kind}:".encode())
    if not len(terms):
        return
    wanted = np.zeros(segment.documents, dtype=bool)
    wanted[documents] = True
    hits = wanted[segment.docids.whole(terms.start, terms.stop)]
    starts = segment.posting_start[terms.start : terms.stop + 1].astype(np.int64)
    per_term = np.add.reduceat(hits, starts[:-1] - starts[0], dtype=np.int64)
    for number in np.flatnonzero(per_term).tolist():
        counts[segment.terms[terms.start + number][1:].decode()] += int(per_term[number])


def _facets(
    parts: Parts, best: list[tuple[str, int]], language: str | None = None
) -> Iterator[Facet]:
    """Facets of entities given by key and count, with the names seen for them."""
    names = entity_names(parts, [key for key, _ in best], language)
    for key, count in best:
        yield Facet(names[key][0], count, _kind_of(key), key, tuple(names[key]))


def as_dict(facet: Facet) -> dict[str, Any]:
    """The facet as JSON-ready values; what it does not have is left out."""
    return {
        name: value for name, value in dataclasses.asdict(facet).items() if value not in ("", ())
    }
