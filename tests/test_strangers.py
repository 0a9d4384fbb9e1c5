"""Strangers: what comes from somebody else runs nothing, reaches nothing, and is refused in words.

Files of an index with right checksums and wrong content, models, tables of aliases, JSON lines and
alerts are made up by hypothesis; ``NEWSINDEX_FUZZ=5000 pytest tests/test_strangers.py`` makes up
more of them.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import socket
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import newsindex
from newsindex import Article, Index, NewsIndexError
from newsindex.cli import _COMMANDS, group
from newsindex.entities import (
    document_keys,
    mentions_from_spans,
    organisations,
    query_keys,
    weights,
)
from newsindex.entities.tagger import Tagger
from newsindex.entities.tokens import tokenise
from newsindex.errors import SourceError
from newsindex.index.checked import checksum
from newsindex.index.header import _PREAMBLE, FORMAT_VERSION
from tests.conftest import MakeIndex, article

EXAMPLES = int(os.environ.get("NEWSINDEX_FUZZ", "25"))
fuzz = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats(allow_nan=False)
    | st.text(max_size=20)
    | st.sampled_from(["<u8", "|u1", "manifest", "../x", "00000001.seg", "Europe/Kyiv"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@pytest.fixture
def small(make_index: MakeIndex) -> Index:
    texts = [f"Владимир Зеленский о мире номер {n}, и дом" for n in range(12)]
    index = make_index([article(text, id=str(n)) for n, text in enumerate(texts)], commits=2)
    with index.writer() as writer:
        writer.delete("3")
    return index


def use(folder: Path) -> None:
    """Ask everything of an index; only errors of newsindex may come of it."""
    try:
        index = Index.open(folder)
        for query in ("мир", '"номер 5"', "*ом", "дон~1", "person:Зеленский", "", "date:2025"):
            index.search(query, collapse=not query)
        index.facets("мир", by="person")
        index.get("4")
        index.mentions("4")
        index.stats()
        index.check()
    except NewsIndexError as error:
        assert "\n" not in str(error)  # noqa: PT017


def changed(value: Any, path: list[int], new: Any) -> Any:
    """A JSON value in which what ``path`` leads to is ``new``."""
    if not path or not isinstance(value, dict | list) or not value:
        return new
    if isinstance(value, list):
        at = path[0] % len(value)
        return [*value[:at], changed(value[at], path[1:], new), *value[at + 1 :]]
    key = list(value)[path[0] % len(value)]
    return {**value, key: changed(value[key], path[1:], new)}


@fuzz
@given(path=st.lists(st.integers(0, 40), min_size=1, max_size=4), new=JSON)
def test_a_manifest_with_any_value_in_any_place(small: Index, path: list[int], new: Any) -> None:
    file = small.path / "manifest.json"
    before = file.read_bytes()
    body = changed(orjson.loads(before)["manifest"], path, new)
    try:
        sum_of_body = checksum(body)
    except (TypeError, orjson.JSONEncodeError):
        return
    file.write_bytes(orjson.dumps({"checksum": sum_of_body, "manifest": body}))
    try:
        use(small.path)
    finally:
        file.write_bytes(before)


@fuzz
@given(path=st.lists(st.integers(0, 60), min_size=1, max_size=4), new=JSON)
def test_a_header_with_any_value_in_any_place(small: Index, path: list[int], new: Any) -> None:
    file = min(small.path.glob("*.seg"))
    before = file.read_bytes()
    length = int.from_bytes(before[12:16], "little")
    header = orjson.dumps(changed(orjson.loads(before[24 : 24 + length]), path, new))
    if len(header) > length:
        return
    header = header.ljust(length)
    crc = zlib.crc32(header, FORMAT_VERSION)
    file.write_bytes(_PREAMBLE.pack(before[:8], FORMAT_VERSION, length, crc, 0) + header)
    with file.open("ab") as rest:
        rest.write(before[24 + length :])
    try:
        use(small.path)
    finally:
        file.write_bytes(before)


@fuzz
@given(seed=st.integers(0, 1 << 32))
def test_arrays_with_right_checksums_and_any_numbers(small: Index, seed: int) -> None:
    rng = random.Random(seed)
    file = min(small.path.glob("*.seg"))
    before = file.read_bytes()
    content = bytearray(before)
    length = int.from_bytes(before[12:16], "little")
    header = orjson.loads(before[24 : 24 + length])
    arrays = header["arrays"]
    name = rng.choice([name for name, entry in arrays.items() if entry[1]])
    dtype, count, offset = arrays[name]
    size = int(dtype[-1])
    for _ in range(rng.choice([1, 5])):
        at = offset + size * rng.randrange(count)
        content[at : at + size] = rng.choice([rng.randbytes(size), b"\xff" * size, b"\0" * size])
    sums = b""
    for kind, number, start in arrays.values():
        stop = start + number * int(kind[-1])
        for chunk in range(start, stop, 1 << 14):
            sums += zlib.crc32(content[chunk : min(chunk + (1 << 14), stop)]).to_bytes(4, "little")
    place, _ = header["checksums"]
    content[place : place + len(sums)] = sums
    header["checksums"] = [place, zlib.crc32(sums)]
    raw = orjson.dumps(header).ljust(length)
    content[24 : 24 + length] = raw
    content[16:20] = zlib.crc32(raw, FORMAT_VERSION).to_bytes(4, "little")
    file.write_bytes(content)
    try:
        use(small.path)
    finally:
        file.write_bytes(before)


@fuzz
@given(path=st.lists(st.integers(0, 20), min_size=1, max_size=5), new=JSON)
def test_alerts_with_any_value_in_any_place(small: Index, path: list[int], new: Any) -> None:
    file = small.path / "alerts.json"
    if not file.exists():
        newsindex.Alerts(small.path).add("war", "мир", person="Зеленский")
    before = file.read_bytes()
    body = changed(orjson.loads(before)["alerts"], path, new)
    file.write_bytes(orjson.dumps({"checksum": checksum(body), "alerts": body}))
    try:
        for match in newsindex.Alerts(small.path).run():
            assert match.hit.title is not None
    except NewsIndexError as error:
        assert "\n" not in str(error)  # noqa: PT017
    finally:
        file.write_bytes(before)


ATTRIBUTES = [
    b"a",
    b"w=\xff",
    b"p0:1:2",
    b"p0:x:1",
    b"p2:-99:0:1",
    b"quote:" + b"9" * 5_000,
    b"K=3",
]


@fuzz
@given(seed=st.integers(0, 1 << 32))
def test_a_model_of_any_arrays(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def array(*shape: int) -> Any:
        kind = rng.choice([np.int8, np.uint8, np.int64, np.float32, np.float64])
        return rng.integers(-100, 100, shape).astype(kind)

    rows = int(rng.integers(0, 5))
    good = {
        "format": np.array([1]),
        "attributes": np.frombuffer(b"\n".join(rng.choice(ATTRIBUTES, rows)), np.uint8),
        "weights": np.zeros((rows, 7), np.int8),
        "scale": np.array([1], np.float32),
        "transitions": np.zeros((7, 7), np.float32),
    }
    for name in rng.choice(list(good), size=2):
        good[name] = array(*rng.integers(0, 9, int(rng.integers(0, 4))))
    buffer = io.BytesIO()
    np.savez(buffer, **good)
    content = bytearray(buffer.getvalue())
    if seed % 3 == 0:
        content[int(rng.integers(len(content)))] ^= 1 << int(rng.integers(8))
    if seed % 5 == 0:
        del content[int(rng.integers(len(content))) :]
    try:
        tagger = Tagger(weights.load(io.BytesIO(content), "a.model"))
    except SourceError as error:
        assert "a.model" in str(error)  # noqa: PT017
    else:
        tokens = tokenise("Андрей Ермак в Киеве. «Нафтогаз» сообщил.")
        assert len(tagger.tag(tokens.forms).labels) == len(tokens.forms)


def test_a_model_that_unpacks_to_more_than_its_bound_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(weights, "_MAX_BYTES", 1 << 20)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, weights=np.zeros(1 << 21, np.uint8))
    assert len(buffer.getvalue()) < 1 << 14
    with pytest.raises(SourceError, match="found 2 MB"):
        weights.load(io.BytesIO(buffer.getvalue()), "a.model")


TABLE = st.lists(
    st.sampled_from(["Рада", "Рады", "Верховный суд", "ООО «Мир»", "МИД", "|", "\t", "#", "!", "-",
                     "\n", "\r", " ", "российский", "Заря Востока", "\0", "\ufeff", "\u2028"])
    | st.text(max_size=6),
    max_size=30,
).map("".join)  # fmt: skip


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "bodies.tsv"
    monkeypatch.setenv(organisations.ALIASES_VARIABLE, str(path))
    yield path
    forget_tables()


def forget_tables() -> None:
    for cached in vars(organisations).values():
        if hasattr(cached, "cache_clear"):
            cached.cache_clear()


@fuzz
@given(content=TABLE.map(lambda text: text.encode("utf-8", "replace")) | st.binary(max_size=60))
def test_a_table_of_aliases_of_any_content(table: Path, content: bytes) -> None:
    table.write_bytes(content)
    forget_tables()
    text = "Верховный суд и МИД: заявила Рада."
    try:
        for name in ("Рада", "МИД Украины", "ООО «Мир»", "верховный суд"):
            assert query_keys("org", name)
        query_keys("org", "!")
        found = document_keys(mentions_from_spans(Article("", text), [("org", "text", 0, 13)]))
    except SourceError as error:
        assert "bodies.tsv" in str(error)  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert found


def test_a_table_of_aliases_takes_no_more_room_than_it_has(table: Path) -> None:
    # Each of 3,000 spellings on each of 20 lines: were each key to hold its own list of them all,
    # it would be hundreds of megabytes.
    line = "|".join(f"Контора{n}" for n in range(3_000))
    table.write_text("\n".join([line] * 20), encoding="utf-8")
    forget_tables()
    tracemalloc.start()
    try:
        assert len(set(query_keys("org", "Контора7"))) >= 3_000
        assert tracemalloc.get_traced_memory()[1] < 50 << 20
    finally:
        tracemalloc.stop()
    table.write_bytes(b"#" * (1 << 24) + b"\n")
    forget_tables()
    with pytest.raises(SourceError, match="more than 16 MB"):
        query_keys("org", "МИД")


NAMES = st.sampled_from(
    ["title", "text", "body", "published", "date", "id", "url", "source", "language", "author",
     "entities", "persons", "orgs", "spans", "name", "type", "start", "end", "field", "dateline"]
)  # fmt: skip
ANYTHING = st.recursive(
    JSON | st.sampled_from(["Мир в Киеве", "2025-08-01", "PER", "text", "\0", "\ud800".encode(
        "utf-8", "surrogatepass").decode("utf-8", "replace"), "ru", "9" * 400, "0000-00-00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=6,
)  # fmt: skip
RECORD = st.fixed_dictionaries(
    {}, optional={"title": ANYTHING, "text": ANYTHING | st.just("Андрей Ермак прибыл в Киев.")}
).flatmap(lambda known: st.dictionaries(NAMES, ANYTHING, max_size=6).map(lambda d: {**d, **known}))


@fuzz
@given(
    lines=st.lists(RECORD.map(orjson.dumps) | st.binary(max_size=30), min_size=1, max_size=4),
    place=st.integers(0, 400),
    bit=st.integers(0, 16),
)
def test_json_lines_of_any_content(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], place: int, bit: int
) -> None:
    content = bytearray(b"\n".join([b'{"title": "a", "text": "Mir, mir."}', *lines]))
    if place < len(content) and bit < 8:
        content[place] ^= 1 << bit
    folder = tmp_path_factory.mktemp("lines")
    (folder / "news.jsonl").write_bytes(content)
    index = Index.create(folder / "news.idx")
    try:
        items = list(newsindex.read(folder / "news.jsonl"))
    except SourceError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    with index.writer() as writer:
        for item in items:
            if isinstance(item, Article):
                writer.add(item)
            else:
                assert item.reason
                assert "\n" not in item.reason
    index.refresh()
    expected = {item.id: item for item in items if isinstance(item, Article)}
    assert {each.id for each in index.articles("")} == set(expected)
    assert index.check() == []
    for identifier in expected:
        index.mentions(identifier)
    shutil.rmtree(folder)


def test_no_command_opens_a_connection(
    small: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def refused(*arguments: Any, **_: Any) -> None:
        asked.append(arguments)
        raise OSError("no network here")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket.socket, "connect_ex", refused)
    monkeypatch.setattr(socket.socket, "listen", refused)
    monkeypatch.setattr(socket.socket, "sendto", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    monkeypatch.setattr(socket, "gethostbyname", refused)
    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><title>Мир</title><link rel=stylesheet href=http://example.org/a.css></head>"
        "<body><article><h1>Мир</h1><p>Первый мир в Киеве, http://example.org, сообщили там."
        "</p></article></body></html>"
    )
    (tmp_path / "queries.txt").write_text("мир\n")
    (tmp_path / "my.iob").write_text("Мир O\n\nКиев B-LOC\n")
    index = ["-i", str(small.path)]
    calls = {
        "index": [str(page), *index],
        "search": ["мир", *index],
        "facets": ["мир", *index],
        "timeline": ["мир", *index],
        "terms": ["мир", *index],
        "similar": ["4", *index],
        "export": ["мир", "-o", "out.csv", *index],
        "batch": ["queries.txt", *index],
        "entities": ["Зел", *index],
        "alerts": ["run", *index],
        "report": ["мир", "-o", "report.html", *index],
        "show": ["4", *index],
        "duplicates": ["4", *index],
        "suggest": ["ми", *index],
        "delete": ["5", *index],
        "stats": index,
        "parse": [str(page)],
        "analyze": ["мир"],
        "check": index,
        "optimize": index,
        "backup": ["copy.bak", *index],
        "restore": ["copy.bak", "-i", "back.idx"],
        "repair": ["-o", "saved.idx", *index],
        "reindex": index,
        "upgrade": index,
        "train-entities": ["my.iob", "-o", "my.model"],
        "cluster": ["status", *index],
        "completion": ["bash"],
        "demo": [],
    }
    assert set(_COMMANDS) <= set(calls), "a new command: call it here"
    for name in _COMMANDS:
        result = CliRunner().invoke(group, [name, *calls[name]])
        assert not isinstance(result.exception, OSError), (name, result.exception)
        assert "no network here" not in result.output, name
    assert asked == []
    assert shutil.rmtree(tmp_path / "back.idx") is None
