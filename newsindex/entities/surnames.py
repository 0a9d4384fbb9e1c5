"""The nominative of a surname, out of the case forms in which a document gives it.

The endings alone do not tell Кулеба from the genitive of a Кулеб, or Маском from a Маский: where no
other form, no first name beside it and no usual ending of surnames decides, the form that stands
there is kept, so that no stem is shown that is no name.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Collection, Sequence

from newsindex.entities.lexicon import first_name_spellings, read_table

_FEWEST = 3  # letters that are left of a surname

FEMININE = re.compile(
    r"(?:[оеє]ю|[сц]ь?к(?:ая|ую|ой|а|ої)|[оеєё]в(?:ой|ої|ою|у|ій)|[иіы]н(?:ой|ою|ої|у|ій))\Z"
)
# Of those, what no man's surname ends in whatever its case.
SURELY_FEMININE = re.compile(
    r"(?:[сц]к(?:ая|ую)|[сц]ьк(?:а|у|ої|ою|ій)|[оеєё]в(?:ой|ої|ою|ій)|[иіы]н(?:ой|ої|ій))\Z"
)
MASCULINE = re.compile(
    r"(?:[оеєё]в(?:ым|им|е|і)?|[иіы]н(?:ым|им|е|і)?|[сц]ь?к(?:ий|им|ом|ім)|(?:ого|ому)"
    r"|[^аоеєиіїуюяэыёь](?:ом|ові))\Z"
)

_Rules = list[tuple[re.Pattern[str], str]]


def _compiled(*rules: tuple[str, str]) -> _Rules:
    return [(re.compile(rf"{pattern}\Z"), ending) for pattern, ending in rules]


# Case ending -> ending of the nominative, the first that fits wins; "й" stands for -ый, in
# Ukrainian -ий.
_MASCULINE_RULES = _compiled(
    (r"(?<=[сц]к)(?:ого|ому|им)", "ий"),
    (r"(?<=\w\w\w[сц]к)ом", "ий"),  # о Троцком; but Маском
    (r"(?<=[сц]ьк)(?:ого|ому|им|ім)", "ий"),
    (r"(?<=[сц]ьк)(?:ої|ій|у|ою)", "а"),
    (r"(?<=[сц]к)ую", "ая"),
    (r"(?<=[оеєёі]в)(?:а|у|ым|им|е)", ""),  # but Єрмакові
    (r"(?<=[иіыї]н)(?:а|у|ым|им|ом|е|і)", ""),
    (r"(?:(?<=[нлрд])|(?<=\w\w\w[бвгзкмпстч]))(?:ого|ому)", "й"),
    (r"(?:(?<=н)им|(?<=[бгдзлмнпрст])ым)", "й"),
    (r"(?<=[бвгджзкптхцчшщь]н)ом", "й"),  # о Залужном; but Байденом, Штайном
    (r"(?<=[аеиіоуыюя]к)(?:ом|ові)", ""),
    (r"(?<=[рлс]к)(?:ом|ові)", ""),
    (r"(?<=к)(?:ом|ові)", "о"),  # Бойком, Кличком
    (r"(?<=енк)(?:а|у)", "о"),
    (r"(?<=[бвгґджзлмнпстфхцчшщ])ом", ""),
    (r"(?<=[^т]р)ом", ""),  # but Линдстром
    (r"(?<=[бвгґджзлмнпрстфхцчшщ])ові", ""),
    (r"(?<=[жчшщц])(?:ем|еві)", ""),
    (r"(?<=[лнрт])(?:ем|еві)", "ь"),
    (r"(?<=[аоуеиії])(?:єм|ем|єві|еві)", "й"),
    (r"(?<=[бвгґджзклмнпрстфхцчшщ])(?:ою|ы)", "а"),
    (r"(?<!ст)(?<![сц]к)(?<=[бвгґджзклмнпрстфхцчшщ])ой", "а"),  # but Толстой, Трубецкой
    (r"єю", "я"),
    # The usual endings of surnames in -а, -у, -я, -ю that are no nominative.
    # Each ends far more names than do those with -а behind it (a list of Ukrainian surnames).
    (r"(?<=[уюяаиі]к|[иоеаяіу]ч|[аяоеэую]н|[еэёаяиі]р|[аоеиіяурнс]с|[аоеиіэ]ш|[иі]х)(?:а|у)", ""),
    (r"(?<=рг|мп|[лс]к|ст|р[тд]|н[тд]|дж|нж|[^аеиіоуюя]ц)(?:а|у)", ""),
    (r"(?<=[еоауя]л|[аы]р)(?:я|ю)", "ь"),
    (r"(?<=е)(?:я|ю)", "й"),
)
# Those of each language alone, which are asked first: Кравец, Кравца, but Кунц, Сапиенца; Самойло.
_OWN_RULES = {
    "ru": _compiled(
        (r"(?:(?<=[вмпбд])|(?<=[аеиоуюя]л)|(?<=\w\w[аиоуюя]н))ц(?:а|у|ом|ем|е)", "ец"),
        (r"ельц(?:а|у|ом|ем|е)", "елец"),
    ),
    "uk": _compiled(
        (r"(?:(?<=[вмпбд])|(?<=[аеиоуюяі]л)|(?<=\w\w[аеиоуюяі]н))ц(?:я|ю|еві|ем)", "ець"),
        (r"льц(?:я|ю|еві|ем)", "лець"),
        (r"(?<=[аоу]йл)(?:а|у|ом|ові)", "о"),
        (r"(?<=с)(?:ем|еві)", "ь"),
    ),
}
_FEMININE_RULES = _compiled(
    (r"(?<=[сц]к)(?:ой|ую|ою)", "ая"),
    (r"(?<=[сц]ьк)(?:ої|ій|у|ою)", "а"),
    (r"(?<=[оеєё]в)(?:ой|у|ою|ої|ій)", "а"),
    (r"(?<=[иіы]н)(?:ой|у|ою|ої|ій)", "а"),
    (r"(?<=ст|[жчтдрзл]н)(?:ой|ую)", "ая"),
    (r"(?:ой|ою|ої|ы|у)", "а"),
    (r"(?:ей|ею|єю|ю)", "я"),
)
_OPEN_ENDING = re.compile(r"(?:[уы]|ой|ою)\Z")
# Beside a first name these may be a foreign surname: Мустафи, Линде.
_OPEN_ENDING_ALONE = re.compile(r"(?:[уыеі]|(?<=[гкхжшчщ])и|ой|ою)\Z")
_OF_HARD = ("", "ом", "ові", "ем", "еві")
_OF_A = ("ы", "и", "ой", "ою")


@functools.cache
def _known() -> frozenset[str]:
    """The names of the tables, in small letters: surnames, and first names that stand alone."""
    rows = read_table("persons.tsv", labelled=False)
    surnames = {name.split()[-1].lower() for row in rows for name in (*row.ru, *row.uk)}
    return frozenset(surnames | {name.lower() for name in first_name_spellings()})


def nominative_surname(
    forms: Sequence[tuple[str, str]], feminine: bool, language: str | None = None
) -> str:
    """The nominative of a surname from its forms, each with the first name beside it, which is
    known not to be a nominative; "" for none."""
    attested = [form for form, _ in forms]
    hard = [form for form in attested if form[-1:].lower() not in "аоеєиіїуюяэыёйь"]
    if feminine and any(not FEMININE.search(form.lower()) for form in hard):
        return hard[0]  # Ольга Ермак does not decline
    there = {form.lower() for form in attested}
    if not feminine and any(form.endswith(("ого", "ому")) for form in there):
        adjective = next((form for form in attested if form.lower().endswith("ой")), None)
        if adjective is not None:
            return adjective  # Ланового: Лановой is no woman's genitive
    candidates = [_nominative(form, first, feminine, there, language) for form, first in forms]
    same = [candidate for candidate in candidates if candidate in attested]
    return min(same or candidates, key=lambda c: (c[-1:] in "уюеиії", len(c)))


def _nominative(
    form: str, first: str, feminine: bool, there: Collection[str], language: str | None
) -> str:
    lower = form.lower()
    if len(form) < 4 or lower in _known():
        return form
    found = _known_open(lower, first)
    if found is None and not feminine and language != "uk" and first.endswith(("е", "ии")):
        found = _out_of_prepositional(lower)
    found = found or _by_rule(lower, feminine, language)
    if found is None and not feminine:
        found = _by_evidence(lower, first.lower(), there, language)
    if found is None:
        return form
    alike = map(str.__eq__, lower, found)
    same = sum(1 for _ in itertools.takewhile(bool, alike))
    ending = found[same:]
    return form[:same] + (ending.upper() if form.isupper() else ending)


def _known_open(lower: str, first: str) -> str | None:
    """The name in -а of the tables of which ``lower`` is a form: Набиуллину, but not Путину."""
    match = (_OPEN_ENDING if first else _OPEN_ENDING_ALONE).search(lower)
    base = lower[: match.start()] if match else ""
    return base + "а" if base and base + "а" in _known() and base not in _known() else None


def _out_of_prepositional(lower: str) -> str | None:
    """What a man's surname is beside a first name in the Russian prepositional: о Сергее Ткачуке,
    о Дмитрии Гайдае, об Иване Толстом; None where the ending tells nothing."""
    base = lower[:-1] if lower[-1] == "е" else lower[:-2] if lower.endswith("ом") else ""
    if len(base) < _FEWEST:
        return None
    if lower[-1] == "м":
        return None if base[-1] in "аеёиоуыэюя" else base + _adjective_ending(base, "ru")
    if base + "а" in _known() or base[-1] in "ёуыэюя":
        return base + "а" if base + "а" in _known() else None
    if base[-1] in "аеио":
        return base + "й"
    return _by_rule(lower, False, "ru") or base + ("ь" if base.endswith("ел") else "")


def _adjective_ending(base: str, language: str | None) -> str:
    """The ending of a man's surname that is an adjective."""
    if language == "uk" or base[-1] in "кгхжшчщ" or any(c in "іїєґ" for c in base):
        return "ий"
    return "ый"


