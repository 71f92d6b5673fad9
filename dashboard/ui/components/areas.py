"""The areas of the settings."""

from __future__ import annotations

from enum import StrEnum

import streamlit as st

from dashboard.i18n import t
from dashboard.ui.components import address


class Area(StrEnum):
    POLICY = "policy"
    WORDS = "words"
    STAFF = "staff"
    ENTRY = "entry"
    KEYS = "keys"
    SITES = "sites"
    MODELS = "models"
    RETENTION = "retention"


def choose_area(lang: str) -> Area:
    address.recall("area", address.one_of(list(Area)), Area.POLICY)
    chosen = st.segmented_control(
        t("settings.area", lang),
        list(Area),
        format_func=lambda area: t(f"settings.area.{area}", lang),
        key="area",
        required=True,
        wrap=True,
        label_visibility="collapsed",
        on_change=address.keep,
        args=("area",),
    )
    return chosen or Area.POLICY
