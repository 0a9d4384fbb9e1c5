"""Annotated texts for training: bracketed lines, IOB columns, brat stand-off, read to one form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from newsindex.errors import SourceError

# What other corpora call the three kinds.
_KINDS = {
    **dict.fromkeys(("PER", "PERS", "PERSON"), "PER"),
    **dict.fromkeys(("ORG", "ORGANIZATION", "ORGANISATION"), "ORG"),
    **dict.fromkeys(
        ("LOC", "PLACE", "LOCATION", "GPE", "LOCORG", "COUNTRY", "CITY", "STATE_OR_PROVINCE"), "LOC"
    ),
}
_BRACKET = re.compile(r"\[([A-Z]+) ([^\[\]]*)\]")
_NO_SPACE_BEFORE = re.compile(r"[,.;:!?…)»”%]")
_OPENING = frozenset("(«„“")


class Annotated(NamedTuple):
    """A text and its names as (start, stop, kind), in characters, ascending and not overlapping."""

    text: str
    spans: list[tuple[int, int, str]]


def read(path: Path) -> Iterator[Annotated]:
    """The annotated texts of a file, or of every known file of a folder.

    Known are ``.ann`` beside ``.txt`` (brat stand-off), ``.iob .iob2 .bio .conll`` (a token and its
    tag a line, a blank line between sentences) and ``.txt`` without an ``.ann`` (one sentence a
    line, names as ``[PER Андрей Ермак]``, ``[ORG СБУ]``, ``[LOC Киеве]``; # begins a remark).
    Raises SourceError for a path that is none of these, or a line that is not what it should be.
    """
    if path.is_dir():
        for child in sorted(path.rglob("*")):
            if child.suffix in (".iob", ".iob2", ".bio", ".conll", ".txt"):
                yield from read(child)
        return
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(
            f"{path}: expected annotated text in UTF-8, found {error}; give an IOB or brat file"
        ) from error
    notes = path.with_suffix(".ann")
    if path.suffix == ".ann":
        yield from read(path.with_suffix(".txt"))
    elif path.suffix == ".txt" and notes.exists():
        yield _brat(text, notes)
    elif path.suffix == ".txt":
        yield from _brackets(text, path)
    else:
        yield from _iob(text, path)


def from_spans(text: str, spans: list[tuple[int, int, str]]) -> Annotated:
    """An Annotated of spans with kinds of any corpus: unknown kinds dropped, the outermost kept."""
    known = [(a, b, _KINDS[k.upper()]) for a, b, k in spans if k.upper() in _KINDS]
    kept: list[tuple[int, int, str]] = []
    for start, stop, kind in sorted(known, key=lambda s: (s[0], -s[1])):
        if start < stop and (not kept or start >= kept[-1][1]):
            kept.append((start, stop, kind))
    return Annotated(text, kept)


def _brackets(text: str, path: Path) -> Iterator[Annotated]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        plain: list[str] = []
        spans = []
        length = done = 0
        for match in _BRACKET.finditer(line):
            if match[1] not in ("PER", "ORG", "LOC"):
                raise SourceError(f"{path}:{number}: expected PER, ORG or LOC, found {match[1]}")
            plain += line[done : match.start()], match[2]
            start = length + match.start() - done
            length = start + len(match[2])
            spans.append((start, length, match[1]))
            done = match.end()
        plain.append(line[done:])
        joined = "".join(plain)
        if "[" in joined or "]" in joined:
            raise SourceError(f"{path}:{number}: expected [PER name], found an unpaired bracket")
        yield Annotated(joined, spans)


def _brat(text: str, notes: Path) -> Annotated:
    spans = []
    for number, line in enumerate(notes.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.startswith("T"):
            continue
        try:
            kind, *offsets = line.split("\t")[1].replace(";", " ").split(" ")
            start, stop = int(offsets[0]), int(offsets[-1])
        except (IndexError, ValueError) as error:
            raise SourceError(
                f"{notes}:{number}: expected 'T1<tab>KIND start stop<tab>text', found {line[:60]!r}"
            ) from error
        if not 0 <= start < stop <= len(text):
            raise SourceError(
                f"{notes}:{number}: the span {start}-{stop} is outside the text of {len(text)}"
            )
        spans.append((start, stop, kind))
    return from_spans(text, spans)


def _iob(text: str, path: Path) -> Iterator[Annotated]:
    tokens: list[tuple[str, str]] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        cells = line.split()
        if not cells or line.startswith("-DOCSTART-"):
            if tokens:
                yield _joined(tokens)
            tokens = []
            continue
        tag = cells[-1]
        if len(cells) < 2 or not re.fullmatch(r"O|[BIES]-\w+", tag):
            raise SourceError(
                f"{path}:{number}: expected 'token tag' with a tag like B-PER, found {line[:60]!r}"
            )
        tokens.append((cells[0], tag))


def _joined(tokens: list[tuple[str, str]]) -> Annotated:
    text = ""
    spans: list[tuple[int, int, str]] = []
    before = "O"
    for form, tag in tokens:
        glued = not text or _NO_SPACE_BEFORE.match(form) or text[-1] in _OPENING
        text += ("" if glued else " ") + form
        start = len(text) - len(form)
        if tag[0] in "IE" and before[2:] == tag[2:] and spans:
            spans[-1] = (spans[-1][0], len(text), tag[2:])
        elif tag != "O":
            spans.append((start, len(text), tag[2:]))
        before = tag
    return from_spans(text, spans)
