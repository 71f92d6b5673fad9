"""Counts for charts, and what the newsroom pins to its days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

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


class Pins(Protocol):
    def between(self, site_id: int, first: date, last: date) -> list[Pin]:
        """Both days included, in their order."""
        ...

    def get(self, site_id: int, pin_id: int) -> Pin | None: ...
    def add(self, site_id: int, pin: Pin) -> None: ...
    def remove(self, site_id: int, pin_id: int) -> bool: ...
