"""Waiting times in steps, so that what many hours waited can be added up and a quantile still be told.

A wait is counted as its first two digits in seconds, rounded up: 41 s as 41 s, 192 s as 200 s, 3,610 s as 3,700 s. So
the figure of a year made of hours equals the one made of all decisions of the year, and lies at most a tenth above the
exact wait, never below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

_LONGEST = 99_000_000
"""Three years; whatever waited longer is counted as that."""


def step_of(waited_ms: int) -> int:
    """Steps are numbered from 0, which is a second and less."""
    seconds = min(max(-(-waited_ms // 1_000), 1), _LONGEST)
    decade = 0
    while seconds > 99:
        seconds = -(-seconds // 10)
        decade += 1
    return decade * 90 + seconds - 1


def seconds_of(step: int) -> int:
    """The longest wait of the step."""
    decade = max((step - 9) // 90, 0)
    return int((step + 1 - decade * 90) * 10**decade)


def quantile(steps: Mapping[int, int], share: float) -> float | None:
    """Seconds that at least `share` of the waits do not exceed; `steps` maps a step to how many waits lie in it."""
    wanted = ceil(share * sum(steps.values()))
    passed = 0
    for step in sorted(steps):
        passed += steps[step]
        if passed >= wanted and steps[step]:
            return float(seconds_of(step))
    return None