def _by_rule(lower: str, feminine: bool, language: str | None) -> str | None:
    """What the ending alone tells; None where it tells nothing."""
    own = _OWN_RULES["uk" if language == "uk" or any(c in "іїєґ" for c in lower) else "ru"]
    for pattern, ending in _FEMININE_RULES if feminine else (*own, *_MASCULINE_RULES):
        match = pattern.search(lower)
        if match is None or match.start() < _FEWEST:
            continue
        base = lower[: match.start()]
        if ending != "й" or base[-1] in "аоуеиії":
            return base + ending
        return base + _adjective_ending(base, language)
    return None


def _by_evidence(
    lower: str, first: str, there: Collection[str], language: str | None
) -> str | None:
    """What the other forms, the table of persons or the case of the first name tell."""
    base, ending = lower[:-1], lower[-1]
    if lower.endswith("ой") and first.endswith(("ом", "ем")):
        return base[:-1] + "а"  # Олегом Дерипаской
    if len(base) < _FEWEST or base[-1] in "ауоыиэяюёеіїє" or lower.endswith(("ська", "цька")):
        return _after_vowel(lower, first)
    if ending == "и":  # Кулеби; a Russian surname in -и is a foreign one, a Ukrainian one has -і
        return base + "а" if language == "uk" or base + "а" in there else None
    if ending in "ая" or ending in "ую":
        hard, open_ = _endings(base, ending)
        if hard in _known() or any(hard.rstrip("ь") + e in there for e in _OF_HARD):
            return hard
        if open_ in _known() or any(base + e in there for e in _OF_A):
            return open_
        if ending in "ую" and first.endswith(("а", "я")):  # a genitive beside: Дмитра Кулебу
            return open_
        return hard if first[-1:] not in "бвгґджзйклмнпрстфхцчшщь" else None
    if ending in "еі":
        # With a dative: Дмитрию Кулебе
        return base + "а" if first.endswith(("у", "ю", "ові", "еві")) else None
    return None


def _endings(base: str, ending: str) -> tuple[str, str]:
    """The two nominatives that a form in -а, -у, -я or -ю can have: Маск, Кулеба."""
    if ending in "яю":
        return base + "ь", base + "я"
    short = base[-1] == "к" and base[-2] not in "аеиіоуыюярлс"
    return base + "о" if short else base, base + "а"  # Кличка: Кличко


def _after_vowel(lower: str, first: str) -> str | None:
    """Юрия Бабия: Бабий; but Лаврентия Берию, and Гарсия where no first name tells."""
    base, ending = lower[:-1], lower[-1]
    if lower[-2:] not in ("ия", "ія", "ию", "ію", "оя", "ою", "уя", "ую") or len(base) < _FEWEST:
        return None
    if first.endswith(("а", "я")):
        return base + ("й" if ending == "я" else "я")
    return base + "й" if first else None
