"""One's own shifts of the last four weeks: to oneself alone, whatever else one may see of the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from dashboard.charts import desk
from dashboard.charts.scope import Scope
from dashboard.i18n import t
from dashboard.periods import Preset, days_in, midnight, period
from dashboard.ui import state
from dashboard.ui.components.figures import card
from moderation.roles import Permission, Staff
from moderation.service import insights


def section(person: Staff, lang: str) -> None:
    if not person.may(Permission.COMMENTS_REVIEW):
        return
    site = state.site()
    first, last = days_in(site.time_zone, Preset.FOUR_WEEKS, state.desk().now())
    scope = Scope(period=period(first, last, site.time_zone), lang=lang)
    found = insights.workload(state.desk(), state.caller(), site=site.name, period=scope.period)
    own = [row for row in found.shifts if row.staff_id == person.id]
    starts = [midnight(first + timedelta(days=day), site.time_zone) for day in range((last - first).days + 1)]
    card(replace(desk.workload(own, starts, scope), remarks=(t("insights.remark.own", lang),)), lang)
