"""Reprints: are planted near-duplicates found among real news, and what does looking for them cost?

    python -m benchmarks reprints [--data FOLDER] [--items N] [--planted N] [--seed N] [--show N]

Into N real items (../shared/data, not part of the repository; see ``ITEMS``) reprints of some of
them are planted, the same for the same seed: 10, 20 or 30 per cent of the words changed (of the
changes six in ten put a random word of the collection in the place of a word, two leave it out, two
put one in after it), the sentences in another order, in every other one of three sentences or more
the first left out, the headline of another article, another source, up to two days later. Only
items with a text of at least LEAST_WORDS words, links aside, before and after, are reprinted.

**pairs**: what is told of two articles. *recall*: planted reprints that are paired with their
original. *precision*: of the pairs of a planted reprint and another article, those whose other
article is the original or another reprint of it; *strict* counts every other one as wrong, *judged*
takes one as right whose text shares with the original at least JUDGED of the lower-case words of
both: the collection has reprints of its own, and 0.3 is less than what a planted one shares after
three words in ten were changed and the first sentence left out. **clusters**: the same for articles
in one cluster, paired or joined by others.
**natural**: the clusters of the collection itself; ``--show`` prints pairs of them to be judged.
**cost**: processor time spent on signatures and on looking for pairs, of all of the indexing by one
process without names; with names, which take longer, it is a smaller share.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import functools
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.quality import read_json_lines
from newsindex import Article, Index
from newsindex.index import inverter, writer
from newsindex.index.signatures import without_links

# Collections, and of how many items each is used: all, but of the first as many as are left.
ITEMS = (
    "onetv_ru_2000_2026/news",
    "tg_ru_2024/posts",
    "tsn_tg_uk_2022/posts",
    "biz_ru_2020_2022/articles",
    "interfax_ru_2021/articles",
)
LEAST_WORDS = 25
JUDGED = 0.3
RATES = (0.1, 0.2, 0.3)

_WORD = re.compile(r"\w+(?:[-'’]\w+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclasses.dataclass(frozen=True)
class Planted:
    """A reprint that was planted: the id of its original, and what was done to it."""

    original: str
    rate: float
    without_lead: bool
    words: int


def main(argv: list[str]) -> int:
    """Plant, index, print; 2 if the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks reprints")
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=default)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--planted", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=20_250_801)
    parser.add_argument("--show", type=int, default=0, help="pairs of natural reprints to print")
    options = parser.parse_args(argv)
    if not options.data.is_dir():
        print(f"no data at {options.data}: give its folder with --data")
        return 2
    rng = random.Random(options.seed)
    articles = read_items(options.data, options.items, rng)
    plants, planted = plant(articles, options.planted, rng)
    together = articles + plants
    rng.shuffle(together)
    with tempfile.TemporaryDirectory() as folder:
        index = build(Path(folder) / "reprints.idx", together)
        report(index, {article.id: article for article in together}, planted, rng, options.show)
    return 0


def read_items(data: Path, count: int, rng: random.Random) -> list[Article]:
    """``count`` real items; those of the later collections all, of the first a sample."""
    read = [list(_articles(data, name)) for name in ITEMS]
    rest = [article for collection in read[1:] for article in collection]
    articles = rng.sample(read[0], max(0, min(len(read[0]), count - len(rest)))) + rest[:count]
    print(f"{len(articles)} items")
    return articles


def _articles(data: Path, name: str) -> Iterator[Article]:
    for number, item in enumerate(read_json_lines(data / f"{name}.jsonl.gz")):
        if "title" in item:
            title = item["title"] or ""
            text = item["text"] if "text" in item else item["lead"] if item["lead_ok"] else ""
        else:
            title, _, text = item["text"].strip().partition("\n")
        moment = item.get("date") or item.get("date_inferred")
        published = datetime.fromisoformat(moment) if moment else None
        if published is not None and published.tzinfo is None:
            published = published.replace(tzinfo=UTC)
        if title.strip() or (text or "").strip():
            yield Article(
                title=title,
                text=text or "",
                published=published,
                source=item.get("source") or name.split("/", maxsplit=1)[0],
                language=item.get("lang", "ru"),
                id=f"{name.split('/', maxsplit=1)[0]}/{number}",
            )


def words_of(text: str) -> list[str]:
    """The words of a text, links aside."""
    return _WORD.findall(without_links(text))


def plant(
    articles: list[Article], count: int, rng: random.Random
) -> tuple[list[Article], dict[str, Planted]]:
    """Reprints of some of the articles; id -> what each is."""
    words: dict[str | None, list[str]] = collections.defaultdict(list)
    for article in rng.sample(articles, min(5_000, len(articles))):
        words[article.language] += words_of(article.text)
    plants: list[Article] = []
    planted: dict[str, Planted] = {}
    for article in rng.sample(articles, len(articles)):
        if len(plants) >= count:
            break
        if len(words_of(article.text)) < LEAST_WORDS:
            continue
        rate = RATES[len(plants) % len(RATES)]
        text, without_lead = _reprinted(article.text, rate, words[article.language], rng)
        if len(words_of(text)) < LEAST_WORDS:
            continue
        later = article.published and article.published + timedelta(minutes=rng.randrange(2880))
        identifier = f"planted/{len(plants)}"
        plants.append(
            dataclasses.replace(
                article,
                id=identifier,
                title=rng.choice(articles).title,
                text=text,
                source=f"reprint{rng.randrange(20)}.example",
                published=later,
            )
        )
        planted[identifier] = Planted(article.id, rate, without_lead, len(words_of(article.text)))
    return plants, planted


