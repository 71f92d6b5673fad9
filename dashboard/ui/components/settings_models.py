"""The registry of models: which one judges, which runs in the shadow, and the way back."""

from __future__ import annotations

import html

import streamlit as st

from dashboard.i18n import moment, number, t
from dashboard.ui import state
from dashboard.ui.components.announced import announced
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.problems import notice_html
from dashboard.ui.components.tables import table_html
from dashboard.ui.components.untrusted import html_line
from moderation.model import ModelUse, RegisteredModel
from moderation.service import models
from moderation.service.models import MAX_NOTE, Registry

_COLUMNS = ("version", "state", "added", "by", "size", "checksum")
_USES = ("number", "at", "by", "live", "shadow", "note")
_SHOWN = 12
OWN = ""
"""The model that each process starts with, among the choices."""


def draw(zone: str, lang: str) -> None:
    found = models.registry(state.desk(), state.caller())
    st.html(_judging_html(found, lang))
    if found.models:
        headings = [t(f"model.column.{name}", lang) for name in _COLUMNS]
        rows = (_row(one, found.in_use, zone, lang) for one in found.models)
        st.html(table_html(headings, rows, lang))
        _choose(found, lang)
    else:
        st.info(f"{t('model.none', lang)} {t('model.none.hint', lang)}")
    _history(found, zone, lang)


def _judging_html(found: Registry, lang: str) -> str:
    said = t("model.judging_now", lang, version=found.judging)
    if found.in_use.live is not None and found.judging != found.in_use.live:
        return notice_html("warning", t("model.not_yet", lang, version=found.in_use.live, now=said))
    return notice_html("info", said)


def _row(one: RegisteredModel, use: ModelUse, zone: str, lang: str) -> tuple[str, ...]:
    key = "live" if one.version == use.live else "shadow" if one.version == use.shadow else "waiting"
    return (
        f'<bdi dir="ltr">{html_line(one.version)}</bdi>',
        html.escape(t(f"model.state.{key}", lang)),
        html.escape(moment(one.added_at, lang, zone)),
        html.escape(colleague(one.added_by, lang)),
        html.escape(number(one.size, lang)),
        f'<code dir="ltr">{html.escape(one.checksum[:_SHOWN])}</code>',
    )


def _choose(found: Registry, lang: str) -> None:
    seen = found.in_use.number
    names = [OWN, *(one.version for one in found.models)]
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            chosen = st.selectbox(
                t("model.which", lang),
                names,
                index=None,
                key="model_chosen",
                format_func=lambda name: t("model.own", lang) if name == OWN else name,
                placeholder=t("model.which.placeholder", lang),
                width=360,
            )
            st.text_input(t("model.note", lang), key="model_note", max_chars=MAX_NOTE, width=360)
        with st.container(horizontal=True):
            st.button(
                t("model.promote", lang),
                key="model_promote",
                type="primary",
                disabled=chosen is None or (chosen or None) == found.in_use.live,
                on_click=promote,
                args=(chosen, seen),
            )
            st.button(
                t("model.shadow", lang),
                key="model_shadow",
                disabled=not chosen or chosen in (found.in_use.live, found.in_use.shadow),
                on_click=shadow,
                args=(chosen, seen),
                help=t("model.shadow.help", lang),
            )
            st.button(
                t("model.shadow_end", lang),
                key="model_shadow_end",
                disabled=found.in_use.shadow is None,
                on_click=shadow,
                args=(None, seen),
            )
            st.button(
                t("model.roll_back", lang),
                key="model_roll_back",
                disabled=not found.uses,
                on_click=roll_back,
                args=(seen,),
                help=t("model.roll_back.help", lang),
            )


def _history(found: Registry, zone: str, lang: str) -> None:
    if not found.uses:
        return
    with st.expander(t("model.history", lang)):
        headings = [t(f"model.history.{name}", lang) for name in _USES]
        rows = (
            (
                html.escape(number(use.number, lang)),
                html.escape(moment(use.at, lang, zone) if use.at else ""),
                html.escape(colleague(use.by, lang)),
                f'<bdi dir="ltr">{html_line(use.live)}</bdi>' if use.live else html.escape(t("model.own", lang)),
                f'<bdi dir="ltr">{html_line(use.shadow)}</bdi>' if use.shadow else "",
                html_line(use.note, limit=MAX_NOTE),
            )
            for use in found.uses
        )
        st.html(table_html(headings, rows, lang))


@announced
def promote(chosen: str, seen: int) -> str:
    version = chosen or None
    models.promote(state.desk(), state.caller(), version, seen_number=seen, note=_note())
    lang = state.language()
    return t("model.judges_own", lang) if version is None else t("model.judges", lang, version=version)


@announced
def shadow(version: str | None, seen: int) -> str:
    models.shadow(state.desk(), state.caller(), version, seen_number=seen, note=_note())
    lang = state.language()
    return t("model.shadow_off", lang) if version is None else t("model.in_shadow", lang, version=version)


@announced
def roll_back(seen: int) -> str:
    use = models.roll_back(state.desk(), state.caller(), seen_number=seen, note=_note())
    lang = state.language()
    return t("model.judges_own", lang) if use.live is None else t("model.judges", lang, version=use.live)


def _note() -> str:
    note = str(st.session_state["model_note"])
    st.session_state["model_note"] = ""
    return note
