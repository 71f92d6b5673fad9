"""What a decision changes beside the card: the comments that are similar to the next one, and what one did lately.

A fragment of its own, which the browser asks for once the next card is painted. A run of both would hold the card up,
and ending the one for the other has the browser draw the page twice before it hears of the card.
"""

from __future__ import annotations

from importlib.resources import files

import streamlit as st

from dashboard.ui.components import around, bench, recent
from dashboard.ui.components.problems import told_as_well

_KEY = "queue_after"
_SCRIPT = files("dashboard.ui.components").joinpath("after.js").read_text(encoding="utf-8")
_asking = st.components.v2.component("taliq_after", js=_SCRIPT)


@st.fragment
@told_as_well
def draw(lang: str) -> None:
    tab = bench.bench()
    tab.stale = False
    around.draw_similar(tab, lang)
    recent.draw(tab, lang)
    _asking(key=_KEY, data={"turn": tab.turn}, height=0, on_asked_change=_nothing)


def _nothing() -> None:
    """That it was asked for is all."""
