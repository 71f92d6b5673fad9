"""The audit log, for auditors: who decided what, when and why; its export; and whether anyone changed it."""

from __future__ import annotations

import html
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import pager
from dashboard.ui.components.event_filter import LogChoice, Wanted, choose, choose_log, export_link
from dashboard.ui.components.events import event_table, option
from dashboard.ui.components.problems import told
from dashboard.ui.components.story import story_html
from dashboard.ui.components.verification import verification
from moderation.audit import Sealed
from moderation.errors import NotFound
from moderation.roles import Permission, Staff
from moderation.service import audit, stories

PAGE = 50


def page() -> None:
    lang = state.language()
    st.title(t("shell.audit", lang), anchor=False)
    with told():
        person = state.require(Permission.AUDIT_READ)
        site = state.site()
        verification(site.time_zone)
        log = choose_log(lang)
        name = site.name if log is LogChoice.SITE else None
        actors = audit.actors(state.desk(), state.caller(), site=name)
        today = state.desk().now().astimezone(ZoneInfo(site.time_zone)).date()
        _checkpoints(name, person, lang)
        wanted = choose(log, actors, site=site, today=today, lang=lang)
        if wanted is not None:
            _story(wanted, site.time_zone, person, lang)
            _events(wanted, site.time_zone, lang)
            _export(wanted, person, lang)


def _checkpoints(site: str | None, person: Staff, lang: str) -> None:
    """The signed head of the chosen log, and the key by which others check it."""
    with st.expander(t("audit.checkpoint", lang)):
        st.caption(t("audit.checkpoint.note", lang))
        if person.may(Permission.AUDIT_EXPORT):
            asked = f"?{urlencode({'site': site})}" if site else ""
            link = _button(f"/export/checkpoint{asked}", t("audit.checkpoint.make", lang))
            st.html(f'<p class="tq-links">{link}</p>')
        st.caption(t("audit.checkpoint.keys", lang))
        keys = audit.keys(state.desk(), state.caller())
        st.code("\n".join(key.vkey() for key in keys), language=None, wrap_lines=True)


def _story(wanted: Wanted, zone: str, person: Staff, lang: str) -> None:
    """All that happened to the comment that is asked for, with its texts; nothing where there is no such comment."""
    if wanted.site is None or not wanted.where.comment_id:
        return
    try:
        story = stories.story(state.desk(), state.caller(), wanted.where.comment_id, site=wanted.site)
    except NotFound:
        return
    with st.expander(t("audit.story", lang), expanded=True):
        st.caption(t("audit.story.about", lang))
        may_export = person.may(Permission.AUDIT_EXPORT)
        blurs = state.blurs()
        st.html(story_html(story, lang, zone, site=wanted.site, may_export=may_export, blurs=blurs))


def _events(wanted: Wanted, zone: str, lang: str) -> None:
    before = pager.before("audit", wanted)
    found = audit.events(state.desk(), state.caller(), site=wanted.site, where=wanted.where, before=before, limit=PAGE)
    if not found.rows:
        st.info(t("audit.empty", lang))
    else:
        st.html(event_table(found.rows, lang, zone))
    pager.buttons("audit", found.next_before, lang)
    if found.rows:
        _detail(found.rows, wanted.site, lang)


def _detail(rows: tuple[Sealed, ...], site: str | None, lang: str) -> None:
    known = {row.position: row for row in rows}
    position = st.selectbox(
        t("audit.detail", lang),
        list(known),
        index=None,
        format_func=lambda one: option(known[one], lang) if one in known else str(one),
        placeholder=t("audit.detail.placeholder", lang),
    )
    if position is not None:
        _show(known[position], site, lang)


def _show(row: Sealed, site: str | None, lang: str) -> None:
    with st.container(border=True):
        for name, text, language in (
            ("body", printable(row.body), "json"),
            ("leaf", row.leaf.hex(), None),
            ("subtree", row.subtree.hex(), None),
        ):
            st.caption(t(f"audit.detail.{name}", lang))
            st.code(text, language=language, wrap_lines=True)
        links = _story_link(row, site, lang)
        if state.person().may(Permission.AUDIT_EXPORT):
            links += _proof_link(row, site, lang)
        if links:
            st.html(f'<p class="tq-links">{links}</p>')


def _proof_link(row: Sealed, site: str | None, lang: str) -> str:
    asked = {"event": row.position} | ({"site": site} if site else {})
    return _button(f"/export/proof?{urlencode(asked)}", t("audit.proof", lang))


def _story_link(row: Sealed, site: str | None, lang: str) -> str:
    kind, _, name = row.subject.partition(":")
    if site is None or kind != "comment" or not (name.isascii() and name.isdigit()):
        return ""
    return _button(f"/audit?comment={name}", t("audit.story.open", lang))


def _button(address: str, label: str) -> str:
    return f'<a class="tq-button" href="{html.escape(address)}">{html.escape(label)}</a>'


def printable(text: str) -> str:
    """Only a tampered row can hold a lone surrogate, and the browser cannot be sent one."""
    return text.encode("utf-8", "backslashreplace").decode()


def _export(wanted: Wanted, person: Staff, lang: str) -> None:
    if not person.may(Permission.AUDIT_EXPORT):
        return
    links = " ".join(_link(form, wanted, lang) for form in ("csv", "xlsx", "jsonl", "parquet"))
    st.html(f'<p>{html.escape(t("audit.export", lang))}</p><p class="tq-links">{links}</p>')


def _link(form: str, wanted: Wanted, lang: str) -> str:
    return _button(export_link(form, wanted), t(f"audit.export.{form}", lang))


page()
