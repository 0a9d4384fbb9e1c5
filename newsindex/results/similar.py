"""Similar articles: a query made of what is most telling in an article, its words and its names."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from whoosh import query as q

from newsindex.entities import Mention
from newsindex.model import Article
from newsindex.query.leaves import ID, TEXT, AtLeast
from newsindex.query.parts import Parts, frequencies
from newsindex.results.function_words import FUNCTION_WORDS
from newsindex.text import analyse

_WORDS = 25
_NAMES = 10
_TITLE = 3
# What is similar has one in so many of the words and names.
_ONE_IN = 5
# Occurrences saturate as in BM25.
_SATURATION = 1.2


def similar_query(parts: Parts, article: Article, mentions: Sequence[Mention]) -> q.Query:
    """The query that finds articles like this one, but not itself: at least a fifth of its 25 best
    words and 10 best names by tf-idf (G. Salton and C. Buckley, "Term-weighting Approaches in
    Automatic Text Retrieval", 1988), each counting by its weight here."""
    counts: Counter[str] = Counter()
    forms: dict[str, str] = {}
    for text, times in ((article.title, _TITLE), (article.text, 1)):
        for token in analyse(text, article.language):
            if token.width == 1 and len(token.text) > 2 and token.text not in FUNCTION_WORDS:
                counts[token.key] += times
                forms.setdefault(token.key, token.text)
    named = Counter(mention.key for mention in mentions)
    shown = {mention.key: mention for mention in mentions}
    holding = frequencies(parts, [*counts, *(f" {key}" for key in named)])

    def idf(key: str) -> float:
        return math.log(1 + (parts.documents - holding[key] + 0.5) / (holding[key] + 0.5))

    words = [
        (_weight(count) * idf(key), _weight(count), forms[key])
        for key, count in counts.items()
        if holding[key] > 1
    ]
    names = [
        (_weight(count) * idf(f" {key}"), shown[key])
        for key, count in named.items()
        if holding[f" {key}"] > 1
    ]
    clauses: list[q.Query] = [
        q.Term(TEXT, form, boost=weight)
        for _, weight, form in sorted(words, key=lambda word: (-word[0], word[2]))[:_WORDS]
    ]
    clauses += [
        q.ConstantScoreQuery(q.Term(mention.kind, mention.name), score)
        for score, mention in sorted(names, key=lambda name: (-name[0], name[1].key))[:_NAMES]
    ]
    if not clauses:
        return q.NullQuery
    itself = q.Not(q.Term(ID, article.id))
    return q.And([AtLeast(clauses, max(1, len(clauses) // _ONE_IN)), itself])


def _weight(count: int) -> float:
    return count / (count + _SATURATION)
