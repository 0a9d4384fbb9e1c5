"""Corrections of labels: things that look like names, names that the tables are sure of."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import numpy as np

from newsindex.entities import lexicon, organisations, persons, places, vocabulary
from newsindex.entities.labels import Labels, Mask, end_of, where
from newsindex.entities.stems import stem
from newsindex.entities.tokens import CLOSING_QUOTES, OPENING_QUOTES, Tokens
from newsindex.entities.weights import LABELS

_B_PER, _B_ORG, _I_ORG = (LABELS.index(name) for name in ("B-PER", "B-ORG", "I-ORG"))
_B_LOC, _I_LOC = LABELS.index("B-LOC"), LABELS.index("I-LOC")

# What only an address on the web has; the address is all that stands around it without a blank.
_ADDRESS = re.compile(r"https?:/|www\.|\.[a-z]{2,6}/|@")
_BEFORE = re.compile(r"[^\s()\[\]<>«»\"|,;]*")  # backwards
_AFTER = re.compile(r"[^\s()\[\]<>«»\"|]*")
_LONGEST = 300  # characters of an address that are looked at, to either side

_ROMAN = re.compile(r"[IVXLCІХ]+\Z")
_ENDS = CLOSING_QUOTES | {'"'}
_QUOTED = 8  # words of a quotation that is a name
_CENTRE = frozenset(map(stem, ("центр", "центре")))
_WITHIN = frozenset("в во на у через по із з".split())


def without_addresses(text: str, tokens: Tokens, labels: Labels) -> Labels:
    """``labels`` of the ``tokens`` of ``text`` with none in web addresses, mail addresses and
    handles: bit.ly/novosti, @kanal and info@novosti.ua name nobody."""
    changed = labels
    done = 0
    for match in _ADDRESS.finditer(text):
        if match.start() < done:
            continue
        before = _BEFORE.match(text[max(0, match.start() - _LONGEST) : match.start()][::-1])
        after = _AFTER.match(text, match.end(), match.end() + _LONGEST)
        start = match.start() - len(before[0] if before else "")
        done = after.end() if after else match.end()
        low, high = np.searchsorted(tokens.starts, (start, done)).tolist()
        if changed[low:high].any():
            changed = changed.copy() if changed is labels else changed
            # With what a name that begins in the address goes on with.
            while high < len(changed) and changed[high] and changed[high] % 2 == 0:
                high += 1
            changed[low:high] = 0
    return changed


def corrected_bodies(forms: Sequence[str], labels: Labels, capital: Mask) -> None:
    """Correct ``labels`` of ``forms`` (see `Tokens`) in place by every rule of this module."""
    _name_bodies(forms, labels, capital)
    _name_quoted(forms, labels, capital)
    _name_places(forms, labels, capital)
    _cut_bodies(forms, labels)
    _drop_things(forms, labels)
    _leave_centres(forms, labels)


def _name_bodies(forms: Sequence[str], labels: Labels, capital: Mask) -> None:
    """Роскомнадзор is a body wherever it stands, and Белый дом is one rather than a place."""
    alone = capital & ((labels == 0) | (labels == _B_PER))
    alone[:-1] &= (labels[1:] == 0) | (labels[1:] % 2 == 1)  # no later word of a name follows
    for i in where(alone):
        # Who writes in Facebook does not speak of the company.
        if is_sure_body(forms[i]) and not (labels[i] == 0 and forms[i - 1].lower() in _WITHIN):
            labels[i] = _B_ORG
    for i in where(labels == _B_LOC):
        end = end_of(labels, i)
        if forms[i][:1].isupper() and _is_listed_body(" ".join(forms[i:end])):
            labels[i], labels[i + 1 : end] = _B_ORG, _I_ORG


def _name_quoted(forms: Sequence[str], labels: Labels, capital: Mask) -> None:
    """In a fund «Круг добра» and a company «Рога и копыта» the quotation is the name of a body."""
    free = capital & (labels == 0)
    for i in where(free[1:]):
        head = stem(forms[i - 1]) if i and forms[i] in OPENING_QUOTES else ""
        if "body" not in lexicon.class_by_stem().get(head, ()):
            continue
        within = forms[i + 2 : i + 2 + _QUOTED]
        end = next((i + 2 + j for j, form in enumerate(within) if form in _ENDS), 0)
        if end and all(forms[i:end]) and not labels[i : end + 1].any():
            labels[i], labels[i + 1 : end + 1] = _B_ORG, _I_ORG


def _name_places(forms: Sequence[str], labels: Labels, capital: Mask) -> None:
    """Саудовская Аравия is a place wherever it stands, if all its words have capitals."""
    free = capital & (labels == 0)
    for i in where(free[:-1] & free[1:]):
        if forms[i - 1] in OPENING_QUOTES:
            continue
        for end in places.phrase_ends(forms, i):
            capitals = all(form[0].isupper() and not form.isupper() for form in forms[i:end])
            if capitals and not labels[i : end + 1].any():
                labels[i], labels[i + 1 : end] = _B_LOC, _I_LOC
                break


@functools.lru_cache(maxsize=50_000)
def is_sure_body(form: str) -> bool:
    """Whether ``form`` by itself is a body of the tables and can be nothing else."""
    if len(form) < 4 or form.isupper():
        return False
    # Nearly all are told by one look-up; what has other marks than letters may be several words.
    listed = not form.isalpha() or organisations.word_key(form) in organisations.aliases()
    if not listed or not _is_listed_body(form):
        return False
    flags = vocabulary.flags(form)
    return (
        not {"v-common", "v-surname", "v-geo", "v-town"}.intersection(flags)
        and not persons.is_first_name(form)
        and stem(form) not in lexicon.class_by_stem()
        and form.lower() not in lexicon.class_by_form()
    )


@functools.lru_cache(maxsize=50_000)
def _is_listed_body(name: str) -> bool:
    return (
        organisations.simple_key(name) in organisations.aliases()
        and places.find(name.split()) is None
    )


def _cut_bodies(forms: Sequence[str], labels: Labels) -> None:
    """A body ends before the verb and before who is something in it: Союз бардов России | заявляет,
    бригады | генерал-майор, партии | 68-летняя."""
    for i in where((labels[:-1] == _B_ORG) & (labels[1:] == _I_ORG)):
        end = end_of(labels, i)
        quoted = not OPENING_QUOTES.isdisjoint(forms[i:end]) or forms[i - 1] in OPENING_QUOTES
        for j in range(i + 1, end):
            if forms[j] in _DASHES and _are_bodies(forms[i:j], forms[j + 1 : end]):
                labels[j], labels[j + 1] = 0, _B_ORG
                break
            if not quoted and (_follows_body(forms[j]) or _opens_phrase(forms[j], forms[j + 1])):
                labels[j:end] = 0
                break


def _opens_phrase(form: str, after: str) -> bool:
    """Whether ``form`` begins a phrase that ends a body: по адресу, 18 серпня."""
    if form.isdigit():
        return "time" in lexicon.class_by_form().get(after.lower(), ())
    return after in ("адресу", "адресою")


def _are_bodies(first: Sequence[str], second: Sequence[str]) -> bool:
    """Whether a dash stands between two bodies, as in a match: Реал – Ювентус."""
    return all(words and _is_listed_body(" ".join(words)) for words in (first, second))


@functools.lru_cache(maxsize=50_000)
def _follows_body(form: str) -> bool:
    if not form.islower():
        return False
    classes = lexicon.class_by_form().get(form, ())
    title = form[-1] not in "аяеиоуыьіїєю" and form in lexicon.telling_words()["title"]
    return "say" in classes or title or form in _VERBS or _VERB.search(form) is not None


# Endings that hardly any noun has, and who is so many years old.
_VERB = re.compile(
    r"\A\d+-(?:лет|річн)|(?:[лрс]яла|йняла|[юу]вала|[оыи]вала|л[аио]ся|л[аи]сь|шлася|[аеиую]тся|[єюи]ться"
    r"|[аяу]ют|[аяеу]ет|[аяую]ють|лює|[вднрт]ує)\Z"
)
_DASHES = frozenset("-–—")
_VERBS = frozenset(
    "говорится сообщается отмечается указывается подчеркивается уточняется утверждается йдеться"
    " повідомляється зазначається наголошується будет был была было были есть может будут"
    " стал стала буде був була було були може стали"
    " должен должна які который которая которые что через после після пока поки".split()
)


def _drop_things(forms: Sequence[str], labels: Labels) -> None:
    """VPN, ДТП, COVID-19 and the XIX of a century are neither bodies nor places, nor is what has
    no capital letter or no letter at all."""
    for i in where((labels == _B_ORG) | (labels == _B_LOC)):
        end = end_of(labels, i)
        name = " ".join(forms[i:end])
        if (end == i + 1 and is_thing(name)) or name.islower() or name == name.swapcase():
            labels[i:end] = 0


@functools.lru_cache(maxsize=50_000)
def is_thing(form: str) -> bool:
    """Whether ``form`` is an acronym or a word for something that is no body."""
    if "thing" in lexicon.class_by_form().get(form.lower(), ()):
        return form.isupper() or not form[1:].isupper()
    if len(form) == 1:
        return form.isalpha() and not _is_listed_body(form)
    return _ROMAN.match(form) is not None and not _is_listed_body(form)


def _leave_centres(forms: Sequence[str], labels: Labels) -> None:
    """В центре Тбилиси is a place in the town, not a body: of the two only Тбилиси is a name."""
    for i in where(labels == _B_ORG):
        end = end_of(labels, i)
        inner = list(forms[i + 1 : end])
        if forms[i].islower() and stem(forms[i]) in _CENTRE and places.find(inner) is not None:
            labels[i], labels[i + 1], labels[i + 2 : end] = 0, _B_LOC, _I_LOC
