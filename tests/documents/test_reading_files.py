"""Reading files and folders: what is in them decides, and nothing in one harms another."""

from __future__ import annotations

import gzip
import io
import os
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsindex import Index
from newsindex.documents import find_files, read, streams
from newsindex.errors import InvalidArgument, SourceError
from newsindex.model import Article, Noted, Skipped

PAGE = """Речная газета
14:05, 8 ноября 2024

Уровень Днепра у Кременчуга упал

Агентство водных путей предупредило капитанов о мелях ниже Кременчуга.
"""
TWO = b'{"title": "one", "text": "first"}\n{"title": "two", "text": "second"}\n'


def titles(source: str | Path, **options: Any) -> list[str]:
    return [item.title for item in read(source, **options) if isinstance(item, Article)]


def faults(source: str | Path, **options: Any) -> list[tuple[str, str]]:
    return [
        (Path(item.place).name, item.reason)
        for item in read(source, **options)
        if isinstance(item, Skipped)
    ]


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PAGE.encode(), ["Уровень Днепра у Кременчуга упал"]),
        (TWO, ["one", "two"]),
        (b'[{"title": "one"},\n {"title": "two [{\\""}]', ["one", 'two [{"']),
        (b'{"status": "ok", "articles": [{"title": "one"}, {"title": "two"}]}', ["one", "two"]),
        (b'{\n "title": "one",\n "text": "x",\n "tags": [{"name": "y"}]\n}', ["one"]),
        (b'{\n "title": "one"\n}\n{\n "title": "two"\n}\n', ["one", "two"]),
        (b'Date,Headline,Body\n2025-08-01,one,"a, ""b""\nc"\n,two,\n', ["one", "two"]),
        (b"id;title;text\r\n1;one;a\r\n2;two\r\n", ["one", "two"]),
        (b"title\tpublished\none\t2025-08-01\ntwo\t\n", ["one", "two"]),
    ],
    ids=[
        *("page", "lines", "array", "array in an object", "one object", "objects over lines"),
        *("comma", "semicolon", "tab"),
    ],
)
def test_the_content_decides_what_a_file_is(
    tmp_path: Path, data: bytes, expected: list[str], packed: bool
) -> None:
    path = put(tmp_path, "anything.dat", gzip.compress(data) if packed else data)
    assert titles(path) == expected


@pytest.mark.parametrize(
    "piece",
    [
        "<span class='news'>\n<p>Агентство предупредило <b>капитанов</b> о&nbsp;мелях.</p>&#13;\n"
        "<p>Углублять русло начнут <a href='/1'>в марте</a>.</p></span>",
        "<!-- text -->\n<p>Агентство предупредило капитанов о мелях.<br>Углублять русло начнут"
        " в марте.</p><script>var a = 1;</script>",
        "Агентство предупредило капитанов о мелях.<br/><br/>Углублять русло начнут в марте.<br/>",
    ],
    ids=["paragraphs", "comment and script", "line breaks"],
)
def test_a_piece_of_html_is_read_without_its_marks(tmp_path: Path, piece: str) -> None:
    (tmp_path / "a.html").write_text(piece, "utf-8")
    (article,) = [item for item in read(tmp_path) if isinstance(item, Article)]
    text = "Агентство предупредило капитанов о мелях. Углублять русло начнут в марте."
    assert (" ".join(article.text.split()), article.source) == (text, None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize(
    "columns",
    [
        *("Заголовок;Текст;Дата;Источник;Ссылка", "Название;Содержание;Дата публикации;СМИ;url"),
        *("Назва;Текст;Дата публікації;Джерело;Посилання", "title;text;date;source;url"),
    ],
)
def test_a_table_of_a_spreadsheet_is_read_by_its_columns(
    tmp_path: Path, columns: str, encoding: str
) -> None:
    row = '"Саммит";"Прошел; в Киеве";08.11.2024 14:05;Речная газета;https://a.ua/1'
    path = put(tmp_path, "table.csv", f"{columns}\r\n{row}\r\n".encode(encoding))
    (article,) = [item for item in read(path) if isinstance(item, Article)]
    assert (article.title, article.text) == ("Саммит", "Прошел; в Киеве")
    assert article.published is not None
    assert article.published.isoformat() == "2024-11-08T14:05:00+02:00"
    assert (article.source, article.url) == ("Речная газета", "https://a.ua/1")


@pytest.mark.parametrize("name", ["table.csv", "TABLE.TSV", "table.csv.gz"])
def test_a_table_of_unknown_columns_is_no_page_and_told_how_to_name_them(
    tmp_path: Path, name: str
) -> None:
    data = "колонка1;колонка2;колонка3\nСаммит;Прошел в Киеве;08.11.2024\n".encode()
    path = put(tmp_path, name, gzip.compress(data) if name.endswith("gz") else data)
    assert titles(path) == []
    ((place, reason),) = faults(path)
    assert place == f"{name}:1"
    assert "--map title=COLUMN" in reason
    assert titles(path, mapping={"title": "колонка1", "text": "колонка2"}) == ["Саммит"]


EXPORT = {
    "name": "Харків Оперативний",
    "type": "public_channel",
    "id": 123,
    "messages": [
        {"id": 1, "type": "service", "date": "2025-02-24T07:00:00", "text": "", "actor": "x"},
        {"id": 2, "type": "message", "date": "2025-02-24T07:12:00", "date_unixtime": "1740373920",
         "from": "Харків Оперативний", "from_id": "channel123", "text_entities": [],
         "text": ["У ", {"type": "bold", "text": "Харкові"}, " чули вибухи."]},
        {"id": 2, "type": "message", "date": "2025-02-24T07:40:00", "date_unixtime": "1740375600",
         "from": "Олег", "from_id": "user5", "text": "Пожежу загасили.", "text_entities": []},
    ],
}  # fmt: skip
JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Речная газета",
    "description": "Новости реки",
    "items": [
        {"id": "1", "url": "https://a.ua/1", "title": "Саммит", "content_html": "<p>Прошел.</p>"}
    ],
}


