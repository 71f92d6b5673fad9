"""What the insights and the audit page show, read off the screen."""

from __future__ import annotations

import re

from dashboard.i18n import t
from moderation.comment import Status
from tests.browser.tab import Tab

_BARS = """() => [...document.querySelectorAll("[class*=st-key-card_outcomes] path[aria-label]")]
  .map((mark) => mark.getAttribute("aria-label"))"""


def outcomes(tab: Tab) -> dict[str, int]:
    """The bars of the chart of outcomes: how many comments of the last 90 days have each status."""
    tab.go("/insights?period=quarter")
    tab.page.wait_for_function(f"() => ({_BARS})().length > 0")
    lang, _ = tab.layout()
    bars = tab.page.evaluate(_BARS)
    return {
        status.value: count for status in Status for bar in bars if (count := _counted(bar, status, lang)) is not None
    }


def _counted(bar: str, status: Status, lang: str) -> int | None:
    """As it is read out."""
    begun = f"{t('insights.column.status', lang)}: {t(f'common.status.{status}', lang)}{t('insights.mark.and', lang)}"
    found = re.match(rf"{re.escape(begun)}{t('insights.column.comments', lang)}: ([\d,]+)", bar)
    return int(found[1].replace(",", "")) if found else None


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
