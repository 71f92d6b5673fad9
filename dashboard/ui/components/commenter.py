"""A commenter as the desk knows them, and what can be done: in the queue's drawer and above found comments."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboard.i18n import plural, t
from dashboard.ui import state
from dashboard.ui.components import focus, measures, profile, sweeps, writings
from dashboard.ui.components.reason_pills import reason_pills
from moderation.article import Site
from moderation.decision import Reason
from moderation.measure import MAX_NOTE, Measure, MeasureKind, Profile, Remark
from moderation.roles import Permission
from moderation.service import commenters, personal

_TAKEN = "commenter_taken"


def panel(
    site: Site, commenter_id: int, lang: str, *, key: str, listed: bool = False, banning: str | None = None
) -> None:
    """`key` tells two panels of one page apart; with `listed`, their latest comments and a way to all of them.

    `banning` names an opening of the panel at the measure that is to be chosen, which `choose_ban` has chosen.
    """
    key = _key(key, commenter_id)
    desk, caller = state.desk(), state.caller()
    # What is asked for is done first, so that all that is told here is of afterwards.
    above, below = st.container(), st.container()
    with below:
        sweeps.draw(key, lang)
    found = commenters.profile(desk, caller, commenter_id, site=site.name)
    with above:
        st.html(profile.profile_html(found, lang, time_zone=site.time_zone))
        if listed:
            writings.draw(site, commenter_id, lang, key=key)
    if found.within_sections:
        # Measures and notes hold on the whole site.
        st.caption(t("commenter.within", lang))
        return
    manages = state.person().may(Permission.COMMENTERS_MANAGE)
    broad = state.person().may(Permission.COMMENTERS_BROAD)
    for measure in found.measures:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(measures.measure_html(measure, lang, now=desk.now(), time_zone=site.time_zone))
            if manages and measure.in_force(desk.now()) and (broad or not measure.broad):
                st.button(t("commenter.lift", lang), key=f"{key}_lift_{measure.id}", on_click=_lift, args=(measure.id,))
    afar = [measures.measure_html(one, lang, now=desk.now(), time_zone=site.time_zone) for one in found.from_afar]
    if afar:
        st.html("".join(afar))
    # Nothing can be done to nobody: whoever it was is a stranger by now.
    acts = manages and not found.commenter.anonymous
    _remarks(found, site, lang, key=key, manages=acts)
    if acts:
        _form(found, site, lang, key=key, opened=banning is not None)
    if state.person().may(Permission.PERSONAL_MANAGE) and not found.commenter.erased:
        _erasure(found, site, lang, key=key)
    if acts and banning is not None:
        focus.put(f"{key}_reason", mark=banning)


def _key(key: str, commenter_id: int) -> str:
    """Of this commenter alone: a ban half chosen for one person must not be found chosen for the next."""
    return f"{key}_{commenter_id}"


def choose_ban(commenter_id: int, *, key: str) -> None:
    """For the next drawing of the panel."""
    st.session_state[f"{_key(key, commenter_id)}_kind"] = MeasureKind.BAN


def _erasure(found: Profile, site: Site, lang: str, *, key: str) -> None:
    """For the reader who asks to be forgotten, by who may."""
    with st.expander(t("commenter.erase", lang), key=f"{key}_erasure"):
        st.caption(t("commenter.erase.note", lang))
        sure = st.checkbox(t("commenter.erase.sure", lang), key=f"{key}_erase_sure")
        given = (site, found.commenter.external_id)
        name = t("commenter.erase.do", lang)
        st.button(name, key=f"{key}_erase", disabled=not sure, on_click=_erase, args=given)


def _erase(site: Site, external_id: str) -> None:
    lang = state.language()
    with measures.saying(lang) as said:
        done = personal.erase(state.desk(), state.caller(), external_id, site=site.name)
        said.append(plural("commenter.erase.done", done.comments, lang))


def _remarks(found: Profile, site: Site, lang: str, *, key: str, manages: bool) -> None:
    """What colleagues should know, apart from any measure."""
    person = state.person()
    for remark in found.remarks:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(profile.remark_html(remark, lang, now=state.desk().now()))
            own = remark.actor == person.actor
            if manages and (own or person.may(Permission.POLICY_MANAGE)):
                name = t("commenter.note.remove", lang)
                st.button(name, key=f"{key}_forget_{remark.id}", on_click=_forget, args=(remark.id,))
    if manages:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            field = _fresh(f"{key}_remark", found.remarks)
            st.text_input(t("commenter.note", lang), key=field, max_chars=MAX_NOTE, on_change="ignore")
            given = (site, found.commenter.id, field)
            st.button(t("commenter.note.add", lang), key=f"{key}_note_add", on_click=_note, args=given)


def _fresh(key: str, kept: Sequence[Measure | Remark]) -> str:
    """A field's key until what it holds is kept; the next is another field, for which no draft waits in the browser."""
    return f"{key}_{max((one.id for one in kept), default=0)}"


