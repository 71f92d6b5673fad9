"""The newsroom's own lists: words that reject, words that hold, domains that may be linked to; and its messages."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import plural, t
from dashboard.ui.components.policy_draft import WORDS, Draft, lines


def draw(draft: Draft, lang: str) -> None:
    for column, name in zip(st.columns(len(WORDS)), WORDS, strict=True):
        with column:
            _entries(name, draft, lang, height=320)
    _entries("messages", draft, lang, height=160)


def _entries(name: str, draft: Draft, lang: str, *, height: int) -> None:
    text = st.text_area(
        t(f"settings.{name}", lang),
        key=draft.begin(name),
        height=height,
        help=t(f"settings.{name}.help", lang),
        placeholder=t("settings.one_a_line", lang),
    )
    st.caption(plural("settings.entries", len(lines(text)), lang))
