"""The rules of entry: how long a session lives, and whose second factor is required."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components.announced import announced
from dashboard.ui.components.bounded import number_of
from moderation.errors import Conflict
from moderation.roles import Role
from moderation.rules_of_entry import LONGEST, LONGEST_IDLE, SHORTEST, SHORTEST_IDLE, EntryRules
from moderation.service import entry

# What the boxes were filled with: a run that comes later may read other rules, and the boxes keep what they say.
_SEEN = "entry_seen"


def draw(lang: str) -> None:
    rules = entry.rules(state.desk(), state.caller())
    if "entry_idle" not in st.session_state:
        st.session_state[_SEEN] = rules
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
    try:
        entry.set_rules(state.desk(), state.caller(), wanted, seen=st.session_state[_SEEN])
    except Conflict:
        _fill(entry.rules(state.desk(), state.caller()))
        raise
    st.session_state[_SEEN] = wanted
    return t("access.entry.saved", state.language())


def _fill(rules: EntryRules) -> None:
    st.session_state[_SEEN] = rules
    st.session_state["entry_idle"], st.session_state["entry_length"] = _minutes(rules.idle), _hours(rules.length)
    st.session_state["entry_factor_roles"] = [role for role in Role if role in rules.factor_roles]
