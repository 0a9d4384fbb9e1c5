"""Reading quality: what of an article is found in pages, HTML and agency texts, what else survives.

    python -m benchmarks documents [--data FOLDER]

Prints one table: a measure a row, beside what trafilatura alone and the naive whole page give (a
dash where these have no such thing). The pages are those of tests/documents/pages; the other gold
data is not part of the repository, ``--data`` says where it is (../shared/data), and a measure
whose data or library (extra ``html``) is absent is left out with a message.

**raw pages.** Every line is marked. *lost*: words of the article that are not in the text read, of
all its words; *survived*: words of the furniture that are in it and not the article's own, of all
furniture words (both as multisets of words without case). **real pages as raw text.** HTML pages
whose body is known, turned into the lines that a browser would show, or into one line for each node
of text, and read as raw pages are: nobody wrote these for us.

**html.** Word-level F1 of the body against the gold paragraphs; titles and days found exactly (a
day counts in the article's own zone or in UTC, as the gold does not say which it means).
**segodnya.** The same for articles whose gold is their text with its marks taken off.

**interfax.** Texts whose first line repeats the title and which open with a dateline: the share in
which the first is gone, the second is gone, and the agency is found from it without the record's
own source. **biz.** Records with title, text, date and source: the share with each found, and with
a title run together with the text cut.
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
from datetime import UTC
from pathlib import Path
from typing import Any

from newsindex.documents import articles_from, parse_html, parse_page, read
from newsindex.documents.html_page import decode_html, html_lines
from newsindex.errors import InvalidArticle
from newsindex.model import Article
from tests.documents.gold import gold_pages, words_of

_MARKDOWN = re.compile(r"!\[[^\]]*\]\([^)]*\)|[_*#]")
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


Scores = dict[str, str]
_COLUMNS = ("newsindex", "trafilatura alone", "whole page")


def main(argv: list[str]) -> int:
    """Print the table of all measures whose data and libraries are there; 0 always."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks documents")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    data = parser.parse_args(argv).data
    print(f"{'':44}" + "".join(f"{column:>19}" for column in _COLUMNS))
    _print(_pages())
    for measure, name, needs_html in (
        (_html, "html_pages_ru_uk", True),
        (_segodnya, "segodnya_ua_2017", True),
        (_interfax, "interfax_ru_2021", False),
        (_biz, "biz_ru_2020_2022", False),
    ):
        folder = data / name
        if not folder.is_dir():
            print(f"{measure.__name__[1:]}: left out, no data at {folder}")
        elif needs_html and importlib.util.find_spec("trafilatura") is None:
            print(f"{measure.__name__[1:]}: left out, trafilatura (extra html) is not installed")
        else:
            _print(measure(folder))
    return 0


def _print(rows: Iterator[tuple[str, Scores]]) -> None:
    for name, scores in rows:
        print(f"{name:44}" + "".join(f"{scores.get(column, '-'):>19}" for column in _COLUMNS))


def _pages() -> Iterator[tuple[str, Scores]]:
    pages = list(gold_pages())
    readings: dict[str, Callable[[str], str]] = {
        "newsindex": lambda text: parse_page(text).text,
        "whole page": str,
    }
    lost, survived = Counter[str](), Counter[str]()
    article_words = other_words = 0
    for page in pages:
        article, other = page.words("+"), page.words("-")
        article_words += article.total()
        other_words += other.total()
        for name, reading in readings.items():
            got = words_of(reading(page.text))
            lost[name] += (article - got).total()
            survived[name] += ((got - article) & other).total()
    what = f"raw pages ({len(pages)})"
    yield f"{what}: words lost", {name: f"{lost[name] / article_words:.2%}" for name in readings}
    yield (
        f"{what}: furniture survived",
        {name: f"{survived[name] / other_words:.2%}" for name in readings},
    )
    found = [(page, parse_page(page.text)) for page in pages]
    total = len(pages)
    titles = sum(a.title == p.title for p, a in found)
    days = sum(_written(a) == p.published for p, a in found)
    sources = sum(a.source == p.source for p, a in found)
    yield f"{what}: title", {"newsindex": f"{titles}/{total}"}
    yield f"{what}: date", {"newsindex": f"{days}/{total}"}
    yield f"{what}: source", {"newsindex": f"{sources}/{total}"}


