"""The comment that comes next, in the page before it is asked for: a decision shows it at once (ahead.js).

It is leased like the one on the screen, so that nobody else is shown it. Whatever the server answers to the decision
counts: it draws the card anew, as it would without this.
"""

from __future__ import annotations

import streamlit as st

from dashboard.ui import state
from dashboard.ui.components import bench
from dashboard.ui.components.card import card_html
from moderation.errors import ModerationError
from moderation.service import review
from moderation.service.explaining import explain

# Where less than this waits, nobody holds what another could read now.
_PLENTY = 10
_NOTHING = "<div></div>"


def draw(tab: bench.Bench, lang: str) -> None:
    st.html(_html(tab, lang))


def _html(tab: bench.Bench, lang: str) -> str:
    """In a template, where no eye, ear, key or style sheet finds it; `data-after` is the card that it comes after."""
    if tab.shown is None or tab.choice is None or not _is_plenty(tab):
        return _NOTHING
    desk, choice = state.desk(), tab.choice
    now, site = desk.now(), bench.site_of(tab)
    try:
        card = review.look_ahead(
            desk, state.caller(), site=site.name, holding=tab.shown[0], where=choice.where(now), order=choice.order
        )
    except ModerationError:
        # The card beside it says what is wrong.
        return _NOTHING
    if card is None:
        return _NOTHING
    tab.ahead = card.comment.id
    told_of = explain(desk, card)
    body = card_html(card, lang, now=now, time_zone=site.time_zone, explanation=told_of, blurs=tab.blurs)
    return (
        f'<template class="tq-next" data-after="{tab.shown[0]}:{tab.shown[1]}" '
        f'data-card="{card.comment.id}:{card.comment.version}">{body}</template>'
    )


def _is_plenty(tab: bench.Bench) -> bool:
    if tab.resting or tab.looking is not None or tab.pinned is not None or tab.counts is None:
        return False
    return tab.counts.capped or tab.counts.waiting - tab.counts.with_others > _PLENTY
