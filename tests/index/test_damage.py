"""Damage: a file cut short or changed is named by `check`, and never gives a wrong answer.

CI tries a share. ``NEWSINDEX_DAMAGE=10000 pytest tests/index/test_damage.py`` changes so many bits,
one at a time, spread evenly over the files, and tries every length that is a multiple of 64.
"""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path

import orjson
import pytest

from newsindex import Alerts, Index, IndexCorrupt, IndexNotFound, IndexVersionError
from newsindex.index.check import check
from newsindex.index.checked import checksum
from tests.conftest import MakeIndex, article

QUERIES = [
    "мир",
    '"первый мир"',
    "мир OR война -закон",
    "м*",
    "*он",
    "закoн~1",
    "=мира",
    "",
    "date:2025",
    "person:Зеленский",
    "(мир NEAR/3 закон)",
    "SENTENCE(мир закон)",
]
BITS = int(os.environ.get("NEWSINDEX_DAMAGE", "240"))
CUTS = 1_000_000 if BITS >= 10_000 else 40


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    texts = [
        f"Владимир Зеленский сказал: первый мир и закон {n}. " + f"слово{n} дом река " * n
        for n in range(20)
    ]
    index = make_index([article(t, title="война", id=str(n)) for n, t in enumerate(texts)])
    with index.writer() as writer:
        writer.add(article(texts[7] + " ещё раз", title="война", id="again"))
        writer.delete("3")
    index.refresh()
    Alerts(index.path).add("peace", "мир")
    return index


def copy_of(index: Index, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(index.path, folder)
    return folder


def answers(folder: Path) -> list[object]:
    index = Index.open(folder)
    return [
        *(index.search(query, collapse=query == "мир") for query in QUERIES),
        *(index.get(str(n)) for n in range(20)),
        index.facets("мир", by="person"),
        index.facets("мир", by="source"),
        [(term.text, term.count) for term in index.terms("река")],
        index.timeline("мир", by="month"),
        [alert.as_dict() for alert in Alerts(folder)],
        [match.id for match in Alerts(folder).run()],
    ]


def test_a_whole_index_has_nothing_wrong(index: Index) -> None:
    assert index.check() == []
    assert {path.suffix for path in index.path.iterdir()} >= {".json", ".seg", ".del"}


def test_a_file_cut_short_is_named(index: Index, tmp_path: Path) -> None:
    for name in sorted(path.name for path in index.path.iterdir() if path.suffix != ".lock"):
        content = (index.path / name).read_bytes()
        for length in range(0, len(content), max(64, len(content) // CUTS // 64 * 64)):
            folder = copy_of(index, tmp_path / "cut")
            (folder / name).write_bytes(content[:length])
            with pytest.raises(IndexCorrupt, match=name):
                answers(folder)
            if name != "manifest.json":
                assert any(name in problem for problem in check(folder))


def test_a_changed_bit_gives_the_right_answers_or_the_name_of_the_file(
    index: Index, tmp_path: Path
) -> None:
    rng = random.Random(8)
    expected = answers(index.path)
    folder = copy_of(index, tmp_path / "flip")
    outcomes = {"right": 0, "refused": 0}
    names = sorted(path.name for path in index.path.iterdir() if path.suffix != ".lock")
    for name in names:
        content = (index.path / name).read_bytes()
        for _ in range(-(-BITS // len(names))):
            changed = bytearray(content)
            place = rng.randrange(len(content))
            changed[place] ^= 1 << rng.randrange(8)
            (folder / name).write_bytes(changed)
            try:
                found = answers(folder)
            except IndexCorrupt as error:
                assert name in str(error)  # noqa: PT017 - or the answers are right
                assert "expected" in str(error)  # noqa: PT017
                outcomes["refused"] += 1
            else:
                assert found == expected, f"{name}, byte {place}"
                outcomes["right"] += 1
        (folder / name).write_bytes(content)
    assert sum(outcomes.values()) >= BITS
    assert outcomes["refused"] > BITS / 4


def test_check_names_a_file_in_which_any_array_is_changed(index: Index, tmp_path: Path) -> None:
    rng = random.Random(9)
    folder = copy_of(index, tmp_path / "flip")
    for path in sorted(folder.glob("*.seg")):
        content = path.read_bytes()
        header = orjson.loads(content[24 : 24 + int.from_bytes(content[12:16], "little")])
        for name, (dtype, length, offset) in header["arrays"].items():
            if not length:
                continue
            changed = bytearray(content)
            changed[offset + rng.randrange(length * int(dtype[-1]))] ^= 1
            path.write_bytes(changed)
            assert any(path.name in problem for problem in check(folder)), name
        path.write_bytes(content)


def test_a_missing_file_is_named(index: Index) -> None:
    segment = next(path for path in index.path.iterdir() if path.suffix == ".seg")
    segment.unlink()
    with pytest.raises(IndexCorrupt, match=segment.name):
        Index.open(index.path)
    assert any(segment.name in problem for problem in check(index.path))


def rewrite_manifest(folder: Path, **changes: object) -> None:
    """A manifest with other values and a right checksum: what a stranger could send."""
    path = folder / "manifest.json"
    body = orjson.loads(path.read_bytes())["manifest"] | changes
    path.write_bytes(orjson.dumps({"checksum": checksum(body), "manifest": body}))


def test_a_manifest_cannot_reach_outside_its_folder(index: Index) -> None:
    for name in ("../00000001.seg", "/etc/passwd", "00000001.seg/../x.seg", "con.seg", None, 7):
        entry = {"name": name, "size": 1, "documents": 1}
        rewrite_manifest(index.path, segments=[entry])
        with pytest.raises(IndexCorrupt, match=r"file name|manifest\.json"):
            Index.open(index.path)


def test_other_formats_and_analyses_are_refused_by_name(index: Index) -> None:
    rewrite_manifest(index.path, analysis="of another time")
    with pytest.raises(IndexVersionError, match="of another time"):
        Index.open(index.path)
    rewrite_manifest(index.path, format=99)
    with pytest.raises(IndexVersionError, match="format 99"):
        Index.open(index.path)


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b'{"index": 1}', b"\xff\xfe", b"{"]
)
def test_something_else_in_the_place_of_the_manifest(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"manifest\.json"):
        Index.open(tmp_path)


def test_nothing_of_an_index_is_ever_unpickled(index: Index) -> None:
    with pytest.raises(IndexNotFound):
        Index.open(index.path / "deeper")
    sources = (Path(__file__).parents[2] / "newsindex").rglob("*.py")
    for source in sources:
        text = source.read_text(encoding="utf-8")
        for word in (
            "import pickle",
            "import marshal",
            "import shelve",
            "eval(",
            "exec(",
            "allow_pickle=True",
        ):
            assert word not in text, f"{source.name}: {word}"
