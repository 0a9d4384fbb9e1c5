"""``python -m newsindex.text.learn``: build the tables and the language model of the package."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from newsindex.text.frequent import pack_frequent
from newsindex.text.keys import LANGUAGES
from newsindex.text.learn import model, rules, sources
from newsindex.text.tables import Action, SuffixTable

DATA = Path(__file__).parent.parent / "data"


def main(argv: list[str] | None = None) -> None:
    """Read the arguments, build what they ask for, print the size of each table."""
    parser = argparse.ArgumentParser(prog="python -m newsindex.text.learn", description=__doc__)
    parser.add_argument("--russian", action="store_true", help="from pymorphy3-dicts-ru")
    parser.add_argument(
        "--ukrainian", nargs=2, type=Path, metavar=("AFF", "DIC"), help="from a hunspell dictionary"
    )
    parser.add_argument("--language-model", action="store_true", help="from wordfreq's lists")
    parser.add_argument("--frequent", action="store_true", help="the frequent words of wordfreq")
    parser.add_argument("--out", type=Path, default=DATA, help="folder to write to")
    options = parser.parse_args(argv)
    if options.russian:
        # the sources are packages that only this tool needs, each only for what is asked
        analyzer = importlib.import_module("pymorphy3").MorphAnalyzer(lang="ru")
        build("ru", sources.read_pymorphy(analyzer), options.out)
    if options.ukrainian:
        build("uk", sources.read_hunspell(*options.ukrainian), options.out)
    if options.language_model:
        scores = model.learn_model(read_frequencies("ru"), read_frequencies("uk"))
        (options.out / "language.model").write_bytes(model.pack_model(scores))
        print(f"language model: {len(scores)} features")
    if options.frequent:
        wordfreq = importlib.import_module("wordfreq")
        words = {language: wordfreq.top_n_list(language, 3000) for language in LANGUAGES}
        (options.out / "frequent.words").write_bytes(pack_frequent(words))
        print(f"frequent words: {', '.join(f'{len(of)} {lang}' for lang, of in words.items())}")


def read_frequencies(language: str) -> dict[str, float]:
    """Word -> occurrences per 100 million words, from the large list of the package wordfreq."""
    wordfreq = importlib.import_module("wordfreq")
    return sources.frequencies_of(wordfreq.get_frequency_dict(language, "large"))


def build(language: str, lexemes: list[sources.Lexeme], out: Path) -> None:
    """Learn the table of ``language`` from ``lexemes`` and write it to the folder ``out``."""
    frequencies = read_frequencies(language)
    table = learn_table(language, lexemes, frequencies)
    data = table.pack()
    (out / f"{language}.table").write_bytes(data)
    print(
        f"{language}: {len(table.words)} words, {len(table.suffixes)} suffixes, {len(data)} bytes"
    )


def learn_table(
    language: str, lexemes: list[sources.Lexeme], frequencies: dict[str, float]
) -> SuffixTable:
    """The table for ``lexemes`` with the irregular ones of the data file put in.

    Of the lexemes without a single form in the frequency list every eighth is used: they say
    little, and there are many.
    """
    used = [
        lexeme
        for number, lexeme in enumerate(lexemes)
        if number % 8 == 0 or any(form in frequencies for form in lexeme.forms)
    ]
    table = rules.learn(rules.shares_of_keys(used, frequencies, language), frequencies)
    words: dict[str, Action] = dict(table.words)
    for its_language, key, forms in sources.read_irregular(DATA / "irregular.tsv"):
        if its_language == language:
            words.update({form: rules.action(form, key) for form in forms})
    return SuffixTable(words, table.suffixes)


if __name__ == "__main__":
    main()
