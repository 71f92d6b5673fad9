"""The site's API keys: what its content system sends comments with."""

from __future__ import annotations

import html

import streamlit as st

from dashboard.i18n import moment, t
from dashboard.ui import state
from dashboard.ui.components import secrets_once
from dashboard.ui.components.announced import announced
from dashboard.ui.components.names import actor_name
from dashboard.ui.components.tables import table_html
from dashboard.ui.components.untrusted import html_line, plain_line
from moderation.article import Site
from moderation.comment import MAX_NAME
from moderation.ports import ApiKey
from moderation.service import settings

_COLUMNS = ("name", "prefix", "created", "by", "used", "state")


def draw(site: Site, lang: str) -> None:
    known = sorted(settings.keys(state.desk(), state.caller(), site=site.name), key=lambda key: -key.id)
    secrets_once.draw("key", lang)
    if known:
        headings = [t(f"settings.keys.{name}", lang) for name in _COLUMNS]
        st.html(table_html(headings, (_row(key, site.time_zone, lang) for key in known), lang))
    else:
        st.info(t("settings.keys.none", lang))
    _issue(site, lang)
    _revoke([key for key in known if key.revoked_at is None], lang)


def _row(key: ApiKey, zone: str, lang: str) -> tuple[str, ...]:
    used = moment(key.last_used_at, lang, zone) if key.last_used_at else t("settings.keys.never", lang)
    revoked = t("settings.keys.revoked", lang, at=moment(key.revoked_at, lang, zone)) if key.revoked_at else ""
    return (
        html_line(key.name),
        f'<code dir="ltr">{html.escape(key.prefix)}…</code>',
        html.escape(moment(key.created_at, lang, zone)),
        html.escape(actor_name(plain_line(key.created_by), lang)),
        html.escape(used),
        html.escape(revoked or t("settings.keys.active", lang)),
    )


def _issue(site: Site, lang: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("settings.keys.new_name", lang),
            key="key_name",
            max_chars=MAX_NAME,
            placeholder=t("settings.keys.new_name.placeholder", lang),
            width=320,
        )
        st.button(t("settings.keys.issue", lang), key="key_issue", type="primary", on_click=issue, args=(site,))


def _revoke(active: list[ApiKey], lang: str) -> None:
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
        st.button(
            t("settings.keys.revoke", lang),
            key="key_revoke",
            disabled=chosen is None,
            on_click=revoke,
            args=(chosen, names.get(chosen, "")),
            help=t("settings.keys.revoke.help", lang),
        )


@announced
def issue(site: Site) -> str:
    key, secret = settings.issue_key(state.desk(), state.caller(), site=site.name, name=st.session_state["key_name"])
    st.session_state["key_name"] = ""
    secrets_once.give("key", secret, key.name)
    return t("settings.keys.issued", state.language(), name=key.name)


@announced
def revoke(key_id: int, name: str) -> str:
    settings.revoke_key(state.desk(), state.caller(), key_id)
    return t("settings.keys.revoked_now", state.language(), name=name)
