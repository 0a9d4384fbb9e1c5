"""Display names of places and organisations: the name of the table, else its nominative by rule."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from newsindex.entities.lexicon import telling_words
from newsindex.entities.organisations import Body, is_description, is_head
from newsindex.entities.places import Place, named_part
from newsindex.entities.stems import stem

_MORE_PLACES = (
    "кладбище кладовище дворец палац сад храм собор монастырь монастир лавра лес ліс рынок ринок"
    " напрямок направление водохранилище водосховище лиман перевал перешеек тракт траса трасса"
).split()
QUOTES = '«»“”„"'
_CLOSED_BY = {"«": "»", "„": "“", "“": "”", '"': '"'}
_WHOLLY_QUOTED = re.compile(r"""[«“„"][^«»“”„"]+[»”“"]""")
# Endings of places in the other cases -> the nominative; the first that fits counts.
_PLACE_RULES = [
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"(?<=[сц]к)(?:ого|ому)\Z", "ий"),
        (r"(?<=[сц]ьк)(?:ого|ому)\Z", "ий"),
        (r"(?<=[сц]к)(?:ой|ую|ою)\Z", "ая"),
        (r"(?<=[сц]ьк)ої\Z", "а"),
        (r"(?<=верн)(?:ой|ую|ою)\Z", "ая"),
        (r"(?<=[сц]к)(?:а|у|е|ом)\Z", ""),
        (r"(?<=[сц]ьк)(?:а|у|ом)\Z", ""),
        (r"(?<=[ое]в)е\Z", "о"),
        (r"(?<=[кгхчшщж])(?:ах|ам|ами)\Z", "и"),
        (r"(?<=[ії]в)ці\Z", "ка"),
        (r"(?<=івц)(?:ях|ям|ями)\Z", "і"),
        (r"(?<=[^ьн]к)ою\Z|(?<=[нтк]к)ою\Z", "а"),
        (r"(?<=[кгн])(?:ой|е|у)\Z|(?<=[вйрнлдтшч]к)и\Z|(?<=н)ы\Z", "а"),
        (r"(?<=[иі])(?:и|ю|ей|єю|ї)\Z", "я"),
        (r"(?<=[мн]л)(?:[еёє]й|ю|е|і)\Z", "я"),
        (r"(?<=град)(?:а|у|ом|е|і)\Z", ""),
        (r"(?<=бург)(?:а|у|ом|е)\Z", ""),
    )
]


def place_name(words: Sequence[str], place: Place | None, language: str | None) -> str:
    """The nominative of a place in the language of its document."""
    if place is not None:
        shown = place.uk if language == "uk" else place.ru
        # РФ stays РФ to the eye, though its key is that of Россия.
        return words[0] if len(words) == 1 and words[0].isupper() and len(words[0]) < 6 else shown
    words = named_part(list(words))
    return _of_several(words, language) if len(words) > 1 else _by_rule(words[0], _PLACE_RULES)


def _of_several(words: Sequence[str], language: str | None) -> str:
    """Манежной площади -> Манежная площадь; what no word for a kind of place ends stays."""
    ukrainian = language == "uk"
    head = _place_head(words[-1], ukrainian)
    before = [_agree(word, head, ukrainian) for word in words[:-1]] if head else [None]
    shown = [word for word in before if word is not None]
    return " ".join([*shown, head]) if head and len(shown) == len(before) else " ".join(words)


@functools.lru_cache(maxsize=10_000)
def _place_head(word: str, ukrainian: bool) -> str | None:
    """The nominative of a word for a kind of place, in small letters: площадь, проспект."""
    same = _place_heads().get(stem(word)) if word.islower() else None
    if same is None or word in same:
        return word if same else None
    return _in_language(same, ukrainian)


def _in_language(nouns: Sequence[str], ukrainian: bool) -> str:
    """Of ``nouns`` of one stem that of the language: силы, сили."""
    own, foreign = ("іїєґ", "ыэъё") if ukrainian else ("ыэъё", "іїєґ")

    def rank(noun: str) -> tuple[bool, bool, int]:
        letters = set(noun)
        return not letters.isdisjoint(foreign), letters.isdisjoint(own), len(noun)

    return min(nouns, key=rank)


