"""What a user can bring: a table of aliases, a model, an extractor of another package."""

import importlib.metadata
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from newsindex import Index
from newsindex.cli import group
from newsindex.entities import (
    Mention,
    document_keys,
    extract_many,
    extractor,
    get_extractor,
    mentions_from_spans,
    organisations,
    query_keys,
)
from newsindex.entities.organisations import ALIASES_VARIABLE
from newsindex.errors import ExtractorError, InvalidArgument, SourceError
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


def test_the_table_of_the_readme_joins_its_names(aliases: Path) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    table = readme.split("```tsv\n")[1].split("```")[0]
    aliases.write_text(table, encoding="utf-8")
    names = ["ОРВ", "Товариства Світанок", "Dawn Society", "«Заря Востока»"]
    assert len({next(iter(query_keys("org", name))) for name in names}) == 1


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


def fails(article: Article) -> tuple[Mention, ...]:
    raise KeyError("no such layer")


def finds_too_much(article: Article) -> tuple[Mention, ...]:
    return (Mention("person", 0, len(article.text) + 1, "text", article.text, "person:x", "X"),)


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Packages that declare extractors: what is in this module, and one that is broken."""
    values = {
        "simple": f"{__name__}:first_word_is_a_person",
        "failing": f"{__name__}:fails",
        "wide": f"{__name__}:finds_too_much",
        "broken": "no_such_package:extract",
    }
    entries = [
        importlib.metadata.EntryPoint(name, value, extractor.GROUP)
        for name, value in values.items()
    ]
    monkeypatch.setattr(
        importlib.metadata, "entry_points", lambda **_: importlib.metadata.EntryPoints(entries)
    )


@pytest.mark.usefixtures("installed")
def test_an_extractor_of_another_package_is_found_by_its_entry_point() -> None:
    [mention] = get_extractor("simple")(Article("", "Иванова пришла."))
    assert (mention.kind, mention.text) == ("person", "Иванова")


@pytest.mark.usefixtures("installed")
def test_the_shell_indexes_and_parses_with_the_extractor_that_is_named(tmp_path: Path) -> None:
    page = tmp_path / "page.jsonl"
    page.write_text('{"title": "", "text": "Иванова пришла в Киев."}\n', encoding="utf-8")
    index = str(tmp_path / "own.idx")
    run = CliRunner().invoke
    parsed = run(group, ["parse", str(page), "--extractor", "simple"])
    assert [e["text"] for e in orjson.loads(parsed.stdout)["entities"]] == ["Иванова"]
    assert run(group, ["index", str(page), "-i", index, "--extractor", "simple"]).exit_code == 0
    assert Index.open(index).search("", person="Иванова").total == 1
    assert Index.open(index).search("", place="Киев").total == 0
    with pytest.raises(InvalidArgument, match="by the extractor simple"):
        run(
            group,
            ["index", str(page), "-i", index, "--extractor", "crf"],
            standalone_mode=False,
            catch_exceptions=False,
        )


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("failing", r"the extractor failing failed on article a1: KeyError: 'no such layer'"),
        ("wide", r"the extractor wide failed on article a1: expected mentions within"),
        ("broken", r"the extractor broken cannot be loaded from no_such_package:extract: Module"),
    ],
)
def test_an_extractor_that_fails_is_named_with_the_article(name: str, message: str) -> None:
    article = Article("", "Иванова пришла.", id="a1")
    with pytest.raises(ExtractorError, match=message):
        list(extract_many([article], name))
