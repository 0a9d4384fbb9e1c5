"""Labels of a sentence as a tagger might give them, and what the corrections make of them."""

from __future__ import annotations

import numpy as np

from newsindex.entities.agreement import corrected
from newsindex.entities.tokens import tokenise
from newsindex.entities.weights import LABELS


def names(text: str, *found: str) -> list[str]:
    """What the corrections make of ``found``, names in ``text`` as ``ORG СБУ``."""
    tokens = tokenise(text)
    labels = [0] * len(tokens.forms)
    for name in found:
        kind, _, form = name.partition(" ")
        start = text.index(form)
        for i, (low, high) in enumerate(zip(tokens.starts, tokens.stops, strict=True)):
            if start <= low < high <= start + len(form):
                labels[i] = LABELS.index(("B-" if low == start else "I-") + kind)
    given: list[str] = []
    forms = tokens.forms
    capital = np.array([form[:1].isupper() for form in forms])
    after = corrected(forms, np.array(labels), capital, [0, len(forms)])
    for form, label in zip(forms, after.tolist(), strict=True):
        if label and LABELS[label][0] == "B":
            given.append(f"{LABELS[label][2:]} {form}")
        elif label:
            given[-1] += f" {form}"
    return given
