"""All comments, found by what is in them and what became of them; and one decision on many."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import blur_switch, bulk, choices, commenter, pager, search_filter, sought, spread
from dashboard.ui.components.problems import sentence, told
from dashboard.ui.components.search_rows import choosable_html, named_html, row_html
from moderation.article import Site
from moderation.comment import Status
from moderation.errors import Invalid
from moderation.roles import Permission, Staff
from moderation.search import FoundPage, SearchFilter
from moderation.service import around, picks, search
from moderation.text import finding

PAGE = 25
# What is typed is answered at once with as many as fit on a screen.
_AT_ONCE = 10


def page() -> None:
    lang = state.language()
    top = st.container(horizontal=True, vertical_alignment="center", key="search_top")
    top.title(t("search.title", lang), anchor=False)
    with told():
        person = state.require(Permission.COMMENTS_READ)
        with top:
            blur_switch.draw("search_blur", lang, blurs=person.blurs)
        site = state.site()
        wanted = search_filter.choose(site, lang)
        if wanted is None:
            return
        if wanted.where.domain is not None:
            search_filter.domain_chip(wanted.where.domain, lang)
        if wanted.commenter is not None:
            search_filter.commenter_chip(wanted.commenter, lang)
            with st.container(border=True, key="search_commenter"):
                commenter.panel(site, wanted.commenter.id, lang, key="found")
        else:
            _named(wanted.where.words, site, lang)
        _found(wanted, person, site, lang)


def _named(words: tuple[str, ...], site: Site, lang: str) -> None:
    """Commenters who are called so, each a way to all that they wrote."""
    if found := search.named(state.desk(), state.caller(), site=site.name, words=words):
        st.html(named_html(found, lang))


def _why_none(where: SearchFilter, before: int | None) -> str:
    if where.status is Status.REJECTED:
        return "search.empty.rejected"
    return "search.empty" if where != SearchFilter() or before is not None else "search.none"


def _found(wanted: search_filter.Wanted, person: Staff, site: Site, lang: str) -> None:
    question = (site.name, wanted)
    before = pager.before("search", question)
    found = search.find(state.desk(), state.caller(), site=site.name, where=wanted.where, before=before, limit=PAGE)
    decides = person.may(Permission.COMMENTS_REVIEW)
    spread.draw(site, wanted.where, lang)
    bulk.chosen(question)
    bulk.told(lang)
    if not found.rows:
        st.info(t(_why_none(wanted.where, before), lang))
    elif decides:
        bulk.bar(found.rows, site, wanted.where, lang)
    _list(found, wanted.where, person, site, lang)
    if decides:
        choices.listen(found.rows, _turn_pick)
    if before is not None or found.next_before is not None:
        pager.buttons("search", found.next_before, lang)
    if decides:
        bulk.latest(site, lang)


@st.fragment
def _list(found: FoundPage, where: SearchFilter, person: Staff, site: Site, lang: str) -> None:
    """What is found, and at once what was typed since: the rest of the page follows."""
    with told():
        if (typed := sought.words()) is not None:
            with suppress(Invalid):
                where = replace(where, words=finding.sought(typed))
                found = search.find(state.desk(), state.caller(), site=site.name, where=where, limit=_AT_ONCE)
        _rows(found, where.words, person, site, lang)
    sought.listen()


def _rows(found: FoundPage, words: tuple[str, ...], person: Staff, site: Site, lang: str) -> None:
    now, decides = state.desk().now(), person.may(Permission.COMMENTS_REVIEW)
    # At its first version no person has decided on a comment yet.
    touched = [row.comment.id for row in found.rows if row.comment.version > 1]
    decided = around.decided(state.desk(), state.caller(), touched)
    picked = picks.picked_among(state.desk(), state.caller(), [row.comment.id for row in found.rows])
    drawn = []
    for row in found.rows:
        is_pick = row.comment.id in picked
        shown = row_html(
            row,
            words,
            lang,
            now=now,
            time_zone=site.time_zone,
            picked=is_pick,
            held_by=row.with_colleague(person.id, now),
            decided=decided.get(row.comment.id, ()),
            blurs=state.blurs(),
        )
        drawn.append(choosable_html(shown, row, lang, picked=is_pick) if decides else shown)
    # One piece: the browser draws it in a fraction of the time that it takes for a hundred.
    st.html(f'<div class="tq-found-list">{"".join(drawn)}</div>')


def _turn_pick(comment_id: int, version: int, to_pick: bool) -> None:
    desk, caller = state.desk(), state.caller()
    try:
        if to_pick:
            picks.pick(desk, caller, comment_id, seen_version=version)
        else:
            picks.unpick(desk, caller, comment_id)
    except Exception as error:
        bulk.tell("error", sentence(error, state.language()))


page()
