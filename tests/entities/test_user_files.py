"""What a user can bring: a table of aliases, a model, an extractor of another package."""

import importlib.metadata
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsindex.entities import (
    Mention,
    document_keys,
    extractor,
    get_extractor,
    mentions_from_spans,
    organisations,
    query_keys,
)
from newsindex.entities.organisations import ALIASES_VARIABLE
from newsindex.errors import SourceError
from newsindex.model import Article


def forget() -> None:
    organisations.aliases.cache_clear()
    organisations._user_bodies.cache_clear()
    organisations.key_of.cache_clear()


@pytest.fixture
def aliases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "bodies.tsv"
    monkeypatch.setenv(ALIASES_VARIABLE, str(path))
    forget()
    yield path
    forget()


def keys_of(name: str) -> dict[str, str]:
    article = Article("", name, language="ru")
    return document_keys(mentions_from_spans(article, [("org", "text", 0, len(name))]))


def test_a_line_of_the_users_table_joins_two_names(aliases: Path) -> None:
    aliases.write_text("# none yet\n", encoding="utf-8")
    before = keys_of("Заря Востока")  # keys of an article indexed without the line
    aliases.write_text("Общество Рассвет|Заря Востока|ОРВ\tТовариство Світанок\n", encoding="utf-8")
    forget()
    for query in ("ОРВ", "Товариство Світанок", "Общество Рассвет"):
        asked = set(query_keys("org", query))
        assert not asked.isdisjoint(keys_of("Зари Востока"))
        assert not asked.isdisjoint(before), "a new line needs no new index"


def test_a_table_that_cannot_be_read_is_named(aliases: Path) -> None:
    with pytest.raises(SourceError, match=r"bodies\.tsv: expected a table of organisations"):
        query_keys("org", "ОРВ")


def test_a_model_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(extractor.MODEL_VARIABLE, str(tmp_path / "none.npz"))
    extractor._tagger.cache_clear()
    try:
        with pytest.raises(SourceError, match=r"none\.npz"):
            extractor.extract(Article("", "Киев."))
    finally:
        extractor._tagger.cache_clear()


def first_word_is_a_person(article: Article) -> tuple[Mention, ...]:
    return mentions_from_spans(article, [("person", "text", 0, article.text.index(" "))])


def test_an_extractor_of_another_package_is_found_by_its_entry_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entry = importlib.metadata.EntryPoint(
        "simple", f"{__name__}:first_word_is_a_person", extractor.GROUP
    )
    loaded = importlib.metadata.EntryPoints([entry])
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda **_: loaded)
    monkeypatch.setattr(importlib.metadata.EntryPoint, "load", lambda self: first_word_is_a_person)
    [mention] = get_extractor("simple")(Article("", "Иванова пришла."))
    assert (mention.kind, mention.text) == ("person", "Иванова")
