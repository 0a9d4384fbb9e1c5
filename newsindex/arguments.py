"""Arguments of public calls: what is of another type is refused in words, before it does harm."""

from __future__ import annotations

import operator
from typing import SupportsIndex

from newsindex.errors import InvalidArgument


def require_count(name: str, value: object) -> None:
    """Raises InvalidArgument for a ``value`` that is no whole number of 0 or more."""
    if not isinstance(value, SupportsIndex):  # int, and what numpy counts with
        raise InvalidArgument(f"{name} must be a whole number, found {_shown(value)}")
    if operator.index(value) < 0:
        raise InvalidArgument(f"{name} must be 0 or more, found {value}")


def require_text(name: str, value: object) -> None:
    """Raises InvalidArgument for a ``value`` that is no string."""
    if not isinstance(value, str):
        raise InvalidArgument(f"{name} must be a string, found {_shown(value)}")


def require_id(value: object) -> None:
    """Raises InvalidArgument for a ``value`` that is no id of an article."""
    if not isinstance(value, str):
        raise InvalidArgument(
            f"expected the id of an article, a string such as Hit.id, found {_shown(value)}"
        )


def _shown(value: object) -> str:
    """A value and its type, short: it may be as long as an article."""
    text = repr(value)
    return f"{text[:77]}... ({type(value).__name__})" if len(text) > 80 else text
