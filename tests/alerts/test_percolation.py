"""Many queries against new articles: alerts report what a search of the same query finds."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

import newsindex
from newsindex import Alerts, Index
from newsindex.alerts.clauses import clauses_of
from newsindex.alerts.matches import fresh_documents
from newsindex.alerts.plan import Plan
from newsindex.alerts.store import Alert
from newsindex.engine.filters import asked
from newsindex.query.search import matching, matching_among
from tests.conftest import MakeIndex, article

WORDS = (
    "мир война договор договоры консультация президент министр Япония Украина области город"
    " самолёт ракета дрон-камикадзе санкций переговоры закон парламент погода школа 2025 Shahed"
).split()
NAMES = ["Андрей Ермак", "Ермак", "Андрій Єрмак", "Владимир Зеленский", "Зеленський"]
PLACES = ["Киев", "Київ", "Токио", "Харьков"]
OPERATORS = [" ", " ", " OR ", " AND ", " -", " NOT ", " И ", " АБО "]
BATCHES = 4
QUERIES = 250


def random_clause(rng: random.Random, depth: int = 0) -> str:
    kind = rng.random()
    word = rng.choice(WORDS)
    if kind < 0.4:
        return word
    if kind < 0.52:
        return f'"{" ".join(rng.choices(WORDS, k=rng.randint(2, 3)))}"' + rng.choice(["", "~3"])
    if kind < 0.58:
        return rng.choice([f"{word[: rng.randint(1, 4)]}*", f"{word}~1", f'"{word[:3]}* {word}"'])
    if kind < 0.61:
        other, third = rng.choice(WORDS), rng.choice(WORDS)
        return rng.choice(
            [
                f"({word} NEAR/3 {other})",
                f"SENTENCE({word} {other})",
                f'"{word} {other} {third}"/2',
                "date:none",
                "has:person",
            ]
        )
    if kind < 0.64:
        return f"={word}"
    if kind < 0.70:
        return f"title:{word}"
    if kind < 0.76:
        return f'person:"{rng.choice(NAMES)}"'
    if kind < 0.80:
        return f"place:{rng.choice(PLACES)}"
    if kind < 0.85:
        return rng.choice(["source:один", "source:д*", "lang:uk", "date:2025", "date:>=2025-06"])
    return f"({random_query(rng, depth + 1)})" if depth < 3 else word


def random_query(rng: random.Random, depth: int = 0) -> str:
    query = random_clause(rng, depth)
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
        query += rng.choice(OPERATORS) + random_clause(rng, depth)
    return query


def random_article(rng: random.Random, number: int) -> newsindex.Article:
    words = rng.choices(WORDS, k=rng.randint(3, 25))
    if rng.random() < 0.5:
        words += ["Об", "этом", "заявил", rng.choice(NAMES), "в", rng.choice(PLACES) + "."]
    return article(
        " ".join(words),
        title=" ".join(rng.choices(WORDS, k=rng.randint(0, 5))),
        day=rng.choice([None, "2024-03-01T10:00", f"2025-0{rng.randint(1, 9)}-01T10:00"]),
        id=f"a{number}",
        source=rng.choice(["один", "два"]),
        language=rng.choice(["ru", "ru", "uk"]),
    )


def ids_found(index: Index, query: str, **filters: object) -> set[str]:
    asks = asked(query, filters, index.timezone)  # type: ignore[arg-type]  # filters they are
    return {
        segment.ids[document].decode()
        for segment, documents in matching(index._snapshot, asks.tree, asks.languages)
        for document in documents.tolist()
    }


def test_alerts_report_what_a_search_finds_among_the_new_articles(make_index: MakeIndex) -> None:
    rng = random.Random(20250801)
    index = make_index([random_article(rng, number) for number in range(60)])
    alerts = Alerts(index.path)
    queries: dict[str, tuple[str, newsindex.Filters]] = {}
    for number in range(QUERIES):
        filters: newsindex.Filters = {}
        if rng.random() < 0.2:
            filters = {"since": "2025-03"} if rng.random() < 0.5 else {"language": "ru"}
        if rng.random() < 0.1:
            filters["person"] = "Ермак"
        queries[f"q{number}"] = (random_query(rng), filters)
    results = alerts.add_many([(name, *each) for name, each in queries.items()])
    assert not [result for result in results if isinstance(result, Exception)]
    known = {name: ids_found(index, query, **filters) for name, (query, filters) in queries.items()}
    for batch in range(BATCHES):
        # Some are new, some replace what was there, some go; dates lie anywhere.
        written = {f"a{number}" for number in rng.sample(range(60 + 40 * batch), 40)}
        with index.writer() as writer:
            for identifier in sorted(written):
                writer.add(random_article(rng, int(identifier[1:])))
            gone = f"a{rng.randint(0, 59)}"
            writer.delete(gone)
            if batch == 2:
                writer.optimize()
        index.refresh()
        reported: dict[str, set[str]] = defaultdict(set)
        for match in alerts.run():
            assert match.hit.id not in reported[match.alert]
            reported[match.alert].add(match.hit.id)
        for name, (query, filters) in queries.items():
            expected = ids_found(index, query, **filters) & written - known[name]
            assert reported[name] == expected, f"{query} {filters}"
            known[name] |= expected
    assert sum(map(bool, reported.values())) > QUERIES // 10
    assert not list(alerts.run())


def random_phrase(rng: random.Random) -> str:
    # Of few words, so that many phrases stand somewhere and words come twice.
    words = rng.choices(
        [*WORDS[:5], "дрон-камикадзе", "камикадзе", "договорами"], k=rng.randint(1, 4)
    )
    phrase = f'"{" ".join(words)}"'
    kind = rng.random()
    if kind < 0.5:
        return phrase
    if kind < 0.9:
        made = [f"title:{phrase}", f"={phrase}", f"{phrase}~2", f"-{phrase} мир", f"{phrase} мир"]
        made += [f"{phrase} OR договор", f"({phrase} NEAR/4 мир)", f"SENTENCE({phrase} война)"]
        return rng.choice(made)
    return f"{phrase} {random_phrase(rng)}"


@pytest.mark.parametrize("seed", range(3))
def test_phrases_are_found_together_as_each_is_alone(make_index: MakeIndex, seed: int) -> None:
    rng = random.Random(seed)

    def short(number: int) -> newsindex.Article:
        words = rng.choices(
            [*WORDS[:5], "дрон-камикадзе", "дрон", "камикадзе"], k=rng.randint(1, 9)
        )
        # Some are longer than a byte can count.
        body = " ".join(words) + "." + " слово" * rng.choice([0, 0, 400]) + " мир договоры мир"
        title = " ".join(rng.choices(WORDS[:4], k=rng.randint(0, 4)))
        return article(body, title=title, id=str(number), language=rng.choice(["ru", "uk"]))

    index = make_index([short(number) for number in range(120)], commits=2)
    with index.writer() as writer:
        for number in range(100, 150):
            writer.add(short(number))
        if seed:
            writer.optimize()  # then what is new lies among what is old
    index.refresh()
    alerts = []
    for number in range(300):
        filters: newsindex.Filters = {"language": "uk"} if rng.random() < 0.2 else {}
        if rng.random() < 0.2:
            filters["cross"] = False
        alerts.append(Alert(str(number), random_phrase(rng), filters, datetime.now(UTC)))
    plan = Plan(index._snapshot, alerts)
    matched = 0
    for segment in index._snapshot.segments:
        documents = fresh_documents(segment, 3)
        if not len(documents):
            continue
        found: dict[int, list[int]] = defaultdict(list)
        for query, those in plan.matches(index._snapshot, segment, documents):
            found[query] += those.tolist()
        for query, alert in enumerate(alerts):
            asks = plan.asked(query)
            alone = matching_among(index._snapshot, segment, documents, asks.tree, asks.languages)
            assert found[query] == alone.tolist(), f"{alert.query} {alert.filters}"
            matched += len(alone)
    assert matched > 300


def test_a_large_commit_is_matched_in_blocks(make_index: MakeIndex) -> None:
    index = make_index([])
    alerts = Alerts(index.path)
    alerts.add("all", "")
    alerts.add("some", "номер 7 OR 1999")
    with index.writer() as writer:
        for number in range(2500):
            writer.add(article(f"номер {number}", id=str(number)))
    index.refresh()
    found = [(match.alert, match.hit.id) for match in alerts.run()]
    assert {name for name, _ in found} == {"all", "some"}
    assert len(found) == 2502
    assert {identifier for name, identifier in found if name == "some"} == {"7", "1999"}


@pytest.mark.parametrize(
    ("query", "clauses", "exact"),
    [
        ("мир война", 2, True),
        ('"пакет санкций" -нефть', 2, True),
        ('"пакет санкций"~3', 2, False),
        ('="пакет санкций"', 2, False),
        ('"пакет санкций" OR нефть', 1, False),
        ('title:"пакет санкций" мир', 3, True),
        ("мир OR война", 1, True),
        ("(мир договор) OR (война закон)", 1, False),
        ("person:Ермак title:саммит", 2, True),
        ("=договором", 1, False),
        ("мир*", 0, False),
        ("-мир", 0, True),
        ("мир OR вой*", 0, False),
        ("мир вой* lang:uk date:2025", 2, False),
        ("мир -война source:один", 2, True),
        ("мир -(война договор)", 1, False),
        ('мир -"война и мир"', 1, False),
        ("title:мир OR война", 1, True),
        ("(мир -война) OR закон", 1, False),
        ("", 0, False),
        ("(мир NEAR (война OR закон))", 2, False),
        ('"мир война закон"/2', 1, False),
        ('"пре*ент Украины"', 1, False),
        ("Зеленский~1", 0, False),
        ("place:Киев мир", 2, True),
        ("дрон-камикадзе", 2, True),
    ],
)
def test_the_clauses_of_a_query(query: str, clauses: int, exact: bool) -> None:
    found = clauses_of(asked(query, {}, "Europe/Kyiv").tree, (), len)
    assert (len(found.needed), found.exact) == (clauses, exact)


def test_a_plan_serves_run_after_run_until_the_alerts_change(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index([])
    alerts = Alerts(index.path)
    alerts.add("one", "мир")
    found = []
    for number in range(3):
        with index.writer() as writer:
            writer.add(article("мир и война", id=str(number)))
        if number == 1:
            Alerts(index.path).add("two", "война")
        found.append([(match.alert, match.hit.id) for match in alerts.run()])
    assert found == [[("one", "0")], [("one", "1")], [("one", "2"), ("two", "2")]]
