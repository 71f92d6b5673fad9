"""One's own account: the password, the second factor, the open sessions, one's shifts."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import account_factor, account_password, account_sessions, account_shifts
from dashboard.ui.components.announced import refusal
from dashboard.ui.components.problems import told


def page() -> None:
    lang = state.language()
    st.title(t("account.title", lang), anchor=False)
    with told():
        person = state.person()
        refusal()
        account_factor.draw(person, lang)
        account_password.draw(person, lang)
        account_sessions.draw(person, lang, time_zone=state.site().time_zone)
        account_shifts.section(person, lang)


page()
