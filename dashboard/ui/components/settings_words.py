"""The newsroom's own lists: words that reject, words that hold, and domains that may be linked to."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import plural, t
from dashboard.ui.components.policy_draft import LISTS, Draft, lines


def draw(draft: Draft, lang: str) -> None:
    for column, name in zip(st.columns(len(LISTS)), LISTS, strict=True):
        with column:
            text = st.text_area(
                t(f"settings.{name}", lang),
                key=draft.begin(name),
                height=320,
                help=t(f"settings.{name}.help", lang),
                placeholder=t("settings.one_a_line", lang),
            )
            st.caption(plural("settings.entries", len(lines(text)), lang))
