"""The queue: one comment at a time, why it waits, and what to do with it."""

import html

import streamlit as st

from dashboard.i18n import direction, t
from dashboard.ui import state
from dashboard.ui.components import actions, acts, after, ahead, bench, beside, buttons, filters, tools, waiting
from dashboard.ui.components.card import card_html
from dashboard.ui.components.keys import listen
from dashboard.ui.components.problems import notice_html, told, told_as_well
from moderation.roles import Permission
from moderation.service import commenters

WATCH_EVERY = 15


def header_html(tab: bench.Bench, choice: filters.Choice, lang: str) -> str:
    said = notice_html(*tab.notice) if tab.notice else ""
    if tab.looking is not None:
        said += notice_html("info", t("queue.looking_back", lang))
    counts = waiting.above_html(tab, choice, lang)
    return f'<div class="tq-counts" dir="{direction(lang)}" lang="{lang}">{counts}</div>{said}'


@st.fragment
@told_as_well
def draw_card(choice: filters.Choice) -> None:
    # A key or a click here runs this alone: without it whoever decides for an hour would count as idle.
    state.person()
    tab, lang = bench.bench(), state.language()
    tab.turn += 1
    tab.acts = {}
    now = state.desk().now()
    if tab.resting:
        st.html(beside.back_html(tab, lang))
        with st.container(horizontal=True, key="queue_rest_actions"):
            st.button(t("queue.shift.again", lang), key="queue_come_back", type="primary", on_click=acts.come_back)
        listen(tab, tools.BINDINGS, card="", lang=lang)
        return
    card = bench.next_card(tab, choice)
    if card is None:
        tab.shown = None
        tab.forget_counts()
        header = header_html(tab, choice, lang)
        aside = tab.counts is not None and tab.counts.waiting > 0
        st.html(header + empty_html(choice, lang, aside=aside))
        draw_empty_actions(choice, lang, aside=aside)
        undo = actions.undo_button(tab, lang)
        st.html(buttons.row_html(tab, [undo], [], lang))
        listen(tab, [*buttons.offer(tab, [undo]), *tools.BINDINGS], card="", lang=lang)
        actions.draw_opened(tab, lang)
        watch(choice)
        return
    told = ahead.explained(tab, card)
    tab.show(card)
    zone = bench.site_of(tab).time_zone
    st.html(
        header_html(tab, choice, lang)
        + card_html(card, lang, now=now, time_zone=zone, explanation=told, blurs=tab.blurs)
    )
    bindings = actions.draw(tab, card, lang)
    ahead.draw(tab, lang, now=now)
    listen(tab, [*tools.BINDINGS, *bindings], card=f"{card.comment.id}:{card.comment.version}", lang=lang)
    actions.draw_opened(tab, lang)


@st.fragment(run_every=WATCH_EVERY)
@told_as_well
def watch(choice: filters.Choice) -> None:
    """While nothing waits, look now and then; what arrives is shown without a click."""
    if bench.has_changed(bench.bench(), choice.where(state.desk().now())):
        st.rerun()


def empty_html(choice: filters.Choice, lang: str, *, aside: bool) -> str:
    """`aside`: something of what was asked for waits, but not for this person now."""
    kind = "empty.aside" if aside else "empty"
    if choice.active and not aside:
        kind = "empty.watched" if choice.watched else "empty.filtered"
    return (
        f'<div class="tq-empty" dir="{direction(lang)}" lang="{lang}" role="status">'
        f"<h2>{html.escape(t(f'queue.{kind}.title', lang))}</h2>"
        f"<p>{html.escape(t(f'queue.{kind}.text', lang))}</p></div>"
    )


def draw_empty_actions(choice: filters.Choice, lang: str, *, aside: bool) -> None:
    with st.container(horizontal=True, key="queue_empty_actions"):
        if choice.active:
            st.button(
                t("queue.filter.clear", lang),
                key="queue_clear",
                type="secondary" if aside else "primary",
                on_click=clear_and_look,
            )
        if aside:
            st.button(t("queue.unskip", lang), key="queue_unskip", type="primary", on_click=acts.bring_back)
        st.button(t("queue.refresh", lang), key="queue_refresh")


def clear_and_look() -> None:
    filters.clear()
    st.rerun()


def draw() -> None:
    person = state.require(Permission.COMMENTS_REVIEW)
    lang, site = state.language(), state.site()
    if bench.sit_at(site):
        filters.clear()
    tab = bench.bench()
    tab.person, tab.blurs = str(person.id), person.blurs
    tab.bans = commenters.may_act(state.desk(), state.caller(), site=site.name)
    with st.container(horizontal=True, vertical_alignment="center", key="queue_top"):
        st.html(f'<h1 class="tq-title" dir="{direction(lang)}">{html.escape(t("queue.title", lang))}</h1>')
        choice = filters.draw(site, lang)
        tools.draw(lang, blurs=person.blurs)
    wide, narrow = st.columns([3, 1], gap="large")
    with wide:
        draw_card(choice)
    with narrow:
        beside.draw(choice, lang)
        after.draw(lang)
        if not tab.resting:
            beside.draw_end(lang)


with told():
    draw()
