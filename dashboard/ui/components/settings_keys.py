"""The site's API keys: what its content system sends comments with."""

from __future__ import annotations

import html
from datetime import datetime, timedelta

import streamlit as st

from dashboard.i18n import moment, t
from dashboard.ui import state
from dashboard.ui.components import secrets_once
from dashboard.ui.components.announced import announced
from dashboard.ui.components.bounded import number_of
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.tables import table_html
from dashboard.ui.components.untrusted import html_line, plain_line
from moderation.article import Site
from moderation.comment import MAX_NAME
from moderation.ports import ApiKey
from moderation.roles import SCOPES, Permission
from moderation.service import settings
from moderation.service.keys import MAX_LIFE, MAX_OVERLAP, OVERLAP

_COLUMNS = ("name", "prefix", "created", "by", "used", "scopes", "state")
_MOST_DAYS = MAX_LIFE.days
_OVERLAP_HOURS = int(OVERLAP.total_seconds()) // 3600
_MOST_HOURS = int(MAX_OVERLAP.total_seconds()) // 3600


def draw(site: Site, lang: str) -> None:
    now = state.desk().now()
    known = settings.keys(state.desk(), state.caller(), site=site.name)
    secrets_once.draw("key", lang)
    if known:
        headings = [_heading(name, lang) for name in _COLUMNS]
        st.html(table_html(headings, (_row(key, site.time_zone, lang, now=now) for key in known), lang))
    else:
        st.info(t("settings.keys.none", lang))
    _issue(site, lang)
    _change([key for key in known if key.works(now)], lang)


def _heading(name: str, lang: str) -> str:
    return t("access.keys.scopes" if name == "scopes" else f"settings.keys.{name}", lang)


def _row(key: ApiKey, zone: str, lang: str, *, now: datetime) -> tuple[str, ...]:
    used = moment(key.last_used_at, lang, zone) if key.last_used_at else t("settings.keys.never", lang)
    return (
        html_line(key.name),
        f'<code dir="ltr">{html.escape(key.prefix)}…</code>',
        html.escape(moment(key.created_at, lang, zone)),
        html.escape(colleague(key.created_by, lang)),
        html.escape(used),
        "<br>".join(html.escape(said) for said in _scopes(key, lang)),
        html.escape(_state(key, zone, lang, now=now)),
    )


def _scopes(key: ApiKey, lang: str) -> list[str]:
    if key.scopes == set(SCOPES):
        return [t("access.keys.scope.all", lang)]
    return [t(f"access.keys.scope.{scope}", lang) for scope in SCOPES if scope in key.scopes]


def _state(key: ApiKey, zone: str, lang: str, *, now: datetime) -> str:
    if key.revoked_at:
        return t("settings.keys.revoked", lang, at=moment(key.revoked_at, lang, zone))
    if key.expires_at:
        said = "until" if key.works(now) else "expired"
        return t(f"access.keys.{said}", lang, at=moment(key.expires_at, lang, zone))
    return t("settings.keys.active", lang)


def _issue(site: Site, lang: str) -> None:
    with st.container(border=True):
        first, second = st.columns(2)
        first.text_input(
            t("settings.keys.new_name", lang),
            key="key_name",
            max_chars=MAX_NAME,
            placeholder=t("settings.keys.new_name.placeholder", lang),
        )
        second.number_input(t("access.keys.days", lang), value=365, step=1, key="key_days")
        st.multiselect(
            t("access.keys.scopes", lang),
            list(SCOPES),
            default=list(SCOPES),
            format_func=lambda scope: t(f"access.keys.scope.{scope}", lang),
            key="key_scopes",
            placeholder=t("access.keys.scopes", lang),
        )
        st.button(t("settings.keys.issue", lang), key="key_issue", type="primary", on_click=issue, args=(site,))


def _change(active: list[ApiKey], lang: str) -> None:
    if not active:
        return
    names = {key.id: plain_line(f"{key.name} ({key.prefix}…)") for key in active}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t("settings.keys.which", lang),
            list(names),
            index=None,
            key="key_chosen",
            format_func=lambda key: names.get(key, str(key)),
            placeholder=t("settings.keys.which.placeholder", lang),
            width=320,
        )
        st.number_input(
            t("access.keys.hours", lang),
            value=_OVERLAP_HOURS,
            step=1,
            key="key_hours",
            width=260,
        )
        for name, act in (("access.keys.rotate", rotate), ("settings.keys.revoke", revoke)):
            st.button(
                t(name, lang),
                key=f"key_{act.__name__}",
                disabled=chosen is None,
                on_click=act,
                args=(chosen, names.get(chosen, "")),
                help=t(f"{name}.help", lang),
            )


@announced
def issue(site: Site) -> str:
    days = number_of("key_days", field="expires", low=0, high=_MOST_DAYS)
    key, secret = settings.issue_key(
        state.desk(),
        state.caller(),
        site=site.name,
        name=st.session_state["key_name"],
        scopes=[Permission(scope) for scope in st.session_state["key_scopes"]],
        expires_at=state.desk().now() + timedelta(days=days) if days else None,
    )
    st.session_state["key_name"] = ""
    secrets_once.give("key", secret, key.name)
    return t("settings.keys.issued", state.language(), name=key.name)


@announced
def rotate(key_id: int, name: str) -> str:
    overlap = timedelta(hours=number_of("key_hours", field="overlap", low=0, high=_MOST_HOURS))
    key, secret = settings.rotate_key(state.desk(), state.caller(), key_id, overlap=overlap)
    secrets_once.give("key", secret, key.name)
    return t("access.keys.rotated", state.language(), name=name)


@announced
def revoke(key_id: int, name: str) -> str:
    settings.revoke_key(state.desk(), state.caller(), key_id)
    return t("settings.keys.revoked_now", state.language(), name=name)
