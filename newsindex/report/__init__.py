"""Reports: what a query finds, as one page of HTML that needs nothing else.

    report = newsindex.make_report(index, "оборонные консультации", since="2025")
    Path("report.html").write_text(report.html, encoding="utf-8")

The page holds its style, its chart and its text; it runs no script and asks nothing of the network,
which its content security policy also forbids to what strangers wrote. It reads on a phone, in
light and in dark, on paper and aloud.
"""

from newsindex.report.page import Report, make_report

__all__ = ["Report", "make_report"]
