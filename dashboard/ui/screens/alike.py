"""Waves of near-identical comments: how many, by whom, what they say; and one decision on each wave."""

from __future__ import annotations

import html
from datetime import datetime

import streamlit as st

from dashboard.i18n import direction, plural, t
from dashboard.ui import state
from dashboard.ui.components import blur_switch, bulk
from dashboard.ui.components.problems import told
from dashboard.ui.components.search_rows import row_html
from moderation.article import Site
from moderation.decision import Outcome
from moderation.roles import Permission, Staff
from moderation.search import Found, Wave
from moderation.service import alike

_AMONG = ("waiting", "all")
_KEPT = "alike_kept"


def page() -> None:
    lang = state.language()
    top = st.container(horizontal=True, vertical_alignment="center", key="alike_top")
    top.title(t("alike.title", lang), anchor=False)
    with told():
        person, site = state.require(Permission.COMMENTS_REVIEW), state.site()
        with top:
            blur_switch.draw("alike_blur", lang, blurs=person.blurs)
        st.html(f'<p dir="{direction(lang)}" lang="{lang}">{html.escape(t("alike.about", lang))}</p>')
        with st.container(horizontal=True, vertical_alignment="bottom"):
            among = st.segmented_control(
                t("alike.among", lang),
                list(_AMONG),
                format_func=lambda one: t(f"alike.among.{one}", lang),
                default="waiting",
                required=True,
                key="alike_among",
            )
            st.button(t("queue.refresh", lang), key="alike_again", on_click=_forget)
        bulk.chosen(("alike", site.name, among))
        bulk.told(lang)
        found = _found(site, among or "waiting", lang)
        key = "alike.compared.more" if found.more else "alike.compared"
        st.html(
            f'<p class="tq-quiet" dir="{direction(lang)}" lang="{lang}">'
            f"{html.escape(plural(key, found.compared, lang))}</p>"
        )
        if not found.waves:
            st.info(t("alike.none", lang))
        for place, wave in enumerate(found.waves):
            _draw(wave, place, person, site, lang)
        bulk.latest(site, lang)


def _found(site: Site, among: str, lang: str) -> alike.Waves:
    """Compared once for each question, and again when it is asked for; after an act only looked at again."""
    question, waiting = (site.name, among), among == "waiting"
    kept = st.session_state.get(_KEPT)
    if kept is None or kept[0] != question:
        with st.spinner(t("alike.working", lang)):
            compared = alike.waves(state.desk(), state.caller(), site=site.name, waiting=waiting)
        kept = st.session_state[_KEPT] = (question, compared, bulk.acts())
    waves: alike.Waves = kept[1]
    if kept[2] == bulk.acts():
        return waves
    # From all that was compared, so that what is taken back is there again.
    return alike.renewed(state.desk(), state.caller(), waves, site=site.name, waiting=waiting)


def _forget() -> None:
    st.session_state.pop(_KEPT, None)


def _draw(wave: Wave, place: int, person: Staff, site: Site, lang: str) -> None:
    facts = [
        plural("alike.size", len(wave.chosen), lang),
        plural("alike.commenters", wave.commenters, lang),
        plural("alike.articles", wave.articles, lang),
    ]
    now = state.desk().now()
    with st.container(border=True, key=f"alike_{place}"):
        said = html.escape(t("common.list.separator", lang).join(facts))
        st.html(f'<h2 class="tq-wave" dir="{direction(lang)}" lang="{lang}">{said}</h2>')
        st.html("".join(_row_html(row, person, site, lang, now=now) for row in wave.sample))
        with st.container(horizontal=True):
            for outcome in (Outcome.REJECT, Outcome.APPROVE):
                if st.button(t(f"alike.{outcome}", lang), key=f"alike_{outcome}_{wave.chosen[0].comment_id}"):
                    bulk.ask(outcome, dict(wave.chosen), site, lang)


def _row_html(row: Found, person: Staff, site: Site, lang: str, *, now: datetime) -> str:
    held_by = row.with_colleague(person.id, now)
    return row_html(row, (), lang, now=now, time_zone=site.time_zone, held_by=held_by, blurs=state.blurs())


page()
