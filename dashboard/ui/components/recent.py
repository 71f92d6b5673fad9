"""One's own latest decisions, each with a way back while it is still the comment's last."""

from __future__ import annotations

import html
from datetime import datetime

import streamlit as st

from dashboard.i18n import ago, direction, t
from dashboard.ui import state
from dashboard.ui.components import bench
from dashboard.ui.components.names import listed
from dashboard.ui.components.untrusted import html_line
from dashboard.ui.components.veil import veiled
from moderation.decision import Outcome
from moderation.errors import Unauthenticated, Unavailable
from moderation.opinion import OwnOpinion
from moderation.queue import RecentDecision
from moderation.service import lately

_SHOWN = 6


def draw(tab: bench.Bench, lang: str) -> None:
    try:
        own = lately.own_work(state.desk(), state.caller(), site=bench.site_of(tab).name, limit=_SHOWN)
    except (Unauthenticated, Unavailable):
        # The card beside it says so already.
        return
    st.html(list_html(own, lang, blurs=tab.blurs))


def list_html(own: lately.OwnWork, lang: str, *, blurs: bool) -> str:
    """As one piece: the browser draws it after every decision. keys.js hears its buttons."""
    rows = "".join(_opinion_html(one, lang, blurs=blurs) for one in own.opinions)
    rows += "".join(_decision_html(one, lang, blurs=blurs) for one in own.decisions)
    none = "" if rows else f'<p class="tq-quiet">{html.escape(t("queue.recent.none", lang))}</p>'
    title = html.escape(t("queue.recent", lang))
    return f'<div class="tq-recent" dir="{direction(lang)}" lang="{lang}"><h2>{title}</h2>{none}{rows}</div>'


def _opinion_html(one: OwnOpinion, lang: str, *, blurs: bool) -> str:
    """What waits for a colleague, above what is decided."""
    said = t("queue.recent.opinion", lang, outcome=t(f"common.outcome.{one.opinion.outcome}", lang))
    back = _back_html(bench.Undoable(one.opinion.id, bench.Done.OPINION), lang)
    line = _line_html(one.body, blurs)
    return _row_html(said, one.opinion.outcome, line, one.commenter_name, one.opinion.given_at, lang, under=back)


def _line_html(body: str, blurs: bool) -> str:
    return f'<p class="tq-said-line">{veiled(html_line(body, limit=90), blurs, tag="span")}</p>'


def _back_html(done: bench.Undoable, lang: str) -> str:
    name = html.escape(t("queue.undo", lang))
    return f'<button type="button" class="tq-act tq-plain" data-act="{done.name}">{name}</button>'


def _decision_html(one: RecentDecision, lang: str, *, blurs: bool) -> str:
    decision = one.recorded.decision
    reasons = listed((t(f"common.reason.{reason}", lang) for reason in decision.reasons), lang)
    said = t(f"common.outcome.{decision.outcome}", lang) + (f": {reasons}" if reasons else "")
    undone = (
        f' <span class="tq-quiet">({html.escape(t("queue.recent.undone", lang))})</span>' if one.recorded.undone else ""
    )
    under = _back_html(bench.Undoable(one.recorded.id), lang) if one.undoable else ""
    facts = (_line_html(one.body, blurs), one.commenter_name, one.recorded.decided_at)
    return _row_html(said, decision.outcome, *facts, lang, after=undone, under=under)


def _row_html(
    said: str, outcome: Outcome, line: str, name: str, at: datetime, lang: str, *, after: str = "", under: str = ""
) -> str:
    """`line`, `after` and `under` are HTML."""
    when = html.escape(ago(at, state.desk().now(), lang))
    shown = html_line(name, limit=40) if name.strip() else ""
    return (
        f'<div class="tq-done-row tq-{outcome}" dir="{direction(lang)}" lang="{lang}">'
        f"<p><strong>{html.escape(said)}</strong>{after}</p>{line}"
        f'<p class="tq-quiet">{shown} · {when}</p>{under}</div>'
    )
