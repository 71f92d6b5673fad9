"""Hours, days and months of a newsroom's calendar where the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from db.stores.rollups.clock import Clock, Kind
from db.types import from_milliseconds, to_milliseconds

MINUTE = 60_000


def at(*when: int) -> int:
    return to_milliseconds(datetime(*when, tzinfo=UTC))


# Cairo's clocks went forward at midnight on 24 April 2026, back at midnight on 30 October; Kathmandu is 5:45 ahead.
@pytest.mark.parametrize(
    ("zone", "kind", "moment", "start"),
    [
        ("Africa/Cairo", Kind.DAY, at(2026, 4, 23, 21, 59), at(2026, 4, 22, 22)),
        ("Africa/Cairo", Kind.DAY, at(2026, 4, 23, 22), at(2026, 4, 23, 22)),
        ("Africa/Cairo", Kind.DAY, at(2026, 4, 24, 20, 59), at(2026, 4, 23, 22)),
        ("Africa/Cairo", Kind.DAY, at(2026, 10, 29, 20, 30), at(2026, 10, 28, 21)),
        ("Africa/Cairo", Kind.DAY, at(2026, 10, 29, 21, 30), at(2026, 10, 28, 21)),
        ("Africa/Cairo", Kind.DAY, at(2026, 10, 29, 22), at(2026, 10, 29, 22)),
        ("Africa/Cairo", Kind.HOUR, at(2026, 10, 29, 21, 30), at(2026, 10, 29, 21)),
        ("Africa/Cairo", Kind.ARTICLE_MONTH, at(2026, 10, 1), at(2026, 9, 30, 21)),
        ("Asia/Kathmandu", Kind.HOUR, at(2026, 1, 1, 0, 10), at(2025, 12, 31, 23, 15)),
        ("Asia/Kathmandu", Kind.HOUR, at(2026, 1, 1, 0, 15), at(2026, 1, 1, 0, 15)),
        # Half an hour forward at 15:30 on 3 October, back at 15:00 on 4 April: what is left belongs to the hour before.
        ("Australia/Lord_Howe", Kind.HOUR, at(2026, 10, 3, 15, 59), at(2026, 10, 3, 14, 30)),
        ("Australia/Lord_Howe", Kind.HOUR, at(2026, 10, 3, 16), at(2026, 10, 3, 16)),
        ("Australia/Lord_Howe", Kind.HOUR, at(2026, 4, 4, 15, 29), at(2026, 4, 4, 14)),
        ("Australia/Lord_Howe", Kind.HOUR, at(2026, 4, 4, 15, 30), at(2026, 4, 4, 15, 30)),
        # An hour forward in the middle of one.
        ("Pacific/Chatham", Kind.HOUR, at(2026, 9, 26, 14, 10), at(2026, 9, 26, 13, 15)),
        ("Asia/Kathmandu", Kind.ARTICLE_DAY, at(2026, 1, 1), at(2025, 12, 31, 18, 15)),
    ],
)
def test_starts(zone: str, kind: Kind, moment: int, start: int) -> None:
    assert from_milliseconds(Clock(zone).start(kind, moment)) == from_milliseconds(start)


@pytest.mark.parametrize("zone", ["Africa/Cairo", "Asia/Kathmandu", "America/New_York", "UTC", "Australia/Lord_Howe"])
@pytest.mark.parametrize("kind", list(Kind))
def test_each_begins_where_the_one_before_ends(zone: str, kind: Kind) -> None:
    clock = Clock(zone)
    # Hours from a week before the clocks of Lord Howe Island change.
    start = clock.start(kind, at(2026, 3, 28, 12) if kind is Kind.HOUR else at(2026, 1, 1, 12))
    for _ in range(400 if kind is not Kind.ARTICLE_MONTH else 24):
        after = clock.after(kind, start)
        assert clock.start(kind, after) == after
        assert clock.start(kind, after - MINUTE) == start
        assert clock.first(kind, start) == start
        assert clock.first(kind, start + MINUTE) == after
        start = after
