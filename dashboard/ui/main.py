"""The script of every page: who is signed in, which pages their role opens, the side bar; then the page itself."""

from __future__ import annotations

import html
from pathlib import Path
from urllib.parse import quote, urlencode

import streamlit as st

from dashboard.i18n import direction, duration, t
from dashboard.ui import state
from dashboard.ui.components import account_factor, bench, secrets_once
from dashboard.ui.components.announced import refusal
from dashboard.ui.components.problems import notice_html, told
from dashboard.ui.components.untrusted import html_line, plain_line
from moderation.article import Site
from moderation.roles import Permission, Staff
from moderation.service import clock

# As wide as its longest name asks; the rest is the page's.
_SIDE_BAR_PX = 240
_ENROLLING = "enrolling"
_BRAND = "تعليق | Taliq"
_SCREENS = Path(__file__).parent / "screens"
# Page, catalog key of its title, icon, and the permissions any of which opens it.
_PAGES = (
    ("queue", "queue.title", ":material/inbox:", {Permission.COMMENTS_REVIEW}),
    ("insights", "shell.insights", ":material/monitoring:", {Permission.INSIGHTS_READ}),
    ("audit", "shell.audit", ":material/history:", {Permission.AUDIT_READ}),
    ("search", "search.title", ":material/search:", {Permission.COMMENTS_READ}),
    ("alike", "alike.title", ":material/waves:", {Permission.COMMENTS_REVIEW}),
    ("domains", "domains.title", ":material/alternate_email:", {Permission.COMMENTERS_MANAGE}),
    ("model", "shell.model", ":material/balance:", {Permission.MODELS_READ}),
    (
        "settings",
        "shell.settings",
        ":material/tune:",
        {Permission.POLICY_MANAGE, Permission.STAFF_MANAGE, Permission.KEYS_MANAGE},
    ),
)


def opened_by(person: Staff) -> list[str]:
    """The names of the pages that the person's role opens; each page asks for the permission once more."""
    return [name for name, _, _, permissions in _PAGES if any(person.may(permission) for permission in permissions)]


def pages(opened: list[str], lang: str) -> dict[str, st.Page]:
    """All of them, so that an address means the same to everyone: the first is at the root.

    One that the role does not open is not in the side bar, and says so to whoever follows a link to it.
    """
    return {
        name: st.Page(
            _SCREENS / f"{name}.py",
            title=t(title, lang),
            icon=icon,
            url_path=name,
            default=name == _PAGES[0][0],
            visibility="visible" if name in opened else "hidden",
        )
        for name, title, icon, _ in _PAGES
    } | {"account": _account(lang)}


def _account(lang: str) -> st.Page:
    """Everybody's own; the way to it is below the name."""
    path = _SCREENS / "account.py"
    return st.Page(path, title=t("account.title", lang), url_path="account", visibility="hidden")


def side_bar(person: Staff, lang: str, *, here: str) -> None:
    with st.sidebar:
        site_choice(state.sites(), lang)
        query = urlencode(st.query_params.to_dict())
        st.html(account_html(person, lang, here=f"{here}?{query}" if query else here))


def site_choice(sites: list[Site], lang: str) -> None:
    if len(sites) < 2:
        return
    titles = {site.name: plain_line(site.title) for site in sites}
    names = list(titles)
    st.selectbox(
        t("shell.site", lang),
        names,
        index=names.index(state.site().name),
        format_func=lambda name: titles.get(name, name),
        key=state.SITE_WIDGET,
        on_change=state.choose_site,
        persist_state="session",
    )


def account_html(person: Staff, lang: str, *, here: str) -> str:
    """`here` is the address that a change of language comes back to. drafts.js reads the person and what it says when
    the connection is lost."""
    other = "en" if lang == "ar" else "ar"
    switch = f"/language/{other}?next={quote(here, safe='/')}"
    return (
        f'<div class="tq-account" data-person="{person.id}" data-offline="{_said("shell.offline", lang)}" '
        f'dir="{direction(lang)}" lang="{lang}">'
        f'<p class="tq-brand">{_said("common.product", lang)}</p>'
        f'<p class="tq-person"><span class="tq-unseen">{_said("shell.signed_in_as", lang)}</span> '
        f"{html_line(person.display_name or person.name)}"
        f'<span class="tq-role">{_said(f"common.role.{person.role}", lang)}</span></p>'
        f'<p class="tq-links"><a href="{html.escape(switch)}" lang="{other}" '
        f'title="{_said("shell.other_language.hint", lang)}">{_said("shell.other_language", lang)}</a>'
        f'<a href="/account">{_said("shell.account", lang)}</a>'
        f'<a href="/logout">{_said("shell.sign_out", lang)}</a></p></div>'
    )


def _said(key: str, lang: str) -> str:
    return html.escape(t(key, lang))


def late_clock(lang: str) -> None:
    """Whoever is in can tell those who run the server, before times that are wrong are on record for good."""
    if behind := clock.behind(state.desk()):
        by = duration(behind.total_seconds(), lang)
        st.html(notice_html("warning", t("shell.clock_behind", lang, by=by)))


def other_site(lang: str) -> None:
    """Whoever follows a link to a site that is none of theirs must not take this one's numbers for that one's."""
    named, known = st.query_params.get(state.SITE_WIDGET), state.sites()
    if named and known and all(one.name != named for one in known):
        st.html(notice_html("warning", t("shell.other_site", lang, site=plain_line(state.site().title))))


def enrol(person: Staff, lang: str) -> None:
    """The role requires a second factor: until it is there, and its codes are put away, there is nothing else."""
    st.session_state[_ENROLLING] = True
    with st.sidebar:
        st.html(account_html(person, lang, here="/"))
    st.title(t("account.factor", lang), anchor=False)
    if person.lacks_factor:
        st.html(notice_html("warning", t("access.entry.locked_out", lang)))
    with told():
        refusal()
        account_factor.draw(person, lang)
    if not person.lacks_factor and not account_factor.shows_codes():
        del st.session_state[_ENROLLING]
        st.rerun()


def draw() -> None:
    person = state.person()
    lang = state.language()
    if person.lacks_factor or st.session_state.get(_ENROLLING):
        enrol(person, lang)
        return
    opened = opened_by(person)
    if not opened:
        st.html(notice_html("warning", t("shell.nothing_for_role", lang)))
        return
    known = pages(opened, lang)
    state.remember_pages(known)
    page = st.navigation(list(known.values()))
    if not page.url_path and known[opened[0]] != page:
        st.switch_page(known[opened[0]])
    side_bar(person, lang, here=f"/{page.url_path}")
    st.set_page_config(page_title=f"{page.title} · {_BRAND}")
    with told():
        late_clock(lang)
        other_site(lang)
        if page not in (known["account"], known["settings"]):
            secrets_once.drop_all()
        if page != known["queue"] and person.may(Permission.COMMENTS_REVIEW):
            bench.leave()
        page.run()


# No icon here: Streamlit would fetch one of its own from another host; the page names ours.
st.set_page_config(page_title=_BRAND, layout="wide", initial_sidebar_state=_SIDE_BAR_PX)
with told():
    draw()
