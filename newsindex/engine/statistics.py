"""Numbers of an index: articles by language and source, first and last date, size."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from newsindex.engine.parts import Searched
from newsindex.index.columns import UNDATED
from newsindex.index.snapshot import Snapshot


def statistics(parts: Searched) -> dict[str, Any]:
    """Numbers of an index, JSON-ready."""
    numbers = parts.ask(_of_part)
    languages: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    for each in numbers:
        languages.update(each.languages)
        sources.update(each.sources)
    by_date = [moment for _, moment in sorted(date for each in numbers for date in each.dates)]
    return {
        "articles": parts.documents,
        "undated": sum(each.undated for each in numbers),
        "first": by_date[0] if by_date else None,
        "last": by_date[-1] if by_date else None,
        "languages": _most_first(languages),
        "sources": _most_first(sources),
        "segments": sum(each.segments for each in numbers),
        "deleted": sum(each.deleted for each in numbers),
        "bytes": sum(each.size for each in numbers),
        "generation": parts.generation,
        "timezone": parts.timezone,
    }


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


class _Numbers(NamedTuple):
    """Numbers of one part; ``dates`` are the first and the last of each segment, as seconds and in
    ISO 8601."""

    languages: Counter[str]
    sources: Counter[str]
    dates: list[tuple[int, str]]
    undated: int
    segments: int
    deleted: int
    size: int


def _of_part(snapshot: Snapshot) -> _Numbers:
    segments = snapshot.segments
    languages: Counter[str] = Counter()
    sources: Counter[str] = Counter()
    dates: list[tuple[int, str]] = []
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
            moment = segment.published_time(document)
            if moment is not None:
                dates.append((int(segment.published[document]), moment.isoformat()))
    return _Numbers(
        languages,
        sources,
        dates,
        undated,
        len(segments),
        sum(len(segment.deleted) for segment in segments),
        sum(s.entry.size + s.entry.deletions_size for s in segments),
    )


def _counts(names: list[str], numbers: Any) -> dict[str, int]:
    counts = np.bincount(numbers, minlength=len(names)).tolist()
    return {name or "unknown": count for name, count in zip(names, counts, strict=True) if count}
