"""Documents: from files as they lie on a disk to clean articles.

    for item in read("archive.jsonl.gz"):
        match item:
            case Article(): ...      # title, text, published, source, language, url, id
            case Skipped(): ...      # item.place could not be read, and item.reason says why
            case Noted(): ...        # the article that follows was kept, with this doubt

Formats: the plain text of a scraped page, from which everything but the article is dropped
(page.py, judge.py; the signs it goes by in signs.toml), HTML (html_page.py; needs the extra
"html"), JSON, tables (CSV, TSV) and rows in memory with the names of fields.py, feeds (feeds.py).
Each plain or packed (streams.py) or in an archive (entries.py, archives.py, warc.py), in UTF-8,
UTF-16, windows-1251 or KOI8-U. Dates: dates.py. What the pages of a folder share: recurring.py.
"""

from newsindex.documents.dates import from_timestamp, parse_date
from newsindex.documents.find import find_files, show_path
from newsindex.documents.html_page import parse_html
from newsindex.documents.page import PageLine, explain_page, parse_page
from newsindex.documents.reader import articles_from, read
from newsindex.documents.reading import FORMATS, Reading
from newsindex.documents.together import explain_pages

__all__ = [
    "FORMATS",
    "PageLine",
    "Reading",
    "articles_from",
    "explain_page",
    "explain_pages",
    "find_files",
    "from_timestamp",
    "parse_date",
    "parse_html",
    "parse_page",
    "read",
    "show_path",
]
