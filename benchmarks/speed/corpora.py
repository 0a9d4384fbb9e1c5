"""Corpora: the documents that every engine indexes, as one file of JSON lines in order of date.

``real`` is news as it was published (three collections beside the repository); ``zipf`` is
generated, of any size: invented Russian-like words in eight inflected forms each, drawn by the law
of Zipf and Mandelbrot (B. Mandelbrot, "An informational theory of the statistical structure of
language", 1953), with recurrent word groups, dates over ten years and fifty sources. The same seed
gives the same documents on every machine.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import orjson

REAL_FOLDER = Path(__file__).resolve().parents[2].parent / "shared" / "data"
REAL_FILES = (
    "onetv_ru_2000_2026/news.jsonl.gz",
    "tg_ru_2024/posts.jsonl.gz",
    "tsn_tg_uk_2022/posts.jsonl.gz",
)
SEED = 20_250_801

_WORDS_PER_DOCUMENT = 200
_WORDS_PER_TITLE = 8
_LEXEMES = 60_000
_GROUPS = 50_000  # recurrent groups of three words; one word in ten begins one
_SOURCES = 50
_BATCH = 10_000
_FIRST_DAY = datetime(2015, 1, 1, tzinfo=UTC)
_YEARS = 10
_ENDINGS = ("", "а", "у", "ом", "е", "ы", "ов", "ами")
_ENDING_WEIGHTS = (0.25, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1, 0.05)
_CONSONANTS = "бвгдзклмнпрст"
_VOWELS = "аеиоу"


class CorpusMissing(Exception):
    """The real collections are not there; the message says where they are looked for."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read back: ``number`` is its line, ``published`` seconds since 1970 UTC."""

    number: int
    title: str
    text: str
    published: int
    source: str
    language: str


def read(path: Path) -> Iterator[Document]:
    """The documents of a corpus file that `write_real` or `write_zipf` made, in order of date."""
    with open(path, "rb") as lines:
        for number, line in enumerate(lines):
            yield Document(number, *orjson.loads(line))


def write_real(path: Path, documents: int | None) -> None:
    """Write ``documents`` real ones (None: all), spread evenly over time, to ``path``.

    Raises CorpusMissing where the collections are absent.
    """
    entries = sorted(_real(), key=lambda entry: entry[2])
    if documents is not None and documents < len(entries):
        chosen = np.linspace(0, len(entries) - 1, documents).astype(int)
        entries = [entries[i] for i in chosen.tolist()]
    with open(path, "wb") as file:
        for entry in entries:
            file.write(orjson.dumps(entry) + b"\n")


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


def write_zipf(path: Path, documents: int, seed: int = SEED) -> None:
    """Generate ``documents`` documents of 200 words, eight of them in the title, to ``path``."""
    random = np.random.default_rng(seed)
    forms = _lexicon(random)
    cumulative = np.cumsum(1.0 / (np.arange(_LEXEMES) + 2.7) ** 1.05)
    cumulative /= cumulative[-1]
    groups = np.searchsorted(cumulative, random.random((_GROUPS, 3)))
    popularity = np.cumsum(1.0 / (np.arange(_GROUPS) + 2.7))
    popularity /= popularity[-1]
    endings = np.cumsum(_ENDING_WEIGHTS)
    published = np.sort(random.integers(0, _YEARS * 365 * 86_400, documents))
    published += int(_FIRST_DAY.timestamp())
    sources = np.minimum(random.zipf(1.5, documents), _SOURCES)
    with open(path, "wb") as file:
        for start in range(0, documents, _BATCH):
            count = min(_BATCH, documents - start)
            lexemes = np.searchsorted(cumulative, random.random((count, _WORDS_PER_DOCUMENT)))
            _insert_groups(lexemes, groups, popularity, random)
            ending = np.searchsorted(endings, random.random(lexemes.shape) * endings[-1])
            rows = (lexemes * len(_ENDINGS) + ending).tolist()
            for number, row in enumerate(rows, start):
                words = [forms[i] for i in row]
                entry = (
                    " ".join(words[:_WORDS_PER_TITLE]),
                    " ".join(words[_WORDS_PER_TITLE:]),
                    int(published[number]),
                    f"agency{sources[number]}.example",
                    "ru",
                )
                file.write(orjson.dumps(entry) + b"\n")


def _insert_groups(
    lexemes: np.ndarray, groups: np.ndarray, popularity: np.ndarray, random: np.random.Generator
) -> None:
    """Overwrite stretches of three words by recurrent groups, so that phrases have matches."""
    row, column = np.nonzero(random.random((len(lexemes), _WORDS_PER_DOCUMENT - 2)) < 0.1)
    chosen = groups[np.searchsorted(popularity, random.random(len(row)))]
    for offset in range(3):
        lexemes[row, column + offset] = chosen[:, offset]


def _lexicon(random: np.random.Generator) -> list[str]:
    """Every form of every lexeme: lexeme number times eight plus the number of its ending.

    A stem spells a number in syllables, two of them for the frequent words and three for the rest,
    and ends in a consonant.
    """
    syllables = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]
    base = len(syllables)
    last = len(_CONSONANTS)
    short = 4_000
    codes = np.concatenate(
        [
            random.permutation(base**2 * last)[:short],
            base**2 * last + random.permutation(base**3 * last)[: _LEXEMES - short],
        ]
    )
    forms: list[str] = []
    for code in codes.tolist():
        count = 2 if code < base**2 * last else 3
        rest = code if count == 2 else code - base**2 * last
        rest, final = divmod(rest, last)
        stem = _CONSONANTS[final]
        for _ in range(count):
            rest, syllable = divmod(rest, base)
            stem = syllables[syllable] + stem
        forms += [stem + ending for ending in _ENDINGS]
    return forms
