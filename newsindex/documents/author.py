"""Who wrote an article: what its markup or record states, or the byline of a page of plain text.

A name in the wrong place is worse than none: a stated value that is an address, an account, the
site itself or no name at all is left out, and a line of a page counts where a word such as "Автор"
or "Підготувала" announces a name, where the site, an agency or the work of a journalist follows it
("Иван Петров, РИА Новости"), or where a first name that is known and a surname stand by the date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from newsindex.documents.lines import Row, stems_of
from newsindex.documents.opening import fold
from newsindex.documents.tail import Verdicts
from newsindex.entities.persons import is_first_name, is_initial

_LONGEST = 200  # characters of all names together
_BELOW_TEXT = 5  # rows below the last of the text where a signature may stand
_ABOVE_TITLE = 4  # rows above the headline where a byline may stand
_ACCOUNTS = frozenset(
    "admin administrator root user guest author автор none null unknown anonymous editor webmaster"
    " moderator news админ администратор адміністратор гость гість неизвестен невідомий аноним"
    " анонім".split()
)
_NO_NAME = re.compile(r"https?:|www\.|@|[<>{}=]|^\S+\.[^\W\d]{2,6}$")
_IN_BRACKETS = re.compile(r"\S+@\S+\s*\(([^()]+)\)")

_CAPITAL = "A-ZА-ЯЁІЇЄҐ"
_LETTER = r"[^\W\d_]"
_PART = rf"(?:[{_CAPITAL}]\.\s?)*(?:[{_CAPITAL}]{_LETTER}*(?:[-'’ʼ]{_LETTER}+)*)"
_NAME = re.compile(rf"{_PART}(?:[ \u00a0]{_PART}){{0,2}}(?:[ \u00a0](?:[{_CAPITAL}]\.\s?){{1,2}})?")
_OF_WORK = (
    r"(?:\s+(?:материала|статьи|текста|публикации|новости|матеріалу|статті|тексту|публікації"
    r"|новини|колонки))?"
)
_JOURNALIST = (
    r"(?:(?:собственн\w+|спец(?:иальн\w+|іальн\w+)|власн\w+|военн\w+|воєнн\w+)\s)?"
    r"(?:журналист|журналіст|корреспондент|кореспондент|спецкор|собкор|обозреватель|оглядач"
    r"|репорт[её]р)(?:ка)?"
)
_LABEL = re.compile(
    rf"(?:автор(?:ы|и|ка)?{_OF_WORK}|(?:текст|слова)(?:\s(?:и|і|та)\sфото)?|фото\s(?:и|і|та)\sтекст"
    rf"|{_JOURNALIST}|author|written by|by)(?:\s*[:—–|]\s*|(?<=by)\s+|(?<=автор),\s+)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"(?:(?:материал|матеріал|текст|интервью|інтерв['’ʼ]ю|беседу)\s)?(?:подготовил[аи]?"
    r"|підготува(?:в|ла|ли)|беседовал[аи]?|спілкува(?:вся|лася|лась|лися)|розмовля(?:в|ла|ли)"
    r"|записал[аи]?|записа(?:в|ла|ли)|написал[аи]?|написа(?:в|ла|ли))\s*[:—–]?\s+",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"(?:автор(?:ы|и|ка)?{_OF_WORK}|текст|{_JOURNALIST}|author)\s*:?", re.I)
_WORK = re.compile(
    rf"(?:{_JOURNALIST}|редактор(?:ка)?|выпускающий|випусков\w+|специально для|спеціально для"
    rf"|для\s[«\"„]?[{_CAPITAL}])(?:\s|$)",
    re.IGNORECASE,
)
_PICTURES = re.compile(
    r"[\s,;/|.]*\b(?:фото\w*|відео\w*|видео\w*|иллюстраци\w+|ілюстраці\w+|монтаж|редактор\w*|дизайн\w*"
    r"|перевод\w*|переклад\w*)\b.*",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:[,;/]|\s(?:и|і|та|й|and)\s)\s*")
_BESIDE = re.compile(r"\s*(?:[|•·,/]|\s[—–-]\s|\s{2,})\s*")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote the article of a page, and the rows that say so, by number."""

    author: str
    rows: tuple[int, ...]


