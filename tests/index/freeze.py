"""``python -m tests.index.freeze``: writes the frozen index of the present format.

Once a format is released, its folder in ``frozen`` stays as it is, and a change gets a new number.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from newsindex import Article, Index
from newsindex.index.header import FORMAT_VERSION
from tests.conftest import article


def main() -> None:
    folder = Path(__file__).parent / "frozen" / f"format-{FORMAT_VERSION}"
    shutil.rmtree(folder, ignore_errors=True)
    day = article("x").published
    index = Index.create(folder)
    with index.writer() as writer:
        writer.add(Article("Мир", "Начались мирные переговоры.", day, language="ru", id="1"))
        writer.add(
            Article(
                "Зустріч у Києві",
                "Зустріч відбулася у Києві.",
                day,
                "https://example.org/2",
                "agency",
                "uk",
                "2",
            )
        )
        writer.add(Article("Третья", "Третья новость.", language="ru", id="3"))
    with index.writer() as writer:
        writer.delete("3")
    (folder / "writer.lock").unlink()


if __name__ == "__main__":
    main()
