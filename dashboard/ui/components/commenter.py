"""A commenter as the desk knows them, and what can be done: in the queue's drawer and above found comments."""

from __future__ import annotations

import html
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from urllib.parse import urlencode

import streamlit as st

from dashboard.i18n import ago, direction, moment, number, percent, plural, t
from dashboard.ui import state
from dashboard.ui.components.names import actor_name
from dashboard.ui.components.problems import notice_html, sentence
from dashboard.ui.components.reason_pills import reason_pills
from dashboard.ui.components.untrusted import html_line
from moderation.article import Site
from moderation.decision import Outcome, Reason
from moderation.measure import MAX_NOTE, Measure, MeasureKind, Profile, Remark
from moderation.roles import Permission
from moderation.service import batches, commenters, personal

LENGTHS = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}
_ENDLESS = "endless"
_SAID = "commenter_said"
# Fewer reports say nothing of how good a reporter is.
_ENOUGH = 3


def panel(site: Site, commenter_id: int, lang: str, *, key: str, linked: bool = False) -> None:
    """`key` tells two panels of one page apart; with `linked`, a way to all their comments."""
    # Of this commenter alone: a ban half chosen for one person must not be found chosen for the next.
    key = f"{key}_{commenter_id}"
    desk, caller = state.desk(), state.caller()
    found = commenters.profile(desk, caller, commenter_id, site=site.name)
    manages = state.person().may(Permission.COMMENTERS_MANAGE)
    said = st.session_state.pop(_SAID, None)
    if said is not None:
        st.html(notice_html(*said))
    st.html(profile_html(found, lang, time_zone=site.time_zone, linked=linked))
    for measure in found.measures:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(measure_html(measure, lang, now=desk.now(), time_zone=site.time_zone))
            if manages and measure.in_force(desk.now()):
                st.button(t("commenter.lift", lang), key=f"{key}_lift_{measure.id}", on_click=_lift, args=(measure.id,))
    _remarks(found, site, lang, key=key, manages=manages)
    if manages:
        _form(site, commenter_id, lang, key=key)
    if state.person().may(Permission.PERSONAL_MANAGE):
        _erasure(found, site, lang, key=key)


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
    with _saying(lang) as said:
        done = personal.erase(state.desk(), state.caller(), external_id, site=site.name)
        said.append(plural("commenter.erase.done", done.comments, lang))


def _remarks(found: Profile, site: Site, lang: str, *, key: str, manages: bool) -> None:
    """What colleagues should know, apart from any measure."""
    person = state.person()
    for remark in found.remarks:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(remark_html(remark, lang, now=state.desk().now()))
            own = remark.actor == f"{person.role}:{person.name}"
            if manages and (own or person.may(Permission.POLICY_MANAGE)):
                name = t("commenter.note.remove", lang)
                st.button(name, key=f"{key}_forget_{remark.id}", on_click=_forget, args=(remark.id,))
    if manages:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(t("commenter.note", lang), key=f"{key}_remark", max_chars=MAX_NOTE, on_change="ignore")
            given = (site, found.commenter.id, f"{key}_remark")
            st.button(t("commenter.note.add", lang), key=f"{key}_note_add", on_click=_note, args=given)


def remark_html(remark: Remark, lang: str, *, now: datetime) -> str:
    by = t("commenter.by", lang, who=actor_name(remark.actor, lang), ago=ago(remark.left_at, now, lang))
    text = html_line(remark.text, limit=MAX_NOTE)
    return (
        f'<p class="tq-measure" dir="{direction(lang)}" lang="{lang}">{text}'
        f'<br><span class="tq-quiet">{html.escape(by)}</span></p>'
    )


def _note(site: Site, commenter_id: int, key: str) -> None:
    lang = state.language()
    with _saying(lang) as said:
        written = str(st.session_state.get(key) or "")
        commenters.note(state.desk(), state.caller(), commenter_id, written, site=site.name)
        st.session_state[key] = ""
        said.append(t("commenter.note.added", lang))


def _forget(remark_id: int) -> None:
    lang = state.language()
    with _saying(lang) as said:
        commenters.remove_note(state.desk(), state.caller(), remark_id)
        said.append(t("commenter.note.removed", lang))


def profile_html(found: Profile, lang: str, *, time_zone: str, linked: bool) -> str:
    name = html_line(found.commenter.name or found.commenter.external_id, limit=80)
    since = html.escape(t("commenter.since", lang, when=moment(found.commenter.first_seen_at, lang, time_zone)))
    return (
        f'<div class="tq-profile" dir="{direction(lang)}" lang="{lang}"><p class="tq-by"><strong>{name}</strong> '
        f'{_standing(found.standing, lang)} <span class="tq-facts">{since}</span></p>'
        f"<dl>{_numbers(found, lang)}</dl>{_reporting(found, lang)}{_all_of_them(found, lang) if linked else ''}</div>"
    )


def _standing(measure: Measure | None, lang: str) -> str:
    if measure is None:
        return ""
    return f'<span class="tq-status tq-rejected">{_said(f"common.measure.{measure.kind}", lang)}</span>'


def _said(key: str, lang: str) -> str:
    return html.escape(t(key, lang))


def _numbers(found: Profile, lang: str) -> str:
    record = found.record
    numbers = {"visible": record.visible, "rejected": record.rejected, "pending": record.pending}
    return "".join(
        f"<div><dt>{_said(f'queue.record.{name}', lang)}</dt><dd>{html.escape(number(n, lang))}</dd></div>"
        for name, n in numbers.items()
    )


