"""Names found and joined: F1 of keys per document, filters across documents and languages, speed.

``python -m benchmarks entities [--data DIR] [--model FILE] [--ship FILE]``

Gold mentions get their keys by the same functions as found ones, so that the figures measure
finding and settling names, and, on slavicner, joining them. What is trained on factRuEval's
development part is measured on its test part; the other collections are never trained on.
natasha is measured beside it where it is installed.
"""

from __future__ import annotations

import argparse
import collections
import gzip
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.names_cost import shares, whole_share, words_a_second, words_a_second_together
from newsindex.entities import Mention, document_keys, mentions_from_spans, query_keys
from newsindex.entities.corpus import Annotated, from_spans, read
from newsindex.entities.extractor import extract_with, load_tagger
from newsindex.entities.lexicon import DATA
from newsindex.entities.places import find_word, is_adjective
from newsindex.entities.training import train_on
from newsindex.model import Article

DATA_SETS = Path(__file__).resolve().parents[2] / "shared" / "data"
OWN = Path(__file__).resolve().parents[1] / "newsindex" / "entities" / "training"
KINDS = ("person", "org", "place")
_TO_KIND = {"PER": "person", "ORG": "org", "LOC": "place"}
Extract = Callable[[Article], tuple[Mention, ...]]


def documents(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """The documents of one collection."""
    with gzip.open(data / name / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def annotated(document: dict[str, Any]) -> Annotated:
    """A document with gold spans, the outermost names kept.

    What has no capital letter (компания, страна) and what is an adjective (российский) is no name,
    though factRuEval, NEREL and ner-uk annotate it.
    """
    text = document["text"]
    kinds = {"Person": "PER", "Org": "ORG", "LocOrg": "LOC", "Location": "LOC", "DISTRICT": "LOC"}
    spans = [
        (e["start"], e["end"], kinds.get(e["type"], e["type"]))
        for e in document["entities"]
        if is_name(e["text"], text[: e["start"]][-3:])
    ]
    return from_spans(text, spans)


_ADJECTIVE = re.compile(
    r"[А-ЯЁІЇЄҐ]?[а-яёіїєґ-]*(?:ск|цк|ськ|цьк|зьк)"
    r"(?:ий|ій|ая|ое|ие|ого|ому|им|ом|ой|ую|ою|ей|их|ими|а|е|і|ої|у)"
)


def is_name(text: str, before: str) -> bool:
    """Whether an annotated text is a name: it has a capital and is no small-letter adjective.

    One with a capital that only begins its sentence, as ``before`` tells, is as good as small.
    """
    if not any(c.isupper() for c in text):
        return False
    if text[0].islower():
        return not _ADJECTIVE.fullmatch(text)
    begins = not before.strip() or before.rstrip(" \u00a0")[-1] in ".!?…\n•"
    return not (begins and " " not in text and is_adjective(text) and find_word(text) is None)


def factrueval_training(data: Path, *, all_parts: bool = False) -> Iterator[Annotated]:
    """The development part of factRuEval: what the measured model is trained on beside our own.
    With ``all_parts`` the test part too, as for the weights that ship."""
    for document in documents(data, "factrueval_ru"):
        if all_parts or document["split"] == "devset":
            yield annotated(document)


def gold_mentions(article: Article, text: Annotated) -> tuple[Mention, ...]:
    """The gold names of an article, keyed as found ones are."""
    return mentions_from_spans(article, [(_TO_KIND[k], "text", a, b) for a, b, k in text.spans])


def key_f1(
    pairs: Iterable[tuple[Article, Annotated]], extract: Extract
) -> dict[str, tuple[float, float, float]]:
    """Precision, recall and F1 of the sets of keys per document, summed over documents."""
    counts: dict[str, list[int]] = {kind: [0, 0, 0] for kind in KINDS}
    for article, text in pairs:
        gold, found = gold_mentions(article, text), extract(article)
        for kind in KINDS:
            expected = {m.key for m in gold if m.kind == kind}
            given = {m.key for m in found if m.kind == kind}
            for i, number in enumerate((len(expected & given), len(given), len(expected))):
                counts[kind][i] += number
    return {kind: _prf(*numbers) for kind, numbers in counts.items()}


def _prf(right: int, given: int, expected: int) -> tuple[float, float, float]:
    precision, recall = right / max(given, 1), right / max(expected, 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def collections_of(data: Path) -> Iterator[tuple[str, list[tuple[Article, Annotated]]]]:
    """The measured collections: a name, and its articles with gold."""
    chosen: list[tuple[str, str, str, Callable[[dict[str, Any]], bool]]] = [
        ("factRuEval test", "factrueval_ru", "ru", lambda d: d["split"] == "testset"),
        ("NEREL dev", "nerel_ru", "ru", lambda d: d["split"] == "dev"),
        ("ner-uk news", "ner_uk", "uk", lambda d: d["source"] == "ng"),
        # The rules are made on these, by the number of the text odd ones, and their errors read.
        ("NEREL train, odd", "nerel_ru", "ru", lambda d: d["split"] == "train" and is_odd(d)),
        # In these nothing was ever looked up while the rules were made.
        ("NEREL train, even", "nerel_ru", "ru", lambda d: d["split"] == "train" and not is_odd(d)),
        ("ner-uk, other texts", "ner_uk", "uk", lambda d: d["source"] == "bruk"),
    ]
    for title, folder, language, wanted in chosen:
        yield (
            title,
            [
                (Article("", d["text"], language=language), annotated(d))
                for d in documents(data, folder)
                if wanted(d)
            ],
        )


def is_odd(document: dict[str, Any]) -> bool:
    """Whether the number with which a text of NEREL is called is odd."""
    return int(document["id"].partition("_")[0]) % 2 == 1


def filter_quality(
    data: Path, extract: Extract
) -> dict[str, tuple[float, float, float, float, int]]:
    """slavicner: macro precision and recall of each entity's filter, then across languages.

    The query is the entity's most frequent base form; for the second pair it is that of one
    language and the documents are those of the other.
    """
    found: dict[str, set[str]] = {}
    language: dict[str, str] = {}
    for d in documents(data, "slavicner"):
        article = Article("", d["text"], language=d["lang"])
        found[d["id"]] = set(document_keys(extract(article)))
        language[d["id"]] = d["lang"]
    kinds = {"PER": "person", "ORG": "org", "LOC": "place"}
    where: dict[tuple[str, str], set[str]] = collections.defaultdict(set)
    forms: dict[tuple[str, str, str], collections.Counter[str]] = collections.defaultdict(
        collections.Counter
    )
    with gzip.open(data / "slavicner" / "mentions.tsv.gz", "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            doc, lang, _, _, _, lemma, category, entity = line.rstrip("\n").split("\t")
            if category in kinds and doc in found:
                entity = f"{numbering(doc)}/{entity}"
                where[kinds[category], entity].add(doc)
                forms[kinds[category], entity, lang][lemma] += 1
    scores: dict[str, list[list[float]]] = {kind: [[], [], [], []] for kind in KINDS}
    for (kind, entity), docs in where.items():
        if len(docs) < 2:
            continue
        both = forms[kind, entity, "ru"] + forms[kind, entity, "uk"]
        series = entity.partition("/")[0]
        near = {d: keys for d, keys in found.items() if numbering(d) == series}
        _score(scores[kind][:2], kind, both, docs, near)
        for here, there in (("ru", "uk"), ("uk", "ru")):
            target = {d for d in docs if language[d] == there}
            if target and forms[kind, entity, here]:
                other = {d: keys for d, keys in near.items() if language[d] == there}
                _score(scores[kind][2:], kind, forms[kind, entity, here], target, other)
    return {
        kind: (*(sum(s) / max(len(s), 1) for s in lists), len(lists[1]))  # type: ignore[misc]  # four floats and a count
        for kind, lists in scores.items()
    }


def numbering(document: str) -> str:
    """The series in which a document's entity ids were given: each 2017 topic has its own."""
    topic = document.partition("/")[0]
    return topic if topic.startswith("2017") else "shared"


def _score(
    into: list[list[float]],
    kind: str,
    lemmas: collections.Counter[str],
    docs: set[str],
    found: dict[str, set[str]],
) -> None:
    asked = set(query_keys(kind, lemmas.most_common(1)[0][0]))
    given = {d for d, keys in found.items() if not asked.isdisjoint(keys)}
    if given:
        into[0].append(len(given & docs) / len(given))
    into[1].append(len(given & docs) / len(docs))


class Measured(NamedTuple):
    """An extractor and what it costs: seconds to load it, bytes of its models on disk."""

    title: str
    extract: Extract
    load: float
    size: int


def own(model: Path) -> Measured:
    """newsindex with the model of a file; on disk are also its lists, clusters and dictionaries."""
    begin = time.perf_counter()
    tagger = load_tagger(model)
    extract_with(tagger, [Article("", "Київ та Москва — столиці.")])
    load = time.perf_counter() - begin
    files = [f for f in Path(str(DATA)).iterdir() if f.name != "weights.npz"]
    size = model.stat().st_size + sum(f.stat().st_size for f in files)
    return Measured("newsindex", lambda a: extract_with(tagger, [a])[0], load, size)


def natasha() -> Measured | None:
    """natasha's spans under our keys, or None where it is not installed."""
    begin = time.perf_counter()
    try:
        from natasha import Doc, NewsEmbedding, NewsNERTagger, Segmenter
    except ImportError:
        return None
    embedding = NewsEmbedding()
    segmenter, tagger = Segmenter(), NewsNERTagger(embedding)
    load = time.perf_counter() - begin

    def extract(article: Article) -> tuple[Mention, ...]:
        doc = Doc(article.text)
        doc.segment(segmenter)
        doc.tag_ner(tagger)
        return mentions_from_spans(
            article, [(_TO_KIND[s.type], "text", s.start, s.stop) for s in doc.spans]
        )

    folder = Path(sys.modules["natasha"].__file__ or "").parent / "data"
    files = [folder / "emb" / "navec_news_v1_1B_250K_300d_100q.tar"]
    files.append(folder / "model" / "slovnet_ner_news_v1.tar")
    return Measured("natasha", extract, load, sum(f.stat().st_size for f in files))


def rows_of(measured: Measured, data: Path) -> dict[str, str]:
    """Every figure for one extractor, by the name of its row."""
    rows = {}
    for name, pairs in collections_of(data):
        scores = key_f1(pairs, measured.extract)
        rows[f"{name}, F1"] = " / ".join(f"{f:.3f}" for _, _, f in scores.values())
    for kind, (p, r, cross_p, cross_r, _) in filter_quality(data, measured.extract).items():
        rows[f"filter {kind}, precision / recall"] = f"{p:.3f} / {r:.3f}"
        rows[f"filter {kind}, from the other language"] = f"{cross_p:.3f} / {cross_r:.3f}"
    texts = [d["text"] for d in documents(data, "nerel_ru")][:300]
    texts += [d["text"] for d in documents(data, "ner_uk") if d["source"] == "ng"]
    whole, short = words_a_second(texts, measured.extract)
    rows["words/s, whole texts"] = f"{whole:,.0f}"
    rows["words/s, items of 40 words"] = f"{short:,.0f}"
    rows["load time, ms"] = f"{measured.load * 1000:.0f}"
    rows["size on disk, MB"] = f"{measured.size / 1e6:.1f}"
    return rows


def print_table(columns: dict[str, dict[str, str]]) -> None:
    """Print the figures, one column an extractor; F1 and filters are person / org / place."""
    names = list(dict.fromkeys(row for rows in columns.values() for row in rows))
    width = max(map(len, names))
    print(f"| {'':{width}} |", " | ".join(f"{title:21}" for title in columns), "|")
    print(f"| {'-' * width} |", " | ".join("-" * 21 for _ in columns), "|")
    for name in names:
        cells = (f"{rows.get(name, '-'):21}" for rows in columns.values())
        print(f"| {name:{width}} |", " | ".join(cells), "|")


def main(argv: list[str]) -> int:
    """Measure the extractor; trains a model without factRuEval's test part unless one is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks entities", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA_SETS, help="folder of the data sets")
    parser.add_argument("--model", type=Path, help="measure this model instead of training one")
    parser.add_argument(
        "--ship", type=Path, help="train on all of factRuEval, as for the package, to this file"
    )
    args = parser.parse_args(argv)
    if not args.data.is_dir():
        print(f"skipped: there is no data at {args.data}", file=sys.stderr)
        return 2
    if args.ship:
        train_on([*read(OWN), *factrueval_training(args.data, all_parts=True)], args.ship)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = args.model
        if path is None:
            path = Path(folder) / "measured.npz"
            begin = time.perf_counter()
            trained = train_on([*read(OWN), *factrueval_training(args.data)], path)
            print(f"trained on {trained.texts} texts in {time.perf_counter() - begin:.0f} s")
        measured = [own(path)]
        other = natasha()
        if other is None:
            print("natasha is not measured: it is not installed (extra 'bench')", file=sys.stderr)
        else:
            measured.append(other)
        columns = {m.title: rows_of(m, args.data) for m in measured}
        texts = [d["text"] for d in documents(args.data, "nerel_ru")][:300]
        together = words_a_second_together(texts, load_tagger(path))
        columns["newsindex"]["words/s, 100 items together"] = f"{together:,.0f}"
        columns["newsindex"]["names / all else, 6,000 new short items"] = shares(args.data)
        columns["newsindex"]["names / all else, the command over all posts"] = whole_share(
            args.data
        )
        print_table(columns)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
