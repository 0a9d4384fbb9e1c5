"""Makes the clusters of `newsindex.entities.clusters` from word embeddings.

    pip install natasha scikit-learn
    python -m newsindex.entities.learn_clusters

The embeddings are navec's of a billion words of Russian news, which the package natasha ships (MIT;
NOTICE tells more). Words are joined by stem, which serves names and words of both languages alike,
and clustered by k-means (Sculley, WWW 2010) into some 3,000, 1,000 and 300; the 1,000 by k-means
once more.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from newsindex.entities.clusters import hash_of
from newsindex.entities.lexicon import DATA
from newsindex.entities.stems import stem

_EMBEDDINGS = "natasha/data/emb/navec_news_v1_1B_250K_300d_100q.tar"
_FINE, _COARSE = 1024, 96
_Floats = npt.NDArray[np.float32]


def main() -> int:
    """Write ``clusters.npz`` into the package."""
    stems, vectors, counts = _stems()
    cluster: Any = importlib.import_module("sklearn.cluster")  # needed here only
    fine = cluster.MiniBatchKMeans(_FINE, batch_size=8192, max_iter=60, n_init=1, random_state=0)
    of_stem = fine.fit(vectors).predict(vectors)
    coarse = cluster.KMeans(_COARSE, n_init=2, random_state=0)
    of_cluster = coarse.fit(_unit(fine.cluster_centers_)).labels_
    others = {}
    vectors = vectors.astype(np.float32)
    for name, count, batch, rounds in (("middle", 320, 8192, 40), ("finest", 3000, 32768, 12)):
        found = cluster.MiniBatchKMeans(
            count, batch_size=batch, max_iter=rounds, n_init=1, random_state=1
        )
        others[name] = found.fit(vectors).predict(vectors)
    # Of two stems with one hash the more frequent one is kept.
    order = np.argsort(-counts, kind="stable")
    hashes, first = np.unique(
        np.array([hash_of(s) for s in stems], np.uint32)[order], return_index=True
    )
    np.savez_compressed(
        str(Path(str(DATA)) / "clusters.npz"),
        allow_pickle=False,
        steps=np.diff(hashes, prepend=np.uint32(0)).astype(np.uint32),
        fine=of_stem[order][first].astype(np.uint16),
        coarse=of_cluster.astype(np.uint16),
        **{name: found[order][first].astype(np.uint16) for name, found in others.items()},
    )
    print(f"{len(hashes)} stems in {_FINE} clusters, {', '.join(others)} ones beside")
    return 0


def _stems() -> tuple[list[str], _Floats, npt.NDArray[np.int64]]:
    """The stems of the words that have embeddings, their vectors, how often they were met."""
    package = importlib.metadata.distribution("natasha")  # not imported: it asks for more packages
    navec = importlib.import_module("navec").Navec.load(str(package.locate_file(_EMBEDDINGS)))
    words = navec.vocab.words
    met = np.array(navec.vocab.counts[: len(words)])
    embeddings = _unit(navec.pq.unpack().astype(np.float32))
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, word in enumerate(words):
        if any(c.isalpha() for c in word) and not word.startswith("<"):
            groups[stem(word)].append(number)
    vectors = [(embeddings[g] * np.sqrt(met[g])[:, None]).sum(0) for g in groups.values()]
    counts = np.array([met[g].sum() for g in groups.values()])
    return list(groups), _unit(np.stack(vectors)), counts


def _unit(vectors: _Floats) -> _Floats:
    length: _Floats = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return vectors / length


if __name__ == "__main__":
    sys.exit(main())
