"""A collection in a bucket: an S3 server (moto) on the loopback address, through fsspec."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from newsindex import Index, IndexNotFound, IndexReadError
from newsindex.cluster import Searcher, build
from newsindex.cluster.collection import Collection, publish, read_collection
from newsindex.cluster.store import BucketStore, open_store
from newsindex.errors import ClusterError
from tests.cluster.questions import QUERIES, assert_equal, index_of, made_up, write_lines

pytestmark = [
    pytest.mark.filterwarnings("ignore"),  # of the clients of the bucket
]


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an empty bucket, which processes that this one starts reach, too."""
    pytest.importorskip("s3fs", reason="s3fs is not installed")
    server_of_moto = pytest.importorskip("moto.server", reason="moto is not installed")
    server = server_of_moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "NEWSINDEX_CACHE": str(tmp_path_factory.mktemp("cache")),
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        import s3fs

        s3fs.S3FileSystem(skip_instance_cache=True).mkdir("archive")
        yield "s3://archive/news"
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
        server.stop()


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_lines(tmp_path_factory.mktemp("source") / "a.jsonl", made_up(60))


@pytest.fixture(scope="module")
def index(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("single") / "one.idx", [source])


def test_a_bucket_holds_a_collection(
    bucket: str, source: Path, index: Index, tmp_path: Path
) -> None:
    with pytest.raises(IndexNotFound, match="no collection here"):
        Searcher(None, bucket)
    build([source], bucket, by="year")
    # Some come again; old files that nobody needs go.
    build([write_lines(tmp_path / "b.jsonl", made_up(10))], bucket)
    store = open_store(bucket)
    assert isinstance(store, BucketStore)
    newest, before = read_collection(store), read_collection(store, 1)
    manifests = {"collection-00000001.json", "collection-00000002.json"}
    assert set(store.below("")) == newest.files() | before.files() | manifests
    with Searcher(None, bucket, parts=2) as searcher:
        assert_equal(index, searcher, QUERIES[::5])
        # What was opened is here, and is not fetched again.
        cached = {path.name for path in store.cache.rglob("*.seg")}
        assert {Path(name).name for name in newest.files()} <= cached | {
            path.name for path in store.cache.rglob("*.*")
        }


def test_of_two_who_publish_one_is_refused(bucket: str) -> None:
    store = open_store(f"{bucket}-two")
    state = Collection(1, "month", "Europe/Kyiv", "1", "", "")
    published: list[bool] = []
    both = [
        threading.Thread(target=lambda: published.append(publish(store, state))) for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(published) == [False, True]


def test_a_bucket_that_is_not_there_is_told(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises((IndexNotFound, IndexReadError)) as error:
        Searcher(None, "s3://nosuchbucket/news")
    assert "\n" not in str(error.value)


def test_a_store_without_its_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    pytest.importorskip("fsspec", reason="fsspec is not installed")
    load = builtins.__import__

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "fsspec":
            raise ImportError("No module named 'fsspec'")
        return load(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ClusterError, match=r"install newsindex\[cluster\]"):
        open_store("s3://archive/news")
