"""``newsindex cluster``: the holders of a collection on a cluster, and what it is made of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from newsindex.cli.common import cluster_option, on_terminal, place_option, print_json, warn
from newsindex.cluster import Searcher
from newsindex.cluster.actors import stop as stop_holders
from newsindex.cluster.status import status_of
from newsindex.errors import InvalidArgument


@click.group()
def command() -> None:
    """Hold a collection on the machines of a Ray cluster, and see how it is.

    \b
    newsindex index archive/ -i /shared/news --cluster 10.0.0.1:6379   # build it
    newsindex cluster serve -i /shared/news --cluster 10.0.0.1:6379 --replicas 2
    newsindex search 'санкции' -i /shared/news --cluster 10.0.0.1:6379
    """


@command.command()
@place_option
@cluster_option
@click.option(
    "--parts",
    type=click.IntRange(min=1),
    metavar="N",
    help="Groups of shards, each held by itself.  [default: one a processor]",
)
@click.option(
    "--replicas",
    type=click.IntRange(min=1),
    metavar="N",
    default=2,
    show_default=True,
    help="Holders of each group, on different machines.",
)
def serve(folder: str, cluster: str | None, parts: int | None, replicas: int) -> int:
    """Start the holders of a collection, which stay until they are stopped.

    Holders that there are of another number of parts or replicas are stopped first. A search
    without them starts some, one for each group.

    \b
    newsindex cluster serve -i /shared/news --cluster 10.0.0.1:6379 --replicas 2
    """
    address = _address(cluster)
    if address == "local":
        raise InvalidArgument(
            "--cluster local lives as long as one command: start a cluster with `ray start`, and"
            " give its address"
        )
    stop_holders(address, folder)
    with Searcher(address, folder, parts=parts, replicas=replicas) as searcher:
        _print(status_of(searcher.collection, searcher.place, searcher.holders(), _now()))
    return 0


@command.command()
@place_option
@cluster_option
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object, indented (on one line in a pipe)."
)
def status(folder: str, cluster: str | None, as_json: bool) -> int:
    """Say of what shards a collection is made, how large they are, and how old its news is; with
    --cluster also who holds them, where, and how many states behind. Exit code 1 if a holder is
    not there.

    \b
    newsindex cluster status -i /shared/news --cluster 10.0.0.1:6379
    newsindex cluster status -i /shared/news   # the shards alone
    """
    with Searcher(cluster, folder) as searcher:
        found = status_of(searcher.collection, searcher.place, searcher.holders(), _now())
    _print(found, as_json=as_json)
    return 0 if all(holder["alive"] for holder in found["holders"]) else 1


@command.command()
@place_option
@cluster_option
def stop(folder: str, cluster: str | None) -> int:
    """Stop the holders of a collection. Exit code 1 if there are none.

    \b
    newsindex cluster stop -i /shared/news --cluster 10.0.0.1:6379
    """
    count = stop_holders(_address(cluster), folder)
    warn(f"{count} holders stopped")
    return 0 if count else 1


def _address(cluster: str | None) -> str:
    if cluster is None:
        raise InvalidArgument("expected --cluster ADDRESS, found none; it says which cluster")
    return cluster


def _now() -> datetime:
    return datetime.now(UTC)


def _print(found: dict[str, Any], *, as_json: bool = False) -> None:
    if as_json or not on_terminal():
        print_json(found, indent=as_json)
        return
    age = found["age_seconds"]
    click.echo(
        f"{found['path']}: state {found['generation']}, {found['articles']:,} articles in"
        f" {len(found['shards'])} shards by {found['by']}, {found['bytes']:,} bytes; the newest"
        f" article is {'undated' if age is None else f'{age / 3600:.1f} hours old'}"
    )
    click.echo(f"{'shard':<10}{'articles':>12}{'segments':>10}{'bytes':>16}  held by")
    for shard in found["shards"]:
        click.echo(
            f"{shard['name']:<10}{shard['articles']:>12,}{shard['segments']:>10}"
            f"{shard['bytes']:>16,}  {len(shard['holders'])}"
        )
    for holder in found["holders"]:
        name = f"part {holder['part']}, replica {holder['replica']}"
        if not holder["alive"]:
            click.echo(f"{name}: not there")
            continue
        memory = f"{(holder['memory'] or 0) >> 20} MB"
        click.echo(
            f"{name}: {holder['node']} process {holder['pid']}, {memory}, {holder['answered']}"
            f" answered, {holder['under_way']} under way, {holder['lag']} states behind"
        )
