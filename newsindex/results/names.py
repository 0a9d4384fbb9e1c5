"""The name to show for an entity: the nominative of what articles call it, or its best spelling."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

import numpy as np

from newsindex.entities import cases, organisations, persons, places
from newsindex.entities.lexicon import first_name_spellings
from newsindex.index.arrays import begins_run
from newsindex.index.files import AnyArray
from newsindex.index.postings import ENTITY_PREFIX
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot
from newsindex.query.parts import Parts

_ASKED = 9  # articles, for each entity
_MOST = 50  # entities whose articles are asked; the others are named by their spellings alone
_MANY = 4096  # postings that are worth thinning out before dates are compared
_MIX = np.uint64(0x9E3779B97F4A7C15)  # an odd number near 2 ** 64 / 1.618: spreads what is near
_OBLIQUE = "уюоеїі"
_QUOTES = " \"'«»„“”"
# What only one of the languages writes.
_LETTERS = {"ru": "ыэъё", "uk": "іїєґ"}


@dataclasses.dataclass(frozen=True, slots=True)
class _Vote:
    """What an article shows for an entity; articles of all parts have their order by ``date``, a
    number that is mixed out of the time of publication, and ``article``, a hash of the id."""

    date: int
    article: int
    language: str
    name: str
    written: tuple[str, ...]  # how its text and its title name the entity


def entity_names(
    parts: Parts, keys: Sequence[str], language: str | None = None
) -> dict[str, list[str]]:
    """For the keys of entities the names seen for them, that to show first, the others by length; a
    key that no article has any more is its own name.

    _ASKED articles that name the entity are asked, those in ``language`` if any of them is in it,
    else those in that of most; which articles, is told by their dates and ids, so the answer is
    the same however the index is parted. Shown is the nominative of the forms that they hold and
    show (newsindex.entities.cases); of what a table knows, the name that most show. Names of the
    same number of votes, and those of entities beyond the first _MOST, are told apart by their
    spellings (see `best_spelling`).
    """
    names = entity_spellings(parts, keys)
    doubtful = [key for key in keys[:_MOST] if len(names[key]) > 1]
    votes: dict[str, list[_Vote]] = defaultdict(list)
    for own in parts.ask(_votes, doubtful, language) if doubtful else ():
        for key, cast in own.items():
            votes[key] += cast
    for key, found in names.items():
        if len(found) > 1:
            shown = _shown(key.partition(":")[0], votes.get(key, ()), found, language)
            names[key] = [shown, *(name for name in found if name != shown)]
    return names


def entity_spellings(parts: Parts, keys: Sequence[str]) -> dict[str, list[str]]:
    """For the keys of entities the names seen for them, the shortest first; a key that no article
    has any more is its own name."""
    names: dict[str, set[str]] = {key: set() for key in keys}
    for own in parts.ask(_names, list(keys)) if keys else ():
        for key, found in own.items():
            names[key] |= found
    return {
        key: sorted(found, key=lambda name: (len(name), name)) or [key]
        for key, found in names.items()
    }


def best_spelling(kind: str, names: Collection[str], spellings: Collection[str]) -> str:
    """One of ``names``, by their spelling alone. Of a person that which most of ``spellings``, the
    names of one entity, are case forms of by the rules of surnames, of several the longest that may
    be a nominative: no bare stem. Of others the shortest that may be one."""
    meant = Counter(map(_nominative, spellings)) if kind == "person" else Counter[str]()
    sign = -1 if kind == "person" else 1
    return min(
        names,
        key=lambda name: (-meant[name], name[-1:] in _OBLIQUE, sign * _length(name), name),
    )


def _length(name: str) -> int:
    """The length of a name; one of many words is rather a mistake than a fuller name."""
    return len(name) if name.count(" ") < 3 else 0


def _nominative(name: str) -> str:
    return persons.nominative((persons.split(name),), None)


def _shown(
    kind: str, votes: Iterable[_Vote], spellings: Sequence[str], language: str | None
) -> str:
    """The name to show for an entity of these votes and spellings."""
    asked = _asked(votes, language)
    if not asked:
        own = [name for name in spellings if _may_be_in(name, language)] or spellings
        return best_spelling(kind, own, spellings)
    counted = Counter(vote.name for vote in asked)
    elected = [name for name, count in counted.items() if count == max(counted.values())]
    best = best_spelling(kind, elected, spellings)
    if _is_settled(kind, best):
        return best
    spoken = asked[0].language
    names = {name: 0 for name in spellings if _may_be_in(name, spoken)} | counted
    made = {name: count for name, count in names.items() if _plain(kind, name) == name}
    written = Counter(form for vote in asked for form in {_plain(kind, w) for w in vote.written})
    del written[""]
    if kind != "person":
        # Bodies and places are shown as some text has them: those forms speak too, but softly.
        written = Counter({form: _ASKED * count for form, count in written.items()})
        written.update(name for name in names if made.get(name) is not None)
    first_names = first_name_spellings() if kind == "person" else ()
    return cases.nominative(written, made, first_names) or best


def _is_settled(kind: str, name: str) -> bool:
    """Whether a name is that of a table."""
    if kind == "org":
        return organisations.key_of(name)[1] is not None
    return kind == "place" and places.key_of(name.split())[1] is not None


def _plain(kind: str, written: str) -> str:
    """How a text names an entity, as names are shown: of a person first name and surname; "" for
    what has quotation marks within, or says too little."""
    if kind != "person":
        name = written.strip(_QUOTES)
        return "" if any(c in _QUOTES[1:] for c in name) else name
    parts = persons.split(written)
    if written.isupper() or persons.is_initial(parts.first):
        return ""
    return f"{parts.first} {parts.surname}".strip()


def _may_be_in(name: str, language: str | None) -> bool:
    """Whether a name has no letter of the other language."""
    foreign = _LETTERS.get("uk" if language == "ru" else "ru" if language == "uk" else "", "")
    return not any(letter in foreign for letter in name.lower())


def _asked(votes: Iterable[_Vote], language: str | None) -> list[_Vote]:
    """The votes that count: those in one language of the articles that are asked first."""
    wanted = [vote for vote in votes if vote.language == language] or votes
    ordered = sorted(wanted, key=lambda vote: (vote.date, vote.article))
    dates = {vote.date: vote for vote in reversed(ordered)}  # the first of each
    if len(dates) >= _ASKED:
        asked = sorted(dates.values(), key=lambda vote: vote.date)[:_ASKED]
    else:
        asked = sorted(ordered, key=lambda vote: vote.article)[:_ASKED]
    spoken = Counter(vote.language for vote in asked)
    chosen = min(spoken, key=lambda one: (-spoken[one], one), default=None)
    return [vote for vote in asked if vote.language == chosen]


def _votes(snapshot: Snapshot, keys: Sequence[str], language: str | None) -> dict[str, list[_Vote]]:
    """For the keys of entities what the articles of one part show that may be asked."""
    return {
        key: [vote for segment in snapshot.segments for vote in _votes_of(segment, key, language)]
        for key in keys
    }


def _votes_of(segment: Segment, key: str, language: str | None) -> Iterator[_Vote]:
    term = segment.entity_term(key)
    if term < 0:
        return
    documents = segment.docids.of(term)[2]
    if segment.live is not None:
        documents = documents[segment.live[documents]]
    if language in segment.languages:
        spoken = documents[segment.language[documents] == segment.languages.index(language)]
        documents = spoken if len(spoken) else documents
    chosen = _chosen(segment, documents)
    hashes = segment.hashes_of(chosen).tolist()
    dates = _mixed(segment.published[chosen]).tolist()
    for document, date, article in zip(chosen.tolist(), dates, hashes, strict=True):
        fields = segment.articles.fields(document)
        named = [mention for mention in fields.names if mention[-2] == key]
        if named:
            texts = {"text": fields.text, "title": segment.title(document)}
            written = tuple(texts[field][start:stop] for _, field, start, stop, _, _ in named)
            spoken_in = segment.languages[segment.language[document]]
            yield _Vote(date, article, spoken_in, named[0][-1], written)


def _chosen(segment: Segment, documents: AnyArray) -> AnyArray:
    """Those of ``documents`` that may be asked: the first of each of _ASKED dates, or, of fewer
    dates, those with the least hashes too. Documents of one date lie by their hashes."""
    published = segment.published[documents]
    if len(documents) > _MANY:
        # Some hundred dates with small numbers hold the smallest, and are soon gone through.
        few = _mixed(published) < np.uint64((1 << 64) // len(documents) * _MANY // 16)
        if len(np.unique(published[few])) >= _ASKED:
            documents, published = documents[few], published[few]
    first = np.flatnonzero(begins_run(published))
    if len(first) >= _ASKED:
        by_date = np.argpartition(_mixed(published[first]), _ASKED - 1)[:_ASKED]
        return documents[first[by_date]]
    after = np.minimum(np.append(first[1:], len(documents)), first + _ASKED)
    several = documents[
        np.concatenate([np.arange(*ends) for ends in zip(first, after, strict=True)])
    ]
    least = several[np.argsort(segment.hashes_of(several), kind="stable")[:_ASKED]]
    return np.union1d(documents[first], least)


def _mixed(published: AnyArray) -> AnyArray:
    """The times as numbers in no order of time (Fibonacci hashing): uint64."""
    mixed: AnyArray = published.astype(np.int64).view(np.uint64) * _MIX
    return mixed


def _names(snapshot: Snapshot, keys: Sequence[str]) -> dict[str, set[str]]:
    """For the keys of entities the names seen for them."""
    names: dict[str, set[str]] = {key: set() for key in keys}
    for segment in snapshot.segments:
        numbers = {segment.entity_term(key): key for key in keys}
        rows = segment.form_prefix_rows(ENTITY_PREFIX.decode())
        terms = segment.form_term[rows.start : rows.stop]
        wanted = np.array([number for number in numbers if number >= 0], dtype=np.int64)
        for row in np.flatnonzero(np.isin(terms, wanted)).tolist():
            number = int(terms[row])
            names[numbers[number]].add(segment.forms[rows.start + row][1:].decode())
    return names
