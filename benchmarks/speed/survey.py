"""The survey: a corpus analysed once, for the file of keys and for the queries to draw from.

What is kept of it grows with the vocabulary of the corpus, not with its documents, but for their
dates (an array) and where each thousandth of them begins. A large corpus is analysed by two
processes.
"""

from __future__ import annotations

import multiprocessing
import random
import time
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
import orjson

from benchmarks.speed.corpora import Document, parse
from benchmarks.speed.keys import entity_keys_of, forms_of, key_of_form, keys_of, line_of

_SAMPLED_DOCUMENTS = 4_000
_BLOCK = 1_000  # documents that are analysed at a time
# A smaller corpus is analysed in this process: others would only learn its words once more.
_PROCESSES_FROM = 20_000
_PROCESSES = 2
LANGUAGES = ("ru", "uk")


@dataclass(slots=True)
class Vocabulary:
    """What is known of a corpus after one pass: frequencies, and some documents to draw from.

    ``analysis_seconds`` is processor time, of all processes together, from the lines of the corpus
    to keys.
    """

    documents: int
    published: np.ndarray  # int64, of every document
    frequency: Counter[str] = field(default_factory=Counter)  # documents that hold each key
    entities: set[str] = field(default_factory=set)  # every key of an entity
    # form -> key by language
    keys: dict[str, dict[str, str]] = field(default_factory=lambda: {one: {} for one in LANGUAGES})
    lines: list[bytes] = field(default_factory=list)  # of the sampled documents
    text_bytes: int = 0
    tokens: int = 0
    analysis_seconds: float = 0.0

    def sample(self) -> list[tuple[Document, list[str], list[str]]]:
        """Some documents, each with the forms of its title and its body."""
        return [
            (document, forms_of(document.title), forms_of(document.text))
            for document in map(parse, self.lines)
        ]


class _Block(NamedTuple):
    """Lines of a corpus file from a byte on, and which of them are sampled."""

    path: Path
    offset: int
    size: int
    sampled: frozenset[int]


class _Analysed(NamedTuple):
    """What a block gave: its lines of the file of keys, and what it adds to the vocabulary."""

    lines: list[bytes]
    published: array[int]
    frequency: Counter[str]
    entities: set[str]
    keys: dict[str, dict[str, str]]
    sampled: list[bytes]
    text_bytes: int
    tokens: int
    seconds: float


def survey(corpus: Path, keys: Path, seed: int) -> Vocabulary:
    """Read and analyse a corpus once, and write the file of keys that the other engines index."""
    blocks, documents = _blocks(corpus, seed)
    vocabulary = Vocabulary(documents, np.empty(0, dtype=np.int64))
    published = array("q")
    part = keys.with_suffix(".part")
    with open(part, "wb") as lines:
        for analysed in _analyse_all(blocks, documents):
            lines.writelines(analysed.lines)
            published.extend(analysed.published)
            vocabulary.frequency.update(analysed.frequency)
            vocabulary.entities |= analysed.entities
            for language, table in analysed.keys.items():
                vocabulary.keys[language].update(table)
            vocabulary.lines += analysed.sampled
            vocabulary.text_bytes += analysed.text_bytes
            vocabulary.tokens += analysed.tokens
            vocabulary.analysis_seconds += analysed.seconds
    part.replace(keys)
    vocabulary.published = np.array(published, dtype=np.int64)
    return vocabulary


def save(vocabulary: Vocabulary, path: Path) -> None:
    """Write a vocabulary to a file, for `load`."""
    values = {name: getattr(vocabulary, name) for name in Vocabulary.__slots__}
    values["published"] = vocabulary.published.tolist()
    values["entities"] = sorted(vocabulary.entities)
    values["lines"] = [line.decode() for line in vocabulary.lines]
    part = path.with_suffix(".part")
    part.write_bytes(orjson.dumps(values))
    part.replace(path)


def load(path: Path) -> Vocabulary:
    """A vocabulary that `save` wrote."""
    values = orjson.loads(path.read_bytes())
    values["published"] = np.array(values["published"], dtype=np.int64)
    values["frequency"] = Counter(values["frequency"])
    values["entities"] = set(values["entities"])
    values["lines"] = [line.encode() for line in values["lines"]]
    return Vocabulary(**values)


def _blocks(corpus: Path, seed: int) -> tuple[list[_Block], int]:
    """The blocks of a corpus, and how many documents it has."""
    offsets = []
    offset = documents = 0
    with open(corpus, "rb") as lines:
        for line in lines:
            if documents % _BLOCK == 0:
                offsets.append(offset)
            offset += len(line)
            documents += 1
    draw = random.Random(seed)
    sampled = draw.sample(range(documents), min(documents, _SAMPLED_DOCUMENTS))
    of_block: list[set[int]] = [set() for _ in offsets]
    for number in sampled:
        of_block[number // _BLOCK].add(number % _BLOCK)
    blocks = [
        _Block(corpus, offset, min(_BLOCK, documents - i * _BLOCK), frozenset(of_block[i]))
        for i, offset in enumerate(offsets)
    ]
    return blocks, documents


def _analyse_all(blocks: list[_Block], documents: int) -> Iterator[_Analysed]:
    if documents < _PROCESSES_FROM:
        yield from map(_analyse, blocks)
        return
    with multiprocessing.get_context("spawn").Pool(_PROCESSES) as pool:
        yield from pool.imap(_analyse, blocks)


_told: dict[str, int] = {}  # of each table, how much of it this process has given back


def _analyse(block: _Block) -> _Analysed:
    lines: list[bytes] = []
    published = array("q")
    frequency: Counter[str] = Counter()
    entities: set[str] = set()
    sampled = []
    text_bytes = tokens = 0
    seconds = 0.0
    with open(block.path, "rb") as file:
        file.seek(block.offset)
        for number, line in enumerate(islice(file, block.size)):
            start = time.process_time()
            document = parse(line)
            title, body = keys_of(document)
            names = entity_keys_of(document)
            seconds += time.process_time() - start
            lines.append(line_of(document, title, body, names))
            published.append(document.published)
            frequency.update({*title, *body})
            entities.update(names)
            text_bytes += len(document.title.encode()) + len(document.text.encode())
            tokens += len(title) + len(body)
            if number in block.sampled:
                sampled.append(line)
    new = {}
    for language in LANGUAGES:
        table = key_of_form(language)
        new[language] = dict(islice(table.items(), _told.get(language, 0), None))
        _told[language] = len(table)
    return _Analysed(
        lines, published, frequency, entities, new, sampled, text_bytes, tokens, seconds
    )
