"""Keys, the unit of the inverted index: from a form and the language of its document.

The *strict* key is the learned stem and class of the form in its own language. The key proper is
the strict key folded, so that one name written in two languages has one key: letters that differ
by orthography only are made one, and a list of name pairs does the rest.
"""

from __future__ import annotations

import functools
import re
import unicodedata

import Stemmer  # type: ignore[import-not-found]  # PyStemmer ships no types

from newsindex.text.chunks import MAX_FORM, is_acronym
from newsindex.text.files import data_file
from newsindex.text.tables import SuffixTable

LANGUAGES = ("ru", "uk")
MEMO_LIMIT = 400_000  # keys that one table remembers; about 60 MB when full, then it starts afresh

_CYRILLIC_WORD = re.compile(r"[а-яіїєґ']+\Z")
_LATIN_WORD = re.compile(r"[a-z'\u00df-\u024f]+\Z")
_ONLY_UKRAINIAN = frozenset("іїєґ")
_ONLY_RUSSIAN = frozenset("ыэъ")
_OWN_WORD = {  # words of which no letter is foreign to the language of the document
    "ru": re.compile(r"[а-я]+\Z"),
    "uk": re.compile(r"[а-щьюяіїєґ']+\Z"),
}
# What only orthography tells apart. Each letter more that is folded costs something within the
# languages; these pay for it between them (``python -m benchmarks quality --task names``).
_FOLDED_LETTERS = {
    "ru": (("ы", "и"), ("э", "е"), ("ъ", "")),
    "uk": (("і", "и"), ("ї", "и"), ("є", "е"), ("ґ", "г"), ("'", "")),
}
_FOLD_MORE = re.compile(
    r"ь(?=[аеиоуюя])"  # Марьинка, Мар'їнка
    r"|(?<=[сзц])ь(?=к)"  # Зеленский, Зеленський
    r"|(?<=[а-я]{2}к)о\Z"  # Порошенко, which only Ukrainian declines: Порошенка
    r"|([скрмпфбг])\1"  # Одесса, Одеса
)

_english = Stemmer.Stemmer("english", 0)  # its own cache is slower than ours


@functools.cache
def _suffix_table(language: str) -> SuffixTable:
    return SuffixTable.unpack(data_file(f"{language}.table"))


def _fold_letters(key: str, language: str) -> str:
    for letter, common in _FOLDED_LETTERS[language]:
        key = key.replace(letter, common)
    return key


def fold(key: str, language: str) -> str:
    """A strict key of ``language`` without what orthography alone tells apart: києв- is киев-."""
    folded = _fold_letters(key, language)
    if _FOLD_MORE.search(folded):
        folded = _FOLD_MORE.sub(r"\1", folded)
    return folded or key


def language_of_word(form: str, language: str | None) -> str:
    """The language whose table has to key ``form`` in a document of ``language``.

    That of the document, unless the word has a letter which that language does not know: a
    Ukrainian name quoted on a Russian page is keyed as Ukrainian.
    """
    if language != "uk" and not _ONLY_UKRAINIAN.isdisjoint(form):
        return "uk"
    if language == "uk" and _ONLY_RUSSIAN.isdisjoint(form):
        return "uk"
    return "ru"


def _key(form: str, language: str | None, cross: bool) -> str:
    """The key of ``form``; ``cross=False`` gives the strict one. The hot path of unseen words."""
    if language and _OWN_WORD[language].match(form):
        own = language
    elif _CYRILLIC_WORD.match(form):
        own = language_of_word(form, language)
        form = form.replace("'", "") or form if own == "ru" else form
    else:
        key = _key_of_other(form, language, cross)[0]
        if not key.isprintable():
            key = "".join(c for c in key if c.isprintable()) or "\ufffd"
        return key[:MAX_FORM]
    key = _suffix_table(own).key(form)
    if not cross:
        return key[:MAX_FORM]
    key = fold(key, own)
    if own == "uk":
        key = _name_pairs().get(key, key)
    return key[:MAX_FORM]


