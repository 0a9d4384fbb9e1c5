"""Alerts: what is new, what is not, and what happens to their file."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import newsindex
from newsindex import (
    Alerts,
    Index,
    IndexCorrupt,
    IndexLocked,
    IndexNotFound,
    IndexVersionError,
    InvalidArgument,
)
from newsindex.alerts.seen import Seen
from newsindex.cli import group
from newsindex.index.checked import write_checked
from tests.conftest import MakeIndex, article


@pytest.fixture
def index(make_index: MakeIndex) -> Index:
    return make_index([article("прежний мир", id="old")])


def write(index: Index, *articles: object) -> None:
    with index.writer() as writer:
        for each in articles:
            writer.add(each)  # type: ignore[arg-type]  # articles all


def run(index: Index, *names: str, updates: bool = False) -> list[tuple[str, str]]:
    return [(m.alert, m.hit.id) for m in Alerts(index.path).run(*names, updates=updates)]


def test_new_is_what_was_committed_since_whatever_its_date(index: Index) -> None:
    Alerts(index.path).add("peace", "мир")
    assert run(index) == []
    write(index, article("мира нет", id="late", day="1999-01-01"), article("война", id="other"))
    assert run(index) == [("peace", "late")]
    assert run(index) == []
    write(index, article("без даты, но о мире", id="undated", day=None))
    assert run(index) == [("peace", "undated")]


def test_what_matched_before_the_alert_is_reported_only_if_asked_for(index: Index) -> None:
    alerts = Alerts(index.path)
    alerts.add("new", "мир")
    alerts.add("all", "мир", existing=True)
    assert run(index) == [("all", "old")]
    assert run(index) == []


def test_reading_the_same_articles_again_reports_nothing(index: Index) -> None:
    Alerts(index.path).add("peace", "мир")
    write(index, article("прежний мир", id="old"), article("новый мир", id="new"))
    assert run(index) == [("peace", "new")]
    write(index, article("прежний мир", id="old"), article("новый мир", id="new"))
    with index.writer() as writer:
        writer.optimize()
    assert run(index) == []


def test_an_update_is_reported_once_it_matches_and_again_only_if_asked_for(index: Index) -> None:
    Alerts(index.path).add("peace", "мир")
    write(index, article("молния", id="x"))
    assert run(index) == []
    write(index, article("молния: мир", id="x"))
    assert run(index) == [("peace", "x")]
    write(index, article("молния: мир подписан", id="x"))
    assert run(index) == []
    write(index, article("молния: мир подписан вчера", id="x"))
    assert run(index, updates=True) == [("peace", "x")]


def test_alerts_run_by_name_have_marks_of_their_own(index: Index) -> None:
    alerts = Alerts(index.path)
    alerts.add("a", "мир")
    alerts.add("b", "мир")
    write(index, article("мир", id="1"))
    assert run(index, "b") == [("b", "1")]
    write(index, article("мир", id="2", day="2025-08-03"))
    assert run(index) == [("a", "2"), ("a", "1"), ("b", "2")]
    with pytest.raises(InvalidArgument, match="'c'"):
        run(index, "c")


def test_a_run_that_is_broken_off_reports_again(index: Index) -> None:
    alerts = Alerts(index.path)
    alerts.add("peace", "мир")
    write(index, article("мир", id="1"), article("мир", id="2"))
    for match in alerts.run():
        assert match.alert == "peace"
        break
    assert len(run(index)) == 2
    assert run(index) == []


def test_a_match_carries_the_hit_of_a_search(index: Index) -> None:
    alerts = Alerts(index.path)
    alerts.add("peace", "мир", since=date(2025, 1, 1), source=["Новости"])
    write(index, article("О мире.", title="Мир", id="1", source="Новости"))
    (match,) = alerts.run()
    index.refresh()
    (hit,) = index.search("мир", source="новости", sort="newest")
    assert match.hit == hit
    assert hit.title_spans == ((0, 3),)
    assert match.as_dict() == {"alert": "peace", **hit.as_dict()}


def test_adding_listing_and_removing(index: Index) -> None:
    alerts = Alerts(index.path)
    assert (len(alerts), list(alerts)) == (0, [])
    alerts.add("a", "мир", since=date(2025, 1, 1), person="Ермак", source=("x", "y"))
    asked = alerts.add("b", '"мир')
    assert [d.message for d in asked.diagnostics] == [
        "a quotation mark without its partner was ignored"
    ]
    first, second = alerts
    assert (first.name, first.query, second.name) == ("a", "мир", "b")
    assert first.filters == {"since": "2025-01-01", "person": "Ермак", "source": ["x", "y"]}
    assert first.added.utcoffset() is not None
    with pytest.raises(InvalidArgument, match="already"):
        alerts.add("a", "война")
    alerts.add("a", "война", replace=True)
    assert {alert.name: alert.query for alert in alerts} == {"a": "война", "b": '"мир'}
    assert alerts.remove("a", "z") == ["a"]
    assert [alert.name for alert in alerts] == ["b"]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[2J", "x" * 201])
def test_names_are_printable(index: Index, name: str) -> None:
    with pytest.raises(InvalidArgument, match="printable"):
        Alerts(index.path).add(name, "мир")


def test_a_bad_date_or_filter_is_refused_when_the_alert_is_added(index: Index) -> None:
    alerts = Alerts(index.path)
    with pytest.raises(InvalidArgument, match="2025-13"):
        alerts.add("a", "мир", since="2025-13")
    with pytest.raises(InvalidArgument, match="colour"):
        alerts.add("a", "мир", colour="red")  # type: ignore[call-arg]  # what is tested
    assert len(alerts) == 0


def test_many_at_once_cost_only_the_bad_ones(index: Index) -> None:
    alerts = Alerts(index.path)
    results = alerts.add_many([("a", "мир", {}), ("a", "война", {}), ("b", "x", {"since": "?"})])
    assert [isinstance(result, InvalidArgument) for result in results] == [False, True, True]
    assert [alert.query for alert in alerts] == ["мир"]


def test_alerts_are_held_by_one_at_a_time(index: Index) -> None:
    alerts = Alerts(index.path)
    alerts.add("peace", "мир")
    write(index, article("мир", id="1"))
    running = alerts.run()
    next(running)
    with pytest.raises(IndexLocked, match="alerts"):
        Alerts(index.path).add("b", "мир")
    running.close()
    alerts.add("b", "мир")


def test_there_are_no_alerts_without_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound):
        Alerts(tmp_path / "nowhere")


def test_a_file_cut_short_or_changed_is_named(index: Index) -> None:
    Alerts(index.path).add("peace", "мир", existing=True)
    path = index.path / "alerts.json"
    content = path.read_bytes()
    for length in range(0, len(content) - 1, 7):
        path.write_bytes(content[:length])
        with pytest.raises(IndexCorrupt, match=r"alerts\.json"):
            run(index)
    for place in range(0, len(content), 3):
        changed = bytearray(content)
        changed[place] ^= 1
        path.write_bytes(changed)
        try:
            assert run(index) == [("peace", "old")]  # a blank between values
        except (IndexCorrupt, IndexVersionError) as error:
            assert "alerts.json" in str(error)  # noqa: PT017 - either may happen
        path.write_bytes(content)


def test_a_damaged_file_of_alerts_costs_the_alerts_and_nothing_else(
    index: Index, tmp_path: Path
) -> None:
    Alerts(index.path).add("peace", "мир", existing=True)
    backup = tmp_path / "whole.bak"
    index.backup(backup, link=False)
    path = index.path / "alerts.json"
    damaged = path.read_bytes()[:-20]
    path.write_bytes(damaged)
    for change in (
        lambda: Alerts(index.path).add("war", "война"),
        lambda: Alerts(index.path).remove("peace"),
        lambda: run(index),
        lambda: newsindex.restore(index.path, tmp_path / "back.idx"),
    ):
        with pytest.raises(IndexCorrupt, match=r"alerts\.json: expected .* found"):
            change()
    assert path.read_bytes() == damaged
    assert [problem for problem in index.check() if "alerts.json" in problem] == index.check() != []
    write(index, article("новый мир", id="new"))
    assert {hit.id for hit in Index.open(index.path).search("мир")} == {"old", "new"}
    assert newsindex.repair(index.path, tmp_path / "saved.idx").articles == len(index) + 1
    assert len(Alerts(tmp_path / "saved.idx")) == 0
    # A repair takes whole ones along, with what they have reported.
    assert run(Index.open(backup)) == [("peace", "old")]
    newsindex.repair(backup, tmp_path / "kept.idx")
    assert run(Index.open(tmp_path / "kept.idx")) == []
    write(Index.open(tmp_path / "kept.idx"), article("новый мир", id="new"))
    assert run(Index.open(tmp_path / "kept.idx")) == [("peace", "new")]


def test_articles_are_indexed_though_the_alerts_are_damaged(index: Index, tmp_path: Path) -> None:
    Alerts(index.path).add("peace", "мир")
    (index.path / "alerts.json").write_bytes(b"{}")
    (tmp_path / "news.jsonl").write_text('{"title": "Мир", "text": "Новый мир.", "id": "new"}')
    done = CliRunner().invoke(
        group,
        ["index", str(tmp_path / "news.jsonl"), "-i", str(index.path), "--alerts"],
        standalone_mode=False,
    )
    assert done.return_value == 2
    assert done.output.count("alerts.json: expected") == 1
    assert Index.open(index.path).get("new")


@pytest.mark.parametrize(
    "entries",
    [None, [1], [{}], [{"name": 1, "query": "", "filters": {}, "added": "", "mark": 0}]],
)
def test_a_file_of_a_stranger_is_refused(index: Index, entries: object) -> None:
    write_checked(index.path / "alerts.json", "alerts", 1, {"entries": entries})
    with pytest.raises(IndexCorrupt, match=r"alerts\.json"):
        run(index)
    write_checked(index.path / "alerts.json", "alerts", 99, {"entries": []})
    with pytest.raises(IndexVersionError, match="format 99"):
        run(index)


def test_alerts_of_the_first_format_go_on_where_they_were(index: Index) -> None:
    old = {"filters": {}, "added": "2025-08-01T10:00:00+00:00", "reported": "AAAAAAAAAAA="}
    entries = [
        {"name": "peace", "query": "мир", "mark": 0, **old},
        {"name": "war", "query": "война", "mark": 0, **old},
        {"name": "later", "query": "мир", "mark": 1 << 20, **old},
    ]
    path = index.path / "alerts.json"
    write_checked(path, "alerts", 1, {"entries": entries})
    assert run(index) == [("peace", "old")]
    assert run(index) == []
    Alerts(index.path).add("new", "война")
    assert b'"format": 2' in path.read_bytes()
    write(index, article("мир и война", id="both"))
    assert [name for name, _ in run(index)] == ["peace", "war", "later", "new"]
    # What has no number is none of a later format.
    write_checked(path, "alerts", 2, {"entries": entries})
    with pytest.raises(IndexCorrupt, match=r"alerts\.json"):
        run(index)


def test_alerts_numbered_in_the_first_format_are_read(index: Index) -> None:
    old = {"query": "мир", "filters": {}, "added": "2025-08-01T10:00:00+00:00", "mark": 0}
    entries = [{"name": "a", "number": 7, **old}, {"name": "b", "number": 3, **old}]
    write_checked(index.path / "alerts.json", "alerts", 1, {"entries": entries})
    assert run(index) == [("a", "old"), ("b", "old")]
    assert run(index) == []


# Reports what is new for ever; every line is flushed before the next match is asked for.
WATCHER = """
import sys, newsindex
alerts = newsindex.Alerts(sys.argv[1])
while True:
    for match in alerts.run():
        print(match.hit.id, flush=True)
