"""Document numbers of postings: what was written comes back, whole, by term and by window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsindex.index import docids
from newsindex.index.files import ArrayFile, ArrayFileWriter

DOCUMENTS = 100


@settings(max_examples=80, deadline=None)
@given(
    lists=st.lists(st.sets(st.integers(0, DOCUMENTS - 1), min_size=1), min_size=1, max_size=12),
    cut=st.integers(0, 12),
    first=st.integers(0, DOCUMENTS - 1),
    stop=st.integers(1, DOCUMENTS),
    dense_share=st.sampled_from([1, 3, 10]),
    count=st.integers(0, DOCUMENTS + 1),
)
def test_every_list_comes_back(
    lists: list[set[int]],
    cut: int,
    first: int,
    stop: int,
    dense_share: int,
    count: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path: Path = tmp_path_factory.mktemp("docids") / "test.seg"
    with pytest.MonkeyPatch.context() as patch:
        # Small windows, so that a hundred documents are several of them.
        patch.setattr(docids, "_WINDOW_BITS", 4)
        patch.setattr(docids, "_WINDOW", 16)
        patch.setattr(docids, "_PACKED_FROM", 2)
        patch.setattr(docids, "_DENSE_SHARE", dense_share)
        patch.setattr(docids, "_DENSE_FROM", 10)
        with ArrayFileWriter(path, "test") as writer:
            output = docids.DocidWriter(writer, DOCUMENTS)
            for part in (range(cut), range(cut, len(lists))):
                pairs = [(t, d) for t in part if t < len(lists) for d in sorted(lists[t])]
                terms = np.array([t for t, _ in pairs], dtype=np.int64)
                output.append(terms, np.array([d for _, d in pairs], dtype=np.int64))
            output.finish()
            starts = np.cumsum([0, *map(len, lists)])
            writer.add("posting_start", starts.astype(np.uint32))
            writer.add("posting_frequency", np.zeros(starts[-1], dtype=np.uint8))
            writer.finish()
        reader = docids.Docids(ArrayFile(path, "test"), DOCUMENTS)
        assert len(reader) == starts[-1]
        assert reader.whole(0, len(lists)).tolist() == [d for each in lists for d in sorted(each)]
        if cut < len(lists):
            rest = [d for each in lists[cut:] for d in sorted(each)]
            assert reader.whole(cut, len(lists)).tolist() == rest
        for term, documents in enumerate(lists):
            assert reader.of(term)[2].tolist() == sorted(documents)
            assert reader.at_end(term, count, first=True).tolist() == sorted(documents)[:count]
            last = sorted(documents, reverse=True)[:count][::-1]
            assert reader.at_end(term, count, first=False).tolist() == last
            if first < stop:
                low, high, found = reader.of(term, first, stop)
                assert found.tolist() == sorted(d for d in documents if first <= d < stop)
                before = sum(d < first for d in documents)
                assert (low, high) == (starts[term] + before, starts[term] + before + len(found))
