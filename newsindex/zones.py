"""Time zones by name."""

from __future__ import annotations

import functools
from zoneinfo import ZoneInfo

from newsindex.errors import InvalidArgument


@functools.cache
def time_zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name; raises InvalidArgument for a name that is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise InvalidArgument(
            f'time zone {name!r} is not known: give an IANA name such as "Europe/Kyiv"'
        ) from error
