"""A search loads what the keys of its query need, and nothing that only finds names in texts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from newsindex import Article
from tests.conftest import MakeIndex

# Notes in ``opened`` which tables are opened.
WATCH = """
import sys
opened = []
def note(event, details):
    if event == "open" and isinstance(details[0], str) and details[0].endswith(".npz"):
        opened.append(details[0])
sys.addaudithook(note)
"""
PROGRAM = f"""{WATCH}
from newsindex import Index
print(len(list(Index.open(sys.argv[1]).search(sys.argv[2]))))
print(*sorted(name for name in sys.modules if name.startswith("newsindex.entities.")))
print(*opened)
"""
FINDING = ("extractor", "tagger", "features", "clusters", "weights", "tokens", "agreement", "spans")


@pytest.mark.parametrize("query", ["дождь", "person:Ермак", "org:СБУ", "place:Киев"])
def test_a_search_does_not_load_the_tagger_or_its_tables(
    tmp_path: Path, make_index: MakeIndex, query: str
) -> None:
    text = "В Киеве дождь. Глава офиса президента Андрей Ермак вчера пришёл в СБУ пешком."
    make_index([Article("Погода", text, language="ru")])
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "test.idx"), query],
        capture_output=True,
        text=True,
        check=True,
    )
    found, modules, opened = done.stdout.split("\n")[:3]
    loaded = {name.rpartition(".")[2] for name in modules.split()}
    assert found == "1"
    assert ("keys" in loaded) == (":" in query)  # a query without names needs no keys
    assert loaded.isdisjoint(FINDING)
    assert opened == ""


READER = f"""{WATCH}
from newsindex import Article, GivenEntity
from newsindex.entities import extract_many
given = Article("Погода", "В Киеве дождь.", entities=(GivenEntity("place", "Киев"),))
bare = Article("Погода", "В Киеве дождь.")
for articles in ([given] * 3, [given, bare]):
    found = sum(map(len, extract_many(articles)))
    print(found, sum(name.endswith("weights.npz") for name in opened))
"""


def test_articles_that_bring_their_entities_do_not_load_the_model() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READER], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["3", "0", "2", "1"]
