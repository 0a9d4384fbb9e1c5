"""Words that the dictionary does not have: F1 on whole lexemes held out when learning.

    python -m benchmarks heldout [--russian] [--ukrainian AFF DIC]

A tenth of the lexemes (every tenth lemma in the order of a hash) is left out, a table is learned
from the rest as ``python -m newsindex.text.learn`` does, and all forms of the lexemes left out that
the frequency list knows and no other lexeme has are scored: two forms should conflate if and only
if they are of one lexeme. Pairs, precision, recall and F1 are those of ``benchmarks quality``.
Needs the sources of the tables (see NOTICE); takes some minutes for each language.
"""

from __future__ import annotations

import argparse
import collections
import importlib
import zlib
from pathlib import Path

import Stemmer

from benchmarks.quality import Forms, pairwise
from newsindex.text.learn import sources
from newsindex.text.learn.__main__ import learn_table, read_frequencies


def main(argv: list[str]) -> int:
    """Learn and score the languages that ``argv`` asks for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks heldout")
    parser.add_argument("--russian", action="store_true", help="from pymorphy3-dicts-ru")
    parser.add_argument("--ukrainian", nargs=2, type=Path, metavar=("AFF", "DIC"))
    options = parser.parse_args(argv)
    if options.russian:
        analyzer = importlib.import_module("pymorphy3").MorphAnalyzer(lang="ru")
        score("ru", sources.read_pymorphy(analyzer))
    if options.ukrainian:
        score("uk", sources.read_hunspell(*options.ukrainian))
    return 0


def score(language: str, lexemes: list[sources.Lexeme]) -> None:
    """Hold out, learn, print."""
    frequencies = read_frequencies(language)
    held = [lexeme for lexeme in lexemes if zlib.crc32(lexeme.lemma.encode()) % 10 == 0]
    kept = [lexeme for lexeme in lexemes if zlib.crc32(lexeme.lemma.encode()) % 10]
    known = {form for lexeme in kept for form in lexeme.forms}
    forms: Forms = collections.defaultdict(set)
    for lexeme in held:
        if lexeme.part != "other":
            for form in lexeme.forms:
                if form in frequencies and form not in known:
                    forms[form].add(f"{lexeme.part} {lexeme.lemma}")
    table = learn_table(language, kept, frequencies)
    print(f"{language}: {len(held)} lexemes held out, {len(forms)} forms of them scored")
    for system, key in (
        ("learned without them", table.key),
        ("no stemming", str),
        ("Snowball Russian", Stemmer.Stemmer("russian").stemWord),
    ):
        f1, precision, recall = pairwise(forms, key)
        print(f"  {system:24} F1 {f1:.4f}  precision {precision:.4f}  recall {recall:.4f}")
