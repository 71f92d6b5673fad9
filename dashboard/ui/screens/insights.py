"""Insights, for editors: one question at a time, with the figures that answer it."""

from __future__ import annotations

import html

import streamlit as st

from dashboard.i18n import t
from dashboard.insights.address import ALL, REPORT, file_address, search_address
from dashboard.insights.kept import kept_section
from dashboard.insights.sections import Section
from dashboard.insights.view import Question, View
from dashboard.periods import written
from dashboard.ui import state
from dashboard.ui.components import insights_lists, insights_view, topics
from dashboard.ui.components.figures import card, tiles
from dashboard.ui.components.problems import told
from moderation.article import Site
from moderation.roles import Permission


def page() -> None:
    lang = state.language()
    st.title(t("shell.insights", lang), anchor=False)
    with told():
        state.require(Permission.INSIGHTS_READ)
        site = state.site()
        if len(state.sites()) > 1 and st.query_params.get(state.SITE_WIDGET) != site.name:
            st.query_params[state.SITE_WIDGET] = site.name
        insights_view.choose_question(lang)
        view = insights_view.choose(site, lang)
        if view is not None:
            _show(kept_section(state.desk(), state.caller(), site, view, lang), site, view, lang)


def _show(shown: Section, site: Site, view: View, lang: str) -> None:
    days = written((view.first, view.last), site.time_zone, lang)
    st.caption(f"{t(f'insights.question.{view.question}.note', lang)} {days}")
    if shown.empty:
        st.info(f"{t('insights.empty', lang)}. {t('insights.empty.hint', lang)}")
    else:
        _figures(shown, site, view, lang)
    if view.question is Question.NOW and not shown.empty:
        topics.draw(site, topics.scope_of(view.where, shown.scope.period), lang)
    if view.question is Question.EVENT:
        insights_lists.notes(shown.pins, site, shown.scope, lang)
    if not shown.empty:
        st.html(_reports(site, view, lang))


def _figures(shown: Section, site: Site, view: View, lang: str) -> None:
    if shown.tiles:
        tiles(shown.tiles, lang)
    if any(figure.picks for figure in shown.figures):
        st.caption(t("insights.behind.hint", lang))
    for row in shown.rows:
        for column, figure in zip(st.columns(len(row)), row, strict=True):
            with column:
                card(
                    figure,
                    lang,
                    address=lambda name, form: file_address(name, form, view, site.name),
                    search=search_address(site.name),
                )
    for listing in shown.listings:
        insights_lists.listing(listing, site, lang)


def _reports(site: Site, view: View, lang: str) -> str:
    links = (
        ("report.get", file_address(REPORT, "html", view, site.name)),
        ("report.all", file_address(ALL, "html", view, site.name)),
        ("report.numbers", file_address(REPORT, "xlsx", view, site.name)),
    )
    return (
        '<p class="tq-links">'
        + " ".join(
            f'<a class="tq-button" href="{html.escape(address)}">{html.escape(t(f"insights.{name}", lang))}</a>'
            for name, address in links
        )
        + "</p>"
    )


page()
