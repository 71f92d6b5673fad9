"""The switch that blurs harsh words for the person at hand, on every page until it is turned again."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components.problems import told
from moderation.service import accounts


def draw(key: str, lang: str, *, blurs: bool, letter: str = "") -> None:
    """`letter` is that of the key that clicks it, where one does."""
    said = t("queue.unblur" if blurs else "queue.blur", lang)
    icon = ":material/visibility:" if blurs else ":material/blur_on:"
    hint = f"{said} ({letter})" if letter else None
    st.button(said, key=key, icon=icon, type="tertiary", help=hint, on_click=_turn, args=(not blurs,))


def _turn(blurs: bool) -> None:
    with told():
        accounts.set_blurs(state.desk(), state.caller(), blurs)
