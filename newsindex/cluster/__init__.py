"""Beyond one machine: collections, which are sets of shards by time in a store that machines share.

A store is a folder, or a bucket that fsspec reaches (``s3://bucket/news``)::

    collection-00000007.json        a committed state: every live file; the newest one counts
    segments/2024-03-1f0a9c.seg     a segment of the shard 2024-03, as in an index (newsindex.index)
    deletions/9b77e0.del            what is deleted from a segment
    reprints/03c1d2.dup             which articles are reprints of each other, of all shards
    runs/5d20aa/                    what a task of a build that is not published has written

Files never change: their names are made of what they were made from, so a task that runs twice
writes the same files. A manifest is made only if there is none of its number: of two builds at once
the second is refused, and nothing of it shows.

Who builds (building.py) has tasks read articles and write segments, one for each shard, decides
which of several articles with one id stays, has the segments of each shard merged, and publishes.
Who searches (searching.py) asks functions of snapshots (newsindex.query.parts) of parts of the
shards, which holders open, and puts the answers together. Tasks and holders run on Ray
(runtime.py), or, without a cluster, in this process.
"""

from newsindex.cluster.building import Built, build
from newsindex.cluster.searching import Searcher

__all__ = ["Built", "Searcher", "build"]
