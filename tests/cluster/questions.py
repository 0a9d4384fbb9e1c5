"""Every class of question, asked of an index and of a collection of the same articles."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from newsindex import Article, Index, read
from newsindex.cluster import Searcher
from tests.conftest import KYIV

# Queries of every form of the language.
QUERIES = [
    "президент",
    "Россия OR Украина OR США OR мир",
    "мир война",
    '"пакет санкций"',
    '"президент США"~3',
    "(Россия NEAR/5 США)",
    "SENTENCE(Россия США)",
    '"мир война газ нефть президент"/2',
    "война -Россия",
    "консульт*",
    "п*",
    "пре*ент",
    "Зеленьский~1",
    "Украины~2",
    "=президента",
    '="в Москве"',
    "title:(Киев OR Москва)",
    "person:Зеленский",
    "org:МВД",
    "place:Киев санкции",
    "has:person",
    "date:none",
    "date:2024-03",
    "санкции^2 нефть",
    "*",
    "lang:uk Україна",
    "презедент",
    "ghtpbltyn",
    "ыыыы",
    "договор OR =договором OR дрон-камикадзе",
]
WAYS: list[dict[str, Any]] = [
    {},
    {"sort": "newest"},
    {"sort": "oldest", "offset": 7},
    {"collapse": True},
    {"collapse": True, "sort": "newest"},
    {"explain": True, "limit": 3},
    {"since": "2022-03", "until": "2022-05", "sort": "newest"},
    {"recency": "30d", "now": datetime(2024, 5, 1, tzinfo=KYIV)},
    {"cross": False},
    {"limit": 0},
    {"limit": 100},
]
# Of queries that find more than this not every hit is compared.
STREAMED = 2000
_WORDS = (
    "президент мир война договор консультации санкции пакет нефть газ Россия Украина США Киев"
    " Москва закон парламент погода школа море город область самолёт ракета переговоры министр"
).split()
_PHRASES = [
    "Владимир Зеленский прибыл в Киев.",
    "Президент США ввёл пакет санкций.",
    "В Москве прошло заседание МВД.",
    "Консультации по договору, с договором и о договоре.",
    "Дрон-камикадзе над морем.",
]


def made_up(count: int, seed: int = 1) -> list[Article]:
    """Articles of some years; some in Ukrainian, some undated, some nearly the same as another."""
    rng = random.Random(seed)
    articles: list[Article] = []
    for number in range(count):
        published = datetime(2022, 1, 1, tzinfo=KYIV) + timedelta(minutes=rng.randint(0, 1_500_000))
        words = rng.choices(_WORDS, k=rng.randint(20, 60))
        text = f"{' '.join(words)}. {rng.choice(_PHRASES)}"
        if articles and rng.random() < 0.1:
            other = rng.choice(articles)
            text, published = other.text + " Ещё.", (other.published or published)
            published += timedelta(hours=rng.randint(0, 60))
        articles.append(
            Article(
                title=" ".join(rng.choices(_WORDS, k=rng.randint(0, 5))),
                text=text if number % 7 else "Україна і світ: мир, війна та санкції. " + text,
                published=None if number % 50 == 0 else published,
                source=rng.choice(["a.ru", "b.ua", None]),
                language="ru" if number % 7 else "uk",
                id=f"a{number}",
            )
        )
    return articles


def write_lines(path: Path, articles: Sequence[Article]) -> Path:
    """A file of JSON lines of articles."""
    lines = [json.dumps(article.as_dict(), ensure_ascii=False) + "\n" for article in articles]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def index_of(folder: Path, sources: Sequence[Path]) -> Index:
    """An index of the articles of files, written in one commit."""
    index = Index.create(folder)
    with index.writer() as writer:
        for source in sources:
            for item in read(source):
                if isinstance(item, Article):
                    writer.add(item)
    index.refresh()
    return index


def answers(index: Index | Searcher, queries: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """What an index answers to questions of every class, each with a name; a query is asked in
    some ways, the next one in others."""
    stats = index.stats()
    for name in ("path", "segments", "bytes", "generation", "deleted"):
        del stats[name]
    yield "stats", stats
    for number, query in enumerate(queries):
        for way in [WAYS[0], *WAYS[1 + number % 3 :: 3]]:
            results = index.search(query, **way)
            yield f"search {query!r} {way}", results
            if results.cursor and "offset" not in way:
                yield f"after {query!r} {way}", index.search(query, after=results.cursor, **way)
        for by in ("person", "org", "place", "source", "language")[number % 2 :: 2]:
            yield f"facets {query!r} {by}", index.facets(query, by=by, top=30)
        yield f"timeline {query!r}", index.timeline(query, by="month")
        yield f"terms {query!r}", index.terms(query)
        if index.search(query, limit=0).total > STREAMED:
            pass
        elif number % 3 == 0:
            yield f"scan {query!r}", list(index.scan(query, sort="relevance"))
            yield f"articles {query!r}", list(index.articles(query, sort="oldest"))
            days = index.timeline(query, by="day", since="2022-04", until="2022-05")
            yield f"days {query!r}", days
        elif number % 3 == 1:
            yield f"collapsed {query!r}", list(index.scan(query, collapse=True))
        for hit in index.search(query, limit=1):
            yield f"similar {hit.id}", index.similar(hit.id)
            yield f"record {hit.id}", index.record(hit.id)
            yield f"duplicates {hit.id}", index.duplicates(hit.id)
    for prefix in ("п", "през", "Зел", "ыыы", ""):
        yield f"suggest {prefix!r}", index.suggest(prefix)
        yield f"entities {prefix!r}", index.entities(prefix)
    yield "nobody", index.get("nobody")


def assert_equal(index: Index, searcher: Searcher, queries: Sequence[str] = QUERIES) -> int:
    """Assert that both answer the same, to the last digit; how many answers were compared."""
    count = 0
    both = zip(answers(index, queries), answers(searcher, queries), strict=True)
    for (name, expected), (_, found) in both:
        assert found == expected, name
        count += 1
    return count
