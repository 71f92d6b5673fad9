"""How long each kind of data is kept."""

from __future__ import annotations

import html
from collections.abc import Mapping

import streamlit as st

from dashboard.i18n import moment, plural, t
from dashboard.ui import state
from dashboard.ui.components.announced import announced
from dashboard.ui.components.bounded import number_of
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.tables import table_html
from moderation.article import Site
from moderation.retention import FOR_EVER, MAX_DAYS, Kind, Period
from moderation.service import retention

_COLUMNS = ("what", "period", "set_by")


def draw(site: Site, lang: str) -> None:
    st.caption(t("retention.note", lang))
    found = retention.periods(state.desk(), state.caller())
    headings = [t(f"retention.column.{name}", lang) for name in _COLUMNS]
    st.html(table_html(headings, (_row(one, site.time_zone, lang) for one in found), lang))
    days = {one.kind: one.days for one in found}
    with st.container(border=True):
        kind = st.selectbox(
            t("retention.column.what", lang),
            list(Kind),
            key="retention_kind",
            format_func=lambda kind: t(f"retention.kind.{kind}", lang),
            on_change=_offer,
            args=(days,),
        )
        # As it is now: a button pressed at once changes nothing.
        st.session_state.setdefault("retention_days", days[kind])
        with st.form("retention", border=False, enter_to_submit=False):
            st.number_input(
                t("retention.in_days", lang), step=1, key="retention_days", help=t("retention.in_days.help", lang)
            )
            st.form_submit_button(t("retention.set", lang), key="retention_set", type="primary", on_click=set_days)


def _offer(days: Mapping[Kind, int]) -> None:
    st.session_state["retention_days"] = days[st.session_state["retention_kind"]]


def _row(one: Period, zone: str, lang: str) -> tuple[str, ...]:
    days = plural("retention.days", one.days, lang) if one.days else t("retention.for_ever", lang)
    by = t("retention.default", lang)
    if one.set_by and one.set_at:
        by = f"{colleague(one.set_by, lang)}, {moment(one.set_at, lang, zone)}"
    return html.escape(t(f"retention.kind.{one.kind}", lang)), html.escape(days), html.escape(by)


@announced
def set_days() -> str:
    kind = Kind(st.session_state["retention_kind"])
    days = number_of("retention_days", field="days", low=FOR_EVER, high=MAX_DAYS)
    retention.set_days(state.desk(), state.caller(), kind, days)
    lang = state.language()
    return t("retention.done", lang, what=t(f"retention.kind.{kind}", lang))
