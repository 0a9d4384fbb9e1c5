"""Quality as measured on the gold data beside the repository: the levels that must not be lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.quality import check_harness, pairwise, read_forms, read_names
from newsindex.text import key_of, query_keys

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no gold data at {DATA}")


@pytest.mark.parametrize(
    ("name", "least"),
    [("uk_iu_dev", 0.965), ("uk_bruk_dev", 0.965), ("ru_gsd_dev", 0.945), ("ru_taiga_dev", 0.94)],
)
def test_forms_that_share_a_lemma_share_a_key(name: str, least: float) -> None:
    forms = read_forms(DATA / "lemma" / f"{name}.tsv.gz")
    assert pairwise(forms, lambda form: key_of(form, name[:2]))[0] >= least


def test_names_are_found_across_the_languages() -> None:
    names = read_names(DATA / "slavicner" / "mentions.tsv.gz")
    pairs = [
        (a, b) for forms in names.values() for a in forms.get("ru", ()) for b in forms.get("uk", ())
    ]
    assert sum(key_of(b, "uk") in query_keys(a) for a, b in pairs) >= 0.87 * len(pairs)


def test_the_baseline_is_snowball(capsys: pytest.CaptureFixture[str]) -> None:
    check_harness(DATA)
    assert " 0 stems differ" in capsys.readouterr().out


def test_the_measure_itself() -> None:
    gold = {"a1": {"a"}, "a2": {"a"}, "b1": {"b"}, "b2": {"b", "a"}}
    # shared lemmas: a1-a2, a1-b2, a2-b2, b1-b2; equal keys: a1-a2, b1-b2
    assert pairwise(gold, lambda form: form[0]) == (pytest.approx(2 / 3), 1.0, 0.5)
    assert pairwise(gold, lambda form: "")[1:] == (pytest.approx(4 / 6), 1.0)
