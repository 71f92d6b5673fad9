"""Where the page's files and the comments behind its figures are."""

from __future__ import annotations

from urllib.parse import urlencode

from dashboard.insights.view import View

PATH = "/export/insights"
REPORT, ALL = "report", "all"


def file_address(name: str, form: str, view: View, site: str) -> str:
    """/export/insights/NAME.FORM with the page's own query."""
    return f"{PATH}/{name}.{form}?{view.query(site=site)}"


def search_address(site: str) -> str:
    """Of the search page; what is looked for, a query, comes right after it."""
    return f"/search?{urlencode({'site': site})}&"
