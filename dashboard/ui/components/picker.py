"""The picker under a card: why one rejects or what one would decide, a note for colleagues, words for the commenter."""

from __future__ import annotations

import html

import streamlit as st

from dashboard.i18n import direction, number, t
from dashboard.ui import state
from dashboard.ui.components import acts, bench, focus
from dashboard.ui.components.keys import Binding
from dashboard.ui.components.reasons import ordered
from dashboard.ui.components.untrusted import md_message
from moderation.decision import Outcome
from moderation.messages import fill_in
from moderation.queue import Card
from moderation.service import review
from moderation.service.verdicts import MAX_MESSAGE

_NUMBERED = 9
Seen = tuple[int, int, str]


def draw(tab: bench.Bench, card: Card, seen: Seen, picking: bench.Picking, lang: str) -> list[Binding]:
    """All reasons, the likely ones first; the first nine have a digit. For an opinion also that one would approve."""
    mark = f"{card.comment.id}_{card.comment.version}"
    bindings = [Binding(key="Escape", button=f"queue_cancel_{mark}")]
    with st.container(key="queue_reasons", border=True):
        asked = html.escape(t(f"queue.ask.{picking}", lang))
        st.html(f'<p class="tq-ask" dir="{direction(lang)}">{asked}</p>')
        if picking is bench.Picking.OPINION:
            key = f"queue_would_{Outcome.APPROVE}_{mark}"
            st.button(f"{t('queue.would_approve', lang)} `F`", key=key, on_click=acts.would_approve, args=seen)
            bindings.append(Binding(key="KeyF", button=key, decides=True, lasts=True))
        if picking is not bench.Picking.MESSAGE:
            bindings += _reasons(card, seen, mark, picking, lang)
        if picking is not bench.Picking.OPINION:
            _message(tab, card, lang)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text_input(
                t("queue.note", lang),
                key=bench.note_key(card.comment.id),
                max_chars=500,
                placeholder=t("queue.note", lang),
                label_visibility="collapsed",
                on_change="ignore",
            )
            st.button(t("queue.cancel", lang), key=f"queue_cancel_{mark}", on_click=acts.stop_picking)
    return bindings


def _reasons(card: Card, seen: Seen, mark: str, picking: bench.Picking, lang: str) -> list[Binding]:
    act = acts.reject if picking is bench.Picking.REASON else acts.would_reject
    bindings = []
    with st.container(horizontal=True):
        for place, reason in enumerate(ordered(card), 1):
            key, name = f"queue_as_{reason}_{mark}", t(f"common.reason.{reason}", lang)
            label = f"`{number(place, lang)}` {name}" if place <= _NUMBERED else name
            st.button(label, key=key, on_click=act, args=(*seen, reason))
            if place <= _NUMBERED:
                bindings.append(Binding(key=f"Digit{place}", button=key, decides=True, lasts=True))
    return bindings


def _message(tab: bench.Bench, card: Card, lang: str) -> None:
    """The policy's messages fill the field, in which one goes on writing; empty, nothing is sent."""
    templates = review.messages(state.desk(), state.caller(), site=bench.site_of(tab).name)
    key = bench.message_key(card.comment.id)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.text_input(
            t("queue.message", lang),
            key=key,
            max_chars=MAX_MESSAGE,
            placeholder=t("queue.message", lang),
            label_visibility="collapsed",
            on_change="ignore",
        )
        if tab.writing:
            focus.put(key, mark=tab.writing)
        if templates:
            with st.popover(t("queue.messages", lang), key=f"{key}_templates"):
                for place, template in enumerate(templates):
                    filled = fill_in(template, name=card.commenter.name, article=card.article.title)
                    st.button(
                        md_message(filled), key=f"{key}_{place}", type="tertiary", on_click=_fill, args=(key, filled)
                    )


def _fill(key: str, filled: str) -> None:
    st.session_state[key] = filled[:MAX_MESSAGE]
