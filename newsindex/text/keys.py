"""Keys: the unit of the inverted index, from a form and the language of its document."""

from __future__ import annotations

import unicodedata

import Stemmer  # type: ignore[import-not-found]  # PyStemmer ships no types

from newsindex.text.tokens import MAX_FORM, is_acronym

LANGUAGES = ("ru", "uk")
ANALYSIS_VERSION = "interim-1"

_english = Stemmer.Stemmer("english", 0)
_russian = Stemmer.Stemmer("russian", 0)
_FOLD = str.maketrans(
    {
        "і": "и",
        "ї": "и",
        "ы": "и",
        "й": "и",
        "є": "е",
        "э": "е",
        "ґ": "г",
        "ь": None,
        "ъ": None,
        "'": None,
    }
)
_UK_SUFFIXES = sorted(
    "ами ями ого ому ими ій ої ою ею єю ові еві ам ям ах ях ів їв ем єм ом ий их им а я о е є и і ї у ю й ь "
    "ати яти ити іти ає ять ить уть ють ав яв ив ала яла ила али или ало ило".split(),
    key=len,
    reverse=True,
)


class KeyTable(dict[str, str]):
    """form -> key for one language: a dict that computes what it does not hold, and stays bounded."""

    __slots__ = ("_fold", "_language")

    def __init__(self, language: str | None, fold: bool) -> None:
        super().__init__()
        self._language = language
        self._fold = fold

    def __missing__(self, form: str) -> str:
        key = _key(form, self._language, self._fold)
        if len(form) <= MAX_FORM:
            if len(self) >= 400_000:
                self.clear()
            self[form] = key
        return key


def _key(form: str, language: str | None, fold: bool) -> str:
    if is_acronym(form):
        key = form.lower()
    elif "-" in form and not any(c.isdigit() for c in form):
        key = "-".join(filter(None, (_key(part, language, fold) for part in form.split("-"))))
    elif not form.replace("'", "").isalpha():
        key = form.replace("-", "").replace(",", ".")
    elif form.isascii():
        key = _english.stemWord(form).replace("'", "")
    elif (language or script_language(form)) == "uk":
        key = _strip(form.replace("'", ""))
    else:
        key = _russian.stemWord(form.replace("'", ""))
    if fold:
        key = key.translate(_FOLD)
    return (key or unicodedata.normalize("NFC", form))[:MAX_FORM]


def script_language(form: str) -> str:
    """ "uk" for a form with a letter that only Ukrainian has, else "ru"."""
    return "uk" if any(c in "іїєґ'" for c in form) else "ru"


def _strip(form: str) -> str:
    for suffix in _UK_SUFFIXES:
        if form.endswith(suffix) and len(form) - len(suffix) >= 3:
            return form[: -len(suffix)]
    return form


_tables = {
    (language, fold): KeyTable(language, fold)
    for language in (*LANGUAGES, None)
    for fold in (True, False)
}


def key_table(language: str | None) -> KeyTable:
    """The table form -> key for documents of ``language``; index it, never ``get`` from it."""
    return _tables[language if language in LANGUAGES else None, True]


def key_of(form: str, language: str | None) -> str:
    """The key under which a document of ``language`` is found by ``form``."""
    return key_table(language)[form]


def strict_key(form: str, language: str | None) -> str:
    """The key of ``form`` within its own language: no letters folded, no name pairs."""
    return _tables[language if language in LANGUAGES else None, False][form]


def query_keys(form: str) -> tuple[str, ...]:
    """Every key under which some document, of whatever language, may hold ``form``."""
    keys = [key_of(form, language) for language in LANGUAGES]
    for spelling in (form.lower(), form.upper()):
        if spelling != form and is_acronym(form.upper()):
            keys += [key_of(spelling, language) for language in LANGUAGES]
    return tuple(dict.fromkeys(keys))
