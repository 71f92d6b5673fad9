"""The comment that comes next, in the page before it is asked for: a decision shows it at once (ahead.js).

It is leased like the one on the screen, so that nobody else is shown it. Whatever the server answers to the decision
counts: it draws the card anew, as it would without this.
"""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard.ui import state
from dashboard.ui.components import bench
from dashboard.ui.components.card import card_html
from moderation.errors import ModerationError
from moderation.queue import Card
from moderation.score import Explanation
from moderation.service import review
from moderation.service.explaining import explain


def explained(tab: bench.Bench, card: Card) -> Explanation | None:
    """What marks the card that is drawn: of one that lay ahead it is known."""
    known = tab.ahead
    if known is not None and known.seen == (card.comment.id, card.comment.version):
        return known.explanation
    return explain(state.desk(), card)


def draw(tab: bench.Bench, lang: str, *, now: datetime) -> None:
    """In a template, where no eye, ear, key or style sheet finds it; `data-after` is the card that it comes after."""
    dealt, tab.dealt_ahead = tab.dealt_ahead, None
    if tab.ahead is None and (card := dealt or _asked(tab, now)) is not None:
        tab.ahead = _drawn(tab, card, explain(state.desk(), card), lang, now=now)
    elif tab.ahead is not None and tab.ahead.blurs != tab.blurs:
        tab.ahead = _drawn(tab, tab.ahead.card, tab.ahead.explanation, lang, now=now)
    st.html(_html(tab.shown, tab.ahead))


def _drawn(tab: bench.Bench, card: Card, told: Explanation | None, lang: str, *, now: datetime) -> bench.Ahead:
    zone = bench.site_of(tab).time_zone
    body = card_html(card, lang, now=now, time_zone=zone, explanation=told, blurs=tab.blurs)
    return bench.Ahead(card=card, explanation=told, blurs=tab.blurs, html=body)


def _asked(tab: bench.Bench, now: datetime) -> Card | None:
    if tab.shown is None or tab.choice is None or not tab.is_plenty:
        return None
    desk, site, choice = state.desk(), bench.site_of(tab).name, tab.choice
    try:
        return review.look_ahead(
            desk, state.caller(), site=site, holding=tab.shown[0], where=choice.where(now), order=choice.order
        )
    except ModerationError:
        # The card says what is wrong, once something is asked of it.
        return None


def _html(shown: tuple[int, int] | None, ahead: bench.Ahead | None) -> str:
    if shown is None or ahead is None:
        return '<template class="tq-next"></template>'
    return (
        f'<template class="tq-next" data-after="{shown[0]}:{shown[1]}" '
        f'data-card="{ahead.seen[0]}:{ahead.seen[1]}">{ahead.html}</template>'
    )
