"""The rules of entry: how long a session lives, and whose second factor is required."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components.announced import announced
from dashboard.ui.components.bounded import number_of
from moderation.roles import Role
from moderation.rules_of_entry import LONGEST, LONGEST_IDLE, SHORTEST, SHORTEST_IDLE, EntryRules
from moderation.service import entry


def draw(lang: str) -> None:
    rules = entry.rules(state.desk(), state.caller())
    with st.form("entry_rules", enter_to_submit=False):
        st.caption(t("access.entry.note", lang))
        first, second = st.columns(2)
        first.number_input(
            t("access.entry.idle", lang),
            value=_minutes(rules.idle),
            step=1,
            key="entry_idle",
        )
        second.number_input(
            t("access.entry.length", lang),
            value=_hours(rules.length),
            step=1,
            key="entry_length",
        )
        st.multiselect(
            t("access.entry.factor_roles", lang),
            list(Role),
            default=[role for role in Role if role in rules.factor_roles],
            format_func=lambda role: t(f"common.role.{role}", lang),
            key="entry_factor_roles",
            help=t("access.entry.factor_roles.help", lang),
            placeholder=t("access.entry.factor_roles.placeholder", lang),
        )
        st.form_submit_button(t("access.entry.save", lang), key="entry_saved", type="primary", on_click=save)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60


def _hours(span: timedelta) -> int:
    return int(span.total_seconds()) // 3600


@announced
def save() -> str:
    idle = number_of("entry_idle", field="idle", low=_minutes(SHORTEST_IDLE), high=_minutes(LONGEST_IDLE))
    length = number_of("entry_length", field="length", low=_hours(SHORTEST), high=_hours(LONGEST))
    wanted = EntryRules(
        idle=timedelta(minutes=idle),
        length=timedelta(hours=length),
        factor_roles=frozenset(Role(role) for role in st.session_state["entry_factor_roles"]),
    )
    entry.set_rules(state.desk(), state.caller(), wanted)
    return t("access.entry.saved", state.language())
