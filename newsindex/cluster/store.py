"""Stores: where the files of a collection lie, a folder or a bucket; files in it never change."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from newsindex.errors import ClusterError, IndexNotFound, IndexReadError, IndexWriteError
from newsindex.index.files import reported_writing, sync_file, sync_folder


class Store(Protocol):
    """Files by their names, which have slashes in them. Raises IndexReadError, IndexWriteError."""

    url: str

    def names(self, folder: str = "") -> list[str]:
        """The names of the files in a folder of the store (not below it), sorted."""

    def below(self, folder: str) -> list[str]:
        """The names of all files below a folder of the store."""

    def exists(self, name: str) -> bool: ...

    def read(self, name: str) -> bytes:
        """The content of a small file. Raises FileNotFoundError."""

    def create(self, name: str, content: bytes) -> bool:
        """Write a small file whole and durably, if there is none of that name; whether it did."""

    def put(self, path: Path, name: str) -> None:
        """Copy a file into the store, whole and durably; one of that name is replaced."""

    def local(self, name: str) -> Path:
        """Where to open a file of the store. Raises FileNotFoundError."""

    def remove(self, names: list[str]) -> None:
        """Remove files; what is not there is passed over."""


def open_store(url: str | Path) -> Store:
    """The store at ``url``: a folder, or what fsspec knows by its scheme (``s3://bucket/folder``).

    Raises ClusterError where the package for the scheme is missing.
    """
    text = str(url)
    if "://" not in text or text.startswith("file://"):
        return FolderStore(Path(text.removeprefix("file://")).absolute())
    return BucketStore(text)


class FolderStore:
    """A folder, on a disk that all machines of the cluster have at the same place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = str(folder)

    def names(self, folder: str = "") -> list[str]:
        place = self.folder / folder
        try:
            found = sorted(entry.name for entry in os.scandir(place) if entry.is_file())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise _unreadable(str(place), error) from error
        return [f"{folder}/{name}" if folder else name for name in found]

    def below(self, folder: str) -> list[str]:
        top = self.folder / folder
        return sorted(str(p.relative_to(self.folder)) for p in top.rglob("*") if p.is_file())

    def exists(self, name: str) -> bool:
        return (self.folder / name).exists()

    def read(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise _unreadable(str(self.folder / name), error) from error

    def create(self, name: str, content: bytes) -> bool:
        path = self.folder / name
        with self._written(path) as temporary:
            temporary.write_bytes(content)
            sync_file(temporary)
            try:
                # Unlike a rename a link replaces nothing.
                os.link(temporary, path)
            except FileExistsError:
                return False
        return True

    def put(self, path: Path, name: str) -> None:
        target = self.folder / name
        with self._written(target) as temporary:
            shutil.copyfile(path, temporary)
            sync_file(temporary)
            os.replace(temporary, target)

    @contextlib.contextmanager
    def _written(self, path: Path) -> Iterator[Path]:
        """A name beside ``path`` for what is to become it; gone afterwards."""
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        with reported_writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                yield temporary
                sync_folder(path.parent)
            finally:
                temporary.unlink(missing_ok=True)

    def local(self, name: str) -> Path:
        path = self.folder / name
        if not path.exists():
            raise FileNotFoundError(2, "No such file", str(path))
        return path

    def remove(self, names: list[str]) -> None:
        for name in names:
            path = self.folder / name
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
            if name.startswith("runs/"):
                with contextlib.suppress(OSError):
                    path.parent.rmdir()
                    path.parent.parent.rmdir()


class BucketStore:
    """A bucket, or anything else that fsspec reaches; files that are opened are copied to this
    machine once, into the folder NEWSINDEX_CACHE or one of the system's temporary folder."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        try:
            import fsspec  # noqa: PLC0415 - of the extra "cluster"

            self._fs, self._root = fsspec.core.url_to_fs(self.url)
        except ImportError as error:
            raise ClusterError(
                f"{url}: the package for this kind of store is missing ({error}); install"
                " newsindex[cluster], for s3:// also s3fs"
            ) from None
        except ValueError as error:
            raise ClusterError(f"{url}: expected a folder or a URL of a store: {error}") from None
        # What others wrote must show at once.
        self._fs.use_listings_cache = False
        top = os.environ.get("NEWSINDEX_CACHE") or _default_cache()
        self.cache = Path(top) / hashlib.blake2b(self.url.encode(), digest_size=8).hexdigest()

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if name else str(self._root)

    def names(self, folder: str = "") -> list[str]:
        place = self._path(folder)
        with self._reported(place, reading=True):
            self._fs.invalidate_cache()
            try:
                entries: list[dict[str, Any]] = self._fs.ls(place, detail=True)
            except FileNotFoundError:
                return []
        names = sorted(str(e["name"]).rsplit("/", 1)[-1] for e in entries if e["type"] == "file")
        return [f"{folder}/{name}" if folder else name for name in names if name]

    def below(self, folder: str) -> list[str]:
        place = self._path(folder)
        with self._reported(place, reading=True):
            self._fs.invalidate_cache()
            found: list[str] = self._fs.find(place)
        start = len(str(self._root).rstrip("/")) + 1
        return sorted(path[start:] for path in found)

    def exists(self, name: str) -> bool:
        with self._reported(name, reading=True):
            return bool(self._fs.exists(self._path(name)))

    def read(self, name: str) -> bytes:
        with self._reported(name, reading=True):
            content: bytes = self._fs.cat_file(self._path(name))
            return content

    def create(self, name: str, content: bytes) -> bool:
        with self._reported(name, reading=False):
            try:
                # Of two at once the store itself lets only one through, if it knows how to.
                self._fs.pipe_file(self._path(name), content, mode="create")
            except FileExistsError:
                return False
        return True

    def put(self, path: Path, name: str) -> None:
        with self._reported(name, reading=False):
            self._fs.put_file(str(path), self._path(name))

    def local(self, name: str) -> Path:
        path = self.cache / name
        if path.exists():
            return path
        temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
        with reported_writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with self._reported(name, reading=True):
                    self._fs.get_file(self._path(name), str(temporary))
                os.replace(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)
        return path

    def remove(self, names: list[str]) -> None:
        with self._reported(self.url, reading=False):
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    self._fs.rm_file(self._path(name))

    @contextlib.contextmanager
    def _reported(self, name: str, *, reading: bool) -> Iterator[None]:
        """Turn what clients of stores raise into errors of ours, but for a file that is missing or
        there already."""
        try:
            yield
        except (FileNotFoundError, FileExistsError):
            raise
        except Exception as error:
            if type(error).__module__.startswith("newsindex"):
                raise
            what = "read" if reading else "written"
            kind = IndexReadError if reading else IndexWriteError
            text = " ".join(f"{type(error).__name__}: {error}".split())
            raise kind(f"{self.url}: {name} could not be {what}: {text}") from error


def _default_cache() -> str:
    return str(Path(tempfile.gettempdir()) / f"newsindex-cache-{os.getuid()}")


def _unreadable(place: str, error: OSError) -> IndexReadError:
    return IndexReadError(f"{place}: could not be read: {error.strerror or error}")


def not_found(store: Store) -> IndexNotFound:
    """What to raise where a store holds no collection."""
    return IndexNotFound(
        f"{store.url}: no collection here; make one with `newsindex index SOURCE -i STORE --cluster"
        " local`, or name its store with -i/--index"
    )