def _html(folder: Path) -> Iterator[tuple[str, Scores]]:
    titles = days = dated = 0
    scores: dict[str, list[float]] = {}
    raw: dict[str, list[float]] = {}
    golds = sorted(folder.glob("fundus_*.json"))
    for path in golds:
        gold = json.loads(path.read_text("utf-8"))["V1"]
        html = _decoded(next(folder.glob(f"{path.stem}_*.html")))
        parts = gold["body"]["sections"]
        body = "\n".join(
            gold["body"]["summary"] + [p for s in parts for p in s["headline"] + s["paragraphs"]]
        )
        for name, text in _readings(html):
            scores.setdefault(name, []).append(_f1(text, body))
        for text in (_as_shown(html), _as_nodes(html)):
            raw.setdefault("newsindex", []).append(_f1(parse_page(text).text, body))
            raw.setdefault("whole page", []).append(_f1(text, body))
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
        if published is not None:
            day = json.loads(note)["date"]
            days += day in (str(published.date()), str(published.astimezone(UTC).date()))
    yield f"html ({len(golds)}): body F1", _means(scores)
    yield f"html ({len(golds)}): title", {"newsindex": f"{titles}/{len(golds)}"}
    yield f"html ({dated}): date", {"newsindex": f"{days}/{dated}"}
    yield f"real pages as raw text ({2 * len(golds)}): body F1", _means(raw)


def _segodnya(folder: Path) -> Iterator[tuple[str, Scores]]:
    scores: dict[str, list[float]] = {}
    raw: dict[str, list[float]] = {}
    path = folder / "articles.jsonl.gz"
    records = list(_records(path))
    for record in records:
        gold = _MARKDOWN.sub(" ", record["text"])
        inner = f"<h1>{record['title']}</h1>{record['html']}"
        html = f"<html><body><article>{inner}</article></body></html>"
        for name, text in _readings(html):
            scores.setdefault(name, []).append(_f1(text, gold))
        text = f"{record['title']}\n{record['date_raw'] or ''}\n{_as_shown(record['html'])}"
        raw.setdefault("newsindex", []).append(_f1(parse_page(text).text, gold))
        raw.setdefault("whole page", []).append(_f1(text, gold))
    yield f"segodnya ({len(records)}): body F1", _means(scores)
    dated = [r for r in records if r["date_raw"]]
    found = sum(a.published is not None for a in _articles(path))
    yield f"segodnya ({len(dated)} with a date): date", {"newsindex": f"{found}/{len(dated)}"}
    yield f"segodnya as raw text ({len(records)}): body F1", _means(raw)


def _interfax(folder: Path) -> Iterator[tuple[str, Scores]]:
    path = folder / "articles.jsonl.gz"
    records = list(_records(path))
    articles = _articles(path, {"published": "date_inferred"})  # the text says day and month alone
    titles = datelines = agencies = repeated = with_dateline = days = with_date = 0
    for record, article in zip(records, articles, strict=True):
        if record["text"].strip().startswith(record["title"] + "\n"):
            repeated += 1
            titles += not article.text.startswith(record["title"] + "\n")
        if record["date_inferred"]:
            with_date += 1
            days += (_written(article) or "").startswith(record["date_inferred"][:10])
        if record["dateline"]:
            with_dateline += 1
            datelines += record["dateline"] not in article.text
            (alone,) = articles_from([{"title": record["title"], "text": record["text"]}])
            agencies += isinstance(alone, Article) and "INTERFAX" in (alone.source or "")
    yield "interfax: repeated title gone", {"newsindex": f"{titles}/{repeated}"}
    yield "interfax: dateline gone", {"newsindex": f"{datelines}/{with_dateline}"}
    yield "interfax: source from the dateline", {"newsindex": f"{agencies}/{with_dateline}"}
    yield "interfax: date", {"newsindex": f"{days}/{with_date}"}


def _biz(folder: Path) -> Iterator[tuple[str, Scores]]:
    path = folder / "articles.jsonl.gz"
    records = list(_records(path))
    dates = sources = titles = repeated = 0
    for record, article in zip(records, _articles(path), strict=True):
        dates += (_written(article) or "").startswith(record["date"])
        sources += article.source == record["source"]
        title, text = record["title"].strip(), record["text"].strip()
        follows = text[len(title) : len(title) + 1]
        # a sentence that goes on after the words of the title is no repetition of it
        if text.startswith(title) and not (follows in " ,.:" or follows.islower()):
            repeated += 1
            titles += not article.text.startswith(title)
    total = len(records)
    yield "biz: repeated title gone", {"newsindex": f"{titles}/{repeated}"}
    yield "biz: date", {"newsindex": f"{dates}/{total}"}
    yield "biz: source", {"newsindex": f"{sources}/{total}"}


def _means(scores: dict[str, list[float]]) -> Scores:
    return {name: f"{sum(values) / len(values):.4f}" for name, values in scores.items()}


def _as_shown(html: str) -> str:
    """The page as a browser shows it, a block a line."""
    return "\n".join(" ".join(line.split()) for line in html_lines(html) if line.strip())


def _as_nodes(html: str) -> str:
    """The page as careless scrapers leave it, a node of text a line."""
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(encoding="utf-8")
    tree = lxml_html.document_fromstring(html.encode(), parser=parser)
    nodes = tree.xpath("//text()[not(ancestor::script or ancestor::style or ancestor::noscript)]")
    return "\n".join(node.strip() for node in nodes if node.strip())


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


def _articles(path: Path, mapping: dict[str, str] | None = None) -> list[Article]:
    return [item for item in read(path, mapping=mapping) if isinstance(item, Article)]


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
