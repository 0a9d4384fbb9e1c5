"""Numbers of an index: articles by language and source, first and last date, size."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from newsindex.index.columns import UNDATED
from newsindex.index.segment import Segment
from newsindex.index.snapshot import Snapshot


def statistics(snapshot: Snapshot) -> dict[str, Any]:
    """Numbers of a snapshot, JSON-ready."""
    segments = snapshot.segments
    languages: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    dated: list[tuple[int, Segment, int]] = []
    undated = 0
    for segment in segments:
        live = np.arange(segment.documents)
        if segment.live is not None:
            live = live[segment.live]
        languages.update(_counts(segment.languages, segment.language[live]))
        sources.update(_counts(segment.sources, segment.source[live]))
        with_date = live[segment.published[live] != UNDATED]
        undated += len(live) - len(with_date)
        for document in with_date[[0, -1]].tolist() if len(with_date) else []:
            dated.append((int(segment.published[document]), segment, document))
    by_date = [
        segment.published_time(document)
        for _, segment, document in sorted(dated, key=lambda entry: entry[0])
    ]
    return {
        "articles": snapshot.documents,
        "undated": undated,
        "first": by_date[0].isoformat() if by_date and by_date[0] else None,
        "last": by_date[-1].isoformat() if by_date and by_date[-1] else None,
        "languages": dict(languages.most_common()),
        "sources": dict(sources.most_common()),
        "segments": len(segments),
        "deleted": sum(len(segment.deleted) for segment in segments),
        "bytes": sum(s.entry.size + s.entry.deletions_size for s in segments),
        "generation": snapshot.manifest.generation,
        "timezone": snapshot.manifest.timezone,
    }


def _counts(names: list[str], numbers: Any) -> dict[str, int]:
    counts = np.bincount(numbers, minlength=len(names)).tolist()
    return {name or "unknown": count for name, count in zip(names, counts, strict=True) if count}
