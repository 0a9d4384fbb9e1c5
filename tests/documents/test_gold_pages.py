"""Pages in the manner of eighteen sites: what is lost of the article, what else survives."""

from __future__ import annotations

import pytest
from gold import GoldPage, gold_pages, words_of

from newsindex.documents import parse_page

PAGES = list(gold_pages())


@pytest.mark.parametrize("page", PAGES, ids=[page.name for page in PAGES])
def test_title_date_language_source_and_address_are_found(page: GoldPage) -> None:
    article = parse_page(page.text)
    assert article.title == page.title
    assert (article.published.isoformat() if article.published else None) == page.published
    assert article.language == page.language
    assert article.source == page.source
    assert article.url == page.url


def test_at_most_one_word_in_a_hundred_is_lost_or_survives() -> None:
    lost = survived = article_words = other_words = 0
    for page in PAGES:
        got, article, other = words_of(parse_page(page.text).text), page.words("+"), page.words("-")
        lost += (article - got).total()
        survived += ((got - article) & other).total()
        article_words += article.total()
        other_words += other.total()
    assert len(PAGES) >= 60
    assert lost <= 0.01 * article_words
    assert survived <= 0.01 * other_words


def test_the_author_of_a_page_is_found_and_never_another_name() -> None:
    found = {page.name: parse_page(page.text).author for page in PAGES}
    wrong = {page.name for page in PAGES if found[page.name] not in (page.author, None)}
    missed = {page.name for page in PAGES if page.author and found[page.name] is None}
    assert wrong == set()
    assert len(missed) <= 0.15 * sum(page.author is not None for page in PAGES)


def test_the_place_of_a_dateline_is_found() -> None:
    for page in PAGES:
        dateline = parse_page(page.text).dateline
        assert dateline == page.dateline, page.name
