"""Documents: from files as they lie on a disk to clean articles.

    for item in read("archive.jsonl.gz"):
        match item:
            case Article(): ...      # title, text, published, source, language, url, id
            case Skipped(): ...      # item.place could not be read, and item.reason says why
            case Noted(): ...        # the article that follows was kept, with this doubt

Formats: the plain text of a scraped page, from which everything but the article is dropped
(page.py, judge.py; the signs it goes by in signs.toml), HTML (html_page.py; needs the extra
"html"), JSON and tables (CSV, TSV) with the names of fields.py. Each
plain or gzip, in UTF-8, UTF-16, windows-1251 or KOI8-U. Dates: dates.py.
"""

from newsindex.documents.dates import from_timestamp, parse_date
from newsindex.documents.find import find_files, show_path
from newsindex.documents.html_page import parse_html
from newsindex.documents.page import PageLine, explain_page, parse_page
from newsindex.documents.reader import FORMATS, explain_file, read

__all__ = [
    "FORMATS",
    "PageLine",
    "explain_file",
    "explain_page",
    "find_files",
    "from_timestamp",
    "parse_date",
    "parse_html",
    "parse_page",
    "read",
    "show_path",
]
