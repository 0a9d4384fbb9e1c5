"""Display names of places and organisations: the name of the table, else its nominative by rule."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from newsindex.entities.lexicon import telling_words
from newsindex.entities.organisations import Body, is_head
from newsindex.entities.places import Place, named_part
from newsindex.entities.stems import stem

QUOTES = '«»“”„"'
_CLOSED_BY = {"«": "»", "„": "“", "“": "”", '"': '"'}
_WHOLLY_QUOTED = re.compile(r"""[«“„"][^«»“”„"]+[»”“"]""")
_PLACE_RULES = [
    (re.compile(pattern), ending)
    for pattern, ending in (
        (r"(?<=[сц]к)(?:а|у|е|ом)\Z", ""),
        (r"(?<=[сц]ьк)(?:а|у|ом)\Z", ""),
        (r"(?<=[кгн])(?:ой|ою|е|у|и|ы)\Z", "а"),
        (r"(?<=ов)(?:а|у|ом|е|і)\Z", ""),
        (r"(?<=[иі])(?:и|ю|ей|єю|ї)\Z", "я"),
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
    return " ".join(words) if len(words) > 1 else _by_rule(words[0])


def _by_rule(word: str) -> str:
    for pattern, ending in _PLACE_RULES:
        match = pattern.search(word)
        if match is not None and match.start() >= 3:
            return word[: match.start()] + ending
    return word


@functools.lru_cache(maxsize=50_000)
def body_name(texts: tuple[str, ...], body: Body | None, language: str | None) -> str:
    """The name of an organisation from its mentions in a document: the longest, nominative."""
    full = [text for text in texts if not text.isupper() or " " in text]
    if body is not None and not full:
        return texts[0]
    if body is not None:
        return body.uk if language == "uk" else body.ru
    attested = list(dict.fromkeys(texts))
    inside = [t for t in attested if any(c in t for c in QUOTES)]
    if inside:
        shown = min(inside, key=lambda text: (balanced(text) != text, len(text)))
        return balanced(_body_nominative(shown)) or shown
    candidates = [_body_nominative(text) for text in full or attested]
    exact = [c for c in candidates if c in attested]
    return max(exact or candidates, key=lambda c: (c[-1:] not in "уюоею", len(c)))


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


def _body_nominative(text: str) -> str:
    """Офиса президента Украины -> Офис президента Украины; Верховной палаты -> Верховная палата."""
    words = text.split(" ")
    for i, word in enumerate(words[:4]):
        if is_head(word):
            head = _listed(word)
            if head is None:
                return text
            before = [_agree(adjective, head) for adjective in words[:i]]
            if None in before:
                return text
            shown = head if word[0].islower() else head[0].upper() + head[1:]
            shown = word if word.isupper() else shown  # Полтавская ОВА
            return " ".join([*(w for w in before if w), shown, *words[i + 1 :]])
    return text


def _listed(word: str) -> str | None:
    """The nominative of a head noun, as the list of telling words has it."""
    same = _heads().get(stem(word))
    if same is None:
        return None
    ukrainian = any(c in "іїєґ" for c in word.lower())
    return min(same, key=lambda noun: (any(c in "іїєґ" for c in noun) != ukrainian, len(noun)))


@functools.cache
def _heads() -> dict[str, list[str]]:
    """Stem of a head noun -> its nominatives in the list, of one language or both."""
    found: dict[str, list[str]] = {}
    for noun in telling_words()["body"]:
        found.setdefault(stem(noun), []).append(noun)
    return found


_ADJECTIVE = re.compile(
    r"(?:ого|его|ому|ему|ым|им|ом|ем|ой|ей|ую|юю|ою|ею|ый|ий|ая|яя|ое|ее|ої|ої|у|ій|ім|а|е|их|ых|і|ые|ие)\Z"
)


def _agree(adjective: str, head: str) -> str | None:
    """``adjective`` in the nominative, in the gender that the ending of ``head`` tells."""
    match = _ADJECTIVE.search(adjective.lower())
    if match is None or match.start() < 3 or adjective.isupper():
        return None
    base, ending = adjective[: match.start()], match.group()
    ukrainian = any(c in "іїєґ" for c in adjective + head) or base.endswith("ьк")
    soft = ending in ("его", "ему", "ем", "ей", "юю", "яя", "ее", "ею") and not ukrainian
    if head[-1] in "ая" or head in ("область", "сеть", "очередь", "часть"):
        return base + ("а" if ukrainian else "яя" if soft else "ая")
    if head[-1] in "оея":
        return base + ("е" if ukrainian else "ее" if soft else "ое")
    if head[-1] in "ыиі":
        return base + ("і" if ukrainian else "ие" if base[-1] in "кгхжшчщ" or soft else "ые")
    return base + ("ий" if ukrainian or soft or base[-1] in "кгхжшчщ" else "ый")
