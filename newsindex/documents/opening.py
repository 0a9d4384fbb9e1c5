"""How a news text begins: the headline once more, and the dateline of an agency.

"Москва. 8 августа. INTERFAX.RU - ", "КИЕВ, 5 мар - РИА Новости. ", "Київ. Укрінформ. ": the place,
the day and the agency before the first sentence. They say where a text comes from and are no part
of what it says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from newsindex.documents.signs import sign_of

OPENING_LINES = 24
_SILENT = re.compile(r"[\W_]+")
_BLANKS = " \t\u00a0\u2800"
_AFTER_TITLE = '«“„"-•\t\u2800'  # what, right behind the words of the title, begins the text
_OPENS_WITHIN = 400  # characters within which a dateline ends

# A hyphen is a letter of these words, and only that: a line can be read as them in one way.
_NAME = r"[A-ZА-ЯІЇЄҐ][\w.’'ʼ-]*(?: [A-ZА-ЯІЇЄҐ0-9][\w.’'ʼ-]*){0,3}"
_PLACE = r"(?P<place>[А-ЯІЇЄҐA-Z][\w’'ʼ-]+(?: [\w’'ʼ-]+){0,2}(?:, [А-ЯІЇЄҐ][\w’'ʼ-]+)?)"
_DAY = (
    r"(?P<day>\d{1,2} (?:янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|січ|лют|бер|кві|тра"
    r"|чер|лип|сер|вер|жов|лис|гру)[а-яіїє]*\.?(?: \d{4}(?: ?(?:г\.|года|р\.|року))?)?)"
)
_PERSON = r"[А-ЯІЇЄҐ][а-яёіїєґ’'ʼ]+ [А-ЯІЇЄҐ][а-яёіїєґ’'ʼ]+(?:-[А-ЯІЇЄҐ][а-яёіїєґ]+)?"
_DASH = r"(?:\s*[-–—]+\s+|\s+[-–—]+\s*)"
# Each form beside an example; the first that fits is taken. Few lines begin with a place and a full
# stop or comma, as all of these do, so that is looked for first.
_PLACE_STOP = re.compile(rf"{_PLACE}[.,]")
_AFTER_PLACE = tuple(
    re.compile(pattern)
    for pattern in (
        # Москва. 8 августа. INTERFAX.RU - В столице
        rf"{_PLACE}[.,] {_DAY}[.,]?\s*(?:[-–—]\s*)?(?P<agency>{_NAME}){_DASH}(?=\S)",
        # КИЕВ, 5 мар - РИА Новости. Президент / КИЕВ, 5 мар - РИА Новости, Иван Петров. Президент
        rf"{_PLACE}[.,] {_DAY}[.,]?\s*[-–—]\s*(?P<agency>{_NAME})(?:, (?P<author>{_PERSON}))?"
        r"\.\s+(?=[«\"“„А-ЯІЇЄҐA-Z])",
        # Якутск, 3 ноября, АНТ. Президент
        rf"{_PLACE}, {_DAY}, (?P<agency>[A-ZА-ЯІЇЄҐ]{{3,}}[\w.-]*)\.\s+(?=[«\"“„А-ЯІЇЄҐA-Z])",
        # КИЇВ, 8 серпня. /Укрінформ/. Президент
        rf"{_PLACE}[.,](?: {_DAY}[.,]?)?\s*[/(](?P<agency>{_NAME})[/)]\s*[.:,]?"
        rf"(?:{_DASH}|\s+)(?=\S)",
        # Киев. 6 марта. Гривня
        rf"{_PLACE}\. {_DAY}\.\s+(?=[«\"“„А-ЯІЇЄҐA-Z])",
        # КИЇВ, 8 серпня – Президент
        rf"{_PLACE}[.,] {_DAY}[.,]?{_DASH}(?=[«\"“„А-ЯІЇЄҐA-Z])",
        # Київ. Укрінформ. Президент / КИЕВ. УНИАН. Президент
        r"(?P<place>[А-ЯІЇЄҐ][\w’'-]+)\. (?P<agency>[A-ZА-ЯІЇЄҐ]{3,}[\w.-]*|Укрінформ|Укринформ"
        r"|Интерфакс-\w+|Інтерфакс-\w+)(?:\.|\s[-–—])\s+(?=[«\"“„А-ЯІЇЄҐA-Z])",
    )
)
# INTERFAX.RU - Президент
_AGENCY_ALONE = re.compile(
    rf"(?P<agency>[A-Z][A-Z0-9-]+\.[A-Z]{{2,4}}){_DASH}(?=[«\"“„А-ЯІЇЄҐA-Z])"
)
# ... стартовал с победыМосква. 30 августа. INTERFAX.RU - : a link ran together with the text
_GLUED = re.compile(rf"(?<=[\w»\"”)])(?=[А-ЯІЇЄҐ][а-яіїєґ]){_AFTER_PLACE[0].pattern}")
_STOP_DAY = re.compile(r"[.,] \d{1,2} [а-яіїє]")
# Миколаїв. Чорноморський час. Під Миколаєвом: taken only where the page's site has that name
_OWN_NAME = re.compile(rf"{_PLACE}[.,] (?P<agency>[^.]{{3,40}}?)(?:\.|\s[-–—])\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Opening:
    """A text without its opening, and what the opening said; None where it said nothing of it."""

    text: str
    agency: str | None = None
    place: str | None = None
    day: str | None = None
    author: str | None = None


def strip_dateline(paragraph: str, site: str | None = None) -> Opening:
    """The paragraph without the agency's dateline before its first sentence, if it has one."""
    start = paragraph.lstrip()
    head = start[:_OPENS_WITHIN]
    placed = _PLACE_STOP.match(head) is not None
    for pattern in (*(_AFTER_PLACE if placed else ()), _AGENCY_ALONE):
        match = pattern.match(head)
        if match:
            return Opening(start[match.end() :], **match.groupdict())
    glued = _STOP_DAY.search(head) and _GLUED.search(head)
    if glued:
        before = start[: glued.start()]
        text = start[glued.end() :]
        if sign_of(before) is None:
            text = f"{before}\n{text}"
        return Opening(text, glued["agency"], glued["place"], glued["day"])
    own = _OWN_NAME.match(head) if site and placed else None
    if own and site and fold(own["agency"]) == fold(site):
        return Opening(start[own.end() :], own["agency"], own["place"])
    return Opening(paragraph)


