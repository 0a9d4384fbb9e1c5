"""Training: annotated files of three forms become a model that the extractor can use."""

from pathlib import Path

import pytest

pycrfsuite = pytest.importorskip("pycrfsuite")

from newsindex.entities import corpus  # noqa: E402  # after the check that training is possible
from newsindex.entities.extractor import extract_with, load_tagger  # noqa: E402  # likewise
from newsindex.entities.features import sentence_attributes  # noqa: E402  # likewise
from newsindex.entities.tagger import Tagger  # noqa: E402  # likewise
from newsindex.entities.training import labelled_sentences, train  # noqa: E402  # likewise
from newsindex.entities.weights import LABELS, load  # noqa: E402  # likewise
from newsindex.errors import InvalidArgument, SourceError  # noqa: E402  # likewise
from newsindex.model import Article  # noqa: E402  # likewise

OWN = Path(__file__).resolve().parents[2] / "newsindex" / "entities" / "training"
BRACKETS = "# remark\n[PER Анна Гвоздь] приехала в [LOC Львов].\n\n[ORG СБУ] молчит.\n"
IOB = "Анна B-PER\nГвоздь I-PER\nприехала O\nв O\nЛьвов B-LOC\n. O\n\nСБУ B-ORG\nмолчит O\n. O\n"


def spans(texts: list[corpus.Annotated]) -> list[tuple[str, str]]:
    return [(kind, t.text[a:b]) for t in texts for a, b, kind in t.spans]


EXPECTED = [("PER", "Анна Гвоздь"), ("LOC", "Львов"), ("ORG", "СБУ")]


def test_three_forms_of_annotation_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BRACKETS, encoding="utf-8")
    (tmp_path / "b.iob").write_text(IOB, encoding="utf-8")
    brat = tmp_path / "brat"
    brat.mkdir()
    (brat / "c.txt").write_text("Анна Гвоздь приехала в Львов.\nСБУ молчит.", encoding="utf-8")
    (brat / "c.ann").write_text(
        "T1\tPERSON 0 11\tАнна Гвоздь\nT2\tLOC 23 28\tЛьвов\nT3\tORG 30 33\tСБУ\nR1\tx Arg1:T1\n",
        encoding="utf-8",
    )
    for path in (tmp_path / "a.txt", tmp_path / "b.iob", brat):
        assert spans(list(corpus.read(path))) == EXPECTED


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("x.txt", "[PER Анна приехала", "x.txt:1: expected .* unpaired"),
        ("x.txt", "[CAT Мурка]", "x.txt:1: expected PER, ORG or LOC, found CAT"),
        ("x.iob", "Анна B-PER\nодно\n", "x.iob:2: expected 'token tag'"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        list(corpus.read(path))


def test_labels_follow_the_tokens() -> None:
    text = corpus.from_spans("Сказал А. Б. Гвоздь СБУ.", [(7, 19, "PER"), (20, 23, "ORG")])
    [(forms, states)] = labelled_sentences(text)
    assert forms == ["Сказал", "А.", "Б.", "Гвоздь", "СБУ", "."]
    assert states == ["O", "B-PER", "I-PER", "E-PER", "S-ORG", "O"]


def test_our_sentences_are_many_and_well_formed() -> None:
    for language in ("ru", "uk"):
        lines = [t for path in OWN.glob(f"{language}_*.txt") for t in corpus.read(path)]
        assert len(lines) >= 400
        assert all(t.text[a:b].strip() == t.text[a:b] != "" for t in lines for a, b, _ in t.spans)


def test_a_trained_model_tags_as_crfsuite_does(tmp_path: Path) -> None:
    lines = (OWN / "uk_life.txt").read_text(encoding="utf-8").splitlines()[:80]
    (tmp_path / "small.txt").write_text("\n".join(lines), encoding="utf-8")
    report = train([tmp_path / "small.txt"], tmp_path / "small.npz", iterations=25)
    assert report.names > 100
    tagger = load_tagger(tmp_path / "small.npz")
    article = Article("", "Голова НБУ Андрій Пишний пояснив рішення.", language="uk")
    assert any(m.kind == "person" for m in extract_with(tagger, [article])[0])

    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params({"max_iterations": 25})
    sentences = [
        s for t in corpus.read(tmp_path / "small.txt") for s in labelled_sentences(t) if s[0]
    ]
    for forms, labels in sentences:
        trainer.append(pycrfsuite.ItemSequence(sentence_attributes(forms)), labels)
    trainer.train(str(tmp_path / "model"))
    reference = pycrfsuite.Tagger()
    reference.open(str(tmp_path / "model"))
    from newsindex.entities import weights

    info = reference.info()
    weights.save(tmp_path / "same.npz", info.state_features, info.transitions)
    with (tmp_path / "same.npz").open("rb") as file:
        ours = Tagger(load(file, "same"))
    for forms, _ in sentences:
        expected = reference.tag(pycrfsuite.ItemSequence(sentence_attributes(forms)))
        found = [LABELS[i] for i in ours.tag(["", "", *forms, "", ""]).labels][2:-2]
        assert found == [state.replace("S-", "B-").replace("E-", "I-") for state in expected]


def test_nothing_to_learn_from_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("Ничего нет.\n", encoding="utf-8")
    with pytest.raises(InvalidArgument, match="found none in 1 texts"):
        train([tmp_path / "empty.txt"], tmp_path / "m.npz")


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(b"PK\x03\x04 not a model")
    with pytest.raises(SourceError, match=r"model\.npz"):
        load_tagger(path)
    with pytest.raises(SourceError, match=r"absent\.npz"):
        load_tagger(tmp_path / "absent.npz")
