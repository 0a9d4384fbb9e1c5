"""The spread: a collection whose parts are asked where they are held, as an index searches it."""

from __future__ import annotations

import copy
import dataclasses
import functools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Concatenate, Self

import numpy as np
from whoosh import query as q

from newsindex.cluster.collection import Collection
from newsindex.cluster.holders import MISSING, Group, Holders
from newsindex.cluster.holding import Request
from newsindex.cluster.placing import (
    Places,
    articles_at,
    best,
    cursor_at,
    everything,
    hits_at,
)
from newsindex.cluster.pruning import Counts, may_match
from newsindex.engine.filters import Asked
from newsindex.engine.parts import Page, Wanted, with_clusters
from newsindex.errors import ClusterError
from newsindex.index.columns import UNDATED
from newsindex.index.files import AnyArray
from newsindex.index.snapshot import Snapshot
from newsindex.model import Article
from newsindex.query.leaves import Word
from newsindex.query.parts import Answer, Arguments
from newsindex.query.search import date_window, led, place_of
from newsindex.query.statistics import count_of_keys, is_plain, keys_of, words_in
from newsindex.results import Hit

# Words of which the frequencies are remembered, for one state of the collection.
_REMEMBERED = 100_000
# The share of the time left that one round of a question may take.
_ROUND = 2 / 3
# Hits of a stream that are fetched at once.
_FETCHED = 200


