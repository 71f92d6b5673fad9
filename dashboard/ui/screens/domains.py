"""Measures against everybody whose e-mail is of one domain: whom one would hit, taking it, and those there are."""

from __future__ import annotations

import html
from collections.abc import Sequence
from urllib.parse import urlencode

import streamlit as st

from dashboard.i18n import direction, plural, t
from dashboard.ui import state
from dashboard.ui.components import address, measures, sweeps
from dashboard.ui.components.problems import notice_html, sentence, told
from dashboard.ui.components.reason_pills import reason_pills
from dashboard.ui.components.untrusted import html_line
from moderation.addresses import MAX_DOMAIN
from moderation.article import Site
from moderation.decision import Reason
from moderation.errors import Invalid
from moderation.measure import MAX_NOTE, Measure, MeasureKind, Reach
from moderation.roles import Permission, Staff
from moderation.service import broad

_TAKEN = "domains_taken"
_KINDS = [kind for kind in MeasureKind if kind is not MeasureKind.WARN]


def page() -> None:
    lang = state.language()
    st.title(t("domains.title", lang), anchor=False)
    with told():
        person = state.require(Permission.COMMENTERS_MANAGE)
        site = state.site()
        st.html(f'<p dir="{direction(lang)}" lang="{lang}">{html.escape(t("domains.about", lang))}</p>')
        sweeps.draw("domains", lang)
        measured = broad.listed(state.desk(), state.caller(), site=site.name)
        if person.may(Permission.COMMENTERS_BROAD):
            # As long as what it holds is not kept; the next note is another field's, for which no draft waits.
            own = person.actor
            note = f"domains_note_{max((one.id for one in measured if one.set_by == own), default=0)}"
            with st.container(border=True, key="domains_form"):
                _form(site, lang, note=note)
        else:
            st.caption(t("domains.asks", lang))
        with st.container(key="domains_list"):
            _listed(measured, person, site, lang)


def _form(site: Site, lang: str, *, note: str) -> None:
    address.recall("domain", address.short_text, "")
    domain = st.text_input(
        t("domains.domain", lang),
        key="domain",
        max_chars=MAX_DOMAIN + 1,
        placeholder=t("domains.domain.hint", lang),
        on_change=address.keep,
        args=("domain",),
    )
    if not (domain or "").strip():
        return
    several = len(state.sites()) > 1
    everywhere = several and st.checkbox(t("domains.everywhere", lang), key="domains_everywhere")
    try:
        found = broad.reach(state.desk(), state.caller(), domain, site=site.name, everywhere=everywhere)
    except Invalid as error:
        st.html(notice_html("warning", sentence(error, lang)))
        return
    st.html(reach_html(found, domain, lang))
    kind = st.segmented_control(
        t("domains.kind", lang),
        _KINDS,
        format_func=lambda one: t(f"common.measure.{one}", lang),
        key="domains_kind",
        wrap=True,
    )
    if kind is not None:
        _what(domain, kind, site, lang, everywhere=everywhere, note=note)


def _what(domain: str, kind: MeasureKind, site: Site, lang: str, *, everywhere: bool, note: str) -> None:
    st.caption(t(f"domains.effect.{kind}", lang))
    reason = reason_pills(t("commenter.reason", lang), lang, key="domains_reason")
    length = measures.length(kind, lang, key="domains")
    st.text_input(t("queue.note", lang), key=note, max_chars=MAX_NOTE)
    sweeping = sweeps.of_domain(domain, site.name, everywhere=everywhere)
    swept = kind is MeasureKind.BAN and sweeps.choose(sweeping, "domains", lang, key="domains")
    st.button(
        t(f"domains.do.{kind}", lang),
        key="domains_do",
        type="primary",
        disabled=reason is None,
        on_click=_take,
        args=(domain, kind, site, reason, length),
        kwargs={"everywhere": everywhere, "swept": swept, "field": note},
    )


def reach_html(found: Reach, domain: str, lang: str) -> str:
    """How many it hits, how many of them in good standing, some of their names, and the way to what they wrote."""
    said = [plural("domains.reach", found.commenters, lang)]
    if found.published:
        said.append(plural("domains.published", found.published, lang))
    link = "/search?" + urlencode({"mail": domain})
    see = f'<a href="{html.escape(link)}">{html.escape(t("domains.see", lang))}</a>' if found.commenters else ""
    some = _some(found, lang) if found.sample else ""
    return f'<p class="tq-reach" dir="{direction(lang)}" lang="{lang}">{html.escape(" ".join(said))} {some} {see}</p>'


def _some(found: Reach, lang: str) -> str:
    separator = html.escape(t("common.list.separator", lang))
    names = separator.join(html_line(one.name or one.external_id, limit=40) for one in found.sample)
    return f"{html.escape(t('domains.sample', lang))} {names}."


def _listed(found: Sequence[Measure], person: Staff, site: Site, lang: str) -> None:
    st.subheader(t("domains.list", lang), anchor=False)
    if not found:
        st.caption(t("domains.none", lang))
    now = state.desk().now()
    for measure in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html(measures.measure_html(measure, lang, now=now, time_zone=site.time_zone))
            if measure.in_force(now) and person.may(Permission.COMMENTERS_BROAD):
                name = t("commenter.lift", lang)
                st.button(name, key=f"domains_lift_{measure.id}", on_click=_lift, args=(measure.id,))


def _take(
    domain: str,
    kind: MeasureKind,
    site: Site,
    reason: Reason,
    length: str | None,
    *,
    everywhere: bool,
    swept: bool,
    field: str,
) -> None:
    if st.session_state.get(_TAKEN) == (field, domain):
        # The second of two clicks.
        return _forget_choice()
    lang = state.language()
    note = str(st.session_state.get(field) or "")
    with measures.saying(lang) as said:
        broad.take(
            state.desk(),
            state.caller(),
            domain,
            kind,
            site=site.name,
            reason=reason,
            note=note,
            until=measures.ends(length),
            everywhere=everywhere,
        )
        st.session_state[_TAKEN] = (field, domain)
        said.append(t(f"domains.done.{kind}", lang))
        if swept:
            sweeping = sweeps.of_domain(domain, site.name, everywhere=everywhere)
            sweeps.ask("domains", sweeping, reason=reason, note=note, name=domain)
        _forget_choice()


def _forget_choice() -> None:
    st.session_state["domains_kind"] = st.session_state["domains_reason"] = None
    st.session_state["domains_sweep"] = False


def _lift(measure_id: int) -> None:
    lang = state.language()
    with measures.saying(lang) as said:
        broad.lift(state.desk(), state.caller(), measure_id)
        said.append(t("commenter.done.lift", lang))


page()