@functools.cache
def _place_heads() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for noun in (*telling_words()["place"], *_MORE_PLACES):
        if len(noun) > 3:
            found.setdefault(stem(noun), []).append(noun)
    found[stem("мост")].append("міст")  # мостом is a form of both
    return found


def _by_rule(word: str, rules: Sequence[tuple[re.Pattern[str], str]]) -> str:
    for pattern, ending in rules:
        match = pattern.search(word)
        if match is not None and match.start() >= 3:
            return word[: match.start()] + ending
    return word


@functools.lru_cache(maxsize=50_000)
def body_name(texts: tuple[str, ...], body: Body | None, language: str | None) -> str:
    """The name of an organisation from its mentions in a document: the longest, nominative."""
    full = [text for text in texts if not text.isupper() or " " in text]
    if body is not None and not full:
        return balanced(texts[0])
    if body is not None:
        return body.uk if language == "uk" else body.ru
    attested = list(dict.fromkeys(texts))
    inside = [t for t in attested if any(c in t for c in QUOTES)]
    if inside:
        shown = min(inside, key=lambda text: (balanced(text) != text, len(text)))
        return _told(balanced(_body_nominative(shown, language))) or shown
    candidates = [_body_nominative(text, language) for text in full or attested]
    exact = [c for c in candidates if c in attested]
    return max(exact or candidates, key=lambda c: (c[-1:] not in "уюоею", len(c)))


def _told(name: str) -> str:
    """``name`` if what stands before its quotation marks says what the body is (фонд «Вера»), else
    what is quoted: борт принадлежал компании «Азимут» is a story."""
    match = _STORY.fullmatch(name)
    if match is None:
        return name
    words = match[1].split()
    noun = next((word for word in words if not _MODIFIER.search(word)), words[-1])
    if noun.isupper() and len(words) == 1:
        return name
    return name if is_head(noun) or is_description(noun) else match[2].strip()


_STORY = re.compile(r"""([^«“„"]*\w[^«“„"]*)[«“„"]([^«»“”„"]*)[»”“"]""")


_MODIFIER = re.compile(
    r"(?:[ыиі]й|ая|яя|ое|ее|ого|его|ому|ой|ей|ую|юю|ої|[ыи]е|[ыи]х|[ыи]м|ськ[аеі])\Z"
)


def balanced(name: str) -> str:
    """``name`` with every quotation mark closed: Фонд «Круг добра becomes Фонд «Круг добра»; one
    that nothing opened is left out, and so are those around the whole of it."""
    kept: list[str] = []
    waiting: list[str] = []  # the marks that would close what is open
    for place, char in enumerate(name):
        if char in waiting and char not in "«„":
            waiting.remove(char)
        elif char in _CLOSED_BY and any(c.isalnum() for c in name[place:]):
            waiting.append(_CLOSED_BY[char])
        elif char in QUOTES:
            continue
        kept.append(char)
    whole = "".join([*kept, *reversed(waiting)]).strip()
    return whole[1:-1].strip() if _WHOLLY_QUOTED.fullmatch(whole) else whole


def _body_nominative(text: str, language: str | None = None) -> str:
    """Офиса президента Украины -> Офис президента Украины; Верховной палаты -> Верховная палата."""
    words = text.split(" ")
    if len(words) == 1:
        return _by_rule(text, _AGENCY_RULES) if _AGENCY.match(text) else text
    ukrainian = language == "uk" or any(c in "іїєґ" for c in text.lower())
    for i, word in enumerate(words[:4]):
        is_noun = is_head(word) or stem(word) in _more_heads()
        head = _listed(word, ukrainian) if is_noun else None
        if head is None and is_noun:
            return text
        if head is not None and not head.endswith(("ная", "ное")):  # Верховная (Рада)
            before = [_agree(adjective, head, ukrainian) for adjective in words[:i]]
            if None in before:
                return text
            shown = head if word[0].islower() else head[0].upper() + head[1:]
            shown = word if word.isupper() else shown  # Полтавская ОВА
            return " ".join([*(w for w in before if w), shown, *words[i + 1 :]])
    return text


