"""The vocabulary of an inverter: a number for each surface form met, and for each form's key."""

from __future__ import annotations

from array import array

import numpy as np

from newsindex.index.files import AnyArray
from newsindex.text import Words, compute_key, is_own_form

# Bytes that a form takes with its key and number, and where a dictionary is written, about.
FORM_BYTES = 400

# Stands for what is not just one plain word where the number of a form is looked up.
_NOT_PLAIN = -1


class _Words(Words[int]):
    """Numbers of what stands between blanks in articles of one language. What is its own form, as
    nearly every word is, stays as long as the vocabulary."""

    def __init__(self, language: str | None, vocabulary: Vocabulary) -> None:
        super().__init__(_Numbers(self).__getitem__, _NOT_PLAIN)
        self._language = language
        self._vocabulary = vocabulary

    def __missing__(self, word: str) -> int:
        if not is_own_form(word):
            return super().__missing__(word)
        number = self[word] = self.number(word)
        return number

    def number(self, form: str) -> int:
        """The number of a form that has none yet."""
        return self._vocabulary.append(form, compute_key(form, self._language))


class _Numbers(dict[str, int]):
    """Numbers of the surface forms among ``words``; a new form gets the next."""

    def __init__(self, words: _Words) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, form: str) -> int:
        words = self._words
        number = self[form] = words[form] if is_own_form(form) else words.number(form)
        return number


class Vocabulary:
    """The numbers of every language; ``forms`` has an entry a number, ``key_of`` the number of its
    key, an index into ``keys``."""

    def __init__(self) -> None:
        self.forms: list[str] = []
        self.key_of = array("I")
        self.keys: list[str] = []
        self._key_numbers: dict[str, int] = {}
        self._words: dict[str | None, Words[int]] = {}
        self._forms_ordered: AnyArray = np.empty(0, dtype=np.uint32)
        self._keys_ordered: AnyArray = np.empty(0, dtype=np.uint32)

    def __len__(self) -> int:
        return len(self.forms)

    def append(self, form: str, key: str) -> int:
        """The number of a form that has none yet."""
        number = self._key_numbers.setdefault(key, len(self.keys))
        if number == len(self.keys):
            self.keys.append(key)
        self.key_of.append(number)
        self.forms.append(form)
        return len(self.forms) - 1

    def words(self, language: str | None) -> Words[int]:
        """The numbers of what stands between blanks in articles of a language; its ``value_of``
        gives that of a form."""
        words = self._words.get(language)
        if words is None:
            words = self._words[language] = _Words(language, self)
        return words

    def ordered_forms(self) -> AnyArray:
        """The numbers of the forms in the order of their texts."""
        self._forms_ordered = _ordered(self._forms_ordered, self.forms)
        return self._forms_ordered

    def ordered_keys(self) -> AnyArray:
        """The numbers of the keys in the order of their texts."""
        self._keys_ordered = _ordered(self._keys_ordered, self.keys)
        return self._keys_ordered


def _ordered(known: AnyArray, texts: list[str]) -> AnyArray:
    """The numbers of ``texts`` in their order, which is also that of their UTF-8; ``known`` are
    those of the first ones. What is sorted already is only merged with the rest."""
    new = sorted(range(len(known), len(texts)), key=texts.__getitem__)
    if not new:
        return known
    return np.array(sorted(known.tolist() + new, key=texts.__getitem__), dtype=np.uint32)
