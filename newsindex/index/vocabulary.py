"""The vocabulary of an inverter: a number for each surface form met, and the form's key."""

from __future__ import annotations

from newsindex.text import compute_key

# Bytes that a form takes with its key and number, and where a dictionary is written, about.
FORM_BYTES = 600


class Numbers(dict[str, int]):
    """Numbers of the surface forms met in articles of one language; a new form gets the next."""

    def __init__(self, language: str | None, forms: list[str], keys: list[str]) -> None:
        super().__init__()
        self._language = language
        self._forms = forms
        self._keys = keys

    def __missing__(self, form: str) -> int:
        number = self[form] = len(self._forms)
        self._forms.append(form)
        self._keys.append(compute_key(form, self._language))
        return number


class Vocabulary:
    """The numbers of every language; ``forms`` and ``keys`` have an entry a number."""

    def __init__(self) -> None:
        self.forms: list[str] = []
        self.keys: list[str] = []
        self._of: dict[str | None, Numbers] = {}

    def __len__(self) -> int:
        return len(self.forms)

    def of(self, language: str | None) -> Numbers:
        """The numbers of forms in articles of a language: index it by a form."""
        numbers = self._of.get(language)
        if numbers is None:
            numbers = self._of[language] = Numbers(language, self.forms, self.keys)
        return numbers
