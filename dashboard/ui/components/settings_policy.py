"""What the machine decides by itself: the mode, the thresholds of each class, and the rules beside them."""

from __future__ import annotations

import streamlit as st

from dashboard.i18n import t
from dashboard.ui.components.policy_draft import BOUNDS, NUMBERS, Draft
from moderation.article import Mode
from moderation.score import LABELS, Label


def draw(draft: Draft, lang: str) -> None:
    st.segmented_control(
        t("settings.mode", lang),
        list(Mode),
        format_func=lambda mode: t(f"common.mode.{mode}", lang),
        key=draft.begin("mode"),
        required=True,
        help=t("settings.mode.help", lang),
    )
    st.subheader(t("settings.thresholds", lang), anchor=False)
    st.caption(t("settings.thresholds.note", lang))
    for label in LABELS:
        _threshold(label, draft, lang)
    st.subheader(t("settings.rules", lang), anchor=False)
    st.checkbox(t("settings.hold_links", lang), key=draft.begin("hold_links"), help=t("settings.hold_links.help", lang))
    _numbers(draft, lang)


def _threshold(label: Label, draft: Draft, lang: str) -> None:
    with st.container(border=True):
        name, *cells = st.columns([2, 3, 3], vertical_alignment="center")
        name.markdown(f"**{t(f'common.label.{label}', lang)}**")
        for cell, bound in zip(cells, BOUNDS, strict=True):
            with cell.container(horizontal=True, vertical_alignment="center"):
                _bound(label, bound, draft, lang)


def _bound(label: Label, bound: str, draft: Draft, lang: str) -> None:
    on = st.checkbox(t(f"settings.{bound}_from", lang), key=draft.begin(f"{label}_{bound}s"))
    st.number_input(
        t(f"settings.{bound}_at", lang, label=t(f"common.label.{label}", lang)),
        step=1.0,
        format="%g",
        key=draft.begin(f"{label}_{bound}_at"),
        disabled=not on,
        label_visibility="collapsed",
        width=150,
    )


def _numbers(draft: Draft, lang: str) -> None:
    columns = st.columns(3)
    # Bounds are the policy's own: a field that knows them would send the number before instead.
    for place, name in enumerate(NUMBERS):
        columns[place % len(columns)].number_input(
            t(f"settings.{name}", lang),
            step=1,
            key=draft.begin(name),
            help=t(f"settings.{name}.help", lang),
        )
