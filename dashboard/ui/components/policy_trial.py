"""What the draft of a policy would make of the newest comments, before it is published."""

from __future__ import annotations

import html
from typing import NamedTuple

import streamlit as st

from dashboard.i18n import direction, number, plural, t
from dashboard.ui import state
from dashboard.ui.components.policy_draft import Draft, Values, policy_of
from dashboard.ui.components.problems import notice_html, told
from dashboard.ui.components.search_rows import row_html
from dashboard.ui.components.tables import table_html
from moderation.decision import Outcome
from moderation.policy import Policy
from moderation.service import trying
from moderation.service.trying import Otherwise, Trial


class _Tried(NamedTuple):
    """A trial is shown for as long as it is one of the draft and the policy that are on the page."""

    trial: Trial
    values: Values

    def is_of(self, draft: Draft, current: Policy) -> bool:
        return self.trial.number == current.number and self.values == _values(draft)


def ask(draft: Draft) -> None:
    """For an `on_click`: the trial is made where it is drawn, so that the page shows that it takes its time."""
    st.session_state[_asked(draft)] = True


def draw(draft: Draft, current: Policy, lang: str) -> None:
    with told():
        if st.session_state.pop(_asked(draft), False):
            _try(draft, lang)
        tried = st.session_state.get(_key(draft))
        if tried is not None and tried.is_of(draft, current):
            _show(tried.trial, draft, lang)


def _asked(draft: Draft) -> str:
    return f"policy_trial_asked_{draft.site.id}"


def _key(draft: Draft) -> str:
    return f"policy_trial_{draft.site.id}"


def _values(draft: Draft) -> Values:
    return {name: value for name, value in draft.values.items() if name != "note"}


def _try(draft: Draft, lang: str) -> None:
    st.session_state.pop(_key(draft), None)
    if not draft.changed:
        st.html(notice_html("info", t("settings.trial.nothing", lang)))
        return
    with st.spinner(t("settings.trial.running", lang)):
        wanted = policy_of(draft.values, draft.base)
        trial = trying.try_draft(state.desk(), state.caller(), wanted, site=draft.site.name)
    st.session_state[_key(draft)] = _Tried(trial, _values(draft))


def _show(trial: Trial, draft: Draft, lang: str) -> None:
    if not trial.comments:
        st.html(notice_html("info", t("settings.trial.empty", lang)))
        return
    st.html(notice_html("info", _summary(trial, lang)))
    st.html(_counts_html(trial, lang))
    st.caption(t("settings.trial.limits", lang))
    if trial.examples:
        st.markdown(f"**{t('settings.trial.examples', lang)}**")
        st.html(_examples_html(trial, draft, lang))


def _summary(trial: Trial, lang: str) -> str:
    of = plural("settings.trial.of", trial.comments, lang)
    if not trial.otherwise:
        return f"{of} {t('settings.trial.same', lang)}"
    return f"{of} {plural('settings.trial.otherwise', trial.otherwise, lang)}"


def _counts_html(trial: Trial, lang: str) -> str:
    headings = [t("settings.trial.policy", lang), *(t(f"settings.trial.{outcome}", lang) for outcome in Outcome)]
    counted = (
        (t("settings.trial.present", lang, number=trial.number), trial.present),
        (t("settings.trial.draft", lang), trial.draft),
    )
    rows = (
        [html.escape(said) for said in (name, *(number(of.get(outcome, 0), lang) for outcome in Outcome))]
        for name, of in counted
    )
    return table_html(headings, rows, lang)


def _examples_html(trial: Trial, draft: Draft, lang: str) -> str:
    rows = "".join(_example_html(one, draft, lang) for one in trial.examples)
    return f'<div class="tq-found-list tq-trial">{rows}</div>'


def _example_html(one: Otherwise, draft: Draft, lang: str) -> str:
    outcomes = {name: t(f"common.outcome.{of}", lang) for name, of in (("present", one.present), ("draft", one.draft))}
    said = html.escape(t("settings.trial.change", lang, **outcomes))
    row = row_html(one.found, (), lang, now=state.desk().now(), time_zone=draft.site.time_zone, blurs=state.blurs())
    return f'<div><p class="tq-change" dir="{direction(lang)}" lang="{lang}">{said}</p>{row}</div>'
