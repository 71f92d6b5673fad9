"""The people of the desk: who they are, what they may do, and how they get in."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import limit_choice, secrets_once, settings_invitations, staff_acts
from dashboard.ui.components.tables import table_html
from dashboard.ui.components.untrusted import html_line, plain_line
from moderation.comment import MAX_NAME
from moderation.limits import Limit
from moderation.roles import Role, Staff
from moderation.service import accounts, placing, provider
from moderation.service.accounts import LANGUAGES
from moderation.service.placing import Choice


def draw(lang: str, *, time_zone: str) -> None:
    people = sorted(accounts.staff(state.desk(), state.caller()), key=lambda one: (not one.active, one.name))
    choices, limits = limit_choice.known(), placing.limits(state.desk(), state.caller())
    secrets_once.draw("link", lang)
    _list(people, lang, choices=choices, limits=limits)
    _change(people, lang, choices=choices, limits=limits)
    settings_invitations.draw(choices, lang, time_zone=time_zone)
    _add(lang)


def _list(people: list[Staff], lang: str, *, choices: Sequence[Choice], limits: Mapping[int, list[Limit]]) -> None:
    names = ("name", "display_name", "role", "language", "state")
    headings = [*(t(f"settings.staff.{name}", lang) for name in names), t("access.limits", lang)]
    rows = (
        (
            html_line(one.name),
            html_line(one.display_name),
            html.escape(t(f"common.role.{one.role}", lang)),
            html.escape(t(f"common.language.{one.language}", lang)),
            html.escape(_state(one, lang)),
            # Of an admin those of an earlier role are kept, and rest.
            limit_choice.limits_html(() if one.role is Role.ADMIN else limits.get(one.id, ()), choices, lang),
        )
        for one in people
    )
    st.html(table_html(headings, rows, lang))


def _state(one: Staff, lang: str) -> str:
    if not one.active:
        return t("settings.staff.inactive", lang)
    return t("settings.staff.active" if one.has_password else "settings.staff.link_only", lang)


def _change(people: list[Staff], lang: str, *, choices: Sequence[Choice], limits: Mapping[int, list[Limit]]) -> None:
    with st.container(border=True):
        st.subheader(t("settings.staff.change", lang), anchor=False)
        by_name = {one.name: one for one in people}
        name = st.selectbox(
            t("settings.staff.person", lang),
            list(by_name),
            index=None,
            key="staff_person",
            format_func=lambda one: plain_line(f"{by_name[one].display_name} ({one})") if one in by_name else one,
            placeholder=t("settings.staff.person.placeholder", lang),
        )
        if name in by_name:
            _display_name(by_name[name], lang)
            _role(by_name[name], lang)
            _limits(by_name[name], choices, limits.get(by_name[name].id, []), lang)
            _entry(by_name[name], lang)
            _password(by_name[name], lang)
            if state.issuer():
                _identity(by_name[name], lang)


def _display_name(one: Staff, lang: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("settings.staff.display_name", lang),
            value=one.display_name,
            key=f"staff_display_name_{one.id}",
            max_chars=MAX_NAME,
            autocomplete="off",
            width=260,
        )
        st.button(
            t("settings.staff.rename", lang),
            key="staff_rename",
            on_click=staff_acts.rename,
            args=(one,),
            help=t("settings.staff.rename.help", lang),
        )


def _role(one: Staff, lang: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            t("settings.staff.role", lang),
            list(Role),
            index=list(Role).index(one.role),
            key=f"staff_role_{one.id}_{one.role}",
            format_func=lambda role: t(f"common.role.{role}", lang),
            width=260,
        )
        st.button(
            t("settings.staff.change_role", lang), key="staff_change_role", on_click=staff_acts.change_role, args=(one,)
        )


def _limits(one: Staff, choices: Sequence[Choice], limits: list[Limit], lang: str) -> None:
    if one.role is Role.ADMIN:
        return
    staff_acts.see_limits(one, limits)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        limit_choice.choose(choices, lang, key=staff_acts.limits_key(one), chosen=limits)
        st.button(t("access.limits.set", lang), key="staff_place", on_click=staff_acts.place, args=(one,))


def _entry(one: Staff, lang: str) -> None:
    """Letting in and keeping out."""
    with st.container(horizontal=True):
        _act("link", staff_acts.issue_link, one, lang, disabled=not one.active)
        _act("end_sessions", staff_acts.end_sessions, one, lang)
        _act("reset_factor", staff_acts.reset_factor, one, lang)
        if one.active:
            _act("deactivate", staff_acts.deactivate, one, lang)
        else:
            _act("reactivate", staff_acts.reactivate, one, lang)


def _password(one: Staff, lang: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("settings.staff.new_password", lang),
            key=f"staff_password_{one.id}",
            type="password",
            autocomplete="new-password",
            width=260,
        )
        st.button(
            t("settings.staff.set_password", lang),
            key="staff_set_password",
            on_click=staff_acts.set_password,
            args=(one,),
        )


def _identity(one: Staff, lang: str) -> None:
    known = provider.identities(state.desk(), state.caller()).get(one.id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("access.identity", lang),
            value=known.email if known else "",
            key=staff_acts.email_key(one),
            max_chars=provider.MAX_EMAIL,
            help=t("access.identity.help", lang),
            autocomplete="off",
            width=320,
        )
        st.button(t("access.identity.set", lang), key="staff_expect", on_click=staff_acts.expect, args=(one,))


def _act(name: str, act: Callable[[Staff], None], one: Staff, lang: str, *, disabled: bool = False) -> None:
    st.button(
        t(f"settings.staff.{name}", lang),
        key=f"staff_{name}",
        on_click=act,
        args=(one,),
        disabled=disabled,
        help=t(f"settings.staff.{name}.help", lang),
    )


def _add(lang: str) -> None:
    # An expander that tracks nothing closes with each run, and would hide a form that was just refused.
    expander = st.expander(t("settings.staff.add", lang), key="staff_adding", on_change="rerun")
    with expander, st.form("staff_add", border=False, enter_to_submit=False):
        first, second = st.columns(2)
        first.text_input(
            t("settings.staff.name", lang),
            key="new_name",
            max_chars=100,
            help=t("settings.staff.name.help", lang),
            autocomplete="off",
        )
        second.text_input(t("settings.staff.display_name", lang), key="new_display_name", max_chars=MAX_NAME)
        first.selectbox(
            t("settings.staff.role", lang),
            list(Role),
            key="new_role",
            format_func=lambda role: t(f"common.role.{role}", lang),
        )
        second.selectbox(
            t("settings.staff.language", lang),
            list(LANGUAGES),
            key="new_language",
            format_func=lambda one: t(f"common.language.{one}", lang),
        )
        st.text_input(
            t("settings.staff.password", lang),
            key="new_password",
            type="password",
            autocomplete="new-password",
            help=t("settings.staff.password.help", lang),
        )
        st.form_submit_button(t("settings.staff.add", lang), key="staff_added", type="primary", on_click=staff_acts.add)
