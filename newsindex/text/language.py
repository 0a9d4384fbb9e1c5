"""The language of a text: Russian, Ukrainian or neither, with a confidence.

Each word speaks by its letters (і ї є ґ, ы э ъ), by its trigrams and, if frequent, as a whole; the
log-likelihood ratios come from the model that ``newsindex.text.learn`` makes. The file of the model
is zlib-compressed UTF-8: a line with the magic, then a line for each score with its features.
"""

from __future__ import annotations

import functools
import math
import re
import zlib

from newsindex.text.files import data_file

MODEL_MAGIC = "newsindex-language-model 1"
SCALE = 8  # a score of 8 is a likelihood ratio of e
WORDS_READ = 300  # words of a text that are looked at, spread over it
LEAST_SHARE = 0.15  # of words in Cyrillic, for a text to be in either language

_LEAST_PASSAGE = 20  # characters; shorter lines are names as often as sentences
_SURE = 0.95
_FOREIGN_LETTERS = {"ru": "іїєґІЇЄҐ", "uk": "ыэъЫЭЪ"}
_CHARACTERS_READ = 20_000
_WORD_LIMIT = 6.0  # no single word decides: a quoted name is a word too
_WORDS = re.compile(r"[а-яёіїєґ'’ʼ]{1,40}|[a-z\u0400-\u052f]{1,40}")
_OTHER_CYRILLIC = re.compile(r"[ўјљњћђџѓќѕқғәңөүұһҳҷ]")


def features_of(word: str) -> list[str]:
    """The trigrams of ``word`` with a space at either end."""
    padded = f" {word} "
    return [padded[i : i + 3] for i in range(len(padded) - 2)]


@functools.cache
def _model() -> dict[str, float]:
    first, *lines = zlib.decompress(data_file("language.model")).decode().split("\n")
    if first != MODEL_MAGIC:
        raise ValueError(f"language.model: expected {MODEL_MAGIC!r}, found {first[:40]!r}")
    scores: dict[str, float] = {}
    for line in lines:
        score, *features = line.split("\t")
        scores.update(dict.fromkeys(features, int(score) / SCALE))
    return scores


def detect(text: str) -> tuple[str | None, float]:
    """(language, confidence) of ``text``: "ru", "uk" or None, and a probability from 0 to 1.

    None is a text without words in Cyrillic, mostly in another script, in another language of the
    Cyrillic script (told by letters that neither language has), or too even to call. The confidence
    of a language is its posterior under the model, flattened for the words of a text depend on each
    other; that of None is 0.
    """
    sample = text if len(text) <= _CHARACTERS_READ else text[:_CHARACTERS_READ]
    words = _WORDS.findall(sample.lower())
    if len(words) > WORDS_READ:
        words = words[:: len(words) // WORDS_READ + 1]
    total = 0.0
    cyrillic = foreign = 0
    for word in words:
        if word[0] <= "z" and word[0] != "'":
            continue
        if _OTHER_CYRILLIC.search(word):
            foreign += 1
            continue
        cyrillic += 1
        total += _word_score(word)
    if not cyrillic or cyrillic < LEAST_SHARE * len(words) or foreign > 0.1 * cyrillic:
        return None, 0.0
    evidence = total / math.sqrt(cyrillic)
    if abs(evidence) < 0.15:
        return None, 0.0
    return ("uk" if total > 0 else "ru"), 1 / (1 + math.exp(-2 * abs(evidence)))


def passages(text: str, language: str | None) -> list[tuple[int, int, str | None]]:
    """(start, stop, language) of the passages of ``text``, a text mostly in ``language``.

    A passage is a run of whole lines; together they are the text. A line is in the other language
    if `detect` is sure of it: a quotation, a footer. A text without a letter that ``language``
    lacks, the usual one, is one passage at no more than the cost of looking for such letters.
    """
    foreign = _FOREIGN_LETTERS.get(language or "", "")
    if not any(letter in text for letter in foreign):
        return [(0, len(text), language)]
    result: list[tuple[int, int, str | None]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        own = language
        if len(line) > _LEAST_PASSAGE:
            found, confidence = detect(line)
            if found is not None and confidence > _SURE:
                own = found
        stop = start + len(line)
        if result and result[-1][2] == own:
            result[-1] = (result[-1][0], stop, own)
        else:
            result.append((start, stop, own))
        start = stop
    return result


def _word_score(word: str) -> float:
    word = word.replace("’", "'").replace("ʼ", "'").strip("'").replace("ё", "е")
    scores = _model()
    score = scores.get(word, 0.0)
    for feature in features_of(word):
        score += scores.get(feature, 0.0)
    return max(-_WORD_LIMIT, min(_WORD_LIMIT, score))
