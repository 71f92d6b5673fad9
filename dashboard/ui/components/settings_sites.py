"""The sites that the desk serves."""

from __future__ import annotations

import html
from zoneinfo import available_timezones

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components.announced import announced
from dashboard.ui.components.tables import table_html
from dashboard.ui.components.untrusted import html_line
from moderation.article import Mode
from moderation.comment import MAX_TITLE
from moderation.service import accounts
from moderation.service.accounts import LANGUAGES

_USUAL_ZONE = "Africa/Cairo"
_NEW = ("name", "title", "language", "time_zone", "mode")


def draw(lang: str) -> None:
    headings = [t(f"settings.sites.{name}", lang) for name in ("name", "title", "language", "time_zone")]
    rows = (
        (
            html_line(site.name),
            html_line(site.title),
            html.escape(t(f"common.language.{site.language}", lang)),
            f'<bdi dir="ltr">{html.escape(site.time_zone)}</bdi>',
        )
        for site in state.sites()
    )
    st.html(table_html(headings, rows, lang))
    expander = st.expander(t("settings.sites.add", lang), key="site_adding", on_change="rerun")
    with expander, st.form("site_add", border=False, enter_to_submit=False):
        _fields(lang)
        st.form_submit_button(t("settings.sites.add", lang), key="site_added", type="primary", on_click=add)


def _fields(lang: str) -> None:
    first, second = st.columns(2)
    zones = sorted(available_timezones())
    help_text = t("settings.sites.name.help", lang)
    first.text_input(t("settings.sites.name", lang), key="site_name", max_chars=100, help=help_text)
    second.text_input(t("settings.sites.title", lang), key="site_title", max_chars=MAX_TITLE)
    first.selectbox(
        t("settings.sites.language", lang),
        list(LANGUAGES),
        key="site_language",
        format_func=lambda one: t(f"common.language.{one}", lang),
    )
    second.selectbox(t("settings.sites.time_zone", lang), zones, index=zones.index(_USUAL_ZONE), key="site_time_zone")
    first.selectbox(
        t("settings.mode", lang),
        list(Mode),
        index=list(Mode).index(Mode.POST),
        key="site_mode",
        format_func=lambda mode: t(f"common.mode.{mode}", lang),
    )


@announced
def add() -> str:
    given = {name: st.session_state[f"site_{name}"] for name in _NEW}
    site = accounts.add_site(
        state.desk(),
        state.caller(),
        name=given["name"].strip(),
        title=given["title"],
        language=given["language"],
        time_zone=given["time_zone"],
        mode=given["mode"],
    )
    st.session_state["site_name"] = st.session_state["site_title"] = ""
    return t("settings.sites.added", state.language(), name=site.name)
