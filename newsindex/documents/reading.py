"""How to read: the choices that hold for every file of one run, in any process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newsindex.documents.fields import ALIASES
from newsindex.documents.recurring import RecurringLines
from newsindex.errors import InvalidArgument
from newsindex.zones import time_zone

# Formats that can be forced. Archives (zip, tar, WARC) are known by their content alone: a forced
# format then holds for what is in them.
FORMATS = ("page", "html", "jsonl", "json", "csv", "feed")


@dataclass(frozen=True, slots=True)
class Reading:
    """What `read` was asked for; see there. ``recurring`` are the lines that the pages of the run
    share (recurring.py). Picklable, so that worker processes read alike.

    Raises InvalidArgument for a format, a time zone or a field that is not known, and for a ``now``
    without a time zone.
    """

    format: str | None = None
    timezone: str | None = None
    now: datetime | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    recurring: RecurringLines | None = None

    def __post_init__(self) -> None:
        if self.format is not None and self.format not in FORMATS:
            raise InvalidArgument(
                f"format {self.format!r} is not known: expected {', '.join(FORMATS)}"
            )
        if self.timezone is not None:
            time_zone(self.timezone)
        if self.now is not None and self.now.utcoffset() is None:
            raise InvalidArgument(f"now must carry a time zone, found {self.now!s}")
        unknown = set(self.mapping) - set(ALIASES)
        if unknown:
            raise InvalidArgument(
                f"no field {', '.join(sorted(unknown))} to map a column to: expected"
                f" {', '.join(ALIASES)}"
            )
