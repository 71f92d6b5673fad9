"""What readers talk about now, and whether that is unusual."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

BAND_WEEKS = 8
"""How far back the expectation looks."""
LEAST_WEEKS = 3
"""Fewer known weeks give no expectation."""
WINDOW_HOURS = 3
"""Of what takes off: the last hours, held against as many before them and against the day before those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BandRow:
    """Comments received in an hour or a day, and what that weekday and hour brought in the eight weeks before.

    `comments` is None, a gap, before the site's first comment and for buckets that have not begun. `low`, `middle` and
    `high` are the quartiles (inclusive method: linear between the two nearest) of the `weeks` weeks that are known;
    None with fewer than three of them, and where the grain is a week or a month. Both follow the filter. A bucket that
    is `running` is not over yet.
    """

    start: datetime
    comments: int | None
    low: float | None
    middle: float | None
    high: float | None
    weeks: int
    running: bool = False

    @property
    def unusual(self) -> int:
        """1 above, -1 below what was to be expected (Tukey's fences: 1.5 times the quartiles' distance, at least 5
        comments beyond the quartile), 0 otherwise. What is not over yet can be above, and not below."""
        if self.comments is None or self.low is None or self.high is None:
            return 0
        margin = max(1.5 * (self.high - self.low), 5.0)
        return (self.comments > self.high + margin) - (self.comments < self.low - margin and not self.running)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeoffRow:
    """An article that gets more comments than before. The window is the last three hours of the period (of what has
    passed of it); `before` the three hours before, `usual` the mean of three hours over the day before the window.

    `times` is `comments / max(usual, 1)`. Listed: at least ten comments and twice the usual, the steepest first.
    """

    article_id: int
    title: str
    section: str
    comments: int
    before: int
    usual: float
    times: float
    civil: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionRow:
    """A section in the period and, in `before`, in the equally long time before it. `civil` as in `CivilityRow`.

    `id` is None for comments whose article has no section. Shares are None where there are no comments.
    """

    id: int | None
    name: str
    comments: int
    before: int
    rejected: int
    civil: float | None

    @property
    def removed(self) -> float | None:
        """Share of the comments that are rejected."""
        return self.rejected / self.comments if self.comments else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """Question 1."""

    volume: tuple[BandRow, ...]
    takeoff: tuple[TakeoffRow, ...]
    sections: tuple[SectionRow, ...]