@pytest.mark.parametrize("indented", [True, False])
def test_of_a_channel_or_a_feed_the_items_are_the_articles(tmp_path: Path, indented: bool) -> None:
    options = orjson.OPT_INDENT_2 if indented else 0
    path = put(tmp_path, "result.json", orjson.dumps(EXPORT, option=options))
    channel, group = (item for item in read(path) if isinstance(item, Article))
    assert (channel.id, channel.source) == ("channel123/2", "Харків Оперативний")
    assert channel.text == "У Харкові чули вибухи."
    assert channel.published is not None
    assert channel.published.isoformat() == "2025-02-24T07:12:00+02:00"
    assert (group.source, group.author, group.text) == (None, "Олег", "Пожежу загасили.")
    assert group.id not in ("2", channel.id)
    feed = put(tmp_path, "feed.json", orjson.dumps(JSON_FEED, option=options))
    (article,) = (item for item in read(feed) if isinstance(item, Article))
    assert (article.title, article.text, article.url) == ("Саммит", "Прошел.", "https://a.ua/1")


def test_an_article_with_a_list_of_comments_is_one_article(tmp_path: Path) -> None:
    comments = [{"text": "Давно пора!", "date": "2025-08-02", "author": "Степан"}]
    record = {"title": "Саммит", "text": "Прошел.", "comments": comments}
    for options in (0, orjson.OPT_INDENT_2):
        assert titles(put(tmp_path, "a.json", orjson.dumps(record, option=options))) == ["Саммит"]


def test_a_format_can_be_forced(tmp_path: Path) -> None:
    path = put(tmp_path, "a", b'{"title": "one"}')
    assert titles(path, format="jsonl") == ["one"]
    assert [a.text for a in read(path, format="page") if isinstance(a, Article)] == [
        '{"title": "one"}'
    ]


