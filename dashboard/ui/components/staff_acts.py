"""What an admin does to accounts, one click each."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import limit_choice, secrets_once
from dashboard.ui.components.announced import announced
from moderation.errors import Conflict
from moderation.limits import Limit
from moderation.roles import Staff
from moderation.service import accounts, colleagues, placing, provider, second_factor, sessions

LINK_MINUTES = 60
NEW = ("name", "display_name", "role", "language", "password")


@announced
def add() -> str:
    """Without a password the new colleague gets a link."""
    lang, given = state.language(), {name: st.session_state[f"new_{name}"] for name in NEW}
    password = given["password"] or None
    st.session_state["new_password"] = ""  # The box is emptied.  # nosec B105
    person = accounts.add_staff(
        state.desk(),
        state.caller(),
        name=given["name"].strip(),
        display_name=given["display_name"].strip() or given["name"].strip(),
        role=given["role"],
        language=given["language"],
        password=password,
    )
    st.session_state["new_name"] = st.session_state["new_display_name"] = ""
    return t("settings.staff.added" if password else "settings.staff.added.link", lang, name=person.name)


@announced
def rename(one: Staff) -> str:
    wanted = str(st.session_state[f"staff_display_name_{one.id}"])
    colleagues.rename(state.desk(), state.caller(), one.name, wanted)
    state.forget_names()
    return t("settings.staff.renamed", state.language(), name=one.name)


@announced
def change_role(one: Staff) -> str:
    role = st.session_state[f"staff_role_{one.id}_{one.role}"]
    accounts.change_role(state.desk(), state.caller(), one.name, role)
    lang = state.language()
    return t("settings.staff.role_changed", lang, name=one.name, role=t(f"common.role.{role}", lang))


@announced
def deactivate(one: Staff) -> str:
    accounts.deactivate(state.desk(), state.caller(), one.name)
    return t("settings.staff.deactivated", state.language(), name=one.name)


@announced
def reactivate(one: Staff) -> str:
    accounts.reactivate(state.desk(), state.caller(), one.name)
    return t("settings.staff.reactivated", state.language(), name=one.name)


@announced
def end_sessions(one: Staff) -> str:
    sessions.end_others(state.desk(), state.caller(), one.name)
    return t("settings.staff.sessions_ended", state.language(), name=one.name)


@announced
def reset_factor(one: Staff) -> str:
    second_factor.reset(state.desk(), state.caller(), one.name)
    return t("settings.staff.factor_reset", state.language(), name=one.name)


@announced
def set_password(one: Staff) -> str:
    key = f"staff_password_{one.id}"
    password = st.session_state[key]
    st.session_state[key] = ""
    accounts.set_password(state.desk(), state.caller(), one.name, password)
    return t("settings.staff.password_set", state.language(), name=one.name)


@announced
def place(one: Staff) -> str:
    wanted, seen = limit_choice.chosen_under(limits_key(one)), st.session_state[_seen_key(one)]
    try:
        st.session_state[_seen_key(one)] = placing.place(state.desk(), state.caller(), one.name, wanted, seen=seen)
    except Conflict as error:
        if error.fields.get("what") == "limits":
            _show_limits(one, placing.limits(state.desk(), state.caller()).get(one.id, []))
        raise
    return t("access.limits.saved", state.language(), name=one.name)


@announced
def expect(one: Staff) -> str:
    email = str(st.session_state[email_key(one)])
    known = provider.expect(state.desk(), state.caller(), one.name, email, issuer=state.issuer())
    return t("access.identity.known" if known else "access.identity.saved", state.language(), name=one.name)


def email_key(one: Staff) -> str:
    return f"staff_email_{one.id}"


def limits_key(one: Staff) -> str:
    return f"staff_limits_{one.id}"


def _seen_key(one: Staff) -> str:
    return f"staff_limits_seen_{one.id}"


def see_limits(one: Staff, limits: Sequence[Limit]) -> None:
    """Before the box is drawn: what it is filled with, and keeps saying whatever a colleague does meanwhile."""
    if limits_key(one) not in st.session_state:
        st.session_state[_seen_key(one)] = list(limits)


def _show_limits(one: Staff, limits: Sequence[Limit]) -> None:
    st.session_state[_seen_key(one)] = list(limits)
    st.session_state[limits_key(one)] = [limit_choice.name_of(limit) for limit in limits]


@announced
def issue_link(one: Staff) -> str:
    token = accounts.issue_link(state.desk(), state.caller(), one.name, minutes=LINK_MINUTES)
    secrets_once.give("link", f"{origin()}/login/link?token={quote(token, safe='')}", one.name)
    return t("settings.staff.link_made", state.language(), name=one.name)


def origin() -> str:
    """Where the admin's browser finds the desk is where the colleague's will."""
    here = urlsplit(st.context.url or "")
    return f"{here.scheme}://{here.netloc}" if here.netloc else ""
