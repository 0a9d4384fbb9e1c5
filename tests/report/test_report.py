"""The page of a report: what stands in it, and what a stranger's text cannot do to it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsindex import Index, InvalidArgument, make_report
from newsindex.report import page as page_module
from newsindex.report.markup import escaped, link, marked
from tests.cli.test_cli import run
from tests.conftest import MakeIndex, article

VOID = {"meta", "link", "br", "hr", "img"}


class Page(HTMLParser):
    """What a page consists of; fails where its elements do not fit into each other."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(content)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def text_of(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    return make_index(
        [
            article("Владимир Зеленский прибыл в Токио. Говорили о мире.", title="Мир",
                    id="ru", source="Новости", url="https://a.example/1?b=1&c=2"),
            article("Володимир Зеленський говорив про мир у Києві.", title="Про мир",
                    id="uk", language="uk", day="2025-07-30T23:30", source="Новини"),
            article("Без даты о мире.", id="undated", day=None),
            article("Совсем о другом.", id="other"),
        ]
    )  # fmt: skip


def test_a_report_holds_hits_timeline_names_and_sources(index: Index) -> None:
    report = make_report(index, "мир", sort="newest")
    page = Page(report.html)
    assert report.total == 3
    assert page.text_of("h2")[:2] == ["When", "Who and where"]
    assert {"Persons", "Places", "Sources"} <= set(page.text_of("h3"))
    assert "Мир" in page.text_of("mark")
    assert "1 article without a date" in report.html
    times = [attributes["datetime"] for tag, attributes in page.elements if tag == "time"]
    assert times[1:] == ["2025-08-01T12:00:00+03:00", "2025-07-30T23:30:00+03:00"]
    assert {"ru", "uk", "en"} == {a["lang"] for _, a in page.elements if a.get("lang")}
    (address,) = [a["href"] for _, a in page.elements if (a.get("href") or "").startswith("http")]
    assert address == "https://a.example/1?b=1&c=2"


def test_dates_are_those_of_the_index(tmp_path: Path) -> None:
    index = Index.create(tmp_path / "t.idx", timezone="Asia/Tokyo")
    with index.writer() as writer:
        writer.add(article("мир", day="2025-07-31T23:30"))
    index.refresh()
    html = make_report(index, "мир").html
    assert "1 Aug 2025, 05:30" in html
    assert "Asia/Tokyo" in html


def test_filters_and_diagnostics_are_told(index: Index) -> None:
    html = make_report(index, 'мир "', language=["ru"], since="2025", source="Новости").html
    asked = re.findall(r"<li>(\w+) <bdi>(.*?)</bdi></li>", html)
    assert {("language", "ru"), ("from", "2025"), ("source", "Новости")} <= set(asked)
    assert "quotation mark" in html
    with pytest.raises(InvalidArgument):
        make_report(index, "", since="2025-13")


def test_nothing_found_is_a_page_too(index: Index) -> None:
    report = make_report(index, "нетакогослова")
    Page(report.html)
    assert report.total == 0
    assert "No article matches" in report.html


def test_every_article_and_an_empty_index_make_pages(index: Index, make_index: MakeIndex) -> None:
    assert "All articles" in make_report(index, "").html
    assert make_report(make_index([], name="empty.idx"), "").total == 0


def test_a_page_allows_itself_nothing_but_its_own_style(index: Index) -> None:
    page = Page(make_report(index, "мир").html)
    policies = [a["content"] for tag, a in page.elements if a.get("http-equiv")]
    assert len(policies) == 1
    assert policies[0] is not None
    assert policies[0].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policies[0]
    assert not [tag for tag, _ in page.elements if tag in ("script", "img", "iframe", "link")]
    assert not [a for _, a in page.elements if "style" in a]
    assert "url(" not in page_module._style()
    assert "@import" not in page_module._style()


HOSTILE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "<script>alert(1)</script>", "</title><script>", "'\"><img src=x onerror=alert(1)>",
            "&lt;b&gt;", "]]>", "-->", "<!--", "</style>", "\u202eевил", "\x00\x1b[31m",
            "{0} {x} %s", "javascript:alert(1)",
        ]
    ),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_what_strangers_write_stays_text(
    tmp_path_factory: pytest.TempPathFactory, title: str, source: str, url: str, query: str
) -> None:
    index = Index.create(tmp_path_factory.mktemp("hostile") / "t.idx", extractor=None)
    with index.writer() as writer:
        writer.add(article(f"мир {title} {source}", title=title, source=source, url=url, id="x"))
    index.refresh()
    calm = Page(make_report(index, "мир", title="t").html)
    page = Page(make_report(index, "мир", title=f"t{query}", source=source).html)
    allowed = {tag for tag, _ in calm.elements} | {"ul", "li", "mark", "bdi", "p"}
    assert {tag for tag, _ in page.elements} <= allowed | {"h3", "ol", "article", "section"}
    assert not [n for _, a in page.elements for n in a if n.startswith("on") or n == "style"]
    assert not [a for _, a in page.elements if (a.get("href") or "#").startswith("javascript")]
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", make_report(index, query).html)


def test_only_addresses_of_the_web_are_linked() -> None:
    assert link("https://a.example/?a=1&b='\"") == "https://a.example/?a=1&amp;b=&#x27;&quot;"
    for url in (
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//a.example",
        "http://[",
        "x",
    ):
        assert link(url) is None


def test_text_is_escaped_and_its_spans_stay_where_they_are() -> None:
    assert escaped('<a b="c">\x00') == "&lt;a b=&quot;c&quot;&gt; "
    assert marked("\x01<мир>", [(2, 5)]) == " &lt;<mark>мир</mark>&gt;"


def test_the_colours_can_be_read() -> None:
    """Contrast by the formula of WCAG 2.1, at least 4.5 to 1 in both schemes."""
    style = page_module._style()
    light = dict(re.findall(r"--(\w+): (#\w+);", style.split("@media", 1)[0]))
    dark = dict(re.findall(r"--(\w+): (#\w+);", style.split("@media (prefers-color-scheme", 1)[1]
                           .split("}", 1)[0]))  # fmt: skip
    for colours in (light, light | dark):
        for ink, paper in (
            ("ink", "paper"), ("ink", "card"), ("ink", "wash"), ("soft", "paper"), ("soft", "card"),
            ("soft", "wash"), ("accent", "paper"), ("accent", "card"), ("marked", "mark"),
        ):  # fmt: skip
            assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def contrast(one: str, other: str) -> float:
    high, low = sorted(map(luminance, (one, other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_command_writes_whole_files_or_none(index: Index, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    done = run("report", "мир", "-i", index.path, "-o", path, "--title", "Итог")
    assert (done.returncode, done.stderr) == (0, "")
    assert "<title>Итог</title>" in path.read_text(encoding="utf-8")
    assert list(tmp_path.glob("*.tmp")) == []
    done = run("report", "мир", "-i", index.path, "-o", "-")
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert run("report", "нетаких", "-i", index.path, "-o", path).returncode == 1
    done = run("report", "мир", "-i", index.path, "-o", tmp_path / "no" / "report.html")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
