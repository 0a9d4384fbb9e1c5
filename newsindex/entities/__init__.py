"""Entities: the persons, organisations and places an article names, and the keys they are found by.

    mentions = extract(article)            # spans, keys, display names
    keys = document_keys(mentions)         # what an index stores for the article
    query_keys("person", "Андрей Ермак")   # an article that has any of these keys matches

Text is tagged by a conditional random field (`newsindex.entities.tagger`) whose weights ship with
the package; a name then gets a key that is the same in every case form and in both languages.
"""

from __future__ import annotations

from newsindex.entities.extractor import (
    Extractor,
    extract,
    extract_many,
    get_extractor,
    mentions_from_spans,
)
from newsindex.entities.keys import KEY_VERSION, document_keys, is_facet_key, query_keys
from newsindex.entities.mentions import Mention

__all__ = [
    "KEY_VERSION",
    "Extractor",
    "Mention",
    "document_keys",
    "extract",
    "extract_many",
    "get_extractor",
    "is_facet_key",
    "mentions_from_spans",
    "query_keys",
]