"""


def test_a_killed_run_loses_nothing(index: Index) -> None:
    Alerts(index.path).add("peace", "мир")
    wanted = set()
    seen = set()
    for number in range(3):
        ids = {f"{number}-{i}" for i in range(20)}
        write(index, *(article("мир", id=each) for each in sorted(ids)))
        wanted |= ids
        watcher = subprocess.Popen(
            [sys.executable, "-c", WATCHER, str(index.path)], stdout=subprocess.PIPE, text=True
        )
        assert watcher.stdout is not None
        # Killed in the middle of its report, at another place each time.
        lines = [watcher.stdout.readline().strip() for _ in range(4 * number + 1)]
        watcher.kill()
        seen.update(lines, watcher.stdout.read().split())
        watcher.wait()
        watcher.stdout.close()
    seen.update(identifier for _, identifier in run(index))
    assert seen == wanted
    assert run(index) == []


def test_a_damaged_memory_of_what_was_reported_is_named_and_may_be_removed(
    index: Index, tmp_path: Path
) -> None:
    alerts = Alerts(index.path)
    alerts.add("peace", "мир")
    write(index, article("мир", id="1"), article("мир", id="2"))
    assert len(run(index)) == 2
    path = index.path / "alerts.seen"
    content = path.read_bytes()
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        with pytest.raises(IndexCorrupt, match=r"alerts\.seen: expected .* remove it"):
            run(index)
    for place in range(0, len(content), 5):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        try:
            assert run(index) == []  # a byte that is not used
        except (IndexCorrupt, IndexVersionError) as error:
            assert "alerts.seen" in str(error)  # noqa: PT017 - either may happen
    path.write_bytes(content[:-1])
    assert [problem for problem in index.check() if "alerts.seen" in problem] == index.check() != []
    newsindex.repair(index.path, tmp_path / "saved.idx")
    assert [alert.name for alert in Alerts(tmp_path / "saved.idx")] == ["peace"]
    path.unlink()
    assert len(run(index)) == 2
    assert run(index) == []


def test_an_alert_that_is_replaced_or_added_after_one_was_removed_starts_anew(index: Index) -> None:
    alerts = Alerts(index.path)
    alerts.add("a", "мир", existing=True)
    alerts.add("b", "мир", existing=True)
    assert run(index) == [("a", "old"), ("b", "old")]
    alerts.add("a", "мир", existing=True, replace=True)
    assert run(index) == [("a", "old")]
    alerts.remove("a")
    alerts.add("c", "мир", existing=True)
    assert run(index) == [("c", "old")]
    assert run(index) == []


def test_alerts_changed_by_another_process_are_read_again(index: Index) -> None:
    first, second = Alerts(index.path), Alerts(index.path)
    first.add("a", "мир", existing=True)
    assert [alert.name for alert in second] == ["a"]
    second.remove("a")
    assert list(first) == []
    second.add("b", "мир", existing=True)
    assert [match.alert for match in first.run()] == ["b"]


def test_a_run_with_nothing_new_writes_nothing(index: Index) -> None:
    Alerts(index.path).add("peace", "мир", existing=True)
    assert run(index) == [("peace", "old")]
    before = (index.path / "alerts.seen").stat().st_mtime_ns
    assert run(index) == []
    assert (index.path / "alerts.seen").stat().st_mtime_ns == before


def test_an_update_that_is_reported_again_is_noted_once(index: Index) -> None:
    Alerts(index.path).add("peace", "мир")
    for number in range(5):
        write(index, article(f"мир {number}", id="x"))
        assert run(index, updates=True) == [("peace", "x")]
    assert len(Seen.read(index.path).hashes) == 2  # and the one that was there before the alert
