"""Reading quality: what of an article is found in pages, HTML and agency texts, what else survives.

    python -m benchmarks documents [--data FOLDER]

Prints one line for each measure. The pages are those of tests/documents/pages; the other gold data
is not part of the repository, ``--data`` says where it is (../shared/data), and a measure whose
data or library (extra ``html``) is absent is left out with a message.

**pages.** Raw text pages with every line marked. *lost*: words of the article that are not in the
text read, of all its words; *survived*: words of the furniture that are in it and not the article's
own, of all furniture words (both as multisets of words without case). The naive reading takes the
whole page.

**html.** Word-level F1 of the body against the gold paragraphs, beside trafilatura alone and the
naive whole page; titles and days found exactly. **fragments.** The same for articles whose gold is
their text with its marks taken off.

**agency.** Texts whose first line repeats the title and which open with a dateline: the share in
which the first is gone, and the second gone and its agency found. **fields.** Records with title,
text, date and source: the share with each found, and with a title run together with the text cut.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from newsindex.documents import parse_html, parse_page, read
from newsindex.documents.html_page import decode_html
from newsindex.errors import InvalidArticle
from newsindex.model import Article
from tests.documents.gold import gold_pages, words_of

_MARKDOWN = re.compile(r"!\[[^\]]*\]\([^)]*\)|[_*#]")
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def main(argv: list[str]) -> int:
    """Print all measures whose data and libraries are there; 0 always."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks documents")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args(argv).data
    _pages()
    for measure, folder in (
        (_html, data / "html_pages_ru_uk"),
        (_fragments, data / "segodnya_ua_2017"),
        (_agency, data / "interfax_ru_2021"),
        (_fields, data / "biz_ru_2020_2022"),
    ):
        if not folder.is_dir():
            print(f"{measure.__name__[1:]}: left out, no data at {folder}")
        elif measure in (_html, _fragments) and importlib.util.find_spec("trafilatura") is None:
            print(f"{measure.__name__[1:]}: left out, trafilatura (extra html) is not installed")
        else:
            measure(folder)
    return 0


def _pages() -> None:
    pages = list(gold_pages())
    readings: dict[str, Callable[[str], str]] = {
        "newsindex": lambda text: parse_page(text).text,
        "whole page": str,
    }
    for name, reading in readings.items():
        counts: Counter[str] = Counter()
        for page in pages:
            got, article, other = words_of(reading(page.text)), page.words("+"), page.words("-")
            counts["lost"] += (article - got).total()
            counts["survived"] += ((got - article) & other).total()
            counts["article"] += article.total()
            counts["other"] += other.total()
        lost = counts["lost"] / counts["article"]
        survived = counts["survived"] / counts["other"]
        print(f"pages      {name:24} {len(pages)} pages  lost {lost:.2%}  survived {survived:.2%}")
    articles = [(page, parse_page(page.text)) for page in pages]
    titles = sum(a.title == p.title for p, a in articles)
    sources = sum(a.source == p.source for p, a in articles)
    dates = sum(_written(a) == p.published for p, a in articles)
    total = len(pages)
    print(f"pages      title {titles}/{total}  date {dates}/{total}  source {sources}/{total}")


def _html(folder: Path) -> None:
    titles = days = dated = 0
    scores: dict[str, list[float]] = {}
    golds = sorted(folder.glob("fundus_*.json"))
    for path in golds:
        gold = json.loads(path.read_text("utf-8"))["V1"]
        html = _decoded(next(folder.glob(f"{path.stem}_*.html")))
        parts = gold["body"]["sections"]
        body = gold["body"]["summary"] + [p for s in parts for p in s["headline"] + s["paragraphs"]]
        for name, text in _readings(html):
            scores.setdefault(name, []).append(_f1(text, "\n".join(body)))
        article = parse_html(html)
        titles += article.title == gold["title"]
        dated += 1
        days += article.published is not None and str(article.published) == gold["publishing_date"]
    for row in (folder / "index.tsv").read_text("utf-8").splitlines():
        name, *_, note = row.split("\t")
        path = folder / name
        if not note.startswith('{"file"') or not path.exists():
            continue
        published = parse_html(_decoded(path)).published
        dated += 1
        days += published is not None and str(published.date()) == json.loads(note)["date"]
    for name, values in scores.items():
        print(f"html       {name:24} {len(values)} pages  body F1 {sum(values) / len(values):.4f}")
    print(f"html       title {titles}/{len(golds)}  date {days}/{dated}")


def _fragments(folder: Path) -> None:
    scores: dict[str, list[float]] = {}
    for record in _records(folder / "articles.jsonl.gz"):
        gold = _MARKDOWN.sub(" ", record["text"])
        inner = f"<h1>{record['title']}</h1>{record['html']}"
        html = f"<html><body><article>{inner}</article></body></html>"
        for name, text in _readings(html):
            scores.setdefault(name, []).append(_f1(text, gold))
    for name, values in scores.items():
        mean = sum(values) / len(values)
        print(f"fragments  {name:24} {len(values)} articles  body F1 {mean:.4f}")
    articles = _articles(folder / "articles.jsonl.gz")
    with_date = [r for r in _records(folder / "articles.jsonl.gz") if r["date_raw"]]
    found = sum(a.published is not None for a in articles)
    print(f"fragments  date found {found}/{len(with_date)} that have one")


def _agency(folder: Path) -> None:
    records = list(_records(folder / "articles.jsonl.gz"))
    articles = _articles(folder / "articles.jsonl.gz")
    titles = datelines = repeated = with_dateline = 0
    for record, article in zip(records, articles, strict=True):
        if record["text"].strip().startswith(record["title"]):
            repeated += 1
            titles += not article.text.startswith(record["title"])
        if record["dateline"]:
            with_dateline += 1
            datelines += record["dateline"] not in article.text
    print(
        f"agency     repeated title gone {titles}/{repeated}"
        f"  dateline gone {datelines}/{with_dateline}"
    )


def _fields(folder: Path) -> None:
    records = list(_records(folder / "articles.jsonl.gz"))
    articles = _articles(folder / "articles.jsonl.gz")
    dates = sources = titles = repeated = 0
    for record, article in zip(records, articles, strict=True):
        dates += (_written(article) or "").startswith(record["date"])
        sources += article.source == record["source"]
        title, text = record["title"].strip(), record["text"].strip()
        # a sentence that goes on after the words of the title is no repetition of it
        if text.startswith(title) and text[len(title) : len(title) + 1] not in " ,.:":
            repeated += 1
            titles += not article.text.startswith(title)
    total = len(records)
    print(
        f"fields     repeated title gone {titles}/{repeated}"
        f"  date {dates}/{total}  source {sources}/{total}"
    )


def _readings(html: str) -> Iterator[tuple[str, str]]:
    import trafilatura

    try:
        yield "newsindex", parse_html(html).text
    except InvalidArticle:
        yield "newsindex", ""
    yield "trafilatura alone", trafilatura.extract(html, include_comments=False) or ""
    yield "whole page", _TAG.sub(" ", html)


def _written(article: Article) -> str | None:
    return article.published.isoformat() if article.published else None


def _f1(text: str, gold: str) -> float:
    got, expected = words_of(text), words_of(gold)
    both = (got & expected).total()
    return 2 * both / max(1, got.total() + expected.total())


def _decoded(path: Path) -> str:
    decoded = decode_html(path.read_bytes())
    if decoded is None:
        sys.exit(f"{path}: not text")
    return decoded.text


def _articles(path: Path) -> list[Article]:
    return [item for item in read(path) if isinstance(item, Article)]


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
