"""How long the rest of the queue takes at one's own pace, and how long a comment is held that is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import accumulate

import pytest

from moderation.queue import FEWEST_GAPS, LEASE, PAUSE, READING, kept_until, time_left
from tests.builders import START

STEADY = (10.0,) * FEWEST_GAPS
PAUSED = PAUSE.total_seconds() + 1


@pytest.mark.parametrize(
    ("waiting", "gaps", "seconds"),
    [
        (12, STEADY, 120),
        (12, (*STEADY, PAUSED), 120),
        (12, (PAUSED, *STEADY, 90.0), 120),
        (3, (1.0, 2.0, 3.0, 4.0, 100.0), 9),
        (0, STEADY, None),
        (12, STEADY[1:], None),
        (12, (*STEADY[1:], PAUSED), None),
        (12, (), None),
    ],
)
def test_the_time_left_is_the_median_gap_for_each_that_waits(
    waiting: int, gaps: Sequence[float], seconds: int | None
) -> None:
    left = time_left(waiting, list(accumulate(gaps, initial=1_000.0)))
    assert left == (None if seconds is None else timedelta(seconds=seconds))


def test_one_who_has_not_decided_yet_has_no_pace() -> None:
    assert time_left(12, []) is None


@pytest.mark.parametrize(
    ("read", "held"),
    [
        (timedelta(0), LEASE),
        (READING - LEASE, LEASE),
        (READING - LEASE / 2, LEASE / 2),
        (READING - timedelta(seconds=1), timedelta(seconds=1)),
        (READING, None),
        (READING * 2, None),
    ],
)
def test_what_is_read_is_held_for_a_lease_more_up_to_a_limit(read: timedelta, held: timedelta | None) -> None:
    until = kept_until(START, START + read)
    assert until == (None if held is None else START + read + held)
