"""Memory: how much of it indexing takes, and who gets which share.

The memory of a writer is that of all its processes together, what they read of files included; if
nothing is said, it is DEFAULT for each. Each process needs a fixed part (libraries, tables of the
analysis, what it remembers of words, a merge's buffers), more where names are found; what is left
collected articles may take until they are written as a segment. A merge takes some 60 bytes a
document besides, and looking for reprints some 90: that is all that grows with the index.
"""

from __future__ import annotations

import gc

from newsindex.errors import InvalidArgument

DEFAULT = 512 << 20
LEAST = 256 << 20

_PROCESS = 100 << 20
_NAMES = 70 << 20
# A process that only hands out work to others.
_WRITER = 70 << 20
# With less than this for its articles a process would write segments of a few hundred.
_LEAST_ROOM = 24 << 20


def collect_seldom() -> None:
    """Have this process, which does nothing but index, look for garbage in cycles less often: what
    indexing makes has hardly any, and to go through the tables took 7 % of its time."""
    gc.set_threshold(50_000, 20, 100)


def checked(size: int) -> int:
    """``size`` bytes, if indexing can do with them. Raises InvalidArgument."""
    if size < LEAST:
        raise InvalidArgument(
            f"memory must be {LEAST >> 20} MB or more, found {size >> 20}; give more"
        )
    return size


def room_of_articles(memory: int | None, jobs: int = 0) -> int:
    """The bytes that collected articles may take in one of ``jobs`` workers, or, if there are none,
    in the writer itself, as long as no names are looked for."""
    if memory is None:
        memory, jobs = DEFAULT, 0
    share = (memory - _WRITER) // jobs if jobs else memory
    return max(share - _PROCESS, _LEAST_ROOM)


def room_beside_names(room: int) -> int:
    """What is left of the room of collected articles where names are looked for in them."""
    return min(room, max(room - _NAMES, _LEAST_ROOM))
