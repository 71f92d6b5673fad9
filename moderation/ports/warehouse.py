"""Rows for the nightly files, and which days' rows have changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from moderation.tables import Daily


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Moments, to the quarter hour, of rows that are not what they were; `everything`: any may be another."""

    moments: dict[Daily, frozenset[datetime]] = field(default_factory=dict)
    everything: bool = False


class Warehouse(Protocol):
    def size(self, site_id: int) -> int:
        """The number of events in the site's log."""
        ...

    def changed(self, site_id: int, *, since: int, until: int) -> Changed:
        """By the events from position `since` up to, not including, `until`."""
        ...

    def next(self, table: Daily, site_id: int, *, since: datetime) -> datetime | None:
        """The first moment from then on that has a row."""
        ...

    def rows(self, table: Daily, site_id: int, *, since: datetime, until: datetime) -> Iterator[tuple[object, ...]]:
        """In the order of `tables.COLUMNS`, without holding them all."""
        ...

    def articles(self, site_id: int) -> Iterator[tuple[object, ...]]: ...
