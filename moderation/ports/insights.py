"""Counts for charts, and what the newsroom pins to its days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from moderation.engagement import (
    Agenda,
    CivilityRow,
    Conversation,
    InsightFilter,
    Insights,
    Overview,
    Period,
    Pin,
    Readers,
    ShiftRow,
    Talk,
    Work,
)


class InsightStore(Protocol):
    """Each answers one question of the Insights page; `now` tells what of the period has passed."""

    def warm(self, site_id: int) -> None:
        """Read what charts are made of, as far as it changed since this process did, before somebody asks for one."""
        ...

    def began(self, site_id: int) -> datetime | None:
        """When the site's first comment was written."""
        ...

    def insights(self, site_id: int, period: Period, where: InsightFilter) -> Insights: ...
    def overview(self, site_id: int, period: Period, where: InsightFilter) -> Overview: ...
    def civility(self, site_id: int, period: Period, where: InsightFilter) -> tuple[CivilityRow, ...]: ...
    def talk(self, site_id: int, period: Period, where: InsightFilter, *, now: datetime) -> Talk: ...
    def conversation(self, site_id: int, period: Period, where: InsightFilter) -> Conversation: ...
    def agenda(self, site_id: int, period: Period, where: InsightFilter) -> Agenda: ...
    def work(self, site_id: int, period: Period, where: InsightFilter, *, now: datetime) -> Work: ...
    def shifts(self, site_id: int, period: Period, *, staff_id: int | None) -> Sequence[ShiftRow]:
        """None as person is everyone."""
        ...

    def readers(self, site_id: int, period: Period, where: InsightFilter) -> Readers: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RollupState:
    """A site's tallies count what the log tells before `position`, by the calendar of `zone`.

    `form` is the way of counting. `until` is set while they are counted anew: what was written before it is done.
    """

    position: int
    zone: str
    form: int
    until: datetime | None


class Came(Protocol):
    """What came in with a stretch of a site's log."""


class Addition(Protocol):
    """What to add to a site's tallies; made by one transaction, put in by another."""

    @property
    def before(self) -> RollupState: ...
    @property
    def after(self) -> RollupState: ...


class Rollups(Protocol):
    """Counts made beforehand. They hold nothing that the rest of the database does not say."""

    def state(self, site_id: int) -> RollupState | None: ...
    def current(self, site_id: int, *, zone: str) -> bool:
        """Whether they are whole, by the calendar of that time zone, and counted as this program counts."""
        ...

    def head(self, site_id: int) -> int:
        """How many events the site's log has."""
        ...

    def span(self, site_id: int) -> tuple[int, int]:
        """The moments of the first and of the last comment or decision, in milliseconds."""
        ...

    def came(self, site_id: int, start: int, *, zone: str, limit: int) -> Came:
        """What came in with at most so many events from this place of the log on; for `more` of a later transaction."""
        ...

    def more(self, site_id: int, state: RollupState, *, limit: int, came: Came | None = None) -> Addition:
        """What at most so many events after the state add to it, or those that `came`, if it is of the same place."""
        ...

    def month(self, site_id: int, state: RollupState) -> Addition:
        """What the month that begins at `state.until` holds, for a site that is counted anew."""
        ...

    def begin_anew(self, site_id: int, *, zone: str) -> RollupState: ...
    def add(self, addition: Any) -> bool:
        """False, and nothing is added, if another has moved the state meanwhile."""
        ...


class Pins(Protocol):
    def between(self, site_id: int, first: date, last: date) -> list[Pin]:
        """Both days included, in their order."""
        ...

    def get(self, site_id: int, pin_id: int) -> Pin | None: ...
    def add(self, site_id: int, pin: Pin) -> None: ...
    def remove(self, site_id: int, pin_id: int) -> bool: ...
