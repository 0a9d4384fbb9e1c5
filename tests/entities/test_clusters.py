"""Clusters: words of one company share them, in every case form."""

from newsindex.entities.clusters import attributes
from newsindex.entities.stems import stem


def test_words_of_one_company_share_a_cluster_and_strangers_none() -> None:
    villages = attributes([stem(word) for word in ("село", "деревня", "посёлок")])
    assert len({clusters[-1] for clusters in villages}) == 1
    names = ("Роскосмос", "Роскосмоса", "Росатом", "яблоко")
    cosmos, of_cosmos, atom, apple = attributes([stem(name) for name in names])
    assert cosmos[-1] == atom[-1]
    assert cosmos == of_cosmos != ()
    assert set(cosmos).isdisjoint(apple)


def test_a_word_never_met_has_none() -> None:
    assert attributes(["ъхщцжфы"]) == [()]