class Spread:
    """One state of a collection, asked for one question or many. Every question is to be answered
    within ``limit`` seconds; what is not raises ClusterError, unless it is `partly` answered."""

    def __init__(
        self, collection: Collection, groups: Sequence[Group], holders: Holders, limit: float
    ) -> None:
        self.collection = collection
        self.missing: set[int] = set()
        self._all = self._groups = list(groups)
        self._holders = holders
        self._limit = limit
        self._until: float | None = None
        self._strict = True
        # How many articles hold each word, by the numbers of the groups.
        self._counts: dict[Word, Counts] = {}

    # What an index says of itself

    @property
    def count(self) -> int:
        return len(self._groups)

    @property
    def documents(self) -> int:
        return self.collection.documents

    @property
    def timezone(self) -> str:
        return self.collection.timezone

    @property
    def extractor(self) -> str:
        return self.collection.extractor

    @property
    def generation(self) -> int:
        return self.collection.generation

    def missing_shards(self) -> tuple[str, ...]:
        """The shards that did not answer in time."""
        missing = [group.shards for group in self._all if group.number in self.missing]
        return tuple(sorted(name for names in missing for name in names))

    # Asking

    def question(self, *, partly: bool) -> Spread:
        """The same, for one question that begins now; if it may be answered ``partly``, the groups
        that do not answer in time are noted in ``missing``."""
        other = copy.copy(self)
        other.missing = set()
        other._until = time.monotonic() + self._limit
        other._strict = not partly
        return other

    def ask(
        self,
        function: Callable[Concatenate[Snapshot, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> list[Answer]:
        request = Request(function, args, kwargs)
        return [answer for _, answer in self._answers((group, request) for group in self._groups)]

    def _answers(self, calls: Iterable[tuple[Group, Request]]) -> list[tuple[Group, Any]]:
        """The groups that answer, and what."""
        wanted = [call for call in calls if call[0].number not in self.missing]
        now = time.monotonic()
        left = self._limit if self._until is None else self._until - now
        # A question takes several rounds: one that waits for somebody must leave time for the next.
        until = now + left * (1.0 if self._strict else _ROUND)
        answers = self._holders.answers(wanted, self.generation, until) if wanted else []
        found = []
        for (group, _), answer in zip(wanted, answers, strict=True):
            if answer is MISSING:
                self.missing.add(group.number)
            else:
                found.append((group, answer))
        if self.missing and (self._strict or len(self.missing) == len(self._all)):
            missing = self.missing_shards()
            self.missing.clear()
            raise ClusterError(
                f"{len(missing)} of {len(self.collection.shards)} shards ({', '.join(missing[:3])}"
                f"{' ...' if len(missing) > 3 else ''}) did not answer within {self._limit:g} s;"
                " see `newsindex cluster status`, or allow more time"
            )
        return found

    def within(self, tree: q.Query) -> Self:
        _, since, until = date_window(tree)
        names = {s.name for s in self.collection.shards if s.may_hold(since, until)}
        narrowed = copy.copy(self)  # what is missing is shared
        narrowed._groups = [
            group
            for group in self._groups
            if any(name in names for name in group.shards)
            and may_match(tree, functools.partial(self._known, group.number))
        ]
        return narrowed

    # Frequencies

    def frequency(self, word: Word) -> int:
        return self._frequencies([word])[word]

    def _known(self, group: int, word: Word) -> int | None:
        counts = self._counts.get(word)
        return None if counts is None else counts[group]

    def _frequencies(self, words: Iterable[Word]) -> dict[Word, int]:
        """How many articles hold each word; for those not known yet all groups are asked."""
        wanted = set(words)
        counts = {word: known for word in wanted if (known := self._counts.get(word))}
        unknown = sorted(wanted - counts.keys(), key=repr)
        if unknown:
            keys = self._keys(unknown)
            request = Request(_counted, ([keys.get(word, word) for word in unknown],))
            found = self._answers((group, request) for group in self._all)
            by_group = {group.number: own for group, own in found}
            for place, word in enumerate(unknown):
                counts[word] = {number: own[place] for number, own in by_group.items()}
            if not self.missing:
                if len(self._counts) > _REMEMBERED:
                    self._counts.clear()
                self._counts.update((word, counts[word]) for word in unknown)
        return {word: sum(counts[word].values()) for word in wanted}

    def _keys(self, words: Sequence[Word]) -> dict[Word, set[bytes]]:
        """The keys of those words that only dictionaries tell the keys of: those of all parts."""
        spelled = [word for word in words if not is_plain(word)]
        keys: dict[Word, set[bytes]] = {word: set() for word in spelled}
        if spelled:
            request = Request(_keys_of, (spelled,))
            for _, own in self._answers((group, request) for group in self._all):
                for word, found in zip(spelled, own, strict=True):
                    keys[word] |= found
        return keys

    def _frequencies_for(self, question: Asked, wanted: Wanted) -> dict[Word, int]:
        if wanted.order != "relevance":
            return {}
        return self._frequencies(words_in(question.tree, question.languages))

    # Searching

    def page(self, question: Asked, wanted: Wanted) -> Page:
        frequencies = self._frequencies_for(question, wanted)
        narrowed = self.within(question.tree)
        led_elsewhere = narrowed._led(question) if wanted.collapse else {}
        if wanted.after is not None:
            wanted = narrowed._standing(question, wanted, led_elsewhere, frequencies)
        parts = narrowed._best(question, wanted, led_elsewhere, frequencies)
        total = sum(each.total for each in parts.values())
        if not total:
            return Page((), 0, None)
        places = Places.joined([each.places.of_part(g) for g, each in parts.items()])
        size = wanted.offset + wanted.limit
        more = total > size
        if wanted.after is not None:
            more = len(places) > size or any(each.more for each in parts.values())
        chosen = slice(wanted.offset, size)
        places = places.ordered(wanted.order).only(chosen)
        # A group that answered before may not answer now.
        found = narrowed._fetch(hits_at, places, question, wanted, frequencies=frequencies)
        hits = tuple(hit for hit in found if hit is not None)
        if wanted.collapse:
            hits = with_clusters(self, hits)
        follows = cursor_at(places, len(places) - 1, wanted.order) if more and len(places) else None
        return Page(hits, total, follows)

    def _best(
        self,
        question: Asked,
        wanted: Wanted,
        led_elsewhere: Mapping[int, AnyArray],
        frequencies: Mapping[Word, int],
    ) -> dict[int, Any]:
        """What each group says of a page. Where the order is by date and nothing but dates decides,
        first only the group that holds the first dates is asked for documents, the others how many
        match: only where these may come first, they are asked again."""

        def ask(groups: Sequence[Group], wanted: Wanted) -> Iterator[tuple[Group, Request]]:
            for group in groups:
                arguments = (question, wanted, led_elsewhere.get(group.number))
                yield group, Request(best, arguments, frequencies=frequencies)

        by_date = wanted.order != "relevance" and wanted.after is None and not wanted.collapse
        if not by_date or not wanted.limit or len(self._groups) < 2:
            return {g.number: found for g, found in self._answers(ask(self._groups, wanted))}
        first, *others = sorted(self._groups, key=lambda g: self._reach(g, wanted.order))
        count_only = dataclasses.replace(wanted, limit=0, offset=0)
        parts = {
            group.number: found
            for group, found in self._answers([*ask([first], wanted), *ask(others, count_only)])
        }
        size = wanted.offset + wanted.limit
        there = parts.get(first.number)
        reached = sorted(there.places.published.tolist()) if there else []
        if len(reached) < size:
            late = others
        else:
            border = reached[-1] if wanted.order == "oldest" else -reached[0]
            late = [group for group in others if self._reach(group, wanted.order) <= border]
        late = [group for group in late if group.number in parts and parts[group.number].total]
        parts.update((g.number, found) for g, found in self._answers(ask(late, wanted)))
        return parts

    def _reach(self, group: Group, order: str) -> int:
        """The first date in a group, in this order: the smaller the earlier it comes."""
        shards = [shard for shard in self.collection.shards if shard.name in group.shards]
        segments = [segment for shard in shards for segment in shard.segments]
        if order == "oldest":
            # Articles without a date stand before all others.
            firsts = (UNDATED if each.first is None else each.first for each in segments)
            return min(firsts, default=UNDATED)
        return min((-s.last for s in segments if s.last is not None), default=-UNDATED)

    def _led(self, question: Asked) -> dict[int, AnyArray]:
        """For each group the clusters of which another group has the first article that matches."""
        request = Request(led, (question.tree, question.languages))
        found = self._answers((group, request) for group in self._groups)
        if not found:
            return {}
        cluster = np.concatenate([firsts.cluster for _, firsts in found])
        published = np.concatenate([firsts.published for _, firsts in found])
        id_hash = np.concatenate([firsts.id_hash for _, firsts in found])
        group = np.repeat([g.number for g, _ in found], [len(f.cluster) for _, f in found])
        order = np.lexsort((id_hash, published, published == UNDATED, cluster))
        loses: AnyArray = np.zeros(len(order), dtype=bool)
        loses[1:] = cluster[order][1:] == cluster[order][:-1]
        losers = order[loses]
        return {g.number: cluster[losers[group[losers] == g.number]] for g, _ in found}

    def _standing(
        self,
        question: Asked,
        wanted: Wanted,
        led_elsewhere: Mapping[int, AnyArray],
        frequencies: Mapping[Word, int],
    ) -> Wanted:
        """What is wanted, counted from where the article of the cursor stands now."""
        calls = (
            (
                group,
                Request(
                    place_of,
                    (question.tree, wanted.after),
                    {
                        "languages": question.languages,
                        "collapse": wanted.collapse,
                        "led_elsewhere": led_elsewhere.get(group.number),
                    },
                    frequencies,
                ),
            )
            for group in self._groups
        )
        places = (place for _, place in self._answers(calls) if place is not None)
        return dataclasses.replace(wanted, after=next(places, wanted.after))

    def _fetch(
        self,
        function: Callable[..., Sequence[Any]],
        places: Places,
        *args: Any,
        frequencies: Mapping[Word, int],
    ) -> list[Any]:
        """What ``function`` makes of each document, in order; None if its group is missing."""
        rows = {
            group: np.flatnonzero(places.part == group.number)
            for group in self._all
            if np.any(places.part == group.number)
        }
        calls = (
            (
                group,
                Request(function, (places.only(own).references(), *args), frequencies=frequencies),
            )
            for group, own in rows.items()
        )
        made: list[Any] = [None] * len(places)
        for group, found in self._answers(calls):
            for row, each in zip(rows[group].tolist(), found, strict=True):
                made[row] = each
        return made

    # Streams

    def hits(self, question: Asked, wanted: Wanted) -> Iterator[Hit]:
        for found in self._stream(hits_at, question, wanted, question, wanted):
            yield from with_clusters(self, found) if wanted.collapse else found

    def articles(self, question: Asked, wanted: Wanted) -> Iterator[Article]:
        for found in self._stream(articles_at, question, wanted, bool(self.extractor)):
            yield from found

    def _stream(
        self, function: Callable[..., Any], question: Asked, wanted: Wanted, *args: Any
    ) -> Iterator[list[Any]]:
        """What ``function`` makes of every document that matches, some at a time; all groups must
        answer, each time within the limit."""
        own = copy.copy(self)
        own.missing = set()
        frequencies = own._frequencies_for(question, wanted)
        narrowed = own.within(question.tree)
        led_elsewhere = narrowed._led(question) if wanted.collapse else {}
        calls = (
            (
                group,
                Request(
                    everything,
                    (question, wanted, led_elsewhere.get(group.number)),
                    frequencies=frequencies,
                ),
            )
            for group in narrowed._groups
        )
        found = [some.of_part(group.number) for group, some in narrowed._answers(calls)]
        if not found:
            return
        places = Places.joined(found).ordered(wanted.order)
        for start in range(0, len(places), _FETCHED):
            some = places.only(slice(start, start + _FETCHED))
            yield narrowed._fetch(function, some, *args, frequencies=frequencies)


def _keys_of(snapshot: Snapshot, words: Sequence[Word]) -> list[set[bytes]]:
    """The keys that each word stands for in a part."""
    return [keys_of(snapshot.segments, word) for word in words]


def _counted(snapshot: Snapshot, words: Sequence[Word | set[bytes]]) -> list[int]:
    """How many articles of a part hold each word, given as it is or by its keys."""
    segments = snapshot.segments
    return [
        count_of_keys(segments, each if isinstance(each, set) else set(map(str.encode, each.keys)))
        for each in words
    ]
