"""Damage: every file of an index cut short or changed is named, and answers stay right."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import orjson
import pytest

from newsindex import Index, IndexCorrupt, IndexNotFound, IndexVersionError, NewsIndexError
from newsindex.index.check import check
from newsindex.index.checked import checksum
from tests.conftest import MakeIndex, article

QUERIES = ["мир", '"первый мир"', "мир OR война -закон", "м*", "=мира", "", "date:2025"]


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    index = make_index(
        [article(f"первый мир и закон {n}", title="война", id=str(n)) for n in range(20)]
    )
    with index.writer() as writer:
        writer.delete("3")
    index.refresh()
    return index


def copy_of(index: Index, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(index.path, folder)
    return folder


def answers(folder: Path) -> list[object]:
    index = Index.open(folder)
    return [index.search(query) for query in QUERIES] + [index.get(str(n)) for n in range(20)]


def test_a_whole_index_has_nothing_wrong(index: Index) -> None:
    assert index.check() == []
    assert {path.suffix for path in index.path.iterdir()} >= {".json", ".seg", ".del"}


def test_a_file_cut_short_is_named(index: Index, tmp_path: Path) -> None:
    for name in sorted(path.name for path in index.path.iterdir() if path.suffix != ".lock"):
        content = (index.path / name).read_bytes()
        for length in range(0, len(content), max(64, len(content) // 40 // 64 * 64)):
            folder = copy_of(index, tmp_path / "cut")
            (folder / name).write_bytes(content[:length])
            with pytest.raises(IndexCorrupt, match=name):
                answers(folder)
            if not name.endswith(".json"):
                assert any(name in problem for problem in check(folder))


def test_a_changed_bit_is_found_by_check_and_never_crashes_a_search(
    index: Index, tmp_path: Path
) -> None:
    rng = random.Random(8)
    expected = answers(index.path)
    for name in sorted(path.name for path in index.path.iterdir() if path.suffix != ".lock"):
        content = (index.path / name).read_bytes()
        for _ in range(60):
            changed = bytearray(content)
            place = rng.randrange(len(content))
            changed[place] ^= 1 << rng.randrange(8)
            folder = copy_of(index, tmp_path / "flip")
            (folder / name).write_bytes(changed)
            try:
                found = answers(folder)
            except NewsIndexError as error:
                assert name in str(error)  # noqa: PT017 - most flips raise nothing, and that is fine
                continue
            if check_says_nothing(folder):
                # Padding between arrays, or blanks of the manifest: nothing that counts.
                assert found == expected


def check_says_nothing(folder: Path) -> bool:
    try:
        return not check(folder)
    except NewsIndexError:
        return False


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
    for name in ("../00000001.seg", "/etc/passwd", "00000001.seg/../x.seg", "con.seg"):
        entry = {"name": name, "size": 1, "documents": 1}
        rewrite_manifest(index.path, segments=[entry])
        with pytest.raises(IndexCorrupt, match="file name"):
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
