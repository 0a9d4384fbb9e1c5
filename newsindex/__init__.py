"""Full-text search for Russian and Ukrainian news: an index of articles, and queries over it.

    import newsindex

    index = newsindex.Index.create("news.idx")
    with index.writer() as writer:
        for item in newsindex.read("pages/"):
            if isinstance(item, newsindex.Article):
                writer.add(item)
    index.refresh()
    for hit in index.search("оборонные консультации", since="2025-08"):
        print(hit.published, hit.title)

Every exception derives from `NewsIndexError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsindex.errors import (
    ClusterBusy,
    ClusterError,
    ExtractorError,
    IndexCorrupt,
    IndexExists,
    IndexLocked,
    IndexNotFound,
    IndexReadError,
    IndexVersionError,
    IndexWriteError,
    InvalidArgument,
    InvalidArticle,
    NewsIndexError,
    SourceError,
)
from newsindex.later import load_later
from newsindex.model import Article, GivenEntity, Noted, Skipped

if TYPE_CHECKING:
    from newsindex.alerts import Alert, AlertMatch, Alerts
    from newsindex.documents import articles_from, read
    from newsindex.engine.filters import Filters
    from newsindex.engine.index import Index
    from newsindex.entities import Mention
    from newsindex.index.backups import restore
    from newsindex.index.rebuilding import Repaired, Upgraded, outdated, reindex, repair, upgrade
    from newsindex.index.writer import Writer
    from newsindex.query import Diagnostic
    from newsindex.report import Report, make_report
    from newsindex.results import (
        Cluster,
        Duplicate,
        Entity,
        Facet,
        Facets,
        Hit,
        Results,
        to_ansi,
        to_html,
    )
    from newsindex.results.completions import Completion, Completions
    from newsindex.results.significance import Term
    from newsindex.results.terms import Terms
    from newsindex.results.timeline import Period, Timeline

__version__ = "0.1.0"
__all__ = [
    "Alert",
    "AlertMatch",
    "Alerts",
    "Article",
    "Cluster",
    "ClusterBusy",
    "ClusterError",
    "Completion",
    "Completions",
    "Diagnostic",
    "Duplicate",
    "Entity",
    "ExtractorError",
    "Facet",
    "Facets",
    "Filters",
    "GivenEntity",
    "Hit",
    "Index",
    "IndexCorrupt",
    "IndexExists",
    "IndexLocked",
    "IndexNotFound",
    "IndexReadError",
    "IndexVersionError",
    "IndexWriteError",
    "InvalidArgument",
    "InvalidArticle",
    "Mention",
    "NewsIndexError",
    "Noted",
    "Period",
    "Repaired",
    "Report",
    "Results",
    "Skipped",
    "SourceError",
    "Term",
    "Terms",
    "Timeline",
    "Upgraded",
    "Writer",
    "articles_from",
    "make_report",
    "outdated",
    "read",
    "reindex",
    "repair",
    "restore",
    "to_ansi",
    "to_html",
    "upgrade",
]

# Loaded when first used (PEP 562): numpy and the query parser take most of a short command's time.
_LATER = {
    "Alert": "newsindex.alerts",
    "AlertMatch": "newsindex.alerts",
    "Alerts": "newsindex.alerts",
    "Cluster": "newsindex.results",
    "Completion": "newsindex.results.completions",
    "Completions": "newsindex.results.completions",
    "Diagnostic": "newsindex.query",
    "Duplicate": "newsindex.results",
    "Entity": "newsindex.results",
    "Facet": "newsindex.results",
    "Facets": "newsindex.results",
    "Filters": "newsindex.engine.filters",
    "Hit": "newsindex.results",
    "Index": "newsindex.engine.index",
    "Mention": "newsindex.entities",
    "Period": "newsindex.results.timeline",
    "Repaired": "newsindex.index.rebuilding",
    "Report": "newsindex.report",
    "Results": "newsindex.results",
    "Term": "newsindex.results.significance",
    "Terms": "newsindex.results.terms",
    "Timeline": "newsindex.results.timeline",
    "Upgraded": "newsindex.index.rebuilding",
    "Writer": "newsindex.index.writer",
    "articles_from": "newsindex.documents",
    "make_report": "newsindex.report",
    "outdated": "newsindex.index.rebuilding",
    "read": "newsindex.documents",
    "reindex": "newsindex.index.rebuilding",
    "repair": "newsindex.index.rebuilding",
    "restore": "newsindex.index.backups",
    "to_ansi": "newsindex.results",
    "to_html": "newsindex.results",
    "upgrade": "newsindex.index.rebuilding",
}

__getattr__ = load_later(__name__, _LATER)


def __dir__() -> list[str]:
    """All names, those too that are not loaded yet: for help() and completion."""
    return sorted({*globals(), *__all__})
