"""The words that were just typed, told before the page is drawn anew, so that what is found can be (sought.js)."""

from __future__ import annotations

from importlib.resources import files

import streamlit as st

from moderation.text.finding import MAX_QUERY

_KEY, _WORDS, _HEARD = "search_sought", "sought_words", "sought_heard"
_SCRIPT = files("dashboard.ui.components").joinpath("sought.js").read_text(encoding="utf-8")
_listener = st.components.v2.component("taliq_sought", js=_SCRIPT)


def listen() -> None:
    """In the fragment that draws what is found."""
    _listener(key=_KEY, data={"heard": st.session_state.get(_HEARD, 0)}, height=0, on_words_change=_hear)


def words() -> str | None:
    """What is asked for in this run of the fragment; None where the page says it."""
    given: str | None = st.session_state.pop(_WORDS, None)
    return given


def _hear() -> None:
    told = getattr(st.session_state.get(_KEY), "words", None)
    st.session_state[_HEARD] = st.session_state.get(_HEARD, 0) + 1
    if isinstance(told, str) and len(told) <= MAX_QUERY:
        st.session_state[_WORDS] = told
