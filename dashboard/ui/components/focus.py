"""Puts the focus where the person who works by keys goes on."""

from __future__ import annotations

from importlib.resources import files

import streamlit as st

_SCRIPT = files("dashboard.ui.components").joinpath("focus.js").read_text(encoding="utf-8")
_component = st.components.v2.component("taliq_focus", js=_SCRIPT)


def put(at: str, *, mark: str) -> None:
    """On the first button or field of the widget with this key, once for each `mark`, however often it is drawn.

    On a notice only where the focus was lost, to be read out and gone on from.
    """
    _component(key=f"{at}_focus", data={"at": at, "mark": mark}, height=0)
