"""Language quality: word forms, language of texts, names across languages, speed of the analysis.

    python -m benchmarks quality [--task TASK] [--data FOLDER]

Tasks: words, language, names, speed; documents, entities and reprints are described in their own
modules.

Prints a table for each task, newsindex beside the baselines that are installed (extra ``bench``).
The gold data is not part of the repository; ``--data`` says where it is (../shared/data).

**words.** Gold: files of form, lemma, part of speech. Only content words (NOUN PROPN ADJ VERB NUM)
count. The unit is the form *type*: each distinct lower-case form once, whatever its frequency. Two
distinct forms of a file should conflate if and only if some lemma is listed for both. Over all
unordered pairs of forms, precision = conflated pairs that share a lemma / conflated pairs, recall =
the same / pairs that share a lemma, F1 their harmonic mean. A file is scored by itself.

**language.** Texts of known language, whole and cut into sentences of at least four words; an
answer of None counts as wrong.

**names.** Gold: mentions with an entity id shared by both languages. Of each person or place the
most frequent one-word base form in each language is its name; all inflected forms of that name met
in Russian are paired with all met in Ukrainian. Recall is the share of these pairs in which the
Russian form, as a query, finds the Ukrainian one. Precision is taken over all pairs of forms of any
names that find each other: the share that has an id in common.

**speed.** Words never seen before per second (an empty memo), and tokens of running news text per
second through the whole chain (text to keys), first with an empty memo, then with a warm one.
Processor time of one core, so that other programs on the machine count less.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import itertools
import json
import random
import re
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import Stemmer

from benchmarks import documents, entities, ranking
from newsindex.text import (
    analyse,
    detect,
    key_of,
    key_table,
    passages,
    query_keys,
    scan,
    strict_key,
)
from newsindex.text.keys import KeyTable

CONTENT = frozenset({"NOUN", "PROPN", "ADJ", "VERB", "NUM"})
WORD_FILES = (
    "uk_iu_dev",
    "uk_bruk_dev",
    "ru_gsd_dev",
    "ru_taiga_dev",
    "ru_taiga_test",
    "ru_oc_dev",
)

Forms = dict[str, set[str]]  # form -> its lemmas


def main(argv: list[str]) -> int:
    """Run the tasks that ``argv`` asks for and print their tables; 2 if the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks quality")
    parser.add_argument("--task", choices=sorted(TASKS), action="append")
    default = Path(__file__).resolve().parents[2] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=default)
    options = parser.parse_args(argv)
    if not options.data.is_dir():
        print(f"no data at {options.data}: give the folder of the gold data with --data")
        return 2
    for task in options.task or TASKS:
        print(f"== {task}")
        TASKS[task](options.data)
        print()
    return 0


# --- words --------------------


def read_forms(path: Path, parts: Iterable[str] = CONTENT) -> Forms:
    """form -> lemmas, of the words of a gold file that are one of the parts of speech."""
    wanted = set(parts)
    forms: Forms = collections.defaultdict(set)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            form, lemma, part, _ = line.rstrip("\n").split("\t")
            if part in wanted:
                forms[form.lower().replace("ё", "е")].add(lemma.lower().replace("ё", "е"))
    return dict(forms)


def pairwise(forms: Forms, key: Callable[[str], str]) -> tuple[float, float, float]:
    """(F1, precision, recall) of "these two forms share a lemma", told by equal keys."""
    by_lemma: dict[str, list[str]] = collections.defaultdict(list)
    by_key: dict[str, list[str]] = collections.defaultdict(list)
    for form, lemmas in sorted(forms.items()):
        by_key[key(form)].append(form)
        for lemma in lemmas:
            by_lemma[lemma].append(form)
    gold = {pair for group in by_lemma.values() for pair in itertools.combinations(group, 2)}
    found = [pair for group in by_key.values() for pair in itertools.combinations(group, 2)]
    right = sum(pair in gold for pair in found)
    precision = right / len(found) if found else 1.0
    recall = right / len(gold) if gold else 1.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return f1, precision, recall


def _systems(language: str) -> dict[str, Callable[[str], str]]:
    systems: dict[str, Callable[[str], str]] = {
        "newsindex (folded key)": lambda form: key_of(form, language),
        "newsindex (strict key)": lambda form: strict_key(form, language),
        "no stemming": lambda form: form,
        "Snowball Russian": Stemmer.Stemmer("russian").stemWord,
    }
    try:
        import simplemma

        systems["simplemma"] = lambda form: simplemma.lemmatize(form, lang=language).lower()
    except ImportError:
        print("simplemma is not installed: left out")
    try:
        import pymorphy3

        analyzer = pymorphy3.MorphAnalyzer(lang=language)
        systems["pymorphy3"] = lambda form: analyzer.parse(form)[0].normal_form.replace("ё", "е")
    except (ImportError, ValueError):
        print(f"pymorphy3 with its dictionary for {language!r} is not installed: left out")
    return systems


