"""Entities: the persons, organisations and places an article names, and the keys they are found by.

    mentions = extract(article)            # spans, keys, display names
    keys = document_keys(mentions)         # what an index stores for the article
    query_keys("person", "Андрей Ермак")   # an article that has any of these keys matches

Text is tagged by a conditional random field (`newsindex.entities.tagger`) whose weights ship with
the package; a name then gets a key that is the same in every case form and in both languages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsindex.entities.model import KEY_VERSION, Mention, is_facet_key
from newsindex.later import load_later

if TYPE_CHECKING:
    from newsindex.entities.extractor import (
        Extractor,
        extract,
        extract_many,
        get_extractor,
        mentions_from_spans,
    )
    from newsindex.entities.keys import document_keys, meant_keys, query_keys

__all__ = [
    "KEY_VERSION",
    "Extractor",
    "Mention",
    "document_keys",
    "extract",
    "extract_many",
    "get_extractor",
    "is_facet_key",
    "meant_keys",
    "mentions_from_spans",
    "query_keys",
]

# What takes a while to load is loaded when it is first used (PEP 562): a search without names needs
# neither keys nor extractor.
_LATER = {
    "document_keys": "newsindex.entities.keys",
    "meant_keys": "newsindex.entities.keys",
    "query_keys": "newsindex.entities.keys",
    "Extractor": "newsindex.entities.extractor",
    "extract": "newsindex.entities.extractor",
    "extract_many": "newsindex.entities.extractor",
    "get_extractor": "newsindex.entities.extractor",
    "mentions_from_spans": "newsindex.entities.extractor",
}

__getattr__ = load_later(__name__, _LATER)
