"""Names in an index: filters, facets and lists that agree with each other, in both languages."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from newsindex import Article, Index, IndexVersionError, InvalidArgument
from newsindex.entities import Mention, extractor
from tests.conftest import MakeIndex, article

PAGES = [
    article(
        "Руководитель Офиса президента Андрей Ермак приехал в Киев. Ермака встретили в СБУ.",
        title="Ермак в Киеве",
        id="ru",
    ),
    article(
        "Керівник Офісу президента Андрій Єрмак прибув до Києва. З Єрмаком говорили у Службі"
        " безпеки України.",
        title="Єрмак у Києві",
        language="uk",
        id="uk",
    ),
    article("Актриса Ольга Ермак выступила в Одессе.", title="Концерт", id="olga"),
    article("Цены на яблоки выросли вдвое за осень.", title="Яблоки", id="none"),
]


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    return make_index(PAGES, commits=2)


def ids(index: Index, query: str = "", **filters: str) -> set[str]:
    return {hit.id for hit in index.search(query, **filters)}  # type: ignore[arg-type]  # a test


def test_a_person_is_found_in_any_form_and_language(index: Index) -> None:
    for name in ("Андрей Ермак", "Андрія Єрмака"):
        assert ids(index, person=name) == {"ru", "uk"}
    assert ids(index, person="Ермак") == {"ru", "uk", "olga"}
    assert ids(index, person="Ольга Ермак") == {"olga"}
    assert ids(index, 'person:"Андрей Ермак" -lang:uk') == {"ru"}
    assert ids(index, "person:Ермак -person:Ольга_Ермак") >= {"ru"}


def test_a_place_is_found_in_either_language(index: Index) -> None:
    for name in ("Киев", "Київ", "Києва", "Kyiv"):
        assert ids(index, place=name) == {"ru", "uk"}
    assert ids(index, place="Одесса") == {"olga"}


def test_a_body_is_found_by_acronym_and_in_full(index: Index) -> None:
    assert ids(index, org="СБУ") == ids(index, org="Служба безопасности Украины") == {"ru", "uk"}


def test_filters_combine(index: Index) -> None:
    assert ids(index, person="Ермак", place="Одесса") == {"olga"}
    assert ids(index, "приехал", person="Ермак") == {"ru"}
    assert ids(index, "-person:Ермак") == {"none"}
    assert ids(index, person="Никто Такойтович") == set()


def test_a_hit_carries_its_entities(index: Index) -> None:
    (hit,) = index.search("приехал").hits
    assert ("person", "Андрей Ермак") in hit.entities
    assert {"kind": "place", "name": "Киев"} in hit.as_dict()["entities"]
    mentions = index.mentions("ru")
    assert all(
        mention.text == getattr(PAGES[0], mention.field)[mention.start : mention.stop]
        for mention in mentions
    )
    assert index.mentions("nothing") == ()


def test_facets_count_articles(index: Index) -> None:
    persons = {facet.name: facet.count for facet in index.facets("", by="person")}
    assert sorted(persons.values()) == [1, 2]
    languages = [(facet.name, facet.count) for facet in index.facets("", by="language")]
    assert languages == [("ru", 3), ("uk", 1)]
    assert list(index.facets("", by="lang")) == list(index.facets("", by="language"))
    assert index.facets("ермак", by="language", top=1).facets[0].count == 2
    assert not index.facets("нетакого", by="place").facets
    with pytest.raises(InvalidArgument, match="by"):
        index.facets("", by="colour")  # type: ignore[arg-type]  # that is the test


def test_entities_are_listed_with_their_spellings(index: Index) -> None:
    found = {facet.count: facet for facet in index.entities("ерма", kind="person")}
    assert set(found) == {1, 2}
    assert index.entities("єрмак", kind="person").facets[0].count == 2
    assert len(found[2].spellings) == 2
    assert {facet.kind for facet in index.entities()} == {"person", "org", "place"}


@pytest.mark.parametrize("typed", ["Yermak", "Andriy Yermak", "Єрмаком", "Андрієві Єрмаку"])
def test_entities_are_listed_for_who_types_them_otherwise(index: Index, typed: str) -> None:
    assert 2 in {facet.count for facet in index.entities(typed, kind="person")}
    assert not index.entities(typed, kind="place").facets
    assert not index.entities("Andrey Yermakov").facets


def test_places_and_bodies_are_listed_for_who_types_them_otherwise(index: Index) -> None:
    assert [facet.name for facet in index.entities("Kyiv")] == ["Киев"]
    assert [facet.count for facet in index.entities("SBU")] == [2]


def test_what_is_meant_is_listed_beside_what_begins_so(make_index: MakeIndex) -> None:
    index = make_index([*PAGES, article("Газета Kyiv Post вышла в Полтаве.", id="paper")])
    assert next(facet.name for facet in index.entities("Kyiv")) == "Киев"
    assert len(index.entities("Kyiv")) == 2
    assert next(name.text for name in index.suggest("Yermak").names) == "Андрей Ермак"


def test_facets_equal_filters_after_any_history(make_index: MakeIndex) -> None:
    rng = random.Random(4)
    names = ["Андрей Ермак", "Ольга Сова", "Иван Петренко", "Мария Коваль"]
    towns = ["Киеве", "Одессе", "Харькове", "Львове"]

    def made(number: int) -> Article:
        who, where = rng.choice(names), rng.choice(towns)
        text = f"Министр {who} выступил в {where}. Там собрались журналисты и послы."
        return article(text, title=f"Речь {number}", id=str(number))

    index = make_index([made(n) for n in range(60)], commits=12)
    for _ in range(4):
        with index.writer() as writer:
            for _ in range(10):
                writer.add(made(rng.randrange(70)))
                writer.delete(str(rng.randrange(70)))
            if rng.random() < 0.5:
                writer.optimize()
        index.refresh()
        for by in ("person", "place"):
            for facet in index.facets("", by=by):  # type: ignore[arg-type]  # both are fields
                counted = index.search("", limit=0, **{by: facet.name}).total  # type: ignore[arg-type]  # as above
                assert facet.count == counted, facet
        everyone = Counter(
            entity.name
            for hit in index.search("", limit=100)
            for entity in hit.entities
            if entity.kind == "person"
        )
        assert everyone == {f.name: f.count for f in index.facets("", by="person", top=99)}
        assert index.check() == []


def test_names_may_be_left_out(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "plain.idx", extractor=None)
    with index.writer() as writer:
        writer.add(PAGES[0])
    index.refresh()
    assert ids(index, "Ермак") == {"ru"}
    assert not index.search("Ермак").diagnostics
    answers = (
        index.search("", person="Ермак"),
        index.search("киев -person:Ермак"),
        index.facets("", by="person"),
        index.facets("place:Киев", by="org"),
        index.facets("", by="source", place="Киев"),
        index.entities("Ерм"),
    )
    for answer in answers:
        (diagnostic,) = answer.diagnostics
        assert "made without entities" in diagnostic.message
    assert answers[0].total == 0
    assert not answers[2].facets


def test_another_extractor_plugs_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def shouting(article: Article) -> tuple[Mention, ...]:
        return extractor.mentions_from_spans(article, [("person", "text", 0, 7)])

    class Entry:
        name = "shouting"

        @staticmethod
        def load() -> object:
            return shouting

    monkeypatch.setattr(extractor.importlib.metadata, "entry_points", lambda group: [Entry])
    index = Index.create(tmp_path / "plugged.idx", extractor="shouting")
    with index.writer() as writer:
        writer.add(article("Ктотова здесь нет.", id="x"))
    index.refresh()
    assert ids(index, person="Ктотова") == {"x"}
    with pytest.raises(InvalidArgument, match="nonsense"):
        Index.create(tmp_path / "n.idx", extractor="nonsense")


def test_an_index_with_other_keys_of_names_is_refused(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsindex.index.versions.KEY_VERSION", "of tomorrow")
    with pytest.raises(IndexVersionError, match="names were joined"):
        Index.open(index.path)
