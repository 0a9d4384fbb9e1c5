"""Pieces: files cut into parts that can be read one by one, in any process.

A small file is read whole, several of them in one piece; a large file of JSON lines is cut into
blocks of lines, so that all processors have something to do. Reading the pieces one after another
gives what reading the files one after another gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from newsindex.documents.find import show_path
from newsindex.documents.reader import Item, holds_json_lines, read_records, read_with
from newsindex.documents.reading import Reading
from newsindex.documents.streams import Broken, Line, open_stream, read_lines
from newsindex.errors import SourceError
from newsindex.model import Skipped

# A file of more bytes than this is cut, if it holds JSON lines.
_CUT_FROM = 1 << 20
# Bytes of a block of lines, and of a piece of whole files; and the most files in one.
_PIECE_BYTES = 1 << 20
_PIECE_FILES = 64


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole files, or some lines of the file called ``place``. ``size`` counts the bytes that it
    takes on the disk, for a progress bar."""

    size: int
    paths: tuple[Path, ...] = ()
    place: str = ""
    lines: tuple[Line, ...] = ()

    def parts(self) -> list[Piece]:
        """The piece, file by file."""
        if not self.paths:
            return [self]
        return [replace(self, paths=(path,)) for path in self.paths]


def cut(files: Iterable[Path], reading: Reading) -> Iterator[Piece | Skipped]:
    """The pieces of ``files``. A file that cannot be opened is left to the reading of its piece."""
    waiting: list[Path] = []
    size = 0
    for path in files:
        length = path.stat().st_size if path.is_file() else 0
        if length > _CUT_FROM and holds_json_lines(path, reading):
            if waiting:
                yield Piece(size, paths=tuple(waiting))
                waiting, size = [], 0
            yield from _cut_lines(path)
            continue
        waiting.append(path)
        size += length
        if size >= _PIECE_BYTES or len(waiting) >= _PIECE_FILES:
            yield Piece(size, paths=tuple(waiting))
            waiting, size = [], 0
    if waiting:
        yield Piece(size, paths=tuple(waiting))


def read_piece(piece: Piece, reading: Reading) -> Iterator[Item]:
    """What the piece holds."""
    for path in piece.paths:
        try:
            yield from read_with(reading, path)
        except SourceError as error:
            yield Skipped(show_path(path), str(error))
    if piece.lines:
        yield from read_records(piece.lines, piece.place, reading)


def _cut_lines(path: Path) -> Iterator[Piece | Skipped]:
    place = show_path(path)
    consumed = lines_size = 0
    lines: list[Line] = []

    def count(size: int) -> None:
        nonlocal consumed
        consumed += size

    with path.open("rb", buffering=0) as file:
        try:
            for line in read_lines(open_stream(file, count)):
                lines.append(line)
                lines_size += len(line.data or b"")
                if lines_size >= _PIECE_BYTES:
                    yield Piece(consumed, place=place, lines=tuple(lines))
                    lines, lines_size, consumed = [], 0, 0
        except Broken as broken:
            yield Piece(consumed, place=place, lines=tuple(lines))
            yield Skipped(f"{place}:{broken.line}", str(broken))
            return
    if lines:
        yield Piece(consumed, place=place, lines=tuple(lines))