def strip_opening(text: str, title: str, site: str | None = None) -> Opening:
    """The text without a repetition of its title at the start and without the agency's dateline.

    The title counts as repeated where it is a line of its own or is run together with the text
    that follows it; a sentence that merely begins like the title stays. ``site`` is the name of the
    page's own site, an agency too if the text begins with it. The dateline is looked for
    in the first OPENING_LINES lines, below a subtitle and the captions of pictures.
    """
    lines = text.strip().split("\n")
    plain_title = fold(title) if len(lines) > 1 else ""
    while plain_title and len(lines) > 1 and (not lines[0] or fold(lines[0]) == plain_title):
        lines = lines[1:]
    words = title.split()
    while 0 < (end := _end_of(words, lines[0])) < len(lines[0]):
        follows = lines[0][end]
        if not (follows.isupper() or follows.isdigit() or follows in _AFTER_TITLE):
            break
        lines[0] = lines[0][end:].strip(_BLANKS)
    for number, line in enumerate(lines[:OPENING_LINES]):
        opening = strip_dateline(line, site)
        if opening.text is not line:
            lines[number] = opening.text
            joined = "\n".join(lines).strip()
            return replace(opening, text=joined)
    return Opening("\n".join(lines).strip())


def _end_of(words: list[str], line: str) -> int:
    """Where ``words`` end if the line begins with them; 0 if not."""
    if not words or not line.startswith(words[0]):
        return 0
    pieces = line.split(None, len(words) - 1)
    if pieces[:-1] != words[:-1] or not pieces[-1].startswith(words[-1]):
        return 0
    return len(line) - len(pieces[-1]) + len(words[-1])


def fold(text: str) -> str:
    """A line for comparison: letters and digits only, without case, ё as е."""
    return _SILENT.sub("", text.casefold().replace("ё", "е"))
