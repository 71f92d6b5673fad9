"""Beside the card: what is new, who else is at the desk, how one's shift goes, what others left, and the way out."""

from __future__ import annotations

import html
from dataclasses import replace

import streamlit as st

from dashboard.i18n import ago, direction, plural, t
from dashboard.ui import state
from dashboard.ui.components import bench, filters, waiting
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.problems import told, told_as_well
from dashboard.ui.components.untrusted import html_line
from moderation.errors import Unauthenticated, Unavailable
from moderation.queue import COUNT_CAP, QueueFilter
from moderation.service import review, shifts
from moderation.shift import MAX_NOTE, Handover, Shift

EVERY = 20
_NAMED = 8


@st.fragment(run_every=EVERY)
@told_as_well
def draw(choice: filters.Choice, lang: str) -> None:
    """Looks by itself now and then; what lies on the desk stays as it is."""
    tab = bench.bench()
    desk, caller, site = state.desk(), state.caller(), bench.site_of(tab).name
    try:
        bench.keep(tab)
        found = shifts.shift(desk, caller, site=site)
        new = _arrived(tab, choice)
    except (Unauthenticated, Unavailable):
        # The card beside it says so already.
        return
    tab.shift = found
    parts = [_news_html(tab, new, lang), _pause_html(found, lang), _people_html(found, lang), _own_html(found, lang)]
    parts += [_left_html(one, lang) for one in found.handovers]
    now = "" if tab.resting else waiting.since_html(tab, choice, lang)
    st.html(f'<div class="tq-beside" dir="{direction(lang)}" lang="{lang}">{"".join(parts)}{now}</div>')


def _arrived(tab: bench.Bench, choice: filters.Choice) -> int:
    """How many came since the card on the screen did, of those that were asked for."""
    if tab.shown_since is None:
        return 0
    where = choice.where(state.desk().now())
    since = max(tab.shown_since, where.newer_than) if where.newer_than else tab.shown_since
    asked: QueueFilter = replace(where, newer_than=since)
    found = review.counts(state.desk(), state.caller(), site=bench.site_of(tab).name, where=asked)
    return COUNT_CAP if found.capped else found.waiting


def _news_html(tab: bench.Bench, new: int, lang: str) -> str:
    said = [f'<span class="tq-lost">{html.escape(t("queue.lost", lang))}</span>'] if tab.lost and tab.shown else []
    said += [html.escape(plural("queue.arrived", new, lang))] if new else []
    # Always there, so that a screen reader hears it change.
    return f'<p class="tq-news" role="status">{" ".join(said)}</p>'


def _pause_html(found: Shift, lang: str) -> str:
    if found.suggested is None:
        return ""
    return f'<p class="tq-pause" role="status">{html.escape(t(f"queue.break.{found.suggested}", lang))}</p>'


def _people_html(found: Shift, lang: str) -> str:
    if not found.colleagues:
        return ""
    rows = "".join(
        f"<li>{html_line(one.name, limit=40)}"
        f'<span class="tq-quiet tq-said-of">{html_line(one.article, limit=60)}</span></li>'
        for one in found.colleagues[:_NAMED]
    )
    more = len(found.colleagues) - _NAMED
    rest = f"<li>{html.escape(plural('queue.more', more, lang))}</li>" if more > 0 else ""
    return f"<h2>{html.escape(t('queue.colleagues', lang))}</h2><ul>{rows}{rest}</ul>"


def _own_html(found: Shift, lang: str) -> str:
    if not found.decided:
        return ""
    return f'<h2>{html.escape(t("queue.shift", lang))}</h2><p class="tq-quiet">{html.escape(summary(found, lang))}</p>'


def summary(found: Shift, lang: str) -> str:
    said = plural("queue.shift.decided", found.decided, lang)
    return f"{said} {plural('queue.shift.harsh', found.harsh, lang)}" if found.harsh else said


def _left_html(one: Handover, lang: str) -> str:
    by, when = html.escape(colleague(one.by, lang)), html.escape(ago(one.at, state.desk().now(), lang))
    return (
        f'<div class="tq-left"><p class="tq-quiet">{html.escape(t("queue.handover.left", lang))} {by} · {when}</p>'
        f"<p>{html_line(one.note, limit=MAX_NOTE)}</p></div>"
    )


def draw_end(lang: str) -> None:
    """Not with what looks by itself: a note is written here."""
    with st.popover(t("queue.shift.end", lang), width="stretch", key="queue_end"):
        st.html(f'<p dir="{direction(lang)}" lang="{lang}">{html.escape(t("queue.shift.end.about", lang))}</p>')
        st.text_area(t("queue.handover.note", lang), key=_NOTE, max_chars=MAX_NOTE)
        st.button(t("queue.shift.end.now", lang), key="queue_end_shift", type="primary", on_click=_end)


_NOTE = "queue_handover_note"


def _end() -> None:
    tab = bench.bench()
    with told():
        desk, caller, site = state.desk(), state.caller(), bench.site_of(tab).name
        shifts.end(desk, caller, site=site, note=str(st.session_state.get(_NOTE) or ""))
        st.session_state[_NOTE] = ""
        tab.rest()


def back_html(tab: bench.Bench, lang: str) -> str:
    """In place of a card, once one has gone."""
    did = f"<p>{html.escape(summary(tab.shift, lang))}</p>" if tab.shift and tab.shift.decided else ""
    return (
        f'<div class="tq-empty" dir="{direction(lang)}" lang="{lang}" role="status">'
        f"<h2>{html.escape(t('queue.shift.ended', lang))}</h2>{did}"
        f"<p>{html.escape(t('queue.shift.ended.about', lang))}</p></div>"
    )
