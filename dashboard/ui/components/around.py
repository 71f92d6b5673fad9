"""Around the comment on the screen: similar ones and how they were decided, and the thread that it stands in."""

from __future__ import annotations

import html

import streamlit as st

from dashboard.i18n import ago, direction, percent, plural, t
from dashboard.ui import state
from dashboard.ui.components import bench
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.names import listed
from dashboard.ui.components.search_rows import row_html
from dashboard.ui.components.untrusted import html_line
from dashboard.ui.components.veil import veiled
from moderation.comment import Status
from moderation.errors import NotFound, Unauthenticated, Unavailable
from moderation.search import Found, Similar
from moderation.service import around


def draw_similar(tab: bench.Bench, lang: str) -> None:
    if tab.shown is None or tab.resting:
        st.html("<div></div>")
        return
    try:
        found = around.similar(state.desk(), state.caller(), tab.shown[0])
    except (Unauthenticated, Unavailable, NotFound):
        # The card beside it says so already.
        found = ()
    st.html(similar_html(found, lang, blurs=tab.blurs))


def similar_html(found: tuple[Similar, ...], lang: str, *, blurs: bool) -> str:
    """Nothing where nothing is similar: most comments are like no other."""
    if not found:
        return "<div></div>"
    rows = "".join(_row(one, lang, blurs=blurs) for one in found[: around.SHOWN])
    few = len(found) <= around.SHOWN
    title = html.escape(plural("queue.similar", len(found), lang) if few else t("queue.similar.most", lang))
    return f'<div class="tq-beside tq-similar" dir="{direction(lang)}" lang="{lang}"><h2>{title}</h2>{rows}</div>'


def _row(one: Similar, lang: str, *, blurs: bool) -> str:
    comment, decision = one.found.comment, one.verdict.decision
    said = t(f"common.status.{comment.status}", lang)
    if comment.status is Status.REJECTED and decision.reasons:
        said = f"{said}: {listed((t(f'common.reason.{reason}', lang) for reason in decision.reasons), lang)}"
    name = html_line(one.found.commenter_name, limit=40) if one.found.commenter_name.strip() else ""
    by = html.escape(colleague(decision.actor, lang))
    when = html.escape(ago(one.verdict.decided_at, state.desk().now(), lang))
    alike = html.escape(t("queue.similar.share", lang, share=percent(one.resemblance, lang)))
    facts = " · ".join(fact for fact in (name, by, when, alike) if fact)
    return (
        f'<div class="tq-done-row tq-{comment.status}"><p><strong>{html.escape(said)}</strong></p>'
        f'<p class="tq-said-line">{veiled(html_line(comment.body, limit=90), blurs, tag="span")}</p>'
        f'<p class="tq-quiet">{facts}</p></div>'
    )


def show_thread(comment_id: int, zone: str, lang: str) -> None:
    found = around.thread(state.desk(), state.caller(), comment_id)

    @st.dialog(t("queue.thread", lang), width="medium")
    def window() -> None:
        rows = "".join(_said(one, zone, lang) for one in found.before)
        rows += f'<div class="tq-here">{_said(found.comment, zone, lang)}</div>'
        rows += "".join(f'<div class="tq-reply">{_said(one, zone, lang)}</div>' for one in found.replies)
        more = f'<p class="tq-quiet">{html.escape(plural("queue.more", found.more, lang))}</p>' if found.more else ""
        st.html(f'<div class="tq-thread" dir="{direction(lang)}" lang="{lang}">{rows}{more}</div>')

    window()


def _said(one: Found, zone: str, lang: str) -> str:
    return row_html(one, (), lang, now=state.desk().now(), time_zone=zone, blurs=state.blurs())
