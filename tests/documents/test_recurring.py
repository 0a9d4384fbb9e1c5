"""Lines that the pages of a folder share are no part of any article."""

from __future__ import annotations

import io
import random
import tarfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsindex.documents import explain_pages, read, recurring
from newsindex.documents.reading import Reading
from newsindex.documents.recurring import LineCounter
from newsindex.documents.together import recurring_in
from newsindex.engine.index import Index
from newsindex.index.workers import index_files
from newsindex.model import Article

PLACES = ["Кременчуг", "Черкассы", "Канев", "Чигирин", "Светловодск", "Верхнеднепровск", "Никополь"]
HOUSE = "Мы пишем о реке с 1998 года, и каждый наш корреспондент живет на берегу, а не в столице."
TEASER = "Ремонт шлюза затянулся"


def page(number: int) -> str:
    place = PLACES[number % len(PLACES)]
    return f"""Речная газета
Уключина и весло

0{number % 10}:05, {number + 1} ноября 2024

{place}: уровень воды упал на {number + 3} сантиметров

Гидрологи сообщили, что у города {place} вода опустилась до отметки {number + 60}.

Капитаны {number + 7} судов ждут буксира, чтобы пройти мимо города {place}.

{TEASER}
Сом на двадцать килограммов
{HOUSE}
"""


def folder_of(tmp_path: Path, count: int) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number:03}.txt").write_text(page(number), encoding="utf-8")
    return folder


def texts(source: Path) -> list[str]:
    return [item.text for item in read(source) if isinstance(item, Article)]


def test_lines_that_many_pages_share_are_dropped(tmp_path: Path) -> None:
    for text in texts(folder_of(tmp_path, 12)):
        assert "буксира" in text
        assert HOUSE not in text
        assert TEASER not in text


def test_a_few_pages_prove_nothing(tmp_path: Path) -> None:
    assert all(HOUSE in text for text in texts(folder_of(tmp_path, 3)))


def test_pages_in_an_archive_are_looked_at_together(tmp_path: Path) -> None:
    folder, path = folder_of(tmp_path, 12), tmp_path / "a.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(folder, "pages")
    assert texts(path) == texts(folder)
    assert not any(HOUSE in text for text in texts(path))


def test_an_article_that_was_fetched_often_keeps_its_text(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, 12)
    for number in range(4):
        (folder / f"again{number}.txt").write_text(page(5), encoding="utf-8")
    assert sum("Капитаны 12 судов" in text for text in texts(folder)) == 5


def test_a_background_paragraph_of_some_articles_stays(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, 60)
    known = "Напомним, летом шлюз закрыли на ремонт, и баржи ждали его открытия девять недель."
    for number in range(0, 60, 10):
        path = folder / f"{number:03}.txt"
        text = path.read_text("utf-8")
        path.write_text(text.replace(TEASER, f"{known}\n\n{TEASER}"), encoding="utf-8")
    assert sum(known in text for text in texts(folder)) == 6


def test_the_reason_is_shown(tmp_path: Path) -> None:
    places = dict(explain_pages([folder_of(tmp_path, 12)], Reading()))
    assert len(places) == 12
    lines = {line.text: line for line in next(iter(places.values()))}
    assert lines[HOUSE].reason == "stands on 12 of 12 pages"
    assert lines[HOUSE].role == "recurring"
    assert not lines[HOUSE].kept


@pytest.mark.parametrize("jobs", [1, 2])
def test_worker_processes_and_the_order_of_files_change_nothing(tmp_path: Path, jobs: int) -> None:
    files = sorted(folder_of(tmp_path, 12).iterdir())
    expected = sorted(texts(tmp_path / "pages"))
    random.Random(jobs).shuffle(files)
    reading = Reading(recurring=recurring_in(files, Reading()))
    index = Index.create(tmp_path / "index", extractor=None)
    with index.writer() as writer:
        list(index_files(writer, files, jobs=jobs, reading=reading))
    index.refresh()
    found = [index.get(hit.id) for hit in index.search("*", limit=50)]
    assert sorted(article.text for article in found if article) == expected


@given(
    pages=st.lists(st.lists(st.sampled_from(["aa", "bb", "cc", "dd ee"]), max_size=5), min_size=4)
)
def test_counts_are_exact_in_memory_and_on_disk(pages: list[list[str]]) -> None:
    small, large = LineCounter(), LineCounter()
    before = recurring._IN_MEMORY
    try:
        for lines in pages:
            small.add(lines)
        recurring._IN_MEMORY = 2
        for lines in reversed(pages):
            large.add(lines)
        on_disk = large.finish()
    finally:
        recurring._IN_MEMORY = before
    in_memory = small.finish()
    assert np.array_equal(on_disk.hashes, in_memory.hashes)
    assert np.array_equal(on_disk.counts, in_memory.counts)
    for key in ("aa", "bb", "cc", "ddee"):
        count = sum(key in {line.replace(" ", "") for line in lines} for lines in pages)
        assert in_memory.counts_of([key]) == [count if count >= 3 else 0]


def test_html_pages_of_one_site_are_looked_at_together(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura")
    folder = tmp_path / "html"
    folder.mkdir()
    for number in range(8):
        title, *rest = page(number).split("\n\n")[2:5]
        body = "".join(f"<p>{line} {line.lower()}</p>" for line in rest)
        html = f"<html><body><article><h1>{title}</h1>{body}<p>{HOUSE}</p></article></body></html>"
        (folder / f"{number}.html").write_text(html, encoding="utf-8")
    found = texts(folder)
    assert len(found) == 8
    assert not any(HOUSE in text for text in found)
    assert all("буксира" in text for text in found)


def test_standard_input_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(page(1).encode())))
    (article,) = (item for item in read("-") if isinstance(item, Article))
    assert HOUSE in article.text
