"""Counts for charts."""

from __future__ import annotations

from typing import Protocol

from moderation.engagement import InsightFilter, Insights, Period


class InsightStore(Protocol):
    def insights(self, site_id: int, period: Period, where: InsightFilter) -> Insights: ...
