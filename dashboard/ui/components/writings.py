"""A commenter's latest comments in the drawer, all or the rejected alone, without leaving the card that they wrote."""

from __future__ import annotations

import html
from datetime import datetime
from urllib.parse import urlencode

import streamlit as st

from dashboard.i18n import ago, direction, moment, t
from dashboard.ui import state
from dashboard.ui.components.untrusted import html_line
from dashboard.ui.components.veil import veiled
from moderation.article import Site
from moderation.comment import Status
from moderation.search import Found
from moderation.service import commenters

_ALL, _REJECTED = "all", "rejected"


def draw(site: Site, commenter_id: int, lang: str, *, key: str) -> None:
    chosen = st.segmented_control(
        t("commenter.latest", lang),
        [_ALL, _REJECTED],
        default=_ALL,
        required=True,
        format_func=lambda one: t(f"commenter.latest.{one}", lang),
        key=f"{key}_latest",
    )
    rejected = chosen == _REJECTED
    found = commenters.latest(state.desk(), state.caller(), commenter_id, site=site.name, rejected=rejected)
    asked = {"who": commenter_id} | ({"state": str(Status.REJECTED)} if rejected else {})
    now, blurs = state.desk().now(), state.blurs()
    rows = "".join(_row(one, lang, now=now, time_zone=site.time_zone, blurs=blurs) for one in found.rows)
    st.html(_list_html(rows, asked, lang))


def _list_html(rows: str, asked: dict[str, object], lang: str) -> str:
    """`asked`: the parameters of the search page that has the rest."""
    rest = html.escape(f"/search?{urlencode(asked)}")
    shown = f"<p>{_said('commenter.latest.none', lang)}</p>"
    if rows:
        name = _said("commenter.latest", lang)
        shown = f'<div class="tq-writings" tabindex="0" role="group" aria-label="{name}">{rows}</div>'
    return (
        f'<div class="tq-profile" dir="{direction(lang)}" lang="{lang}">{shown}'
        f'<p><a href="{rest}">{_said("commenter.all", lang)}</a></p></div>'
    )


def _row(one: Found, lang: str, *, now: datetime, time_zone: str, blurs: bool) -> str:
    comment = one.comment
    exact = html.escape(moment(comment.created_at, lang, time_zone))
    iso = comment.created_at.isoformat(timespec="seconds")
    when = f'<time datetime="{iso}" title="{exact}">{html.escape(ago(comment.created_at, now, lang))}</time>'
    status = _said(f"common.status.{comment.status}", lang)
    body = html_line(comment.body, limit=300, language=comment.language)
    return (
        f'<div class="tq-done-row tq-{comment.status}"><p><strong>{status}</strong> '
        f'<span class="tq-quiet">{when} · {html_line(one.article_title, limit=60)}</span></p>'
        f'<p class="tq-said-line">{veiled(body, blurs, tag="span")}</p></div>'
    )


def _said(key: str, lang: str) -> str:
    return html.escape(t(key, lang))
