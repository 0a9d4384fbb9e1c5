"""Queries: what is asked, drawn from the documents themselves, class by class.

Words are chosen so that every engine is asked for the same: a word of a query stands for exactly
one key of the corpus (newsindex looks up the keys of both languages, one of which is not there; the
class "term in two keys" is the exception, and there the others get an OR), and a prefix has the
same documents whether it is looked up among surface forms, as newsindex does, or among keys.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from benchmarks.speed.corpora import Document
from benchmarks.speed.keys import written
from benchmarks.speed.survey import Vocabulary
from newsindex import entities
from newsindex.text import query_keys

ALL = None
COUNT = 0


@dataclass(frozen=True, slots=True)
class Query:
    """A question, as text for newsindex and as structure for the translation to other engines.

    ``shape`` is "term", "and", "or", "phrase" or "prefix"; ``words`` holds for each word its keys
    (for a prefix its beginning); a following word of a phrase stands at most ``slop`` positions
    after the one before. ``since`` and ``until`` are seconds since 1970 UTC, the second excluded.
    ``entity`` has the keys of an entity of which a document must have one; empty for none.
    ``limit`` is the number of hits wanted, ALL, or COUNT for nothing but their number.
    """

    text: str
    shape: str
    words: tuple[tuple[str, ...], ...]
    slop: int = 1
    since: int | None = None
    until: int | None = None
    source: str | None = None
    entity: tuple[str, ...] = ()
    newest: bool = False
    limit: int | None = 10


class Chooser:
    """Draws queries of every class from a vocabulary, the same ones for the same seed."""

    def __init__(self, vocabulary: Vocabulary, seed: int) -> None:
        self._vocabulary = vocabulary
        self._sample = vocabulary.sample()
        self._random = random.Random(seed)
        self._keys: dict[str, tuple[str, ...]] = {}

    def classes(self, number: int) -> Iterator[tuple[str, list[Query]]]:
        """Each class of query by name, with up to ``number`` distinct queries of it; a class of
        which the corpus gives none is left out."""
        for name, make in self._makers().items():
            found: dict[str, Query] = {}
            for _ in range(number * 60):
                query = make()
                if query is not None:
                    found.setdefault(query.text, query)
                if len(found) == number:
                    break
            if found:
                yield name, list(found.values())

    def _makers(self) -> dict[str, Callable[[], Query | None]]:
        frequent, medium, rare = (self._term_between(*band) for band in self._bands())
        makers: dict[str, Callable[[], Query | None]] = {
            "term, frequent": frequent,
            "term, medium": medium,
            "term, rare": rare,
            "term in two keys": self._term_in_two_keys,
            "AND": lambda: self._group("and", 2),
            "OR of 2": lambda: self._group("or", 2),
            "OR of 4": lambda: self._group("or", 4),
            "phrase of 2": lambda: self._phrase(2),
            "phrase of 3": lambda: self._phrase(3),
            "phrase with slop": lambda: self._phrase(2, skip=1),
            "prefix": self._prefix,
            "term and source": self._with_source,
            "term and entity": self._with_entity,
        }
        for days, window in ((1, "day"), (31, "month"), (366, "year")):
            for name, shape in (("term", "term"), ("AND", "and"), ("phrase", "phrase")):
                makers[f"{name} within a {window}"] = self._within(shape, days)
        for name, make in (("frequent", frequent), ("medium", medium)):
            makers[f"newest 10, {name} term"] = _changed(make, newest=True)
        makers["top 1000, frequent term"] = _changed(frequent, limit=1000)
        makers["all hits, medium term"] = _changed(medium, limit=ALL)
        makers["count, frequent term"] = _changed(frequent, limit=COUNT)
        makers["count, AND"] = _changed(makers["AND"], limit=COUNT)
        return makers

    def _bands(self) -> tuple[tuple[float, float], ...]:
        """Document frequencies that count as frequent, medium and rare."""
        documents = self._vocabulary.documents
        medium = 0.002 * documents, 0.02 * documents
        return (0.05 * documents, 0.5 * documents), medium, (2, max(5, 0.0002 * documents))

    def _keys_of(self, form: str) -> tuple[str, ...]:
        """The keys of the corpus that a word of a query stands for."""
        keys = self._keys.get(form)
        if keys is None:
            known = self._vocabulary.frequency
            keys = tuple(k for k in dict.fromkeys(map(written, query_keys(form))) if k in known)
            self._keys[form] = keys
        return keys

    def _usable(self, form: str) -> bool:
        """Whether a form is a plain word of one key."""
        return len(form) > 2 and form.isalpha() and form.islower() and len(self._keys_of(form)) == 1

    def _frequency(self, form: str) -> int:
        return self._vocabulary.frequency[self._keys_of(form)[0]]

    def _document(self) -> tuple[Document, list[str], list[str]]:
        return self._random.choice(self._sample)

    def _term_between(self, low: float, high: float) -> Callable[[], Query | None]:
        candidates = sorted(
            {
                form
                for _, title, body in self._sample
                for form in (*title, *body)
                if self._usable(form) and low <= self._frequency(form) <= high
            }
        )
        # One form of each key is enough: its other forms are the same query to every engine.
        by_key = list({self._keys_of(form): form for form in candidates}.values())

        def make() -> Query | None:
            return self._term(self._random.choice(by_key)) if by_key else None

        return make

    def _term(self, form: str) -> Query:
        return Query(form, "term", (self._keys_of(form),))

    def _term_in_two_keys(self) -> Query | None:
        _, title, body = self._document()
        form = self._random.choice([*title, *body] or [""])
        keys = self._keys_of(form) if len(form) > 2 and form.isalpha() and form.islower() else ()
        return self._term(form) if len(keys) == 2 else None

    def _group(self, shape: str, size: int) -> Query | None:
        """Words that stand together in some document and are neither rare nor in every one."""
        return self._group_of(shape, size, self._document())

    def _group_of(
        self, shape: str, size: int, entry: tuple[Document, list[str], list[str]]
    ) -> Query | None:
        documents = self._vocabulary.documents
        forms = sorted(
            form
            for form in {*entry[1], *entry[2]}
            if self._usable(form) and 0.0005 * documents <= self._frequency(form) <= documents / 3
        )
        by_key = list({self._keys_of(form): form for form in forms}.values())
        if len(by_key) < size:
            return None
        chosen = self._random.sample(by_key, size)
        joint = " OR " if shape == "or" else " "
        return Query(joint.join(chosen), shape, tuple(map(self._keys_of, chosen)))

    def _phrase(self, size: int, skip: int = 0) -> Query | None:
        return self._phrase_of(size, self._document(), skip)

    def _phrase_of(
        self, size: int, entry: tuple[Document, list[str], list[str]], skip: int = 0
    ) -> Query | None:
        step = skip + 1
        forms = max(entry[1], entry[2], key=len)
        if len(forms) < size * step:
            return None
        start = self._random.randrange(len(forms) - (size - 1) * step)
        chosen = forms[start : start + size * step : step]
        if not all(map(self._usable, chosen)) or len(set(map(self._keys_of, chosen))) < size:
            return None
        text = f'"{" ".join(chosen)}"' + (f"~{step}" if skip else "")
        return Query(text, "phrase", tuple(map(self._keys_of, chosen)), slop=step)

    def _prefix(self) -> Query | None:
        """A beginning of which surface forms and keys have the same documents."""
        forms, keys = self._by_beginning()
        _, title, body = self._document()
        form = self._random.choice([*title, *body] or [""])
        beginning = form[: self._random.choice((4, 5))]
        if not self._usable(form) or len(beginning) < 4:
            return None
        found = keys.get(beginning, set())
        if len(found) < 2 or found != forms.get(beginning, set()):
            return None
        return Query(f"{beginning}*", "prefix", ((beginning,),))

    def _by_beginning(self) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
        """The keys by each beginning of theirs, and by each beginning that all their forms share
        with no other key. Computed once."""
        if not hasattr(self, "_beginnings"):
            forms: dict[str, set[str]] = defaultdict(set)
            keys: dict[str, set[str]] = defaultdict(set)
            whole: Counter[tuple[str, str]] = Counter()
            for table in self._vocabulary.keys.values():
                for form, key in table.items():
                    if key not in self._vocabulary.frequency:
                        continue
                    whole[key, ""] += 1
                    # A set: a word of four letters begins but once with its four letters.
                    for beginning in {form[:4].lower(), form[:5].lower()}:
                        forms[beginning].add(key)
                        whole[key, beginning] += 1
                    for beginning in {key[:4], key[:5]}:
                        keys[beginning].add(key)
            for beginning, found in list(forms.items()):
                if any(whole[key, beginning] < whole[key, ""] for key in found):
                    del forms[beginning]
            self._beginnings = forms, keys
        return self._beginnings

    def _with_source(self) -> Query | None:
        entry = self._document()
        query = self._group_of("and", 1, entry)
        source = entry[0].source
        if query is None or '"' in source:
            return None
        return replace(query, shape="term", text=f'{query.text} source:"{source}"', source=source)

    def _with_entity(self) -> Query | None:
        """A word and an entity of one document; of every other person only the surname."""
        entry = self._document()
        query = self._group_of("and", 1, entry)
        if query is None or not entry[0].entities:
            return None
        chosen = self._random.choice(entry[0].entities)
        kind, name = chosen["type"], chosen["name"]
        if kind == "person" and self._random.random() < 0.5:
            name = name.split()[-1]
        keys = [written(key) for key in entities.query_keys(kind, name)]
        known = tuple(key for key in keys if key in self._vocabulary.entities)
        text = f'{query.text} {kind}:"{name}"'
        return replace(query, shape="term", text=text, entity=known) if known else None

    def _within(self, shape: str, days: int) -> Callable[[], Query | None]:
        """A query of a shape within the day, month or year in which one of its hits appeared."""

        def make() -> Query | None:
            entry = self._document()
            if shape == "phrase":
                query = self._phrase_of(2, entry)
            else:
                query = self._group_of(shape, 2 if shape == "and" else 1, entry)
            if query is None:
                return None
            day = datetime.fromtimestamp(entry[0].published, UTC)
            day = day.replace(hour=0, minute=0, second=0)
            if days == 1:
                first, stop, written_date = day, day + timedelta(days=1), f"{day:%Y-%m-%d}"
            elif days == 31:
                first = day.replace(day=1)
                stop = (first + timedelta(days=31)).replace(day=1)
                written_date = f"{day:%Y-%m}"
            else:
                first, written_date = day.replace(month=1, day=1), f"{day:%Y}"
                stop = first.replace(year=first.year + 1)
            return replace(
                query,
                text=f"{query.text} date:{written_date}",
                since=int(first.timestamp()),
                until=int(stop.timestamp()),
            )

        return make


def _changed(make: Callable[[], Query | None], **changes: object) -> Callable[[], Query | None]:
    def changed() -> Query | None:
        query = make()
        return None if query is None else replace(query, **changes)  # type: ignore[arg-type]

    return changed
