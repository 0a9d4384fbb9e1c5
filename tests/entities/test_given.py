"""Articles that bring their entities: read in the shapes other tools write, kept as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from newsindex import Article, GivenEntity, Index, InvalidArticle, Mention, read
from newsindex.entities import extract, extract_many
from tests.conftest import MakeIndex

TEXT = "Андрея Ермака встретили в Киеве. Ермак был в Минобороны."


def read_one(tmp_path: Path, **fields: Any) -> tuple[Article, list[str]]:
    path = tmp_path / "news.jsonl"
    path.write_bytes(orjson.dumps({"title": "Визит", "text": TEXT} | fields))
    items = list(read(path))
    (article,) = (item for item in items if isinstance(item, Article))
    return article, [item.reason for item in items if not isinstance(item, Article)]


def found(mentions: tuple[Mention, ...]) -> list[tuple[str, str, str]]:
    return [(m.kind, m.text, m.name) for m in mentions]


EXPECTED = [("person", "Андрея Ермака", "Андрей Ермак"), ("place", "Киеве", "Киев")]


@pytest.mark.parametrize(
    "entities",
    [
        [{"name": "Андрей Ермак", "type": "PER"}, {"name": "Киев", "type": "GPE"}],
        [
            {"text": "Андрея Ермака", "label": "B-PER", "start": 0, "end": 13},
            {"word": "Киеве", "entity_group": "LOC", "start": 26, "stop": 31},
        ],
        [
            {"type": "person", "spans": [[0, 13]]},
            {"name": "Київ", "kind": "location", "span": [26, 31]},
            {"name": "вторник", "type": "DATE"},
        ],
        {"persons": ["Андрей Ермак"], "places": [{"name": "Киев"}], "dates": ["вторник"]},
    ],
)
def test_the_usual_shapes_are_understood(tmp_path: Path, entities: Any) -> None:
    article, remarks = read_one(tmp_path, entities=entities, language="ru")
    assert found(extract(article)) == EXPECTED
    assert remarks == []


def test_spans_hold_where_reading_adds_a_lead_and_drops_a_dateline(tmp_path: Path) -> None:
    raw = "Киев. 1 августа. ИНТЕРФАКС-УКРАИНА - " + TEXT
    start = raw.index("Андрея")
    article, _ = read_one(
        tmp_path,
        text=raw,
        lead="Встреча в столице.",
        entities=[{"name": "Андрей Ермак", "type": "PER", "start": start, "end": start + 13}],
    )
    (mention,) = extract(article)
    assert mention.text == "Андрея Ермака" == article.text[mention.start : mention.stop]


def test_nothing_else_is_looked_for_and_an_empty_list_is_kept(tmp_path: Path) -> None:
    article, _ = read_one(tmp_path, entities=[])
    assert extract(article) == ()
    plain, _ = read_one(tmp_path)
    assert {m.kind for m in extract(plain)} == {"person", "place", "org"}
    assert list(extract_many([article, plain, article])) == [(), extract(plain), ()]


def test_what_is_not_understood_is_remarked_and_the_rest_kept(tmp_path: Path) -> None:
    article, remarks = read_one(
        tmp_path,
        entities=[{"type": "PER"}, 7, {"name": "Киев", "type": "LOC", "start": 900, "end": 3}],
    )
    assert found(extract(article)) == [("place", "Киеве", "Киев")]
    assert remarks == ["2 of its entities not understood; they were left out"]


def test_a_name_that_stands_nowhere_is_found_all_the_same(make_index: MakeIndex) -> None:
    given = (GivenEntity("person", "Ольга Сова"), GivenEntity("org", "СБУ", (("text", 0, 6),)))
    index = make_index([Article("Визит", TEXT, id="x", entities=given)])
    (hit,) = index.search("", person="Ольга Сова")
    assert ("person", "Ольга Сова") in hit.entities
    assert index.search("", person="Ермак").total == 0
    assert [f.name for f in index.facets("", by="person")] == ["Ольга Сова"]
    assert index.check() == []


def test_an_entity_of_another_kind_is_refused() -> None:
    with pytest.raises(InvalidArticle, match="person, org, place, found 'planet'"):
        GivenEntity("planet", "Марс")
    with pytest.raises(InvalidArticle, match="name of a person"):
        GivenEntity("person", " ")


def test_an_index_without_entities_leaves_given_ones_out(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "plain.idx", extractor=None)
    with index.writer() as writer:
        writer.add(Article("Визит", TEXT, id="x", entities=(GivenEntity("place", "Киев"),)))
    index.refresh()
    assert index.mentions("x") == ()