def _key_of_other(form: str, language: str | None, cross: bool) -> tuple[str, str]:
    """(key, rule) of a form that is not one plain word in Cyrillic letters."""
    if is_acronym(form):
        key = form.lower()
        return (_fold_letters(_fold_letters(key, "uk"), "ru") if cross else key), "acronym"
    if any(c.isdigit() for c in form):
        if form.isascii() and re.fullmatch(r"[\d.,%]+", form):
            return form.replace(",", "."), "number"
        head, hyphen, tail = form.rpartition("-")
        if hyphen and _CYRILLIC_WORD.match(tail) and head.isdecimal():
            return head + _key(tail, language, cross), "number and word"
        return form.replace("-", ""), "letters and digits"
    if "-" in form and re.fullmatch(r"[^\W\d_']+(?:[-'][^\W\d_]+)+", form):
        parts = [_key(part, language, cross) for part in form.split("-")]
        return "-".join(parts), "compound of its parts"
    if _LATIN_WORD.match(form):
        plain = unicodedata.normalize("NFD", form)
        plain = "".join(c for c in plain if not unicodedata.combining(c))
        return _english.stemWord(plain).replace("'", "") or plain, "snowball english"
    return form, "as it is"


class KeyTable(dict[str, str]):
    """form -> key for one language: a dict that computes what it does not hold, and stays bounded.

    Index it (``table[form]``); ``get`` and ``in`` see only what was asked before.
    """

    __slots__ = ("_cross", "_language")

    def __init__(self, language: str | None, *, cross: bool = True) -> None:
        super().__init__()
        self._language = language
        self._cross = cross

    def __missing__(self, form: str) -> str:
        key = _key(form, self._language, self._cross)
        if len(self) >= MEMO_LIMIT:
            self.clear()
        if len(form) <= MAX_FORM:
            self[form] = key
        return key


_key_tables = {language: KeyTable(language) for language in (*LANGUAGES, None)}
_strict_tables = {language: KeyTable(language, cross=False) for language in (*LANGUAGES, None)}


@functools.cache
def _name_pairs() -> dict[str, str]:
    """Folded Ukrainian key -> folded Russian key, for each pair of the file whose keys differ."""
    pairs = {}
    for line in data_file("names.tsv").decode().splitlines():
        if line and not line.startswith("#"):
            russian, ukrainian = line.split("\t")
            russian_key = fold(_suffix_table("ru").key(russian), "ru")
            ukrainian_key = fold(_suffix_table("uk").key(ukrainian), "uk")
            if russian_key != ukrainian_key:
                pairs[ukrainian_key] = russian_key
    return pairs


def _known(language: str | None) -> str | None:
    return language if language in LANGUAGES else None


def key_table(language: str | None) -> KeyTable:
    """The table form -> key for documents of ``language``, shared and remembered."""
    return _key_tables[_known(language)]


def key_of(form: str, language: str | None) -> str:
    """The key under which a document of ``language`` is found by ``form``."""
    return _key_tables[_known(language)][form]


def compute_key(form: str, language: str | None) -> str:
    """`key_of` for those who remember it themselves: what is asked is not kept in the table."""
    return _key(form, _known(language), True)


def strict_key(form: str, language: str | None) -> str:
    """The key of ``form`` within its own language: no letters folded, no name pairs."""
    return _strict_tables[_known(language)][form]


def query_keys(form: str) -> tuple[str, ...]:
    """Every key under which some document, of whatever language, may hold ``form``.

    A word as typed will do as well as a form. The order is fixed, no key comes twice.
    """
    form = form.replace("ё", "е").replace("Ё", "Е")
    keys = [key_of(form, language) for language in LANGUAGES]
    upper = form.upper()
    if is_acronym(upper):
        keys += [key_of(form.lower(), language) for language in LANGUAGES]
        keys.append(key_of(upper, None))
    return tuple(dict.fromkeys(keys))


def explain(form: str, language: str | None) -> str:
    """Which rule gives ``form`` its key in a document of ``language``, for a person to read."""
    if not _CYRILLIC_WORD.match(form):
        return _key_of_other(form, _known(language), True)[1]
    own = language_of_word(form, _known(language))
    word = form.replace("'", "") if own == "ru" else form
    found, (strip, append) = _suffix_table(own).find(word)
    rule = f"{own} whole word" if found == word else f"{own} suffix -{found}"
    rule += f": -{word[-strip:]}" if strip else ": nothing stripped"
    rule += f" +{append}" if append else ""
    if own == "uk" and fold(_suffix_table(own).key(word), own) in _name_pairs():
        rule += "; name pair"
    return rule
