"""Names of persons: their parts, their keys, and their nominative."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from newsindex.entities import vocabulary
from newsindex.entities.lexicon import FirstName, first_name_spellings, first_names, read_table
from newsindex.entities.stems import fold, from_latin, stem
from newsindex.entities.surnames import FEMININE, MASCULINE, SURELY_FEMININE, nominative_surname

_WORD = re.compile(r"Дж\.|[^\W\d_]\.|[^\W\d_]+(?:[-‐‑'’ʼ`\u0301\u00ad]+[^\W\d_]+)*")
_INITIAL = re.compile(r"(?:[^\W\d_]\.?|Дж\.|[^\W\d_]\.-[^\W\d_]\.)\Z")
_PATRONYMIC = re.compile(r"(?:[ое]вич|[ое]вн|ивн|инич|ичн|оглы|кызы)\Z")
_PARTICLES = frozenset(
    "де да ди дю дель делла ван вон фон дер ден аль эль ель бен бин ибн ле ля ла".split()
)

_LIKE_V = re.compile(r"у(?=[аеио])")
_SLAVONIC = re.compile(r"(?:[еио]в|ин|[сц]к|енк|[аиуюя]к|ич|ц)\Z")
_GLIDE = re.compile(r"(?<=[аеоуюя])и([аеоу])")
_OF_PLACES = re.compile(r"(?<=..)(?:[иео]в(?=ск\Z)|(?<=.)ив\Z)")
_FIRST_GLIDE = re.compile(r"(?<!\w)ие")
_AFTER_GLIDE = {"а": "я", "е": "е", "о": "е", "у": "ю"}
# What Ukrainian and Russian spell apart in Slavonic roots, and in foreign names.
_ROOT = {"бил": "бел", "пид": "под", "олекс": "алекс", "и": ""}
_ROOTS = re.compile(r"\A(?:бил(?=..)|пид(?=[^аеиоуюяд]..)|олекс)|(?<=[^аеоуюя])и(?=ев(?:ск|ич|\Z))")
_FOREIGN_PART = {"х": "г", "чж": "дж", "мен": "ман", "ленд": "ланд", "и": ""}
_FOREIGN = re.compile(r"(?<=.)х(?=[аеиоуюя])|чж|(?<=...)мен\Z|(?<=..)ленд\Z|(?<=...)и\Z")
# The plural of a family's name, Царнаевы, is no dative as Миколаєві is.
_FAMILY = re.compile(r"(?<=\w\w[еєё]в)[ыи]\Z")
_SINGULAR = (  # ending of a family's name -> of a man's, of a woman's
    (re.compile(r"(?<=[оеєё]в|[иіы]н)(?:ы|и|ых|их)\Z"), "", "а"),
    (re.compile(r"(?<=[сц]к)(?:ие|их)\Z"), "ий", "ая"),
    (re.compile(r"(?<=[сц]ьк)(?:і|их)\Z"), "ий", "а"),
)
_NUMERAL = re.compile(r"[IVXІХ]{2,}\Z|[IVX]\Z")
_ROMAN = str.maketrans("ІХ", "IX")
_GENERATION = re.compile(
    r"(?:\A|[-‐‑])(?:(?:младш|старш|молодш)(?:ий|его|ого|ему|ому|им|ем|ім|ая|а|ей|ої|ій|ую|у|ою)"
    r"|мл|ст|[JSjs]r)\Z",
    re.IGNORECASE,
)
_OF_TWO = re.compile(r"(?<=\A\w\w)(?:[ое]м|[ое]в)\Z")
_SKELETON = re.compile(r"(?<=.)[аеиоуюя]")
_VOICED = str.maketrans("бвгджзх", "пфкткск")


class PersonName(NamedTuple):
    """The parts of a name as keys, "" where it has none; ``surname`` holds an only name, too.

    ``first`` is the key of the first name in full, ``initial`` its first letter in folded spelling;
    one who has no first name but a number (Елизавета II) has that for an initial.
    """

    surname: str
    first: str
    initial: str


class Parts(NamedTuple):
    """The words of a name as they stand: surname with its particles, first name or initial."""

    surname: str
    first: str
    rest: tuple[str, ...] = ()


@functools.cache
def _spellings() -> dict[str, str]:
    """Stem of a spelling, of either language or Latin script -> stem of the surname."""
    found: dict[str, str] = {}
    for _, ru, uk, en in read_table("persons.tsv", labelled=False):
        key = stem(ru[0].split()[-1])
        for name in (*ru, *uk):
            found.setdefault(stem(name.split()[-1]), key)
        for name in en:
            found.setdefault(fold(name.split()[-1]), key)
    return found


@functools.lru_cache(maxsize=50_000)
def surname_key(word: str) -> str:
    """The key of a surname, one for every case form, both languages and, where known, Latin."""
    key = stem(_FAMILY.sub("", word))
    known = _spellings().get(key)
    if known is not None:
        return known
    if key.isascii():
        key = stem(from_latin(word))
        return _spellings().get(key, key)
    if "-" in key:
        return "-".join(map(surname_key, filter(None, word.split("-"))))
    # Заячківський is Заячковский, Томашівський Томашевский, and Ковалів is Ковалив.
    key = _OF_PLACES.sub("ов", key)
    # Олексієв is Алексеев, Білоконь Белоконь, and Підгорний Подгорный.
    key = _ROOTS.sub(lambda match: _ROOT[match[0]], key)
    # Хаммонд and Гаммонд, Уокер and Вокер, Райан and Раян, Йенсен and Єнсен, Коллинз and Коллинс:
    # foreign names are spelled either way.
    key = "г" + key[1:] if key[0] == "х" else key
    if not _SLAVONIC.search(key):
        key = _FOREIGN.sub(lambda match: _FOREIGN_PART[match[0]], key)
    key = _LIKE_V.sub("в", key)
    key = _GLIDE.sub(lambda match: _AFTER_GLIDE[match[1]], _FIRST_GLIDE.sub("е", key))
    return key[:-1] + "с" if key[-1] == "з" and len(key) > 3 else key


@functools.lru_cache(maxsize=50_000)
def first_key(word: str) -> str:
    """The key of a first name: of the table, else its consonants, voiced and voiceless alike.

    Consonants alone, because the two languages write foreign names apart in their vowels.
    """
    key = stem(word)
    if key.isascii():
        key = stem(from_latin(word))
    # Жан-Клод is called Жан Клод as well, of which Жан is the key; Гарри is Харри as well.
    swapped = {"г": "х", "х": "г"}.get(key[:1], key[:1]) + key[1:]
    # Яном keeps what a longer name loses.
    for spelling in (key.partition("-")[0], key, swapped, _OF_TWO.sub("", key)):
        known = first_names().get(spelling)
        if known is not None:
            return known[0].key
    return "~" + _consonants(key)


def _consonants(key: str) -> str:
    """The first letter of ``key`` and its consonants, voiced and voiceless alike."""
    return _SKELETON.sub("", key).translate(_VOICED)


@functools.lru_cache(maxsize=50_000)
def sound_of(surname: str) -> str:
    """What spellings of a foreign name have in common, from the key of a surname: Штайнмайер and
    Штейнмаєр. "" for Slavonic names and short ones, where as much is common to many."""
    sound = _consonants(surname)
    return "" if len(sound) < 4 or _SLAVONIC.search(surname) else sound


def is_guess(key: str) -> bool:
    """Whether the ``key`` of a first name is of one that no table has."""
    return key[:1] == "~"


@functools.lru_cache(maxsize=50_000)
def is_first_name(word: str) -> bool:
    """Whether ``word`` is a case form of a first name of the table, or of two with a hyphen."""
    key = stem(word)
    return key in first_names() or ("-" in key and all(p in first_names() for p in key.split("-")))


_SURNAME = re.compile(r"(?:[оеи]в|ин|[сц]к|енк|[уя]к|ич|ян|дз|швил|[ае]и|ц)\Z")


def genders_of(word: str) -> set[str]:
    """The genders ("m", "f") of those who have the first name of which ``word`` is a case form."""
    return {entry.gender for entry in first_names().get(stem(word), ())}


def looks_like_surname(word: str) -> bool:
    """Whether ``word`` is a surname of the dictionaries or ends as one."""
    return "v-surname" in vocabulary.flags(word) or _SURNAME.search(stem(word)) is not None


def is_listed(word: str) -> bool:
    """Whether ``word`` is a case form of a surname of the table of persons."""
    return stem(word) in _spellings()


@functools.lru_cache(maxsize=50_000)
def is_common(word: str) -> bool:
    """Whether ``word`` is one of the dictionaries that is no name at all."""
    flags = vocabulary.flags(word)
    return (
        "v-common" in flags
        and "v-surname" not in flags
        and not is_first_name(word)
        and not is_listed(word)
    )


def is_patronymic(word: str) -> bool:
    """Whether ``word`` looks like a patronymic (Сергеевич, Іванівни)."""
    return _PATRONYMIC.search(stem(word)) is not None


def of_one(surname: str, first: str) -> str:
    """The surname of one of a family, "" if ``surname`` is no plural: Илья Лосевы is a Лосев."""
    genders = genders_of(first)
    for ending, man, woman in _SINGULAR:
        if ending.search(surname):
            return ending.sub(woman if genders == {"f"} else man, surname)
    return ""


def is_initial(word: str) -> bool:
    """Whether ``word`` is an initial: one letter, with or without its dot."""
    return _INITIAL.match(word) is not None


@functools.lru_cache(maxsize=50_000)
def split(text: str) -> Parts:
    """The parts of a person's name: Ермак Андрей Борисович, А. Б. Ермак, Шарль де Голль.

    The number of a king (Карл III) goes to the ``rest``; младший and the like tell no name.
    """
    text = text.replace("|", " ")  # which parts the parts of a key
    words = _WORD.findall(text)
    if len(words) > 1 or "-" in text:
        words = _without_generation(words)
        numeral = _numeral_of(words)
        if numeral:
            surname, first, rest = split(" ".join(w for w in words if w != numeral))
            # That of Карл XVI Густав is left out.
            return Parts(surname, first, (*rest, numeral) if words[-1] == numeral else rest)
    full = [w for w in words if not is_initial(w)]
    initials = [w for w in words if is_initial(w)]
    if not full:
        return Parts(" ".join(text.split()) or "?", "")
    names = [w for w in full if not (len(full) > 1 and _PATRONYMIC.search(stem(w)))] or full
    rest = tuple(w for w in full if w not in names)
    if rest and len(names) == 1 and len(full) == 2 and full.index(names[0]) == 0:
        # Иван Васильевич: a first name and a patronymic; Владимир Янукович: a surname after all.
        return Parts(rest[0], names[0])
    if len(names) == 1:
        return Parts(names[0], initials[0] if initials else "", rest)
    first, last = names[0], names[-1]
    if is_first_name(last) and not is_first_name(first) and looks_like_surname(first):
        return Parts(first, last, rest)
    if first.lower() in _PARTICLES:
        return Parts(" ".join(names), "", rest)
    middle = names[1:-1]
    particles = [w for w in middle if w.lower() in _PARTICLES]
    others = tuple(w for w in middle if w.lower() not in _PARTICLES)
    return Parts(" ".join([*particles, last]), first, others + rest)


def _without_generation(words: Sequence[str]) -> list[str]:
    """``words`` without what tells a father from his son: Буш-младший, Лоуренс мл."""
    shortened = [_GENERATION.sub("", word) for word in words]
    return [*filter(None, shortened)] or list(words)


def _numeral_of(words: Sequence[str]) -> str:
    """The Roman number after a name of ``words``, if any."""
    return next((w for w in words[1:] if _NUMERAL.match(w)), "")


@functools.lru_cache(maxsize=50_000)
def name_of(parts: Parts) -> PersonName:
    """The keys of the parts of a name."""
    surname = surname_key(parts.surname.split()[-1])
    numeral = _numeral_of(("", *parts.rest))
    if numeral or not parts.first:  # Павла, Карл III: a first name
        surname = _only_key(parts.surname) or surname
    if not parts.first:
        return PersonName(surname, "", numeral.translate(_ROMAN).lower())
    if is_initial(parts.first):
        return PersonName(surname, "", _initial(parts.first))
    first = first_key(parts.first)
    return PersonName(surname, first, _initial(parts.first if first[0] == "~" else first))


def _only_key(word: str) -> str:
    """The key of a first name of the table that stands for the whole name; "" for another word."""
    entries = first_names().get(stem(word))
    return entries[0].key if entries else ""


def _initial(word: str) -> str:
    letter = fold(word[:1])
    if letter.isascii():
        letter = from_latin(letter)
    # Єлена and Олена, Егор and Ігор are one person in two languages, Уильям and Вільям as well.
    return {"е": "о", "и": "о", "у": "в", "х": "г", "я": "я"}.get(letter, letter)


@functools.lru_cache(maxsize=50_000)
def nominative(mentions: tuple[Parts, ...], language: str | None) -> str:
    """The name to show for the mentions of one person: first name and surname in the nominative,
    and the number of a king."""
    numeral = next(filter(None, (_numeral_of(("", *m.rest)) for m in mentions)), "")
    # Новак Джокович, of whom a hashtag says #Djokovic, is shown as the text calls him; but Безос
    # as Jeff Bezos, if only that tells his first name.
    own = tuple(m for m in mentions if not m.surname.isascii())
    if not own or (any(m.first for m in mentions) and not any(m.first for m in own)):
        own = mentions
    return f"{_nominative(own, language)} {numeral}".rstrip()


def _nominative(mentions: tuple[Parts, ...], language: str | None) -> str:
    with_first = [m for m in mentions if m.first and not is_initial(m.first)]
    initials = [m for m in mentions if m.first and is_initial(m.first)]
    chosen = (with_first or initials or list(mentions))[0]
    entries = first_names().get(stem(chosen.first), ()) if with_first else ()
    for mention in with_first:
        # A first name in the nominative tells that the surname beside it is, too.
        if _tells_case(mention.first, entries) and not _ambiguous(mention, entries):
            return f"{mention.first} {mention.surname}"
    forms = list(dict.fromkeys((m.surname, _oblique(m)) for m in mentions))
    feminine = _is_feminine(entries, chosen, [form for form, _ in forms])
    surname = nominative_surname(forms, feminine, language)
    if not chosen.first or is_initial(chosen.first):
        return " ".join(filter(None, (chosen.first, surname)))
    gender = "f" if feminine else "m"
    entry = next((e for e in entries if e.gender == gender), entries[0] if entries else None)
    attested = list(dict.fromkeys(m.first for m in with_first))
    if entry is None or all(_of_no_man(form, entry) for form in attested):
        pairs = [(m.first, "" if m.surname == surname else m.surname) for m in with_first]
        first = nominative_surname(list(dict.fromkeys(pairs)), feminine, language)
        return f"{first} {surname}"
    shown = (entry.uk, entry.ru) if language == "uk" else (entry.ru, entry.uk)
    nominative = [form for form in shown if form in attested]
    # Валерія Залужного: the genitive of his name is the nominative of hers.
    of_two = len({e.gender for e in entries}) > 1 and any(
        MASCULINE.search(form.lower()) for form, _ in forms
    )
    nominative += sorted(
        form
        for form in attested
        if form in first_name_spellings() and not (of_two and form[-1] in "ая")
    )
    return f"{(nominative or shown)[0]} {surname}"


def _of_no_man(form: str, entry: FirstName) -> bool:
    """Whether ``form`` is no case of the name of a man, but of a woman: Ангелы, not of Ангел."""
    hard = entry.gender == "m" and entry.ru[-1] in "бвгджзклмнпрстфхцчшщ"
    return hard and form.endswith(("ы", "и", "ой", "ою"))


def _oblique(mention: Parts) -> str:
    """The first name beside a surname if it stands in another case than the nominative."""
    first = mention.first
    return "" if is_initial(first) or first in first_name_spellings() else first


def _tells_case(first: str, entries: Iterable[FirstName]) -> bool:
    """Whether a first name is a nominative that has other cases: Дмитро, but not Джо or Анри."""
    if first[-1:] == "о":
        return any(e.uk == first and not e.ru.endswith("о") for e in entries)
    return first[-1:] not in "иіуеэюы" and first in first_name_spellings()


def _ambiguous(mention: Parts, entries: Iterable[FirstName]) -> bool:
    """Александра Иванова: her nominative, or the genitive of Александр Иванов."""
    genders = {e.gender for e in entries}
    return len(genders) > 1 and mention.first[-1] in "ая"


def _is_feminine(entries: Iterable[FirstName], chosen: Parts, forms: Sequence[str]) -> bool:
    genders = {e.gender for e in entries}
    if len(genders) == 1:
        return genders == {"f"}
    if any(MASCULINE.search(form.lower()) for form in forms):
        return False
    if not chosen.first or is_initial(chosen.first):
        return any(SURELY_FEMININE.search(form.lower()) for form in forms)
    if any(FEMININE.search(form.lower()) for form in forms):
        return chosen.first[-1:] in ("а", "я", "у", "ю", "й", "е", "и", "ы", "і", "ї")
    return False
