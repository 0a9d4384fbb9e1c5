"""Judging the lines of a page: which belong to the article, with a score and a reason for each.

First what stands above the headline, then what stands between it and the text, then the text
downwards in a state machine: a heading such as "Читайте также" opens a list of links that lasts
until the article's own sentences come back; last, runs of headlines and what trails below are taken
back where they share no word with the article. A page without any sign of having been scraped
keeps every line.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from newsindex.documents.headline import find_headline, under_opener, without_site
from newsindex.documents.lines import Row, overlap
from newsindex.documents.signs import Sign
from newsindex.documents.tail import OFF_TOPIC, OWN_TOPIC, Verdict, judge_tail

_CORE_ROWS = 60  # rows from the headline that are enough to know an article's topic by
_LIST_RETURN = 12  # words of a sentence that ends a list of related links ...
_TABLE_ROWS = 3  # lines of figures that are a table
_SIDEBAR_RETURN = 20  # ... and one of the latest news, if it is on the topic or more follow it


class Judge:
    """The rows of one page and the verdict on each, by row number, once ``judge`` has run.

    ``shared`` gives the reasons against rows that other pages have too (shared.py). ``titled`` says
    that the first row is known to be the headline.
    """

    def __init__(
        self, rows: list[Row], shared: Mapping[int, str] | None = None, *, titled: bool = False
    ) -> None:
        self.rows = rows
        self._shared = shared or {}
        self.verdicts: dict[int, Verdict] = {}
        self.scraped = bool(self._shared) or _looks_scraped(rows)
        self.title = 0 if titled else find_headline(rows, self.scraped)
        self._headline = rows[self.title].stems if self.title is not None else frozenset[str]()
        self._below = 0 if self.title is None else self.title + 1
        self._text_topic = {s for r in rows if _is_text(r) for s in r.stems} | self._headline
        self._kept_topic = set(self._headline)
        sizes = (row.words if _is_text(row) else 0 for row in rows)
        self._words_until = list(itertools.accumulate(sizes, initial=0))
        self._teasers = False  # whether the list of links being read has sentences below its links

    def judge(self) -> None:
        """Give every row its verdict."""
        if self.title is not None:
            self._judge_headlines(self.rows[self.title])
        for row in self.rows:
            if row.number in self._shared and row.number not in self.verdicts and row.sign is None:
                self._set(row, "recurring", 0.0, self._shared[row.number])
        if self.scraped:
            self._judge_captions()
        if self.title is not None:
            for index in range(self.title):
                self._judge_above(index)
        self._judge_text(self._judge_head())
        if self.scraped:
            judge_tail(self.rows, self.verdicts, self._below, self._headline)

    # -- the headline and what stands above the text -----------------------------------------

    def _judge_headlines(self, title: Row) -> None:
        for row in self.rows:
            if row is title:
                self._set(row, "title", 1.0, "the headline")
            elif title.key in (row.key, without_site(row.text)):
                self._set(row, "repeated title", 0.0, "says the headline once more")

    def _judge_above(self, index: int) -> None:
        row = self.rows[index]
        if row.number in self.verdicts or self._judge_sign(row):
            return
        own = row.words >= 25 or overlap(row.stems, self._headline) >= OWN_TOPIC
        own = own or (row.words >= 12 and not under_opener(self.rows, index))
        if not self.scraped or (row.prose and own):
            self._set(row, "body", 0.6, "above the headline, but like an article's own words")
        elif row.label:
            self._set(row, "label", 0.1, "a word or three above the headline")
        else:
            self._set(row, "headlines", 0.1, "above the headline")

    def _judge_head(self) -> int:
        """Judge the rows between the headline and the text; the index of the text comes back."""
        start = self._below
        if not self.scraped:
            return start
        stop = start
        opener: Sign | None = None
        while stop < len(self.rows) and not self._begins_text(self.rows[stop], opener):
            sign = self.rows[stop].sign
            opener = sign if sign is not None and sign.opens else opener
            stop += 1
        if stop == len(self.rows):
            return start
        head = self.rows[start:stop]
        lines = [row for row in head if row.headline and row.sign is None]
        foreign = sum(overlap(row.stems, self._text_topic) < OWN_TOPIC for row in lines)
        listed = False
        for row in head:
            if row.number in self.verdicts:
                continue
            listed = listed or (row.sign is not None and bool(row.sign.opens))
            if self._judge_sign(row):
                continue
            if row.label:
                self._set(row, "label", 0.2, "a word or three alone above the text")
            elif listed:
                self._set(row, "related", 0.1, "under a heading of links")
            elif foreign >= 3 and row.headline:
                self._set(row, "headlines", 0.2, "one of several headlines above the text")
            else:
                self._set(row, "subtitle", 0.6, "between the headline and the text")
        return stop

    def _begins_text(self, row: Row, opener: Sign | None) -> bool:
        open_to_it = row.sign is None and not row.dateline and row.number not in self.verdicts
        if opener is not None:  # below a heading of links a short sentence is one of them
            apart = opener.role == "summary" and row.blank_before
            return open_to_it and row.prose and (apart or row.words >= _LIST_RETURN)
        sentence = row.ends_sentence and row.words >= 4
        return open_to_it and (row.prose or row.speech or sentence)

    def _judge_sign(self, row: Row) -> bool:
        if not self.scraped:
            return False
        if row.sign is not None:
            self._set(row, row.sign.role, 0.0, f"reads like {row.sign.role}")
        elif row.dateline:
            self._set(row, "date", 0.0, "the date of the page")
        else:
            return False
        return True

    # -- the text ----------------------------------------------------------------------------

    def _judge_text(self, start: int) -> None:
        state = ""
        for index in range(start, len(self.rows)):
            row = self.rows[index]
            if row.number in self.verdicts:
                continue
            if row.sign is not None and self._sign_is_meant(index, row.sign):
                self._set(row, row.sign.role, 0.0, f"reads like {row.sign.role}")
                self._judge_value(index)
                state = self._next_state(index, state, row.sign)
                self._teasers = self._teasers and state == "list"
            elif state:
                state = self._judge_listed(index, state)
            elif self.scraped and row.dateline and row.date_residue <= 2 and not row.prose:
                self._set(row, "date", 0.1, "a date alone")
                if row.clock and self._mostly_above(index):
                    self._take_back(index)
                    below = self.rows[index + 1 : index + 2]
                    state = "list" if below and self._goes_on(index + 1) else "sidebar"
            else:
                self._judge_plain(index)

    def _judge_value(self, index: int) -> None:
        """A short line below "Источник:" or "Фото:" is what these announce."""
        row, below = self.rows[index], self.rows[index + 1 : index + 2]
        if not below or row.sign is None or row.sign.role not in ("byline", "caption"):
            return
        value = below[0]
        alone = row.words == 1 and row.text.endswith(":") and value.sign is None
        if alone and value.words <= 7 and not value.prose and value.number not in self.verdicts:
            self._set(value, row.sign.role, 0.1, f"what “{row.text}” announces")

    def _judge_captions(self) -> None:
        """What stands twice within a few lines is a picture's description and its caption."""
        for index, row in enumerate(self.rows):
            unsigned = row.sign is None and row.number not in self.verdicts
            if row.words < 3 or row.ends_sentence or row.prose or not unsigned:
                continue
            again = [r for r in self.rows[index + 1 : index + 4] if r.key == row.key]
            for one in [row, *again] if again else []:
                if one.number not in self.verdicts:
                    self._set(one, "caption", 0.1, "stands twice within a few lines")
            below = self.rows[index + 1 : index + 2]
            credited = bool(below) and below[0].sign is not None and below[0].sign.role == "caption"
            if credited and row.headline and not row.prose and index > self._below:
                self._set(row, "caption", 0.2, "above the name of who took a picture")

    def _mostly_above(self, index: int) -> bool:
        """Whether most of the text stands above: a date with an hour is then another article's."""
        above, below = self._text_words(index)
        return above > below

    def _text_words(self, index: int) -> tuple[int, int]:
        """The words of the text between the headline and the row, and from the row on."""
        until = self._words_until
        return until[index] - until[min(self._below, index)], until[-1] - until[index]

    def _take_back(self, index: int) -> None:
        """The headline of another article stands above its date, perhaps with a teaser between."""
        first = max(self._below, index - 3)
        at = index - 1
        if at > first and self.rows[at].prose and not self.rows[at - 1].prose:
            at -= 1  # a teaser, if what stands above it is a headline
        if at < first or self.rows[at].prose or not self.rows[at].headline:
            return
        while at > first and self.rows[at - 1].headline and not self.rows[at - 1].prose:
            at -= 1
        core = self.rows[self._below : min(at, self._below + _CORE_ROWS)]
        earlier = {s for r in core for s in r.stems} | self._headline
        for row in self.rows[at:index]:
            if overlap(row.stems, earlier) < OFF_TOPIC and self.verdicts[row.number].kept:
                self._set(row, "teaser", 0.1, "above the date of another article")

    def _sign_is_meant(self, index: int, sign: Sign) -> bool:
        """A section's name or one word that heads sentences may be the article's subheading."""
        if not self.scraped:
            return False
        words, text = self.rows[index].words, self.rows[index].text
        alone = sign.role == "menu" or (sign.opens != "" and words == 1)
        if (alone or (sign.role == "footer" and words <= 3)) and "©" not in text:
            return not self._heads_text(index)
        return True

    def _heads_text(self, index: int) -> bool:
        after = self.rows[index + 1 : index + 2]
        return bool(after) and _is_text(after[0])

    def _next_state(self, index: int, state: str, sign: Sign) -> str:
        if sign.opens == "end":
            above, below = self._text_words(index)
            enough = 1 if sign.role == "comments" else below / 2
            return "end" if above >= max(1, enough) else state
        return state if state == "end" else sign.opens or state

    def _judge_listed(self, index: int, state: str) -> str:
        """A row below a heading of links: another link, or the article again? The new state."""
        row = self.rows[index]
        if state == "end":
            self._set(row, "footer", 0.0, "below the end of the article")
            return state
        if row.prose and state == "list" and self._is_teaser(index):
            self._teasers = True
            self._set(row, "teaser", 0.1, "under a headline among links, on another topic")
            return state
        if row.prose and not row.teaser and (self._returns(index, state) or self._goes_on(index)):
            self._judge_plain(index)
            return ""
        if state == "list" and self._begins_table(index):
            self._judge_plain(index)
            return ""
        if state == "list" and self._is_subheading(index):
            self._set(row, "subheading", 0.55, "a short line apart, and sentences follow")
            return ""
        role = "related" if state == "list" else "latest"
        self._set(row, role, 0.1, "under a heading of links")
        return state

    def _returns(self, index: int, state: str) -> bool:
        row = self.rows[index]
        own = overlap(row.stems, self._kept_topic) >= OWN_TOPIC
        # headlines of two sentences end in a question or in nothing
        finished = row.joined or row.text.rstrip("»”“\"'’)]* ").endswith((".", "!", ":", ";"))
        if not finished or (state == "list" and self._teasers):
            return own
        if state == "list":
            akin = row.text.endswith(".") and bool(row.stems & self._kept_topic)
            return own or akin or row.words >= _LIST_RETURN
        after = self.rows[index + 1 : index + 2]
        ours = own and row.text.endswith(".") and bool(after) and _is_text(after[0])
        if ours and len(after[0].stems & self._kept_topic) >= 2:
            return True
        followed = all(map(_is_text, self.rows[index + 1 : index + 3])) and index + 2 < len(
            self.rows
        )
        return row.words >= (_LIST_RETURN if own else _SIDEBAR_RETURN) and (own or followed)

    def _goes_on(self, index: int) -> bool:
        """Whether the article simply goes on below a heading of links without links."""
        row, above = self.rows[index], self.rows[index - 1]
        headed = above.dateline or (above.sign is not None and bool(above.sign.opens))
        whole = row.prose and row.sign is None and row.text.rstrip('»”"').endswith((".", "!", "?"))
        after = self.rows[index + 1 : index + 2]
        return (
            headed
            and whole
            and (bool(row.stems & self._kept_topic) or (bool(after) and _is_text(after[0])))
        )

    def _is_teaser(self, index: int) -> bool:
        """A sentence off the topic between two links, or below a link where others were such."""
        row, above, below = self.rows[index], self.rows[index - 1], self.rows[index + 1 : index + 2]
        if overlap(row.stems, self._kept_topic) >= OFF_TOPIC or above.sign is not None:
            return False
        links = above.headline and not above.prose and above.words >= 4
        more = bool(below) and below[0].headline and below[0].sign is None and below[0].words >= 4
        return links and (more or self._teasers)

    def _begins_table(self, index: int) -> bool:
        """Results, prices: short lines of figures, perhaps under a heading, with a word of the
        article in one of them. Links are headlines or begin with an hour."""
        first = index if self.rows[index].tabular else index + 1
        table = self.rows[first : first + _TABLE_ROWS]
        if len(table) < _TABLE_ROWS or not all(row.tabular for row in table):
            return False
        return any(row.stems & self._kept_topic for row in self.rows[index : first + _TABLE_ROWS])

    def _is_subheading(self, index: int) -> bool:
        row, before, after = (
            self.rows[index],
            self.rows[index - 1],
            self.rows[index + 1 : index + 2],
        )
        apart = row.blank_before and not before.blank_before and row.words <= 7
        return apart and bool(after) and _is_text(after[0]) and after[0].words >= _LIST_RETURN

    def _judge_plain(self, index: int) -> None:
        row = self.rows[index]
        if row.prose:
            self._set(row, "body", 0.95, "sentences")
        elif row.bullet or row.speech:
            self._set(row, "list", 0.8, "an item of a list, or speech")
        elif row.ends_sentence:
            self._set(row, "body", 0.7, "a short sentence")
        elif self._heads_text(index):
            self._set(row, "subheading", 0.7, "sentences follow")
        else:
            self._set(row, "body", 0.6, "no sign against it")
        self._kept_topic |= row.stems

    def _set(self, row: Row, role: str, score: float, reason: str) -> None:
        self.verdicts[row.number] = Verdict(role, score, reason)


def _is_text(row: Row) -> bool:
    return row.prose and row.sign is None


def _looks_scraped(rows: list[Row]) -> bool:
    """Whether more than paragraphs is here: a sign, a date, a line twice, stray headlines."""
    if any(row.sign is not None for row in rows) or any(row.dateline for row in rows[:40]):
        return True
    keys = [row.key for row in rows if row.words >= 3]
    return len(set(keys)) < len(keys) or _trailing_run(rows) >= 4


def _trailing_run(rows: list[Row]) -> int:
    """How many headlines the page ends with that none of its sentences speaks of."""
    topic = {stem for row in rows if row.prose for stem in row.stems}
    for run, row in enumerate(reversed(rows)):
        if not row.headline or row.prose or row.words < 4 or row.bullet:
            return run
        if overlap(row.stems, topic) >= OWN_TOPIC:
            return run
    return 0  # headlines and nothing else: then they are the page
