"""Insights, for editors: what readers discuss, when, how civilly, and how fast the desk works."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.charts import figures
from dashboard.i18n import date as written_date
from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import address, topics
from dashboard.ui.components.figures import card, tiles
from dashboard.ui.components.options import by_name
from dashboard.ui.components.period import choose_days, city, period
from dashboard.ui.components.problems import told
from moderation.article import Site
from moderation.engagement import InsightFilter, Insights
from moderation.roles import Permission
from moderation.service import insights

# Neighbours in a row, the others alone: names of articles need the width.
ROWS = (("volume",), ("outcomes", "sections"), ("articles",), ("machine", "speed"), ("civility",))


def page() -> None:
    lang = state.language()
    st.title(t("shell.insights", lang), anchor=False)
    with told():
        state.require(Permission.INSIGHTS_READ)
        site = state.site()
        days = choose_days(state.desk().now(), site.time_zone, lang)
        where = _filters(site, lang)
        if days is not None:
            _show(site, days, where, lang)


def _filters(site: Site, lang: str) -> InsightFilter:
    choices = insights.choices(state.desk(), state.caller(), site=site.name)
    for column, key, known in zip(
        st.columns(2), ("section", "article"), (choices.sections, choices.articles), strict=True
    ):
        with column:
            address.pick(
                key,
                by_name(known),
                label=t(f"insights.filter.{key}", lang),
                anything=t(f"insights.filter.any_{key}", lang),
            )
    return InsightFilter(section_id=st.session_state["section"], article_id=st.session_state["article"])


def _show(site: Site, days: tuple[date, date], where: InsightFilter, lang: str) -> None:
    first, last = days
    wanted = period(first, last, site.time_zone)
    found = insights.insights(state.desk(), state.caller(), site=site.name, period=wanted, where=where)
    st.caption(_range(days, site.time_zone, lang))
    if not found.overview.comments and not any(row.machine + row.people for row in found.desk):
        st.info(f"{t('insights.empty', lang)}. {t('insights.empty.hint', lang)}")
        return
    tiles(found.overview, lang)
    _charts(found, f"{site.name}-{first}-{last}", lang)
    topics.draw(site, topics.scope_of(where, wanted), lang)


def _charts(found: Insights, named: str, lang: str) -> None:
    drawn = {figure.name: figure for figure in figures(found, lang)}
    for row in ROWS:
        for column, name in zip(st.columns(len(row)), row, strict=True):
            with column:
                card(drawn[name], lang, file_name=f"taliq-{name}-{named}.csv")


def _range(days: tuple[date, date], zone: str, lang: str) -> str:
    since, until = (written_date(day, lang, zone) for day in days)
    key = "insights.range.day" if since == until else "insights.range"
    return t(key, lang, since=since, until=until, zone=city(zone, lang))


page()
