"""Reprints: which articles are told to be near-duplicates, whatever the way they came."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsindex import Article, Index, IndexCorrupt
from newsindex.index.clusters import Clusters
from newsindex.index.reprints import Pairs
from newsindex.index.signatures import (
    LEAST_KEYS,
    LEAST_TOKENS,
    NO_KEY,
    SIGNATURE_KEYS,
    Signatures,
    links_of,
    numbers_of_keys,
    resemblance,
    without_links,
)
from tests.conftest import MakeIndex, article
from tests.index.reprint_texts import GOLD, changed, planted


def clusters_of(index: Index) -> list[list[str]]:
    """The ids in each cluster, first published first."""
    snapshot = index._snapshot
    found = {
        tuple(s.ids[d].decode() for s, d in snapshot.clusters.members(segment, document))
        for segment in snapshot.segments
        for document in range(segment.documents)
        if segment.is_live(document)
    }
    return sorted(list(ids) for ids in found if len(ids) > 1)


def pairs_of(index: Index) -> list[tuple[int, int, int]]:
    file = index._snapshot.reprints
    pairs = Pairs.read(file) if file else Pairs.none()
    columns = (pairs.first, pairs.second, pairs.percent)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_a_reprint_is_told_from_another_article_about_the_same(
    make_index: MakeIndex, language: str
) -> None:
    first, reprint, other = GOLD[language]
    index = make_index(
        [
            article(reprint, title="Другой заголовок", id="b", day="2025-08-01T14:00",
                    language=language, source="два"),
            article(first, title="Заголовок", id="a", language=language, source="один"),
            article(other, title="Заголовок", id="c", language=language),
        ]
    )  # fmt: skip
    assert clusters_of(index) == [["a", "b"]]


def test_a_text_and_its_translation_are_no_reprints(make_index: MakeIndex) -> None:
    texts = {
        "ru": "Президент подписал закон о бюджете на следующий год, расходы на оборону вырастут на"
        " треть. Парламент принял документ на заседании в среду, за проголосовали триста депутатов"
        " из разных фракций, сообщил спикер.",
        "uk": "Президент підписав закон про бюджет на наступний рік, видатки на оборону зростуть на"
        " третину. Парламент ухвалив документ на засіданні в середу, за проголосували триста"
        " депутатів з різних фракцій, повідомив спікер.",
    }
    index = make_index([article(text, id=lang, language=lang) for lang, text in texts.items()])
    assert clusters_of(index) == []


def test_what_is_short_or_a_link_is_no_reprint(make_index: MakeIndex) -> None:
    footer = "\n🔴 [Подписаться на новости города](https://t.me/gorod) | @gorod_bot #новости"
    index = make_index(
        [article("Санкции вступят в силу осенью." + footer * 5, title=f"Т {n}") for n in range(3)]
    )
    assert clusters_of(index) == []
    assert without_links("a [b](https://c.example/d) www.e.example @f #g h") == "a         h"
    assert links_of("a [b](https://c.example/d) @f") == ["[b](https://c.example/d)", "@f"]
    assert links_of("дом №5, корпус [1] (двор)") == []


def test_time_tells_a_column_from_a_reprint(make_index: MakeIndex) -> None:
    rng = random.Random(4)
    text = planted(rng, 1)
    again = changed(rng, text, 0.25)
    for day, found in (
        ("2025-08-03T00:00", True),
        ("2025-09-01T00:00", False),
        (None, True),
    ):
        index = make_index(
            [article(text, id="a"), article(again, id="b", day=day)], name=f"{day}.idx"
        )
        assert bool(clusters_of(index)) is found
    for day in ("2005-08-03T00:00", None):
        index = make_index(
            [article(text, id="a"), article(text, title="другой", id="b", day=day)],
            name=f"same {day}.idx",
        )
        assert clusters_of(index) == [sorted(["a", "b"], reverse=day is not None)]


def test_updates_and_deletions_leave_no_stale_pair(make_index: MakeIndex) -> None:
    rng = random.Random(5)
    text = planted(rng, 1)
    texts = {"a": text, "b": changed(rng, text, 0.15), "c": changed(rng, text, 0.15)}
    index = make_index([article(text, id=identifier) for identifier, text in texts.items()])
    assert [sorted(ids) for ids in clusters_of(index)] == [["a", "b", "c"]]
    with index.writer() as writer:
        writer.add(article(planted(rng, 2), id="b"))
    index.refresh()
    assert [sorted(ids) for ids in clusters_of(index)] == [["a", "c"]]
    with index.writer() as writer:
        writer.add(article(texts["b"], id="b"))
        writer.delete("c")
    index.refresh()
    assert [sorted(ids) for ids in clusters_of(index)] == [["a", "b"]]
    with index.writer() as writer:
        writer.delete("b")
    index.refresh()
    assert clusters_of(index) == []
    assert not list(index.path.glob("*.dup"))
    assert index.check() == []


def articles_with_reprints(seed: int, count: int) -> list[Article]:
    rng = random.Random(seed)
    articles = []
    for number in range(count):
        text = planted(rng, number, rng.choice([10, 25, 60]))
        for copy in range(rng.choice([1, 1, 2, 4])):
            articles.append(
                article(
                    changed(rng, text, 0.2) if copy else text,
                    title=f"{number} {copy}",
                    id=f"{number}-{copy}",
                    day=f"2025-08-{rng.randrange(1, 4):02}T12:00",
                )
            )
    return articles


@pytest.mark.parametrize("seed", range(4))
def test_neither_order_nor_commits_nor_merges_change_the_pairs(
    make_index: MakeIndex, seed: int
) -> None:
    articles = articles_with_reprints(seed, 40)
    once = make_index(articles, name="once.idx")
    rng = random.Random(seed)
    rng.shuffle(articles)
    many = make_index(articles, commits=rng.choice([3, 12, 30]), name="many.idx")
    with many.writer() as writer:
        for one in articles[:10]:
            writer.add(article(planted(rng, 1000), id=one.id))
        writer._flush()
        for one in articles[:10]:
            writer.add(one)
        writer.add(article(planted(rng, 0, 60), id="gone"))
        writer.commit()
        writer.delete("gone")
        writer.optimize() if seed % 2 else writer.commit()
    many.refresh()
    assert len(pairs_of(once)) > 10
    assert pairs_of(once) == pairs_of(many)
    assert clusters_of(once) == clusters_of(many)


def test_more_alike_than_are_compared_cost_no_more_and_stay_one_cluster(
    make_index: MakeIndex,
) -> None:
    text = planted(random.Random(6), 1)
    index = make_index(
        [article(text, title=str(n), id=str(n), day="2025-08-01T12:00") for n in range(300)]
    )
    assert len(pairs_of(index)) <= 300 * 16
    assert [len(ids) for ids in clusters_of(index)] == [300]


def test_a_rolled_back_writer_leaves_no_pair(make_index: MakeIndex) -> None:
    text = planted(random.Random(7), 1)
    index = make_index([article(text, id="a")])
    with index.writer() as writer:
        writer.add(article(text, title="т", id="b"))
        writer._flush()
        writer.rollback()
        writer.add(article("мир"))
    index.refresh()
    assert clusters_of(index) == []


# Damage


@pytest.fixture
def damaged(make_index: MakeIndex) -> tuple[Index, Path]:
    text = planted(random.Random(8), 1)
    index = make_index([article(text, title=str(n), id=str(n)) for n in range(4)])
    (path,) = index.path.glob("*.dup")
    return index, path


def test_a_file_of_pairs_cut_short_or_missing_is_named(damaged: tuple[Index, Path]) -> None:
    index, path = damaged
    content = path.read_bytes()
    for length in range(0, len(content), 16):
        path.write_bytes(content[:length])
        with pytest.raises(IndexCorrupt, match=path.name):
            Index.open(index.path)
        assert any(path.name in problem for problem in index.check())
    path.unlink()
    with pytest.raises(IndexCorrupt, match=path.name):
        Index.open(index.path)
    assert any(path.name in problem for problem in index.check())


def test_a_changed_bit_of_the_pairs_is_found_by_check(damaged: tuple[Index, Path]) -> None:
    index, path = damaged
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert any(path.name in problem for problem in index.check())


def test_pairs_of_articles_that_are_not_there_join_nothing(damaged: tuple[Index, Path]) -> None:
    index, _ = damaged
    snapshot = index._snapshot
    hashes = np.arange(10, dtype=np.uint64)
    pairs = Pairs(hashes, hashes + np.uint64(1), np.full(10, 90, dtype=np.uint8))
    assert len(Clusters(snapshot.segments, pairs)) == 0


# Signatures

TEXTS = st.lists(st.lists(st.integers(0, 90), max_size=70), max_size=6)
NUMBERS = np.sort(numbers_of_keys([f"ключ{n}".encode() for n in range(91)]))


def signatures(texts: list[list[int]]) -> Signatures:
    return Signatures.of([np.array(text, dtype=np.uint32) for text in texts], NUMBERS)


@settings(max_examples=100, deadline=None)
@given(texts=TEXTS)
def test_a_signature_is_the_smallest_numbers_of_a_text_long_enough(texts: list[list[int]]) -> None:
    found = signatures(texts)
    rows = found.rows(np.arange(len(texts)))
    for text, row, count in zip(texts, rows, found.counts.tolist(), strict=True):
        keys = sorted(set(text))
        if len(text) < LEAST_TOKENS or len(keys) < LEAST_KEYS:
            keys = []
        assert row[row != NO_KEY].tolist() == NUMBERS[keys[:SIGNATURE_KEYS]].tolist()
        assert count == len(keys[:SIGNATURE_KEYS])
    reverse = signatures([text[::-1] for text in texts])
    assert reverse.values.tolist() == found.values.tolist()


@settings(max_examples=100, deadline=None)
@given(texts=TEXTS, rng=st.randoms(use_true_random=False))
def test_signatures_are_gathered_as_they_are(texts: list[list[int]], rng: random.Random) -> None:
    parts = [signatures(texts), signatures(texts[::-1]), signatures([])]
    origin = [(part, n) for part in (0, 1) for n in range(len(texts))]
    rng.shuffle(origin)
    owner, document = np.array(origin, dtype=np.int64).reshape(-1, 2).T
    gathered = Signatures.gathered(parts, owner, document)
    for n, (part, document) in enumerate(origin):
        expected = parts[part].rows(np.array([document]))
        assert gathered.rows(np.array([n])).tolist() == expected.tolist()


KEY_SETS = st.sets(st.integers(0, 60), min_size=LEAST_KEYS, max_size=60)


@settings(max_examples=200, deadline=None)
@given(first=KEY_SETS, second=KEY_SETS)
def test_the_resemblance_of_short_texts_is_exact(first: set[int], second: set[int]) -> None:
    rows = signatures([list(keys) * 3 for keys in (first, second)]).rows(np.arange(2))
    found = float(resemblance(rows[:1], rows[1:])[0])
    assert found == float(resemblance(rows[1:], rows[:1])[0])
    sample = sorted(first | second)[:SIGNATURE_KEYS]
    assert found == sum(key in first and key in second for key in sample) / len(sample)
    assert float(resemblance(rows[:1], rows[:1])[0]) == 1.0
    if len(first | second) <= SIGNATURE_KEYS:
        assert found == len(first & second) / len(first | second)
