"""On the Insights page: comments to be read, and notes on days."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard.charts.scope import Scope
from dashboard.i18n import direction, t
from dashboard.insights.address import search_address
from dashboard.insights.sections import Item, Listing
from dashboard.ui import state
from dashboard.ui.components.colleagues import colleague
from dashboard.ui.components.problems import notice_html, sentence
from dashboard.ui.components.untrusted import html_line, html_text
from dashboard.ui.components.veil import veiled
from moderation.article import Site
from moderation.engagement import Pin
from moderation.engagement.around import MAX_NOTE
from moderation.errors import Invalid
from moderation.service import pins

_TEXT, _DAY, _TOLD = "pin_text", "pin_day", "pin_told"


def listing(one: Listing, site: Site, lang: str) -> None:
    """Each leads to its comments; what it is stands at the heading, for whoever points at it."""
    name = f"insights.list.{one.name}"
    meaning = html.escape(t(f"{name}.meaning", lang))
    with st.container(border=True, key=f"list_{one.name}"):
        items = "".join(_item(item, search_address(site.name), lang, blurs=state.blurs()) for item in one.items)
        body = f"<ul>{items}</ul>" if items else f'<p class="tq-quiet">{html.escape(t(f"{name}.none", lang))}</p>'
        st.html(
            f'<div class="tq-figure tq-listing" dir="{direction(lang)}" lang="{lang}">'
            f'<h3 title="{meaning}">{html.escape(t(name, lang))}</h3>{body}</div>'
        )


def _item(item: Item, search: str, lang: str, *, blurs: bool) -> str:
    body = veiled(html_text(item.body, lang), blurs) if item.body else ""
    names = " · ".join(html_line(name) for name in item.names)
    return (
        f'<li><a href="{html.escape(search + item.way)}">{names}</a>{body}'
        f'<p class="tq-quiet">{html.escape(item.meta)}</p></li>'
    )


def notes(known: Sequence[Pin], site: Site, scope: Scope, lang: str) -> None:
    """Those of both periods, and a new one on any day of this one."""
    with st.container(border=True, key="insights_pins"):
        st.html(f'<div class="tq-figure"><h3>{html.escape(t("insights.pins", lang))}</h3></div>')
        if told := st.session_state.pop(_TOLD, None):
            st.html(notice_html("error", told))
        for pin in known:
            _note(pin, site, scope, lang)
        if not known:
            st.html(f'<p class="tq-quiet">{html.escape(t("insights.pins.none", lang))}</p>')
        _new(site, scope, lang)


def _note(pin: Pin, site: Site, scope: Scope, lang: str) -> None:
    day = scope.written(pin.day)
    with st.container(horizontal=True, vertical_alignment="center", key=f"pin_{pin.id}"):
        st.html(
            f'<p class="tq-note"><strong>{html.escape(day)}</strong> {html_line(pin.text, limit=MAX_NOTE)} '
            f'<span class="tq-quiet">{html.escape(colleague(pin.by, lang))}</span></p>'
        )
        said = t("insights.pins.remove", lang, day=day)
        given = (site.name, pin.id)
        st.button(said, key=f"unpin_{pin.id}", icon=":material/close:", type="tertiary", on_click=_unpin, args=given)


def _new(site: Site, scope: Scope, lang: str) -> None:
    first, last = scope.days
    with st.container(horizontal=True, vertical_alignment="bottom", key="insights_pin_new"):
        st.date_input(
            t("insights.pins.day", lang),
            value=last,
            min_value=first,
            max_value=last,
            format="YYYY-MM-DD",
            key=f"{_DAY}_{first}_{last}",
            width=150,
        )
        st.text_input(
            t("insights.pins.text", lang),
            key=_TEXT,
            max_chars=MAX_NOTE,
            placeholder=t("insights.pins.text.placeholder", lang),
        )
        given = (site.name, f"{_DAY}_{first}_{last}")
        st.button(t("insights.pins.add", lang), key="pin_add", icon=":material/push_pin:", on_click=_pin, args=given)


def _pin(site: str, day_key: str) -> None:
    day = st.session_state.get(day_key)
    try:
        pins.pin(state.desk(), state.caller(), site=site, day=_a_day(day), text=st.session_state.get(_TEXT) or "")
    except Exception as error:
        st.session_state[_TOLD] = sentence(error, state.language())
    else:
        # Only what is kept in the desk may be forgotten here.
        st.session_state[_TEXT] = ""


def _a_day(day: object) -> date:
    if not isinstance(day, date):
        raise Invalid(field="day", reason="missing")
    return day


def _unpin(site: str, pin_id: int) -> None:
    try:
        pins.unpin(state.desk(), state.caller(), pin_id, site=site)
    except Exception as error:
        st.session_state[_TOLD] = sentence(error, state.language())