def words(data: Path) -> None:
    """The table of conflation: F1 (precision/recall), F1 of proper nouns alone."""
    check_harness(data)
    for name in WORD_FILES:
        path = data / "lemma" / f"{name}.tsv.gz"
        forms, names = read_forms(path), read_forms(path, {"PROPN"})
        print(f"{name}: {len(forms)} forms")
        for system, key in _systems(name[:2]).items():
            f1, precision, recall = pairwise(forms, key)
            proper = pairwise(names, key)[0]
            print(
                f"  {system:24} F1 {f1:.4f}  precision {precision:.4f}  recall {recall:.4f}"
                f"  proper nouns {proper:.4f}"
            )


def check_harness(data: Path) -> None:
    """The Snowball baseline is Snowball: PyStemmer gives the stems that Snowball publishes."""
    read = [
        (data / "stem_vocab" / f"snowball_russian_{part}.txt").read_text("utf-8").split()
        for part in ("voc", "output")
    ]
    stemmer = Stemmer.Stemmer("russian")
    wrong = sum(stemmer.stemWord(w) != stem for w, stem in zip(*read, strict=True))
    print(f"harness: {len(read[0])} words of Snowball's vocabulary, {wrong} stems differ")


# --- language --------------------


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _texts(data: Path) -> Iterator[tuple[str, str, list[str]]]:
    for language, name, field in (
        ("ru", "tg_ru_2024/posts", "text"),
        ("uk", "tsn_tg_uk_2022/posts", "text"),
        ("ru", "lenta_ru/headlines", "title"),
        ("ru", "biz_ru_2020_2022/articles", "text"),
        ("ru", "interfax_ru_2021/articles", "text"),
        ("uk", "ner_uk/docs", "text"),
        ("ru", "nerel_ru/docs", "text"),
    ):
        items = list(read_json_lines(data / f"{name}.jsonl.gz"))
        yield language, name.split("/")[0], [item[field] for item in items]
    for language in ("ru", "uk"):
        docs = read_json_lines(data / "slavicner" / "docs.jsonl.gz")
        yield language, "slavicner", [d["text"] for d in docs if d["lang"] == language]


def language(data: Path) -> None:
    """The share of texts and of sentences whose language is told right."""
    rights: dict[tuple[str, str], list[bool]] = collections.defaultdict(list)
    for gold, name, all_texts in _texts(data):
        texts = [text for text in all_texts if len(re.findall("[а-яіїєґ]+", text.lower())) >= 4]
        sentences = [
            sentence
            for text in texts
            for sentence in re.split(r"(?<=[.!?…])\s+|\n+", text)
            if len(re.findall("[а-яёіїєґ]+", sentence.lower())) >= 4
        ]
        random.Random(7).shuffle(sentences)
        for kind, items in (("texts", texts), ("sentences", sentences[:20_000])):
            right = [detect(item)[0] == gold for item in items]
            rights[kind, gold] += right
            print(
                f"  {name:20} {gold} {kind:10} {len(right):6} right {sum(right) / len(right):.4f}"
            )
    for (kind, gold), right in sorted(rights.items()):
        print(f"  {'all':20} {gold} {kind:10} {len(right):6} right {sum(right) / len(right):.4f}")
    _mixed(data)


def _mixed(data: Path) -> None:
    """Quotations in the other language: how many of their words get the key of their language."""
    posts = {
        "uk": [p["text"] for p in read_json_lines(data / "tsn_tg_uk_2022" / "posts.jsonl.gz")],
        "ru": [t["title"] for t in read_json_lines(data / "lenta_ru" / "headlines.jsonl.gz")],
    }
    for quoted, around in (("uk", "ru"), ("ru", "uk")):
        by_document = by_passage = total = 0
        for quotation in posts[quoted][:3_000]:
            text = f"{posts[around][0]}\n{quotation}\n"
            start = len(posts[around][0]) + 1
            language = next(p[2] for p in passages(text, around) if p[0] <= start < p[1])
            for form in scan(quotation)[0]:
                key = key_of(form, quoted)
                total += 1
                by_document += key_of(form, around) == key
                by_passage += key_of(form, language) == key
        print(
            f"  {quoted} quoted in {around}: {by_document / total:.4f} of the words have their key"
            f" by document, {by_passage / total:.4f} by passage"
        )


# --- names --------------------

_ONE_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)?\Z")


def read_names(path: Path) -> dict[str, dict[str, set[str]]]:
    """entity id -> language -> the forms met of the name of that person or place."""
    met: dict[tuple[str, str], collections.Counter[tuple[str, str]]]
    met = collections.defaultdict(collections.Counter)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            language, mention, base, category, entity = fields[1], *fields[4:8]
            if category in ("PER", "LOC") and _ONE_WORD.match(mention) and _ONE_WORD.match(base):
                form = scan(mention)[0][0].lower()
                met[f"{category} {entity}", language][base.lower(), form] += 1
    names: dict[str, dict[str, set[str]]] = collections.defaultdict(dict)
    for (entity, language), pairs in met.items():
        bases: collections.Counter[str] = collections.Counter()
        for (base, _), count in pairs.items():
            bases[base] += count
        name = max(sorted(bases), key=lambda base: bases[base])
        names[entity][language] = {form for base, form in pairs if base == name}
    return names


