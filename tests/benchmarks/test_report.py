"""The report: what the runs say, put into the README between its marks, and the chart."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest

pytest.importorskip("psutil", reason="needs the extra 'bench'")

from benchmarks import report, scaling

README = f"# Title\n\n{report.BEGIN}\nold\n{report.END}\n\nThe rest.\n"


def _run(documents: int, date: str = "2025-01-02", corpus: str = "zipf") -> dict[str, Any]:
    def measures(seconds: float) -> dict[str, Any]:
        return {
            "documents": documents,
            "seconds": seconds,
            "bytes": 5_000_000,
            "peak_bytes": 9e6,
            "imported_bytes": 1e7,
            "asked_bytes": 3e7,
        }

    return {
        "date": date,
        "corpus": {
            "name": corpus,
            "documents": documents,
            "text_bytes": 8_000_000,
            "analysis_seconds": 1.0,
        },
        "machine": {"processor": "A processor", "cores": 2, "python": "3.11.0"},
        "versions": {"newsindex": "1", "peer": "2"},
        "indexing": {
            "newsindex": {
                **measures(2),
                "stored_bytes": 2_000_000,
                "with_workers": {**measures(1.25), "processes": 2},
            },
            "peer": measures(4.5),
        },
        "latency": [
            {
                "class": "AND",
                "disagreements": [],
                "engines": {
                    "newsindex": {"median_ms": 0.5, "ratio": 1.0},
                    "peer": {"median_ms": 2.0, "ratio": 4.0},
                },
            },
            {
                "class": "count",
                "disagreements": [],
                "engines": {"newsindex": {"median_ms": 0.25, "ratio": 1.0}},
            },
            {"class": "prefix", "disagreements": ["a*: 1 and 2 hits"], "engines": {}},
        ],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for run in (_run(1_000), _run(1_000, "2025-03-04"), _run(10_000)):
        name = f"{run['date']}-zipf-{run['corpus']['documents']}.json"
        (tmp_path / name).write_bytes(orjson.dumps(run))
    (tmp_path / "README.md").write_text(README, encoding="utf-8")
    return tmp_path


def _report(folder: Path, *options: str) -> int:
    return report.main(["--runs", str(folder), "--readme", str(folder / "README.md"), *options])


def test_the_table_gives_times_ratios_gaps_and_disagreements() -> None:
    lines = report.markdown([_run(1_000)]).splitlines()
    assert "| documents/s given keys |  | 222 |" in lines
    assert "| documents/s given texts | 500 | 182 |" in lines
    # The analysis of the peer's documents, one second, is then shared by two.
    assert "| documents/s given texts, 2 processes | 800 | 200 |" in lines
    assert "| AND, ms | 0.500 | 2 (×4) |" in lines
    assert "| count, ms | 0.250 | - |" in lines
    assert "| prefix, ms | hits disagree | hits disagree |" in lines
    assert "| geometric mean, times newsindex | ×1.00 | ×4.00 |" in lines
    assert any("| 3 + 2 | 5 |" in line for line in lines)


def test_only_what_lies_between_the_marks_is_rewritten(folder: Path) -> None:
    assert _report(folder) == 0
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# Title\n\n")
    assert text.endswith("\n\nThe rest.\n")
    assert "old" not in text
    # A table of the largest alone; of each other size the newest run is named.
    assert text.count("| AND, ms |") == 1
    assert "**10,000 documents" in text
    assert "also has: 1,000 documents, generated news, 200 words each (2025-03-04)." in text


def test_check_says_what_is_outdated_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _report(folder, "--check") == 1
    assert "README.md: outdated" in capsys.readouterr().err
    assert (folder / "README.md").read_text(encoding="utf-8") == README
    assert _report(folder) == 0
    assert _report(folder, "--check") == 0


def test_a_readme_without_marks_and_a_folder_without_runs_are_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "README.md").write_text("no marks", encoding="utf-8")
    assert _report(folder) == 2
    assert report.BEGIN in capsys.readouterr().err
    assert report.main(["--runs", str(tmp_path / "none")]) == 2
    assert "no run there" in capsys.readouterr().err


def test_a_chart_is_shown_where_there_is_one(folder: Path) -> None:
    assert _report(folder) == 0
    assert report.CHART not in (folder / "README.md").read_text(encoding="utf-8")
    chart = folder / report.CHART
    chart.parent.mkdir()
    chart.write_text("<svg/>", encoding="utf-8")
    assert _report(folder) == 0
    assert f"]({report.CHART})" in (folder / "README.md").read_text(encoding="utf-8")


def _scaling(folder: Path, runs: list[dict[str, Any]]) -> int:
    for run in runs:
        name = f"{run['corpus']['name']}-{run['corpus']['documents']}.json"
        (folder / name).write_bytes(orjson.dumps(run))
    return scaling.main(["--runs", str(folder), "--output", str(folder / "chart.svg")])


def test_the_chart_draws_a_line_an_engine_and_a_point_a_size(tmp_path: Path) -> None:
    assert _scaling(tmp_path, [_run(10_000), _run(100_000), _run(1_000_000)]) == 0
    tree = ElementTree.parse(tmp_path / "chart.svg")  # noqa: S314 - our own output
    svg = "{http://www.w3.org/2000/svg}"
    # Three sizes; the peer, which knows but one class of two, has no latency.
    assert len(list(tree.iter(f"{svg}circle"))) == 3 * (2 + 1 + 2)
    texts = [text.text for text in tree.iter(f"{svg}text")]
    assert {"newsindex", "peer", "memory of the open index, MB"} <= set(texts)


def test_one_size_makes_no_chart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _scaling(tmp_path, [_run(10_000), _run(1_000), _run(50_000, corpus="real")]) == 2
    assert "found 1" in capsys.readouterr().err
    assert not (tmp_path / "chart.svg").exists()
