"""Faults: what newsindex and its peers do when their files are damaged and their writers killed.

``python -m benchmarks faults [--flips N] [--kills N]`` prints a table for the README. Every engine
indexes the same articles; then bits of its files are flipped, files are cut short, and writers are
killed while they commit ten articles at a time. Each trial runs in a process of its own, with ten
seconds and 4 GB, and ends in one of four ways: the answers are right, an error is told, the answers
are wrong, or the process died, hung, or ran out of memory. Needs a system with fork.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

WORDS = ["мир", "война", "санкции", "газ", "нефть", "закон", "рада", "киев", "дом", "река"]
QUERIES = ["мир", "санкции", "номер7", "река"]
_SECONDS = 10
_BYTES = 4 << 30


def texts(first: int, stop: int) -> list[tuple[str, str]]:
    """Ids and texts of the articles ``first <= n < stop``."""
    made = []
    for number in range(first, stop):
        rng = random.Random(number)
        made.append((str(number), " ".join([*rng.choices(WORDS, k=40), f"номер{number}"])))
    return made


class Newsindex:
    name = "newsindex"
    package = "newsindex"

    def create(self, folder: Path) -> None:
        from newsindex import Index

        Index.create(folder, extractor=None)

    def add(self, folder: Path, articles: list[tuple[str, str]]) -> None:
        from newsindex import Article, Index

        with Index.open(folder).writer(wait=_SECONDS) as writer:
            for identifier, text in articles:
                writer.add(Article("", text, language="ru", id=identifier))

    def ask(self, folder: Path) -> list[list[str]]:
        from newsindex import Index

        index = Index.open(folder)
        found = [sorted(hit.id + hit.title for hit in index.scan(query)) for query in QUERIES]
        return [*found, sorted(each.id + each.text for each in index.articles(""))]


class Whoosh:
    name = "Whoosh"
    package = "whoosh"

    def create(self, folder: Path) -> None:
        from whoosh import fields, index

        schema = fields.Schema(id=fields.ID(stored=True), text=fields.TEXT(stored=True))
        folder.mkdir()
        index.create_in(str(folder), schema)

    def add(self, folder: Path, articles: list[tuple[str, str]]) -> None:
        from whoosh import index

        writer = index.open_dir(str(folder)).writer(timeout=_SECONDS)
        for identifier, text in articles:
            writer.add_document(id=identifier, text=text)
        writer.commit()

    def ask(self, folder: Path) -> list[list[str]]:
        from whoosh import index, query

        with index.open_dir(str(folder)).searcher() as searcher:
            found = []
            for word in QUERIES:
                results = searcher.search(query.Term("text", word), limit=None)
                found.append(sorted(hit["id"] for hit in results))
            return [*found, sorted(f["id"] + f["text"] for f in searcher.all_stored_fields())]


class Tantivy:
    name = "tantivy-py"
    package = "tantivy"

    def create(self, folder: Path) -> None:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("text", stored=True)
        folder.mkdir()
        tantivy.Index(builder.build(), path=str(folder))

    def add(self, folder: Path, articles: list[tuple[str, str]]) -> None:
        import tantivy

        writer = tantivy.Index.open(str(folder)).writer(15_000_000, 1)
        for identifier, text in articles:
            writer.add_document(tantivy.Document(id=[identifier], text=[text]))
        writer.commit()

    def ask(self, folder: Path) -> list[list[str]]:
        import tantivy

        index = tantivy.Index.open(str(folder))
        searcher = index.searcher()
        found = []
        for word in [*QUERIES, "*"]:
            query = tantivy.Query.all_query() if word == "*" else index.parse_query(word, ["text"])
            hits = [searcher.doc(place) for _, place in searcher.search(query, limit=10_000).hits]
            whole = word == "*"
            found.append(sorted(h["id"][0] + (h["text"][0] if whole else "") for h in hits))
        return found


class Sqlite:
    name = "SQLite FTS5"
    package = "sqlite3"

    def create(self, folder: Path) -> None:
        folder.mkdir()
        with contextlib.closing(sqlite3.connect(folder / "news.db")) as database:
            database.execute("CREATE VIRTUAL TABLE news USING fts5(id UNINDEXED, text)")

    def add(self, folder: Path, articles: list[tuple[str, str]]) -> None:
        with contextlib.closing(sqlite3.connect(folder / "news.db", _SECONDS)) as database:
            database.executemany("INSERT INTO news VALUES (?, ?)", articles)
            database.commit()

    def ask(self, folder: Path) -> list[list[str]]:
        path = folder / "news.db"
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True)) as database:
            found = []
            for word in QUERIES:
                rows = database.execute("SELECT id FROM news WHERE news MATCH ?", (word,))
                found.append(sorted(row[0] for row in rows))
            whole = database.execute("SELECT id, text FROM news")
            return [*found, sorted(identifier + text for identifier, text in whole)]


ENGINES = (Newsindex(), Whoosh(), Tantivy(), Sqlite())


def apart(function: Callable[..., Any], *arguments: Any) -> tuple[str, Any]:
    """Run a function in a process of its own: ("done", its result), ("told", the error) or
    ("died", how)."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_in_child, args=(sender, function, arguments))
    process.start()
    sender.close()
    try:
        answer: tuple[str, Any] = receiver.recv() if receiver.poll(_SECONDS) else ("died", "hung")
    except EOFError:
        answer = ("died", "ended")
    process.kill()
    process.join()
    receiver.close()
    return answer