def names(data: Path) -> None:
    """Recall and precision of finding a name across the languages, and what folding costs."""
    by_entity = read_names(data / "slavicner" / "mentions.tsv.gz")
    gold = {
        (russian, ukrainian)
        for forms in by_entity.values()
        for russian in forms.get("ru", ())
        for ukrainian in forms.get("uk", ())
    }
    all_names = {
        lang: sorted({form for forms in by_entity.values() for form in forms.get(lang, ())})
        for lang in ("ru", "uk")
    }
    ways: dict[str, tuple[Callable[[str], Iterable[str]], Callable[[str], str]]] = {
        "the form itself": (lambda form: [form], lambda form: form),
        "strict keys": (lambda form: [strict_key(form, "ru")], lambda form: strict_key(form, "uk")),
        "newsindex": (query_keys, lambda form: key_of(form, "uk")),
    }
    print(f"  {len(gold)} pairs of a Russian and a Ukrainian form of one name")
    for way, (asked, held) in ways.items():
        holding: dict[str, list[str]] = collections.defaultdict(list)
        for form in all_names["uk"]:
            holding[held(form)].append(form)
        found = {(a, b) for a in all_names["ru"] for key in asked(a) for b in holding.get(key, ())}
        right = len(found & gold)
        print(
            f"  {way:20} recall {right / len(gold):.4f}"
            f"  precision {right / max(1, len(found)):.4f} of {len(found)}"
        )
    _cost_of_folding(data)


def _cost_of_folding(data: Path) -> None:
    """Words of the two languages that only folding joins, and what that does within a language."""
    lemmas = {}
    for lang, name in (("ru", "ru_gsd_dev"), ("uk", "uk_bruk_dev")):
        forms = read_forms(data / "lemma" / f"{name}.tsv.gz", {"NOUN", "ADJ", "VERB"})
        lemmas[lang] = sorted({lemma for group in forms.values() for lemma in group})
        f1 = [pairwise(forms, lambda f, k=k, x=lang: k(f, x))[0] for k in (strict_key, key_of)]
        print(f"  common words of {name}: F1 {f1[0]:.4f} with strict keys, {f1[1]:.4f} folded")
    strict = {strict_key(lemma, "ru") for lemma in lemmas["ru"]}
    folded = {key_of(lemma, "ru") for lemma in lemmas["ru"]}
    same = sum(strict_key(lemma, "uk") in strict for lemma in lemmas["uk"])
    joined = [
        lemma
        for lemma in lemmas["uk"]
        if key_of(lemma, "uk") in folded and strict_key(lemma, "uk") not in strict
    ]
    print(
        f"  of {len(lemmas['uk'])} Ukrainian common words {same} have the key of a Russian one"
        f" anyway, {len(joined)} more by folding, such as"
    )
    sample = random.Random(11).sample(joined, min(12, len(joined)))
    by_folded = {key_of(lemma, "ru"): lemma for lemma in lemmas["ru"]}
    print("    " + ", ".join(f"{w}/{by_folded[key_of(w, 'uk')]}" for w in sorted(sample)))


# --- speed --------------------


def speed(data: Path) -> None:
    """Words never seen per second, tokens of running text per second; the best of three runs."""
    for lang, name in (("ru", "ru_oc_dev"), ("uk", "uk_bruk_dev")):
        forms = sorted(read_forms(data / "lemma" / f"{name}.tsv.gz"))
        rates = []
        for _ in range(3):
            table = KeyTable(lang)
            begin = time.process_time()
            for form in forms:
                table[form]
            rates.append(len(forms) / (time.process_time() - begin))
        print(f"  {lang} words never seen: {max(rates):12,.0f} a second ({len(forms)} words)")
    for lang, name in (("ru", "biz_ru_2020_2022/articles"), ("uk", "tsn_tg_uk_2022/posts")):
        texts = [item["text"] for item in read_json_lines(data / f"{name}.jsonl.gz")]
        table = key_table(lang)
        rates = []
        for _ in range(3):
            count = 0
            begin = time.process_time()
            for text in texts:
                forms, _ = scan(text)
                count += len([table[form] for form in forms])
            rates.append(count / (time.process_time() - begin))
        print(
            f"  {lang} running text: {rates[0]:12,.0f} tokens a second at first,"
            f" {max(rates):,.0f} when warm ({count} tokens)"
        )
        begin = time.process_time()
        count = sum(len(analyse(text, lang)) for text in texts[:500])
        print(
            f"  {lang} with spans: {count / (time.process_time() - begin):12,.0f} tokens a second"
        )


def _reprints(data: Path) -> None:
    # Imported here because that module reads its data with the help of this one.
    from benchmarks import reprints

    reprints.main(["--data", str(data)])


TASKS: dict[str, Callable[[Path], None]] = {
    "words": words,
    "language": language,
    "names": names,
    "speed": speed,
    "documents": lambda data: documents.main(["--data", str(data)]),
    "reprints": _reprints,
    "ranking": lambda data: ranking.main(["--data", str(data)]),
    "entities": lambda data: entities.main(["--data", str(data)]),
}
