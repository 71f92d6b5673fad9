"""Above found comments: how their scores lie, and a range drawn over them, which is what is found then."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard.charts import spread
from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import figures
from dashboard.ui.components.search_filter import keep_range
from moderation.article import Site
from moderation.search import SearchFilter
from moderation.service import search

_OPEN, _CHART = "search_spread_open", "search_spread"


def draw(site: Site, where: SearchFilter, lang: str) -> None:
    """Only when it is asked for: most searches are for words."""
    if not st.checkbox(t("search.spread", lang), key=_OPEN):
        return
    # All of them, so that what lies outside of the range is seen as well.
    everything = replace(where, at_least=None, at_most=None)
    rows = search.spread(state.desk(), state.caller(), site=site.name, where=everything)
    figure = spread.dots(rows, lang)
    if figure.chart is None:
        return
    note = t("search.spread.note", lang, most=search.SPREAD)
    st.caption(note)
    figures.legend(figure.legend)
    st.vega_lite_chart(spec=figure.spec(), key=_CHART, on_select=_drawn, alt=note)


def _drawn() -> None:
    found = spread.chosen(st.session_state.get(_CHART))
    if found is not None:
        keep_range(*found)
