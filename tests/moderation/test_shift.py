"""When the work asks for a pause, and when nobody can have read what they decided on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.shift import CHARACTERS_A_SECOND, GAP, HASTY, LONG, MUCH, Break, Read, hasty, pause
from tests.builders import START


def reads(*minutes: float, reject: float = 0.1) -> list[Read]:
    """So many minutes ago each."""
    return [Read(at=START - timedelta(minutes=one), reject=reject) for one in minutes]


STEADY = [float(minute) for minute in range(0, int(LONG.total_seconds() / 60) + 1, 2)]
PAUSED = GAP.total_seconds() / 60 + 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], None),
        (reads(0, 1, 2), None),
        (reads(*STEADY), Break.LONG),
        (reads(*STEADY[:-3]), None),
        (reads(*[one for one in STEADY if not 20 < one < 20 + 2 * PAUSED]), None),
        (reads(*[one + PAUSED for one in STEADY]), None),
        (reads(*[one / 4 for one in range(MUCH)], reject=0.9), Break.HARSH),
        (reads(*[one / 4 for one in range(MUCH - 1)], reject=0.9), None),
        (reads(*[one / 4 for one in range(MUCH)], reject=0.4), None),
        (reads(0, *[31 + one / 4 for one in range(MUCH)], reject=0.9), None),
    ],
)
def test_a_break_is_suggested(given: list[Read], said: Break | None) -> None:
    assert pause(given, START) is said


SLOW = (int(30 * CHARACTERS_A_SECOND), 30.0)
FAST = (int(30 * CHARACTERS_A_SECOND), 5.0)
SHORT = (10, 1.0)


@pytest.mark.parametrize(
    ("paces", "said"),
    [
        ([FAST] * HASTY, True),
        ([FAST] * (HASTY - 1), False),
        ([*[FAST] * (HASTY - 1), SLOW], False),
        ([SLOW, *[FAST] * HASTY], True),
        ([SHORT] * HASTY, False),
        ([], False),
    ],
)
def test_haste_is_several_in_a_row_that_nobody_can_have_read(paces: list[tuple[int, float]], said: bool) -> None:
    assert hasty(paces) is said
