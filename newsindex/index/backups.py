"""Backups: a consistent copy of an index while a writer works on it, and the way back."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from newsindex.errors import IndexCorrupt, IndexExists
from newsindex.index.beside import BESIDE
from newsindex.index.check import check
from newsindex.index.files import reported_writing, sync_file, sync_folder, write_durably
from newsindex.index.manifest import MANIFEST_NAME, read_manifest

# A writer may replace the files between our reading of the manifest and our copying of them.
_ATTEMPTS = 20


def backup(folder: Path, target: Path, *, link: bool = True) -> int:
    """Copy the newest committed state of the index in ``folder`` into ``target``, a new or empty
    folder; the number of its files.

    Files are hard links where the file system allows it (they are never changed in place), unless
    ``link`` is False: a link takes no room, and shares the fate of the disk. Writers and readers
    go on meanwhile. Raises IndexNotFound, IndexExists, IndexCorrupt, IndexWriteError.
    """
    read_manifest(folder)
    with _filled(target):
        missing: OSError | None = None
        for _ in range(_ATTEMPTS):
            content = (folder / MANIFEST_NAME).read_bytes()
            manifest = read_manifest(folder)
            names = sorted(manifest.files())
            try:
                for name in names:
                    copy_durably(folder / name, target / name, link=link)
            except FileNotFoundError as error:
                missing = error
            else:
                if (folder / MANIFEST_NAME).read_bytes() == content:
                    break
            for path in target.iterdir():
                path.unlink()
        else:
            raise IndexCorrupt(
                f"{folder}: expected the file {missing.filename if missing else '?'}, found none;"
                " run `newsindex check`"
            )
        for name in BESIDE:
            if (folder / name).exists():
                copy_durably(folder / name, target / name, link=link)
                names.append(name)
        # The manifest comes last: without it there is no index.
        write_durably(target / MANIFEST_NAME, content)
        return len(names) + 1


def restore(source: str | Path, path: str | Path) -> int:
    """Verify the backup ``source`` and copy it into ``path``, a new or empty folder; the number of
    its files. Raises as `backup` does, IndexCorrupt with the first damaged file."""
    for problem in check(Path(source)):
        raise IndexCorrupt(problem)
    return backup(Path(source), Path(path), link=False)


@contextlib.contextmanager
def _filled(folder: Path) -> Iterator[None]:
    """Make a folder to be filled; if that fails, leave nothing in it."""
    made = make_folder(folder)
    try:
        with reported_writing(folder):
            yield
            sync_folder(folder.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            for path in folder.iterdir():
                path.unlink()
            if made:
                folder.rmdir()
        raise


def make_folder(folder: Path) -> bool:
    """Make the folder of a new index; whether it was not there. Raises IndexExists where there is
    something already, IndexWriteError."""
    if (folder / MANIFEST_NAME).exists():
        raise IndexExists(f"{folder}: there is an index already; open it, or choose another folder")
    there = folder.exists()
    if there and (not folder.is_dir() or any(folder.iterdir())):
        raise IndexExists(
            f"{folder}: expected an empty folder or none, found"
            f" {'other files in it' if folder.is_dir() else 'a file'}; choose another folder"
        )
    with reported_writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return not there


def copy_durably(source: Path, target: Path, *, link: bool) -> None:
    """Copy a file, or link it if ``link`` is true and the file system can."""
    if link:
        # Across file systems, and where there are no links, it is copied.
        with contextlib.suppress(OSError):
            os.link(source, target)
            return
    shutil.copyfile(source, target)
    sync_file(target)
