"""Limits kept in memory: a token bucket for each key, and the keys that were known a moment ago. Both are bounded."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

MAX_KEPT = 10_000
BURST_SECONDS = 10
KNOWN_FOR = 5.0


class Buckets:
    """`per_second` requests on average, ten seconds' worth of them at once. For the threads of one event loop only."""

    def __init__(self, per_second: float, *, clock: Callable[[], float] = time.monotonic, kept: int = MAX_KEPT) -> None:
        self._capacity = max(1.0, per_second * BURST_SECONDS)
        self._per_second = per_second
        self._clock = clock
        self._kept = kept
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, subject: str) -> float:
        """0 when there was a token, else the seconds until there is one."""
        now = self._clock()
        level, at = self._levels.pop(subject, (self._capacity, now))
        level = min(self._capacity, level + (now - at) * self._per_second)
        wait = 0.0 if level >= 1 else (1 - level) / self._per_second
        self._levels[subject] = (level if wait else level - 1, now)
        # The one forgotten asked longest ago, so its bucket is the likeliest to be full again.
        if len(self._levels) > self._kept:
            self._levels.popitem(last=False)
        return wait

    def __len__(self) -> int:
        return len(self._levels)


class Seen:
    """Keys found valid a few seconds ago. It only decides whether a body is read; the use case asks again."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, kept: int = MAX_KEPT) -> None:
        self._clock = clock
        self._kept = kept
        self._until: OrderedDict[str, float] = OrderedDict()

    def __contains__(self, subject: str) -> bool:
        return self._until.get(subject, float("-inf")) > self._clock()

    def add(self, subject: str) -> None:
        self._until[subject] = self._clock() + KNOWN_FOR
        self._until.move_to_end(subject)
        if len(self._until) > self._kept:
            self._until.popitem(last=False)

    def discard(self, subject: str) -> None:
        self._until.pop(subject, None)

    def __len__(self) -> int:
        return len(self._until)
