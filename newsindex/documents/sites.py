"""What a site's address says: its host name, and the time zone its dates are most likely in."""

from __future__ import annotations

import urllib.parse

from newsindex.model import DEFAULT_TIMEZONE

_ZONES = {
    "ru": "Europe/Moscow",
    "su": "Europe/Moscow",
    "рф": "Europe/Moscow",
    "ру": "Europe/Moscow",
}
_ZONES |= {
    "by": "Europe/Minsk",
    "kz": "Asia/Almaty",
    "md": "Europe/Chisinau",
    "pl": "Europe/Warsaw",
}


def host_of(url: str) -> str | None:
    """The host of an absolute URL in lower case, without "www."; None where it has none."""
    try:
        host = urllib.parse.urlsplit(url).hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None


def zone_of_host(host: str | None) -> str:
    """The IANA time zone by the top-level domain (.ru: Europe/Moscow), else DEFAULT_TIMEZONE."""
    name = (host or "").casefold().strip().rpartition(".")
    return _ZONES.get(name[2], DEFAULT_TIMEZONE) if name[0] else DEFAULT_TIMEZONE
