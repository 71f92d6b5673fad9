"""Changing one's own password: who has one must know it."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components.announced import announced
from moderation.roles import Staff
from moderation.service import accounts

_PRESENT, _NEW = "account_present", "account_new"


def draw(person: Staff, lang: str) -> None:
    with st.container(border=True):
        st.subheader(t("account.password", lang), anchor=False)
        st.caption(t("account.password.note", lang))
        if person.has_password:
            present(_PRESENT, lang)
        _field("account.password.new", _NEW, "new-password", lang)
        st.button(t("account.password.change", lang), key="account_change_password", on_click=_change)


def present(key: str, lang: str) -> None:
    """The field for the password that one has."""
    _field("account.password.present", key, "current-password", lang)


def taken(key: str) -> str:
    """What stands in a field, which is empty from now on."""
    typed = str(st.session_state.get(key) or "")
    st.session_state[key] = ""
    return typed


def _field(label: str, key: str, kind: str, lang: str) -> None:
    # Without a bound: the box would drop what is pasted beyond it, and nobody sees what a password is short of.
    st.text_input(t(label, lang), key=key, type="password", autocomplete=kind, width=320)


@announced
def _change() -> str:
    before, new = taken(_PRESENT), taken(_NEW)
    accounts.change_password(state.desk(), state.caller(), before, new, address=state.address())
    return t("account.password.changed", state.language())
