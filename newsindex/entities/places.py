"""Identity of places: a name in any case form or language to one key, by the gazetteer."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from newsindex.entities.lexicon import class_by_stem, read_table
from newsindex.entities.stems import fold, locative, stem

_TABLES = ("places.tsv", "places_cldr.tsv")
_PLURAL = re.compile(r"(?<=.{4})[ое]в\Z")  # Соединённых Штатов, Черновцов
_LIKE_ADJECTIVE = re.compile(r"[сц]к(?:ий|ая|ое|ие|а|и)\Z")
_ADJECTIVE_ONLY = re.compile(r"[сц]ь?к(?:ий|ій|ая|ое|ого|ому|ой|ую|ою|ими|их|ої|ие)\Z")


class Place(NamedTuple):
    """A place of the gazetteer: key, kind, name in each language. Kinds are country, region, city,
    water, and town, one so small that its name alone does not tell a place."""

    key: str
    kind: str
    ru: str
    uk: str


@functools.lru_cache(maxsize=50_000)
def place_stem(word: str) -> str:
    """The stem of one word of a place name, genitive plurals included (Штатов, Чернівців)."""
    if word.endswith(("ові", "еві", "єві")):
        word = word[:-1]  # у Києві, у Львові; stem() reads the dative of a person: Єрмакові
    elif word.lower() == "республіці":
        word = "республіка"  # of names of several words `locative` knows the last one only
    elif word.endswith(("овы", "евы")):
        word = word[:-1]  # Молдовы, Женевы
    elif word.isupper() and 2 <= len(word) <= 5:
        known = acronyms().get(word)
        if known is not None:
            return known
        word = word.capitalize()  # КИЕВ
    return _PLURAL.sub("", stem(word, 4))


@functools.cache
def acronyms() -> dict[str, str]:
    """The acronyms of the hand-written table -> keys that no word has: ПАР is not пара."""
    names = [n for row in read_table("places.tsv") for n in row.all]
    return {n: "=" + fold(n) for n in names if n.isupper() and 2 <= len(n) <= 5}


@functools.cache
def _listed() -> tuple[tuple[Place, tuple[str, ...]], ...]:
    """The places of the tables with their names, the hand-written table first. A place that stands
    in both is one by its spelling: Нигерия and Нигер share a stem only."""
    known: dict[str, Place] = {}
    rows = []
    for table in _TABLES:
        for kind, ru, uk, en in read_table(table):
            names = (*ru, *uk, *map(_opened, uk), *en)
            place = known.get(fold(ru[0])) or known.get(fold(uk[0]))
            place = place or Place(fold(ru[0]), kind, ru[0], uk[0])
            for name in names:
                known.setdefault(fold(name), place)
            rows.append((place, names))
    return tuple(rows)


def _opened(name: str) -> str:
    """A Ukrainian name with the vowel of its other cases: Близький Схід, Близького Сходу."""
    return re.sub(r"і([бвгдзклмнпрстфх])\Z", r"о\1", name)


@functools.cache
def gazetteer() -> dict[str, Place]:
    """The stems of a name, joined by spaces -> the place; of two that share them the first."""
    found: dict[str, Place] = {}
    for place, names in _listed():
        # Коста-Рика and Коста Рика are both met.
        for name in (*names, *(n.replace("-", " ") for n in names if "-" in n)):
            found.setdefault(_phrase(name), place)
    for place, names in _listed():
        for name in filter(None, map(locative, names)):
            found.setdefault(_phrase(name), place)
    # Турецкая Республика is Турция; Китайская Республика is not Китай, and stands in the table.
    states = [place_stem(state) for state in ("республика", "королевство", "королівство")]
    for country, ru, uk, _ in read_table("country_adjectives.tsv"):
        for adjective, state in itertools.product((*ru, *uk), states):
            found.setdefault(f"{place_stem(adjective)} {state}", found[_phrase(country)])
    return found


def _phrase(name: str) -> str:
    return " ".join(place_stem(word) for word in re.findall(r"[\w'’-]+", name))


_STATES = frozenset(
    map(
        stem,
        "республика республіка республіці королевство королівство княжество князівство герцогство"
        " султанат эмират емірат государство держава".split(),
    )
)
_OF_STATES = re.compile(
    r"(?:федератив|исламск|ісламськ|народн|демократич|социалистич|соціалістич|автономн|арабск"
    r"|арабськ|великое|великого|велик[еі]|советск|радянськ)"
)


def is_state(word: str) -> bool:
    """Whether ``word`` says what kind of state a country is: Республика, королівства."""
    return stem(word) in _STATES if word else False


def tells_state(word: str) -> bool:
    """Whether ``word`` can stand in the full name of a country, before its own one, with a
    capital: Исламская, Федеративной, Королевстве."""
    return word[:1].isupper() and (is_state(word) or _OF_STATES.match(word.lower()) is not None)


def is_adjective(word: str) -> bool:
    """Whether ``word`` can only be an adjective made from a town's name (минский, донецької)."""
    return _ADJECTIVE_ONLY.search(word.lower()) is not None


