"""The Model page, for editors, auditors and admins: how the classifier does on this desk, and where it came from."""

from __future__ import annotations

import html
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.charts.model import language_mix, reliability, score_drift
from dashboard.i18n import t
from dashboard.i18n.languages import first_weekday
from dashboard.periods import midnight, week_starts
from dashboard.ui import state
from dashboard.ui.components import model_quality
from dashboard.ui.components.figures import card
from dashboard.ui.components.model_origin import origin_html
from dashboard.ui.components.names import language_name
from dashboard.ui.components.problems import told
from moderation.article import Site
from moderation.engagement import Grain, Period
from moderation.roles import Permission
from moderation.service import model_report
from moderation.text.language import LANGUAGES


def page() -> None:
    lang = state.language()
    st.title(t("shell.model", lang), anchor=False)
    with told():
        state.require(Permission.MODELS_READ)
        site = state.site()
        origin = model_report.origin(state.desk(), state.caller())
        st.html(origin_html(origin, lang, zone=site.time_zone))
        _quality(site, lang)
        _drift(site, lang)
        model_quality.sets(origin.about, lang)


def _quality(site: Site, lang: str) -> None:
    # Scikit-learn comes with the first look at this page.
    with st.spinner(t("model.loading", lang)):
        found = model_report.quality(state.desk(), state.caller(), site=site.name)
    st.subheader(t("model.quality", lang), anchor=False)
    if not found.judging.parts:
        st.info(f"{t('model.no_decisions', lang)} {t('model.no_decisions.hint', lang)}")
        return
    st.caption(t("model.quality.note", lang))
    models = [one for one in (found.judging, found.shadow) if one is not None]
    st.html(model_quality.quality_html(models, lang))
    if found.tally is not None:
        st.html(model_quality.tally_html(found.tally, lang))
    left, right = st.columns(2)
    with left:
        card(reliability(models, lang), lang, file_name=f"taliq-reliability-{site.name}.csv")
    with right, st.container(border=True, height="stretch"):
        st.subheader(t("model.surprises", lang), anchor=False)
        st.caption(t("model.surprises.note", lang))
        st.html(model_quality.surprises_html(found.surprises, lang, blurs=state.blurs()))


def _drift(site: Site, lang: str) -> None:
    today = state.desk().now().astimezone(ZoneInfo(site.time_zone)).date()
    bounds = [midnight(day, site.time_zone) for day in week_starts(today, first_weekday(site.time_zone))]
    weeks = model_report.drift(state.desk(), state.caller(), site=site.name, bounds=bounds)
    period = Period(start=bounds[0], end=bounds[-1], grain=Grain.DAY, time_zone=site.time_zone)
    names = {code: language_name(code, lang) for code in LANGUAGES}
    st.html(f'<h3 style="margin:.5rem 0 0">{html.escape(t("model.drift", lang))}</h3>')
    for column, figure in zip(
        st.columns(2), (score_drift(weeks, period, lang), language_mix(weeks, period, names, lang)), strict=True
    ):
        with column:
            card(figure, lang, file_name=f"taliq-{figure.name}-{site.name}.csv")


page()
