"""The days that a page looks at, as they are chosen on it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.i18n import date as written_date
from dashboard.i18n import t


def in_order(days: tuple[date | None, date | None], zone: str, lang: str) -> bool:
    """Says on the page what is wrong with two days of which the last comes first; a missing one is no matter."""
    first, last = days
    if first is None or last is None or first <= last:
        return True
    since, until = (written_date(day, lang, zone) for day in (first, last))
    st.warning(t("insights.error.reversed", lang, since=since, until=until))
    return False
