"""Status: of what a collection is made, who holds it, and how far behind they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from newsindex.cluster.collection import Collection, age_of


def status_of(
    collection: Collection, place: str, holders: Sequence[dict[str, Any]], now: datetime
) -> dict[str, Any]:
    """What there is to say of a collection and its ``holders`` (see Searcher.holders), JSON-ready.

    ``lag`` of a holder says how many states the newest that it has open is behind; ``age_seconds``
    how long before ``now`` the newest article was published (None if none has a date). Of each
    shard ``holders`` lists who has its newest state open, as [part, replica].
    """
    told = [_told(holder, collection.generation) for holder in holders]
    age = age_of(collection, now)
    return {
        "path": place,
        "generation": collection.generation,
        "by": collection.by,
        "articles": collection.documents,
        "bytes": sum(shard.size for shard in collection.shards) + collection.reprints_size,
        "age_seconds": None if age is None else round(age.total_seconds()),
        "shards": [
            {
                "name": shard.name,
                "articles": shard.live,
                "segments": len(shard.segments),
                "bytes": shard.size,
                "holders": [
                    [holder["part"], holder["replica"]]
                    for holder, own in zip(told, holders, strict=True)
                    if shard.name in _open_in(own, collection.generation)
                ],
            }
            for shard in collection.shards
        ],
        "holders": told,
    }


def _open_in(holder: dict[str, Any], generation: int) -> list[str]:
    shards: list[str] = holder.get("states", {}).get(generation, {}).get("shards", [])
    return shards


def _told(holder: dict[str, Any], generation: int) -> dict[str, Any]:
    """What a holder says, with its newest state instead of all."""
    told = {name: value for name, value in holder.items() if name != "states"}
    states = holder.get("states", {})
    if states:
        newest = max(states)
        told.update(
            lag=generation - newest,
            shards=len(states[newest]["shards"]),
            bytes=states[newest]["bytes"],
        )
    elif holder["alive"]:
        told.update(lag=generation, shards=0, bytes=0)
    return told
