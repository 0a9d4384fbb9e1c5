"""The report in a real browser: on a phone, in the dark, on paper, without the network."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsindex import Index, make_report
from tests.conftest import article
from tests.report.browser import CHROMIUM, Browser

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on the PATH")

HOSTILE = '"><img src=x onerror=alert(1)><script>document.title="got you"</script>'
LONG = "Дніпропетровськ" * 30


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of many articles, some of them long, some of them hostile."""
    folder = tmp_path_factory.mktemp("report")
    index = Index.create(folder / "t.idx")
    with index.writer() as writer:
        for number in range(120):
            writer.add(
                article(
                    f"Владимир Зеленский в Киеве говорил о мире в {number} раз. {LONG}",
                    title=f"О мире {number} {HOSTILE}",
                    id=str(number),
                    source=f"{LONG[: number * 3]}.example",
                    url=f"https://a.example/{LONG}/{number}",
                    day=f"20{10 + number % 15}-{1 + number % 12:02}-{1 + number % 28:02}T12:00",
                )
            )
    index.refresh()
    path = folder / "report.html"
    path.write_text(make_report(index, "мир", title=HOSTILE).html, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Browser(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


@pytest.mark.parametrize("width", [320, 360, 768, 1400])
def test_nothing_scrolls_sideways(page: Path, browser: Browser, width: int) -> None:
    browser.open(page, width=width)
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    assert browser.evaluate("document.querySelectorAll('.hits > li').length") == 50
    assert browser.evaluate("document.querySelector('.chart').getBoundingClientRect().height") > 50
    # Text on a phone is large enough to read.
    sizes = "[...document.querySelectorAll('p, li, h3')].map(e => parseFloat(getComputedStyle(e)"
    assert browser.evaluate(f"Math.min(...{sizes}.fontSize)))") >= 12


def test_it_asks_for_nothing_and_complains_of_nothing(page: Path, browser: Browser) -> None:
    browser.open(page)
    requests = [event["request"]["url"] for event in browser.named("Network.requestWillBeSent")]
    assert requests == [page.as_uri()]
    complaints = browser.named(
        "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"
    )
    assert complaints == []
    assert browser.evaluate("document.title") == HOSTILE
    assert browser.evaluate("document.images.length + document.scripts.length") == 0


def test_no_script_runs_in_it_even_if_it_were_there(page: Path, browser: Browser) -> None:
    worse = page.with_name("worse.html")
    content = page.read_text(encoding="utf-8")
    worse.write_text(content.replace("<main>", "<main><script>document.title='x'</script>"))
    browser.open(worse)
    assert browser.evaluate("document.title") == HOSTILE
    assert "Content Security Policy" in str(browser.named("Log.entryAdded"))


def test_dark_is_dark(page: Path, browser: Browser) -> None:
    def colours() -> list[str]:
        names = ("backgroundColor", "color")
        return [browser.evaluate(f"getComputedStyle(document.body).{name}") for name in names]

    browser.open(page)
    light = colours()
    browser.open(page, scheme="dark")
    dark = colours()
    assert [brightness(c) > 128 for c in light] == [True, False]
    assert [brightness(c) > 128 for c in dark] == [False, True]


def brightness(colour: str) -> float:
    """The mean of the parts of ``rgb(1, 2, 3)``."""
    parts = [float(part) for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    return sum(parts) / len(parts)


def test_it_prints(page: Path, browser: Browser) -> None:
    browser.open(page)
    pdf = base64.b64decode(browser.call("Page.printToPDF")["data"])
    assert pdf.startswith(b"%PDF")
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"


def test_a_screen_reader_finds_its_way(page: Path, browser: Browser) -> None:
    browser.open(page)
    tree = browser.call("Accessibility.getFullAXTree")["nodes"]
    roles = [(n.get("role", {}).get("value"), n.get("name", {}).get("value")) for n in tree]
    headings = [name for role, name in roles if role == "heading"]
    assert headings[0] == HOSTILE
    assert {"When", "Who and where", "Articles", "Persons", "Places", "Sources"} <= set(headings)
    assert any(role == "image" and "Articles by" in name for role, name in roles)
    assert [name for role, name in roles if role == "navigation"] == ["Sections"]
