"""The shortest set of suffix rules that gives most forms their key: a dynamic programme on a trie.

The trie holds the forms read backwards. A node may carry a rule, which holds for all forms below it
until a deeper node carries another. With the cost of a form that ends up with the wrong action
(its weight) and the cost of a rule, the least total is found bottom-up in one pass over the sorted
forms, with for each node only the actions that can still win (those within one rule's cost of the
best). Minimum description length, as in Rissanen, "Modeling by shortest data description", 1978.
"""

from __future__ import annotations

import collections
import math
from collections.abc import Iterable, Mapping

from newsindex.text.learn.sources import Lexeme
from newsindex.text.learn.stems import key_of_lexeme
from newsindex.text.tables import DEPTH, Action, SuffixTable

RULE_COST = 0.6
WORD_COST = 0.6
UNKNOWN_WEIGHT = 0.015  # of a form that the frequency list does not have


def shares_of_keys(
    lexemes: Iterable[Lexeme], frequencies: Mapping[str, float], language: str, rounds: int = 5
) -> dict[str, dict[str, float]]:
    """form -> key -> share of the form's occurrences that belong to that key; shares sum to 1.

    A form of several lexemes is divided in proportion to how often the other forms of each are
    met, by a few rounds of expectation and maximisation.
    """
    keys: list[str] = []
    sizes: list[float] = []
    readings: dict[str, list[tuple[int, float]]] = collections.defaultdict(list)
    for number, lexeme in enumerate(lexemes):
        keys.append(key_of_lexeme(lexeme, language))
        sizes.append(math.sqrt(len(lexeme.forms)))
        for form, prior in lexeme.forms.items():
            readings[form].append((number, prior))
    weights = {form: math.log1p(frequencies.get(form, 0.0)) for form in readings}
    mass = [0.0] * len(keys)
    for _ in range(rounds):
        new = [0.0] * len(keys)
        for form, candidates in readings.items():
            scores = [(mass[n] / sizes[n] + 0.1) * prior for n, prior in candidates]
            total = sum(scores)
            for (n, _), score in zip(candidates, scores, strict=True):
                new[n] += weights[form] * score / total
        mass = new
    shares: dict[str, dict[str, float]] = {}
    for form, candidates in readings.items():
        by_key: dict[str, float] = collections.defaultdict(float)
        for n, prior in candidates:
            by_key[keys[n]] += (mass[n] / sizes[n] + 0.02) * prior
        total = sum(by_key.values())
        shares[form] = {key: score / total for key, score in by_key.items()}
    return shares


def action(form: str, key: str) -> Action:
    """What turns ``form`` into ``key``: letters to strip at the end, letters to append."""
    common = 0
    while common < min(len(form), len(key)) and form[common] == key[common]:
        common += 1
    return len(form) - common, key[common:]


def learn(
    shares: Mapping[str, Mapping[str, float]], frequencies: Mapping[str, float]
) -> SuffixTable:
    """The table of least cost for forms whose occurrences divide into keys by ``shares``."""
    numbers: dict[Action, int] = {}
    rows = []
    for form in sorted(shares):
        weight = UNKNOWN_WEIGHT + math.log1p(frequencies.get(form, 0.0))
        gains: dict[int, float] = collections.defaultdict(float)
        for key, share in shares[form].items():
            gains[numbers.setdefault(action(form, key), len(numbers))] += weight * share
        rows.append((form[::-1] + "^", dict(gains)))
    rows.sort(key=lambda row: row[0])
    places = _places_for_rules(rows)
    actions = {number: done for done, number in numbers.items()}
    suffixes: dict[str, int] = {}
    words: dict[str, int] = {}
    for path in sorted(places, key=lambda path: (path.endswith("^"), len(path), path)):
        best, good = places[path]
        is_word = path.endswith("^")
        backwards = path.removesuffix("^")
        inherited = next(
            (
                suffixes[backwards[:n]]
                for n in range(len(backwards), -1, -1)
                if backwards[:n] in suffixes
            ),
            None,
        )
        if inherited is None or inherited not in good:
            (words if is_word else suffixes)[backwards[::-1] if is_word else backwards] = best
    return SuffixTable(
        words={word: actions[n] for word, n in words.items()},
        suffixes={backwards[::-1]: actions[n] for backwards, n in suffixes.items()},
    )


def _places_for_rules(
    rows: list[tuple[str, dict[int, float]]],
) -> dict[str, tuple[int, frozenset[int]]]:
    """path -> (best action there, actions so good that no rule is needed where one of them rules).

    Each node holds, for each action, what is saved below it if that action rules there, against
    an action that is right for none. A rule pays where the best saves more than the rule costs;
    above such a node only what an action saves beyond that still counts.
    """
    places: dict[str, tuple[int, frozenset[int]]] = {}
    open_nodes: list[tuple[str, dict[int, float]]] = [("", {})]

    def close() -> None:
        path, gains = open_nodes.pop()
        if gains:
            best = max(gains, key=lambda n: (gains[n], -n))
            surplus = gains[best] - (WORD_COST if path.endswith("^") else RULE_COST)
            if surplus > 0:
                good = frozenset(n for n, gain in gains.items() if gain >= surplus)
                places[path] = best, good
                gains = {n: gain - surplus for n, gain in gains.items() if gain > surplus}
        if open_nodes:
            above = open_nodes[-1][1]
            if above:
                for n, gain in gains.items():
                    above[n] = above.get(n, 0.0) + gain
            else:
                above.update(gains)

    for path, gains in rows:
        while not path.startswith(open_nodes[-1][0]):
            close()
        reached = len(open_nodes[-1][0])
        for n in range(reached + 1, min(DEPTH, len(path) - 1) + 1):
            open_nodes.append((path[:n], {}))
        open_nodes.append((path, gains))
    while open_nodes:
        close()
    return places
