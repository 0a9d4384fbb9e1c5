"""Clusters: words of one company share them, in every case form."""

from newsindex.entities.clusters import attributes
from newsindex.entities.stems import stem


def test_words_of_one_company_share_a_cluster_and_strangers_none() -> None:
    villages = [attributes(stem(word)) for word in ("село", "деревня", "посёлок")]
    assert len({coarse for _, coarse in villages}) == 1
    assert attributes(stem("Роскосмос")) == attributes(stem("Росатом"))
    assert attributes(stem("Роскосмоса")) == attributes(stem("Роскосмос")) != ()
    assert set(attributes(stem("Роскосмос"))).isdisjoint(attributes(stem("яблоко")))


def test_a_word_never_met_has_none() -> None:
    assert attributes("ъхщцжфы") == ()
