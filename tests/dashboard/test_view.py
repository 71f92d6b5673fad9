"""What the address of the Insights page says, and what of it makes no sense."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest

from dashboard.insights.view import Question, View, read
from dashboard.periods import DAILY_DAYS, HOURLY_DAYS, WEEKLY_DAYS, Preset, period, preset_days, week_starts
from moderation.comment import Status
from moderation.engagement import Grain, InsightFilter

TODAY = date(2026, 11, 23)  # a Monday
ZONE = "Africa/Cairo"
SUNDAY = 6


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        (Preset.TODAY, date(2026, 11, 23), TODAY),
        (Preset.YESTERDAY, date(2026, 11, 22), date(2026, 11, 22)),
        (Preset.WEEK, date(2026, 11, 17), TODAY),
        (Preset.FOUR_WEEKS, date(2026, 10, 27), TODAY),
        (Preset.THIS_MONTH, date(2026, 11, 1), TODAY),
        (Preset.MONTH, date(2026, 10, 25), TODAY),
        (Preset.YEAR, date(2025, 11, 24), TODAY),
    ],
)
def test_presets_end_today_or_before(preset: Preset, first: date, last: date) -> None:
    assert preset_days(preset, TODAY) == (first, last)


@pytest.mark.parametrize(("starts", "first"), [(0, 23), (SUNDAY, 22), (5, 21), (1, 17)])
def test_this_week_begins_where_the_newsrooms_do(starts: int, first: int) -> None:
    assert preset_days(Preset.THIS_WEEK, TODAY, first_day=starts)[0] == date(2026, 11, first)


@pytest.mark.parametrize(
    ("days", "grain"),
    [
        (HOURLY_DAYS, Grain.HOUR),
        (HOURLY_DAYS + 1, Grain.DAY),
        (DAILY_DAYS, Grain.DAY),
        (DAILY_DAYS + 1, Grain.WEEK),
        (WEEKLY_DAYS, Grain.WEEK),
        (WEEKLY_DAYS + 1, Grain.MONTH),
    ],
)
def test_a_period_has_as_many_buckets_as_can_be_read(days: int, grain: Grain) -> None:
    first = date.fromordinal(TODAY.toordinal() - days + 1)
    assert period(first, TODAY, ZONE).grain is grain


def test_weeks_begin_on_saturday_in_cairo() -> None:
    assert period(date(2026, 1, 1), TODAY, ZONE).week_starts == 5


def test_a_day_has_as_many_hours_as_the_newsrooms_clocks_say() -> None:
    # Cairo's clocks went back at midnight after 29 October 2026.
    day = period(date(2026, 10, 29), date(2026, 10, 29), ZONE)
    assert (day.end - day.start).total_seconds() == 25 * 3600


def test_a_look_back_ends_with_the_week_to_come() -> None:
    assert week_starts(TODAY, 0)[-2:] == [date(2026, 11, 23), date(2026, 11, 30)]


FULL = View(
    question=Question.EVENT,
    preset=Preset.CUSTOM,
    first=date(2026, 11, 2),
    last=date(2026, 11, 8),
    where=InsightFilter(section_id=3, article_id=4, language="arabizi", status=Status.PENDING),
    against=date(2026, 10, 1),
)


@pytest.mark.parametrize("view", [FULL, read({}, TODAY), read({"period": "28days", "view": "desk"}, TODAY)])
def test_what_is_written_is_read_back(view: View) -> None:
    assert read(dict(parse_qsl(view.query())), TODAY) == view


def test_a_page_as_usual_has_a_short_address() -> None:
    assert read({}, TODAY).query() == ""
    assert read({}, TODAY).query(site="al-marsad") == "site=al-marsad"


@pytest.mark.parametrize(
    "given",
    [
        {"view": "x", "period": "never", "section": "-1", "article": "9" * 19, "language": "xx", "status": "new"},
        {"section": "٣", "article": "1e3", "against": "2999-01-01"},
        {"section": "1" * 60, "view": "now" * 60},
    ],
)
def test_what_makes_no_sense_is_not_there(given: dict[str, str]) -> None:
    assert read(given, TODAY) == read({}, TODAY)


@pytest.mark.parametrize("since", ["2026-11-09", "2999-01-01", "yesterday", ""])
def test_a_period_that_cannot_be_is_the_last_week(since: str) -> None:
    found = read({"period": "custom", "since": since, "until": "2026-11-08"}, TODAY)
    assert found.first <= found.last


def test_the_other_period_is_as_long_and_right_before_unless_it_is_said_otherwise() -> None:
    before = View(first=date(2026, 11, 2), last=date(2026, 11, 8), where=InsightFilter())
    assert before.other(ZONE) == period(date(2026, 10, 26), date(2026, 11, 1), ZONE)
    assert FULL.other(ZONE) == period(date(2026, 10, 1), date(2026, 10, 7), ZONE)
