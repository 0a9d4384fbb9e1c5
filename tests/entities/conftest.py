"""What the tests of entities share."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.fixture
def seed_text() -> str:
    """The article part of the seed page; skips where the shared data is absent."""
    path = DATA / "seed" / "interfax-ukraine-2025-08-01.txt"
    if not path.exists():
        pytest.skip("the shared data is absent: ../shared/data")
    page = path.read_text(encoding="utf-8").partition("ЕЩЕ ПО ТЕМЕ")[0]
    return page.partition("1 мин читать\n")[2].partition("\n")[2]
