"""CSV and TSV as records: the first line names the columns, each further row is one article."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from newsindex.documents.encoding import decode
from newsindex.documents.fields import fields_named
from newsindex.documents.streams import MAX_RECORD_BYTES, read_lines

_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class Row:
    """A row with the line it begins on: its values by column, or the fault it has."""

    line: int
    values: dict[str, str]
    fault: str | None = None
    remark: str | None = None


def delimiter_of(first_line: str, mapping: Mapping[str, str]) -> str | None:
    """The delimiter of a table whose first line names columns of articles; None if it is none.

    ``mapping`` as for `read`: names that stand for fields beside the usual ones.
    """
    for delimiter in _DELIMITERS:
        try:
            names = next(csv.reader([first_line], delimiter=delimiter), [])
        except csv.Error:
            continue
        fields = fields_named(names, mapping)
        if len(fields) >= 2 and not fields.isdisjoint(("title", "text", "lead")):
            return delimiter
    return None


def read_table(stream: io.BufferedReader, delimiter: str) -> Iterator[Row]:
    """The rows of a table, line ends within quotes included; a bad row is told from the next.

    A row of more values than there are columns, or of a line beyond the limit, has a fault; missing
    values at the end are empty. Raises streams.Broken where the stream breaks off.
    """
    # the limit of the csv module, for all its readers, is 128 KB: shorter than some articles
    csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD_BYTES))
    state = _Lines(stream)
    reader = csv.reader(state, delimiter=delimiter)
    names: list[str] = []
    while True:
        began = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(began, {}, f"not readable as a table: {error}")
            continue
        fault, remark = state.take()
        if fault is not None:
            yield Row(began, {}, fault)
        elif not names:
            names = values
        elif len(values) > len(names):
            found = f"expected at most {len(names)} values, found {len(values)}"
            yield Row(began, {}, f"{found}: is a quote or a delimiter out of place?")
        elif any(values):
            yield Row(began, dict(zip(names, values, strict=False)), None, remark)


class _Lines:
    """The decoded lines of a stream, and what was wrong with those given since the last asking."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._lines = read_lines(stream)
        self._fault: str | None = None
        self._remark: str | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if line.data is None:
            self._fault = f"longer than {MAX_RECORD_BYTES >> 20} MB"
            return "\n"
        try:
            return line.data.decode().replace("\x00", "") + "\n"
        except UnicodeDecodeError:
            decoded = decode(line.data)
        if decoded is None:
            self._fault = "binary, or in an encoding that is not known here"
            return "\n"
        self._remark = decoded.remark
        return decoded.text + "\n"

    def take(self) -> tuple[str | None, str | None]:
        """The fault and the remark of the lines given since the last call, if any."""
        taken = self._fault, self._remark
        self._fault = self._remark = None
        return taken
