"""Newer and older pages of a list that is read from its end: each page is named by the position that it lies before."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.i18n import direction, t


def before(name: str, question: Any) -> int | None:
    """Where the present page begins; the first page again as soon as another question is asked."""
    key = f"{name}_pages"
    asked, turned = st.session_state.get(key, (None, []))
    if asked != question:
        st.session_state[key] = asked, turned = question, []
    return turned[-1] if turned else None


def buttons(name: str, next_before: int | None, lang: str) -> None:
    _, turned = st.session_state[f"{name}_pages"]
    back, forth = ("chevron_right", "chevron_left") if direction(lang) == "rtl" else ("chevron_left", "chevron_right")
    with st.container(horizontal=True):
        st.button(
            t("audit.newer", lang),
            key=f"{name}_newer",
            icon=f":material/{back}:",
            disabled=not turned,
            on_click=_newer,
            args=(name,),
        )
        st.button(
            t("audit.older", lang),
            key=f"{name}_older",
            icon=f":material/{forth}:",
            icon_position="right",
            disabled=next_before is None,
            on_click=_older,
            args=(name, next_before),
        )


def _older(name: str, position: int) -> None:
    asked, turned = st.session_state[f"{name}_pages"]
    st.session_state[f"{name}_pages"] = (asked, [*turned, position])


def _newer(name: str) -> None:
    asked, turned = st.session_state[f"{name}_pages"]
    st.session_state[f"{name}_pages"] = (asked, turned[:-1])