def _reporting(found: Profile, lang: str) -> str:
    made, upheld, turned_down = found.reporting.made, found.reporting.upheld, found.reporting.turned_down
    if not made:
        return ""
    said = plural("commenter.reports", made, lang)
    if upheld + turned_down >= _ENOUGH:
        said += " " + t("commenter.reports.right", lang, share=percent(upheld / (upheld + turned_down), lang))
    return f'<p class="tq-quiet">{html.escape(said)}</p>'


def _all_of_them(found: Profile, lang: str) -> str:
    address = "/search?" + urlencode({"who": found.commenter.id})
    return f'<p><a href="{address}">{_said("commenter.all", lang)}</a></p>'


def measure_html(measure: Measure, lang: str, *, now: datetime, time_zone: str) -> str:
    who = actor_name(measure.set_by, lang)
    parts = [
        f"<strong>{_said(f'common.measure.{measure.kind}', lang)}</strong>: "
        f"{_said(f'common.reason.{measure.reason}', lang)}",
        html.escape(_span(measure, lang, now=now, time_zone=time_zone)),
        html.escape(t("commenter.by", lang, who=who, ago=ago(measure.starts_at, now, lang))),
    ]
    note = f"<br>{html_line(measure.note, limit=300)}" if measure.note else ""
    ended = "" if measure.in_force(now) and measure.kind is not MeasureKind.WARN else " tq-ended"
    said = " · ".join(part for part in parts if part)
    return f'<p class="tq-measure{ended}" dir="{direction(lang)}" lang="{lang}">{said}{note}</p>'


def _span(measure: Measure, lang: str, *, now: datetime, time_zone: str) -> str:
    if measure.lifted_at is not None and measure.lifted_by is not None:
        who = actor_name(measure.lifted_by, lang)
        return t("commenter.lifted", lang, who=who, ago=ago(measure.lifted_at, now, lang))
    if measure.kind is MeasureKind.WARN:
        return ""
    if measure.until is None:
        return t("commenter.endless", lang)
    key = "commenter.until" if measure.in_force(now) else "commenter.ended"
    return t(key, lang, when=moment(measure.until, lang, time_zone))


def _form(site: Site, commenter_id: int, lang: str, *, key: str) -> None:
    with st.expander(t("commenter.act", lang), key=f"{key}_act"):
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
        length = _length(kind, lang, key=key)
        st.text_input(t("queue.note", lang), key=f"{key}_note", max_chars=MAX_NOTE)
        swept = _sweep(site, commenter_id, kind, lang, key=key)
        st.button(
            t(f"commenter.do.{kind}", lang),
            key=f"{key}_do",
            type="primary",
            disabled=reason is None,
            on_click=_take,
            args=(site, commenter_id, kind, reason, length, swept, key),
        )


def _length(kind: MeasureKind, lang: str, *, key: str) -> str | None:
    """What a measure of this kind may last; None for a warning."""
    if kind is MeasureKind.WARN:
        return None
    options = [*LENGTHS] if kind is MeasureKind.SUSPEND else [_ENDLESS, *LENGTHS]
    return st.pills(
        t("commenter.length", lang),
        options,
        default="week" if kind is MeasureKind.SUSPEND else _ENDLESS,
        format_func=lambda one: t(f"commenter.length.{one}", lang),
        key=f"{key}_length_{kind}",
        required=True,
    )


def _sweep(site: Site, commenter_id: int, kind: MeasureKind, lang: str, *, key: str) -> bool:
    """Whether a ban takes their earlier comments along; says how many there are."""
    if kind is not MeasureKind.BAN:
        return False
    count = len(commenters.to_sweep(state.desk(), state.caller(), commenter_id, site=site.name))
    if not count:
        return False
    return st.checkbox(plural("commenter.sweep", count, lang), key=f"{key}_sweep")


def _take(
    site: Site, commenter_id: int, kind: MeasureKind, reason: Reason, length: str | None, swept: bool, key: str
) -> None:
    lang, desk, caller = state.language(), state.desk(), state.caller()
    until = desk.now() + LENGTHS[length] if length in LENGTHS else None
    note = str(st.session_state.get(f"{key}_note") or "")
    with _saying(lang) as said:
        commenters.take(desk, caller, commenter_id, kind, site=site.name, reason=reason, note=note, until=until)
        said.append(t(f"commenter.done.{kind}", lang))
        chosen = commenters.to_sweep(desk, caller, commenter_id, site=site.name) if swept else []
        if chosen:
            result = batches.decide_many(
                desk, caller, chosen, Outcome.REJECT, site=site.name, reasons=[reason], note=note
            )
            said.append(plural("search.done.reject", result.decided, lang))
        for name in ("kind", "reason"):
            st.session_state[f"{key}_{name}"] = None
        st.session_state[f"{key}_note"] = ""


def _lift(measure_id: int) -> None:
    lang = state.language()
    with _saying(lang) as said:
        commenters.lift(state.desk(), state.caller(), measure_id)
        said.append(t("commenter.done.lift", lang))


@contextmanager
def _saying(lang: str) -> Iterator[list[str]]:
    """What came of a click, told in the panel: a toast drawn from within a dialog breaks the page."""
    said: list[str] = []
    try:
        yield said
    except Exception as error:
        st.session_state[_SAID] = ("error", " ".join([*said, sentence(error, lang)]))
    else:
        st.session_state[_SAID] = ("done", " ".join(said))
