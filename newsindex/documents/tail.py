"""What is taken back once a page has been judged: runs of headlines, what trails the text."""

from __future__ import annotations

import math
from dataclasses import dataclass

from newsindex.documents.lines import Row, overlap
from newsindex.text import detect

KEPT_FROM = 0.5
OWN_TOPIC = 0.25  # share of a line's longer words that the article has too: one of its own
OFF_TOPIC = 0.1

_WITHIN = ("advertisement", "caption")  # signs that stand as often within a text as at its end


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a line is, how likely it is the article's (0 to 1, kept from KEPT_FROM), and why."""

    role: str
    score: float
    reason: str

    @property
    def kept(self) -> bool:
        return self.score >= KEPT_FROM


Verdicts = dict[int, Verdict]  # by the number of the row


def judge_tail(rows: list[Row], verdicts: Verdicts, below: int, headline: frozenset[str]) -> None:
    """Take back runs of headlines within the text, and what trails its last sentence.

    ``rows`` are all of the page, their ``verdicts`` are changed; ``below`` is the index of the
    first row under the headline, ``headline`` its stems.
    """
    kept = [row for row in rows[below:] if verdicts[row.number].kept]
    text = [row for row in kept if row.prose or row.ends_sentence]
    if not text:
        return
    _judge_end(rows, kept, verdicts, headline)
    kept = [row for row in kept if verdicts[row.number].kept]
    topic = {s for row in text for s in row.stems} | headline
    language = detect(" ".join(row.text for row in text)[:5000])[0]
    run: list[Row] = []
    before: Row | None = None
    for row in [*kept, None]:
        if row is not None and not (row.prose or row.ends_sentence or row.bullet or row.speech):
            run.append(row)
            continue
        if run and before is not None:
            _judge_run(run, before, verdicts, topic)
            if row is None:
                _judge_trailing(run, verdicts, topic, language)
        run, before = [], row


def _judge_end(
    rows: list[Row], kept: list[Row], verdicts: Verdicts, headline: frozenset[str]
) -> None:
    """Below the last sentences, what follows a sign of the end is no more the article."""
    prose = [row for row in kept if row.prose]
    last = prose[-1].number if prose else math.inf
    signs = [
        row.number
        for row in rows
        if row.number > last and row.sign is not None and row.sign.role not in _WITHIN
    ]
    if not signs:
        return
    topic = {s for row in prose for s in row.stems} | headline
    for row in kept:
        own = row.bullet or (row.ends_sentence and bool(row.stems & topic))
        if row.number > signs[0] and not own:
            verdicts[row.number] = Verdict("trailing", 0.2, "below the text and a sign of its end")


def _judge_run(run: list[Row], before: Row, verdicts: Verdicts, topic: set[str]) -> None:
    """Three or more headlines in a row that the article does not speak of are links."""
    headlines = [row for row in run if row.headline and row.words >= 4]
    if len(headlines) < 3 or before.text.endswith(":"):
        return
    if sum(overlap(row.stems, topic) for row in headlines) < OWN_TOPIC * len(headlines):
        for row in run:
            verdicts[row.number] = Verdict(
                "headlines", 0.2, "in a run of headlines on other topics"
            )


def _judge_trailing(
    run: list[Row], verdicts: Verdicts, topic: set[str], language: str | None
) -> None:
    for row in run:
        found: Verdict | None = None
        if row.language not in (None, language) and language is not None:
            found = Verdict("footer", 0.2, "in another language, below the text")
        elif row.headline and row.words >= 4 and overlap(row.stems, topic) < OFF_TOPIC:
            found = Verdict("headlines", 0.3, "below the text and on another topic")
        elif row.label:
            found = Verdict("label", 0.3, "a word or three alone below the text")
        if found is not None:
            verdicts[row.number] = found
