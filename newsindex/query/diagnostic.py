"""Diagnostics: what of a query was ignored or guessed."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something in a query string that was ignored or guessed: ``text[start:stop]``, and why; or,
    with both 0, something that this index cannot answer."""

    start: int
    stop: int
    message: str
