"""Choosing where somebody works, and saying it."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components.untrusted import plain_line
from moderation.limits import Limit, LimitKind
from moderation.service import placing
from moderation.service.placing import Choice


def known() -> list[Choice]:
    return placing.choices(state.desk(), state.caller())


def choose(choices: Sequence[Choice], lang: str, *, key: str, chosen: Sequence[Limit] = ()) -> None:
    """A list box whose value, under `key`, is read by `chosen_under`."""
    names = {name_of(one.limit): _said(one, lang) for one in choices}
    st.multiselect(
        t("access.limits", lang),
        list(names),
        default=[name_of(one) for one in chosen if name_of(one) in names],
        format_func=lambda one: names.get(one, one),
        key=key,
        help=t("access.limits.help", lang),
        placeholder=t("access.limits.placeholder", lang),
    )


def chosen_under(key: str) -> list[Limit]:
    return [_limit(name) for name in st.session_state.get(key, ())]


def limits_html(limits: Iterable[Limit], choices: Sequence[Choice], lang: str) -> str:
    said = {one.limit: _said(one, lang) for one in choices}
    named = [f'<bdi dir="auto">{html.escape(said.get(one, name_of(one)))}</bdi>' for one in limits]
    return "<br>".join(named) or html.escape(t("access.limits.everywhere", lang))


def _said(one: Choice, lang: str) -> str:
    site = plain_line(one.site)
    return t("access.limits.section", lang, site=site, section=plain_line(one.section)) if one.section else site


def name_of(one: Limit) -> str:
    return f"{one.kind}:{one.site_id}:{one.item_id}"


def _limit(name: str) -> Limit:
    kind, site, item = name.split(":")
    return Limit(kind=LimitKind(kind), site_id=int(site), item_id=int(item))