def _reprinted(text: str, rate: float, words: list[str], rng: random.Random) -> tuple[str, bool]:
    """A text as another agency might print it, and whether it lost its first sentence."""
    sentences = [part for part in _SENTENCE_END.split(text) if part.strip()]
    without_lead = len(sentences) >= 3 and rng.random() < 0.5
    sentences = sentences[without_lead:]
    rng.shuffle(sentences)

    def change(match: re.Match[str]) -> str:
        if rng.random() >= rate:
            return match[0]
        kind = rng.random()
        if kind < 0.6:
            return rng.choice(words)
        return "" if kind < 0.8 else f"{match[0]} {rng.choice(words)}"

    return _WORD.sub(change, " ".join(sentences)), without_lead


def build(path: Path, articles: list[Article]) -> Index:
    """An index of the articles without names; prints what the reprints cost."""
    spent = dict.fromkeys(("links", "signatures", "pairs"), 0.0)

    def timed(part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*arguments: Any) -> Any:
            begin = time.process_time()
            try:
                return function(*arguments)
            finally:
                spent[part] += time.process_time() - begin

        return wrapper

    places: list[tuple[str, Any, str]] = [
        ("links", inverter.Inverter, "_plain"),
        ("signatures", inverter.Inverter, "_write_signatures"),
        ("pairs", writer, "updated_pairs"),
    ]
    kept = [(owner, name, getattr(owner, name)) for _, owner, name in places]
    for part, owner, name in places:
        setattr(owner, name, timed(part, getattr(owner, name)))
    index = Index.create(path, extractor=None)
    begin = time.process_time()
    try:
        with index.writer() as out:
            for article in articles:
                out.add(article)
    finally:
        for owner, name, function in kept:
            setattr(owner, name, function)
    total = time.process_time() - begin
    index.refresh()
    size = sum(s.signatures.values.nbytes for s in index._snapshot.segments)
    print(
        f"cost: {sum(spent.values()) / total:.1%} of {total:.1f} s of indexing ("
        + ", ".join(f"{part} {seconds:.2f} s" for part, seconds in spent.items())
        + f"); {size / len(index):.0f} bytes an article"
    )
    return index


def report(
    index: Index,
    articles: dict[str, Article],
    planted: dict[str, Planted],
    rng: random.Random,
    show: int,
) -> None:
    """Print recall, precision, and what clusters the collection has of its own."""
    begin = time.perf_counter()
    clusters = index._snapshot.clusters
    print(f"{len(clusters)} clusters, read in {time.perf_counter() - begin:.3f} s")
    place_of = {identifier: index._snapshot.find(identifier) for identifier in articles}
    natural: list[list[str]] = []
    seen: set[str] = set()
    together: dict[str, set[str]] = {}
    for identifier, place in place_of.items():
        if place is None or identifier in seen:
            continue
        members = [s.ids[d].decode() for s, d in clusters.members(*place)]
        seen.update(members)
        together.update({m: set(members) - {m} for m in members if m in planted})
        left = [member for member in members if member not in planted]
        if len(left) > 1:
            natural.append(left)
    for kind, joined in (("pairs", _paired(index, planted)), ("clusters", together)):
        _report_planted(kind, joined, articles, planted)
    print(
        f"natural: {sum(map(len, natural))} items in {len(natural)} clusters,"
        f" the largest of {max(map(len, natural), default=0)}"
    )
    for members in rng.sample(natural, min(show, len(natural))):
        for member in rng.sample(members, 2):
            article = articles[member]
            about = f"{article.published:%Y-%m-%d}" if article.published else "undated"
            print(
                f"  {member} {about} {article.title[:70]} | {' '.join(article.text.split())[:150]}"
            )
        print()


def _paired(index: Index, planted: dict[str, Planted]) -> dict[str, set[str]]:
    """The articles that each planted one is paired with."""
    file = index._snapshot.reprints
    name_of = {
        id_hash: segment.ids[document].decode()
        for segment in index._snapshot.segments
        for document, id_hash in enumerate(segment.hashes_of_all().tolist())
    }
    paired: dict[str, set[str]] = {identifier: set() for identifier in planted}
    if file is not None:
        for ends in zip(file["first"].tolist(), file["second"].tolist(), strict=True):
            one, other = name_of[ends[0]], name_of[ends[1]]
            if one in planted:
                paired[one].add(other)
            if other in planted:
                paired[other].add(one)
    return paired


def _report_planted(
    kind: str,
    joined: dict[str, set[str]],
    articles: dict[str, Article],
    planted: dict[str, Planted],
) -> None:
    """Print recall and precision of the articles that each planted one is joined with."""
    found: dict[str, list[bool]] = collections.defaultdict(list)
    strict, judged = [], []
    for identifier, what in planted.items():
        others = joined[identifier]
        right = what.original in others
        least = max(n for n in (25, 40, 60, 100) if what.words >= n)
        for group in (
            "all",
            f"{what.rate:.0%} of the words changed",
            f"first sentence {'left out' if what.without_lead else 'kept'}",
            f"{least:3} words or more",
        ):
            found[group].append(right)
        for other in others:
            base = planted[other].original if other in planted else other
            strict.append(base == what.original)
            judged.append(strict[-1] or _shared(articles, base, what.original) >= JUDGED)
    for group, rights in sorted(found.items()):
        print(f"  {kind:8} recall {group:26} {sum(rights) / len(rights):.4f} of {len(rights)}")
    for name, rights in (("strict", strict), ("judged", judged)):
        share = sum(rights) / max(1, len(rights))
        print(f"  {kind:8} precision {name:23} {share:.4f} of {len(rights)}")


def _shared(articles: dict[str, Article], one: str, other: str) -> float:
    """The share of the lower-case words of two texts that both have."""
    first, second = (
        {word.lower() for word in words_of(articles[name].text or articles[name].title)}
        for name in (one, other)
    )
    return len(first & second) / max(1, len(first | second))
