"""A secret that is shown once: a new key, a sign-in link. It leaves the session when its reader has taken it."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t

_KEY = "secret_once"
_SAID = {"key": "settings.once.key", "link": "settings.once.link", "invitation": "access.once.invitation"}


def give(kind: str, secret: str, of: str) -> None:
    """`kind` names the sentence: `key`, `link` or `invitation`; `of` whom or what it is for, as plain text."""
    st.session_state[_KEY] = (kind, secret, of)


def draw(kind: str, lang: str) -> None:
    given = st.session_state.get(_KEY)
    if given is None or given[0] != kind:
        return
    _, secret, of = given
    with st.container(border=True):
        st.text(t(_SAID[kind], lang, of=of))
        st.code(secret, language=None, wrap_lines=True)
        st.button(t("settings.once.taken", lang), key="secret_taken", on_click=forget)


def forget() -> None:
    st.session_state.pop(_KEY, None)
