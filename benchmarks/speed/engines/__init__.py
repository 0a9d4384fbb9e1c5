"""The engines that are measured, by name; each module is one, behind the interface of ``base``."""

from __future__ import annotations

import importlib

from benchmarks.speed.engines.base import Engine

# The order is that of the tables.
NAMES = ("newsindex", "newsindex-snippets", "tantivy", "fts5", "bm25s", "xapian", "whoosh")
# Documents beyond which an engine is left out, and why.
LIMITS = {
    "bm25s": (150_000, "it indexes in memory"),
    "whoosh": (10_000, "it indexes some 250 documents a second"),
}
_MODULES = {
    "newsindex": ("newsindex_engine", "NewsindexEngine"),
    "newsindex-snippets": ("newsindex_engine", "NewsindexSnippetsEngine"),
    "tantivy": ("tantivy_engine", "TantivyEngine"),
    "fts5": ("fts5_engine", "Fts5Engine"),
    "bm25s": ("bm25s_engine", "Bm25sEngine"),
    "xapian": ("xapian_engine", "XapianEngine"),
    "whoosh": ("whoosh_engine", "WhooshEngine"),
}


def load(name: str) -> type[Engine]:
    """The class of an engine. Raises ImportError where its library is not installed."""
    module, attribute = _MODULES[name]
    loaded = importlib.import_module(f"benchmarks.speed.engines.{module}")
    engine: type[Engine] = getattr(loaded, attribute)
    return engine