@functools.lru_cache(maxsize=50_000)
def find_word(word: str) -> Place | None:
    """The place that one ``word`` names, or None."""
    key = place_stem(word)
    place = gazetteer().get(key) if "-" in word else _declined(word, _trunks().get(key, ()))
    if place is not None and word.isupper() and len(word) < 4 and word not in acronyms():
        place = place if word in (place.ru.upper(), place.uk.upper()) else None  # ОКУ is no Ока
    # Грозный, Хмельницкий are towns and adjectives at once; минский is no town; Аляской is one.
    if place is None or (is_adjective(word) and not _LIKE_ADJECTIVE.search(place.ru.lower())):
        return None
    return place


def is_country(word: str) -> bool:
    """Whether one ``word`` names a country, in any case."""
    place = find_word(word)
    return place is not None and place.kind == "country"


_PLAIN = str.maketrans("іїыйєэёґ", "ииииееег", "'’ʼ`ьъ")
# What parts a consonant from the vowel after it: Ставрополье is not Ставрополь, Пьер not Перу.
_PARTING = re.compile(r"[ьъ'’ʼ`](?=[аеєёиіїоуюя])")
_VOWELS = frozenset("аеиоуюя")
_ENDINGS = frozenset(
    (
        "а е и о у ю я ам ами ах ая ее еи еию ем ему ею ею их им ими еи ову ови"
        " еви ого ои ом ому ою ую ям ями ях яя юю его ое ея еми"
    ).split()
) | {""}
# Of names that are adjectives, by their gender: Грозный has no form Грозная.
_ADJECTIVES = {
    "ии": frozenset("ии ого его ому ему им ом ем".split()),
    "ая": frozenset("ая ои ую ою".split()),
    "яя": frozenset("яя еи юю ею".split()),
    "ое": frozenset("ое ого ому им ом е".split()),
    "ее": frozenset("ее его ему им ем".split()),
}
_SLAVONIC = re.compile(r"(?:[еио]в|ин|[бвджзлнчш]н|[бвгдкм]л|ск)о\Z")  # Ровно, but not Торонто
_LIKE_SURNAME = re.compile(r"(?:[ео]в|ин)о\Z")
_OF_NO_SURNAME = frozenset(("о", "е", "ом"))
_PLURALS = frozenset(("и", "ам", "ами", "ах", "ям", "ями", "ях"))
_GENITIVES = frozenset(("ов", "ев", "ив", "еи"))
_CHANGING = re.compile(r"[иое]([^аеиоуюя])\Z")  # Київ and Києва, Тернопіль, Торжок


class _Trunk(NamedTuple):
    letters: str  # what every case form of a name begins with
    bare: bool  # whether that alone is a form
    plural: bool  # whether it is a plural, which has a genitive in -ов
    last: str  # the consonant that follows, with a vowel before it that changes or goes
    endings: frozenset[str]  # what else may follow


@functools.cache
def _trunks() -> dict[str, tuple[tuple[str, _Trunk, Place], ...]]:
    """Stem of a name of one word -> the plain spellings that have it, the longest trunk first:
    Нигерии is a form of Нигерия, Нигера is one of Нигер."""
    found: dict[str, dict[str, tuple[str, _Trunk, Place]]] = {}
    for place, names in _listed():
        for name in names:
            if " " not in name:
                plain = _plain(name)
                known = found.setdefault(place_stem(name), {})
                known.setdefault(plain, (plain, _trunk(name, place.kind), place))
    for place, names in _listed():
        for name in filter(None, map(locative, names)):
            if " " not in name:  # the form as it stands, which has no others
                whole = _plain(name)
                known = found.setdefault(place_stem(name), {})
                known.setdefault(whole, (whole, _Trunk(whole, True, False, "", frozenset()), place))
    return {
        key: tuple(sorted(of.values(), key=lambda each: (-len(each[1].letters), each[1].bare)))
        for key, of in found.items()
    }


def _plain(word: str) -> str:
    return _PARTING.sub("=", word.lower()).translate(_PLAIN)


def _trunk(name: str, kind: str) -> _Trunk:
    plain = _plain(name)
    changing = _CHANGING.search(plain)
    if changing is not None and len(plain) > 3:
        return _Trunk(plain[:-2], False, False, changing[1], _ENDINGS)
    if plain[-1] not in _VOWELS:
        return _Trunk(plain, True, False, "", _ENDINGS)
    if plain[-2:] in _ADJECTIVES:
        return _Trunk(plain[:-2], False, False, "", _ADJECTIVES[plain[-2:]])
    if plain[-1] in "ую" or (plain[-1] == "о" and not _SLAVONIC.search(plain)):
        return _Trunk(plain, True, False, "", frozenset())
    if kind == "town" and _LIKE_SURNAME.search(plain):
        return _Trunk(plain[:-1], False, False, "", _OF_NO_SURNAME)
    plural = name[-1] in "ыиі"
    return _Trunk(plain[:-1], plural, plural, "", _ENDINGS)


