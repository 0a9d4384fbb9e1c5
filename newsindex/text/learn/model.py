"""The language model: how much each trigram and frequent word speaks for Ukrainian or Russian.

Naive Bayes over the letters of words (Cavnar and Trenkle, "N-gram-based text categorization", 1994,
with log-likelihood ratios in place of ranks), from the frequencies of words in both languages.
"""

from __future__ import annotations

import collections
import math
import re
import zlib
from collections.abc import Mapping

from newsindex.text.language import MODEL_MAGIC, SCALE, features_of

KEPT = 5_000  # features with the most to say
WORDS = 1_500  # frequent words of each language that are features as a whole
_WORD = re.compile(r"[а-яіїєґ']+\Z")


def learn_model(russian: Mapping[str, float], ukrainian: Mapping[str, float]) -> dict[str, int]:
    """Feature -> log-likelihood ratio times SCALE, above 0 for Ukrainian, from frequencies."""
    totals = []
    frequent: set[str] = set()
    for words in (russian, ukrainian):
        counts: dict[str, float] = collections.defaultdict(float)
        kept = {word: n for word, n in words.items() if _WORD.match(word)}
        frequent.update(sorted(kept, key=lambda w: (-kept[w], w))[:WORDS])
        for word, n in kept.items():
            counts[word] += n
            for feature in features_of(word):
                counts[feature] += n
        scale = 1e6 / sum(kept.values())
        totals.append({feature: n * scale for feature, n in counts.items()})
    in_russian, in_ukrainian = totals
    ratios: dict[str, float] = {}
    weights: dict[str, float] = {}
    for feature in in_russian.keys() | in_ukrainian.keys():
        if " " not in feature and len(feature) != 3 and feature not in frequent:
            continue
        a, b = in_ukrainian.get(feature, 0.0), in_russian.get(feature, 0.0)
        ratios[feature] = math.log((a + 3) / (b + 3))
        weights[feature] = abs(ratios[feature]) * (a + b)
    best = sorted(weights, key=lambda f: (-weights[f], f))[:KEPT]
    scores = {feature: round(ratios[feature] * SCALE) for feature in best}
    return {feature: score for feature, score in scores.items() if score}


def pack_model(scores: Mapping[str, int]) -> bytes:
    """The model as the content of a file: the same scores give the same bytes."""
    by_score: dict[int, list[str]] = collections.defaultdict(list)
    for feature, score in scores.items():
        by_score[score].append(feature)
    lines = [MODEL_MAGIC]
    lines += [f"{score}\t" + "\t".join(sorted(by_score[score])) for score in sorted(by_score)]
    return zlib.compress("\n".join(lines).encode(), 9)
