"""Training of the tagger: annotated texts to a file of weights, by CRFsuite.

The model is a linear-chain conditional random field (Lafferty, McCallum, Pereira, ICML 2001),
trained with L-BFGS and L1 + L2 regularisation by CRFsuite (Okazaki 2007); the L1 part keeps the
file small. The weights are the mean of several runs, which differ in the words that are hidden:
linear models may be averaged, and their mean does better than they do on average.
"""

from __future__ import annotations

import importlib
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from newsindex.entities import corpus, weights
from newsindex.entities.corpus import Annotated
from newsindex.entities.features import sentence_attributes
from newsindex.entities.tokens import tokenise
from newsindex.errors import InvalidArgument, NewsIndexError

L1, L2 = 0.001, 1.5
ITERATIONS = 160
HIDDEN = 0.6  # share of capitalised words that are shown as unknown in a second copy
RUNS = 4  # models that are averaged, each with other words hidden


class TrainingReport(NamedTuple):
    """What went into a model: counts of texts, sentences, tokens and names, and its file."""

    texts: int
    sentences: int
    tokens: int
    names: int
    output: Path


def train(
    paths: Sequence[Path | str], output: Path | str, iterations: int = ITERATIONS
) -> TrainingReport:
    """Train a model on annotated files or folders (see `corpus.read`) and write it to ``output``.

    The result is used by setting the variable NEWSINDEX_MODEL to its path. Raises SourceError for
    a file that cannot be read, InvalidArgument where there is nothing to learn from.
    """
    return train_on(
        (text for path in paths for text in corpus.read(Path(path))), output, iterations
    )


def train_on(
    texts: Iterable[Annotated], output: Path | str, iterations: int = ITERATIONS
) -> TrainingReport:
    """Train on texts that are in memory; otherwise as `train`."""
    pycrfsuite = _crfsuite()
    counts = {"texts": 0, "sentences": 0, "tokens": 0, "names": 0}
    sentences: list[tuple[list[str], list[str]]] = []
    for text in texts:
        counts["texts"] += 1
        counts["names"] += len(text.spans)
        sentences += labelled_sentences(text)
    counts["sentences"] = len(sentences)
    counts["tokens"] = sum(len(forms) for forms, _ in sentences)
    if not counts["names"]:
        raise InvalidArgument(
            f"expected annotated names to learn from, found none in {counts['texts']} texts"
        )
    states: defaultdict[tuple[str, str], float] = defaultdict(float)
    moves: defaultdict[tuple[str, str], float] = defaultdict(float)
    for run in range(RUNS):
        info = _trained(pycrfsuite, sentences, iterations, run)
        for weight_of, found in ((states, info.state_features), (moves, info.transitions)):
            for feature, weight in found.items():
                weight_of[feature] += weight / RUNS
    output = Path(output)
    weights.save(output, states, moves)
    return TrainingReport(**counts, output=output)


def _trained(
    pycrfsuite: Any, sentences: Sequence[tuple[list[str], list[str]]], iterations: int, run: int
) -> Any:
    """What CRFsuite learns from ``sentences``; ``run`` chooses which of their words are hidden."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(
        {"c1": L1, "c2": L2, "max_iterations": iterations, "feature.possible_transitions": True}
    )
    chance = random.Random(run).random  # noqa: S311  # the same words each time, no secret
    for forms, labels in sentences:
        trainer.append(pycrfsuite.ItemSequence(sentence_attributes(forms)), labels)
        hidden = [i for i, form in enumerate(forms) if form[0].isupper() and chance() < HIDDEN]
        if hidden:
            # Names of tomorrow are in no list: learn from what stands around them, too.
            trainer.append(pycrfsuite.ItemSequence(sentence_attributes(forms, hidden)), labels)
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.crfsuite")
        trainer.train(path)
        tagger = pycrfsuite.Tagger()
        tagger.open(path)
        info = tagger.info()
        tagger.close()
    return info


def _crfsuite() -> Any:
    """The library that trains; it is an extra, for only who trains needs it."""
    try:
        return importlib.import_module("pycrfsuite")
    except ImportError as error:
        raise NewsIndexError(
            'training needs python-crfsuite, which is not installed: pip install "newsindex[train]"'
        ) from error


def labelled_sentences(text: Annotated) -> list[tuple[list[str], list[str]]]:
    """The sentences of a text as forms and their states (see `weights.STATES`)."""
    forms, starts, stops = tokenise(text.text)
    sentences: list[tuple[list[str], list[str]]] = []
    spans = iter(text.spans)
    span = next(spans, None)
    current: tuple[list[str], list[str]] = ([], [])
    for form, start, stop in zip(forms, starts, stops, strict=True):
        if not form:
            if current[0]:
                sentences.append((current[0], _states(current[1])))
                current = ([], [])
            continue
        while span is not None and start >= span[1]:
            span = next(spans, None)
        label = "O"
        if span is not None and stop > span[0]:
            first = start <= span[0] or not current[1] or current[1][-1][2:] != span[2]
            label = ("B-" if first else "I-") + span[2]
        current[0].append(form)
        current[1].append(label)
    return sentences


def _states(labels: Sequence[str]) -> list[str]:
    """B-PER, I-PER ... as states: a name's last word is E, and S if it is the only one."""
    return [
        {"B": "S", "I": "E"}[label[0]] + label[1:]
        if label != "O" and after != "I" + label[1:]
        else label
        for label, after in zip(labels, [*labels[1:], "O"], strict=True)
    ]
