"""Finding the files to read: files as given, folders walked, everything else reported."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from newsindex.model import Skipped

# Files that stand beside pages and are none: what they are called, and how their names end.
_ABOUT = frozenset(
    "license licence copying copyright readme notice changelog contributing authors makefile"
    " dockerfile robots requirements thumbs sitemap checksums md5sums sha256sums".split()
)
_NO_PAGES = frozenset(
    "jpg jpeg png gif webp svg ico bmp tif tiff avif heic mp3 mp4 m4a ogg wav webm avi mov mkv flv"
    " pdf doc docx xls xlsx ppt pptx odt ods rtf epub djvu fb2 css js mjs map woff woff2 ttf otf"
    " eot py pyc sh bat ps1 exe dll so dylib class jar c h cpp rs go java rb php ipynb toml ini cfg"
    " conf yml yaml lock log bak tmp swp part db sqlite sqlite3 parquet feather npy npz pkl"
    " md5 sha1 sha256 sig asc torrent 7z rar iso dmg".split()
)


def find_files(sources: Iterable[str | Path]) -> Iterator[Path | Skipped]:
    """The files of ``sources`` in the order given; a folder gives its files, sorted by path.

    Folders are walked to any depth. Within them hidden files and folders (a leading dot) are passed
    over in silence, and a folder reached twice by symbolic links is walked once. What is missing,
    unreadable, no regular file (a pipe, a device), an index or, in a folder, no page by its name
    (LICENSE, a picture, a program) comes out as Skipped. Never raises OSError.
    """
    for source in sources:
        yield from _walk(Path(source))


def no_page(name: str) -> str | None:
    """Why a file of that name, met in a folder or an archive, is no page; None if it may be one.

    A file that is named by itself is read whatever it is called.
    """
    stem, _, ending = name.rpartition(".")
    if (stem or ending).partition(".")[0].casefold() in _ABOUT:
        return "a file about the folder, not a page"
    if stem and ending.casefold() in _NO_PAGES:
        return f"a .{ending} file, not a page"
    return None


def show_path(path: Path | str) -> str:
    """The path as text that can be printed and stored: bytes that are not UTF-8 are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _walk(top: Path) -> Iterator[Path | Skipped]:
    seen: set[tuple[int, int]] = set()
    pending = [top]
    while pending:
        path = pending.pop()
        try:
            status = path.stat()
            if stat.S_ISREG(status.st_mode):
                reason = None if path == top else no_page(path.name)
                yield path if reason is None else Skipped(show_path(path), reason)
                continue
            if not stat.S_ISDIR(status.st_mode):
                yield Skipped(show_path(path), "not a regular file or a folder")
                continue
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            names = sorted(name for name in os.listdir(path) if not name.startswith("."))
        except (OSError, ValueError) as error:
            yield Skipped(show_path(path), f"cannot be read: {_reason(error)}")
            continue
        if _is_index(names):
            yield Skipped(show_path(path), "an index of newsindex, not pages; -i names an index")
            continue
        pending.extend(path / name for name in reversed(names))


def _is_index(names: Iterable[str]) -> bool:
    """Whether a folder of these files is an index: people keep it beside their pages."""
    return "manifest.json" in names and any(
        name == "writer.lock" or name.endswith(".seg") for name in names
    )


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
