"""The file of a trained model: its attributes and their weights, read without running anything.

An ``.npz`` archive of numpy arrays without pickles: ``format`` (version), ``attributes`` (UTF-8
names joined by line feeds), ``weights`` (one row of whole numbers an attribute, one column a state,
to be multiplied by ``scale``), ``transitions`` (state before by state after).
"""

from __future__ import annotations

import struct
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt

from newsindex.errors import SourceError

FORMAT = 2
LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
# What the model tells apart: labels, and with them whether a name ends there. A word that is a name
# by itself (S) or the last of one (E) looks unlike others (Ratinov and Roth, CoNLL 2009).
STATES = ("O", *(f"{place}-{kind}" for kind in ("PER", "ORG", "LOC") for place in "BIES"))
_MAX_ATTRIBUTES = 2_000_000
# What the arrays of a model may be unpacked; ours take one MB.
_MAX_BYTES = 1 << 27


class Weights(NamedTuple):
    """A linear-chain CRF: attribute -> row of ``state``; columns and ``transitions`` by STATES."""

    attributes: dict[str, int]
    state: npt.NDArray[np.float32]
    transitions: npt.NDArray[np.float32]


def save(
    path: Path, state: dict[tuple[str, str], float], moves: dict[tuple[str, str], float]
) -> None:
    """Write a model: ``state`` by (attribute, state), ``moves`` by (state before, state after)."""
    names = sorted({attribute for attribute, _ in state})
    row = {name: i for i, name in enumerate(names)}
    column = {name: i for i, name in enumerate(STATES)}
    table = np.zeros((len(names), len(STATES)), np.float32)
    for (attribute, name), weight in state.items():
        table[row[attribute], column[name]] = weight
    transitions = np.zeros((len(STATES), len(STATES)), np.float32)
    for (before, after), weight in moves.items():
        transitions[column[before], column[after]] = weight
    scale = float(np.abs(table).max() or 1.0) / 127 if names else 1.0
    small = np.round(table / scale).astype(np.int8)
    kept = np.flatnonzero(small.any(axis=1))
    with path.open("wb") as file:
        np.savez_compressed(
            file,
            format=np.array([FORMAT]),
            attributes=np.frombuffer("\n".join(names[i] for i in kept).encode(), np.uint8),
            weights=small[kept],
            scale=np.array([scale], np.float32),
            transitions=transitions,
        )


def load(file: IO[bytes], name: str) -> Weights:
    """The model in ``file``; SourceError naming ``name`` if it is not one of this format."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > _MAX_BYTES:
            raise ValueError(f"{size >> 20} MB")
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays, np.errstate(all="ignore"):
            found = int(arrays["format"][0])
            if found != FORMAT:
                raise SourceError(
                    f"{name}: expected a model of format {FORMAT}, found {found}; train it anew"
                )
            attributes = arrays["attributes"].tobytes().decode().split("\n")
            state = arrays["weights"].astype(np.float32) * arrays["scale"][0]
            transitions = arrays["transitions"].astype(np.float32)
    except (
        ArithmeticError,
        AttributeError,
        EOFError,
        LookupError,
        MemoryError,
        OSError,
        RuntimeError,
        TypeError,
        ValueError,
        struct.error,
        tokenize.TokenError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise SourceError(
            f"{name}: expected a model made by 'newsindex train-entities', found {error}; "
            "train it anew"
        ) from error
    count = len(STATES)
    if (
        len(attributes) > _MAX_ATTRIBUTES
        or state.shape != (len(attributes), count)
        or transitions.shape != (count, count)
        or len(set(attributes)) != len(attributes)
        or not (np.isfinite(state).all() and np.isfinite(transitions).all())
    ):
        raise SourceError(f"{name}: the parts of the model do not fit each other; train it anew")
    return Weights({a: i for i, a in enumerate(attributes)}, state, transitions)
