"""Export: articles written to a file of JSON lines, CSV or Parquet, one by one, atomically.

JSON lines hold what an article has, its names and where they stand among it, and are read back by
`newsindex.read`: an index made of them has the same articles and finds the same. CSV is UTF-8 with
a byte order mark, which spreadsheets look for; a cell that begins with ``= + - @``, a tab or a
carriage return gets an apostrophe before it, since a spreadsheet would run it as a formula (OWASP,
"CSV Injection"), unless it is asked for raw. Parquet needs the package pyarrow; dates are in UTC
there.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal, get_args

import orjson

from newsindex.errors import InvalidArgument
from newsindex.index.files import reported_writing, sync_folder
from newsindex.model import Article

ExportFormat = Literal["jsonl", "csv", "parquet"]
EXPORT_FORMATS: tuple[ExportFormat, ...] = get_args(ExportFormat)
_FIELDS = ("id", "url", "title", "text", "published", "source", "language", "author", "dateline")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_ROWS = 1000


def format_of(path: Path) -> ExportFormat:
    """The format that the name of a file asks for. Raises InvalidArgument for another name."""
    for known in EXPORT_FORMATS:
        if path.name.lower().endswith(f".{known}"):
            return known
    raise InvalidArgument(
        f"{path}: expected a name that ends with .{', .'.join(EXPORT_FORMATS)}; name the file so,"
        " or name the format"
    )


def export_articles(
    articles: Iterable[Article], path: Path, form: ExportFormat, *, raw: bool = False
) -> int:
    """Write ``articles`` to ``path`` and say how many they were. The file appears, whole, or the
    one that was there stays. With ``raw`` CSV cells are left as they are.

    Raises IndexWriteError where it cannot be written, InvalidArgument where a package is missing.
    """
    write = _writer(form, raw)
    counted = _Counted(articles)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with reported_writing(path):
            with open(temporary, "wb") as file:
                write(counted, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
            sync_folder(path.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return counted.count


class _Counted:
    """An iterable that counts what went through it."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._articles = articles
        self.count = 0

    def __iter__(self) -> Iterator[Article]:
        for article in self._articles:
            self.count += 1
            yield article


def _writer(form: ExportFormat, raw: bool) -> Callable[[Iterable[Article], BinaryIO], None]:
    if form == "parquet":
        return _parquet()
    if form == "csv":
        return lambda articles, file: _write_csv(articles, file, raw)
    if form == "jsonl":
        return write_json_lines
    raise InvalidArgument(f"format must be one of {', '.join(EXPORT_FORMATS)}, found {form!r}")


def write_json_lines(articles: Iterable[Article], file: BinaryIO) -> None:
    """Write articles as JSON lines to a file that is open."""
    for article in articles:
        values = article.as_dict()
        if article.entities is not None:
            values["entities"] = [
                {"kind": entity.kind, "name": entity.name, "field": field, "start": a, "stop": b}
                for entity in article.entities
                for field, a, b in entity.spans
            ]
        file.write(orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE))


def _write_csv(articles: Iterable[Article], file: BinaryIO, raw: bool) -> None:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    rows = csv.DictWriter(text, _FIELDS)
    rows.writeheader()
    for article in articles:
        values = {name: value or "" for name, value in article.as_dict().items() if name in _FIELDS}
        rows.writerow(values if raw else {name: _plain(value) for name, value in values.items()})
    text.flush()
    text.detach()


def _plain(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _parquet() -> Callable[[Iterable[Article], BinaryIO], None]:
    try:
        import pyarrow  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415 - an extra
    except ImportError:
        raise InvalidArgument(
            "Parquet needs the package pyarrow, which is not installed: pip install"
            " 'newsindex[parquet]', or export to .jsonl or .csv"
        ) from None
    types: dict[str, Any] = dict.fromkeys(_FIELDS, pyarrow.string())
    types["published"] = pyarrow.timestamp("s", tz="UTC")
    schema = pyarrow.schema(list(types.items()))

    def write(articles: Iterable[Article], file: BinaryIO) -> None:
        remaining = iter(articles)
        with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
            while batch := list(islice(remaining, _ROWS)):
                columns: dict[str, list[Any]] = {
                    name: [getattr(article, name) for article in batch] for name in _FIELDS
                }
                columns["published"] = [
                    date and date.astimezone(UTC) for date in columns["published"]
                ]
                writer.write_table(pyarrow.table(columns, schema=schema))

    return write