@pytest.mark.parametrize(
    ("encoding", "remarks"),
    [("utf-8", 0), ("utf-8-sig", 0), ("utf-16", 0), ("utf-32", 0), ("cp1251", 1), ("koi8-u", 1)],
)
@pytest.mark.parametrize("kind", ["page", "jsonl"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str, remarks: int, kind: str) -> None:
    line = '{"title": "Уровень Днепра у Кременчуга упал", "text": "Агентство предупредило."}\n'
    path = put(tmp_path, "a", (PAGE if kind == "page" else line).encode(encoding))
    items = list(read(path))
    assert [item.title for item in items if isinstance(item, Article)] == [
        "Уровень Днепра у Кременчуга упал"
    ]
    assert sum(isinstance(item, Noted) for item in items) == remarks


def test_a_half_broken_page_is_kept_with_a_remark(tmp_path: Path) -> None:
    path = put(tmp_path, "a.txt", PAGE.encode().replace("мелях".encode(), "мелях".encode()[:-1]))
    noted, article = read(path)
    assert isinstance(noted, Noted)
    assert noted.reason == "1 broken characters replaced by U+FFFD"
    assert isinstance(article, Article)
    assert "Кременчуга" in article.text


def test_each_bad_line_is_reported_with_its_place_and_costs_nothing_else(tmp_path: Path) -> None:
    lines = [b'{"title": "one"}', b'{"title": oops}', b"5", b'{"a": 1}', b"", b'{"title": "two"}']
    path = put(tmp_path, "a.jsonl", b"\n".join(lines))
    assert titles(path) == ["one", "two"]
    assert faults(path) == [
        ("a.jsonl:2", "not JSON: unexpected character, expected a JSON value at column 11"),
        ("a.jsonl:3", "expected a JSON object, found int"),
        ("a.jsonl:4", "no field for title or text; the fields are: a"),
    ]


def test_a_bad_object_in_an_array_costs_only_itself(tmp_path: Path) -> None:
    path = put(tmp_path, "a.json", b'[{"title": "one"},\n{"title": oops},\n{"title": "two"}]')
    assert titles(path) == ["one", "two"]
    assert [place for place, _ in faults(path)] == ["a.json:2"]


def test_a_bad_row_of_a_table_is_reported_and_costs_only_itself(tmp_path: Path) -> None:
    rows = b'title,text\none,"a\nb"\ntwo,x,y,z\n,\nthree,"' + b"a" * 200_000 + b'"\n'
    path = put(tmp_path, "a.csv", rows)
    assert titles(path) == ["one", "three"]
    assert faults(path) == [
        ("a.csv:4", "expected at most 2 values, found 4: is a quote or a delimiter out of place?")
    ]
    assert faults(put(tmp_path, "b.csv", b"x,y\n1,2\n"), format="csv")[0][0] == "b.csv:1"


def test_a_line_of_half_a_gigabyte_is_skipped_in_bounded_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "a.jsonl"
    with path.open("wb") as file:
        file.write(TWO)
        file.seek(512 << 20, os.SEEK_CUR)  # a hole: on the disk it takes nothing
        file.write(b"\n" + TWO)
    tracemalloc.start()
    try:
        assert titles(path) == ["one", "two", "one", "two"]
        assert tracemalloc.get_traced_memory()[1] < 4 * streams.MAX_RECORD_BYTES
    finally:
        tracemalloc.stop()
    assert faults(path) == [("a.jsonl:3", "longer than 16 MB, or cut off before its end")]


def test_what_stands_beside_pages_in_a_folder_is_passed_over_with_a_reason(tmp_path: Path) -> None:
    for name in ("LICENSE", "README.md", "crawl.py", "photo.JPG", "sitemap.xml.gz"):
        put(tmp_path, name, b"These are words that could be taken for the text of a page.\n")
    put(tmp_path, "page.txt", PAGE.encode())
    assert titles(tmp_path) == ["Уровень Днепра у Кременчуга упал"]
    assert [reason for _, reason in faults(tmp_path)] == [
        "a file about the folder, not a page",
        "a file about the folder, not a page",
        "a .py file, not a page",
        "a .JPG file, not a page",
        "a file about the folder, not a page",
    ]
    assert len(titles(tmp_path / "LICENSE")) == 1, "what is named by itself is read"


def test_a_file_of_records_does_not_say_when_they_were_fetched(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", '{"title": "one", "date": "вчера, 14:05"}'.encode())
    page = put(tmp_path, "b.txt", PAGE.replace("14:05, 8 ноября 2024", "вчера, 14:05").encode())
    changed = 1731146400  # 2024-11-09 12:00 in Kyiv
    for each in (path, page):
        os.utime(each, (changed, changed))
    assert [a.published for a in read(path) if isinstance(a, Article)] == [None]
    (found,) = (a.published for a in read(page) if isinstance(a, Article))
    assert found is not None
    assert found.isoformat() == "2024-11-08T14:05:00+02:00"


def test_what_is_no_article_is_reported(tmp_path: Path) -> None:
    put(tmp_path, "1-empty.txt", b"")
    put(tmp_path, "2-blank.txt", b" \n\n\t")
    put(tmp_path, "3-binary", bytes(range(256)) * 20)
    put(tmp_path, "4-image", b"\x89PNG\r\n\x1a\n" + b"\x01" * 40)
    put(tmp_path, "5-long.txt", b"a" * (streams.MAX_PAGE_BYTES + 1))
    put(tmp_path, "6-lines.txt", b"a\n" * 30_000)
    put(tmp_path, "7-page.txt", PAGE.encode())
    assert [place for place, _ in faults(tmp_path)] == [
        *("1-empty.txt", "2-blank.txt", "3-binary", "4-image", "5-long.txt", "6-lines.txt")
    ]
    assert titles(tmp_path) == ["Уровень Днепра у Кременчуга упал"]


def test_a_line_beyond_the_limit_is_skipped_and_the_next_is_read(tmp_path: Path) -> None:
    long = b'{"title": "' + b"a" * streams.MAX_RECORD_BYTES + b'"}\n'
    path = put(tmp_path, "a.jsonl", long + TWO)
    assert titles(path) == ["one", "two"]
    assert [place for place, _ in faults(path)] == ["a.jsonl:1"]


@pytest.mark.parametrize("damage", ["cut", "checksum"])
def test_what_came_before_a_break_in_gzip_data_is_kept(tmp_path: Path, damage: str) -> None:
    lines = b"".join(orjson.dumps({"title": os.urandom(40).hex()}) + b"\n" for _ in range(3000))
    data = gzip.compress(lines)
    data = data[: len(data) // 2] if damage == "cut" else data[:-8] + b"12345678"
    path = put(tmp_path, "a.jsonl.gz", data)
    (place, reason), kept = faults(path)[0], len(titles(path))
    assert place == f"a.jsonl.gz:{kept + 1}"
    assert "before the break was kept" in reason
    assert kept == 3000 if damage == "checksum" else kept > 1300


def test_the_memory_for_a_large_archive_is_bounded(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(60):
            file.write(b" " * (1 << 20))
        file.write(b"\n" + TWO)
    tracemalloc.start()
    try:
        assert titles(path, format="jsonl") == ["one", "two"]
        assert tracemalloc.get_traced_memory()[1] < 4 * streams.MAX_RECORD_BYTES
    finally:
        tracemalloc.stop()


def test_the_bytes_consumed_are_told_as_they_lie_on_the_disk(tmp_path: Path) -> None:
    path = put(tmp_path, "a.gz", gzip.compress(TWO * 500))
    told: list[int] = []
    list(read(path, on_bytes=told.append))
    assert sum(told) == path.stat().st_size


def test_standard_input_is_read_as_a_file_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(TWO))))
    assert titles("-") == ["one", "two"]


def test_folders_are_walked_in_order_without_hidden_files_and_loops(tmp_path: Path) -> None:
    (tmp_path / "b" / "deep").mkdir(parents=True)
    (tmp_path / "b" / "loop").symlink_to(tmp_path)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    for name in ("z.txt", "a.txt", ".hidden", "b/deep/c.txt"):
        put(tmp_path, name, PAGE.encode())
    found = list(find_files([tmp_path, tmp_path / "missing"]))
    assert [str(p.relative_to(tmp_path)) for p in found if isinstance(p, Path)] == [
        *("a.txt", "b/deep/c.txt", "z.txt")
    ]
    assert [Path(p.place).name for p in found if isinstance(p, Skipped)] == [
        *("dangling", "pipe", "missing")
    ]


def test_an_index_among_pages_is_told_in_one_line(tmp_path: Path) -> None:
    put(tmp_path, "page.txt", PAGE.encode())
    index = Index.create(tmp_path / "news.idx")
    with index.writer() as writer:
        for item in read(tmp_path / "page.txt"):
            assert isinstance(item, Article)
            writer.add(item)
    told = "an index of newsindex, not pages; -i names an index"
    assert faults(tmp_path) == [("news.idx", told)]
    with pytest.raises(SourceError, match=told):
        list(read(index.path))


def test_a_name_that_is_not_utf8_can_be_shown(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.txt"
    Path(os.fsdecode(path)).write_bytes(b"")
    assert faults(tmp_path) == [("\\xff.txt", "empty: nothing to read")]


def test_a_missing_source_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing-here"):
        list(read(tmp_path / "nothing-here"))


@pytest.mark.parametrize(
    "options", [{"format": "docx"}, {"timezone": "Mars/Olympus"}], ids=["format", "time zone"]
)
def test_a_bad_argument_is_refused_before_anything_is_read(options: dict[str, str]) -> None:
    with pytest.raises(InvalidArgument, match=next(iter(options.values()))):
        read("-", **options)  # type: ignore[arg-type]  # the values are what is tested


JSON_LIKE = st.lists(st.sampled_from(list(b'{}[]",:\\\n\x1f\x8b \xd0a1')), max_size=80).map(bytes)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.binary(max_size=300) | JSON_LIKE | JSON_LIKE.map(lambda b: b'[{"title":' + b))
@pytest.mark.parametrize("form", [None, "page", "json", "jsonl", "csv"])
def test_no_bytes_whatever_raise(tmp_path: Path, form: str | None, data: bytes) -> None:
    path = put(tmp_path, "a", data)
    for item in read(path, format=form):
        assert isinstance(item, Article | Skipped | Noted)
    list(read(put(tmp_path, "b", gzip.compress(data)), format=form))
