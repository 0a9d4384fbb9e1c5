"""Messages as Telegram exports them, made into records like any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def post_of(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of an article of a message of an export (result.json); else the record itself.

    The text comes in pieces, those with marks as objects; the number of a message is unique in its
    channel alone; in a group who writes is a person, not a source.
    """
    if "text_entities" not in record and "date_unixtime" not in record:
        return record
    pieces = record.get("text", "")
    pieces = pieces if isinstance(pieces, list) else [pieces]
    texts = [piece.get("text", "") if isinstance(piece, Mapping) else piece for piece in pieces]
    writer, key = record.get("from"), str(record.get("from_id", ""))
    channel = key.startswith("channel")
    return {
        "id": f"{key}/{record['id']}" if channel and "id" in record else "",
        "text": "".join(text for text in texts if isinstance(text, str)),
        "published": record.get("date_unixtime", record.get("date")),
        "source" if channel else "author": writer,
    }
