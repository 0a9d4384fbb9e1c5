"""The data files of this package: learned tables and lists."""

from __future__ import annotations

import pkgutil


def data_file(name: str) -> bytes:
    """The content of a file of the folder ``data``. Raises FileNotFoundError."""
    # importlib.resources takes five times as long to import.
    content = pkgutil.get_data("newsindex.text", f"data/{name}")
    if content is None:
        raise FileNotFoundError(name)
    return content
