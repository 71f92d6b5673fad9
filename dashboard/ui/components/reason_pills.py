"""All reasons to choose one from, as buttons: a list that opens would lie outside of the dialog that it stands in."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t
from dashboard.ui.components.reasons import USUAL
from moderation.decision import Reason


def reason_pills(label: str, lang: str, *, key: str) -> Reason | None:
    return st.pills(label, USUAL, format_func=lambda one: t(f"common.reason.{one}", lang), key=key)
