"""The versions of a site's policy so far: what each would change in the one in force, and the way back to it."""

from __future__ import annotations

import html
from collections.abc import Sequence

import streamlit as st

from dashboard.i18n import moment, number, t
from dashboard.ui import state
from dashboard.ui.components.announced import announced
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.policy_difference import difference_html
from dashboard.ui.components.policy_draft import Draft
from dashboard.ui.components.tables import table_html
from dashboard.ui.components.untrusted import html_line
from moderation.article import Site
from moderation.policy import Policy
from moderation.ports import PolicyVersion
from moderation.service import settings
from moderation.service.settings import MAX_NOTE


def draw(draft: Draft, current: Policy, site: Site, lang: str) -> None:
    with st.expander(t("settings.history", lang)):
        versions = settings.history(state.desk(), state.caller(), site=site.name)
        _list(versions, site, lang)
        _choose(draft, current, [one for one in versions if one.number != current.number], site, lang)


def _list(versions: Sequence[PolicyVersion], site: Site, lang: str) -> None:
    headings = [t(f"settings.history.{name}", lang) for name in ("number", "at", "by", "note")]
    rows = (
        (
            html.escape(number(version.number, lang)),
            html.escape(moment(version.created_at, lang, site.time_zone)),
            html.escape(_by(version, lang)),
            html_line(version.note, limit=MAX_NOTE),
        )
        for version in versions
    )
    st.html(table_html(headings, rows, lang))


def _by(version: PolicyVersion, lang: str) -> str:
    return colleague(version.created_by, lang)


def _choose(draft: Draft, current: Policy, earlier: Sequence[PolicyVersion], site: Site, lang: str) -> None:
    if not earlier:
        return
    names = {one.number: _option(one, site, lang) for one in earlier}
    chosen = st.selectbox(
        t("settings.version.choose", lang),
        list(names),
        index=None,
        key=f"policy_version_{site.id}",
        format_func=lambda one: names.get(one, str(one)),
        placeholder=t("settings.version.choose.placeholder", lang),
        width=480,
    )
    if chosen is not None:
        _compare(draft, current, int(chosen), lang)


def _option(version: PolicyVersion, site: Site, lang: str) -> str:
    at = moment(version.created_at, lang, site.time_zone)
    return t("settings.version.option", lang, number=version.number, at=at, by=_by(version, lang))


def _compare(draft: Draft, current: Policy, chosen: int, lang: str) -> None:
    version = settings.policy(state.desk(), state.caller(), site=draft.site.name, number=chosen)
    found = difference_html(current, version, lang)
    st.caption(t("settings.version.would" if found else "settings.version.same", lang, number=chosen))
    if found:
        st.html(found)
    st.button(
        t("settings.version.take", lang),
        key="policy_take",
        disabled=not found,
        on_click=take,
        args=(draft, current, version),
        help=t("settings.version.take.help", lang),
    )


@announced
def take(draft: Draft, current: Policy, version: Policy) -> str:
    """The draft is one on the policy in force, as if all of it had been written by hand."""
    draft.restart(current, version)
    return t("settings.version.taken", state.language(), number=version.number)
