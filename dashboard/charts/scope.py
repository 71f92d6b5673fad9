"""What a figure is about: its period, filter and language; and the way from a mark to the comments behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import altair as alt

from dashboard.charts.style import tooltip
from dashboard.i18n import date as written_date
from dashboard.i18n import t
from moderation.engagement import InsightFilter, Period

PICK = "pick"
"""The name under which the screen hears which mark was clicked; the mark's `go` is the query of the search page."""
SMALL = 20
"""Fewer comments than these are too few to tell a share by; the mark is drawn hollow."""
_ALL = InsightFilter()
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """`where` narrows the search page in the same way as it narrowed the figure."""

    period: Period
    lang: str
    where: InsightFilter = _ALL

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last, by the newsroom's calendar."""
        zone = ZoneInfo(self.period.time_zone)
        return self.period.start.astimezone(zone).date(), (self.period.end - _MOMENT).astimezone(zone).date()

    @property
    def words(self) -> str:
        since, until = (self.written(day) for day in self.days)
        return since if since == until else t("insights.days", self.lang, since=since, until=until)

    def written(self, day: date) -> str:
        return written_date(day, self.lang, self.period.time_zone)

    def go(self, **narrower: object) -> str:
        """The query under which the search page finds what a mark counts; None takes a narrowing away."""
        first, last = self.days
        usual = {
            "from": first,
            "to": last,
            "part": self.where.section_id,
            "story": self.where.article_id,
            "lang": self.where.language,
            "state": self.where.status,
        }
        wanted = usual | narrower
        return urlencode({name: str(value) for name, value in wanted.items() if value is not None})

    def go_bucket(self, start: datetime, end: datetime, **narrower: object) -> str:
        """The days of a bucket, as far as it lies in the period: the search page knows no hours."""
        first, last = replace(self, period=self._within(start, end)).days
        return self.go(**({"from": first, "to": last} | narrower))

    def bucket_words(self, start: datetime, end: datetime) -> str:
        """A bucket longer than a day in full: 2 November 2026 to 8 November 2026. What of it is counted is told."""
        return replace(self, period=self._within(start, end)).words

    def _within(self, start: datetime, end: datetime) -> Period:
        """The first and the last week or month may reach beyond the period, where nothing of them is counted."""
        return replace(self.period, start=max(start, self.period.start), end=min(end, self.period.end))


def clickable() -> alt.Parameter:
    return alt.selection_point(name=PICK, fields=["go"])


def explained(drawn: Any, name: str, scope: Scope) -> Any:
    """The same two words in each mark of the chart: what is counted, and over which days."""
    meaning = t(f"insights.meaning.{name}", scope.lang)
    return drawn.transform_calculate(meaning=json.dumps(meaning), of=json.dumps(scope.words))


def tips(columns: Mapping[str, str], lang: str, *, period: bool = True) -> list[alt.Tooltip]:
    """Fields with the headings of their columns; then what is counted and, where marks are no time, over which days."""
    given = dict(columns) | ({"of": "period"} if period else {}) | {"meaning": "meaning"}
    return [tooltip(field, f"insights.column.{column}", lang) for field, column in given.items()]
