"""Periods after which data goes, and its going."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from moderation.comment import Comment
from moderation.retention import Kind, Period


class Retention(Protocol):
    def periods(self) -> dict[Kind, Period]:
        """Those that somebody set."""
        ...

    def put(self, period: Period) -> None: ...
    def count(self, kind: Kind, site_id: int | None, *, before: datetime, now: datetime) -> int:
        """How many are older; of `sign_ins` with no site, of all else of one."""
        ...

    def drop(self, kind: Kind, site_id: int | None, *, before: datetime, now: datetime, limit: int) -> int:
        """Take away so many of them at most; how many went. Not for `rejected_texts`, whose comments change status."""
        ...

    def rejected(self, site_id: int, *, before: datetime, limit: int) -> list[Comment]:
        """The first of those rejected before then that nobody has to look at any more, locked."""
        ...