# Росимущества, Минкульта, Держстату: names of state bodies made of parts of words.
_AGENCY = re.compile(
    r"(?:Рос|Мин|Мін|Гос|Держ|Глав|Голов|Мос|Центр|Нац|Укр|Гидро|Гідро|Евро|Євро|Обл|Гор)"
    r"[а-яёіїєґ']{3,}\Z"
)
_AGENCY_RULES = [
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"(?<=ств)(?:а|у|ом|е|і)\Z", "о"),
        (r"(?<=[рл])(?:оя|ою|оем|ое)\Z", "ой"),
        (r"(?<=нефт)(?:и|ью)\Z", "ь"),
        (r"(?<=[бвгдзкмрстфхнж])(?:а|ом|ем|е|у|і)\Z", ""),
    )
]


def _listed(word: str, ukrainian: bool) -> str | None:
    """The nominative of a head noun, as the list of telling words has it."""
    same = _heads().get(stem(word))
    if same is None:
        return None
    return _in_language(same, ukrainian)


@functools.cache
def _heads() -> dict[str, list[str]]:
    """Stem of a head noun -> its nominatives in the list, of one language or both."""
    found: dict[str, list[str]] = {}
    for noun in (*telling_words()["body"], *_MORE_HEADS):
        found.setdefault(stem(noun), []).append(noun)
    return found


_MORE_HEADS = (
    "посольство консульство спецслужбы спецслужби делегация делегація миссия місія".split()
)


@functools.cache
def _more_heads() -> frozenset[str]:
    return frozenset(map(stem, _MORE_HEADS))


_ADJECTIVE = re.compile(
    r"(?:ого|его|ому|ему|ым|им|ом|ем|ой|ей|ую|юю|ою|ею|ый|ий|ая|яя|ое|ее|ої|ої|у|ій|ім|а|е|их|ых|і|ые|ие)\Z"
)


# What ends in -ой, not in -ый or -ий.
_STRESSED = re.compile(
    r"(?:больш|морск|донск|тверск|городск|заводск|люб|речн|лесн|областн|основн|миров|мирск|делов"
    r"|трудов|передов|молод|родн|втор|шест|друг|целев|правов|полков|войсков|страхов|биржев|сетев"
    r"|цветн|грузов|хоров)\Z"
)
_HARD_K = re.compile(
    r"(?:[сцьз]|ли|ло|со|ро|бо|ле)к\Z"
)  # российск-, велик-, высок-; no группировк-


def _agree(adjective: str, head: str, ukrainian: bool = False) -> str | None:
    """``adjective`` in the nominative, in the gender that the ending of ``head`` tells; None if it
    is no adjective."""
    match = _ADJECTIVE.search(adjective.lower())
    if match is None or match.start() < 3 or adjective.isupper():
        return None
    base, ending = adjective[: match.start()], match.group()
    short = ending in ("а", "у", "е", "і")  # of Ukrainian: обласна, міську, but not главврача
    if (base[-1] == "к" and not _HARD_K.search(base)) or (short and not _TAKES_SHORT.search(base)):
        return None
    ukrainian |= any(c in "іїєґ" for c in adjective + head) or base.endswith("ьк")
    soft = ending in ("его", "ему", "ем", "ей", "юю", "яя", "ее", "ею") and not ukrainian
    if head[-1] in "ыиі" or head in ("войска", "війська"):
        return base + ("і" if ukrainian else "ие" if base[-1] in "кгхжшчщ" or soft else "ые")
    if head.endswith(("ння", "ття")):
        return base + "е"
    if head[-1] in "ая" or head in _FEMININE:
        return base + ("а" if ukrainian else "яя" if soft else "ая")
    if head[-1] in "оея":
        return base + ("е" if ukrainian else "ее" if soft else "ое")
    if not ukrainian and _STRESSED.match(base.lower()):
        return base + "ой"
    return base + ("ий" if ukrainian or soft or base[-1] in "кгхжшчщ" else "ый")


_TAKES_SHORT = re.compile(r"(?:[сцз]ьк|[нв])\Z")
_FEMININE = frozenset("область сеть очередь часть площадь пристань крепость долина".split())
