"""Two periods over each other: what a mark is called, which comments it leads to, and where notes stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from dashboard.charts.around import beside, beside_civil, pin_frame
from dashboard.charts.scope import Scope
from dashboard.periods import period
from db.stores.insights.buckets import bucket_starts
from moderation.engagement import BesideRow, Comparison, Overview, Pin

ZONE = "Africa/Cairo"
NOTHING = Overview(comments=0, commenters=0, rejected=0, waiting=0, machine_share=None, civil=None, median_seconds=None)


def compared(first: date, last: date, *, pins: Sequence[Pin] = ()) -> Comparison:
    """A period and the equally long time before it, with a comment in each bucket."""
    own = period(first, last, ZONE)
    days = last - first + timedelta(days=1)
    other = period(first - days, last - days, ZONE)
    rows = zip(bucket_starts(own), bucket_starts(other), strict=False)
    return Comparison(
        period=own,
        other=other,
        overview=NOTHING,
        other_overview=NOTHING,
        rows=tuple(row(number, *starts) for number, starts in enumerate(rows)),
        pins=tuple(pins),
    )


def row(number: int, start: datetime, other: datetime) -> BesideRow:
    return BesideRow(
        number=number, start=start, comments=1, civil=1.0, other_start=other, other_comments=1, other_civil=1.0
    )


def pin(day: date) -> Pin:
    return Pin(id=1, day=day, text="Budget vote", by="editor:hana", made_at=datetime(2026, 1, 1, tzinfo=UTC))


def marks(found: Comparison, place: int) -> list[dict[str, Any]]:
    figure = beside(found, Scope(period=found.period, lang="en"))
    assert figure.chart is not None
    drawn = figure.chart.to_dict(validate=True)
    return [one for rows in drawn["datasets"].values() for one in rows if one.get("place") == place]


def days_of(mark: dict[str, Any]) -> tuple[str, str]:
    way = parse_qs(mark["go"])
    return way["from"][0], way["to"][0]


@pytest.mark.parametrize(("civil", "is_drawn"), [(0.0, True), (None, False)])
def test_a_share_of_nought_is_drawn_and_no_share_is_not(civil: float | None, is_drawn: bool) -> None:
    found = compared(date(2026, 11, 1), date(2026, 11, 7))
    rows = tuple(replace(row, civil=civil, other_civil=None) for row in found.rows)
    figure = beside_civil(replace(found, rows=rows), Scope(period=found.period, lang="en"))
    assert (figure.chart is not None) == is_drawn


def test_comments_are_counted_in_whole_numbers() -> None:
    """With one comment in each bucket the axis went by fifths of one."""
    found = compared(date(2026, 11, 1), date(2026, 11, 7))
    chart = beside(found, Scope(period=found.period, lang="en")).chart
    assert chart is not None
    assert chart.to_dict(validate=True)["layer"][0]["encoding"]["y"]["axis"]["tickMinStep"] == 1


def test_a_weeks_point_is_called_by_its_days_and_leads_to_all_of_them() -> None:
    """1 July 2026 is a Wednesday; Cairo's weeks begin on Saturday."""
    found = compared(date(2026, 1, 1), date(2026, 7, 1))
    own = marks(found, 0)
    assert days_of(own[1]) == ("2026-01-03", "2026-01-09")
    assert (own[1]["when"].count("3 January 2026"), own[1]["when"].count("9 January 2026")) == (1, 1)
    # Of the first and the last week only what lies in the period is counted.
    assert [days_of(own[0]), days_of(own[-1])] == [("2026-01-01", "2026-01-02"), ("2026-06-27", "2026-07-01")]
    assert days_of(marks(found, 1)[0]) == ("2025-07-03", "2025-07-04")


@pytest.mark.parametrize(
    ("last", "day", "number"),
    [
        (date(2026, 1, 2), date(2026, 1, 2), 24),  # hours: at its midnight
        (date(2026, 1, 20), date(2026, 1, 7), 6),  # days
        (date(2026, 7, 1), date(2026, 1, 7), 1),  # weeks: in the middle of one
        (date(2026, 7, 1), date(2026, 1, 1), 0),  # in the first, which began before the period
        (date(2026, 7, 1), date(2026, 7, 2), None),  # the last week's, and not the period's any more
        (date(2029, 12, 31), date(2027, 3, 15), 14),  # months
        (date(2026, 1, 20), date(2025, 12, 20), 8),  # the other period's days begin on 12 December
    ],
)
def test_a_note_stands_at_the_bucket_of_its_day(last: date, day: date, number: int | None) -> None:
    found = pin_frame(compared(date(2026, 1, 1), last, pins=[pin(day)]), "en")
    assert list(found["number"]) == ([] if number is None else [number])