def _in_child(sender: Any, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        answer = ("done", function(*arguments))
    except MemoryError:
        answer = ("died", "memory")
    except Exception as error:
        answer = ("told", type(error).__name__)
    except BaseException as error:  # a panic of Rust
        answer = ("died", type(error).__name__)
    sender.send(answer)


def damaged(engine: Any, folder: Path, flips: int, rng: random.Random) -> dict[str, Counter[str]]:
    """How trials end, by kind of damage."""
    apart(engine.create, folder)
    for first in (0, 100, 200):
        apart(engine.add, folder, texts(first, first + 100))
    state, expected = apart(engine.ask, folder)
    if state != "done":
        raise SystemExit(f"{engine.name}: {expected}")
    files = [path for path in sorted(folder.iterdir()) if path.stat().st_size > 100]
    outcomes: dict[str, Counter[str]] = {"bits flipped": Counter(), "files cut short": Counter()}
    copy = folder.with_name("damaged")
    for kind, counter in outcomes.items():
        for trial in range(flips):
            path = files[trial % len(files)]
            content = bytearray(path.read_bytes())
            place = rng.randrange(len(content))
            if kind == "bits flipped":
                content[place] ^= 1 << rng.randrange(8)
            else:
                del content[place // 64 * 64 :]
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(folder, copy)
            (copy / path.name).write_bytes(content)
            state, found = apart(engine.ask, copy)
            if state == "done":
                state = "right" if found == expected else "wrong"
            counter[state] += 1
    return outcomes


def _write_on(engine: Any, folder: Path, first: int, sender: Any) -> None:
    for number in range(first, 1_000_000, 10):
        engine.add(folder, texts(number, number + 10))
        sender.send(number + 10)


def killed(engine: Any, folder: Path, kills: int, rng: random.Random) -> Counter[str]:
    """How an index is after its writer was killed: right, told (it cannot be opened), wrong."""
    context = multiprocessing.get_context("fork")
    outcomes: Counter[str] = Counter()
    fresh = True
    for _ in range(kills):
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
            apart(engine.create, folder)
            count, fresh = 0, False
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=_write_on, args=(engine, folder, count, sender))
        process.start()
        sender.close()
        time.sleep(0.2 + rng.random() * 0.4)
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        with contextlib.suppress(EOFError):
            while True:
                count = receiver.recv()
        state, found = apart(engine.ask, folder)
        if state == "done":
            whole = len(found[-1])
            state = "right" if whole in (count, count + 10) else "wrong"
            count = whole
        outcomes[state] += 1
        fresh = state != "right"
    return outcomes


def main(argv: list[str]) -> int:
    """Run the trials and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks faults", description=__doc__)
    parser.add_argument("--flips", type=int, default=300, help="Trials of each kind of damage.")
    parser.add_argument("--kills", type=int, default=50, help="Writers killed.")
    options = parser.parse_args(argv)
    engines = [each for each in ENGINES if importlib.util.find_spec(each.package)]
    rows: dict[str, list[str]] = {}
    for engine in engines:
        rng = random.Random(5)
        with tempfile.TemporaryDirectory() as place:
            outcomes = damaged(engine, Path(place) / "index", options.flips, rng)
            outcomes["writers killed"] = killed(engine, Path(place) / "killed", options.kills, rng)
        for kind, counter in outcomes.items():
            cell = " / ".join(str(counter[state]) for state in ("right", "told", "wrong", "died"))
            rows.setdefault(f"{kind}, {sum(counter.values())} times", []).append(cell)
        print(engine.name, outcomes, file=sys.stderr)
    print("| right / told / wrong / died |", " | ".join(each.name for each in engines), "|")
    print("|---|" + "---|" * len(engines))
    for kind, cells in rows.items():
        print(f"| {kind} |", " | ".join(cells), "|")
    return 0