def _declined(word: str, spellings: tuple[tuple[str, _Trunk, Place], ...]) -> Place | None:
    """The place of which ``word`` is a name, else a case form: one of Сумы, but not сумма."""
    if not spellings:
        return None
    plain = _plain(word)
    fitting = (place for _, trunk, place in spellings if _is_form(plain, trunk))
    return next((place for name, _, place in spellings if name == plain), next(fitting, None))


def _is_form(word: str, trunk: _Trunk) -> bool:
    if not word.startswith(trunk.letters):
        return trunk.plural and word == f"{trunk.letters[:-1]}е{trunk.letters[-1]}"  # Люберец
    rest = word[len(trunk.letters) :]
    if trunk.last:
        # Могилёв keeps its vowel: могила is no form of it.
        rest = rest[1:] if rest[:1] in ("и", "о", "е") and rest[1:2] == trunk.last else rest
        return rest[:1] == trunk.last and _is_ending(rest[1:], trunk)
    if not rest:
        return trunk.bare
    if trunk.plural:
        return rest in _PLURALS or rest in _GENITIVES
    return _is_ending(rest, trunk)


def _is_ending(rest: str, trunk: _Trunk) -> bool:
    """Whether ``rest`` can be the ending of a form: Тверью, Волинню among others."""
    if rest in trunk.endings:
        return True
    return trunk.endings is _ENDINGS and rest in ("=ю", (trunk.last or trunk.letters[-1]) + "ю")


def find(words: list[str]) -> Place | None:
    """The place that ``words`` name as a whole, or None; a leading город, село is passed over."""
    if len(words) == 1:
        return find_word(words[0])
    table = gazetteer()
    stems = [place_stem(word) for word in words]
    while stems:
        place = table.get(" ".join(stems))
        if place is not None:
            return place
        if len(stems) > 1 and "place" in class_by_stem().get(stem(words[-len(stems)]), ()):
            stems.pop(0)
        else:
            return None
    return None


def is_listed(words: list[str]) -> bool:
    """Whether ``words``, all of them, are the name of a place of the gazetteer that is no small
    town, and not only one of its other names: южная Африка is more than ЮАР."""
    key = " ".join(map(place_stem, words))
    place = gazetteer().get(key)
    return (
        place is not None and place.kind != "town" and key in (_phrase(place.ru), _phrase(place.uk))
    )


def named_part(words: list[str]) -> list[str]:
    """``words`` from the first with a capital on: юго-востоке Украины, японской префектуре Нара."""
    capital = next((i for i, word in enumerate(words) if word[0].isupper()), 0)
    return words[capital:]


def key_of(words: list[str]) -> tuple[str, Place | None]:
    """The key of a place, without its prefix: of the gazetteer, else the stems of its own words."""
    rest = named_part(words)
    place = find(words) or find(rest)
    if place is None and len(rest) == 1 and is_adjective(rest[0]):
        place = find([rest[0], "область"])  # Донецкой и Луганской областей
    place = place or _state_of(rest)
    if place is not None:
        return place.key, place
    while len(rest) > 1 and "place" in class_by_stem().get(stem(rest[0]), ()):
        rest.pop(0)
    # вул. Садова, 12: a house is found by its street.
    rest = [word for word in rest if not word[0].isdigit()] or rest
    return "~" + " ".join(map(_unlisted_stem, rest)), None


def _unlisted_stem(word: str) -> str:
    """The stem of a word of a place that is in no table: Оленівці is a form of Оленівка, as nearly
    all villages are whose names end so (Чернівці are listed)."""
    return place_stem(word[:-2] + "ка" if word.endswith(("івці", "ївці")) else word)


def _state_of(words: list[str]) -> Place | None:
    """The country that ``words`` call by its full name: Королевство Марокко."""
    begin = 0
    while begin < len(words) - 1 and tells_state(words[begin]):
        begin += 1
    if not any(map(is_state, words[:begin])):
        return None
    place = find(words[begin:])
    return place if place is not None and place.kind in ("country", "region") else None


def phrase_ends(forms: Sequence[str], begin: int) -> Iterator[int]:
    """Where the names of several words end that stand at ``begin`` of ``forms``, longest first."""
    form = forms[begin]
    for phrase in phrase_starts().get(place_stem(form), ()) if form else ():
        words = forms[begin : begin + len(phrase)]
        if all(words) and tuple(map(place_stem, words)) == phrase:
            yield begin + len(phrase)


@functools.cache
def phrase_starts() -> dict[str, tuple[tuple[str, ...], ...]]:
    """First stem of every name of several words -> the names, longest first."""
    found: dict[str, list[tuple[str, ...]]] = {}
    for phrase in gazetteer():
        parts = tuple(phrase.split())
        if len(parts) > 1:
            found.setdefault(parts[0], []).append(parts)
    return {k: tuple(sorted(v, key=len, reverse=True)) for k, v in found.items()}
