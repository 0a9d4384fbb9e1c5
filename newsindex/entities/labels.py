"""Labels: what the tagger says of each token, as the corrections of it read and write them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Labels = npt.NDArray[np.intp]
"""For each token the index of its label in `weights.LABELS`."""
Mask = npt.NDArray[np.bool_]


def begin_of(labels: Labels, i: int) -> int:
    """Where the name begins that has a word at ``i``, be it that its first word has no label."""
    inner = labels[i] + labels[i] % 2  # as LABELS has them
    while labels[i] == inner and inner - 1 <= labels[i - 1] <= inner:
        i -= 1
    return i


def end_of(labels: Labels, begin: int) -> int:
    """Where the name that begins at ``begin`` ends."""
    inner = labels[begin] + 1  # as LABELS has them
    end = begin + 1
    while labels[end] == inner:
        end += 1
    return end


def where(mask: Mask) -> list[int]:
    """The places of what is true."""
    found: list[int] = mask.nonzero()[0].tolist()
    return found