def _note(site: Site, commenter_id: int, key: str) -> None:
    lang = state.language()
    with measures.saying(lang) as said:
        written = str(st.session_state.get(key) or "")
        commenters.note(state.desk(), state.caller(), commenter_id, written, site=site.name)
        said.append(t("commenter.note.added", lang))


def _forget(remark_id: int) -> None:
    lang = state.language()
    with measures.saying(lang) as said:
        commenters.remove_note(state.desk(), state.caller(), remark_id)
        said.append(t("commenter.note.removed", lang))


def _form(found: Profile, site: Site, lang: str, *, key: str, opened: bool) -> None:
    commenter_id = found.commenter.id
    with st.expander(t("commenter.act", lang), key=f"{key}_act", expanded=opened):
        kind = st.segmented_control(
            t("commenter.kind", lang),
            list(MeasureKind),
            format_func=lambda one: t(f"common.measure.{one}", lang),
            key=f"{key}_kind",
            wrap=True,
        )
        if kind is None:
            return
        st.caption(t(f"commenter.effect.{kind}", lang))
        reason = reason_pills(t("commenter.reason", lang), lang, key=f"{key}_reason")
        length = measures.length(kind, lang, key=key)
        field = _fresh(f"{key}_note", found.measures)
        st.text_input(t("queue.note", lang), key=field, max_chars=MAX_NOTE)
        everywhere = _everywhere(found, kind, lang, key=key)
        sweeping = sweeps.of_commenter(site.name, commenter_id)
        swept = kind is MeasureKind.BAN and sweeps.choose(sweeping, "commenter", lang, key=key)
        st.button(
            t(f"commenter.do.{kind}", lang),
            key=f"{key}_do",
            type="primary",
            disabled=reason is None,
            on_click=_take,
            args=(site, commenter_id, kind, reason, length),
            kwargs={"swept": swept, "everywhere": everywhere, "key": key, "field": field},
        )


def _everywhere(found: Profile, kind: MeasureKind, lang: str, *, key: str) -> bool:
    """Whether it holds on all sites, with where else the person is known; for who may, where there are several."""
    if kind is MeasureKind.WARN or len(state.sites()) < 2 or not state.person().may(Permission.COMMENTERS_BROAD):
        return False
    if found.domain is None and not state.desk().shared_accounts:
        st.caption(t("commenter.everywhere.unknown", lang))
        return False
    chosen = st.checkbox(t("commenter.everywhere.choose", lang), key=f"{key}_everywhere")
    if chosen:
        st.html(profile.elsewhere_html(found, lang))
    return chosen


def _take(
    site: Site,
    commenter_id: int,
    kind: MeasureKind,
    reason: Reason,
    length: str | None,
    *,
    swept: bool,
    everywhere: bool,
    key: str,
    field: str,
) -> None:
    if st.session_state.get(_TAKEN) == field:
        # The second of two clicks: the first has kept what stood in this field.
        return _forget_choice(key)
    lang = state.language()
    note = str(st.session_state.get(field) or "")
    with measures.saying(lang) as said:
        commenters.take(
            state.desk(),
            state.caller(),
            commenter_id,
            kind,
            site=site.name,
            reason=reason,
            note=note,
            until=measures.ends(length),
            everywhere=everywhere,
        )
        st.session_state[_TAKEN] = field
        said.append(t(f"commenter.done.{kind}", lang))
        if swept:
            sweeps.ask(key, sweeps.of_commenter(site.name, commenter_id), reason=reason, note=note)
        _forget_choice(key)


def _forget_choice(key: str) -> None:
    st.session_state[f"{key}_kind"] = st.session_state[f"{key}_reason"] = None
    st.session_state[f"{key}_sweep"] = st.session_state[f"{key}_everywhere"] = False


def _lift(measure_id: int) -> None:
    lang = state.language()
    with measures.saying(lang) as said:
        commenters.lift(state.desk(), state.caller(), measure_id)
        said.append(t("commenter.done.lift", lang))
