"""Checked JSON: a small file under a checksum, replaced atomically: the manifest, the alerts."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import orjson

from newsindex.errors import IndexCorrupt, IndexVersionError
from newsindex.index.files import unreadable, write_durably


def write_checked(path: Path, name: str, version: int, body: dict[str, Any]) -> None:
    """Replace ``path`` by `checked` JSON, atomically and durably. Raises IndexWriteError."""
    write_durably(path, checked(name, version, body))


def checked(name: str, version: int, body: dict[str, Any]) -> bytes:
    """The JSON ``{"checksum", name: {"format": version, **body}}``."""
    body = {"format": version, **body}
    content = {"checksum": checksum(body), name: body}
    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"


def read_checked(
    path: Path, name: str, version: int, advice: str, *, oldest: int | None = None
) -> dict[str, Any]:
    """The body that `write_checked` wrote to ``path``, of ``version`` or one from ``oldest`` on.

    Raises FileNotFoundError or NotADirectoryError, IndexReadError, IndexCorrupt (with ``advice``,
    what to do) for a file that is something else, IndexVersionError for one of another version.
    """
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise unreadable(path, error) from error
    return body_of(content, path, name, version, advice, oldest=oldest)


def body_of(
    content: bytes,
    path: Path | str,
    name: str,
    version: int,
    advice: str,
    *,
    oldest: int | None = None,
) -> dict[str, Any]:
    """The body in `checked` JSON that was read from ``path``; raises as `read_checked`."""
    try:
        document = orjson.loads(content)
        body: dict[str, Any] = document[name]
        found_version = body["format"]
        expected = document["checksum"]
        found = checksum(body)
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise not_ours(path, name, error, advice) from error
    # First of all: a damaged number of the format is damage, not another format.
    if expected != found:
        raise _wrong_sum(path, expected, found, advice)
    if found_version not in range(version if oldest is None else oldest, version + 1):
        raise IndexVersionError(
            f"{path}: written in format {found_version}, this newsindex reads format {version};"
            f" use the newsindex that wrote it, or {advice}"
        )
    return body


def verify_checked(path: Path) -> None:
    """Compare the checksum of a file that `write_checked` wrote, whatever is in it. Raises
    FileNotFoundError, IndexReadError, IndexCorrupt."""
    try:
        document = orjson.loads(path.read_bytes())
        expected = document["checksum"]
        (body,) = (value for key, value in document.items() if key != "checksum")
        found = checksum(body)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(path, error) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise not_ours(path, path.stem, error, "remove it") from error
    if expected != found:
        raise _wrong_sum(path, expected, found, "remove it")


def not_ours(path: Path | str, name: str, error: Exception, advice: str) -> IndexCorrupt:
    """What to raise for a file whose content is not what ``name`` says."""
    return IndexCorrupt(
        f"{path}: expected the {name} of an index, found something else ({error!s});"
        f" restore the file from a backup, or {advice}"
    )


def _wrong_sum(path: Path | str, expected: object, found: str, advice: str) -> IndexCorrupt:
    return IndexCorrupt(
        f"{path}: expected checksum {expected}, found {found};"
        f" restore the file from a backup, or {advice}"
    )


def checksum(body: dict[str, Any]) -> str:
    """The CRC-32 of a body written with sorted keys, as eight hexadecimal digits."""
    return f"{zlib.crc32(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)):08x}"
