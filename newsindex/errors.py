"""The exceptions of newsindex: one root, and a class for each thing worth telling apart."""


class NewsIndexError(Exception):
    """Root of every error that newsindex raises on purpose; its message is one printable line,
    whatever the file, the name or the value of a stranger that it tells of."""

    def __str__(self) -> str:
        message = super().__str__()
        if message.isprintable():
            return message
        return "".join(
            c if c.isprintable() else c.encode("unicode_escape").decode() for c in message
        )


class IndexNotFound(NewsIndexError):
    """There is no index at the path that was given."""


class IndexExists(NewsIndexError):
    """An index was to be created where one (or something else) already stands."""


class IndexLocked(NewsIndexError):
    """Another writer holds the index; the message says which process and since when."""


class IndexCorrupt(NewsIndexError):
    """A file of the index is not what its manifest or its own header says it is."""


class IndexReadError(NewsIndexError):
    """The index could not be read (no permission, too many open files, a failing disk)."""


class IndexVersionError(NewsIndexError):
    """The index was written in a format, or by an analysis, that this version does not read."""


class IndexWriteError(NewsIndexError):
    """The index could not be written (full disk, no permission); the last commit stands."""


class SourceError(NewsIndexError):
    """A file or folder to read articles from is missing, unreadable or of no known format."""


class ExtractorError(NewsIndexError):
    """An extractor of another package cannot be loaded, or failed on an article."""


class InvalidArticle(NewsIndexError, ValueError):
    """The values given for an article cannot make one (no text, a date without a time zone)."""


class InvalidArgument(NewsIndexError, ValueError):
    """An argument of a public call is out of its range (a limit below zero, a day that is none)."""


class ClusterError(NewsIndexError):
    """The cluster cannot be reached or used, or parts of a collection did not answer in time."""


class ClusterBusy(ClusterError):
    """As many queries are under way as may be; the same one may be asked again in a while."""