def stated_author(value: Any, *, not_these: tuple[str | None, ...] = ()) -> str | None:
    """The author that a record or markup states: a string, an object with a ``name``, a list.

    An organisation (schema.org) is no author unless it is the editors. ``not_these`` are names of
    the site, its host too. None where nothing of it can be an author.
    """
    sites = {fold(site) for site in not_these if site}
    names = dict.fromkeys(name for one in _strings(value) if (name := _cleaned(one, sites)))
    written = ", ".join(names)
    return written if 0 < len(written) <= _LONGEST else None


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list | tuple):
        return [one for item in value for one in _strings(item)]
    if isinstance(value, Mapping):
        name = value.get("name")
        kinds = value.get("@type")
        organisation = any("organization" in str(kind).casefold() for kind in _listed(kinds))
        found = _strings(name)
        return [one for one in found if not organisation or one.casefold().startswith("редак")]
    return []


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _cleaned(written: str, sites: set[str]) -> str:
    """A stated name without its label, or nothing where it is no name."""
    written = " ".join(written.split())
    bracketed = _IN_BRACKETS.fullmatch(written)
    name = bracketed[1] if bracketed else written
    label = _LABEL.match(name)
    name = (name[label.end() :] if label else name).strip(" ,;|·•")
    own = fold(name)
    if (
        not own
        or own.isdigit()
        or own in _ACCOUNTS
        or len(name) > _LONGEST
        or _NO_NAME.search(name)
    ):
        return ""
    if any(own == site or (len(own) > 3 and site.startswith(own)) for site in sites):
        return ""
    return name


def find_byline(rows: list[Row], verdicts: Verdicts, title: int | None) -> Byline | None:
    """The byline of a page: above its headline, beside its date, or below its text.

    ``rows`` are all of the page with their ``verdicts``, ``title`` the index of the headline. The
    first line that announces an author is taken, else the first that is signed with a site or a
    work, else a name alone by the date or the headline that the article itself does not name.
    """
    places = [index for index in _where(rows, verdicts, title) if index != title]
    for index in places:
        found = _announced(rows, index)
        if found is not None and not _names_site(found.author, rows, verdicts, found.rows):
            return found
    for index in places:
        author = _signed(rows, verdicts, index)
        if author is not None:
            return Byline(author, (rows[index].number,))
    begins = _text_begins(rows, verdicts, title)
    for index in places:
        author = _alone(rows, verdicts, index, title) if index < begins else None
        if author is not None and not _is_named(author, rows, verdicts):
            return Byline(author, (rows[index].number,))
    return None


def _where(rows: list[Row], verdicts: Verdicts, title: int | None) -> range:
    """The rows among which a byline is looked for."""
    last = max((i for i, row in enumerate(rows) if verdicts[row.number].kept), default=-1)
    stop = min(len(rows), last + 1 + _BELOW_TEXT)
    for index in range(last + 1, stop):
        sign = rows[index].sign
        if sign is not None and sign.opens:  # links to other articles, with their own authors
            stop = index
            break
    return range(max(0, (title or 0) - _ABOVE_TITLE), stop)


def _text_begins(rows: list[Row], verdicts: Verdicts, title: int | None) -> int:
    below = range(0 if title is None else title + 1, len(rows))
    return next((i for i in below if rows[i].prose and verdicts[rows[i].number].kept), len(rows))


