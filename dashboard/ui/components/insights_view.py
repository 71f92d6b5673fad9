"""What the Insights page is asked: the question, the days, the filters; all of it in the address."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.i18n import number, t
from dashboard.i18n.languages import first_weekday
from dashboard.insights.view import Question, View, read
from dashboard.periods import EARLIEST, Preset, preset_days, today_in
from dashboard.ui import state
from dashboard.ui.components import address
from dashboard.ui.components.names import language_name
from dashboard.ui.components.options import by_name
from dashboard.ui.components.period import in_order
from moderation.article import Site
from moderation.comment import Status
from moderation.service import insights
from moderation.text.language import LANGUAGES

_NARROWING = ("section", "article", "language", "status")
_IN_ADDRESS = ("view", "period", "since", "until", "against", *_NARROWING)


def choose(site: Site, lang: str) -> View | None:
    """Draws the choices; None, with the reason on the page, while they name no days."""
    today = today_in(site.time_zone, state.desk().now())
    with st.container(horizontal=True, vertical_alignment="bottom", key="insights_bar"):
        preset = _preset(lang)
        custom = _custom_days(today, lang) if preset is Preset.CUSTOM else None
        if st.session_state.get("view", st.query_params.get("view")) == Question.EVENT:
            address.day("against", EARLIEST, today, label=t("insights.filter.against", lang))
        _filters(site, lang)
    if custom is not None and (None in custom or not in_order(custom, site.time_zone, lang)):
        if None in custom:
            st.info(t("insights.error.missing", lang))
        return None
    return read(_given(), today, first_day=first_weekday(site.time_zone))


def choose_question(lang: str) -> None:
    """One at a time: what is not looked at is not computed."""
    address.recall("view", address.one_of(list(Question)), Question.NOW)
    st.segmented_control(
        t("insights.question", lang),
        list(Question),
        format_func=lambda one: t(f"insights.question.{one}", lang),
        key="view",
        required=True,
        wrap=True,
        label_visibility="collapsed",
        on_change=address.keep,
        args=("view",),
    )


def _given() -> dict[str, str]:
    """Of the widgets, and of the address for those that are not drawn."""
    found = {name: st.session_state.get(name, st.query_params.get(name)) for name in _IN_ADDRESS}
    return {name: str(value) for name, value in found.items() if value is not None}


def _preset(lang: str) -> Preset:
    address.recall("period", address.one_of(list(Preset)), Preset.WEEK)
    chosen = st.selectbox(
        t("insights.filter.period", lang),
        list(Preset),
        format_func=lambda one: t(f"insights.period.{one}", lang),
        key="period",
        width=180,
        on_change=address.keep,
        args=("period",),
    )
    return chosen or Preset.WEEK


def _custom_days(today: date, lang: str) -> tuple[date | None, date | None]:
    week_ago, _ = preset_days(Preset.WEEK, today)
    for key, default in (("since", week_ago), ("until", today)):
        address.recall(key, address.a_day(EARLIEST, today), default)
        st.date_input(
            t(f"insights.filter.{key}", lang),
            key=key,
            min_value=EARLIEST,
            max_value=today,
            format="YYYY-MM-DD",
            width=150,
            on_change=address.keep,
            args=(key,),
        )
    return st.session_state["since"], st.session_state["until"]


def _filters(site: Site, lang: str) -> None:
    choices = insights.choices(state.desk(), state.caller(), site=site.name)
    names = {
        "section": by_name(choices.sections),
        "article": by_name(choices.articles),
        "language": {one: language_name(one, lang) for one in LANGUAGES},
        "status": {one: t(f"common.status.{one}", lang) for one in Status},
    }
    active = sum(bool(st.session_state.get(key, st.query_params.get(key))) for key in _NARROWING)
    label = t("queue.filters", lang) + (f" ({number(active, lang)})" if active else "")
    with st.popover(label, icon=":material/filter_list:", type="primary" if active else "secondary"):
        for key, known in names.items():
            address.pick(
                key, known, label=t(f"insights.filter.{key}", lang), anything=t(f"insights.filter.any_{key}", lang)
            )
        if active:
            st.button(t("queue.filter.clear", lang), key="insights_clear", on_click=_clear, width="stretch")


def _clear() -> None:
    for key in _NARROWING:
        st.session_state[key] = None
        address.keep(key)
