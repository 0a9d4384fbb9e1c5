"""``python -m tests.index.freeze``: writes the frozen indexes of the present format.

Two of the same articles: one as this newsindex writes it, one whose words and names were read by an
analysis that is another one (every form of a word is its own key). Once a format is released, its
folders in ``frozen`` stay as they are, and a change gets a new number.
"""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from unittest import mock

from newsindex import Alerts, Article, Index
from newsindex.index.header import FORMAT_VERSION
from newsindex.index.manifest import read_manifest, write_manifest
from newsindex.index.sources import SourceFile
from tests.conftest import article

FROZEN = Path(__file__).parent / "frozen"
# A file that the frozen indexes remember having read.
REMEMBERED = b"/news/2.txt"
STATE = SourceFile(size=10, changed=20, choices=30, content=40, article="2")


def main() -> None:
    write(FROZEN / f"format-{FORMAT_VERSION}")
    older = FROZEN / f"format-{FORMAT_VERSION}-other-words"
    with mock.patch("newsindex.index.vocabulary.compute_key", lambda form, language: form):
        write(older)
    manifest = read_manifest(older)
    write_manifest(older, dataclasses.replace(manifest, analysis="0.of forms", entities="0"))


def write(folder: Path) -> None:
    """Write an index of two articles, one of them deleted, with an alert that was run."""
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
        writer.remember(Path(REMEMBERED.decode()), STATE)
    alerts = Alerts(folder)
    alerts.add("talks", "переговоры", existing=True)
    list(alerts.run())
    with index.writer() as writer:
        writer.delete("3")
    for name in ("writer.lock", "alerts.lock"):
        (folder / name).unlink()


if __name__ == "__main__":
    main()