def _announced(rows: list[Row], index: int) -> Byline | None:
    """The byline that a word such as "Автор" announces, on this row or on the next."""
    row = rows[index]
    if row.words > 14 or row.text.endswith("?"):
        return None
    below = rows[index + 1 : index + 2]
    if _ALONE.fullmatch(row.text) and below:
        names = _names(below[0].text, least=2)
        numbers: tuple[int, ...] = (row.number, below[0].number)
    else:
        label, verb = _LABEL.match(row.text), _VERB.match(row.text)
        match = label or verb
        if match is None:
            return None
        one = label is not None and row.text[:5].casefold() in ("автор", "autho")
        one = one and "," not in match[0]
        names = _names(row.text[match.end() :], least=1 if one else 2)
        numbers = (row.number,)
    return Byline(", ".join(names), numbers) if names else None


def _names(written: str, least: int) -> list[str]:
    """The names that a byline begins with, each of at least so many words; what follows them, such
    as a work or a picture's author, is left out."""
    names: list[str] = []
    for part in _AND.split(_PICTURES.sub("", written).strip(" .,;|")):
        match = _NAME.match(part)
        if match is None or (match.end() < len(part) and part[match.end()] not in " (|."):
            break
        name = match[0].strip()
        rest = part[match.end() :].strip(" .")
        if rest and not (_WORK.match(rest) or rest[0] in "(|"):
            break
        editors = name.casefold().startswith(("редакция", "редакція"))
        words = name.replace(".", ". ").split()
        if not editors and (len(words) < max(least, 2 if names else 1) or name.isupper()):
            break
        if fold(name) in _ACCOUNTS:
            break
        names.append(name)
    return names


def _is_person(text: str) -> bool:
    """Whether the text is a known first name, or an initial, and a surname, and nothing else."""
    words = text.replace(".", ". ").split()
    if not 2 <= len(words) <= 3 or _NAME.fullmatch(text) is None or text.isupper():
        return False
    return is_first_name(words[0]) or is_first_name(words[1]) or is_initial(words[0])


def _signed(rows: list[Row], verdicts: Verdicts, index: int) -> str | None:
    """The person of "Иван Петров, РИА Новости", if a site or a journalist's work follows."""
    row = rows[index]
    if row.words > 10 or "," not in row.text or row.prose or row.bullet or row.dateline:
        return None
    name, _, rest = row.text.partition(",")
    rest = rest.strip(' .«»"')
    if not _is_person(name.strip()) or not rest:
        return None
    site = _WORK.match(rest) or _names_site(rest, rows, verdicts, (row.number,))
    return name.strip() if site else None


def _names_site(name: str, rows: list[Row], verdicts: Verdicts, own: tuple[int, ...]) -> bool:
    """Whether the page names its site, or the agency of its dateline, so."""
    key = fold(name)
    agency = re.compile(rf".{{3,40}}[\s./(]{re.escape(name)}[\s.)/]*[-–—.]")
    for at, row in enumerate(rows if len(key) >= 3 else ()):
        if row.number in own:
            continue
        if verdicts[row.number].kept:
            found = agency.match(row.text) is not None
        else:
            footer = row.sign is not None and row.sign.role == "footer"
            found = key in row.key if footer else row.key == key and at < len(rows) // 2
        if found:
            return True
    return False


def _alone(rows: list[Row], verdicts: Verdicts, index: int, title: int | None) -> str | None:
    """The person who stands on the row of the date, or on a row of its own by it or below the
    headline."""
    row = rows[index]
    if row.dateline:
        written = row.text
        if row.date is not None:
            written = f"{written[: row.date.start]}|{written[row.date.stop :]}"
        return next(
            (part for part in map(str.strip, _BESIDE.split(written)) if _is_person(part)), None
        )
    if verdicts[row.number].kept or not row.label or not _is_person(row.text):
        return None
    by_date = any(other.dateline for other in rows[max(0, index - 1) : index + 2])
    return row.text if by_date or (title is not None and index > title) else None


def _is_named(person: str, rows: list[Row], verdicts: Verdicts) -> bool:
    """Whether the article speaks of the person: then the name is that of a tag or a caption."""
    own = stems_of(person.replace(".", " ").split()[-1:])
    return any(own & row.stems for row in rows if verdicts[row.number].kept)
