"""Waiting times by two digits, and quantiles that can be added up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.engagement.waits import quantile, seconds_of, step_of


@pytest.mark.parametrize(
    ("milliseconds", "seconds"),
    [
        (0, 1),
        (1_000, 1),
        (1_001, 2),
        (41_000, 41),
        (99_000, 99),
        (100_000, 100),
        (100_001, 110),
        (192_000, 200),
        (3_610_000, 3_700),
        (86_400_000, 87_000),
        (10**15, 99_000_000),
    ],
)
def test_two_digits_rounded_up(milliseconds: int, seconds: int) -> None:
    assert seconds_of(step_of(milliseconds)) == seconds


@given(st.integers(1, 10**10))
def test_a_wait_is_at_most_a_tenth_less_than_its_step(milliseconds: int) -> None:
    told = seconds_of(step_of(milliseconds))
    assert milliseconds / 1_000 <= told <= max(milliseconds / 1_000 * 1.1, milliseconds / 1_000 + 1)


@given(st.lists(st.integers(1, 10**8), min_size=1), st.sampled_from([0.5, 0.9]))
def test_a_quantile_is_of_the_rounded_waits(waits: list[int], share: float) -> None:
    steps: dict[int, int] = {}
    for wait in waits:
        steps[step_of(wait)] = steps.get(step_of(wait), 0) + 1
    rounded = sorted(seconds_of(step_of(wait)) for wait in waits)
    told = quantile(steps, share)
    assert told in rounded
    assert sum(one <= told for one in rounded) >= share * len(rounded)
    assert sum(one < told for one in rounded) < share * len(rounded)


def test_of_nothing_there_is_none() -> None:
    assert quantile({}, 0.5) is None
    assert quantile({3: 0}, 0.5) is None
