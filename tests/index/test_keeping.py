"""Keeping an index: backups, repairs, rebuilding."""

from __future__ import annotations

import dataclasses
import random
import shutil
import threading
from pathlib import Path

import orjson
import pytest

import newsindex
from newsindex import (
    Article,
    GivenEntity,
    Index,
    IndexCorrupt,
    IndexExists,
    IndexNotFound,
    IndexVersionError,
)
from newsindex.index.manifest import read_manifest, write_manifest
from tests.conftest import MakeIndex, article


def texts(count: int) -> list[Article]:
    rng = random.Random(1)
    return [
        article(
            " ".join(f"слово{rng.randrange(500)}" for _ in range(120)) + f" мир{n} Киев",
            title=f"заголовок {n}",
            id=str(n),
            source="agency",
        )
        for n in range(count)
    ]


def everything(index: Index) -> dict[str, Article]:
    return {hit.id: hit for hit in index.articles("")}


def test_a_backup_is_a_state_of_its_own(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index(texts(30), commits=3)
    newsindex.Alerts(index.path).add("war", "мир3")
    before = everything(index)
    assert index.backup(tmp_path / "links") == index.backup(tmp_path / "copies", link=False)
    with index.writer() as writer:
        writer.delete("3")
        writer.optimize()
    for name in ("links", "copies"):
        copy = Index.open(tmp_path / name)
        assert copy.check() == []
        assert everything(copy) == before
        assert [alert.name for alert in newsindex.Alerts(copy.path)] == ["war"]
    links = {path.stat().st_nlink for path in (tmp_path / "copies").glob("*.seg")}
    assert links == {1}
    with pytest.raises(IndexExists):
        index.backup(tmp_path / "links")
    with pytest.raises(IndexNotFound):
        newsindex.restore(tmp_path / "nothing", tmp_path / "new")


def test_backups_while_a_writer_commits_and_merges(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index(texts(10))
    done = threading.Event()

    def write() -> None:
        with index.writer() as writer:
            for number in range(10, 90, 10):
                for each in range(number, number + 10):
                    writer.add(Article("мир", f"номер {each}", language="ru", id=str(each)))
                writer.commit()
                if number % 30 == 0:
                    writer.optimize()
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    number = 0
    while not done.is_set() or not number:
        index.backup(tmp_path / f"{number}", link=number % 2 == 0)
        copy = Index.open(tmp_path / f"{number}")
        assert copy.check() == []
        assert len(copy) % 10 == 0
        number += 1
    writer.join()


def test_restore_verifies(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index(texts(20))
    index.backup(tmp_path / "bak", link=False)
    newsindex.restore(tmp_path / "bak", tmp_path / "back.idx")
    assert everything(Index.open(tmp_path / "back.idx")) == everything(index)
    with pytest.raises(IndexExists):
        newsindex.restore(tmp_path / "bak", tmp_path / "back.idx")
    segment = next((tmp_path / "bak").glob("*.seg"))
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 1
    segment.write_bytes(content)
    with pytest.raises(IndexCorrupt, match=segment.name):
        newsindex.restore(tmp_path / "bak", tmp_path / "third.idx")
    assert not (tmp_path / "third.idx").exists()


def test_repair_saves_every_article_that_is_whole(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index(texts(300), commits=3)
    with index.writer() as writer:
        writer.delete("5")
    index.refresh()
    expected = everything(index)
    segments = sorted(index.path.glob("*.seg"))
    first = bytearray(segments[0].read_bytes())
    # In the middle of the stored articles: one chunk of 16 KB is gone.
    at = first.rindex((0xFD2FB528).to_bytes(4, "little"), 0, len(first) * 9 // 10)
    first[at + 20] ^= 1
    segments[0].write_bytes(first)
    repaired = newsindex.repair(index.path, tmp_path / "saved.idx")
    assert any(segments[0].name in problem for problem in repaired.problems)
    saved = Index.open(tmp_path / "saved.idx")
    assert saved.check() == []
    found = everything(saved)
    assert 0 < repaired.lost < 100
    assert len(saved) == repaired.articles == len(expected) - repaired.lost
    assert all(expected[identifier] == found[identifier] for identifier in found)
    assert saved.search("мир250").total == 1


def arrays_of(path: Path) -> dict[str, tuple[int, int]]:
    """Where each array of a file starts, and its length in bytes."""
    content = path.read_bytes()
    header = orjson.loads(content[24 : 24 + int.from_bytes(content[12:16], "little")])
    return {n: (at, c * int(kind[-1])) for n, (kind, c, at) in header["arrays"].items()}


def test_repair_of_a_segment_cut_anywhere_saves_every_article_before_the_cut(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index(texts(400))
    expected = everything(index)
    (segment,) = index._snapshot.segments
    content = segment.file.path.read_bytes()
    start, length = arrays_of(segment.file.path)["article_text"]
    ends = [start + segment.articles.place(n)[1] for n in range(400)]
    rng = random.Random(4)
    cuts = [rng.randrange(start) for _ in range(4)]
    cuts += [rng.randrange(start, start + length) for _ in range(12)]
    cuts += [rng.randrange(start + length, len(content)) for _ in range(3)]
    cuts += [start, ends[0], ends[7] - 1, ends[7], ends[7] + 1, start + length, len(content) - 1]
    folder = tmp_path / "cut.idx"
    shutil.copytree(index.path, folder)
    for number, cut in enumerate(cuts):
        (folder / segment.entry.name).write_bytes(content[:cut])
        if number % 2:
            (folder / "manifest.json").write_bytes(b"?")
        else:
            shutil.copy(index.path / "manifest.json", folder)
        repaired = newsindex.repair(folder, tmp_path / f"saved{number}.idx")
        saved = Index.open(tmp_path / f"saved{number}.idx")
        whole = {segment.ids[n].decode() for n in range(400) if ends[n] <= cut}
        assert everything(saved) == {i: expected[i] for i in whole}, cut
        assert repaired.articles == len(whole)
        assert repaired.lost in ((400 - len(whole),) if cut > 5_000 else (400, 0))
        assert repaired.problems
        assert saved.check() == []
        assert {p.suffix for p in saved.path.iterdir()} <= {".json", ".seg", ".lock"}


def test_repair_loses_no_more_than_shares_16_kb_with_a_changed_bit(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index(texts(400))
    expected = {article.text: article for article in everything(index).values()}
    (segment,) = index._snapshot.segments
    content = segment.file.path.read_bytes()
    arrays = arrays_of(segment.file.path)
    folder = shutil.copytree(index.path, tmp_path / "flipped.idx")
    rng = random.Random(5)
    columns = ("article_start", "article_dictionary", "dictionary_start", "id_text", "published")
    places = {rng.randrange(arrays["published"][0]): 0 for _ in range(4)}  # header, checksums
    places |= {arrays[name][0] + rng.randrange(arrays[name][1]): 0 for name in columns}
    start, length = arrays["article_text"]
    for _ in range(3):
        at = rng.randrange(length)
        chunk = (at >> 14 << 14, (at >> 14) + 1 << 14)
        bounds = [segment.articles.place(n) for n in range(400)]
        places[start + at] = sum(b > chunk[0] and a < chunk[1] for a, b in bounds)
    for number, (place, lost) in enumerate(places.items()):
        changed = bytearray(content)
        changed[place] ^= 1 << rng.randrange(8)
        (folder / segment.entry.name).write_bytes(changed)
        repaired = newsindex.repair(folder, tmp_path / f"saved{number}.idx")
        assert (repaired.articles, repaired.lost) == (400 - lost, lost), place
        found = everything(Index.open(tmp_path / f"saved{number}.idx")).values()
        assert {article.text for article in found} <= set(expected)
        if not repaired.partial:
            assert all(expected[article.text] == article for article in found)


def test_repair_keeps_the_newest_where_deletions_are_lost(
    make_index: MakeIndex, tmp_path: Path
) -> None:
    index = make_index(texts(30))
    with index.writer() as writer:
        writer.add(article("новая редакция", id="7"))
    index.refresh()
    for path in (*index.path.glob("*.seg"), *index.path.glob("*.del")):
        path.write_bytes(path.read_bytes()[:-1])
    repaired = newsindex.repair(index.path, tmp_path / "saved.idx")
    assert (repaired.articles, repaired.lost) == (30, 0)
    saved = Index.open(tmp_path / "saved.idx").get("7")
    assert saved is not None
    assert saved.text == "новая редакция"


def test_repair_of_a_whole_index_loses_nothing(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index(texts(60), commits=3)
    with index.writer() as writer:
        writer.delete("5")
    index.refresh()
    repaired = newsindex.repair(index.path, tmp_path / "saved.idx")
    assert dataclasses.asdict(repaired) == {
        "articles": 59, "partial": 0, "lost": 0, "problems": []
    }  # fmt: skip
    assert everything(Index.open(tmp_path / "saved.idx")) == everything(index)


def test_repair_without_a_manifest_or_a_column(make_index: MakeIndex, tmp_path: Path) -> None:
    index = make_index(texts(60), commits=2)
    expected = everything(index)
    copy = shutil.copytree(index.path, tmp_path / "copy.idx")
    (copy / "manifest.json").write_bytes(b"?")
    assert newsindex.repair(copy, tmp_path / "one.idx").articles == 60
    assert everything(Index.open(tmp_path / "one.idx")) == expected
    with pytest.raises(IndexNotFound):
        newsindex.repair(tmp_path, tmp_path / "two.idx")

    path = min(copy.glob("*.seg"))
    content = bytearray(path.read_bytes())
    at = content.index(int(expected["0"].published.timestamp()).to_bytes(8, "little"))  # type: ignore[union-attr]
    content[at] ^= 1
    path.write_bytes(content)
    shutil.copy(index.path / "manifest.json", copy)
    repaired = newsindex.repair(copy, tmp_path / "three.idx")
    assert (repaired.articles, repaired.partial, repaired.lost) == (60, 30, 0)
    found = everything(Index.open(tmp_path / "three.idx"))
    assert {each.text for each in found.values()} == {each.text for each in expected.values()}


def test_reindex_writes_the_present_analysis(make_index: MakeIndex, tmp_path: Path) -> None:
    given = dataclasses.replace(
        article("Текст о чем-то другом, Ялта", id="given"),
        entities=(GivenEntity("person", "Андрей Ермак"),),
    )
    index = make_index([*texts(40), given], commits=3)
    with index.writer() as writer:
        writer.delete("7")
    index.refresh()
    expected, hits = everything(index), index.search("заголовок Киев", limit=50)
    alerts = newsindex.Alerts(index.path)
    alerts.add("all", "заголовок")
    list(alerts.run())
    manifest = read_manifest(index.path)
    write_manifest(
        index.path, dataclasses.replace(manifest, analysis="of another time", entities="older")
    )
    with pytest.raises(IndexVersionError, match="newsindex reindex"):
        Index.open(index.path)
    assert newsindex.reindex(index.path) == 40
    rebuilt = Index.open(index.path)
    assert rebuilt.check() == []
    assert everything(rebuilt) == expected
    assert rebuilt.mentions("given") == index.mentions("given")
    assert rebuilt.search("заголовок Киев", limit=50).total == hits.total
    assert list(newsindex.Alerts(index.path).run()) == []
    files = {path.name for path in index.path.iterdir()}
    assert not files & {entry.name for entry in manifest.segments}


def test_reindex_that_is_broken_off_changes_nothing(make_index: MakeIndex) -> None:
    index = make_index(texts(150), commits=2)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        newsindex.reindex(index.path, progress=stop)
    assert read_manifest(index.path) == index._snapshot.manifest
    assert Index.open(index.path).check() == []


def test_what_is_no_index_is_left_as_it_is_by_reindex(tmp_path: Path) -> None:
    with pytest.raises(newsindex.IndexNotFound):
        newsindex.reindex(tmp_path / "no.idx")
    assert list(tmp_path.iterdir()) == []
