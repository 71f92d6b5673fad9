"""Rejections as statements of reasons need them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from moderation.statement import Restriction


class Restrictions(Protocol):
    def page(
        self, site_id: int, *, since: datetime | None, until: datetime | None, after: int, limit: int
    ) -> Sequence[Restriction]:
        """Rejections that were not taken back, decided from `since` up to, not including, `until`; by their ids, from
        above `after`."""
        ...
