"""Corpora: the documents that every engine indexes, as one file of JSON lines in order of date.

``real`` is news as it was published (three collections beside the repository), without entities:
whose they are nobody has said. ``zipf`` is generated, of any size, with entities (zipf.py). The
lines are records as newsindex reads them from anybody.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson

REAL_FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data"
REAL_FILES = (
    "onetv_ru_2000_2026/news.jsonl.gz",
    "tg_ru_2024/posts.jsonl.gz",
    "tsn_tg_uk_2022/posts.jsonl.gz",
)


class CorpusMissing(Exception):
    """The real collections are not there; the message says where they are looked for."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read back: ``number`` is its line, ``published`` seconds since 1970 UTC.

    ``entities`` are as in the record (type, name, field, start, end); None where nobody knows them.
    """

    number: int
    title: str
    text: str
    published: int
    source: str
    language: str
    entities: list[dict[str, Any]] | None = None


def read(path: Path) -> Iterator[Document]:
    """The documents of a corpus file, in order of date."""
    with open(path, "rb") as lines:
        yield from map(parse, lines)


def parse(line: bytes) -> Document:
    """The document of a line of a corpus file."""
    record = orjson.loads(line)
    return Document(
        int(record["id"]),
        record["title"],
        record["text"],
        int(datetime.fromisoformat(record["published"]).timestamp()),
        record["source"],
        record["language"],
        record.get("entities"),
    )


def write(path: Path, documents: Iterable[Document]) -> None:
    """Write a corpus file, whole or not at all."""
    part = path.with_suffix(".part")
    with open(part, "wb") as file:
        for document in documents:
            record: dict[str, Any] = {
                "id": str(document.number),
                "title": document.title,
                "text": document.text,
                "published": datetime.fromtimestamp(document.published, UTC).isoformat(),
                "source": document.source,
                "language": document.language,
            }
            if document.entities is not None:
                record["entities"] = document.entities
            file.write(orjson.dumps(record) + b"\n")
    part.replace(path)


def write_real(path: Path, documents: int | None) -> None:
    """Write ``documents`` real ones (None: all), spread evenly over time, to ``path``.

    Raises CorpusMissing where the collections are absent.
    """
    entries = sorted(_real(), key=lambda entry: entry[2])
    if documents is not None and documents < len(entries):
        chosen = np.linspace(0, len(entries) - 1, documents).astype(int)
        entries = [entries[i] for i in chosen.tolist()]
    write(path, (Document(number, *entry) for number, entry in enumerate(entries)))


def _real() -> Iterator[tuple[str, str, int, str, str]]:
    for name in REAL_FILES:
        path = REAL_FOLDER / name
        if not path.exists():
            raise CorpusMissing(
                f"expected {name} in shared/data beside the repository, found nothing;"
                " use --corpus zipf"
            )
        with gzip.open(path) as lines:
            for line in lines:
                item = orjson.loads(line)
                moment = datetime.fromisoformat(item["date"])
                published = int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())
                if "title" in item:
                    title, text = item["title"], item["lead"] or ""
                else:
                    title, _, text = item["text"].strip().partition("\n")
                if title.strip() or text.strip():
                    yield title, text, published, item["source"], item["lang"]
