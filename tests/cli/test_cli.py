"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsindex.cli import _COMMANDS

PAGE = """Пример-Новости
18:46 01.08.2025

Киев и Токио начали оборонные консультации

1 мин читать

Киев и Токио начали оборонные консультации, сообщили в министерстве. Стороны обсудили пакет новых \
санкций и договорились встретиться осенью.

Следующая встреча пройдет в Токио, добавили в ведомстве. Туда поедут также представители штаба.

ПОСЛЕДНЕЕ

В парке открыли ресторан

Цены на яблоки выросли
"""


def run(*arguments: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "NEWSINDEX_INDEX"}
    environment |= {"PYTHONIOENCODING": "utf-8", **options.pop("env", {})}  # type: ignore[dict-item]  # a test
    return subprocess.run(  # type: ignore[call-overload, no-any-return]  # options vary
        [sys.executable, "-W", "error", "-m", "newsindex", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        check=False,
        **options,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index of a page and of three lines of JSON."""
    top = tmp_path_factory.mktemp("cli")
    (top / "pages").mkdir()
    (top / "pages" / "page.txt").write_text(PAGE, encoding="utf-8")
    lines = [
        {"title": "Про мир", "text": "Договор о мире подписан.", "published": "2025-07-31T10:00Z",
         "url": "https://a.example/1", "id": "one"},
        {"title": "Про війну", "text": "Договір про мир не підписано.", "date": "2025-08-02",
         "language": "uk", "source": "б"},
        {"title": "Без даты", "text": "Санкции."},
    ]  # fmt: skip
    content = "\n".join(json.dumps(line) for line in lines) + "\n{broken\n"
    (top / "news.jsonl.gz").write_bytes(gzip.compress(content.encode()))
    done = run("index", top / "pages", top / "news.jsonl.gz", "-i", top / "t.idx")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["indexed"], summary["new"], summary["skipped"], summary["undated"]) == (
        4,
        4,
        1,
        1,
    )
    assert "news.jsonl.gz:4" in done.stderr
    return top


def search(folder: Path, *arguments: str) -> list[dict[str, object]]:
    done = run("search", *arguments, "-i", folder / "t.idx")
    assert done.returncode == (0 if done.stdout else 1), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_search_prints_json_lines_in_a_pipe(folder: Path) -> None:
    (hit,) = search(folder, "оборонная консультация")
    assert list(hit) == [
        "id", "title", "published", "source", "language", "url",
        "score", "snippet", "title_spans", "snippet_spans", "entities", "author", "dateline",
    ]  # fmt: skip
    assert hit["source"] == "Пример-Новости"
    assert hit["published"] == "2025-08-01T18:46:00+03:00"
    assert hit["title"] == "Киев и Токио начали оборонные консультации"


def test_the_sidebar_is_not_found(folder: Path) -> None:
    done = run("search", "ресторан", "-i", folder / "t.idx")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_filters_order_and_paging(folder: Path) -> None:
    assert len(search(folder, "договор")) >= 1
    assert search(folder, "", "--sort", "newest")[0]["title"] == "Про війну"
    assert len(search(folder, "", "-n", "2")) == 2
    assert len(search(folder, "", "--offset", "3")) == 1
    assert [
        h["id"] for h in search(folder, "мир", "--from", "2025-07-31", "--to", "2025-07-31")
    ] == ["one"]
    assert search(folder, "мир", "--to", "2025-07-30") == []
    assert [h["language"] for h in search(folder, "", "--lang", "uk")] == ["uk"]
    assert [h["source"] for h in search(folder, "", "--source", "Б")] == ["б"]


def test_pages_follow_one_another_by_their_cursors(folder: Path) -> None:
    whole = [hit["id"] for hit in search(folder, "", "--sort", "oldest")]
    first = json.loads(run("search", "", "--sort", "oldest", "-n", "1", "--json", "-i",
                           folder / "t.idx").stdout)  # fmt: skip
    rest = search(folder, "", "--sort", "oldest", "--after", first["cursor"])
    assert [first["hits"][0]["id"], *(hit["id"] for hit in rest)] == whole
    done = run("search", "", "--after", "nonsense", "-i", folder / "t.idx")
    assert done.returncode == 2
    assert "cursor" in done.stderr


def test_all_prints_every_hit_whatever_the_limit(folder: Path) -> None:
    assert len(search(folder, "", "--all", "-n", "1")) == 4
    assert search(folder, "нетакого", "--all") == []
    done = run("search", "", "--all", "--count", "-i", folder / "t.idx")
    assert done.returncode == 2


def test_a_timeline_is_json_lines_in_a_pipe(folder: Path) -> None:
    done = run("timeline", "", "--by", "day", "-i", folder / "t.idx")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(line["start"], line["count"]) for line in lines] == [
        ("2025-07-31", 1), ("2025-08-01", 1), ("2025-08-02", 1), (None, 1),
    ]  # fmt: skip
    assert run("timeline", "нетакого", "-i", folder / "t.idx").returncode == 1
    assert run("timeline", "", "--by", "century", "-i", folder / "t.idx").returncode == 2


def test_terms_are_json_lines_in_a_pipe(folder: Path) -> None:
    done = run("terms", "договор", "-i", folder / "t.idx")
    assert done.returncode == 0, done.stderr
    terms = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"text": "мир", "kind": "word", "count": 2, "background": 2} in [
        {name: value for name, value in term.items() if name != "score"} for term in terms
    ]
    assert run("terms", "нетакого", "-i", folder / "t.idx").returncode == 1


def test_json_and_count(folder: Path) -> None:
    done = run("search", 'мир "', "--json", "-i", folder / "t.idx")
    found = json.loads(done.stdout)
    assert found["total"] == len(found["hits"]) >= 1
    assert found["diagnostics"] == [
        {"start": 4, "stop": 5, "message": "a quotation mark without its partner was ignored"}
    ]
    assert (
        done.stderr
        == "newsindex: query, character 5: a quotation mark without its partner was ignored\n"
    )
    done = run("search", "", "--count", "-i", folder / "t.idx")
    assert (done.returncode, done.stdout) == (0, "4\n")
    done = run("search", "нетаких", "--count", "-i", folder / "t.idx")
    assert (done.returncode, done.stdout) == (1, "0\n")


def test_the_index_may_come_from_the_environment(folder: Path) -> None:
    done = run("search", "", "--count", env={"NEWSINDEX_INDEX": str(folder / "t.idx")})
    assert done.stdout == "4\n"


def test_show_and_delete(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "d.idx"
    assert run("index", folder / "news.jsonl.gz", "-i", path).returncode == 0
    done = run("show", "one", "-i", path)
    assert json.loads(done.stdout)["text"] == "Договор о мире подписан."
    done = run("show", "one", "two", "-i", path)
    assert done.returncode == 1
    assert "no article with the id 'two'" in done.stderr
    done = run("delete", "one", "two", "-i", path)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"deleted": 1})
    assert run("delete", "one", "-i", path).returncode == 1
    assert run("show", "one", "-i", path).returncode == 1
    assert json.loads(run("stats", "-i", path).stdout)["articles"] == 2
    done = run("optimize", "-i", path)
    assert json.loads(done.stdout)["segments"] == 1


def test_indexing_again_replaces(folder: Path) -> None:
    done = run("index", folder / "news.jsonl.gz", "--again", "-i", folder / "t.idx")
    summary = json.loads(done.stdout)
    assert (summary["new"], summary["replaced"], summary["articles"]) == (0, 3, 4)


def test_an_index_keeps_to_what_it_was_made_with(folder: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.idx"
    page = folder / "pages" / "page.txt"
    assert run("index", page, "-i", plain, "--no-entities").returncode == 0
    assert run("facets", "", "--by", "place", "-i", plain).returncode == 1
    assert run("index", page, "-i", plain).returncode == 0
    done = run("index", page, "-i", plain, "--entities")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "made without entities" in done.stderr


def test_facets_and_entities_are_listed(folder: Path) -> None:
    done = run("facets", "", "--by", "place", "-i", folder / "t.idx")
    assert {json.loads(line)["name"] for line in done.stdout.splitlines()} >= {"Киев", "Токио"}
    done = run("entities", "токи", "-i", folder / "t.idx")
    assert json.loads(done.stdout)["count"] == 1
    assert run("entities", "нетак", "-i", folder / "t.idx").returncode == 1
    found = search(folder, "", "--place", "Токио")
    assert [hit["source"] for hit in found] == ["Пример-Новости"]
    assert {"kind": "place", "name": "Токио"} in found[0]["entities"]  # type: ignore[operator]  # JSON


def test_parse_prints_one_object_for_a_page(folder: Path) -> None:
    done = run("parse", folder / "pages" / "page.txt")
    article = json.loads(done.stdout)
    assert list(article)[:7] == ["id", "url", "title", "text", "published", "source", "language"]
    assert article["language"] == "ru"
    assert "ресторан" not in article["text"]
    done = run("parse", folder / "pages" / "page.txt", "--timezone", "Asia/Tokyo")
    assert json.loads(done.stdout)["published"] == "2025-08-01T18:46:00+09:00"


def test_standard_input(folder: Path, tmp_path: Path) -> None:
    done = run("index", "-", "-i", tmp_path / "in.idx", "--format", "jsonl",
               input='{"title": "a", "text": "мир"}\n')  # fmt: skip
    assert json.loads(done.stdout)["indexed"] == 1


def test_analyze() -> None:
    done = run("analyze", "Дронів-камикадзе", "--lang", "uk")
    tokens = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(t["start"], t["stop"], t["text"]) for t in tokens] == [
        (0, 16, "дронів-камикадзе"),
        (0, 6, "дронів"),
        (7, 16, "камикадзе"),
    ]
    assert all(token["key"] for token in tokens)
    assert run("analyze", "...").returncode == 1


def test_check_finds_damage(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "c.idx"
    run("index", folder / "news.jsonl.gz", "-i", path)
    done = run("check", "-i", path)
    assert (done.returncode, json.loads(done.stdout)["problems"]) == (0, [])
    segment = next(p for p in path.iterdir() if p.suffix == ".seg")
    content = bytearray(segment.read_bytes())
    content[-1] ^= 1
    segment.write_bytes(content)
    done = run("check", "-i", path)
    assert done.returncode == 2
    assert segment.name in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("search", "x", "-i", "/nowhere.idx"),
        ("search",),
        ("search", "x", "--sort", "best"),
        ("search", "x", "-n", "-1"),
        ("stats", "-i", "/nowhere.idx"),
        ("check", "-i", "/nowhere.idx"),
        ("delete", "x", "-i", "/nowhere.idx"),
        ("parse", "/nowhere.txt"),
        ("index", "/nowhere", "-i", "{tmp}/e.idx"),
        ("index", "x", "--timezone", "Mars/Phobos", "-i", "{tmp}/e.idx"),
        ("nonsense",),
        ("--nonsense",),
    ],
)
def test_an_error_is_one_line_and_exit_code_2(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*(argument.format(tmp=tmp_path) for argument in arguments))
    assert done.returncode == 2
    assert done.stderr.startswith("newsindex: ")
    assert "Traceback" not in done.stderr
    if arguments[0] != "index":
        assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("search", "-война"), "a query that begins with - goes after --"),
        (("search", "пакет", "санкций"), "a query of several words goes into quotes"),
        (
            ("facets", "пакет", "санкций", "--by", "org"),
            "a query of several words goes into quotes",
        ),
    ],
)
def test_a_query_that_the_shell_took_apart_is_told_how_to_be_written(
    arguments: tuple[str, ...], hint: str
) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert hint in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_without_files_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("index", tmp_path / "empty", "-i", tmp_path / "e.idx")
    assert done.returncode == 2
    assert done.stderr == f"newsindex: {tmp_path / 'empty'}: no file to read there\n"


def test_dates_that_end_before_they_begin_are_told(folder: Path) -> None:
    done = run("search", "мир", "--from", "2025-08", "--to", "2025-07", "-i", folder / "t.idx")
    assert done.returncode == 1
    assert "the dates end before they begin" in done.stderr


def test_bad_dates_are_errors_too(folder: Path) -> None:
    done = run("search", "мир", "--from", "2025-13", "-i", folder / "t.idx")
    assert done.returncode == 2
    assert "2025-13" in done.stderr


@pytest.mark.parametrize("command", ["", *_COMMANDS])
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = run(*([command] if command else []), "--help")
    assert done.returncode == 0
    assert "newsindex " + command in done.stdout.split("Options:")[0].split("\n", 1)[1]


def test_version() -> None:
    from newsindex import __version__

    assert run("--version").stdout == f"newsindex, version {__version__}\n"


def test_demo() -> None:
    done = run("demo")
    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.count("newsindex search '") == 5
    assert "\n0 found" not in done.stdout
    assert "\x1b" not in done.stdout


def test_a_closed_pipe_is_no_error(folder: Path) -> None:
    index = folder / "t.idx"
    line = f"'{sys.executable}' -m newsindex search '' --jsonl -i '{index}' | head -c 1"
    done = subprocess.run(line, shell=True, capture_output=True, text=True, check=False)  # noqa: S602 - a pipe is the test
    assert done.stderr == ""


def test_a_folder_of_junk_costs_only_the_junk(tmp_path: Path) -> None:
    junk = tmp_path / "junk"
    junk.mkdir()
    (junk / "empty.txt").write_bytes(b"")
    (junk / "binary.bin").write_bytes(bytes(range(256)) * 50)
    (junk / "half.txt").write_bytes("Новость о мире и договоре.".encode()[:-1])
    (junk / "line.txt").write_bytes(b"x" * 50_000_000)
    (junk / "bad.jsonl").write_text('{"title": "мир", "text": "да"}\n{"title": \nnull\n[1]\n')
    (junk / "short.gz").write_bytes(gzip.compress(b'{"title": "a", "text": "b"}\n' * 99)[:22])
    (junk / "good.txt").write_text(PAGE, encoding="utf-8")
    done = run("index", junk, "-i", tmp_path / "j.idx")
    assert done.returncode == 0, done.stderr
    for place in (
        "empty.txt",
        "binary.bin",
        "line.txt",
        "bad.jsonl:2",
        "bad.jsonl:3",
        "bad.jsonl:4",
        "short.gz",
    ):
        assert place in done.stderr
    assert "Traceback" not in done.stderr
    assert json.loads(run("search", "консультации", "-i", tmp_path / "j.idx").stdout)["title"]
    for good in ("good.txt", "bad.jsonl", "half.txt"):
        (junk / good).unlink()
    assert run("index", junk, "-i", tmp_path / "k.idx").returncode == 2


def test_an_index_without_names_says_so(tmp_path: Path) -> None:
    news, index = tmp_path / "news.jsonl", tmp_path / "plain.idx"
    news.write_text('{"title": "Визит", "text": "Ермак приехал."}', encoding="utf-8")
    assert run("index", news, "-i", index, "--no-entities").returncode == 0
    for arguments in (["facets", "", "--by", "person"], ["search", "", "--person", "Ермак"]):
        result = run(*arguments, "-i", index)
        assert result.returncode == 1
        assert result.stderr.startswith("newsindex: this index was made without entities")


def test_export_writes_a_file_or_standard_output(folder: Path, tmp_path: Path) -> None:
    done = run("export", "мир", "-o", tmp_path / "o.jsonl", "-i", folder / "t.idx")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"exported": 2})
    lines = (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines()
    assert sorted(json.loads(line)["title"] for line in lines) == ["Про війну", "Про мир"]
    done = run("export", "мир", "-o", "-", "-i", folder / "t.idx")
    assert sorted(done.stdout.splitlines()) == sorted(lines)
    assert run("export", "нетакого", "-o", "-", "-i", folder / "t.idx").returncode == 1
    assert run("export", "мир", "-o", tmp_path / "o.doc", "-i", folder / "t.idx").returncode == 2


@pytest.mark.parametrize("command", ["export", "report"])
def test_a_file_in_a_folder_that_is_not_there_is_told(
    command: str, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "nowhere" / ("a.csv" if command == "export" else "a.html")
    done = run(command, "мир", "-o", target, "-i", folder / "t.idx")
    assert done.returncode == 2
    assert f"there is no folder {tmp_path / 'nowhere'}" in done.stderr


def test_batch_answers_line_by_line(folder: Path) -> None:
    done = run("batch", "-", "-n", "1", "-i", folder / "t.idx", input="мир\nнетакого\n")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(a["line"], a["total"], len(a["hits"])) for a in answers] == [(1, 2, 1), (2, 0, 0)]
    assert done.returncode == 0
    assert run("batch", "-", "-i", folder / "t.idx", input="нетакого\n").returncode == 1
    assert run("batch", "-", "-i", folder / "t.idx", input="мир\n{x\n").returncode == 2
    done = run("batch", "-", "--from", "когда-то", "-i", folder / "t.idx", input="мир\nдом\n")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_similar_prints_hits(folder: Path) -> None:
    done = run("similar", "one", "-i", folder / "t.idx")
    assert [json.loads(line)["title"] for line in done.stdout.splitlines()] == ["Про війну"]
    done = run("similar", "nothere", "-i", folder / "t.idx")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "expected the id of one of its articles, found 'nothere'; every hit" in done.stderr


def test_a_search_loads_nothing_of_reading_writing_or_tagging(tmp_path: Path) -> None:
    """What is not loaded takes no time: a search from the shell is to answer at once."""
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    assert run("index", tmp_path / "page.txt", "-i", tmp_path / "t.idx").returncode == 0
    code = "import sys; from newsindex.cli import main\ntry: main()\nfinally: print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code, "search", "консультации", "-i", tmp_path / "t.idx", "--count"],
        capture_output=True,
        text=True,
        check=True,
    )
    count, loaded = done.stdout.split("\n")[:2]
    assert count == "1"
    layers = {".".join(name.split(".")[:2]) for name in loaded.split()}
    assert not layers & {f"newsindex.{n}" for n in ("documents", "alerts", "report", "demo")}
    unwanted = {
        *("newsindex.index.writer", "newsindex.index.check", "newsindex.index.backups"),
        *("newsindex.entities.tagger", "newsindex.query.reader", "newsindex.query.grammar"),
        *("newsindex.query.dates", "newsindex.query.explain", "newsindex.query.spelling"),
        *("whoosh.qparser", "importlib.resources", "html", "shutil", "tempfile", "zipfile"),
        *("numpy.ma", "numpy.random", "numpy.fft", "numpy.polynomial"),
    }
    assert not unwanted & set(loaded.split())


def test_a_query_that_finds_nothing_is_answered_with_one_that_does(folder: Path) -> None:
    done = run("search", "догавор", "-i", folder / "t.idx")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "newsindex: did you mean: договор\n"
    done = run("search", "ljujdjh", "--json", "-i", folder / "t.idx")
    assert json.loads(done.stdout)["suggestion"] == "договор"
    assert run("search", "щщщщщщ", "-i", folder / "t.idx").stderr == ""


def test_suggest_completes_words_and_names(folder: Path) -> None:
    done = run("suggest", "дог", "-i", folder / "t.idx")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {"text": "договор", "kind": "word", "count": 2} in lines
    assert run("suggest", "ыыы", "-i", folder / "t.idx").returncode == 1


@pytest.mark.parametrize(
    "command",
    [
        ("suggest", "до"),
        ("facets", "", "--by", "language"),
        ("timeline", "", "--by", "year"),
        ("terms", "мир"),
        ("entities",),
        ("show", "one"),
        ("similar", "one"),
        ("duplicates", "one"),
        ("alerts", "list"),
    ],
)
def test_json_is_one_array_and_a_pipe_gets_the_same_values_as_lines(
    folder: Path, command: tuple[str, ...]
) -> None:
    array = json.loads(run(*command, "--json", "-i", folder / "t.idx").stdout)
    for lines in ((), ("--jsonl",)):
        done = run(*command, *lines, "-i", folder / "t.idx")
        assert [json.loads(line) for line in done.stdout.splitlines()] == array


def test_a_reader_who_has_seen_enough_is_no_failure(tmp_path: Path) -> None:
    lines = [{"title": f"Мир {i}", "text": "О мире. " * 60, "id": str(i)} for i in range(600)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    run("index", tmp_path / "a.jsonl", "-i", tmp_path / "t.idx", "--no-entities")
    for command in (["search", "мир", "--all"], ["export", "мир", "-o", "-"]):
        with subprocess.Popen(
            [sys.executable, "-m", "newsindex", *command, "-i", str(tmp_path / "t.idx")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert process.stdout.readline()
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 0
