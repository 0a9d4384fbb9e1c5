"""Cursors: a place in the order of a search, as a string from which the next page goes on.

A cursor is 32 characters of URL-safe Base64 (RFC 4648) over these bytes, little-endian: the format
(uint8), the order (uint8, its number in ORDERS), the score (float32), the seconds since 1970 UTC
(int64) and the 64-bit hash of the id (uint64) of the last article shown, and 16 bits of BLAKE2b of
all these. It names a place, not a page, and outlives commits: in the order of dates the articles
after it are the same whatever was added or deleted before it; in the order of relevance it follows
its article to where that now stands, since scores shift as the index grows.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import struct
from typing import Literal, get_args

from newsindex.errors import InvalidArgument

Order = Literal["relevance", "newest", "oldest"]
ORDERS: tuple[Order, ...] = get_args(Order)

_FORMAT = 1
_BODY = struct.Struct("<BBfqQ")


@dataclasses.dataclass(frozen=True, slots=True)
class Cursor:
    """The place of an article in an order: its score (0.0 where there is none), its date (seconds
    since 1970 UTC, or UNDATED), and the hash of its id."""

    order: Order
    score: float
    published: int
    id_hash: int

    def encode(self) -> str:
        """The cursor as a string."""
        order = ORDERS.index(self.order)
        body = _BODY.pack(_FORMAT, order, self.score, self.published, self.id_hash)
        return base64.urlsafe_b64encode(body + _check(body)).decode()

    @classmethod
    def decode(cls, text: str, order: Order) -> Cursor:
        """The cursor that `encode` wrote. Raises InvalidArgument for a string that is none, or is
        one of another order than ``order``."""
        try:
            content = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
            body = content[: _BODY.size]
            form, number, score, published, id_hash = _BODY.unpack(body)
        except (AttributeError, UnicodeEncodeError, binascii.Error, struct.error, TypeError):
            raise _refused(text) from None
        if content[_BODY.size :] != _check(body) or form != _FORMAT or number >= len(ORDERS):
            raise _refused(text)
        if ORDERS[number] != order:
            raise InvalidArgument(
                f"expected a cursor of a search sorted by {order}, found one sorted by"
                f" {ORDERS[number]}; go on with the order that the search began with"
            )
        return cls(order, score, published, id_hash)


def _check(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=2).digest()


def _refused(text: object) -> InvalidArgument:
    return InvalidArgument(
        f"expected the cursor of a search (Results.cursor), found {str(text)[:80]!r}"
    )
