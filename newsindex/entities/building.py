"""Corrections of labels by how names are built: initials, the order of parts, regions, streets."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from newsindex.entities import lexicon, organisations, persons, places, vocabulary
from newsindex.entities.extent import extended
from newsindex.entities.labels import Labels, Mask, begin_of, end_of, where
from newsindex.entities.lexicon import first_name_spellings
from newsindex.entities.people import people
from newsindex.entities.stems import stem
from newsindex.entities.things import corrected_bodies
from newsindex.entities.weights import LABELS

_B_PER, _I_PER = LABELS.index("B-PER"), LABELS.index("I-PER")
_B_ORG, _I_ORG = LABELS.index("B-ORG"), LABELS.index("I-ORG")
_B_LOC, _I_LOC = LABELS.index("B-LOC"), LABELS.index("I-LOC")

_ADJECTIVE = re.compile(r"[сц]ь?к(?:ий|ій|ая|ое|ого|ому|ой|ую|ою|им|ом|ім|их|ими|а|е|у|ої|і)\Z")
# An adjective between the first one and its noun.
_MODIFIER = re.compile(
    r"(?:[ыиі]й|[оеє]го|[оеє]му|[аяоеє]я|[оеє][ей]|ої|[оеє]ю|[уюы][юе]|[ыиі][мх]|[нк][аеуі])\Z"
)
_GENITIVE = re.compile(r"[аяиыії]\Z|(?:ого|его|ої|ой|ей|єї|ів|ов|ев|їв)\Z")
_REGIONS = frozenset(map(stem, "область обл район округ край республика республіка".split()))
_STREETS = frozenset(
    map(
        stem,
        "улица вулиця проспект площадь площа бульвар переулок провулок шоссе шосе набережная"
        " набережна проезд проїзд".split(),
    )
) | frozenset("ул. вул. пр. просп. пл. бул. пер. пров.".split())
_SETTLEMENTS = frozenset(
    map(
        stem,
        "город місто село деревня посёлок селище хутор станица аул провинция провінція штат округ"
        " графство остров острів река річка озеро гора волость кантон префектура".split(),
    )
)
# Bodies that a state has one of: with its name they are a name.
_GOVERNMENTS = frozenset(
    map(
        stem,
        "правительство уряд парламент сборная збірна прокуратура генпрокуратура полиция поліція"
        " спецназ минобороны міноборони минфин мінфін центробанк посольство консульство"
        " спецслужба".split(),
    )
)
_NAMED_AFTER = frozenset("имени им. імені ім.".split())
_LATIN_SPAN = 6  # words of a name in brackets
_SELVES = frozenset("Сам Сама Сами Самі Своя Своё".split())
_TRADERS = frozenset("ИП ФОП ФЛП СПД".split())  # before the name of one who trades by himself


def built(forms: Sequence[str], labels: Labels, capital: Mask) -> Labels:
    """``labels`` of ``forms`` (see `Tokens`) after every correction of this module.

    ``capital`` tells which forms begin with a capital letter.
    """
    changed = labels.copy()
    _join_initials(forms, changed)
    _join_surnames(forms, changed)
    people(forms, changed, capital)
    extended(forms, changed)
    _part_beginnings(forms, changed)
    _part_places(forms, changed, capital)
    _part_bodies(forms, changed, capital)
    _join_regions(forms, changed)
    _join_governments(forms, changed)
    _join_streets(forms, changed)
    _join_adjectives(forms, changed)
    _join_named_after(forms, changed)
    _name_settlements(forms, changed)
    _name_latin(forms, changed)
    corrected_bodies(forms, changed, capital)
    return changed


def _is_dotted(form: str) -> bool:
    return form[1:] != "" and form[-1] == "." and form[0].isupper()


def _join_initials(forms: Sequence[str], labels: Labels) -> None:
    """М. С. Горбачёв is one name with all his initials, and that of a person."""
    for i in where((labels == _B_PER) | (labels == _B_LOC)):
        if labels[i] == _B_LOC:
            street = forms[i - 1].endswith(".") or stem(forms[i - 1]) in _STREETS
            if street or not (_is_dotted(forms[i]) and labels[i + 1] == _I_LOC):
                continue
            end = end_of(labels, i)
            labels[i], labels[i + 1 : end] = _B_PER, _I_PER
        before = i
        while _is_dotted(forms[before - 1]) and labels[before - 1] not in (_I_PER, _I_ORG, _I_LOC):
            before -= 1
        if before < i:
            labels[before], labels[before + 1 : i + 1] = _B_PER, _I_PER


def _join_surnames(forms: Sequence[str], labels: Labels) -> None:
    """Яшутину Игорю Васильевичу is one name: papers put the surname first."""
    for i in where((labels[:-2] == _B_PER) & (labels[1:-1] == _I_PER) & (labels[2:] != _I_PER)):
        surname, first = forms[i - 1], forms[i]
        if not (persons.is_patronymic(forms[i + 1]) and persons.is_first_name(first)):
            continue
        alone = labels[i - 1] in (0, _B_PER, _B_LOC, _B_ORG)
        trader = labels[i - 1] == _I_ORG and forms[i - 2] in _TRADERS
        declined = surname[-1:] in "аяуюыої" and first[-1] not in "аяуюыої"
        if (alone or trader) and not declined and _may_be_surname(surname):
            if trader:
                labels[i - 2] = 0
            labels[i - 1], labels[i] = _B_PER, _I_PER


def _may_be_surname(form: str) -> bool:
    if len(form) < 3 or not form[0].isupper() or form.isupper() or persons.is_first_name(form):
        return False
    if places.find_word(form) is not None:
        return False
    flags = vocabulary.flags(form)
    return "v-surname" in flags or "v-common" not in flags


def _part_beginnings(forms: Sequence[str], labels: Labels) -> None:
    """The first word of a sentence is no part of the name that it stands before: Далее Герстман."""
    later = np.concatenate((labels[1:] == _I_PER, [False]))
    for i in where((labels == _B_PER) & later):
        form = forms[i]
        if forms[i - 1] and form.lower() not in lexicon.class_by_form():
            continue
        short = len(form) == 3 and form not in _SELVES
        if len(form) < 3 or short or "v-common" not in vocabulary.flags(form):
            continue
        neuter = form[-1] == "о" and not persons.is_first_name(form)
        if neuter or form in _SELVES or persons.is_common(form):
            labels[i], labels[i + 1] = 0, _B_PER


def _part_places(forms: Sequence[str], labels: Labels, capital: Mask) -> None:
    """A country after a person is no part of the name: смерть Ким Чен Ира КНДР не изменит."""
    for i in where(capital & (labels == _I_PER)):
        place = places.find_word(forms[i])
        if place is None or place.kind != "country" or labels[i + 1] == _I_PER:
            continue
        if forms[i].isupper() or "v-surname" not in vocabulary.flags(forms[i]):
            labels[i] = _B_LOC


def _part_bodies(forms: Sequence[str], labels: Labels, capital: Mask) -> None:
    """A person after a body is apart from it: министр обороны Японии Дзиро Ямада.

    That is one whose first name is in the nominative, and any after the country of the body.
    """
    for i in where(capital & (labels == _I_ORG)):
        if labels[i] != _I_ORG or labels[i + 1] != _I_ORG:
            continue
        begin = begin_of(labels, i)
        end = end_of(labels, begin)
        if _is_after_country(forms, i, end) or _is_after_body(forms, begin, i, end):
            labels[i], labels[i + 1 : end] = _B_PER, _I_PER


def _is_after_body(forms: Sequence[str], begin: int, i: int, end: int) -> bool:
    """Whether a name in the nominative begins at ``i`` of a body from ``begin`` to ``end``."""
    return (
        _is_nominative(forms[i])
        and forms[i + 1][0].isupper()
        and not _GENITIVE.search(forms[i + 1])
        and not any(form in '«»“”„"' for form in forms[begin + 1 : end])
        and any(map(organisations.is_head, forms[begin:i]))
    )


def _is_after_country(forms: Sequence[str], i: int, end: int) -> bool:
    """Whether the words from ``i`` to ``end`` name neither body nor place but follow a country,
    which ends the name of a body."""
    if not places.is_country(forms[i - 1]) or not 2 <= end - i <= 3:
        return False
    return all(
        form[0].isupper()
        and not form.isupper()
        and places.find_word(form) is None
        and "v-common" not in vocabulary.flags(form)
        and not organisations.is_head(form)
        for form in forms[i:end]
    )


def _is_nominative(name: str) -> bool:
    """Whether ``name`` is a first name in the nominative and cannot be another case of any."""
    if name not in first_name_spellings():
        return False
    return name[-1] not in "ая" or persons.genders_of(name) == {"f"}


def _join_regions(forms: Sequence[str], labels: Labels) -> None:
    """Суд Киевской области is one name, as is Департамент культуры Москвы."""
    bodies = np.concatenate(([False], (labels[:-1] == _B_ORG) | (labels[:-1] == _I_ORG)))
    for i in where((labels == _B_LOC) & bodies):
        begin, end = begin_of(labels, i - 1), end_of(labels, i)
        if any(map(organisations.is_head, forms[begin:i])) and _is_genitive(forms[i:end]):
            labels[i:end] = _I_ORG


def _join_governments(forms: Sequence[str], labels: Labels) -> None:
    """Правительство Южной Кореи, полиция Малайзии are bodies."""
    for i in where(labels == _B_LOC):
        head = forms[i - 1]
        if labels[i - 1] or head.isupper() or not head or stem(head) not in _GOVERNMENTS:
            continue
        end = end_of(labels, i)
        if places.find(list(forms[i:end])) is not None and _is_genitive(forms[i:end]):
            labels[i - 1], labels[i:end] = _B_ORG, _I_ORG


def _is_genitive(forms: Sequence[str]) -> bool:
    """Whether a place is in the genitive, or is of those that do not decline."""
    if stem(forms[-1]) in _REGIONS:
        return _GENITIVE.search(forms[0]) is not None or len(forms) == 1
    form = forms[-1]
    if form.isupper():
        return True
    if not form[0].isupper() or not all(f[0].isupper() for f in forms):
        return False
    place = places.find(list(forms))
    if place is not None and form[-1] in "оуеэ":
        return form in (place.ru.split()[-1], place.uk.split()[-1])
    nominative = place is not None and " ".join(forms) in (place.ru, place.uk)
    return _GENITIVE.search(form) is not None and not nominative


def _join_streets(forms: Sequence[str], labels: Labels) -> None:
    """Улица Вячеслава Чорновола is a place, though named after a person."""
    for i in where(labels == _B_PER):
        street = forms[i - 1]
        if (street if street.endswith(".") else stem(street) if street else "") not in _STREETS:
            continue
        end = end_of(labels, i)
        if _GENITIVE.search(forms[end - 1]):
            labels[i:end] = _I_LOC
            if labels[i - 1] not in (_B_LOC, _I_LOC):
                labels[i - 1] = _B_LOC


def _join_adjectives(forms: Sequence[str], labels: Labels) -> None:
    """Макаровская райадминистрация is a body, not a person of that name."""
    single = np.concatenate((labels[1:] == 0, [False]))
    for i in where(((labels == _B_PER) | (labels == _B_LOC)) & single):
        if not _ADJECTIVE.search(forms[i].lower()):
            continue
        for j in range(i + 1, min(i + 4, len(forms))):
            if not forms[j].islower() or labels[j] != 0:
                break
            if organisations.is_head(forms[j]):
                labels[i], labels[i + 1 : j + 1] = _B_ORG, _I_ORG
                break
            if not _MODIFIER.search(forms[j]):
                break


def _join_named_after(forms: Sequence[str], labels: Labels) -> None:
    """Театр имени Вахтангова is a body; a prize named after him is none."""
    for i in where((labels == _B_PER) | (labels == _B_LOC)):
        named = i - 1
        while _is_dotted(forms[named]):
            named -= 1
        if forms[named].lower() not in _NAMED_AFTER:
            continue
        body = labels[named - 1] in (_B_ORG, _I_ORG)
        if body or (labels[named - 1] == 0 and organisations.is_head(forms[named - 1] or ".")):
            labels[named : end_of(labels, i)] = _I_ORG
            if not body:
                labels[named - 1] = _B_ORG


def _name_settlements(forms: Sequence[str], labels: Labels) -> None:
    """What follows the words в городе is a town, though it looks like a person."""
    for i in where((labels == _B_PER) | (labels == _B_ORG)):
        if not (forms[i - 1].islower() and stem(forms[i - 1]) in _SETTLEMENTS):
            continue
        if "into" in lexicon.class_by_form().get(forms[i - 2].lower(), ()):
            end = end_of(labels, i)
            labels[i], labels[i + 1 : end] = _B_LOC, _I_LOC


def _name_latin(forms: Sequence[str], labels: Labels) -> None:
    """A name in Latin letters in brackets is of the kind of the name before: Ши Цзяо (Shi Jiao)."""
    for before in where(labels > 0):
        i = before + 1
        if forms[i] != "(" or not forms[i + 1][:1].isupper():
            continue
        end = i + 1
        while forms[end].isascii() and forms[end].replace("-", "").replace("'", "").isalpha():
            end += 1
        if forms[end] == ")" and 0 < end - i - 1 <= _LATIN_SPAN:
            first = labels[before] - (labels[before] + 1) % 2  # as LABELS has them
            labels[i + 1], labels[i + 2 : end] = first, first + 1
