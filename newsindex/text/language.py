"""The language of a text: Russian, Ukrainian or unknown, with a confidence."""

from __future__ import annotations


def detect(text: str) -> tuple[str | None, float]:
    """("ru" or "uk" or None, confidence from 0 to 1) of ``text``, from its letters."""
    sample = text[:20_000].lower()
    uk = sum(map(sample.count, "іїєґ"))
    ru = sum(map(sample.count, "ыэъё"))
    if uk == ru:
        return None, 0.0
    return ("uk" if uk > ru else "ru"), abs(uk - ru) / (uk + ru)
