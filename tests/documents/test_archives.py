"""Archives and packed files: what is in them is read as files are, and none of them does harm."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsindex.documents import archives, read, streams
from newsindex.model import Article, Skipped

PAGE = """Речная газета
14:05, 8 ноября 2024

Уровень Днепра у Кременчуга упал

Агентство водных путей предупредило капитанов о мелях ниже Кременчуга.
"""
TITLE = "Уровень Днепра у Кременчуга упал"
LINES = b'{"title": "one", "text": "first"}\n{"title": "two", "text": "second"}\n'


def titles(source: Path, **options: Any) -> list[str]:
    return [item.title for item in read(source, **options) if isinstance(item, Article)]


def faults(source: Path) -> list[tuple[str, str]]:
    found = [item for item in read(source) if isinstance(item, Skipped)]
    return [(item.place.removeprefix(f"{source.parent}/"), item.reason) for item in found]


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def tarred(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file.getvalue()


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstandard": zstandard.compress,
}


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_packed_files_are_read_and_may_follow_each_other_in_one(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    first, second = LINES.splitlines(keepends=True)
    assert titles(put(tmp_path, "a", pack(first) + pack(second))) == ["one", "two"]


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_packed_files_that_break_off_keep_what_came_before(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    lines = b"".join(b'{"title": "%s"}\n' % os.urandom(200).hex().encode() for _ in range(9000))
    data = pack(lines)
    path = put(tmp_path, "a.jsonl", data[: len(data) // 2])
    assert 0 < len(titles(path)) < 9000
    assert "before the break was kept" in faults(path)[0][1]


@pytest.mark.parametrize("build", [zipped, tarred], ids=["zip", "tar"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress])
def test_the_members_of_an_archive_are_read_as_files_are(
    tmp_path: Path, build: Callable[[dict[str, bytes]], bytes], pack: Callable[[bytes], bytes]
) -> None:
    members = {"pages/a.txt": PAGE.encode(), "b.jsonl": LINES, "c.jsonl.gz": gzip.compress(LINES)}
    path = put(tmp_path, "archive", pack(build(members)))
    assert titles(path) == [TITLE, "one", "two", "one", "two"]


def test_the_place_names_the_archive_the_member_and_the_line(tmp_path: Path) -> None:
    path = put(tmp_path, "a.zip", zipped({"deep/b.jsonl": LINES + b"oops\n"}))
    assert faults(path)[0][0] == "a.zip/deep/b.jsonl:3"


@pytest.mark.parametrize("build", [zipped, tarred], ids=["zip", "tar"])
def test_an_archive_comes_through_standard_input(
    monkeypatch: pytest.MonkeyPatch, build: Callable[[dict[str, bytes]], bytes]
) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    stream = io.TextIOWrapper(Pipe(build({"a.jsonl": LINES})))
    monkeypatch.setattr("sys.stdin", stream)
    assert [item.title for item in read("-") if isinstance(item, Article)] == ["one", "two"]


@pytest.mark.parametrize("build", [zipped, tarred], ids=["zip", "tar"])
def test_names_that_lead_out_hidden_files_and_what_is_no_page_are_not_read(
    tmp_path: Path, build: Callable[[dict[str, bytes]], bytes]
) -> None:
    names = ["../up.txt", "/etc/abs.txt", "a/../../b.txt", "README.md", "pic.jpg"]
    members = dict.fromkeys([*names, ".hidden", "__MACOSX/x.txt", "ok.txt"], PAGE.encode())
    path = put(tmp_path, "a", build(members))
    assert titles(path) == [TITLE]
    reasons = ["its name leads out of the archive"] * 3
    reasons += ["a file about the folder, not a page", "a .jpg file, not a page"]
    assert [reason for _, reason in faults(path)] == reasons


def test_links_and_devices_in_a_tar_are_not_read(tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name, kind in (("s", tarfile.SYMTYPE), ("h", tarfile.LNKTYPE), ("p", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    path = put(tmp_path, "a.tar", file.getvalue())
    assert faults(path) == [
        ("a.tar/s", "a link, not a file"),
        ("a.tar/h", "a link, not a file"),
        ("a.tar/p", "not a regular file"),
    ]


def test_a_link_and_an_encrypted_file_in_a_zip_are_not_read(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("secret.txt", PAGE)
    data = bytearray(file.getvalue())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1  # the flag of encryption in the directory
    path = put(tmp_path, "a.zip", bytes(data))
    assert faults(path) == [
        ("a.zip/link", "a link or a device, not a file"),
        ("a.zip/secret.txt", "encrypted"),
    ]


@pytest.mark.parametrize("build", [zipped, tarred], ids=["zip", "tar"])
@pytest.mark.parametrize("inner", [zipped, tarred], ids=["zip within", "tar within"])
def test_an_archive_within_an_archive_is_refused(
    tmp_path: Path,
    build: Callable[[dict[str, bytes]], bytes],
    inner: Callable[[dict[str, bytes]], bytes],
) -> None:
    nested = inner({"a.txt": PAGE.encode()})
    path = put(tmp_path, "a", build({"in": nested, "in.gz": gzip.compress(nested), "b": LINES}))
    assert titles(path) == ["one", "two"]
    assert [place for place, _ in faults(path)] == ["a/in", "a/in.gz"]
    assert "archive within an archive" in faults(path)[0][1]


def test_a_file_packed_twice_is_refused(tmp_path: Path) -> None:
    path = put(tmp_path, "a.gz", gzip.compress(gzip.compress(PAGE.encode())))
    assert "packed twice" in faults(path)[0][1]


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_packed_data_that_grows_out_of_proportion_is_no_longer_read(
    tmp_path: Path, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MAX_FREE_BYTES", 1 << 20)
    path = put(tmp_path, "a.jsonl", pack(LINES + b" " * (64 << 20) + b"\n" + LINES))
    assert titles(path) == ["one", "two"]
    assert "200 times its size" in faults(path)[0][1]


def test_a_zip_bomb_of_a_real_size_is_refused_in_bounded_memory(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.jsonl", LINES)
        with archive.open("2.jsonl", "w", force_zip64=True) as member:
            member.write(LINES)
            for _ in range(320):
                member.write(b" " * (1 << 20))
        archive.writestr("3.jsonl", LINES)
    path = put(tmp_path, "bomb.zip", file.getvalue())
    tracemalloc.start()
    try:
        assert titles(path)[:2] == ["one", "two"]
        assert tracemalloc.get_traced_memory()[1] < 4 * streams.MAX_RECORD_BYTES
    finally:
        tracemalloc.stop()
    assert any("times its size" in reason for _, reason in faults(path))


def test_members_that_share_their_bytes_count_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "MAX_FREE_BYTES", 1 << 20)
    monkeypatch.setattr(streams, "MAX_GROWTH", 20)
    body = b"".join(b'{"title": "%d"}\n' % number for number in range(20_000))
    path = put(tmp_path, "a.zip", zipped({f"{number}.jsonl": body for number in range(3)}))
    whole = titles(path)
    assert len(whole) == 60_000
    monkeypatch.setattr(streams, "MAX_GROWTH", 1)
    assert len(titles(path)) < 60_000
    assert any("times its size" in reason for _, reason in faults(path))


def test_a_directory_beyond_the_limit_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_DIRECTORY_BYTES", 1000)
    path = put(tmp_path, "a.zip", zipped({f"{n}.txt": b"x" for n in range(100)}))
    assert faults(path)[0][0] == "a.zip"
    assert "a zip with a directory over" in faults(path)[0][1]


def test_a_header_that_asks_for_much_memory_ends_a_tar(tmp_path: Path) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 30
    good = tarred({"a.jsonl": LINES}).rstrip(b"\0")
    good += b"\0" * (-len(good) % 512)
    path = put(tmp_path, "a.tar", good + info.tobuf(tarfile.GNU_FORMAT) + b"\0" * 2048)
    assert titles(path) == ["one", "two"]
    assert "a header of 1073741824 bytes" in faults(path)[0][1]


def test_xz_data_that_asks_for_much_memory_is_refused(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 30}]
    path = put(tmp_path, "a.xz", lzma.compress(LINES, filters=filters))
    assert titles(path) == []
    assert "emory" in faults(path)[0][1]


def test_a_name_in_an_archive_that_is_not_utf8_is_shown_escaped(tmp_path: Path) -> None:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=tarfile.GNU_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo(os.fsdecode(b"\xff.txt")), io.BytesIO(b""))
    path = put(tmp_path, "a.tar", file.getvalue())
    assert faults(path) == [("a.tar/\\xff.txt", "empty: nothing to read")]


def test_when_a_member_was_changed_is_when_it_was_fetched(tmp_path: Path) -> None:
    page = PAGE.replace("14:05, 8 ноября 2024", "вчера, 14:05")
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size, info.mtime = len(page.encode()), 1731146400  # 2024-11-09 12:00 in Kyiv
        archive.addfile(info, io.BytesIO(page.encode()))
    (article,) = read(put(tmp_path, "a.tar", file.getvalue()))
    assert isinstance(article, Article)
    assert article.published is not None
    assert article.published.isoformat() == "2024-11-08T14:05:00+02:00"


def response(url: str, body: bytes, kind: str, status: str = "200 OK") -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + body
    return record("response", url, "application/http; msgtype=response", http)


def record(kind: str, url: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        "WARC-Date: 2024-11-09T10:00:00Z\r\nWARC-Record-ID: <urn:uuid:1>\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


HTML = (
    "<!doctype html><html><head><title>{0}</title></head><body><article><h1>{0}</h1>"
    "<time>вчера, 14:05</time><p>{1}</p><p>{1}</p></article></body></html>"
)


@pytest.mark.parametrize("packed", [False, True])
def test_the_pages_of_a_warc_file_are_read_with_address_time_and_encoding(
    tmp_path: Path, packed: bool
) -> None:
    pytest.importorskip("warcio")
    pytest.importorskip("trafilatura")
    sentence = "Агентство водных путей предупредило капитанов о мелях ниже Кременчуга. " * 4
    page = HTML.format(TITLE, sentence).encode("koi8-u")
    records = [
        record("warcinfo", "", "application/warc-fields", b"software: x\r\n"),
        response("https://rika.example/1", page, "text/html; charset=koi8-u"),
        response("https://rika.example/2.png", b"\x89PNG", "image/png"),
        response("https://rika.example/3", b"gone", "text/html", "404 Not Found"),
        record("conversion", "https://rika.example/4", "text/plain", PAGE.encode()),
    ]
    data = b"".join(map(gzip.compress, records)) if packed else b"".join(records)
    path = put(tmp_path, "a.warc", data)
    html, text = (item for item in read(path) if isinstance(item, Article))
    assert (html.title, html.url) == (TITLE, "https://rika.example/1")
    assert html.published is not None
    assert html.published.isoformat() == "2024-11-08T14:05:00+02:00"
    assert (text.title, text.url) == (TITLE, "https://rika.example/4")
    assert faults(path) == [("a.warc", "2 records that are no pages: 1 image/png, 1 status 404")]


DAMAGED = st.tuples(
    st.sampled_from([zipped, tarred]), st.integers(0, 3000), st.binary(min_size=1, max_size=40)
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(damage=DAMAGED)
def test_no_damage_to_an_archive_raises(tmp_path: Path, damage: Any) -> None:
    build, at, junk = damage
    data = build({"a.txt": PAGE.encode(), "b.jsonl": LINES * 20, "c.gz": gzip.compress(LINES)})
    at %= len(data)
    path = put(tmp_path, "a", data[:at] + junk + data[at + len(junk) :])
    for item in read(path):
        assert item


def test_a_zip64_directory_is_measured_too(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.txt": PAGE.encode()}))
    at = data.rindex(b"PK\x05\x06")
    record64 = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 1 << 40, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, at, 1)
    end = bytearray(data[at:])
    end[8:20] = struct.pack("<HHII", 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    path = put(tmp_path, "a.zip", bytes(data[:at]) + record64 + locator + bytes(end))
    assert "a zip with a directory over" in faults(path)[0][1]
