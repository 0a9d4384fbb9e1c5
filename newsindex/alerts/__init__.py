"""Alerts: queries kept beside an index, and which articles have newly come to match them.

    alerts = newsindex.Alerts("news.idx")
    alerts.add("defence", "оборонные консультации", source="interfax.com.ua")
    for match in alerts.run():
        print(match.alert, match.hit.title)

An article is new to an alert if it was committed after the alert's last run and was not reported
by it before, whatever its date says. What matches is what a search for the same query finds: the
percolator only chooses which of many queries are worth evaluating on which of the new articles.
"""

from newsindex.alerts.alerts import AlertMatch, Alerts
from newsindex.alerts.store import Alert

__all__ = ["Alert", "AlertMatch", "Alerts"]
