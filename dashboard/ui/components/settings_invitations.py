"""Inviting colleagues by a link, and the invitations that there were."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import quote

import streamlit as st

from dashboard.i18n import moment, t
from dashboard.ui import state
from dashboard.ui.components import limit_choice, secrets_once, staff_acts
from dashboard.ui.components.announced import announced
from dashboard.ui.components.bounded import number_of
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.tables import table_html
from dashboard.ui.components.untrusted import html_line, plain_line
from moderation.comment import MAX_NAME
from moderation.invitation import LENGTH, MAX_LENGTH, Invitation, InvitationState
from moderation.roles import Role
from moderation.service import invitations
from moderation.service.placing import Choice

_COLUMNS = ("name", "role", "where", "by", "until", "state")
_SHOWN = 20


def draw(choices: Sequence[Choice], lang: str, *, time_zone: str) -> None:
    secrets_once.draw("invitation", lang)
    _invite(choices, lang)
    now = state.desk().now()
    known = invitations.all_of_them(state.desk(), state.caller())
    if known:
        st.subheader(t("access.invite.list", lang), anchor=False)
        headings = [t(f"access.invite.column.{name}", lang) for name in _COLUMNS]
        rows = (_row(one, choices, lang, now=now, zone=time_zone) for one in known[:_SHOWN])
        st.html(table_html(headings, rows, lang))
        _revoke([one for one in known if one.state(now) is InvitationState.OPEN], lang, time_zone)


def _row(one: Invitation, choices: Sequence[Choice], lang: str, *, now: datetime, zone: str) -> tuple[str, ...]:
    return (
        html_line(one.display_name or t("access.invite.unnamed", lang)),
        html.escape(t(f"common.role.{one.role}", lang)),
        limit_choice.limits_html(one.limits, choices, lang),
        html.escape(colleague(one.invited_by, lang)),
        html.escape(moment(one.expires_at, lang, zone)),
        html.escape(t(f"access.invite.state.{one.state(now)}", lang)),
    )


def _invite(choices: Sequence[Choice], lang: str) -> None:
    # An expander that tracks nothing closes with each run, and would hide a form that was just refused.
    expander = st.expander(t("access.invite", lang), key="staff_inviting", on_change="rerun")
    with expander, st.form("staff_invite", border=False, enter_to_submit=False):
        st.caption(t("access.invite.note", lang))
        first, second = st.columns(2)
        first.selectbox(
            t("settings.staff.role", lang),
            list(Role),
            key="invite_role",
            format_func=lambda role: t(f"common.role.{role}", lang),
        )
        second.text_input(t("access.invite.display_name", lang), key="invite_display_name", max_chars=MAX_NAME)
        limit_choice.choose(choices, lang, key="invite_limits")
        st.number_input(
            t("access.invite.days", lang),
            value=LENGTH.days,
            step=1,
            key="invite_days",
            width=260,
        )
        st.form_submit_button(t("access.invite.action", lang), key="staff_invited", type="primary", on_click=invite)


def _revoke(open_ones: list[Invitation], lang: str, zone: str) -> None:
    if not open_ones:
        return
    names = {one.id: _name(one, lang, zone) for one in open_ones}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t("access.invite.which", lang),
            list(names),
            index=None,
            key="invitation_chosen",
            format_func=lambda one: names.get(one, str(one)),
            placeholder=t("access.invite.which.placeholder", lang),
            width=320,
        )
        st.button(
            t("access.invite.revoke", lang),
            key="invitation_revoke",
            disabled=chosen is None,
            on_click=revoke,
            args=(chosen,),
            help=t("access.invite.revoke.help", lang),
        )


def _name(one: Invitation, lang: str, zone: str) -> str:
    who = plain_line(one.display_name) or t("access.invite.unnamed", lang)
    return f"{who} · {t(f'common.role.{one.role}', lang)} · {moment(one.expires_at, lang, zone)}"


@announced
def invite() -> str:
    lang = state.language()
    made, token = invitations.invite(
        state.desk(),
        state.caller(),
        st.session_state["invite_role"],
        limits=limit_choice.chosen_under("invite_limits"),
        display_name=st.session_state["invite_display_name"].strip(),
        lasts=timedelta(days=number_of("invite_days", field="lasts", low=1, high=MAX_LENGTH.days)),
    )
    st.session_state["invite_display_name"] = ""
    who = made.display_name or t(f"common.role.{made.role}", lang)
    secrets_once.give("invitation", f"{staff_acts.origin()}/invite?token={quote(token, safe='')}", who)
    return t("access.invite.made", lang)


@announced
def revoke(invitation_id: int) -> str:
    invitations.revoke(state.desk(), state.caller(), invitation_id)
    return t("access.invite.revoked", state.language())
