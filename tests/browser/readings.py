"""What the insights and the audit page show, read off the screen."""

from __future__ import annotations

import re

from dashboard.i18n import t
from tests.browser.tab import Tab

_BAR = re.compile(r"\bpart: ([\d,]+); key: (\w+)")
_CHARTS = """() => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")].map((chart) =>
  [...chart.querySelectorAll("path[aria-label]")].map((mark) => mark.getAttribute("aria-label")))"""


def outcomes(tab: Tab) -> dict[str, int]:
    """The bars of the chart of outcomes: how many comments of the last 90 days have each status."""
    tab.go("/insights?period=quarter")
    tab.page.wait_for_function(f"() => ({_CHARTS})().some((marks) => marks.some((mark) => /key: approved/.test(mark)))")
    bars = [found.groups() for marks in tab.page.evaluate(_CHARTS) for mark in marks if (found := _BAR.search(mark))]
    return {key: int(count.replace(",", "")) for count, key in bars if not key.isdecimal()}


def choose_period(tab: Tab, preset: str, lang: str) -> None:
    """From the list of presets on the insights page."""
    tab.main.locator(".st-key-period input").click()
    tab.page.get_by_role("option", name=t(f"insights.period.{preset}", lang), exact=True).click()


def log(tab: Tab, query: str = "") -> list[list[str]]:
    """The rows of the audit page's first page, newest first; a row is the text of its cells."""
    tab.go(f"/audit{query}")
    rows = tab.main.locator("table.tq-table tbody tr")
    rows.first.wait_for()
    return [row.locator("td").all_inner_texts() for row in rows.all()]
