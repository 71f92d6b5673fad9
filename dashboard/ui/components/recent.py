"""One's own latest decisions, each with a way back while it is still the comment's last."""

from __future__ import annotations

import html
from datetime import datetime

import streamlit as st

from dashboard.i18n import ago, direction, t
from dashboard.ui import state
from dashboard.ui.components import acts, bench
from dashboard.ui.components.names import listed
from dashboard.ui.components.problems import told_as_well
from dashboard.ui.components.untrusted import html_line
from moderation.decision import Outcome
from moderation.errors import Unauthenticated, Unavailable
from moderation.opinion import OwnOpinion
from moderation.queue import RecentDecision
from moderation.service import opinions, review

# Each is a row with a button that the browser draws after every decision.
_SHOWN = 6


@st.fragment(key=bench.RECENT)
@told_as_well
def draw(lang: str) -> None:
    site = bench.site_of(bench.bench())
    try:
        found = review.recent(state.desk(), state.caller(), site=site.name, limit=_SHOWN)
        asked = opinions.mine(state.desk(), state.caller(), site=site.name, limit=_SHOWN)
    except (Unauthenticated, Unavailable):
        # The card beside it says so already.
        return
    none = "" if found or asked else f'<p class="tq-quiet">{html.escape(t("queue.recent.none", lang))}</p>'
    st.html(
        f'<div class="tq-recent" dir="{direction(lang)}" lang="{lang}"><h2>{html.escape(t("queue.recent", lang))}</h2>'
        f"{none}</div>"
    )
    with st.container(key="queue_recent"):
        for opinion in asked:
            _opinion_row(opinion, lang)
        for one in found:
            _row(one, lang)


def _opinion_row(one: OwnOpinion, lang: str) -> None:
    """What waits for a colleague, above what is decided."""
    said = t("queue.recent.opinion", lang, outcome=t(f"common.outcome.{one.opinion.outcome}", lang))
    st.html(_row_html(said, one.opinion.outcome, one.body, one.commenter_name, one.opinion.given_at, lang))
    done = bench.Undoable(one.opinion.id, opinion=True)
    key = f"queue_withdraw_{one.opinion.id}"
    st.button(t("queue.undo", lang), key=key, type="tertiary", on_click=acts.undo, args=(done,))


def _row(one: RecentDecision, lang: str) -> None:
    if not one.undoable:
        st.html(row_html(one, lang))
        return
    st.html(row_html(one, lang))
    key = f"queue_take_back_{one.recorded.id}"
    st.button(
        t("queue.undo", lang), key=key, type="tertiary", on_click=acts.undo, args=(bench.Undoable(one.recorded.id),)
    )


def row_html(one: RecentDecision, lang: str) -> str:
    decision = one.recorded.decision
    reasons = listed((t(f"common.reason.{reason}", lang) for reason in decision.reasons), lang)
    said = t(f"common.outcome.{decision.outcome}", lang) + (f": {reasons}" if reasons else "")
    undone = (
        f' <span class="tq-quiet">({html.escape(t("queue.recent.undone", lang))})</span>' if one.recorded.undone else ""
    )
    return _row_html(said, decision.outcome, one.body, one.commenter_name, one.recorded.decided_at, lang, after=undone)


def _row_html(said: str, outcome: Outcome, body: str, name: str, at: datetime, lang: str, *, after: str = "") -> str:
    """`after` is HTML."""
    when = html.escape(ago(at, state.desk().now(), lang))
    shown = html_line(name, limit=40) if name.strip() else ""
    return (
        f'<div class="tq-done-row tq-{outcome}" dir="{direction(lang)}" lang="{lang}">'
        f"<p><strong>{html.escape(said)}</strong>{after}</p>"
        f'<p class="tq-said-line">{html_line(body, limit=90)}</p>'
        f'<p class="tq-quiet">{shown} · {when}</p></div>'
    )
