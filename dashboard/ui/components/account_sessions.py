"""Where one is signed in, and ending it."""

from __future__ import annotations

import html

import streamlit as st

from dashboard.i18n import ago, direction, moment, t
from dashboard.ui import state
from dashboard.ui.components.announced import announced
from dashboard.ui.components.untrusted import html_line
from moderation.ports import OpenSession
from moderation.roles import Staff
from moderation.service import sessions


def draw(person: Staff, lang: str, *, time_zone: str) -> None:
    found = sessions.own(state.desk(), state.caller())
    here = state.caller().token_hash
    with st.container(border=True):
        st.subheader(t("account.sessions", lang), anchor=False)
        for place, one in enumerate(found):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.html(session_html(one, lang, here=one.token_hash == here, time_zone=time_zone))
                if one.token_hash != here:
                    key = f"account_end_{place}"
                    st.button(t("account.sessions.end", lang), key=key, on_click=_end, args=(person, one))
        if len(found) > 1:
            st.button(
                t("account.sessions.end_others", lang), key="account_end_others", on_click=_others, args=(person,)
            )


def session_html(one: OpenSession, lang: str, *, here: bool, time_zone: str) -> str:
    facts = [
        t("account.sessions.opened", lang, at=moment(one.created_at, lang, time_zone)),
        t("account.sessions.seen", lang, ago=ago(one.seen_at, state.desk().now(), lang)),
    ]
    mark = f" <strong>{html.escape(t('account.sessions.here', lang))}</strong>" if here else ""
    said = " · ".join(html.escape(fact) for fact in facts)
    return f'<p class="tq-measure" dir="{direction(lang)}" lang="{lang}">{html_line(one.address)}{mark}<br>{said}</p>'


@announced
def _end(person: Staff, one: OpenSession) -> str:
    sessions.end(state.desk(), state.caller(), person.name, one.token_hash)
    return t("account.sessions.ended", state.language())


@announced
def _others(person: Staff) -> str:
    sessions.end_others(state.desk(), state.caller(), person.name)
    return t("account.sessions.others_ended", state.language())
