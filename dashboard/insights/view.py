"""What the page shows, as its address says it: the question, the days, the filters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from dashboard.ids import read_id
from dashboard.periods import EARLIEST, Preset, period, preset_days
from moderation.comment import Status
from moderation.engagement import InsightFilter, Period
from moderation.text.language import LANGUAGES

MAX_VALUE = 40
"""Characters; nothing that the page writes into its address is longer."""


class Question(StrEnum):
    NOW = "now"
    CONVERSATION = "conversation"
    AGENDA = "agenda"
    DESK = "desk"
    READERS = "readers"
    EVENT = "event"


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """`first` and `last` are days of the newsroom's calendar, both included. `against` begins the other period, which
    is as long; None is the time right before."""

    question: Question = Question.NOW
    preset: Preset = Preset.WEEK
    first: date
    last: date
    where: InsightFilter
    against: date | None = None

    def period(self, zone: str) -> Period:
        return period(self.first, self.last, zone)

    def other(self, zone: str) -> Period:
        """The period that this one is held against."""
        days = (self.last - self.first).days
        first = self.against or self.first - timedelta(days=days + 1)
        made = period(first, first + timedelta(days=days), zone)
        return replace(made, grain=self.period(zone).grain)

    def query(self, **changed: object) -> str:
        """As it stands in an address, without what is usual."""
        given: dict[str, object] = {
            "view": self.question if self.question is not Question.NOW else None,
            "period": self.preset if self.preset is not Preset.WEEK else None,
            "since": self.first if self.preset is Preset.CUSTOM else None,
            "until": self.last if self.preset is Preset.CUSTOM else None,
            "section": self.where.section_id,
            "article": self.where.article_id,
            "language": self.where.language,
            "status": self.where.status,
            "against": self.against,
        }
        return urlencode({name: str(value) for name, value in (given | changed).items() if value is not None})


def read(given: Mapping[str, str], today: date, *, first_day: int = 0) -> View:
    """What makes no sense counts as not given. `first_day` is the weekday that weeks begin with, 0 for Monday."""
    asked = {name: value for name, value in given.items() if value and len(value) <= MAX_VALUE}
    preset = _one_of(Preset, asked.get("period")) or Preset.WEEK
    first, last = _days(asked, preset, today, first_day)
    return View(
        question=_one_of(Question, asked.get("view")) or Question.NOW,
        preset=preset,
        first=first,
        last=last,
        where=InsightFilter(
            section_id=read_id(asked.get("section")),
            article_id=read_id(asked.get("article")),
            language=asked["language"] if asked.get("language") in LANGUAGES else None,
            status=_one_of(Status, asked.get("status")),
        ),
        against=_day(asked.get("against"), today),
    )


def _days(asked: Mapping[str, str], preset: Preset, today: date, first_day: int) -> tuple[date, date]:
    if preset is not Preset.CUSTOM:
        return preset_days(preset, today, first_day=first_day)
    week = preset_days(Preset.WEEK, today)
    first, last = _day(asked.get("since"), today) or week[0], _day(asked.get("until"), today) or today
    return (first, last) if first <= last else week


def _day(text: str | None, today: date) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if EARLIEST <= found <= today else None


def _one_of(kind: type[Preset] | type[Question] | type[Status], text: str | None):
    return next((one for one in kind if one.value == text), None)
